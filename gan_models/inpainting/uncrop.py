"""What may lie beyond a picture's edge: its mirror image near it, dissolving into what the network paints.

The network has only ever seen faces, cut closely. Where a face is cut off by the edge it finishes the face; anywhere
else it knows little more than which colours go on, so its share grows with the distance from the edge.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image
from torch import Tensor

from gan_models.core.errors import BadRequest
from gan_models.core.face_finder import Frame, find_faces
from gan_models.core.pictures import to_rgb
from gan_models.inpainting.cut_and_paste import finish

MOST = 0.25  # of the picture's width or height on each side
MOST_PIXELS = 16_777_216  # of a result
GUESSED = 512  # pixels of the longer side at which the network's share is put together; it paints 128
LEAST_CUT = 0.03  # of a face's square: less of it beyond the edge is no face cut off
FEATHER = 0.05  # of a face's square, over which it comes in

Sides = tuple[int, int, int, int]  # pixels: left, top, right, bottom


@dataclass(frozen=True)
class Wider:
    """A picture made larger, and what its new parts can be made of.

    Attributes:
        page: (H, W, 3) uint8: the picture, mirrored at its edges.
        inside: the part of ``page`` that is the picture, as rows and columns.
        network: (h, w, 3) float32, 0 to 255, at most :data:`GUESSED` pixels: the network's picture. ``share``: (h, w)
            float32, what of it is seen.
    """

    page: np.ndarray
    inside: tuple[slice, slice]
    network: np.ndarray
    share: np.ndarray

    def mixed(self, network: float | None = None) -> Image.Image:
        """The larger picture; with ``network`` 0 its new parts are only mirrored, with 1 only the network's."""
        height, width = self.page.shape[:2]
        made, rows = self.page.copy(), max(1, 2**20 // width)
        at = (np.arange(height) + 0.5) * len(self.network) / height - 0.5
        both = np.dstack([self.network, self.share if network is None else np.full_like(self.share, network)])
        for top in range(0, height, rows):
            part = slice(top, top + rows)
            across, down = np.meshgrid((np.arange(width) + 0.5) * both.shape[1] / width - 0.5, at[part])
            seen = cv2.remap(
                both, across.astype(np.float32), down.astype(np.float32), cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            )  # fmt: skip
            page = made[part]
            page[:] = np.round(page + seen[..., 3:] * (seen[..., :3] - page)).clip(0, 255)
        made[self.inside] = self.page[self.inside]
        return Image.fromarray(made)


def read_sides(size: tuple[int, int], left: float, right: float, top: float, bottom: float) -> Sides:
    """Shares of a picture's width and height as pixels. BadRequest for none, too much, or too large a result."""
    shares = [min(max(float(share), 0.0), MOST) for share in (left, top, right, bottom)]
    sides = tuple(round(share * length) for share, length in zip(shares, size * 2, strict=True))
    if not any(shares):
        raise BadRequest("Choose a side on which the picture goes on.")
    if not any(sides):
        raise BadRequest("The picture is too small for so little more of it.")
    if (size[0] + sides[0] + sides[2]) * (size[1] + sides[1] + sides[3]) > MOST_PIXELS:
        raise BadRequest("The result would have more than 16.7 million pixels; make the picture smaller first.")
    return sides


def widen(painter, image: Image.Image, sides: Sides, seed: int = 0) -> Wider:
    """Have an :class:`~gan_models.inpainting.pipeline.Inpainter` paint around a picture of any mode."""
    picture = to_rgb(image)
    left, top, right, bottom = sides
    page = np.pad(np.asarray(picture), ((top, bottom), (left, right), (0, 0)), "symmetric")
    inside = slice(top, top + picture.height), slice(left, left + picture.width)
    scale = min(1.0, GUESSED / max(page.shape))
    size = max(1, round(page.shape[1] * scale)), max(1, round(page.shape[0] * scale))
    small = Image.fromarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA))
    new = np.full(page.shape[:2], 255, np.uint8)
    new[inside] = 0
    new = cv2.resize(new, size, interpolation=cv2.INTER_AREA) >= 128
    mask = Image.fromarray(new.astype(np.uint8) * 255)

    def painted(frame: Frame) -> np.ndarray:
        hole = painter.prepare(small, mask, frame)
        filling: Tensor = painter.fill(hole, [seed])[0]
        return np.asarray(finish(small, hole, filling), np.float32)

    network = painted(Frame(size[0] / 2, size[1] / 2, float(max(size))))
    share = smooth(outward(new.shape, [side * scale for side in sides]))
    for face in find_faces(small.crop(box_of(~new))):
        frame = moved(face.frame, box_of(~new)[:2])
        within = np.zeros(new.shape, np.uint8)
        cv2.fillConvexPoly(within, np.round(frame.corners()).astype(np.int32), 1)
        if not face.sure or face.profile or (within.astype(bool) & new).sum() < LEAST_CUT * frame.side**2:
            continue
        # It comes in from the picture's edge and from its own square's, the canvas's edge being none of the latter.
        padded = cv2.copyMakeBorder(within, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
        depth = np.minimum(
            cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1],
            cv2.distanceTransform(new.astype(np.uint8), cv2.DIST_L2, 5),
        )
        weight = smooth(np.minimum(depth / (FEATHER * frame.side), 1))
        network += weight[..., None] * (painted(frame) - network)
        share = np.maximum(share, weight)
    return Wider(page, inside, network, share.astype(np.float32))


def outward(shape: tuple[int, ...], sides: list[float]) -> np.ndarray:
    """How far each place (H, W) lies beyond the picture: 0 at its edge and inside, 1 at a new edge on the same side."""
    left, top, right, bottom = sides
    height, width = shape
    across, down = np.arange(width) + 0.5, np.arange(height)[:, None] + 0.5
    found = np.zeros(shape, np.float32)
    for side, beyond in (
        (left, left - across), (top, top - down), (right, across - width + right), (bottom, down - height + bottom)
    ):  # fmt: skip
        if side:
            found = np.maximum(found, np.clip(beyond / side, 0, 1))
    return found


def smooth(share: np.ndarray) -> np.ndarray:
    """0 to 1 without a kink at either end."""
    return share * share * (3 - 2 * share)


def box_of(area: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is true in (H, W)."""
    rows, columns = np.flatnonzero(area.any(1)), np.flatnonzero(area.any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def moved(frame: Frame, by: tuple[int, int]) -> Frame:
    """The frame of a part as that of the whole."""
    return Frame(frame.x + by[0], frame.y + by[1], frame.side, frame.angle)
