"""CycleGAN (Zhu et al., 2017): a ResNet generator in the paper's form and in a light one, and a discriminator of
patches.

The light form does a tenth of the arithmetic. Its residual blocks are depthwise separable (Howard et al., 2017; Li et
al., 2020, "GAN Compression"), it enlarges before it convolves, which leaves no chequered grain (Odena et al., 2016),
and it proposes a change and a mask of where to make it, instead of painting the whole picture anew (Mejjati et al.,
2018; Tang et al., 2019): what the mask leaves out stays as it was, to the pixel.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

DIVISOR = 4  # heights and widths must be multiples of it


class InstanceNorm(nn.Module):
    """Each channel of each picture to mean 0 and variance 1 (Ulyanov et al., 2016); (N, C, H, W) to the same.

    As ``nn.InstanceNorm2d``, which copies pictures that have their channels last; this does not. On a CPU it is several
    times faster: batch norm over one picture is the same thing. Elsewhere a compiler makes one pass of it.
    """

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the same."""
        if x.device.type != "cpu":
            return normalised(x)
        return torch.cat([F.batch_norm(page, None, None, training=True) for page in x.split(1)])


class ResNetGenerator(nn.Module):
    """A picture of one kind in, the same scene with the other kind in it out.

    Args:
        width: channels after the first layer; four times as many in the residual blocks, at a quarter of the size.
        blocks: how many residual blocks.
        light: the light form of this file's head. Without it: the paper's form, 7x7 convolutions at both ends, two
            strided ones down, two transposed ones up, tanh.
    """

    def __init__(self, width: int = 64, blocks: int = 9, light: bool = False):
        super().__init__()
        self.width, self.light = width, light
        if light:
            self.enter = nn.Conv2d(12, width, 3, padding=1, padding_mode="reflect", bias=False)
            self.down1 = nn.Conv2d(width, 4 * width, 3, stride=2, padding=1, bias=False)
            self.blocks = nn.ModuleList(SeparableBlock(4 * width) for _ in range(blocks))
            self.narrow = nn.Conv2d(4 * width, width, 1)
            self.up1 = nn.Conv2d(2 * width, width, 3, padding=1, padding_mode="reflect", bias=False)
            self.thin = nn.Conv2d(width, width // 2, 1)
            self.up2 = nn.Conv2d(width // 2 + 3, width // 2, 3, padding=1, padding_mode="reflect")
            self.leave = nn.Conv2d(width // 2 + 3, 4, 3, padding=1, padding_mode="reflect")
        else:
            self.enter = nn.Conv2d(3, width, 7, padding=3, padding_mode="reflect")
            self.down1 = nn.Conv2d(width, 2 * width, 3, stride=2, padding=1)
            self.down2 = nn.Conv2d(2 * width, 4 * width, 3, stride=2, padding=1)
            self.blocks = nn.ModuleList(ResidualBlock(4 * width) for _ in range(blocks))
            self.up1 = nn.ConvTranspose2d(4 * width, 2 * width, 3, stride=2, padding=1, output_padding=1)
            self.up2 = nn.ConvTranspose2d(2 * width, width, 3, stride=2, padding=1, output_padding=1)
            self.leave = nn.Conv2d(width, 3, 7, padding=3, padding_mode="reflect")
        self.norm = InstanceNorm()
        self.apply(start_small)
        if light:
            self.leave.weight.data.mul_(0.1)  # begin as a generator that changes nothing

    def forward(self, pictures: Tensor, strength: float = 1.0) -> Tensor:
        """Pictures (N, 3, H, W) in [-1, 1], H and W multiples of 4, to translations of the same shape.

        ``strength`` scales the difference to the input: 0 gives it back, above 1 exaggerates. The result lies in
        [-1, 1], but for the light form in training mode, where clamping would stop the gradient.
        """
        changed, _ = self.propose(pictures)
        if strength != 1.0:
            changed = pictures + strength * (changed - pictures)
        return changed if self.training else changed.clamp(-1, 1)

    def propose(self, pictures: Tensor) -> tuple[Tensor, Tensor | None]:
        """Translations, not clamped, and the light form's mask (N, 1, H, W) in [0, 1]: where it changes anything."""
        return self._light(pictures) if self.light else (self._paper(pictures), None)

    def _paper(self, pictures: Tensor) -> Tensor:
        x = F.relu(self.norm(self.enter(pictures)))
        x = F.relu(self.norm(self.down1(x)))
        x = F.relu(self.norm(self.down2(x)))
        for block in self.blocks:
            x = block(x)
        x = F.relu(self.norm(self.up1(x)))
        x = F.relu(self.norm(self.up2(x)))
        return torch.tanh(self.leave(x))

    def _trunk(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """The light form's features at a half and, behind its blocks, at a quarter of the size."""
        halves = F.relu(self.norm(self.enter(F.pixel_unshuffle(pictures, 2))))
        x = F.relu(self.norm(self.down1(halves)))
        for block in self.blocks:
            x = block(x)
        return halves, x

    def describe(self, pictures: Tensor) -> Tensor:
        """Pictures (N, 3, H, W) to mean, maximum and deviation of the light form's inner features, (N, 12 * width)."""
        x = self._trunk(pictures)[1]
        return torch.cat([x.mean((2, 3)), x.amax((2, 3)), x.std((2, 3))], 1)

    def _light(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        halves, x = self._trunk(pictures)
        x = torch.cat([enlarge(across(self.narrow, x)), halves], 1)
        x = F.relu(self.norm(self.up1(x)))
        x = torch.cat([enlarge(across(self.thin, x)), pictures], 1)
        x = torch.cat([F.relu(self.up2(x)), pictures], 1)
        change, mask = self.leave(x).split([3, 1], 1)
        mask = torch.sigmoid(mask)
        return pictures + mask * 2 * torch.tanh(change / 2), mask


class ResidualBlock(nn.Module):
    """The paper's block: two 3x3 convolutions with instance norm, added to what came in."""

    def __init__(self, channels: int):
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1, padding_mode="reflect")
        self.second = nn.Conv2d(channels, channels, 3, padding=1, padding_mode="reflect")
        self.norm = InstanceNorm()

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the same."""
        return x + self.norm(self.second(F.relu(self.norm(self.first(x)))))


class SeparableBlock(nn.Module):
    """The same with each convolution split in two: 3x3 within a channel, then 1x1 across channels."""

    def __init__(self, channels: int):
        super().__init__()

        def within() -> nn.Conv2d:
            return nn.Conv2d(channels, channels, 3, padding=1, padding_mode="reflect", groups=channels, bias=False)

        self.first, self.second = within(), within()
        self.first_across = nn.Conv2d(channels, channels, 1, bias=False)
        self.second_across = nn.Conv2d(channels, channels, 1, bias=False)
        self.norm = InstanceNorm()

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the same."""
        y = F.relu(self.norm(across(self.first_across, self.first(x))))
        return x + self.norm(across(self.second_across, self.second(y)))


class PatchDiscriminator(nn.Module):
    """Pictures to a map of opinions on overlapping patches of 70x70: near 1 "photograph of my kind", near 0 "made".

    Isola et al. (2017), with the least-squares target of Mao et al. (2017). ``width`` 64 is the paper's; 32 is a
    quarter of the arithmetic.
    """

    patch = 70

    def __init__(self, width: int = 64):
        super().__init__()
        self.down1 = nn.Conv2d(3, width, 4, stride=2, padding=1)
        self.down2 = nn.Conv2d(width, 2 * width, 4, stride=2, padding=1)
        self.down3 = nn.Conv2d(2 * width, 4 * width, 4, stride=2, padding=1)
        self.mix = nn.Conv2d(4 * width, 8 * width, 4, padding=1)
        self.to_score = nn.Conv2d(8 * width, 1, 4, padding=1)
        self.norm = InstanceNorm()
        self.apply(start_small)

    def forward(self, pictures: Tensor) -> Tensor:
        """Pictures (N, 3, H, W) in [-1, 1], at least 32 pixels each way, to opinions (N, 1, H / 8 - 2, W / 8 - 2)."""
        return self.to_score(self._features(pictures))

    def _features(self, pictures: Tensor) -> Tensor:
        x = F.leaky_relu(self.down1(pictures), 0.2)
        x = F.leaky_relu(self.norm(self.down2(x)), 0.2)
        x = F.leaky_relu(self.norm(self.down3(x)), 0.2)
        return F.leaky_relu(self.norm(self.mix(x)), 0.2)

    def describe(self, pictures: Tensor) -> Tensor:
        """Pictures (N, 3, H, W) to mean, maximum and deviation of the opinions, then mean and maximum of the last
        features: (N, 3 + 16 * width)."""
        x = self._features(pictures)
        opinions = self.to_score(x).flatten(1)
        told = torch.stack([opinions.mean(1), opinions.amax(1), opinions.std(1)], 1)
        return torch.cat([told, x.mean((2, 3)), x.amax((2, 3))], 1)


def normalised(x: Tensor) -> Tensor:
    """What :class:`InstanceNorm` does, in plain operations; sums in 32 bits."""
    wide = x.float()
    variance, mean = torch.var_mean(wide, (2, 3), correction=0, keepdim=True)
    return ((wide - mean) * torch.rsqrt(variance + 1e-5)).to(x.dtype)


def across(conv: nn.Conv2d, x: Tensor) -> Tensor:
    """A 1x1 convolution as the matrix product that it is: with channels last nothing is copied, and it is faster."""
    return F.linear(x.permute(0, 2, 3, 1), conv.weight.flatten(1), conv.bias).permute(0, 3, 1, 2)


def enlarge(x: Tensor) -> Tensor:
    """Twice the height and width, each number four times."""
    return F.interpolate(x, scale_factor=2, mode="nearest")


def start_small(layer: nn.Module) -> None:
    """Weights from N(0, 0.02), as in the paper."""
    if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(layer.weight, std=0.02)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


def network_like(state: dict[str, Tensor]) -> nn.Module:
    """An untrained generator or discriminator of the form and size that the names and shapes of ``state`` ask for."""
    if "to_score.weight" in state:
        return PatchDiscriminator(len(state["down1.weight"]))
    blocks = {name.split(".")[1] for name in state if name.startswith("blocks.")}
    return ResNetGenerator(len(state["enter.weight"]), len(blocks), light="narrow.weight" in state)
