"""What the sampling tab may be asked."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, PlainValidator

from gan_models.core.errors import BadRequest
from gan_models.ui.requests import Key, PictureFile, Request, Seed, choice, file, one_of, quantity
from gan_models.ui.tabs.sample.inside import Gain
from gan_models.ui.tabs.sample.models import FIRST, MODELS

MOST_FACES = 12  # of a photo, to choose from


def read_point(values: object):
    """See :meth:`gan_models.core.sampler.Point.read`."""
    from gan_models.core.point import Point

    return Point.read(values)


def read_model(name: str) -> str:
    """A name of :data:`MODELS`, or ``toy``."""
    if name not in MODELS and name != "toy":
        raise BadRequest("There is no such model; choose one from the list.")
    return name


Place = Annotated[Any, PlainValidator(read_point), Field(description="Where? The point in latent space is missing.")]


Share = quantity(0, 1, "A place in the picture")
Places = Annotated[
    list[tuple[Share, Share]], Field(description="Lay one to eight handles on the face, each with a target.")
]


class Model(Request):
    """Which sampler is asked; ``key`` is that of an opened toy, or of a face that a visitor brought."""

    model: Annotated[str, AfterValidator(read_model)] = FIRST
    key: Key = ""


class Look(Model, ask="look"):
    """The picture at a point of latent space."""

    point: Place


class Strip(Look, ask="strip"):
    """That picture at every position of one slider."""

    slider: Annotated[choice(64, "A slider's number"), Field(description="Which slider? Its number is missing.")]


class Neighbours(Look, ask="neighbours"):
    """Pictures near a point."""


class Inside(Look, ask="inside"):
    """``gains``: what each concept's units are multiplied by. ``shown``: the concept whose map is wanted."""

    gains: dict[str, Gain] = Field({}, description="The switches are numbers by concept.")
    shown: str = ""


class Looks(Look, ask="looks"):
    """Where each place of the picture looked while it was painted."""


class Sharpen(Look, ask="sharpen"):
    """The picture, finer than its generator paints it."""


class Page(Look, ask="page"):
    """The picture as a file to download; ``sharpened``: as :class:`Sharpen` has it."""

    sharpened: bool = Field(False, description="A picture is kept sharpened or not: true or false.")


class Path(Model, ask="path"):
    """The way from one point to another."""

    a: Place
    b: Place


class Film(Path, ask="film"):
    """That way as a film to download."""

    kind: one_of(("gif", "webp"), "A film is a gif or a webp.") = "gif"


class Toy(Request, ask="toy"):
    """A generator that was trained on the page and saved."""

    data: file("Choose the .safetensors file of a GAN that was trained on this page.")


class Board(Look, ask="board"):
    """``seeds``: the three faces whose styles are mixed in."""

    seeds: Annotated[list[Seed], Field(min_length=3, max_length=3, description="A board mixes with three seeds.")]


class Hold(Look, ask="hold"):
    """``handles`` and ``targets``: (x, y) in shares of the picture. ``mask``: opaque where the face may move."""

    handles: Places
    targets: Places
    mask: file("A mask is a picture.") = b""


class Pull(Request, ask="pull"):
    """``key``: of a face that is held. ``targets``: where its handles shall go by now."""

    key: Key
    targets: Places


class Photo(Request, ask="photo"):
    """``face``: which of the faces in it, from the largest."""

    picture: PictureFile
    face: choice(MOST_FACES, "A face's number") = 0


class Closer(Request, ask="closer"):
    """``key``: of a face that a photo brought."""

    key: Key
