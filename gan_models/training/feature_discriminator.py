"""A discriminator that looks through the eyes of an image classifier (Sauer et al., 2021, "Projected GANs Converge
Faster").

It exists for training alone: judging frozen features of several scales, instead of pixels, spares the discriminator
from learning to see, and the generator learns in a fraction of the steps.
"""

from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

TAPS = {4: 128, 7: 256, 12: 512}  # layer of SqueezeNet 1.1's ``features`` -> channels


class FeatureDiscriminator(nn.Module):
    """Features as :class:`SqueezeNetFeatures` gives them to patch logits, one head a scale.

    Args:
        width: channels inside each head.
    """

    def __init__(self, width: int = 32):
        super().__init__()
        self.heads = nn.ModuleList(
            nn.Sequential(
                spectral_norm(nn.Conv2d(channels, width, 1)), nn.LeakyReLU(0.2),
                spectral_norm(nn.Conv2d(width, width, 3, padding=1)), nn.LeakyReLU(0.2),
                spectral_norm(nn.Conv2d(width, 1, 1)),
            )
            for channels in TAPS.values()
        )  # fmt: skip

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        """A list of patch logits (N, P), P differing from head to head."""
        return [head(x).flatten(1) for head, x in zip(self.heads, features, strict=True)]


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
