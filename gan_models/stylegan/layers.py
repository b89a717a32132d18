"""What the style-based networks are made of: modulated convolutions (StyleGAN2, section 2.2), noise, and colours."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

GAIN = math.sqrt(2)  # brings back the variance that a leaky ReLU takes


class ModulatedConv(nn.Module):
    """A convolution whose inputs a style scales, with its outputs brought back to unit variance.

    StyleGAN2, equations 1 to 3: w' = s w / sqrt(sum (s w)^2). Scaling activations instead of weights gives the same
    numbers.

    Args:
        inputs: channels that come in.
        outputs: channels that leave.
        w_dim: length of a style vector.
        kernel: side of the kernel; with ``up`` it is 4.
        up: double the size, with a transposed convolution.
        demodulate: bring the outputs back to unit variance.
    """

    def __init__(
        self, inputs: int, outputs: int, w_dim: int, kernel: int = 3, up: bool = False, demodulate: bool = True
    ):
        super().__init__()
        self.kernel, self.up, self.demodulate = (4 if up else kernel), up, demodulate
        shape = (inputs, outputs) if up else (outputs, inputs)
        self.weight = nn.Parameter(torch.randn(*shape, self.kernel, self.kernel))
        self.scale = 1 / math.sqrt(inputs * self.kernel**2 / (4 if up else 1))
        self.to_style = nn.Linear(w_dim, inputs)
        nn.init.normal_(self.to_style.weight, std=1 / math.sqrt(w_dim))
        nn.init.ones_(self.to_style.bias)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """Features (N, inputs, H, W) and styles (N, w_dim) to (N, outputs, H, W), or to twice the size with ``up``."""
        style = self.to_style(w)
        weight = self.weight * self.scale
        x = x * style[:, :, None, None]
        if self.up:
            x = F.conv_transpose2d(x, weight, stride=2, padding=1)
        else:
            x = F.conv2d(x, weight, padding=self.kernel // 2)
        if not self.demodulate:
            return x
        power = weight.square().sum((2, 3)) / (4 if self.up else 1)  # each output pixel sees a quarter of an up kernel
        energy = style.square() @ (power if self.up else power.T)
        return x * torch.rsqrt(energy + 1e-8).to(x.dtype)[:, :, None, None]


class StyledLayer(nn.Module):
    """Modulated convolution, noise of a learned strength, bias, leaky ReLU."""

    def __init__(self, inputs: int, outputs: int, w_dim: int, up: bool = False):
        super().__init__()
        self.conv = ModulatedConv(inputs, outputs, w_dim, up=up)
        self.noise_strength = nn.Parameter(torch.zeros(()))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor, w: Tensor, noise: Tensor | None) -> Tensor:
        """Features (N, inputs, H, W) and styles (N, w_dim) to (N, outputs, H, W), or to twice the size with ``up``.

        ``noise`` is (N or 1, 1, H, W) of the output's size, standard normal, or ``None`` for none.
        """
        x = self.conv(x, w)
        x = x + self.bias.to(x.dtype)[:, None, None]  # which under autocast would make the features twice as large
        if noise is not None:
            x = x + (self.noise_strength * noise).to(x.dtype)
        return F.leaky_relu(x, 0.2) * GAIN


class ToRGB(nn.Module):
    """A size's part of the picture: a modulated 1x1 convolution makes four pixels at once, which are spread out."""

    def __init__(self, inputs: int, w_dim: int):
        super().__init__()
        self.conv = ModulatedConv(inputs, 12, w_dim, kernel=1, demodulate=False)
        self.bias = nn.Parameter(torch.zeros(12))
        self.conv.scale *= 0.3  # five of them are summed

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """Features (N, inputs, H, W) and style vectors (N, w_dim) to (N, 3, 2H, 2W)."""
        return F.pixel_shuffle(self.conv(x, w).float() + self.bias[:, None, None], 2)


def enlarge(pictures: Tensor) -> Tensor:
    """Pictures (N, C, H, W) to twice the height and width, smoothly."""
    return F.interpolate(pictures, scale_factor=2, mode="bilinear", align_corners=False)
