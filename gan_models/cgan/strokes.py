"""What one can measure of handwriting (slant, weight, width), and the latent directions that change it."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.core.latents import orthogonal, principal_direction, regression_directions, seeded_noise
from gan_models.data.mnist import CLASSES

STYLE_NAMES = ("slant", "weight", "width", "flourish")


def measure_strokes(digits: Tensor) -> Tensor:
    """Slant, weight and width of digits (N, 1, H, W) in [-1, 1]: (N, 3).

    Slant is the shear of the ink's second moments (positive leans to the right), weight the mean stroke width in
    pixels (twice the ink's area over the length of its edge), width the spread of the ink across over its spread down.
    """
    coverage = (digits[:, 0].float() + 1) / 2
    h, w = coverage.shape[1:]
    mass = coverage.sum((1, 2)).clamp_min(1e-6)
    y = torch.arange(h, dtype=coverage.dtype, device=coverage.device).view(1, h, 1)
    x = torch.arange(w, dtype=coverage.dtype, device=coverage.device).view(1, 1, w)
    dy = y - ((coverage * y).sum((1, 2)) / mass).view(-1, 1, 1)
    dx = x - ((coverage * x).sum((1, 2)) / mass).view(-1, 1, 1)
    xx, yy, xy = ((coverage * m).sum((1, 2)) / mass for m in (dx * dx, dy * dy, dx * dy))
    padded = F.pad(coverage, (0, 1, 0, 1))
    across = padded[:, :-1, 1:] - padded[:, :-1, :-1]
    down = padded[:, 1:, :-1] - padded[:, :-1, :-1]
    edge = (across.square() + down.square() + 1e-8).sqrt().sum((1, 2))
    upright = (xx - xy * xy / yy.clamp_min(1e-6)).clamp_min(0)  # width once the slant is taken out
    return torch.stack([-xy / yy.clamp_min(1e-6), 2 * mass / edge, (upright / yy.clamp_min(1e-6)).sqrt()], 1)


def find_style_directions(draw: Callable[[Tensor, Tensor], Tensor], z_dim: int, styles: int = 2000) -> Tensor:
    """Directions (4, z_dim) in style space, in the order of :data:`STYLE_NAMES`, from so many random ``styles``.

    Each style writes all ten digits; what is measured is averaged over them, so a direction means the same for every
    class. The fourth has no name of its own: it is the direction that changes the digits most once the other three
    are held still.
    """
    z = seeded_noise(list(range(styles)), z_dim)
    labels = torch.arange(CLASSES)
    measured, looks = [], []
    for vectors in z.split(50):
        digits = draw(vectors.repeat_interleave(CLASSES, 0), labels.repeat(len(vectors)))
        measured.append(measure_strokes(digits).view(len(vectors), CLASSES, -1).mean(1))
        looks.append(F.avg_pool2d(digits, 4).view(len(vectors), -1))
    named = regression_directions(z, torch.cat(measured))
    last = principal_direction(z, torch.cat(looks), named)
    return orthogonal(torch.cat([named, last[None]]))
