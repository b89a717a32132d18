"""Pictures from sentences in two stages, after StackGAN (Zhang et al., 2017), and the opponents of their training.

The first stage draws a small picture from noise and a sentence; the second reads that draft and the sentence again and
draws it at twice the size. A style, made of noise and sentence, scales activations before each convolution, and the
outputs are brought back to unit variance (StyleGAN2, Karras et al., 2020): in place of the batch norms of the paper,
which want larger batches than a processor can afford.
"""

import itertools
import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Z_DIM = 96
TEXT_DIM = 128  # length of what the text encoder says of a sentence
CONDITION = 64  # length of what stands for the sentence in a generator
STYLE = 128
WORDS = 32  # words of a sentence that are read
GAIN = math.sqrt(2)  # brings back the variance that a leaky ReLU takes


class TextEncoder(nn.Module):
    """Sentences to vectors: word vectors, a recurrent layer in both directions (Cho et al., 2014), their mean.

    Args:
        words: how many it knows; number 0 stands for none.
    """

    def __init__(self, words: int, width: int = 64):
        super().__init__()
        self.words = nn.Embedding(words + 1, width, padding_idx=0)
        self.read = nn.GRU(width, width, batch_first=True, bidirectional=True)
        self.out = nn.Linear(4 * width, TEXT_DIM)

    def forward(self, numbers: Tensor) -> Tensor:
        """Word numbers (N, W), 0 behind the last word, to vectors (N, TEXT_DIM) of length 1."""
        there = (numbers > 0).unsqueeze(2)
        read, _ = self.read(self.words(numbers))
        mean = (read * there).sum(1) / there.sum(1).clamp_min(1)
        most = read.masked_fill(~there, -4.0).amax(1)
        return F.normalize(self.out(torch.cat([mean, most], 1)), dim=1)


class Augmentation(nn.Module):
    """Conditioning augmentation (StackGAN, section 3.2): a sentence stands for a small cloud, not for one point."""

    def __init__(self):
        super().__init__()
        self.to_cloud = nn.Linear(TEXT_DIM, 2 * CONDITION)

    def forward(self, text: Tensor) -> tuple[Tensor, Tensor]:
        """Vectors (N, TEXT_DIM) to mean and log variance (N, CONDITION) each."""
        mean, log_variance = self.to_cloud(text * math.sqrt(TEXT_DIM)).chunk(2, 1)
        return mean, log_variance.clamp(-8, 2)


class StyledConv(nn.Module):
    """A convolution whose inputs a style scales; unit variance, bias, leaky ReLU. ``up`` doubles the size."""

    def __init__(self, inputs: int, outputs: int, up: bool = False):
        super().__init__()
        self.up = up
        side = 4 if up else 3
        self.weight = nn.Parameter(torch.randn(*((inputs, outputs) if up else (outputs, inputs)), side, side))
        self.gain = 1 / math.sqrt(inputs * (4 if up else 9))
        self.to_style = nn.Linear(STYLE, inputs)
        nn.init.normal_(self.to_style.weight, std=1 / math.sqrt(STYLE))
        nn.init.ones_(self.to_style.bias)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        """Features (N, inputs, H, W) and styles (N, STYLE) to (N, outputs, H, W), or twice that size."""
        scale, weight = self.to_style(style), self.weight * self.gain
        x = x * scale[:, :, None, None]
        if self.up:
            x = F.conv_transpose2d(x, weight, stride=2, padding=1)
            power = weight.square().sum((2, 3)) / 4
        else:
            x = F.conv2d(x, weight, padding=1)
            power = weight.square().sum((2, 3)).T
        x = x * torch.rsqrt(scale.square() @ power + 1e-8)[:, :, None, None]
        return F.leaky_relu(x + self.bias[:, None, None], 0.2) * GAIN


class Stage(nn.Module):
    """What both stages have: the sentence's cloud, and a style from it and from noise."""

    def __init__(self):
        super().__init__()
        self.cloud = Augmentation()
        self.mapping = nn.Sequential(
            nn.Linear(Z_DIM + CONDITION, STYLE), nn.LeakyReLU(0.2), nn.Linear(STYLE, STYLE), nn.LeakyReLU(0.2),
        )  # fmt: skip

    def style(self, z: Tensor, text: Tensor, chance: Tensor | None) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Noise (N, Z_DIM) and sentences (N, TEXT_DIM) to styles (N, STYLE), and the clouds they were drawn from.

        ``chance`` (N, CONDITION), standard normal, says where in the cloud; ``None`` is its middle.
        """
        mean, log_variance = self.cloud(text)
        place = mean if chance is None else mean + chance * (log_variance / 2).exp()
        return self.mapping(torch.cat([z, place], 1)) * GAIN, (mean, log_variance)


class DraftGenerator(Stage):
    """Stage I: noise and a sentence to a draft of 32x32."""

    def __init__(self, widths: tuple[int, int, int] = (256, 224, 128)):
        super().__init__()
        wide, middle, fine = widths
        self.start = nn.Linear(STYLE, wide * 16)
        self.layers = nn.ModuleList(
            [StyledConv(wide, middle, up=True), StyledConv(middle, middle), StyledConv(middle, fine, up=True),
             StyledConv(fine, fine)]
        )  # fmt: skip
        self.to_rgb = nn.Conv2d(fine, 12, 1)

    def forward(self, z: Tensor, text: Tensor, chance: Tensor | None = None) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """z (N, Z_DIM), text (N, TEXT_DIM) to pictures (N, 3, 32, 32) in [-1, 1], and mean and log variance (N, C)."""
        style, cloud = self.style(z, text, chance)
        x = F.leaky_relu(self.start(style), 0.2).view(len(z), -1, 4, 4)
        for layer in self.layers:
            x = layer(x, style)
        return torch.tanh(F.pixel_shuffle(self.to_rgb(x), 2)), cloud


class RefiningGenerator(Stage):
    """Stage II: a draft, its noise and its sentence to a picture of 64x64. What it adds is added to the draft."""

    def __init__(self, wide: int = 128, fine: int = 64):
        super().__init__()
        self.read = nn.Sequential(nn.Conv2d(12, wide // 2, 3, padding=1), nn.LeakyReLU(0.2))
        self.layers = nn.ModuleList(
            [StyledConv(wide // 2, wide), StyledConv(wide, wide), StyledConv(wide, wide),
             StyledConv(wide, fine, up=True), StyledConv(fine, fine)]
        )  # fmt: skip
        self.to_rgb = nn.Conv2d(fine, 12, 1)
        nn.init.zeros_(self.to_rgb.weight)
        nn.init.zeros_(self.to_rgb.bias)

    def forward(
        self, draft: Tensor, z: Tensor, text: Tensor, chance: Tensor | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """draft (N, 3, 32, 32) in [-1, 1], z and text as there, to (N, 3, 64, 64), about [-1, 1], and the cloud."""
        style, cloud = self.style(z, text, chance)
        x = self.read(F.pixel_unshuffle(draft, 2))
        for layer in self.layers:
            x = layer(x, style)
        large = F.interpolate(draft, scale_factor=2, mode="bilinear", align_corners=False)
        return (large + F.pixel_shuffle(self.to_rgb(x), 2)).clamp(-1.2, 1.2), cloud


class TextDiscriminator(nn.Module):
    """Says whether a picture is real and whether the sentence is true of it, in one logit (Reed et al., 2016).

    The sentence meets the picture's features in a dot product (projection; Miyato and Koyama, 2018).

    Args:
        resolution: height and width of the pictures, 32 or 64.
    """

    def __init__(self, resolution: int = 64):
        super().__init__()
        widths = {32: (64, 128, 256), 64: (48, 96, 160, 256)}[resolution]
        self.read = nn.Conv2d(12, widths[0], 3, padding=1)
        self.down = nn.ModuleList(nn.Conv2d(a, b, 4, 2, 1) for a, b in itertools.pairwise(widths))
        self.last = nn.Conv2d(widths[-1] + 1, 256, 3, padding=1)
        self.features = nn.Linear(256 * 16, 256)
        self.real = nn.Linear(256, 1)
        self.fits = nn.Linear(TEXT_DIM, 256)

    def forward(self, pictures: Tensor, text: Tensor) -> Tensor:
        """Pictures (N, 3, R, R) in [-1, 1] and sentences (N, TEXT_DIM) to logits (N,)."""
        return self.judge(self.see(pictures), text)

    def see(self, pictures: Tensor) -> Tensor:
        """Pictures to features (N, 256), which several sentences can meet."""
        x = F.leaky_relu(self.read(F.pixel_unshuffle(pictures, 2)), 0.2)
        for layer in self.down:
            x = F.leaky_relu(layer(x), 0.2)
        spread = x.var(0, correction=0).add(1e-8).sqrt().mean().expand(len(x), 1, 4, 4)
        x = F.leaky_relu(self.last(torch.cat([x, spread], 1)), 0.2)
        return F.leaky_relu(self.features(x.flatten(1)), 0.2)

    def judge(self, features: Tensor, text: Tensor) -> Tensor:
        """Features (N, 256) and sentences (N, TEXT_DIM) to logits (N,)."""
        return self.real(features)[:, 0] + (features * self.fits(text)).sum(1)
