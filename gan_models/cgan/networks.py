"""Class-conditional GAN for 28x28 digits.

The idea is that of Mirza and Osindero (2014), "Conditional Generative Adversarial Nets": generator and discriminator
both see the label. The layers are convolutional (Radford et al., 2016), and the discriminator compares picture and
label by an inner product (Miyato and Koyama, 2018, "cGANs with Projection Discriminator").
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.data.mnist import CLASSES


class DigitGenerator(nn.Module):
    """Style and label in, digit out.

    Style and label meet once, as a sum, at the entrance. So the style vector means the same thing for every class:
    one style writes ten digits in one hand.

    Args:
        z_dim: length of the style vector.
        width: channels at 28x28; twice as many at 14x14, four times at 7x7.
    """

    def __init__(self, z_dim: int = 64, width: int = 32):
        super().__init__()
        self.z_dim = z_dim
        self.width = width
        self.from_style = nn.Linear(z_dim, 4 * width * 49, bias=False)
        self.from_label = nn.Embedding(CLASSES, 4 * width * 49)
        self.norm7 = nn.BatchNorm2d(4 * width)
        self.up14 = nn.ConvTranspose2d(4 * width, 2 * width, 4, stride=2, padding=1, bias=False)
        self.norm14 = nn.BatchNorm2d(2 * width)
        self.up28 = nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1, bias=False)
        self.norm28 = nn.BatchNorm2d(width)
        self.to_ink = nn.Conv2d(width, 1, 3, padding=1)
        nn.init.normal_(self.from_label.weight, std=self.from_style.weight.std().item())

    def embed(self, labels: Tensor) -> Tensor:
        """Labels (N,) as integers, or class mixtures (N, 10) of floats that sum to one, to (N, C) features."""
        if labels.is_floating_point():
            return labels @ self.from_label.weight
        return self.from_label(labels)

    def forward(self, z: Tensor, labels: Tensor) -> Tensor:
        """z (N, z_dim) and labels (N,) or mixtures (N, 10) to digits (N, 1, 28, 28) in [-1, 1]; ink is 1."""
        x = self.from_style(z) + self.embed(labels)
        x = F.relu(self.norm7(x.view(-1, 4 * self.width, 7, 7)))
        x = F.relu(self.norm14(self.up14(x)))
        x = F.relu(self.norm28(self.up28(x)))
        return torch.tanh(self.to_ink(x))


class DigitDiscriminator(nn.Module):
    """Digits (N, 1, 28, 28) in [-1, 1] and labels (N,) to logits (N,): above zero means "real, and of this class"."""

    def __init__(self, width: int = 32):
        super().__init__()
        self.down14 = nn.Conv2d(1, width, 4, stride=2, padding=1)
        self.down7 = nn.Conv2d(width, 2 * width, 4, stride=2, padding=1)
        self.mix7 = nn.Conv2d(2 * width, 4 * width, 3, padding=1)
        self.down3 = nn.Conv2d(4 * width, 4 * width, 3, stride=2)
        self.to_features = nn.Linear(4 * width * 9, 4 * width)
        self.to_score = nn.Linear(4 * width, 1)
        self.class_vectors = nn.Embedding(CLASSES, 4 * width)

    def forward(self, images: Tensor, labels: Tensor) -> Tensor:
        """Digits (N, 1, 28, 28) in [-1, 1] and labels (N,) to logits (N,)."""
        x = F.leaky_relu(self.down14(images), 0.2)
        x = F.leaky_relu(self.down7(x), 0.2)
        x = F.leaky_relu(self.mix7(x), 0.2)
        x = F.leaky_relu(self.down3(x), 0.2)
        x = F.leaky_relu(self.to_features(x.flatten(1)), 0.2)
        match = (x * self.class_vectors(labels)).sum(1) / x.shape[1] ** 0.5
        return self.to_score(x).squeeze(1) + match
