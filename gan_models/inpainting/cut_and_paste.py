"""Cutting a square out of a photo for a network, and putting what came back into the hole without a seam."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gan_models.core.face_finder import Frame, pixel_centres
from gan_models.inpainting.networks import pull_push

DETAIL = 512  # the largest raster on which borders are matched


@dataclass(frozen=True)
class Hole:
    """What the network needs of one request, prepared once for all variants.

    Attributes:
        page: the picture (H, W, 3) uint8. ``mask``: (H, W) bool, True where the hole is.
        frame: the square that the network sees; ``size`` pixels wide for it.
        seen: that square, (1, 3, size, size) in [-1, 1]. ``hole``: (1, 1, size, size), 1 for a hole.
        face: whether there is a face in the square, as far as one knows.
    """

    page: np.ndarray
    mask: np.ndarray
    frame: Frame
    size: int
    seen: Tensor
    hole: Tensor
    face: bool = True

    @property
    def share(self) -> float:
        """The share of the square that is hole."""
        return self.hole.mean().item()


def cut(page: np.ndarray, area: np.ndarray, frame: Frame, size: int) -> tuple[Tensor, Tensor]:
    """The square of a picture as (1, 3, size, size) in [-1, 1], and its hole (1, 1, size, size) of 0 and 1.

    Known pixels are averaged among themselves: nothing of what stood in the hole seeps into its surroundings. Where
    the square reaches beyond the picture, the picture is mirrored.
    """
    window = around(np.array(frame.corners()), 2, area.shape)
    frame = replace(frame, x=frame.x - window[1].start, y=frame.y - window[0].start)
    known = ~area[window]
    colours = frame.cut(page[window] * known[..., None], size)
    weight = frame.cut(known.astype(np.float32), size)
    hole = torch.from_numpy(weight < 0.5)[None, None].float()
    square = torch.from_numpy(colours / np.maximum(weight, 1e-3)[..., None]).permute(2, 0, 1)[None]
    return (square.div(127.5).sub(1).clamp(-1, 1) * (1 - hole)).contiguous(), hole


def around(points: np.ndarray, margin: float, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """The part of a picture (H, W) that holds points (N, 2), given as (x, y), and ``margin`` pixels around them.

    At least one pixel, the nearest, where the points lie beside the picture.
    """
    low, high = np.floor(points.min(0) - margin).astype(int), np.ceil(points.max(0) + margin).astype(int)
    spans = []
    for first, last, length in zip(low[::-1], high[::-1], shape[:2], strict=True):
        start = min(max(int(first), 0), length - 1)
        spans.append(slice(start, max(start + 1, min(int(last), length))))
    return tuple(spans)


def finish(image: Image.Image, hole: Hole, filled: Tensor) -> Image.Image:
    """A filling (3, size, size) of the square put back into the picture, inside the hole only."""
    page, rest = hole.page.copy(), hole.mask.copy()
    window = part_of(hole.mask, hole.frame)
    area = hole.mask[window]
    height, width = area.shape
    shift = np.array([[0, 0, window[1].start], [0, 0, window[0].start]], np.float64)
    matrix = pixel_centres(hole.frame.to_picture(hole.size) - shift)
    values = ((filled.permute(1, 2, 0).numpy() + 1) * 127.5).astype(np.float32)
    back = cv2.warpAffine(values, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    whole = np.ones((hole.size, hole.size), np.uint8)
    inside = cv2.warpAffine(whole, matrix, (width, height), flags=cv2.INTER_NEAREST) > 0
    back += border_match(hole.page[window].astype(np.float32) - back, ~area)
    page[window][area] = np.round(back.clip(0, 255)).astype(np.uint8)[area]
    rest[window] &= ~inside
    if rest.any():  # beyond the square the network saw nothing: carry the colours around it inwards
        spread(page, rest)
    return dressed(image, page, hole.mask)


def part_of(area: np.ndarray, frame: Frame | None = None) -> tuple[slice, slice]:
    """The part of a picture that holds the hole (H, W), within the square, and some of what surrounds it."""
    rows, columns = np.flatnonzero(area.any(1)), np.flatnonzero(area.any(0))
    low = np.array([columns[0], rows[0]], np.float64)
    high = np.array([columns[-1] + 1, rows[-1] + 1], np.float64)
    if frame is not None:
        corners = np.array(frame.corners())
        low, high = np.maximum(low, corners.min(0)), np.minimum(high, corners.max(0))
        high = np.maximum(high, low)
    margin = max(8.0, 0.25 * float((high - low).max()))
    return around(np.stack([low, high]), margin, area.shape)


def border_match(difference: np.ndarray, known: np.ndarray) -> np.ndarray:
    """What to add to a filling (H, W, 3) so that it meets the picture at the hole's edge, fading inwards.

    ``difference`` is picture minus filling, and counts where ``known``. It is carried into the hole smoothly.
    """
    height, width = known.shape
    size = 1 << max(4, min(DETAIL, max(height, width)) - 1).bit_length()
    grid = (min(size, width), min(size, height)) if max(height, width) <= size else None
    scale = size / max(height, width)
    grid = grid or (max(1, round(width * scale)), max(1, round(height * scale)))
    weight = cv2.resize(known.astype(np.float32), grid, interpolation=cv2.INTER_AREA)
    colour = cv2.resize(difference * known[..., None], grid, interpolation=cv2.INTER_AREA)
    square = np.zeros((size, size, 4), np.float32)
    square[: grid[1], : grid[0], :3] = colour / np.maximum(weight, 1e-3)[..., None]
    square[: grid[1], : grid[0], 3] = weight
    values = torch.from_numpy(square).permute(2, 0, 1)[None]
    smooth = pull_push(values[:, :3], 1 - values[:, 3:].clamp(0, 1))[0].permute(1, 2, 0).numpy()
    smooth = np.ascontiguousarray(smooth[: grid[1], : grid[0]])
    return smooth if grid == (width, height) else cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR)


def spread(page: np.ndarray, rest: np.ndarray) -> None:
    """Fill places ``rest`` (H, W) of a picture (H, W, 3) with the colours around them, in place."""
    window = part_of(rest)
    area = rest[window]
    filled = border_match(page[window].astype(np.float32), ~area)
    page[window][area] = np.round(filled.clip(0, 255)).astype(np.uint8)[area]


def dressed(image: Image.Image, page: np.ndarray, area: np.ndarray) -> Image.Image:
    """The filled page (H, W, 3) in the clothes of the picture it came from; only the hole is taken from it."""
    if image.mode == "RGB":
        return Image.fromarray(page)
    if image.mode == "RGBA":
        own = np.array(image)
        own[..., :3][area] = page[area]
        return Image.fromarray(own)
    if image.mode == "L":
        own = np.array(image)
        own[area] = np.asarray(Image.fromarray(page).convert("L"))[area]
        return Image.fromarray(own)
    return Image.fromarray(page)
