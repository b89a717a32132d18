"""What the page of the restoring tab asks: pictures, and what is to become of them."""

from typing import Annotated, Literal

from pydantic import Field

from gan_models.ui.requests import Key, PictureFile, Request, Seed, choice, one_of, quantity
from gan_models.ui.tabs.restore import prose

MOST_TILES = 1000  # of a part; that is never reached
SIDES = {  # where a picture goes on -> whether it does to the left, right, top and bottom
    "wider": (1, 1, 0, 0), "taller": (0, 0, 1, 1), "around": (1, 1, 1, 1),
}  # fmt: skip

Factor = Annotated[Literal[2, 4], Field(description="The factor is 2 or 4.")]
Strength = quantity(0, 1, "Strength")
Sides = one_of(SIDES, f"A picture becomes one of {', '.join(SIDES)}.")
Share = quantity(0.05, 0.25, "How far it goes on")


class Open(Request, ask="open"):
    """A picture that a visitor brought."""

    picture: PictureFile


class Example(Request, ask="example"):
    """A picture that ships with the page, for one of the things that can be done."""

    name: one_of(prose.EXAMPLES, "There is no such example; choose one above.")
    mode: one_of(prose.MODES, f"What can be done is one of {', '.join(prose.MODES)}.") = "enlarge"


class Cut(Request, ask="cut"):
    """The part of a picture around a point, in shares of its width and height; all of it where that can be enlarged."""

    key: Key
    x: quantity(0, 1, "A place") = 0.5
    y: quantity(0, 1, "A place") = 0.5
    factor: Factor = 4


class Enlarge(Cut, ask="enlarge"):
    """One tile of that part, by its number."""

    number: choice(MOST_TILES, "A tile") = 0
    strength: Strength = 1.0


class Enlarged(Request):
    """What the public endpoint for enlarging is asked beside its picture."""

    factor: Factor
    strength: Strength


class Coloured(Request):
    """What the public endpoint for colouring is asked beside its picture."""

    strength: Strength = 1.0
    seed: Seed = 0


class Colour(Coloured, ask="colour"):
    """An opened picture, coloured."""

    key: Key


class SaveColour(Colour, ask="save colour"):
    """The same at the picture's own size."""


class Uncrop(Request, ask="uncrop"):
    """An opened picture, continued beyond its edge by a share of its side."""

    key: Key
    sides: Sides = "wider"
    share: Share = 0.25
    seed: Seed = 0


class SaveUncrop(Uncrop, ask="save uncrop"):
    """The same at the picture's own size."""


class Uncropped(Request):
    """What the public endpoint for uncropping is asked: shares of the width and height, up to a quarter."""

    left: quantity(0, 0.25, "Left")
    right: quantity(0, 0.25, "Right")
    top: quantity(0, 0.25, "Top")
    bottom: quantity(0, 0.25, "Bottom")
    seed: Seed
