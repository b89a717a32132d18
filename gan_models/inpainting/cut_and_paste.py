"""Cutting a square out of a photo for a network, and putting what came back into the hole without a seam."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gan_models.core.face_finder import Frame, pixel_centres
from gan_models.inpainting.networks import pull_push

DETAIL = 512  # the largest raster on which borders are matched
BAND = 64  # rows of a picture that are worked on at a time
Rows = Callable[[slice], np.ndarray]
Box = tuple[slice, slice]  # a part of a picture: rows, columns


@dataclass(frozen=True)
class Hole:
    """What the network needs of one request, prepared once for all variants.

    Attributes:
        picture: of mode RGB. ``mask``: (H, W) bool, True where the hole is.
        frame: the square that the network sees; ``size`` pixels wide for it.
        seen: that square, (1, 3, size, size) in [-1, 1]. ``hole``: (1, 1, size, size), 1 for a hole.
        face: whether there is a face in the square, as far as one knows.
    """

    picture: Image.Image
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


def cut(picture: Image.Image, area: np.ndarray, frame: Frame, size: int) -> tuple[Tensor, Tensor]:
    """The square of a picture as (1, 3, size, size) in [-1, 1], and its hole (1, 1, size, size) of 0 and 1.

    Known pixels are averaged among themselves: nothing of what stood in the hole seeps into its surroundings. Where
    the square reaches beyond the picture, the picture is mirrored.
    """
    window = around(np.array(frame.corners()), 2, area.shape)
    frame = replace(frame, x=frame.x - window[1].start, y=frame.y - window[0].start)
    weight = frame.cut(np.subtract(1, area[window], dtype=np.float32), size)
    page = pixels(picture, window)
    np.copyto(page, 0, where=area[window][..., None])
    colours = frame.cut(page, size)
    hole = torch.from_numpy(weight < 0.5)[None, None].float()
    square = torch.from_numpy(colours / np.maximum(weight, 1e-3)[..., None]).permute(2, 0, 1)[None]
    return (square.div(127.5).sub(1).clamp(-1, 1) * (1 - hole)).contiguous(), hole


def around(points: np.ndarray, margin: float, shape: tuple[int, ...]) -> Box:
    """The part of a picture (H, W) that holds points (N, 2), given as (x, y), and ``margin`` pixels around them.

    At least one pixel, the nearest, where the points lie beside the picture.
    """
    low, high = np.floor(points.min(0) - margin).astype(int), np.ceil(points.max(0) + margin).astype(int)
    spans = []
    for first, last, length in zip(low[::-1], high[::-1], shape[:2], strict=True):
        start = min(max(int(first), 0), length - 1)
        spans.append(slice(start, max(start + 1, min(int(last), length))))
    return tuple(spans)


def pixels(picture: Image.Image, box: Box) -> np.ndarray:
    """A part of a picture as (h, w[, C]) uint8. NumPy's own way has three copies of all of it for a moment."""
    (top, bottom), (left, right) = ((span.start, span.stop) for span in box)
    channels = () if picture.mode == "L" else (len(picture.getbands()),)
    page = np.empty((bottom - top, right - left, *channels), np.uint8)
    for rows in bands(len(page)):
        page[rows] = np.asarray(picture.crop((left, top + rows.start, right, top + rows.stop)))
    return page


def finish(image: Image.Image, hole: Hole, filled: Tensor, last: bool = False) -> Image.Image:
    """A filling (3, size, size) of the square put back into the picture, inside the hole only.

    ``last``: neither picture nor hole are needed any more, and a picture of mode RGB is itself painted on.
    """
    whole = hole.picture if last else hole.picture.copy()
    box, window = part_of(hole.mask), part_of(hole.mask, hole.frame)  # what is beyond them is not looked at
    area, rest = hole.mask[window], hole.mask[box]
    rest = rest if whole is image else rest.copy()
    shift = np.array([[0, 0, window[1].start], [0, 0, window[0].start]], np.float64)
    matrix = pixel_centres(hole.frame.to_picture(hole.size) - shift)
    values = ((filled.permute(1, 2, 0).numpy() + 1) * 127.5).astype(np.float32)

    def put_back(square: np.ndarray, rows: slice, **options) -> np.ndarray:
        moved = matrix - ((0, 0, 0), (0, 0, rows.start))
        return cv2.warpAffine(square, moved, (area.shape[1], rows.stop - rows.start), **options)

    def painted(rows: slice) -> np.ndarray:
        return put_back(values, rows, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)

    match = border_match(lambda rows: pixels(whole, part(window, rows)) - painted(rows), area)
    full, inner = np.ones((hole.size, hole.size), np.uint8), rest[moved_by(window, box)]
    for rows in bands(len(area)):
        if area[rows].any():
            paint(whole, part(window, rows), area[rows], painted(rows) + match(rows))
            inner[rows] &= put_back(full, rows, flags=cv2.INTER_NEAREST) == 0
    if rest.any():  # beyond the square the network saw nothing: carry the colours around it inwards
        spread(whole, box, rest)
    return dressed(image, whole, box, hole.mask)


def bands(height: int, step: int = 1) -> list[slice]:
    """The rows of a picture, some at a time and each time a multiple of ``step``: a large one takes little memory."""
    many = max(1, BAND // step) * step
    return [slice(first, min(first + many, height)) for first in range(0, height, many)]


def part(box: Box, rows: slice) -> Box:
    """Some rows of a part of a picture, counted from its first."""
    return slice(box[0].start + rows.start, box[0].start + rows.stop), box[1]


def moved_by(box: Box, other: Box) -> Box:
    """A part of a picture as a part of another part, which holds it."""
    return tuple(slice(a.start - b.start, a.stop - b.start) for a, b in zip(box, other, strict=True))


def paint(picture: Image.Image, box: Box, area: np.ndarray, colours: np.ndarray) -> None:
    """Set the places ``area`` (h, w) of a part of a picture of mode RGB to ``colours`` (h, w, 3) float, in place."""
    page = pixels(picture, box)
    page[area] = np.round(colours[area].clip(0, 255)).astype(np.uint8)
    picture.paste(Image.fromarray(page), (box[1].start, box[0].start))


def part_of(area: np.ndarray, frame: Frame | None = None) -> Box:
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


def border_match(difference: Rows, area: np.ndarray) -> Rows:
    """What to add to a filling (H, W, 3) so that it meets the picture at the hole's edge, fading inwards.

    ``difference`` gives picture minus filling for some rows, as (h, W, 3) float32; it counts outside the hole ``area``
    (H, W) and is carried into it smoothly. The answer is asked for some rows likewise.
    """
    height, width = area.shape
    step = -(-max(height, width) // DETAIL)
    grid = -(-height // step), -(-width // step)
    size = 1 << (max(4, *grid) - 1).bit_length()
    square = np.zeros((size, size, 4), np.float32)
    for rows in bands(height, step):
        seen = (~area[rows, :, None]).astype(np.float32)
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


def spread(picture: Image.Image, box: Box, rest: np.ndarray) -> None:
    """Fill places ``rest`` (h, w) of a part of a picture with the colours around them, in place."""
    inner = part_of(rest)
    area, window = rest[inner], moved_by(inner, tuple(slice(-span.start, None) for span in box))
    match = border_match(lambda rows: pixels(picture, part(window, rows)).astype(np.float32), area)
    for rows in bands(len(area)):
        if area[rows].any():
            paint(picture, part(window, rows), area[rows], match(rows))


def dressed(image: Image.Image, whole: Image.Image, box: Box, mask: np.ndarray) -> Image.Image:
    """``whole``, of mode RGB, in the mode of the picture it came from, which it differs from in the part ``box``."""
    if image.mode not in ("L", "RGBA"):
        whole.info.clear()
        return whole
    own = image.copy()
    own.info.clear()
    for rows in bands(box[0].stop - box[0].start):
        place = part(box, rows)
        edges = place[1].start, place[0].start, place[1].stop, place[0].stop
        made = whole.crop(edges).convert(image.mode)
        if image.mode == "RGBA":
            made.putalpha(image.crop(edges).getchannel("A"))
        own.paste(made, edges[:2], Image.fromarray(mask[place]))
    return own
