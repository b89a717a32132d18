"""An ordinary classifier of ten kinds of things, which never saw a generated one."""

import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.classifiers.layers import convolution
from gan_models.data.thing_names import THINGS


class Residual(nn.Module):
    """Two convolutions added to what came in (He et al., 2016)."""

    def __init__(self, width: int):
        super().__init__()
        self.body = nn.Sequential(*convolution(width, width), nn.ReLU(), *convolution(width, width))

    def forward(self, x: Tensor) -> Tensor:
        """Features (N, C, H, W) to the same."""
        return F.relu(x + self.body(x))


class ThingClassifier(nn.Module):
    """A small residual network.

    Args:
        width: channels at 16x16; twice as many at 8x8, four times at 4x4.
    """

    def __init__(self, width: int = 32):
        super().__init__()
        self.body = nn.Sequential(
            *convolution(3, width, 4, 2), nn.ReLU(), Residual(width),
            *convolution(width, 2 * width, 3, 2), nn.ReLU(), Residual(2 * width),
            *convolution(2 * width, 4 * width, 3, 2), nn.ReLU(), Residual(4 * width),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.1), nn.Linear(4 * width, len(THINGS)),
        )  # fmt: skip

    def forward(self, images: Tensor) -> Tensor:
        """Things (N, 3, 32, 32) in [-1, 1] to logits (N, 10), in the order of ``THINGS``."""
        return self.body(images)
