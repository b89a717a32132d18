"""DCGAN after Radford et al. (2016): a generator and a discriminator for 64x64 colour pictures."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class DCGANGenerator(nn.Module):
    """Noise in, picture out: a linear map to 4x4, then transposed convolutions that double the size.

    Radford's layout with one addition, a convolution at full size before tanh, which rubs out the chequered grain
    that transposed convolutions leave (Odena et al., 2016).

    Args:
        z_dim: length of the noise vector.
        width: channels at 32x32; twice as many at 16x16, and so on down to 4x4; a third as many at 64x64.
    """

    resolution = 64

    def __init__(self, z_dim: int = 128, width: int = 48):
        super().__init__()
        self.z_dim = z_dim
        self.width = width
        self.from_z = nn.Linear(z_dim, 8 * width * 16, bias=False)
        self.norm4 = nn.BatchNorm2d(8 * width)
        self.up8 = up(8 * width, 4 * width)
        self.norm8 = nn.BatchNorm2d(4 * width)
        self.up16 = up(4 * width, 2 * width)
        self.norm16 = nn.BatchNorm2d(2 * width)
        self.up32 = up(2 * width, width)
        self.norm32 = nn.BatchNorm2d(width)
        self.up64 = up(width, width // 3)
        self.norm64 = nn.BatchNorm2d(width // 3)
        self.to_rgb = nn.Conv2d(width // 3, 3, 3, padding=1)

    def draft(self, z: Tensor) -> Tensor:
        """z (N, z_dim), standard normal, to the units at 16x16: (N, 2 * width, 16, 16), none below zero."""
        x = F.relu(self.norm4(self.from_z(z).view(-1, 8 * self.width, 4, 4)))
        x = F.relu(self.norm8(self.up8(x)))
        return F.relu(self.norm16(self.up16(x)))

    def paint(self, units: Tensor) -> Tensor:
        """The units of :meth:`draft` to pictures (N, 3, 64, 64) in [-1, 1]."""
        x = F.relu(self.norm32(self.up32(units)))
        x = F.relu(self.norm64(self.up64(x)))
        return torch.tanh(self.to_rgb(x))

    def forward(self, z: Tensor) -> Tensor:
        """z (N, z_dim), standard normal, to pictures (N, 3, 64, 64) in [-1, 1]."""
        return self.paint(self.draft(z))


def up(inputs: int, outputs: int) -> nn.ConvTranspose2d:
    """A transposed convolution that doubles height and width."""
    return nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1, bias=False)


class DCGANDiscriminator(nn.Module):
    """Pictures (N, 3, 64, 64) in [-1, 1] to logits (N,): above zero means "real". Radford's strided convolutions.

    Args:
        width: channels at 32x32; doubled at each halving.
        norm: batch norm in between, as Radford had it. Without it by default: it mixes the pictures of a batch, so
            that none has a score of its own, and the R1 penalty (Mescheder et al., 2018) forbids it.
    """

    def __init__(self, width: int = 40, norm: bool = False):
        super().__init__()

        def down(inputs: int, outputs: int) -> list[nn.Module]:
            layers: list[nn.Module] = [nn.Conv2d(inputs, outputs, 4, stride=2, padding=1, bias=not norm)]
            return [*layers, *([nn.BatchNorm2d(outputs)] if norm else []), nn.LeakyReLU(0.2)]

        self.body = nn.Sequential(
            nn.Conv2d(3, width, 4, stride=2, padding=1), nn.LeakyReLU(0.2),
            *down(width, 2 * width), *down(2 * width, 4 * width), *down(4 * width, 8 * width),
        )  # fmt: skip
        self.to_score = nn.Conv2d(8 * width, 1, 4)

    def forward(self, images: Tensor) -> Tensor:
        """Pictures (N, 3, 64, 64) in [-1, 1] to logits (N,)."""
        return self.to_score(self.body(images)).flatten()
