"""Cutting a square out of a photo for a network, and putting what came back into the hole without a seam."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gan_models.core.face_finder import Frame, pixel_centres
from gan_models.core.pictures import to_rgb
from gan_models.inpainting.networks import pull_push

DETAIL = 512  # the largest raster on which borders are matched
BAND = 128  # rows of a picture that are worked on at a time
Rows = Callable[[slice], np.ndarray]


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
    box = part_of(hole.mask)  # of a large picture the rest is copied once, and not looked at
    page, mask = hole.page[box].copy(), hole.mask[box]
    frame, rest = replace(hole.frame, x=hole.frame.x - box[1].start, y=hole.frame.y - box[0].start), mask.copy()
    window = part_of(mask, frame)
    area, own = mask[window], hole.page[box][window]
    shift = np.array([[0, 0, window[1].start], [0, 0, window[0].start]], np.float64)
    matrix = pixel_centres(frame.to_picture(hole.size) - shift)
    values = ((filled.permute(1, 2, 0).numpy() + 1) * 127.5).astype(np.float32)

    def put_back(square: np.ndarray, rows: slice, **options) -> np.ndarray:
        moved = matrix - ((0, 0, 0), (0, 0, rows.start))
        return cv2.warpAffine(square, moved, (area.shape[1], rows.stop - rows.start), **options)

    def painted(rows: slice) -> np.ndarray:
        return put_back(values, rows, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)

    match = border_match(lambda rows: own[rows] - painted(rows), ~area)
    whole = np.ones((hole.size, hole.size), np.uint8)
    for rows in bands(len(area)):
        if area[rows].any():
            paint(page[window][rows], area[rows], painted(rows) + match(rows))
            rest[window][rows] &= put_back(whole, rows, flags=cv2.INTER_NEAREST) == 0
    if rest.any():  # beyond the square the network saw nothing: carry the colours around it inwards
        spread(page, rest)
    return dressed(image, box, page, mask)


def bands(height: int, step: int = 1) -> list[slice]:
    """The rows of a picture, some at a time and each time a multiple of ``step``: a large one takes little memory."""
    many = max(1, BAND // step) * step
    return [slice(first, min(first + many, height)) for first in range(0, height, many)]


def paint(page: np.ndarray, area: np.ndarray, colours: np.ndarray) -> None:
    """Set the places ``area`` (H, W) of a picture (H, W, 3) uint8 to ``colours`` (H, W, 3) float, in place."""
    page[area] = np.round(colours[area].clip(0, 255)).astype(np.uint8)


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


def border_match(difference: Rows, known: np.ndarray) -> Rows:
    """What to add to a filling (H, W, 3) so that it meets the picture at the hole's edge, fading inwards.

    ``difference`` gives picture minus filling for some rows, as (h, W, 3) float32; it counts where ``known`` (H, W) and
    is carried into the hole smoothly. The answer is asked for some rows likewise.
    """
    height, width = known.shape
    step = -(-max(height, width) // DETAIL)
    grid = -(-height // step), -(-width // step)
    size = 1 << (max(4, *grid) - 1).bit_length()
    square = np.zeros((size, size, 4), np.float32)
    for rows in bands(height, step):
        seen = known[rows, :, None].astype(np.float32)
        block = np.concatenate([difference(rows) * seen, seen], 2)
        short = -block.shape[0] % step, -block.shape[1] % step
        block = cv2.copyMakeBorder(block, 0, short[0], 0, short[1], cv2.BORDER_CONSTANT)
        first, many = rows.start // step, len(block) // step
        square[first : first + many, : grid[1]] = cv2.resize(block, (grid[1], many), interpolation=cv2.INTER_AREA)
    square[..., :3] /= np.maximum(square[..., 3:], 1e-3)
    values = torch.from_numpy(square).permute(2, 0, 1)[None]
    smooth = pull_push(values[:, :3], 1 - values[:, 3:].clamp(0, 1))[0].permute(1, 2, 0).numpy()
    smooth = np.ascontiguousarray(smooth[: grid[0], : grid[1]])

    def match(rows: slice) -> np.ndarray:
        if step == 1:
            return smooth[rows]
        back = np.array([[1, 0, 0.5], [0, 1, rows.start + 0.5]]) / step - ((0, 0, 0.5), (0, 0, 0.5))
        return cv2.warpAffine(
            smooth, back, (width, rows.stop - rows.start),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip

    return match


def spread(page: np.ndarray, rest: np.ndarray) -> None:
    """Fill places ``rest`` (H, W) of a picture (H, W, 3) with the colours around them, in place."""
    window = part_of(rest)
    area, own = rest[window], page[window]
    match = border_match(lambda rows: own[rows].astype(np.float32), ~area)
    for rows in bands(len(area)):
        if area[rows].any():
            paint(own[rows], area[rows], match(rows))


def dressed(image: Image.Image, box: tuple[slice, slice], page: np.ndarray, area: np.ndarray) -> Image.Image:
    """The picture with its hole filled: ``page`` (h, w, 3) is its part ``box``, of which ``area`` (h, w) is taken."""
    whole = image.copy() if image.mode in ("L", "RGBA") else to_rgb(image)
    whole.info.clear()
    corner = box[1].start, box[0].start
    part = Image.fromarray(page).convert(image.mode) if image.mode in ("L", "RGBA") else Image.fromarray(page)
    if image.mode == "RGBA":
        part.putalpha(image.crop((*corner, corner[0] + part.width, corner[1] + part.height)).getchannel("A"))
    whole.paste(part, corner, Image.fromarray(area))
    return whole
