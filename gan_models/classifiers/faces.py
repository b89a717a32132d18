"""An ordinary classifier of faces, which never saw a generated one: it says what a picture shows."""

import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.classifiers.layers import block, stem
from gan_models.data.celeba import ATTRIBUTES


class FaceClassifier(nn.Module):
    """Faces (N, 3, 64, 64) in [-1, 1] to logits (N, 6), one each of :data:`ATTRIBUTES`.

    Args:
        width: channels at 32x32; more further down.
    """

    feature_dim = 192

    def __init__(self, width: int = 32):
        super().__init__()
        self.body = nn.Sequential(
            *stem(width), *block(4 * width, 6 * width, 2), *block(6 * width, 6 * width), nn.Flatten(), nn.Dropout(0.3),
            nn.Linear(6 * width * 16, self.feature_dim), nn.BatchNorm1d(self.feature_dim), nn.ReLU(),
        )  # fmt: skip
        self.head = nn.Sequential(nn.Dropout(0.3), nn.Linear(self.feature_dim, len(ATTRIBUTES)))

    def features(self, images: Tensor) -> Tensor:
        """Faces (N, 3, 64, 64) in [-1, 1] to the (N, 192) features in which distances are measured."""
        return self.body(images)

    def forward(self, images: Tensor) -> Tensor:
        """Faces (N, 3, 64, 64) in [-1, 1] to logits (N, 6), in the order of ``ATTRIBUTES``."""
        return self.head(self.features(images))


def as_heads(faces: Tensor) -> Tensor:
    """Tightly cut faces (N, 3, S, S), aligned as ``faces128.zip``, to whole heads (N, 3, 64, 64).

    :class:`FaceClassifier` learned from heads: the eyes come to lie where CelebA's do, and the face is mirrored around
    itself. Of the 1,000 test faces 88.1 % are then called the man or woman that they are; as they come, 55.3 %.
    """
    small = F.interpolate(faces, size=(36, 36), mode="bilinear", antialias=True, align_corners=False)
    return F.pad(small, (15, 13, 22, 6), mode="reflect")
