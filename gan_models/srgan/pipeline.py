"""Photographs enlarged two or four times, tile by tile, anywhere between faithful and inventive."""

import copy
import itertools
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from gan_models.core.device import compute
from gan_models.core.errors import BadRequest
from gan_models.core.images import to_uint8
from gan_models.core.pictures import opaque
from gan_models.core.precision import choose_precision, sample_picture
from gan_models.core.store import Located, load_network
from gan_models.core.values import read_quantity
from gan_models.srgan.checkpoints import CHECKPOINTS
from gan_models.srgan.networks import FACTOR, SRGenerator, between

FACTORS = (2, 4)
MOST_PIXELS = 40_000_000  # of a result
TILE = 192  # small pixels on each side, beside what a tile shares with its neighbours
KEPT = 4  # strengths whose weights stay in memory, 3 MB each
HALVING = 2  # small pixels beyond its own that a tile needs to be halved

GREY = ("1", "L", "LA", "La", "F")


class Enlarger:
    """Two twins of one network, and every network between them. PIL pictures and numbers in and out.

    Args:
        faithful: trained for closeness alone; soft.
        inventive: trained on from there against a discriminator; sharp.
        device: where to compute.
        located: where the weights came from.
    """

    def __init__(self, faithful: SRGenerator, inventive: SRGenerator, device: torch.device, located: Located):
        self.twins = [n.to(device, memory_format=torch.channels_last).eval() for n in (faithful, inventive)]
        self.device, self.located = device, located
        choose_precision(faithful, device, sample_picture(128).contiguous(memory_format=torch.channels_last))
        inventive.bfloat16_on = faithful.bfloat16_on
        self._between: OrderedDict[float, SRGenerator] = OrderedDict()
        self._busy = threading.Lock()  # one forward pass at a time: two would only fight for the same cores

    def enlarge(
        self,
        image: Image.Image,
        factor: int = 4,
        strength: float = 1.0,
        progress: Callable[[float], None] | None = None,
    ) -> Image.Image:
        """The picture at ``factor`` times its width and height.

        Colour becomes RGB, grey stays L. Where the picture has transparency the result has it too: alpha is enlarged
        bicubically, and the colours beneath it as if they were not transparent.

        Args:
            image: any size and mode.
            factor: 4, or 2: then it is enlarged four times and halved.
            strength: 0 is faithful, 1 inventive; between them the weights are mixed (Wang et al., 2018, section 3.4).
            progress: called with the share that is done, above 0 and at last 1, after each tile.

        Raises:
            BadRequest: no picture, another factor, no number as strength, or a result of more than 40 million pixels.
        """
        if not isinstance(image, Image.Image) or min(image.size) < 1:
            raise BadRequest("There is no picture yet; choose one.")
        if factor not in FACTORS:
            raise BadRequest("The factor is 2 or 4.")
        size = image.width * factor, image.height * factor
        if size[0] * size[1] > MOST_PIXELS:
            raise BadRequest(
                f"Enlarged {factor} times the picture would have {size[0] * size[1] / 1e6:,.0f} million pixels, and "
                f"{MOST_PIXELS // 1_000_000} million is the most; cut a part out of it or make it smaller first."
            )
        page = np.asarray(opaque(image))
        out = np.empty((size[1], size[0], 3), np.uint8)
        places = self.places(image.width, image.height)
        for done, place in enumerate(places, 1):
            out[larger(place.rows, factor), larger(place.columns, factor)] = self.tile(page, place, factor, strength)
            if progress:
                progress(done / len(places))
        made = Image.fromarray(out)
        if image.mode in GREY or image.mode.startswith("I"):
            made = made.convert("L")
        if image.has_transparency_data:
            made.putalpha(image.convert("RGBA").getchannel("A").resize(size, Image.Resampling.BICUBIC))
        return made

    def network(self, strength: float) -> SRGenerator:
        """The network of a strength, brought into [0, 1], to steps of a hundredth; BadRequest for what is no number."""
        share = round(read_quantity(strength, 0, 1, "Strength"), 2)
        if share in (0.0, 1.0):
            return self.twins[int(share)]
        with self._busy:
            if share not in self._between:
                made = copy.deepcopy(self.twins[0])
                made.load_state_dict(between(*self.twins, share))
                self._between[share] = made
            self._between.move_to_end(share)
            while len(self._between) > KEPT:
                self._between.popitem(last=False)
            return self._between[share]

    def places(self, width: int, height: int) -> list["Tile"]:
        """The tiles of a small picture of this size, row by row; see :meth:`tile`."""
        return list(tiles(width, height, self.twins[0].reach + HALVING))

    @torch.inference_mode()
    def tile(self, page: np.ndarray, place: "Tile", factor: int = FACTOR, strength: float = 1.0) -> np.ndarray:
        """One tile enlarged, so that a caller can show it, or stop, before the rest is done.

        Args:
            page: the whole small picture (H, W, 3) uint8, RGB.
            place: one of its :meth:`places`.
            factor, strength: as for :meth:`enlarge`.

        Returns:
            (factor h, factor w, 3) uint8 of a tile of h x w small pixels.
        """
        network = self.network(strength)
        seen = page[place.seen_rows, place.seen_columns]
        batch = to_batch(seen).contiguous(memory_format=torch.channels_last)
        made = compute(network, self.device, batch, busy=self._busy)
        if factor != FACTOR:
            made = F.interpolate(
                made.clamp(-1, 1), scale_factor=factor / FACTOR, mode="bicubic", antialias=True, align_corners=False
            )
        top, left = place.rows.start - place.seen_rows.start, place.columns.start - place.seen_columns.start
        tall, wide = place.rows.stop - place.rows.start, place.columns.stop - place.columns.start
        kept = made[:, :, factor * top : factor * (top + tall), factor * left : factor * (left + wide)]
        return to_uint8(kept)[0]


@dataclass(frozen=True)
class Tile:
    """A part of the small picture, and the larger part around it that the network must see to compute it."""

    rows: slice
    columns: slice
    seen_rows: slice
    seen_columns: slice


def tiles(width: int, height: int, reach: int, tile: int = TILE) -> Iterator[Tile]:
    """The picture cut into parts of at most ``tile`` pixels a side, of nearly one size; each is seen with ``reach``
    pixels more on every side, as far as the picture goes."""

    def cuts(length: int) -> list[tuple[slice, slice]]:
        count = -(-length // tile)
        edges = [length * k // count for k in range(count + 1)]
        return [(slice(a, b), slice(max(0, a - reach), min(length, b + reach))) for a, b in itertools.pairwise(edges)]

    for rows, seen_rows in cuts(height):
        for columns, seen_columns in cuts(width):
            yield Tile(rows, columns, seen_rows, seen_columns)


def larger(part: slice, factor: int) -> slice:
    """A part of the small picture as a part of the result."""
    return slice(part.start * factor, part.stop * factor)


def to_batch(page: np.ndarray) -> Tensor:
    """(H, W, 3) uint8 to (1, 3, H, W) in [-1, 1]."""
    return torch.from_numpy(page.astype(np.float32)).permute(2, 0, 1)[None].div_(127.5).sub_(1)


def srgan(device: torch.device, weights: str) -> Enlarger:
    """Our enlarger: both twins."""
    faithful, located = load_network(CHECKPOINTS["srgan-faithful"], weights)
    inventive, _ = load_network(CHECKPOINTS["srgan-inventive"], "embedded" if located.notice else weights)
    return Enlarger(faithful, inventive, device, located)


PIPELINES = {"srgan": srgan}
