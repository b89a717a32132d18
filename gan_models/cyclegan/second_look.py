"""What a translator overlooks, shown to it again: black animals brighter, far ones larger. Its weights stay.

Only where its mask is nearly empty, so that a picture whose animal it saw costs one pass, as ever. A black coat is told
from dark trees once the picture is brighter; what was changed is made as dark again. Where hardly anything was found,
four overlapping quarters are enlarged, each with its own statistics in the network's normalisation.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

See = Callable[..., Tensor]
KINDS = frozenset({"zebra"})  # towards which one looks again
FOUND = 0.1  # the mask's mean from which on all was found
NOTHING = 0.025  # and below which hardly anything was
DARK = 0.18, 0.42  # brightness up to which a pixel is dark, and from which on it is not
DARK_SHARE = 0.02  # of the picture, dark and not in the mask: less is not looked at again
BRIGHTER = 0.45  # exponent of brightness
MORE = 0.05, 0.35  # how much more must be in a second mask: none of it counts, all of it does
QUARTER = 0.6  # of a side
FAINT = 1e-4  # what the mask's square is raised by, where quarters overlap


def look_again(see: See, picture: Tensor, animal: Callable[[], bool]) -> Tensor:
    """The change to a picture (1, 3, H, W) in [-1, 1], of the same shape, in one to six passes.

    Args:
        see: calls what it is given with a generator that has a mask, and the rest of its arguments.
        animal: whether there may be one in the picture; asked where hardly anything was found, since enlarged quarters
            of what is no animal get stripes, too.
    """
    first = see(proposed, picture)
    found, share, dark = first, first[:, 3].mean().item(), darkness(picture)
    if share < FOUND and (dark * (1 - first[:, 3:])).mean().item() > DARK_SHARE:
        found = with_more(found, see(brightened, picture), dark)
    if share < NOTHING and animal():
        found = with_more(found, see(quarters, picture))
    return found[:, :3]


def proposed(generator: nn.Module, picture: Tensor, exponent: float = 1.0) -> Tensor:
    """Change and mask (1, 4, H, W) for a picture that the generator sees brighter, made as dark again."""
    made, mask = generator.propose(raised(picture, exponent).contiguous(memory_format=torch.channels_last))
    return torch.cat([raised(made.clamp(-1, 1), 1 / exponent) - picture, mask], 1)


def brightened(generator: nn.Module, picture: Tensor) -> Tensor:
    """:func:`proposed` for the picture made brighter."""
    return proposed(generator, picture, BRIGHTER)


def raised(picture: Tensor, exponent: float) -> Tensor:
    """Brightness, in [-1, 1], to a power."""
    return picture if exponent == 1 else ((picture + 1) / 2).clamp(0, 1) ** exponent * 2 - 1


def darkness(picture: Tensor) -> Tensor:
    """How dark each place of a picture (N, 3, H, W) is, (N, 1, H, W) from 0 to 1, over windows of 5 pixels."""
    light = F.pad((picture.mean(1, keepdim=True) + 1) / 2, (2, 2, 2, 2), mode="replicate")
    return 1 - ramp(F.avg_pool2d(light, 5, 1), *DARK)


def ramp(x: Tensor, low: float, high: float) -> Tensor:
    """0 up to ``low``, 1 from ``high`` on, smoothly between."""
    x = ((x - low) / (high - low)).clamp(0, 1)
    return x * x * (3 - 2 * x)


def with_more(first: Tensor, second: Tensor, where: Tensor | float = 1.0) -> Tensor:
    """Two proposals (1, 4, H, W) as one: the second where its mask has more in it, and ``where`` is not 0."""
    return first + ramp(second[:, 3:] - first[:, 3:], *MORE) * where * (second - first)


def quarters(generator: nn.Module, picture: Tensor) -> Tensor:
    """Change and mask (1, 4, H, W) put together from four overlapping, enlarged quarters of a picture.

    Where they overlap, the one with more in its mask counts more, and a quarter's middle more than its edge.
    """
    size = height, width = picture.shape[2:]
    tall, wide = (round(QUARTER * side) for side in size)
    across = [torch.hann_window(side + 2, False, device=picture.device)[1:-1] for side in (tall, wide)]
    middle = across[0][:, None] * across[1] + 0.02
    total = picture.new_zeros(1, 5, height, width)
    for top in (0, height - tall):
        for left in (0, width - wide):
            place = ..., slice(top, top + tall), slice(left, left + wide)
            large = F.interpolate(picture[place], size, mode="bicubic").clamp(-1, 1)
            found = F.interpolate(proposed(generator, large), (tall, wide), mode="bilinear", antialias=True)
            weight = middle * (found[:, 3:].square() + FAINT)
            total[place] += torch.cat([found * weight, weight], 1)
    return total[:, :4] / total[:, 4:]
