"""What the page of the restoring tab asks, answered. Nothing in a request is taken on trust.

The page pulls a picture along, tile by tile: it shows each as it comes, it can stop at any time, and other visitors
have their turn in between. It also puts the tiles together, so nothing of a result is kept here.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from gan_models.core.errors import BadRequest
from gan_models.core.pictures import data_url
from gan_models.ui.handlers import TabHandlers
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.photos import jpeg_url, png_file, webp_url
from gan_models.ui.requests import Key, PictureFile, Request, choice, one_of, quantity, read
from gan_models.ui.session_cache import SessionCache, fingerprint
from gan_models.ui.tabs.restore import prose

PICTURES = Path(__file__).parent  # the examples, four times as large as they are shown
MOST_RESULT = 4096 * 4096  # pixels; what a phone's browser can hold in one canvas
LONGEST = 16_384  # pixels of a side, for the same reason
PART = 512  # pixels of a side of what is cut out of a picture that is too large as a whole
OVERVIEW = 640  # the longest side of the copy on which one chooses that part
MOST_TILES = 1000  # of a part; that is never reached

Factor = Annotated[Literal[2, 4], Field(description="The factor is 2 or 4.")]
Strength = quantity(0, 1, "Strength")


class Open(Request, ask="open"):
    picture: PictureFile


class Example(Request, ask="example"):
    name: one_of(prose.EXAMPLES, "There is no such example; choose one above.")


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


class Endpoint(Request):
    factor: Factor
    strength: Strength


@dataclass(frozen=True)
class Opened:
    """A visitor's picture in memory: its file, and how large it is."""

    data: bytes
    width: int
    height: int


class RestoreHandlers(TabHandlers):
    """Answers the tab's requests."""

    name, needs = "restore", "srgan"
    examples = (
        {"ask": "example", "name": "cat"},
        {"ask": "open"},
        {"ask": "cut", "key": "?", "x": 0.2, "factor": 2},
        {"ask": "enlarge", "key": "?", "number": 0, "strength": 0.5},
    )

    def __init__(self, pool: ModelPool):
        super().__init__(pool)
        self.opened: SessionCache[Opened] = SessionCache("The server has put your picture away. Open it again.")
        self.parts: SessionCache[Any] = SessionCache("", entries=64)  # of opened pictures, as arrays

    def open(self, request: Open) -> dict:
        """A picture that a visitor brought."""
        return self.receive(request.visitor, request.picture)

    def example(self, request: Example) -> dict:
        """One of the pictures that ship with the page, made four times smaller; and as it was: what is right."""
        from PIL import Image

        data = (PICTURES / f"{request.name}.webp").read_bytes()
        with Image.open(PICTURES / f"{request.name}.webp") as picture:
            size = picture.width // 4, picture.height // 4
            small = picture.convert("RGB").resize(size, Image.Resampling.BICUBIC)
        return self.receive(request.visitor, png_file(small)) | {"truth": data_url(data, "webp")}

    def receive(self, visitor: str, data: bytes) -> dict:
        """Open and keep a file; where it is too large to be enlarged whole, there is a small copy to choose on."""
        from PIL import Image

        from gan_models.core.pictures import open_picture

        picture, key = open_picture(data, least_side=1), fingerprint(data)
        opened = Opened(data, *picture.size)
        self.opened.put(visitor, key, opened, len(data))
        answer = {"key": key, "width": picture.width, "height": picture.height, "overview": ""}
        if part_of(opened, 0.5, 0.5, 4) != (0, 0, *picture.size):
            picture.thumbnail((OVERVIEW, OVERVIEW), Image.Resampling.LANCZOS, reducing_gap=3)
            answer["overview"] = jpeg_url(picture)
        return answer

    def cut(self, request: Cut) -> dict:
        """Where the part lies in the picture, what it looks like, and where its tiles lie in it: left, top, width,
        height in pixels."""
        from PIL import Image

        box, page = self.part(request)
        places = self.pipeline.places(page.shape[1], page.shape[0])
        return {
            "box": box, "url": webp_url(Image.fromarray(page)),
            "tiles": [
                [p.columns.start, p.rows.start, p.columns.stop - p.columns.start, p.rows.stop - p.rows.start]
                for p in places
            ],
        }  # fmt: skip

    def part(self, asked: Cut) -> tuple[tuple[int, int, int, int], Any]:
        """A part's place and its pixels (H, W, 3) uint8."""
        import numpy as np

        from gan_models.core.pictures import open_picture

        opened = self.opened.get(asked.visitor, asked.key)
        left, top, width, height = box = part_of(opened, asked.x, asked.y, asked.factor)
        place = f"{asked.key} {box}"
        page = self.parts.find(asked.visitor, place)
        if page is None:
            picture = open_picture(opened.data, least_side=1)
            page = np.array(picture.crop((left, top, left + width, top + height)))
            self.parts.put(asked.visitor, place, page, page.nbytes)
        return box, page

    def enlarge(self, request: Enlarge) -> dict:
        """One tile of a part, enlarged."""
        from PIL import Image

        page = self.part(request)[1]
        places = self.pipeline.places(page.shape[1], page.shape[0])
        if request.number >= len(places):
            raise BadRequest(f"This picture has only {len(places)} tiles.")
        tile = self.pipeline.tile(page, places[request.number], request.factor, request.strength)
        return {"url": webp_url(Image.fromarray(tile))}

    def endpoint(self, image, factor: float, strength: float):
        """Enlarge a photograph.

        Args:
            image: the picture; any mode, transparency is kept. The result may have 16.7 million pixels.
            factor: 4, or 2.
            strength: 0 is faithful and a little soft, 1 inventive; anything between.

        Returns:
            The picture, that many times as wide and as high.
        """
        if image is None:
            raise BadRequest("There is no picture yet; choose one.")
        asked = read(Endpoint, {"factor": factor, "strength": strength})
        if image.width * image.height * asked.factor**2 > MOST_RESULT:
            most = MOST_RESULT // asked.factor**2 / 1e6
            raise BadRequest(f"To be enlarged {asked.factor} times, a picture has {most:.1f} million pixels at most.")
        return self.pipeline.enlarge(image, asked.factor, asked.strength)


def part_of(opened: Opened, x: float, y: float, factor: int) -> tuple[int, int, int, int]:
    """Left, top, width and height of what is enlarged: all of the picture, or what lies around a point in it."""
    whole = opened.width, opened.height
    if whole[0] * whole[1] * factor**2 <= MOST_RESULT and max(whole) * factor <= LONGEST:
        return 0, 0, *whole
    sides = [min(PART, side) for side in whole]
    corner = [round(max(0, min(a * w - s / 2, w - s))) for a, w, s in zip((x, y), whole, sides, strict=True)]
    return *corner, *sides
