"""From what a visitor brings to what a generator takes: ink, labels or a picture, on a square of paper."""

import cv2
import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gan_models.core.errors import BadRequest
from gan_models.core.pictures import to_rgb
from gan_models.data.labels import nearest_labels, settled_labels
from gan_models.data.paired_data import as_channels

INKED = 0.3  # of a drawing's pixels: above this it is no line drawing
WHITE = 250  # a label map's pixels lighter than this are paper that nobody painted
FAR = 60.0  # levels of 255: a mean distance from the nearest label's colour at which a picture is no label map

Box = tuple[int, int, int, int]


def fitted_size(width: int, height: int, size: int) -> tuple[int, int]:
    """Width and height with ``size`` for the longer side, at least a pixel each."""
    longer = max(width, height)
    return max(1, round(width * size / longer)), max(1, round(height * size / longer))


def read_input(image: object, kind: str, size: int) -> tuple[Tensor, Box]:
    """A picture as a network takes it, (1, C, size, size) in [0, 1], channels last, and where in the square it lies.

    Returns:
        The input, and (left, top, width, height) of what is the visitor's; around it there is paper.

    Raises:
        BadRequest: no picture, or no map of labels where ``kind`` is ``labels``.
    """
    if not isinstance(image, Image.Image) or min(image.size) < 1:
        raise BadRequest("There is no drawing yet; draw something.")
    wide, tall = fitted_size(*image.size, size)
    left, top = (size - wide) // 2, (size - tall) // 2
    if kind == "labels":  # no mixed colours: each would be read as some third label
        small = to_rgb(image.resize((wide, tall), Image.Resampling.NEAREST))
    else:
        small = to_rgb(image).resize((wide, tall), Image.Resampling.LANCZOS, reducing_gap=3.0)
    page = np.asarray(small)
    read = {"drawing": ink_of, "labels": labels_of, "picture": lambda seen: seen.transpose(2, 0, 1)}[kind](page)
    paper = 255 if kind == "picture" else 0
    square = np.full((len(read), size, size), paper, np.uint8)
    square[:, top : top + tall, left : left + wide] = read
    given = as_channels(kind, torch.from_numpy(square)[None]).contiguous(memory_format=torch.channels_last)
    return given, (left, top, wide, tall)


def ink_of(page: np.ndarray) -> np.ndarray:
    """A drawing (H, W, 3) uint8 to its ink (1, H, W) uint8, 255 where it is darkest.

    Light lines on a dark ground count as ink. Where more is inked than a line drawing has, the picture is a photograph
    or painted in, and its edges are taken.
    """
    ink = 255 - cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    if np.median(ink) > 127:
        ink = 255 - ink
    if (ink > 40).mean() > INKED:
        ink = cv2.Canny(cv2.GaussianBlur(page, (0, 0), 1.0), 60, 150)
    return ink[None]


def labels_of(page: np.ndarray) -> np.ndarray:
    """A label map (H, W, 3) uint8 to label numbers (1, H, W) uint8; unpainted paper is background."""
    numbers, apart = nearest_labels(page)
    paper = page.min(2) >= WHITE
    numbers[paper] = 0
    if not paper.all() and apart[~paper].mean() > FAR:
        raise BadRequest(
            "This is no map of labels: paint wall, windows and doors in the twelve colours, each area in one of them."
        )
    return settled_labels(numbers, np.where(paper, 0, apart))[None]
