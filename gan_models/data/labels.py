"""The twelve things that a label map of CMP Facades tells apart (Tylecek and Sara, 2013), and their colours."""

import numpy as np
from PIL import Image

LABELS = {  # name -> colour of the published label maps
    "background": (0, 6, 217),
    "wall": (13, 61, 251),
    "window": (0, 117, 255),
    "door": (0, 201, 255),
    "window head": (29, 255, 221),
    "sill": (104, 248, 152),
    "balcony": (184, 255, 56),
    "shutter": (238, 237, 40),
    "decoration": (255, 146, 4),
    "moulding": (255, 68, 1),
    "pillar": (246, 0, 1),
    "shop": (165, 0, 0),
}
COLOURS = np.array(list(LABELS.values()), dtype=np.float32)
SURE = 55.0  # how far, in levels of 255, a pixel may be from its colour to have a say in its neighbours' label


def nearest_labels(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pixels (H, W, 3) uint8 to the number of the nearest colour (H, W) uint8, and how far away it is (H, W)."""
    seen = pixels.astype(np.float32)
    apart = (COLOURS * COLOURS).sum(1) - 2 * seen @ COLOURS.T  # the squared distance less what all have in common
    number = apart.argmin(2)
    squared = np.take_along_axis(apart, number[..., None], 2)[..., 0] + (seen * seen).sum(2)
    return number.astype(np.uint8), np.sqrt(np.maximum(squared, 0))


def read_labels(image: Image.Image, size: int | None = None) -> np.ndarray:
    """The label numbers (H, W) uint8 of a map that was stored with loss: mixed colours take their neighbours' label.

    Between two areas a lossy file has a seam of mixed colours, some of them near a third label's. Such pixels, far from
    every colour, are given to the label that has the most sure pixels in the 5x5 around them.
    """
    numbers = settled_labels(*nearest_labels(np.asarray(image.convert("RGB"))))
    if not size or numbers.shape == (size, size):
        return numbers
    return np.asarray(Image.fromarray(numbers).resize((size, size), Image.Resampling.NEAREST))


def settled_labels(number: np.ndarray, apart: np.ndarray) -> np.ndarray:
    """What :func:`nearest_labels` found, (H, W) each, with unsure pixels decided by the sure ones around them."""
    rows, columns = np.nonzero(apart >= SURE)
    if not len(rows):
        return number
    known = np.pad(np.where(apart < SURE, number, len(LABELS)), 2, constant_values=len(LABELS))
    around = np.lib.stride_tricks.sliding_window_view(known, (5, 5))[rows, columns].reshape(-1, 25)
    votes = np.stack([(around == label).sum(1) for label in range(len(LABELS))], 1)
    settled = number.copy()
    settled[rows, columns] = np.where(votes.any(1), votes.argmax(1), number[rows, columns])
    return settled


def paint_labels(numbers: np.ndarray) -> Image.Image:
    """Label numbers (H, W) as a picture in the labels' colours."""
    return Image.fromarray(COLOURS.astype(np.uint8)[numbers])
