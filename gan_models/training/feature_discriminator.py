"""A discriminator that looks through the eyes of an image classifier (Sauer et al., 2021, "Projected GANs Converge
Faster").

It exists for training alone: judging frozen features of several scales, instead of pixels, spares the discriminator
from learning to see, and the generator learns in a fraction of the steps.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

TAPS = {4: 128, 7: 256, 12: 512}  # layer of SqueezeNet 1.1's ``features`` -> channels


class FeatureDiscriminator(nn.Module):
    """Features as :class:`SqueezeNetFeatures` gives them to patch logits, one head a scale.

    Args:
        width: channels inside each head.
        scales: channels of the features, from fine to coarse.
    """

    def __init__(self, width: int = 32, scales: Iterable[int] = tuple(TAPS.values())):
        super().__init__()
        self.heads = nn.ModuleList(
            nn.Sequential(
                spectral_norm(nn.Conv2d(channels, width, 1)), nn.LeakyReLU(0.2),
                spectral_norm(nn.Conv2d(width, width, 3, padding=1)), nn.LeakyReLU(0.2),
                spectral_norm(nn.Conv2d(width, 1, 1)),
            )
            for channels in scales
        )  # fmt: skip

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        """A list of patch logits (N, P), P differing from head to head."""
        return [head(x).flatten(1) for head, x in zip(self.heads, features, strict=True)]


class WholeDiscriminator(nn.Module):
    """One logit for a picture as a whole: what stands where, of pictures that are all aligned alike.

    The patches of :class:`FeatureDiscriminator` share their weights and have a mean as their verdict, so that one eye
    missing is one doubt among fifty. Dropout, in place of spectral norm, which would leave its logits next to nothing.

    Args:
        side: height and width of the pictures whose features these are.
        scales: channels of the last two maps of features.
        sides: height and width of these; ``None`` takes those of SqueezeNet.
    """

    def __init__(
        self, side: int = 128, scales: tuple[int, int] = (TAPS[7], TAPS[12]), sides: tuple[int, int] | None = None
    ):
        super().__init__()
        middle, coarse = sides or ((side + 6) // 8 - 1, (side + 14) // 16 - 1)
        self.coarse = nn.Sequential(nn.Conv2d(scales[1], 48, 1), nn.LeakyReLU(0.2), nn.Flatten())
        self.middle = nn.Sequential(nn.Conv2d(scales[0], 32, 3, stride=2, padding=1), nn.LeakyReLU(0.2), nn.Flatten())
        size = 48 * coarse**2 + 32 * ((middle + 1) // 2) ** 2
        self.score = nn.Sequential(
            nn.Dropout(0.5), nn.Linear(size, 96), nn.LeakyReLU(0.2), nn.Dropout(0.5), nn.Linear(96, 1)
        )

    def forward(self, features: list[Tensor]) -> Tensor:
        """Features, of which the last two scales are looked at, to logits (N,)."""
        return self.score(torch.cat([self.coarse(features[-1]), self.middle(features[-2])], 1)).flatten()


class ConditionalFeatureDiscriminator(nn.Module):
    """The same for pictures that belong to something: a class, a sentence.

    What it stands for meets each patch's features in a dot product (projection; Miyato and Koyama, 2018).

    Args:
        condition: length of the vector that stands for it.
        width: channels inside each head.
    """

    def __init__(self, condition: int, width: int = 48):
        super().__init__()
        self.heads = nn.ModuleList(
            nn.Sequential(
                spectral_norm(nn.Conv2d(channels, width, 1)), nn.LeakyReLU(0.2),
                spectral_norm(nn.Conv2d(width, width, 3, padding=1)), nn.LeakyReLU(0.2),
            )
            for channels in TAPS.values()
        )  # fmt: skip
        self.real = nn.ModuleList(spectral_norm(nn.Conv2d(width, 1, 1)) for _ in TAPS)
        self.fits = nn.ModuleList(nn.Linear(condition, width, bias=False) for _ in TAPS)

    def see(self, features: list[Tensor]) -> list[Tensor]:
        """Features (N, C, H, W) a scale to what the heads make of them (N, width, H, W)."""
        return [head(x) for head, x in zip(self.heads, features, strict=True)]

    def judge(self, seen: list[Tensor], condition: Tensor) -> list[Tensor]:
        """What :meth:`see` gave, and vectors (N, condition), to a list of patch logits (N, P)."""
        said = []
        for x, real, fits in zip(seen, self.real, self.fits, strict=True):
            said.append((real(x) + (x * fits(condition)[:, :, None, None]).sum(1, keepdim=True)).flatten(1))
        return said
