"""A larger discriminator for the style-based GAN's last act; it exists for training alone."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.stylegan.networks import group_deviation

WIDTHS = {64: 64, 32: 128, 16: 256, 8: 384, 4: 512}
GROUP = 4  # pictures that are compared with one another


class EqualizedConv(nn.Conv2d):
    """A convolution whose weights have unit variance and are scaled when used (Karras et al., 2018, section 4.1)."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1):
        super().__init__(inputs, outputs, kernel, stride, kernel // 2)
        nn.init.normal_(self.weight)
        nn.init.zeros_(self.bias)
        self.scale = 1 / math.sqrt(inputs * kernel**2)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, H / stride, W / stride)."""
        return self._conv_forward(x, self.weight * self.scale, self.bias)


class ResidualBlock(nn.Module):
    """Half the size and more channels, with a way past both convolutions (StyleGAN2, figure 7)."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.first = EqualizedConv(inputs, inputs, 3)
        self.second = EqualizedConv(inputs, outputs, 3, stride=2)
        self.past = EqualizedConv(inputs, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, H / 2, W / 2)."""
        y = F.leaky_relu(self.first(x), 0.2) * math.sqrt(2)
        y = F.leaky_relu(self.second(y), 0.2) * math.sqrt(2)
        return (y + self.past(F.avg_pool2d(x, 2))) * math.sqrt(0.5)


class ResidualDiscriminator(nn.Module):
    """Says of pictures whether they are real, with two convolutions and a way past them at every size (StyleGAN2).

    Like the generator it reads four pixels at once. Its weights want steps five times as long as others'.
    """

    def __init__(self):
        super().__init__()
        sizes = list(WIDTHS)
        self.start = EqualizedConv(12, WIDTHS[sizes[0]], 3)
        self.blocks = nn.Sequential(*[ResidualBlock(WIDTHS[s], WIDTHS[s // 2]) for s in sizes[:-1]])
        self.last = EqualizedConv(WIDTHS[4] + 1, WIDTHS[4], 3)
        self.score = EqualizedConv(WIDTHS[4], 256, 4)
        self.score.padding = (0, 0)
        self.verdict = EqualizedConv(256, 1, 1)

    def forward(self, pictures: Tensor) -> Tensor:
        """Pictures (N, 3, 128, 128) in [-1, 1] to logits (N,): above zero means "real"."""
        x = F.leaky_relu(self.start(F.pixel_unshuffle(pictures, 2)), 0.2) * math.sqrt(2)
        x = self.blocks(x)
        x = torch.cat([x, group_deviation(x.float(), GROUP).to(x.dtype)], 1)
        x = F.leaky_relu(self.last(x), 0.2) * math.sqrt(2)
        x = F.leaky_relu(self.score(x), 0.2) * math.sqrt(2)
        return self.verdict(x).flatten()
