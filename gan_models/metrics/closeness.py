"""How close is a picture to another one? PSNR, SSIM and LPIPS, each (N,) for pictures (N, 3, H, W) in [-1, 1]."""

from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

from gan_models.core.squeezenet import SqueezeNetFeatures, load_squeezenet

LAYERS = (1, 4, 7, 9, 10, 11, 12)  # where LPIPS looks into SqueezeNet 1.1
CHANNELS = (64, 128, 256, 384, 384, 512, 512)  # of those layers


def psnr(a: Tensor, b: Tensor) -> Tensor:
    """Peak signal-to-noise ratio in decibels, over all pixels and channels; equal pictures have 100."""
    wrong = ((a - b) / 2).square().flatten(1).mean(1)
    return -10 * torch.log10(wrong.clamp_min(1e-10))


def ssim(a: Tensor, b: Tensor) -> Tensor:
    """Structural similarity (Wang et al., 2004): a Gaussian window of 11 pixels, mean over places and colours."""
    a, b = (a + 1) / 2, (b + 1) / 2
    line = torch.exp(-((torch.arange(11, device=a.device) - 5.0) ** 2) / (2 * 1.5**2))
    line = line / line.sum()
    channels = a.shape[1]
    across = line.view(1, 1, 1, 11).repeat(channels, 1, 1, 1)
    down = line.view(1, 1, 11, 1).repeat(channels, 1, 1, 1)

    def blur(x: Tensor) -> Tensor:
        return F.conv2d(F.conv2d(x, across, groups=channels), down, groups=channels)

    mean_a, mean_b = blur(a), blur(b)
    var_a, var_b = blur(a * a) - mean_a**2, blur(b * b) - mean_b**2
    both = blur(a * b) - mean_a * mean_b
    likeness = (2 * mean_a * mean_b + 0.01**2) * (2 * both + 0.03**2)
    return (likeness / ((mean_a**2 + mean_b**2 + 0.01**2) * (var_a + var_b + 0.03**2))).mean((1, 2, 3))


class Lpips(nn.Module):
    """LPIPS v0.1 with SqueezeNet (Zhang et al., 2018): a learnt weighting of squared differences of unit features.

    Args:
        feature_extractor: SqueezeNet 1.1's features.
        weights: seven tensors (1, C, 1, 1), one a layer of :data:`LAYERS`; zeros, to be filled, if left out.
    """

    def __init__(self, feature_extractor: SqueezeNetFeatures | None = None, weights: list[Tensor] | None = None):
        super().__init__()
        self.feature_extractor = feature_extractor or SqueezeNetFeatures()
        weights = weights or [torch.zeros(1, channels, 1, 1) for channels in CHANNELS]
        self.weights = nn.ParameterList(nn.Parameter(weight, requires_grad=False) for weight in weights)

    @classmethod
    def load(cls, features: Path | None, linear: Path) -> "Lpips":
        """From SqueezeNet's file (or torchvision's own copy) and the file of the linear layers."""
        state = load_file(linear)
        return cls(load_squeezenet(features), [state[f"lin{k}.model.1.weight"].float() for k in range(len(LAYERS))])

    @torch.inference_mode()
    def maps(self, a: Tensor, b: Tensor) -> Tensor:
        """The distance at each pixel, (N, 1, H, W)."""
        total = torch.zeros(len(a), 1, *a.shape[2:])
        for x, y, weight in zip(
            self.feature_extractor(a, LAYERS), self.feature_extractor(b, LAYERS), self.weights, strict=True
        ):
            there = ((unit(x) - unit(y)).square() * weight).sum(1, keepdim=True)
            total = total + F.interpolate(there, size=a.shape[2:], mode="bilinear", align_corners=False)
        return total

    def distance(self, a: list[Tensor], b: list[Tensor]) -> Tensor:
        """The distance (N,) of two lists of features at :data:`LAYERS`; gradients flow."""
        return sum(
            ((unit(x) - unit(y)).square() * weight).sum(1).mean((1, 2))
            for x, y, weight in zip(a, b, self.weights, strict=True)
        )

    @torch.inference_mode()
    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        """The distance (N,) of pictures (N, 3, H, W) in [-1, 1]."""
        return self.distance(self.feature_extractor(a, LAYERS), self.feature_extractor(b, LAYERS))


def unit(features: Tensor) -> Tensor:
    """Features (N, C, H, W) scaled to length 1 at each place."""
    return F.normalize(features, dim=1, eps=1e-10)
