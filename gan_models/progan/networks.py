"""The generator of Progressive GAN (Karras et al., 2018), fully grown, by the names of genforce's PyTorch form.

It grew from 4x4 to 1024x1024 as it trained; each size kept its own layer to colours, of which a grown network uses the
last. The others are in the file, and here, so that it loads strictly. A weight is multiplied by He's constant at run
time, the paper's equalised learning rate.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

EPSILON = 1e-8


class Generator(nn.Module):
    """z (N, z_dim), standard normal, to pictures (N, 3, R, R), about in [-1, 1]: nothing clamps them.

    Args:
        resolution: R, a power of two from 8.
        z_dim: length of the noise vector.
        most: channels up to 32x32; ``budget`` divided by the side from there, which is half as many at each doubling.
    """

    def __init__(self, resolution: int = 1024, z_dim: int = 512, most: int = 512, budget: int = 16_384):
        super().__init__()
        self.resolution, self.z_dim = resolution, z_dim
        self.stages = int(math.log2(resolution)) - 1
        channels = [min(most, budget // (4 << k)) for k in range(self.stages)]
        before = [z_dim, *channels]
        self.register_buffer("lod", torch.zeros(()))  # how far it was from fully grown; 0 in what was published
        for k, width in enumerate(channels):
            self.add_module(f"layer{2 * k}", Layer(before[k], width, 3 if k else 4))
            self.add_module(f"layer{2 * k + 1}", Layer(width, width, 3))
            self.add_module(f"output{k}", Layer(width, 3, 1, gain=1.0))

    def forward(self, z: Tensor) -> Tensor:
        """(N, z_dim) to (N, 3, R, R). Each layer sees unit vectors: pixel norm comes first, in the noise as well."""
        x = pixel_norm(pixel_norm(z))[..., None, None]
        for k in range(self.stages):
            if k:
                x = F.interpolate(pixel_norm(x), scale_factor=2, mode="nearest")
            x = F.leaky_relu(self.get_submodule(f"layer{2 * k}")(x, padding=1 if k else 3), 0.2)
            x = F.leaky_relu(self.get_submodule(f"layer{2 * k + 1}")(pixel_norm(x), padding=1), 0.2)
        return self.get_submodule(f"output{self.stages - 1}")(pixel_norm(x), padding=0)


class Layer(nn.Module):
    """A convolution whose weights, about standard normal, are multiplied by ``gain`` over the root of its inputs."""

    def __init__(self, before: int, after: int, side: int, gain: float = math.sqrt(2)):
        super().__init__()
        self.scale = gain / math.sqrt(before * side * side)
        self.weight = nn.Parameter(torch.randn(after, before, side, side))
        self.bias = nn.Parameter(torch.zeros(after))

    def forward(self, x: Tensor, padding: int) -> Tensor:
        """(N, before, H, W) to (N, after, H', W')."""
        return F.conv2d(x, self.weight * self.scale, self.bias, padding=padding)


def pixel_norm(x: Tensor) -> Tensor:
    """(N, C, ...) divided, place by place, by the root of its mean square over the channels."""
    return x * torch.rsqrt(x.square().mean(1, keepdim=True) + EPSILON)
