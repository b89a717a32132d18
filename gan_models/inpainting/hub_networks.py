"""AOT-GAN's generator (Zeng et al., 2021, "Aggregated Contextual Transformations"), with its authors' tensor names."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class AOTGenerator(nn.Module):
    """A 512x512 picture with a hole to a whole picture. It has no noise: one hole, one filling.

    Args:
        rates: dilations of the branches of each block, side by side.
        blocks: how many blocks stand at a quarter of the size.
        width: channels at full size; twice and four times as many at half and a quarter.
    """

    resolution = 512
    z_dim = 0

    def __init__(self, rates: tuple[int, ...] = (1, 2, 4, 8), blocks: int = 8, width: int = 64):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.ReflectionPad2d(3), nn.Conv2d(4, width, 7), nn.ReLU(),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1), nn.ReLU(),
            nn.Conv2d(2 * width, 4 * width, 4, stride=2, padding=1), nn.ReLU(),
        )  # fmt: skip
        self.middle = nn.Sequential(*(AOTBlock(4 * width, rates) for _ in range(blocks)))
        self.decoder = nn.Sequential(
            Enlarge(4 * width, 2 * width), nn.ReLU(), Enlarge(2 * width, width), nn.ReLU(),
            nn.Conv2d(width, 3, 3, padding=1),
        )  # fmt: skip

    def forward(self, pictures: Tensor, masks: Tensor) -> Tensor:
        """Pictures (N, 3, H, W) in [-1, 1], masks (N, 1, H, W) with 1 for a hole; H and W multiples of 4.

        Returns whole pictures (N, 3, H, W) in [-1, 1]. The hole is painted white before the network looks, as its
        authors did when they trained it.
        """
        white = pictures * (1 - masks) + masks
        return torch.tanh(self.decoder(self.middle(self.encoder(torch.cat([white, masks], 1)))))


class AOTBlock(nn.Module):
    """(N, C, H, W) to the same: branches of several dilations, merged, then mixed in as far as a gate allows."""

    def __init__(self, channels: int, rates: tuple[int, ...]):
        super().__init__()
        self.names = [f"block{index:02d}" for index in range(len(rates))]
        for name, rate in zip(self.names, rates, strict=True):
            branch = nn.Conv2d(channels, channels // 4, 3, dilation=rate)
            self.add_module(name, nn.Sequential(nn.ReflectionPad2d(rate), branch, nn.ReLU()))
        self.fuse = nn.Sequential(nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3))
        self.gate = nn.Sequential(nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3))

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the same."""
        found = self.fuse(torch.cat([getattr(self, name)(x) for name in self.names], 1))
        gate = torch.sigmoid(sharpen(self.gate(x)))
        return x * (1 - gate) + found * gate


def sharpen(x: Tensor) -> Tensor:
    """The gate's contrast: each map standardised over its places, doubled, lowered by 1 and multiplied by 5."""
    spread = x.std((2, 3), keepdim=True) + 1e-9
    return 5 * (2 * (x - x.mean((2, 3), keepdim=True)) / spread - 1)


class Enlarge(nn.Module):
    """(N, inputs, H, W) to (N, outputs, 2H, 2W): bilinear, corner on corner, then a convolution."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, 2H, 2W)."""
        return self.conv(F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True))
