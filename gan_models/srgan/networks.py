"""SRGAN (Ledig et al., 2017): a network that enlarges a photograph four times, and the discriminator of its training.

The generator is SRGAN's ResNet with what later work taught: no batch normalisation (Lim et al., 2017, EDSR; Wang et
al., 2018, ESRGAN), everything computed at the small size and one sub-pixel step at the end (Shi et al., 2016), and a
bilinear enlargement to which the network only adds what is missing.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

FACTOR = 4


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions around a ReLU, added to what came in."""

    def __init__(self, width: int):
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the same shape."""
        return x + self.second(F.relu(self.first(x), inplace=True))


class SRGenerator(nn.Module):
    """A small picture (N, 3, H, W) in [-1, 1] to one of four times the size.

    Nothing in it looks at the whole picture, so a pixel depends only on small pixels up to :attr:`reach` away: tiles
    that overlap by that much join without a seam.

    Args:
        width: channels.
        blocks: residual blocks.
    """

    def __init__(self, width: int = 64, blocks: int = 9):
        super().__init__()
        self.head = nn.Conv2d(3, width, 3, padding=1)
        self.blocks = nn.Sequential(*(ResidualBlock(width) for _ in range(blocks)))
        self.body = nn.Conv2d(width, width, 3, padding=1)
        self.tail = nn.Conv2d(width, 3 * FACTOR**2, 3, padding=1)
        self.begin()

    @property
    def reach(self) -> int:
        """How many small pixels away from its own place an output pixel can look."""
        return 2 * len(self.blocks) + 3

    @torch.no_grad()
    def begin(self) -> None:
        """Small residuals (Wang et al., 2018, section 3.2) and a quiet tail: it begins as the plain enlargement."""
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight)
                nn.init.zeros_(layer.bias)
        for block in self.blocks:
            block.second.weight.mul_(0.1)
        self.tail.weight.mul_(0.01)

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) to (N, 3, 4H, 4W), both in [-1, 1]; what comes out may leave that range a little."""
        base = F.interpolate(x, scale_factor=FACTOR, mode="bilinear", align_corners=False)
        x = self.head(x)
        x = x + self.body(self.blocks(x))
        return base + F.pixel_shuffle(self.tail(x), FACTOR)


class PatchDiscriminator(nn.Module):
    """Pictures in [-1, 1] to logits of patches; above zero means "photograph".

    Spectral norm (Miyato et al., 2018) keeps it steady without normalising the pictures' contrast away. It exists for
    training alone.
    """

    def __init__(self, width: int = 32):
        super().__init__()
        plan = [(3, width, 4, 2), (width, width, 3, 1), (width, 2 * width, 4, 2), (2 * width, 2 * width, 3, 1),
                (2 * width, 4 * width, 4, 2), (4 * width, 4 * width, 3, 1)]  # fmt: skip
        layers = []
        for come, go, kernel, stride in plan:
            layers += [spectral_norm(nn.Conv2d(come, go, kernel, stride, 1)), nn.LeakyReLU(0.2, inplace=True)]
        self.layers = nn.Sequential(*layers, spectral_norm(nn.Conv2d(4 * width, 1, 3, padding=1)))

    def forward(self, pictures: Tensor) -> Tensor:
        """(N, 3, H, W) to logits (N, 1, H / 8, W / 8)."""
        return self.layers(pictures)


@torch.no_grad()
def between(faithful: nn.Module, inventive: nn.Module, share: float) -> dict[str, Tensor]:
    """Weights on the straight line from one network, at 0, to its twin, at 1 (Wang et al., 2018, section 3.4).

    Returns:
        a state for ``load_state_dict`` of a network of the same form.
    """
    theirs = inventive.state_dict()
    return {name: torch.lerp(mine, theirs[name], share) for name, mine in faithful.state_dict().items()}
