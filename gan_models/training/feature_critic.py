"""A critic that looks through the eyes of an image classifier (Sauer et al., 2021, "Projected GANs Converge Faster").

It exists for training alone: judging frozen features of several scales, instead of pixels, spares the critic from
learning to see, and the generator learns in a fraction of the steps.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm
from torchvision.models import squeezenet1_1

TAPS = {4: 128, 7: 256, 12: 512}  # layer of SqueezeNet 1.1's ``features`` -> channels


class SqueezeNetFeatures(nn.Module):
    """SqueezeNet 1.1 (Iandola et al., 2016) without its classifier, in torchvision's layout and names."""

    def __init__(self):
        super().__init__()
        self.features = squeezenet1_1(weights=None).features
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1), persistent=False)

    def forward(self, images: Tensor, taps: tuple[int, ...] = (12,)) -> list[Tensor]:
        """Images (N, 3, H, W) in [-1, 1] to the activations after each layer in ``taps``, in order."""
        x = ((images + 1) / 2 - self.mean) / self.std
        found = []
        for index, layer in enumerate(self.features):
            x = layer(x)
            if index in taps:
                found.append(x)
            if index == taps[-1]:
                break
        return found


class FeatureCritic(nn.Module):
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


def enlarge(images: Tensor, size: int) -> Tensor:
    return F.interpolate(images, size=(size, size), mode="bilinear", align_corners=False)
