"""An ordinary classifier of digits, which never saw a generated one."""

from torch import Tensor, nn

from gan_models.data.mnist import CLASSES


class DigitClassifier(nn.Module):
    """An ordinary classifier that never saw a generated digit: digits (N, 1, 28, 28) in [-1, 1] to logits (N, 10)."""

    feature_dim = 128

    def __init__(self, width: int = 32):
        super().__init__()

        def block(c_in: int, c_out: int) -> list[nn.Module]:
            return [nn.Conv2d(c_in, c_out, 3, padding=1, bias=False), nn.BatchNorm2d(c_out), nn.ReLU()]

        self.body = nn.Sequential(
            *block(1, width), nn.MaxPool2d(2),
            *block(width, width), *block(width, 2 * width), nn.MaxPool2d(2), nn.Dropout2d(0.1),
            *block(2 * width, 2 * width), *block(2 * width, 2 * width), nn.Flatten(), nn.Dropout(0.2),
            nn.Linear(2 * width * 49, self.feature_dim), nn.BatchNorm1d(self.feature_dim), nn.ReLU(),
        )  # fmt: skip
        self.head = nn.Sequential(nn.Dropout(0.4), nn.Linear(self.feature_dim, CLASSES))

    def features(self, images: Tensor) -> Tensor:
        """Digits (N, 1, 28, 28) in [-1, 1] to the (N, 128) features in which distances are measured."""
        return self.body(images)

    def forward(self, images: Tensor) -> Tensor:
        """Digits (N, 1, 28, 28) in [-1, 1] to logits (N, 10)."""
        return self.head(self.features(images))
