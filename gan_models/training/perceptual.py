"""A distance that sees pictures as an image classifier does, and means over holes; for training."""

import torch.nn.functional as F
from torch import Tensor

TAPS = (1, 4, 7, 12)  # layers of SqueezeNet 1.1: edges, textures, parts, objects


def unit_distance(a: list[Tensor], b: list[Tensor]) -> Tensor:
    """Distance (N,) of two lists of feature maps (N, C, H, W): squared, of unit-length features, summed over the list.

    LPIPS (Zhang et al., 2018) without its learnt weights: every channel counts alike, every place counts alike.
    """
    return sum(
        (F.normalize(x, dim=1, eps=1e-6) - F.normalize(y, dim=1, eps=1e-6)).square().sum(1).mean((1, 2))
        for x, y in zip(a, b, strict=True)
    )


def share_of(masks: Tensor) -> Tensor:
    """The share (N,) of each picture that is hole; masks (N, 1, H, W) of 0 and 1."""
    return masks.flatten(1).mean(1)


def mean_where(values: Tensor, masks: Tensor) -> Tensor:
    """Mean of values (N, C, H, W) over the places where masks (N, 1, H, W) are 1, per picture: (N,)."""
    total = (values * masks).sum((1, 2, 3))
    return total / (values.shape[1] * masks.sum((1, 2, 3))).clamp_min(1.0)


def relative_difference(features: list[Tensor], wanted: list[Tensor]) -> Tensor:
    """Mean absolute difference of two lists of feature maps, each relative to the mean size of ``wanted``; summed."""
    return sum(F.l1_loss(x, y) / y.abs().mean() for x, y in zip(features, wanted, strict=True))
