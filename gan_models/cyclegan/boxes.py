"""Does a translator keep to the animals? Pictures in which they were marked by hand, and what changes in and out of
them.

``horse2zebra_boxes.txt`` holds such marks of test pictures; nothing learned from them.
"""

from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.cyclegan.animals import coat_contrast

BOXES = Path(__file__).parent / "horse2zebra_boxes.txt"
SIDE = 256  # pixels of a picture that the boxes count in


@dataclass(frozen=True)
class Marked:
    """Pictures of one part.

    Attributes:
        places: of the pictures among the part's, (N,) int64.
        inside: 1 in the boxes, else 0; (N, 1, 256, 256) float32.
    """

    places: Tensor
    inside: Tensor


def read_boxes(path: Path, part: str) -> Marked:
    """The marks of a part; lines of "part place left,top,right,bottom ...", of which those with # say nothing."""
    places, masks = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.split(maxsplit=1)[:1] == [part]:
            _, place, *boxes = line.split()
            mask = torch.zeros(1, SIDE, SIDE)
            for box in boxes:
                left, top, right, bottom = map(int, box.split(","))
                mask[:, top:bottom, left:right] = 1
            places.append(int(place))
            masks.append(mask)
    if not masks:
        raise ValueError(f"{path} marks no picture of {part}")
    return Marked(torch.tensor(places), torch.stack(masks))


def change_within(before: Tensor, after: Tensor, inside: Tensor) -> tuple[float, float]:
    """Mean absolute change outside and inside the boxes, of 255: means over all such pixels of all pictures.

    Args:
        before, after: (N, 3, 256, 256) uint8.
        inside: (N, 1, 256, 256) in {0, 1}.
    """
    change = (after.float() - before.float()).abs().mean(1, keepdim=True)
    return tuple(((change * where).sum() / where.sum()).item() for where in (1 - inside, inside))


def contrast_within(pictures: Tensor, inside: Tensor) -> float:
    """Mean contrast in the boxes of pictures (N, 3, 256, 256) uint8, as a share of the whole range; see
    :func:`~gan_models.cyclegan.animals.coat_contrast`."""
    return coat_contrast(pictures.float().div(255), inside)[0].mean().item()


def apart(features: Tensor, inside: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Features (N, C, h, w) of pictures with boxes (N, 1, H, W): the boxes' share of each, (N,), and the two parts of
    the features' mean, what the boxes add to it and what the rest adds, (N, C) each."""
    where = F.interpolate(inside, features.shape[-2:], mode="area")
    return where.mean((1, 2, 3)), (features * where).mean((2, 3)), (features * (1 - where)).mean((2, 3))


def with_coats(here: tuple[Tensor, Tensor, Tensor], real: tuple[Tensor, Tensor, Tensor]) -> Tensor:
    """Features (N, C) of pictures that kept all beside the boxes, and in them have what ``real`` pictures have.

    Both as :func:`apart` gives them, N of each; the largest animal gets the coat of the largest, and so on.
    """
    coats = torch.empty_like(here[1])
    coats[here[0].argsort()] = real[1][real[0].argsort()]
    return coats + here[2]
