"""A small class-conditional GAN that looks across its own picture, after SAGAN (Zhang et al., 2019) and BigGAN.

From BigGAN (Brock et al., 2019): one embedding of the classes for all layers, and noise in portions, one for the
beginning and one for each block, which reach the picture through conditional batch norms. From SAGAN: self-attention
at 16x16 in both, and the hinge loss. Both are far smaller than theirs, and so few steps of training leave spectral norm
no time: the discriminator has a gradient penalty in its place.
"""

import itertools
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.data.thing_names import THINGS

PORTION = 20  # numbers of noise that each part of the generator gets
EMBEDDING = 32  # length of what stands for a class
ATTENDED = 16  # pixels of a side where attention looks
SHARP = 6.0  # how much a place prefers its like


class SelfAttention(nn.Module):
    """Each place adds what it finds at the places it looks at (Zhang et al., 2019, section 3).

    Queries and keys are centred and of length 1 (Henry et al., 2020), and begin alike, so that each place begins by
    looking at its like: with the paper's bare products all places soon looked at a single one, and learned no more.

    Args:
        width: channels.
        pool: the places looked at are pooled by this factor a side.
    """

    def __init__(self, width: int, pool: int = 1):
        super().__init__()
        self.pool = pool
        self.query, self.key = (nn.Conv2d(width, width // 8, 1, bias=False) for _ in range(2))
        self.value = nn.Conv2d(width, width // 2, 1, bias=False)
        self.out = nn.Conv2d(width // 2, width, 1, bias=False)
        self.share = nn.Parameter(torch.tensor(0.3))

    def looks(self, x: Tensor) -> Tensor:
        """Features (N, C, H, W) to where each place looks, (N, H * W, places); each row sums to 1."""
        key = F.avg_pool2d(self.key(x), self.pool) if self.pool > 1 else self.key(x)
        query, key = (
            F.normalize(y - y.mean(2, keepdim=True), dim=1) for y in (self.query(x).flatten(2), key.flatten(2))
        )
        return (SHARP * query.transpose(1, 2) @ key).softmax(2)

    def forward(self, x: Tensor) -> Tensor:
        """Features (N, C, H, W) to the same."""
        value = F.max_pool2d(self.value(x), self.pool) if self.pool > 1 else self.value(x)
        found = self.looks(x) @ value.flatten(2).transpose(1, 2)
        found = found.view(len(x), *x.shape[2:], -1).permute(0, 3, 1, 2)
        return x + self.share * self.out(found)


class ConditionalNorm(nn.Module):
    """Batch norm whose scale and offset are read from a vector (de Vries et al., 2017)."""

    def __init__(self, width: int, condition: int):
        super().__init__()
        self.norm = nn.BatchNorm2d(width, affine=False)
        self.read = nn.Linear(condition, 2 * width)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """Features (N, C, H, W) and vectors (N, condition) to features."""
        scale, offset = self.read(condition)[:, :, None, None].chunk(2, 1)
        return self.norm(x) * (1 + scale) + offset


class Block(nn.Module):
    """A residual block that doubles the side."""

    def __init__(self, wide: int, narrow: int, condition: int):
        super().__init__()
        self.before, self.between = ConditionalNorm(wide, condition), ConditionalNorm(narrow, condition)
        self.up = nn.ConvTranspose2d(wide, narrow, 4, 2, 1)
        self.mix = nn.Conv2d(narrow, narrow, 3, padding=1)
        self.past = nn.Conv2d(wide, narrow, 1)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """Features (N, wide, H, W) and vectors (N, condition) to (N, narrow, 2 H, 2 W)."""
        y = self.up(F.relu(self.before(x, condition)))
        y = self.mix(F.relu(self.between(y, condition)))
        return y + F.interpolate(self.past(x), scale_factor=2)


class ThingGenerator(nn.Module):
    """Noise and a class, or a mixture of classes, to a picture of 32x32.

    Args:
        widths: channels at 4x4, 8x8, 16x16 and 32x32.
        attention: whether it looks across the picture at 16x16.
    """

    z_dim = 4 * PORTION

    def __init__(self, widths: tuple[int, ...] = (192, 128, 96, 32), attention: bool = True):
        super().__init__()
        self.embedding = nn.Embedding(len(THINGS), EMBEDDING)
        self.start = nn.Linear(PORTION, widths[0] * 16)
        self.blocks = nn.ModuleList(Block(a, b, EMBEDDING + PORTION) for a, b in itertools.pairwise(widths))
        self.attention = SelfAttention(widths[2]) if attention else None
        self.last = nn.BatchNorm2d(widths[3])
        self.to_rgb = nn.Conv2d(widths[3], 3, 3, padding=1)
        orthogonal(self)

    def attended(self, z: Tensor, classes: Tensor) -> Tensor:
        """The features (N, C, 16, 16) that attention works on; arguments as in :meth:`forward`."""
        first, *portions = z.split(PORTION, 1)
        x = self.start(first).view(len(z), -1, 4, 4)
        for block, portion in zip(self.blocks[:2], portions[:2], strict=True):
            x = block(x, self.condition(classes, portion))
        return x

    def condition(self, classes: Tensor, portion: Tensor) -> Tensor:
        """What a block is told: the classes' embedding and its portion of noise."""
        said = classes @ self.embedding.weight if classes.is_floating_point() else self.embedding(classes)
        return torch.cat([said, portion], 1)

    def forward(self, z: Tensor, classes: Tensor) -> Tensor:
        """z (N, 80), standard normal, and classes (N,) or mixtures (N, 10), to pictures (N, 3, 32, 32) in [-1, 1]."""
        x = self.attended(z, classes)
        if self.attention:
            x = self.attention(x)
        x = self.blocks[2](x, self.condition(classes, z[:, -PORTION:]))
        return torch.tanh(self.to_rgb(F.relu(self.last(x))))

    def looks(self, z: Tensor, classes: Tensor) -> Tensor:
        """Where each place of 16x16 looks, (N, 256, 16, 16); each map sums to 1. Arguments as in :meth:`forward`."""
        return self.attention.looks(self.attended(z, classes)).unflatten(2, (ATTENDED, ATTENDED))


class ThingDiscriminator(nn.Module):
    """Pictures and their classes to logits; the class meets the features in a dot product (Miyato and Koyama, 2018).

    Args:
        widths: channels at 16x16, 8x8 and 4x4.
        attention: whether it looks across the picture at 16x16, at places pooled to 8x8 as in BigGAN.
    """

    widths: ClassVar = (64, 128, 192)

    def __init__(self, widths: tuple[int, int, int] = widths, attention: bool = True):
        super().__init__()
        fine, middle, wide = widths
        self.read = nn.Conv2d(12, fine, 3, padding=1)
        self.attention = SelfAttention(fine, pool=2) if attention else nn.Identity()
        self.down = nn.ModuleList(
            [nn.Conv2d(fine, middle, 4, 2, 1), nn.Conv2d(middle, wide, 4, 2, 1), nn.Conv2d(wide, wide, 3, padding=1)]
        )
        self.features = nn.Linear(wide * 16, wide)
        self.real = nn.Linear(wide, 1)
        self.fits = nn.Embedding(len(THINGS), wide)
        nn.init.normal_(self.fits.weight, std=wide**-0.5)

    def forward(self, pictures: Tensor, classes: Tensor) -> Tensor:
        """Pictures (N, 3, 32, 32) in [-1, 1] and their classes (N,) to logits (N,)."""
        return self.judge(self.see(pictures), classes)

    def see(self, pictures: Tensor) -> Tensor:
        """Pictures to features (N, C), which several classes can meet."""
        x = self.attention(F.leaky_relu(self.read(F.pixel_unshuffle(pictures, 2)), 0.2))
        for layer in self.down:
            x = F.leaky_relu(layer(x), 0.2)
        return F.leaky_relu(self.features(x.flatten(1)), 0.2)

    def judge(self, features: Tensor, classes: Tensor) -> Tensor:
        """Features (N, C) and classes (N,) to logits (N,)."""
        return self.real(features)[:, 0] + (features * self.fits(classes)).sum(1)


def orthogonal(network: nn.Module) -> None:
    """Orthogonal weights to begin with, as in BigGAN; those of conditional norms stay small."""
    for name, layer in network.named_modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.orthogonal_(layer.weight, 0.3 if name.endswith("read") else 1.0)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    for layer in network.modules():
        if isinstance(layer, SelfAttention):
            layer.key.load_state_dict(layer.query.state_dict())
