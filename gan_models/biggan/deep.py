"""BigGAN-deep (Brock et al., 2019) as DeepMind published it, by the names of pytorch-pretrained-biggan.

Only the generator was published. Its batch norm uses statistics that were collected at 51 values of truncation, from 0
to 1, because pictures of a truncated noise have others; between two of them this file interpolates. Spectral norm is
gone from it: see :mod:`gan_models.biggan.key_maps`.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

EPSILON = 1e-4
DEEP_128 = (
    (False, 16, 16), (True, 16, 16), (False, 16, 16), (True, 16, 8), (False, 8, 8), (True, 8, 4), (False, 4, 4),
    (True, 4, 2), (False, 2, 2), (True, 2, 1),
)  # of each block: whether it enlarges, channels in and out in units of the width  # fmt: skip


class DeepGenerator(nn.Module):
    """Noise, classes and truncation to pictures; from 4x4, twice the size in each block that enlarges.

    Args:
        width: channels of the last block.
        plan: the blocks, as :data:`DEEP_128`.
        attention: before which block it looks around.
        z_dim: length of the noise, and of a class's embedding.
        statistics: at how many truncations from 0 to 1 batch norm was measured.
    """

    def __init__(
        self, width: int = 128, plan: tuple[tuple[bool, int, int], ...] = DEEP_128, attention: int = 8,
        z_dim: int = 128, classes: int = 1000, statistics: int = 51,
    ):  # fmt: skip
        super().__init__()
        self.z_dim, self.classes = z_dim, classes
        condition = 2 * z_dim
        layers: list[nn.Module] = [
            Block(width * before, width * after, condition, enlarges, statistics) for enlarges, before, after in plan
        ]
        layers.insert(attention, Attention(width * plan[attention][1]))
        self.embeddings = nn.Linear(classes, z_dim, bias=False)
        self.generator = nn.ModuleDict({
            "gen_z": nn.Linear(condition, 4 * 4 * width * plan[0][1]),
            "layers": nn.ModuleList(layers),
            "bn": Norm(width, None, statistics),
            "conv_to_rgb": nn.Conv2d(width, width, 3, padding=1),
        })  # fmt: skip

    def forward(self, z: Tensor, weights: Tensor, truncation: Tensor) -> Tensor:
        """z (N, z_dim), already truncated, class weights (N, classes), truncation (N,) in [0, 1] to pictures
        (N, 3, 128, 128) in [-1, 1], for the plan of 128 pixels."""
        condition = torch.cat([z, self.embeddings(weights)], 1)
        parts = self.generator
        x = parts["gen_z"](condition).unflatten(1, (4, 4, -1)).permute(0, 3, 1, 2).contiguous()
        for layer in parts["layers"]:
            x = layer(x, condition, truncation) if isinstance(layer, Block) else layer(x)
        x = F.relu(parts["bn"](x, None, truncation))
        last = parts["conv_to_rgb"]  # of its many channels the first three are the picture
        return torch.tanh(F.conv2d(x, last.weight[:3], last.bias[:3], padding=1))


class Norm(nn.Module):
    """Batch norm with statistics for each truncation; scale and shift are learned, or follow a condition."""

    def __init__(self, channels: int, condition: int | None, statistics: int):
        super().__init__()
        self.register_buffer("running_means", torch.zeros(statistics, channels))
        self.register_buffer("running_vars", torch.ones(statistics, channels))
        if condition is None:
            self.weight, self.bias = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))
        else:
            self.scale = nn.Linear(condition, channels, bias=False)
            self.offset = nn.Linear(condition, channels, bias=False)

    def forward(self, x: Tensor, condition: Tensor | None, truncation: Tensor) -> Tensor:
        """(N, C, H, W) to the same; condition (N, D) or None; truncation (N,) in [0, 1]."""
        mean, variance = (between(rows, truncation) for rows in (self.running_means, self.running_vars))
        if condition is None:
            scale, shift = self.weight, self.bias
        else:
            scale, shift = 1 + self.scale(condition), self.offset(condition)
        scale = scale * torch.rsqrt(variance + EPSILON)
        return x * scale[..., None, None] + (shift - mean * scale)[..., None, None]


class Block(nn.Module):
    """A residual block, inside at a quarter of the channels; the way around it drops channels, or enlarges."""

    def __init__(self, before: int, after: int, condition: int, enlarges: bool, statistics: int):
        super().__init__()
        self.enlarges, self.after = enlarges, after
        inner = before // 4
        self.bn_0, self.conv_0 = Norm(before, condition, statistics), nn.Conv2d(before, inner, 1)
        self.bn_1, self.conv_1 = Norm(inner, condition, statistics), nn.Conv2d(inner, inner, 3, padding=1)
        self.bn_2, self.conv_2 = Norm(inner, condition, statistics), nn.Conv2d(inner, inner, 3, padding=1)
        self.bn_3, self.conv_3 = Norm(inner, condition, statistics), nn.Conv2d(inner, after, 1)

    def forward(self, x: Tensor, condition: Tensor, truncation: Tensor) -> Tensor:
        """(N, before, H, W) to (N, after, H, W), or twice as high and wide."""
        y = self.conv_0(F.relu(self.bn_0(x, condition, truncation)))
        y = F.relu(self.bn_1(y, condition, truncation))
        y = self.conv_1(enlarge(y) if self.enlarges else y)
        y = self.conv_2(F.relu(self.bn_2(y, condition, truncation)))
        y = self.conv_3(F.relu(self.bn_3(y, condition, truncation)))
        x = x[:, : self.after]
        return y + (enlarge(x) if self.enlarges else x)


class Attention(nn.Module):
    """Self-attention (Zhang et al., 2019): each place looks at a quarter of all places."""

    def __init__(self, channels: int):
        super().__init__()
        self.snconv1x1_theta = nn.Conv2d(channels, channels // 8, 1, bias=False)
        self.snconv1x1_phi = nn.Conv2d(channels, channels // 8, 1, bias=False)
        self.snconv1x1_g = nn.Conv2d(channels, channels // 2, 1, bias=False)
        self.snconv1x1_o_conv = nn.Conv2d(channels // 2, channels, 1, bias=False)
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the same; H and W even."""
        asks = self.snconv1x1_theta(x).flatten(2)
        offers, brings = (F.max_pool2d(layer(x), 2).flatten(2) for layer in (self.snconv1x1_phi, self.snconv1x1_g))
        looks = torch.softmax(asks.transpose(1, 2) @ offers, -1)  # (N, H * W, H * W / 4)
        seen = (brings @ looks.transpose(1, 2)).unflatten(2, x.shape[2:])
        return x + self.gamma * self.snconv1x1_o_conv(seen)


def enlarge(x: Tensor) -> Tensor:
    """Twice the height and width, each number four times."""
    return F.interpolate(x, scale_factor=2, mode="nearest")


def between(rows: Tensor, truncation: Tensor) -> Tensor:
    """Statistics (K, C) measured at K truncations from 0 to 1, at each of (N,): (N, C), linear between two of them.

    The published code swaps the two shares, which is the same where a truncation was measured and half-way.
    """
    place = truncation.clamp(0, 1) * (len(rows) - 1)
    low = place.floor().long().clamp(max=len(rows) - 2)
    return torch.lerp(rows[low], rows[low + 1], (place - low)[:, None].to(rows.dtype))
