"""Our inpainting pair for 128x128 faces: a small generator that fills holes in many ways, and a patch discriminator.

The generator follows AOT-GAN (Zeng et al., 2021): parallel dilated convolutions look near and far at once, and a gate
decides how much of what they found enters. What a hole hides often stands on the other side of the face: the picture
comes with its mirror image, and attention (Yu et al., 2018) compares every place with every other. Noise steers every
block, so that one hole has many fillings (Zhao et al., 2020).
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.core.mirror import mirror

RATES = (1, 2, 4, 8)


class InpaintingGenerator(nn.Module):
    """A picture with a hole, and noise, to a whole picture. Most of the work is done at a quarter of the size.

    Args:
        z_dim: length of the noise vector.
        width: channels at 64x64; twice as many at 32x32.
        middle: channels at 16x16.
        blocks: how many gated dilated blocks at 16x16.
    """

    resolution = 128

    def __init__(self, z_dim: int = 32, width: int = 24, middle: int = 96, blocks: int = 5):
        super().__init__()
        self.z_dim = z_dim
        self.enter64 = nn.Conv2d(32, width, 3, padding=1)
        self.enter32 = nn.Conv2d(width, 2 * width, 3, stride=2, padding=1)
        self.enter16 = nn.Conv2d(2 * width, middle, 3, stride=2, padding=1)
        self.place = nn.Parameter(torch.zeros(1, middle, 16, 16))
        self.style = nn.Sequential(nn.Linear(z_dim, middle), nn.ReLU())
        self.blocks = nn.ModuleList(DilatedBlock(middle, middle) for _ in range(blocks))
        self.attend = Attention(middle)
        self.leave16 = nn.Conv2d(middle, 8 * width, 1)
        self.mix32 = nn.Conv2d(4 * width, 2 * width, 3, padding=1)
        self.leave32 = nn.Conv2d(2 * width, 4 * width, 1)
        self.mix64 = nn.Conv2d(2 * width, width, 3, padding=1)
        self.to_rgb = nn.Conv2d(width, 12, 3, padding=1)

    def forward(self, pictures: Tensor, masks: Tensor, z: Tensor) -> Tensor:
        """Pictures (N, 3, 128, 128) in [-1, 1], masks (N, 1, 128, 128) with 1 for a hole, z (N, z_dim) normal.

        Returns whole pictures (N, 3, 128, 128), about in [-1, 1]: what the network adds to a smooth filling. The caller
        keeps the known pixels, see :func:`composite`. What stood in the hole is never looked at.
        """
        smooth = pull_push(pictures, masks)
        seen = torch.cat([smooth, masks], 1)
        seen = torch.cat([seen, mirror(seen)], 1)
        x64 = F.relu(self.enter64(F.pixel_unshuffle(seen, 2)))
        x32 = F.relu(self.enter32(x64))
        x = self.enter16(x32) + self.place
        style = self.style(z)
        for index, block in enumerate(self.blocks):
            x = block(x, style)
            if index == 0:
                x = self.attend(x)
        x = F.relu(self.mix32(torch.cat([F.pixel_shuffle(self.leave16(x), 2), x32], 1)))
        x = F.relu(self.mix64(torch.cat([F.pixel_shuffle(self.leave32(x), 2), x64], 1)))
        return smooth + F.pixel_shuffle(self.to_rgb(x), 2)


class DilatedBlock(nn.Module):
    """Aggregated contextual transformation (Zeng et al., 2021): four reaches side by side, then a gated update.

    (N, C, H, W) to the same. Unlike the paper's block it has no layer norm and merges with a 1x1 convolution, which
    halves its arithmetic; ``style`` (N, styles) scales and shifts what the four branches found.
    """

    def __init__(self, channels: int, styles: int):
        super().__init__()
        each = channels // len(RATES)
        self.branches = nn.ModuleList(nn.Conv2d(channels, each, 3, padding=r, dilation=r) for r in RATES)
        self.steer = nn.Linear(styles, 2 * channels)
        self.merge = nn.Conv2d(channels, channels, 1)
        self.gate = nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        """(N, C, H, W) and styles (N, styles) to (N, C, H, W)."""
        active = F.relu(x)
        found = torch.cat([branch(active) for branch in self.branches], 1)
        scale, shift = self.steer(style)[:, :, None, None].chunk(2, 1)
        found = self.merge(F.relu(found * (1 + scale) + shift))
        return x + torch.sigmoid(self.gate(active)) * found


class Attention(nn.Module):
    """Every place looks at every other, in four heads; (N, C, H, W) to the same. Starts as doing nothing."""

    def __init__(self, channels: int, heads: int = 4):
        super().__init__()
        self.heads = heads
        self.ask = nn.Conv2d(channels, 3 * channels, 1)
        self.answer = nn.Conv2d(channels, channels, 1)
        nn.init.zeros_(self.answer.weight)
        nn.init.zeros_(self.answer.bias)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the same."""
        n, c, h, w = x.shape
        asked = self.ask(F.relu(x)).view(n, 3, self.heads, c // self.heads, h * w).transpose(-1, -2)
        query, key, value = asked.unbind(1)
        found = F.scaled_dot_product_attention(query, key, value)
        return x + self.answer(found.transpose(-1, -2).reshape(n, c, h, w))


class PatchDiscriminator(nn.Module):
    """Pictures to a map of logits: for each patch, above zero means "photograph" (Isola et al., 2017).

    It judges patches of 54 pixels, one every 8. Training keeps each layer's spectral norm at 1 (Miyato et al., 2018).

    Args:
        width: channels at 64x64; doubled at each halving.
    """

    def __init__(self, width: int = 24):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, width, 4, stride=2, padding=1), nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1), nn.LeakyReLU(0.2),
            nn.Conv2d(2 * width, 4 * width, 4, stride=2, padding=1), nn.LeakyReLU(0.2),
            nn.Conv2d(4 * width, 4 * width, 3, padding=1), nn.LeakyReLU(0.2),
        )  # fmt: skip
        self.to_score = nn.Conv2d(4 * width, 1, 3, padding=1)

    def forward(self, pictures: Tensor) -> Tensor:
        """Pictures (N, 3, H, W) in [-1, 1] to logits (N, 1, H / 8, W / 8)."""
        return self.to_score(self.body(pictures))


@torch.no_grad()
def pull_push(pictures: Tensor, masks: Tensor) -> Tensor:
    """Holes filled smoothly with the colours around them, known pixels unchanged (Gortler et al., 1996).

    Halve the size until one pixel is left, averaging what is known; then double it again, and fill what is unknown
    from the level below. Pictures (N, 3, H, W), masks (N, 1, H, W); H and W powers of two.
    """
    known = 1 - masks
    levels = [(pictures * known, known)]
    while levels[-1][1].shape[-1] > 1:
        colour, weight = levels[-1]
        weight = F.avg_pool2d(weight, 2)
        levels.append((F.avg_pool2d(colour, 2), weight))
    colour, weight = levels.pop()
    filled = colour / weight.clamp_min(1e-6)
    for colour, weight in reversed(levels):
        below = F.interpolate(filled, scale_factor=2, mode="bilinear", align_corners=False)
        filled = colour + (1 - weight) * below
    return filled


def composite(filled: Tensor, pictures: Tensor, masks: Tensor) -> Tensor:
    """``filled`` inside the hole, ``pictures`` outside, untouched; masks (N, 1, H, W) with 1 for a hole."""
    return torch.where(masks > 0.5, filled, pictures)
