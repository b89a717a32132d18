"""An ordinary classifier of flowers, which never saw a generated one: it names kind and colours."""

from torch import Tensor, nn

from gan_models.classifiers.layers import block, stem
from gan_models.data.flower_kinds import COLOURS, KINDS


class FlowerClassifier(nn.Module):
    """Flowers (N, 3, 64, 64) in [-1, 1] to logits of 102 kinds and of :data:`COLOURS`.

    Args:
        width: channels at 32x32; more further down.
    """

    def __init__(self, width: int = 32):
        super().__init__()
        self.body = nn.Sequential(
            *stem(width), *block(4 * width, 8 * width, 2), nn.AdaptiveMaxPool2d(2), nn.Flatten(), nn.Dropout(0.4),
        )  # fmt: skip
        self.kind = nn.Linear(32 * width, len(KINDS))
        self.colour = nn.Linear(32 * width, len(COLOURS))

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Flowers (N, 3, 64, 64) in [-1, 1] to logits of kinds (N, 102) and of colours (N, 7)."""
        features = self.body(images)
        return self.kind(features), self.colour(features)
