"""What the page of the inpainting tab asks: pictures, masks, squares, seeds."""

import math
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from gan_models.core.errors import BadRequest
from gan_models.core.values import read_number
from gan_models.ui.requests import Key, PictureFile, Request, Seed, choice, file, one_of

SLOTS = 4  # fillings at once
AVERAGES = tuple(f"average_{name}.webp" for name in ("women", "men", "old_women", "old_men"))
EXAMPLES = {  # file -> where the eyes are, in shares of its width and height
    "portrait_hopper.webp": ((0.395, 0.395), (0.580, 0.384)),
    "portrait_collins.webp": ((0.413, 0.390), (0.581, 0.400)),
    **dict.fromkeys(AVERAGES, ((0.285, 0.292), (0.678, 0.292))),
}
MODELS = {"ours": "inpainting", "aot": "inpainting-aot"}


def read_finite(value: object) -> float:
    """A finite number. Raises BadRequest."""
    number = read_number(value, "A square's number")
    if math.isinf(number):
        raise BadRequest("A square's numbers must be finite.")
    return number


Finite = Annotated[float, BeforeValidator(read_finite)]


class Square(BaseModel):
    """A square in the working copy: its middle, its side in pixels, and its angle in radians."""

    x: Finite
    y: Finite
    side: Finite
    angle: Finite


class Open(Request, ask="open"):
    """A picture that a visitor brought."""

    picture: PictureFile


class Example(Request, ask="example"):
    """A picture that ships with the page, by number."""

    number: choice(len(EXAMPLES), "An example") = 0


class Invent(Request, ask="invent"):
    """A face drawn from a seed, to be brushed at."""

    seed: Seed = 0


class Fill(Request, ask="fill"):
    """A mask over an opened picture, and the seeds of the fillings asked for."""

    key: Key
    mask: file("Nothing is masked yet; brush over the part that should come back different.")
    seeds: Annotated[list[Seed], Field(min_length=1, max_length=SLOTS, description=f"Ask for 1 to {SLOTS} fillings.")]
    frame: Square | None = Field(None, description="A square has numbers x, y, side and angle.")
    model: one_of(MODELS, "There is no such model; choose ours or the published AOT-GAN.") = "ours"


class Sharpen(Fill, ask="sharpen"):
    """The first of its seeds is wanted, finer."""


class Save(Fill, ask="save"):
    """The first of its seeds is wanted at the picture's own size."""


def frame_of(square: Square | None, size: tuple[int, int]):
    """A square of a picture of this size, or None to have one chosen; BadRequest where it makes no sense there."""
    from gan_models.core.face_finder import Frame

    if square is None:
        return None
    if not 8 <= square.side <= 3 * max(size):
        raise BadRequest("The square must be at least 8 pixels wide and not much larger than the picture.")
    if not all(-square.side <= at <= most + square.side for at, most in zip((square.x, square.y), size, strict=True)):
        raise BadRequest("The square lies beside the picture; put it onto a face.")
    return Frame(square.x, square.y, square.side, square.angle)


def open_mask(data: bytes, size: tuple[int, int]):
    """A mask from a page's canvas as mode L, of the working copy's size; what is painted there is white."""
    from gan_models.core.pictures import open_picture

    mask = open_picture(data, least_side=1, modes=("RGBA", "LA", "L"))
    if mask.size != size:
        raise BadRequest(f"The mask is {mask.width} x {mask.height}, the picture {size[0]} x {size[1]}.")
    return mask.getchannel("A") if mask.mode in ("RGBA", "LA") else mask.convert("L")
