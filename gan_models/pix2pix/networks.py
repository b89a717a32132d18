"""Pix2Pix (Isola et al., 2017): a U-Net that paints what is drawn, and a discriminator of patches at two scales.

The U-Net is built for processors without a GPU: pictures enter and leave folded, 2x2 pixels a place, so that no layer
works at full size; strided convolutions lead down to a few places that see the whole picture, and back up each size
meets what it was on the way down. A colour comes in beside the drawing: which of the many right answers is meant.
"""

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class UNetGenerator(nn.Module):
    """A drawing or a label map in, the picture that goes with it out.

    Args:
        inputs: channels of the drawing: 1 ink, 12 labels one-hot, 3 a picture.
        width: channels at half the picture's size; deeper sizes have more, up to three times as many.
        levels: how often the folded picture is halved on the way down. 4 takes 128 pixels to 4x4 places.
        blocks: residual blocks at an eighth of the picture's size.
    """

    def __init__(self, inputs: int = 1, width: int = 32, levels: int = 4, blocks: int = 2):
        super().__init__()
        self.inputs, self.width, self.levels = inputs, width, levels
        sizes = [width * min(3, 2**level) for level in range(levels + 1)]
        self.enter = nn.Conv2d(4 * inputs + 3, width, 3, padding=1)
        self.down = nn.ModuleList(
            Layer(nn.Conv2d(a, b, 4, stride=2, padding=1, bias=False), slope=0.2) for a, b in pairwise(sizes)
        )
        self.blocks = nn.ModuleList(ResidualBlock(sizes[2]) for _ in range(blocks))
        self.up = nn.ModuleList(
            Layer(nn.Conv2d(a + b, max(b, 3 * width // 2), 3, padding=1, bias=False))
            for a, b in zip([max(size, 3 * width // 2) for size in sizes[1:-1]] + sizes[-1:], sizes[:-1], strict=True)
        )
        self.leave = nn.Conv2d(3 * width // 2, 12, 3, padding=1)
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, 0.2)
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)
        self.leave.weight.data.mul_(0.1)

    @property
    def multiple(self) -> int:
        """Heights and widths must be multiples of this."""
        return 2 ** (self.levels + 1)

    def forward(self, drawings: Tensor, colours: Tensor) -> Tensor:
        """Drawings (N, inputs, H, W) in [0, 1] and colours (N, 3) in [-1, 1] to pictures (N, 3, H, W) in [-1, 1]."""
        folded = F.pixel_unshuffle(drawings, 2)
        planes = colours[:, :, None, None].expand(-1, -1, *folded.shape[2:])
        x = F.leaky_relu(self.enter(torch.cat([folded, planes], 1)), 0.2)
        seen = []
        for layer in self.down:
            seen.append(x)
            x = layer(x)
        for level in range(self.levels - 1, -1, -1):
            x = self.up[level](torch.cat([enlarge(x), seen[level]], 1))
            if level == 2:
                for block in self.blocks:
                    x = block(x)
        return torch.tanh(without_grid(F.pixel_shuffle(self.leave(x), 2)))


class Layer(nn.Module):
    """A convolution, batch norm, and a leaky ramp; ``slope`` 0 is the plain one."""

    def __init__(self, conv: nn.Conv2d, slope: float = 0.0):
        super().__init__()
        self.conv, self.slope = conv, slope
        self.norm = nn.BatchNorm2d(conv.out_channels)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to what the convolution makes of it."""
        return F.leaky_relu(self.norm(self.conv(x)), self.slope)


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions with batch norm, added to what came in."""

    def __init__(self, channels: int):
        super().__init__()
        self.first = Layer(nn.Conv2d(channels, channels, 3, padding=1, bias=False))
        self.second = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the same."""
        return x + self.norm(self.second(self.first(x)))


class PatchDiscriminator(nn.Module):
    """A drawing and a picture to opinions on patches of 54 pixels: above 0 "photograph", below "made"."""

    def __init__(self, inputs: int, width: int = 32):
        super().__init__()
        self.layers = nn.ModuleList(
            [
                nn.Conv2d(inputs + 6, width, 4, stride=2, padding=1),
                nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),
                nn.Conv2d(2 * width, 4 * width, 4, stride=2, padding=1),
                nn.Conv2d(4 * width, 4 * width, 3, padding=1),
                nn.Conv2d(4 * width, 1, 3, padding=1),
            ]
        )

    def forward(self, seen: Tensor) -> list[Tensor]:
        """(N, inputs + 6, H, W) to what each layer sees; the last are the opinions (N, 1, H / 8, W / 8)."""
        found = []
        for layer in self.layers:
            seen = layer(F.leaky_relu(seen, 0.2) if found else seen)
            found.append(seen)
        return found


class MultiScaleDiscriminator(nn.Module):
    """Several patch discriminators, each on a picture half the size of the one before (Wang et al., 2018).

    Args:
        inputs: as the generator's.
        width: channels after the first layer.
        scales: how many there are. A patch of the second is 108 pixels of the picture.
    """

    def __init__(self, inputs: int = 1, width: int = 32, scales: int = 2):
        super().__init__()
        self.inputs = inputs
        self.scales = nn.ModuleList(PatchDiscriminator(inputs, width) for _ in range(scales))

    def forward(self, drawings: Tensor, colours: Tensor, pictures: Tensor) -> list[list[Tensor]]:
        """Drawings (N, inputs, H, W), colours (N, 3), pictures (N, 3, H, W), sides multiples of 16, to what they see.

        One list a scale, the finest first; see :meth:`PatchDiscriminator.forward`.
        """
        planes = colours[:, :, None, None].expand(-1, -1, *pictures.shape[2:])
        seen = torch.cat([drawings, planes, pictures], 1)
        found = []
        for index, scale in enumerate(self.scales):
            seen = F.avg_pool2d(seen, 2) if index else seen
            found.append(scale(seen))
        return found


def without_grid(x: Tensor) -> Tensor:
    """Pictures (N, C, H, W) without what changes from each pixel to the next: the grid that unfolding leaves.

    Five numbers along rows and columns that sum to one and let nothing of the shortest wave through (Sugawara et al.,
    2018, "Super-resolution using convolutional neural networks without any checkerboard artifacts"; their filter is
    shorter, and takes more of the longer waves).
    """
    channels = x.shape[1]
    line = torch.tensor([-1.0, 4.0, 10.0, 4.0, -1.0], device=x.device, dtype=x.dtype).div(16).repeat(channels, 1)
    x = F.conv2d(F.pad(x, (2, 2, 2, 2), mode="replicate"), line.view(channels, 1, 1, 5), groups=channels)
    return F.conv2d(x, line.view(channels, 1, 5, 1), groups=channels)


def enlarge(x: Tensor) -> Tensor:
    """Twice the height and width, each number four times: no chequered grain (Odena et al., 2016)."""
    return F.interpolate(x, scale_factor=2, mode="nearest")


def network_like(state: dict[str, Tensor]) -> nn.Module:
    """An untrained generator or discriminator of the size that the names and shapes of ``state`` ask for."""
    if "enter.weight" not in state:
        first = state["scales.0.layers.0.weight"]
        scales = {name.split(".")[1] for name in state}
        return MultiScaleDiscriminator(first.shape[1] - 6, len(first), len(scales))
    width, folded = state["enter.weight"].shape[:2]
    levels, blocks = (
        len({name.split(".")[1] for name in state if name.startswith(part + ".")}) for part in ("down", "blocks")
    )
    return UNetGenerator((folded - 3) // 4, width, levels, blocks)
