"""A style-based GAN for faces, after StyleGAN (Karras et al., 2019) and StyleGAN2 (Karras et al., 2020).

Built for processors without a GPU. The finest layers work at half the size of the picture and make four pixels at
once (Shi et al., 2016), as SWAGAN's wavelets do (Gal et al., 2021); a style scales activations before and after a
convolution, which is the same as scaling its weights and needs no weights of its own for each picture. The coarsest
features are a linear map of the style vector instead of a constant: a small budget learns far sooner where to put what.
"""

import math
from collections.abc import Callable
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.stylegan.layers import GAIN, StyledLayer, ToRGB, enlarge

Z_DIM = 128
W_DIM = 128
WIDTHS = {4: 256, 8: 256, 16: 128, 32: 96, 64: 64}  # channels of the generator at each size
LAYERS = {4: 1, 8: 2, 16: 2, 32: 2, 64: 1}  # styled layers of a size

Edit = Callable[[int, Tensor], Tensor]


class MappingNetwork(nn.Module):
    """Three fully connected layers from latent vectors to style vectors (StyleGAN, section 2).

    Args:
        z_dim: length of a latent vector.
        w_dim: length of a style vector.
        width: units in between.
    """

    def __init__(self, z_dim: int = Z_DIM, w_dim: int = W_DIM, width: int = 256):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(z_dim, width), nn.LeakyReLU(0.2), nn.Linear(width, width), nn.LeakyReLU(0.2),
            nn.Linear(width, w_dim),
        )  # fmt: skip

    def forward(self, z: Tensor) -> Tensor:
        """z (N, z_dim), standard normal, to style vectors w (N, w_dim)."""
        return self.layers(z)


class SynthesisNetwork(nn.Module):
    """Style vectors to pictures: coarse features, two styled layers a size, a sum of pictures of all sizes.

    Args:
        resolution: height and width of the pictures, 32, 64 or 128.
        w_dim: length of a style vector.
    """

    def __init__(self, resolution: int = 128, w_dim: int = W_DIM):
        super().__init__()
        self.resolution = resolution
        self.sizes = [s for s in WIDTHS if s <= resolution // 2]
        self.start = nn.Linear(w_dim, WIDTHS[4] * 16)
        nn.init.normal_(self.start.weight, std=1 / math.sqrt(w_dim))
        self.layers = nn.ModuleList()
        self.to_rgb = nn.ModuleList()
        for size in self.sizes:
            inputs, outputs = WIDTHS[max(4, size // 2)], WIDTHS[size]
            for index in range(LAYERS[size]):
                up = size > 4 and index == 0
                self.layers.append(StyledLayer(inputs if up else outputs, outputs, w_dim, up=up))
            self.to_rgb.append(ToRGB(outputs, w_dim))

    @property
    def layer_count(self) -> int:
        """How many layers take a style of their own; the ToRGB of a size shares that of its last layer."""
        return len(self.layers)

    def noise(
        self, count: int, random: torch.Generator | None = None, device: torch.device | None = None
    ) -> list[Tensor]:
        """Noise for every layer, (count, 1, H, W) each, standard normal; on the CPU, or on ``device``."""
        sizes = [s for s in self.sizes for _ in range(LAYERS[s])]
        return [torch.randn(count, 1, s, s, generator=random, device=device) for s in sizes]

    def forward(self, w: Tensor, noise: list[Tensor] | None = None, edit: Edit | None = None) -> Tensor:
        """w (N, layers, w_dim) to pictures (N, 3, resolution, resolution), about [-1, 1] and not clipped.

        ``noise`` is as :meth:`noise` gives it, on the device of ``w``; without it the picture depends on ``w`` alone.
        ``edit`` is called with each size and its features (N, C, size, size); what it returns goes on.
        """
        x = F.leaky_relu(self.start(w[:, 0]), 0.2).view(len(w), -1, 4, 4) * GAIN
        picture = None
        layer = 0
        for index, size in enumerate(self.sizes):
            for _ in range(LAYERS[size]):
                x = self.layers[layer](x, w[:, layer], noise[layer] if noise else None)
                layer += 1
            if edit:
                x = edit(size, x)
            part = self.to_rgb[index](x, w[:, layer - 1])
            picture = part if picture is None else part + enlarge(picture)
        return picture


class StyleGANGenerator(nn.Module):
    """Mapping and synthesis together, with the mean style vector that truncation pulls towards.

    Args:
        resolution: height and width of the pictures, 32, 64 or 128.
        z_dim: length of a latent vector.
        w_dim: length of a style vector.
    """

    def __init__(self, resolution: int = 128, z_dim: int = Z_DIM, w_dim: int = W_DIM):
        super().__init__()
        self.z_dim, self.w_dim, self.resolution = z_dim, w_dim, resolution
        self.mapping = MappingNetwork(z_dim, w_dim)
        self.synthesis = SynthesisNetwork(resolution, w_dim)
        self.register_buffer("mean_w", torch.zeros(w_dim))

    def styles(self, z: Tensor, truncation: float = 1.0) -> Tensor:
        """z (N, z_dim) to style vectors (N, w_dim), drawn towards their mean by ``truncation`` below 1.

        0 is the mean itself, the average face (StyleGAN, appendix B).
        """
        w = self.mapping(z)
        return w if truncation == 1 else torch.lerp(self.mean_w, w, truncation)

    def spread(self, w: Tensor) -> Tensor:
        """The same style vector for every layer: (N, w_dim) to (N, layers, w_dim)."""
        return w[:, None].expand(-1, self.synthesis.layer_count, -1)

    def forward(self, z: Tensor, truncation: float = 1.0, noise: list[Tensor] | None = None) -> Tensor:
        """z (N, z_dim), standard normal, to pictures (N, 3, resolution, resolution), about [-1, 1] and not clipped."""
        return self.synthesis(self.spread(self.styles(z, truncation)), noise)


class StyleGANDiscriminator(nn.Module):
    """Says of pictures whether they are real.

    Each size sees the picture as well as what the finer size found in it (input skips, StyleGAN2, figure 7); like
    the generator it reads four pixels at once. The last layer knows how much the pictures of a group differ
    (minibatch standard deviation, Karras et al., 2018).

    Args:
        resolution: height and width of the pictures, 32, 64 or 128.
        group: how many pictures are compared with one another; 1 compares none.
    """

    widths: ClassVar = {4: 256, 8: 256, 16: 192, 32: 96, 64: 40}

    def __init__(self, resolution: int = 128, group: int = 4):
        super().__init__()
        self.resolution, self.group = resolution, group
        self.sizes = [s for s in reversed(self.widths) if s <= resolution // 2]
        self.from_rgb = nn.ModuleDict(
            {str(s): nn.Conv2d(12, self.widths[s], 3, padding=1) for s in self.sizes if s >= 16}
        )
        self.down = nn.ModuleDict(
            {str(s): nn.Conv2d(self.widths[s], self.widths[s // 2], 3, 2, 1) for s in self.sizes if s > 4}
        )
        self.last = nn.Conv2d(self.widths[4] + (1 if group > 1 else 0), self.widths[4], 3, padding=1)
        self.score = nn.Sequential(nn.Linear(self.widths[4] * 16, 256), nn.LeakyReLU(0.2), nn.Linear(256, 1))

    def forward(self, pictures: Tensor) -> Tensor:
        """Pictures (N, 3, R, R) in [-1, 1] to logits (N,): above zero means "real"."""
        x = 0.0
        for size in map(str, self.sizes):
            if size in self.from_rgb:
                x = x + self.from_rgb[size](F.pixel_unshuffle(pictures, 2))
                pictures = F.avg_pool2d(pictures, 2)
            x = F.leaky_relu(x, 0.2)
            if size in self.down:
                x = self.down[size](x)
        if self.group > 1:
            x = torch.cat([x, group_deviation(x, self.group)], 1)
        return self.score(F.leaky_relu(self.last(x), 0.2).flatten(1)).flatten()


class StyleEncoder(nn.Module):
    """Finds a picture's place in latent space: the discriminator's layers with another head.

    Args:
        resolution: height and width of the pictures, 32, 64 or 128.
        z_dim: length of a latent vector.
    """

    def __init__(self, resolution: int = 128, z_dim: int = Z_DIM):
        super().__init__()
        self.body = StyleGANDiscriminator(resolution, group=1)
        self.body.score = nn.Identity()
        self.to_place = nn.Linear(self.body.widths[4] * 16, 2 * z_dim)
        nn.init.constant_(self.to_place.bias[z_dim:], -3.0)  # places are sure at first, so that the generator listens

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures (N, 3, R, R) in [-1, 1] to mean and log variance, (N, z_dim) each, of where they lie."""
        features = self.body(pictures).view(len(pictures), -1)
        mean, log_variance = self.to_place(features).chunk(2, 1)
        return mean, log_variance.clamp(-8, 2)


def group_deviation(x: Tensor, group: int) -> Tensor:
    """The mean standard deviation of features (N, C, H, W) within groups of pictures, as one map (N, 1, H, W).

    A group has ``group`` pictures, or as many as divide both ``group`` and N; with G groups, picture k is in group
    k mod G.
    """
    n, _, height, width = x.shape
    group = math.gcd(n, group)
    spread = x.reshape(group, n // group, -1).var(0, correction=0).add(1e-8).sqrt().mean(1)
    return spread.repeat(group).view(n, 1, 1, 1).expand(-1, 1, height, width)


def layer_groups(synthesis: SynthesisNetwork) -> list[slice]:
    """Which layers are coarse, middle and fine."""
    sizes = [size for size in synthesis.sizes for _ in range(LAYERS[size])]
    coarse, middle = sizes.count(4), sizes.count(8)
    return [slice(0, coarse), slice(coarse, coarse + middle), slice(coarse + middle, len(sizes))]


def paint_with(synthesis: SynthesisNetwork, w: Tensor, *noise: Tensor) -> Tensor:
    """Pictures of places with noise for every layer."""
    return synthesis(w, list(noise))
