"""What the page of the restoring tab asks, answered. Nothing in a request is taken on trust.

To have a picture enlarged the page pulls it along, tile by tile: it shows each as it comes, it can stop at any time,
and other visitors have their turn in between. It also puts the tiles together, so nothing of a result is kept here.
What needs no tiles is shown on a small copy and made anew at full size for whoever wants to keep it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gan_models.core.errors import BadRequest
from gan_models.ui.handlers import TabHandlers, facts
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.photos import download, jpeg_url, png_file, webp_url
from gan_models.ui.session_cache import SessionCache, fingerprint
from gan_models.ui.tabs.restore.endpoints import MOST_RESULT, RestoreEndpoints
from gan_models.ui.tabs.restore.requests import (
    SIDES,
    Colour,
    Cut,
    Enlarge,
    Example,
    Open,
    SaveColour,
    SaveUncrop,
    Uncrop,
)

PICTURES = Path(__file__).parent  # the examples, four times as large as they are enlarged from
LONGEST = 16_384  # pixels of a side, for the same reason
PART = 512  # pixels of a side of what is cut out of a picture that is too large as a whole
OVERVIEW = 640  # the longest side of the copy on which one chooses that part
WORKING = 1024  # the longest side of the copy that is shown where nothing is enlarged
THUMB = 128
PNG_PIXELS = 4_400_000  # beyond, what is kept is a JPEG


@dataclass(frozen=True)
class Opened:
    """A visitor's picture in memory: its file, and how large it is."""

    data: bytes
    width: int
    height: int


class RestoreHandlers(RestoreEndpoints, TabHandlers):
    """Answers the tab's requests."""

    name = "restore"
    examples = (
        {"ask": "example", "name": "cat"},
        {"ask": "open"},
        {"ask": "cut", "key": "?", "x": 0.2, "factor": 2},
        {"ask": "enlarge", "key": "?", "number": 0, "strength": 0.5},
        {"ask": "colour", "key": "?", "seed": 2},
        {"ask": "uncrop", "key": "?", "sides": "around", "share": 0.1},
    )

    def __init__(self, pool: ModelPool):
        super().__init__(pool)
        self.opened: SessionCache[Opened] = SessionCache("The server has put your picture away. Open it again.")
        self.parts: SessionCache[Any] = SessionCache("", entries=64)  # of opened pictures, as arrays

    def open(self, request: Open) -> dict:
        """A picture that a visitor brought."""
        return self.receive(request.visitor, request.picture)

    def example(self, request: Example) -> dict:
        """One of the pictures that ship with the page, made four times smaller, grey or narrower; and as it was: what
        is right."""
        from PIL import Image

        with Image.open(PICTURES / f"{request.name}.webp") as picture:
            truth, (width, height) = picture.convert("RGB"), picture.size
        if request.mode == "enlarge":
            given = truth.resize((width // 4, height // 4), Image.Resampling.BICUBIC)
        elif request.mode == "colour":
            given = truth.convert("L")
        else:  # a quarter of its width more on both sides, and it is as wide as it was
            part = width // 6
            truth = truth.crop(((width - 6 * part) // 2, 0, (width + 6 * part) // 2, height))
            given = truth.crop((part, 0, 5 * part, height))
        return self.receive(request.visitor, png_file(given)) | {"truth": webp_url(truth)}

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

        opened = self.opened.get(asked.visitor, asked.key)
        left, top, width, height = box = part_of(opened, asked.x, asked.y, asked.factor)
        place = f"{asked.key} {box}"
        page = self.parts.find(asked.visitor, place)
        if page is None:
            page = np.array(whole(opened).crop((left, top, left + width, top + height)))
            self.parts.put(asked.visitor, place, page, page.nbytes)
        return box, page

    def working(self, asked: Colour | Uncrop):
        """A copy of an opened picture, mode RGB, of the size at which things are shown."""
        from PIL import Image

        opened, place = self.opened.get(asked.visitor, asked.key), f"{asked.key} small"
        copy = self.parts.find(asked.visitor, place)
        if copy is None:
            copy = whole(opened)
            copy.thumbnail((WORKING, WORKING), Image.Resampling.LANCZOS, reducing_gap=3)
            self.parts.put(asked.visitor, place, copy, 3 * copy.width * copy.height)
        return copy

    def enlarge(self, request: Enlarge) -> dict:
        """One tile of a part, enlarged."""
        from PIL import Image

        page = self.part(request)[1]
        places = self.pipeline.places(page.shape[1], page.shape[0])
        if request.number >= len(places):
            raise BadRequest(f"This picture has only {len(places)} tiles.")
        tile = self.pipeline.tile(page, places[request.number], request.factor, request.strength)
        return {"url": webp_url(Image.fromarray(tile)), "facts": facts(self.pipeline)}

    def colour(self, request: Colour) -> dict:
        """A small copy in one seed's colours, the copy without colours, and all seeds' answers very small."""
        from PIL import Image

        from gan_models.pix2pix.colouring import with_colours

        pipeline, grey = self.pool.get("pix2pix-colour"), self.working(request).convert("L")
        thumb, seeds = grey.copy(), list(range(len(pipeline.palette)))
        thumb.thumbnail((THUMB, THUMB), Image.Resampling.LANCZOS, reducing_gap=3)
        ramps = pipeline.ramps(light_of(grey), seeds, request.strength)
        return {
            "url": jpeg_url(Image.fromarray(with_colours(light_of(grey), ramps[request.seed % len(seeds)]))),
            "before": jpeg_url(grey),
            "thumbs": [jpeg_url(Image.fromarray(with_colours(light_of(thumb), page))) for page in ramps],
            "facts": facts(pipeline),
        }  # fmt: skip

    def save_colour(self, request: SaveColour) -> dict:
        """The picture at its own size in colours."""
        picture = whole(self.opened.get(request.visitor, request.key))
        coloured = self.pool.get("pix2pix-colour").colour(picture, request.strength, request.seed)
        return download(coloured, "coloured", PNG_PIXELS, compress_level=1)

    def uncrop(self, request: Uncrop) -> dict:
        """A small copy made larger, where the picture lies in it, and what mirroring and the network alone make."""
        wider = self.wider(self.working(request), request)
        rows, columns = wider.inside
        return {
            "url": jpeg_url(wider.mixed()), "mirrored": jpeg_url(wider.mixed(0)), "painted": jpeg_url(wider.mixed(1)),
            "box": [columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start],
            "facts": facts(self.pool.get("inpainting")),
        }  # fmt: skip

    def save_uncrop(self, request: SaveUncrop) -> dict:
        """The picture at its own size, and what may lie around it."""
        wider = self.wider(whole(self.opened.get(request.visitor, request.key)), request)
        return download(wider.mixed(), "uncropped", PNG_PIXELS, compress_level=1)

    def wider(self, picture, asked: Uncrop):
        """A :class:`gan_models.inpainting.uncrop.Wider` of a picture."""
        from gan_models.inpainting.uncrop import read_sides, widen

        sides = read_sides(picture.size, *(asked.share * one for one in SIDES[asked.sides]))
        return widen(self.pool.get("inpainting"), picture, sides, asked.seed)


def whole(opened: Opened):
    """An opened picture at its own size, mode RGB."""
    from gan_models.core.pictures import open_picture

    return open_picture(opened.data, least_side=1)


def light_of(grey):
    """A picture of mode L as (H, W) uint8."""
    import numpy as np

    return np.asarray(grey)


def part_of(opened: Opened, x: float, y: float, factor: int) -> tuple[int, int, int, int]:
    """Left, top, width and height of what is enlarged: all of the picture, or what lies around a point in it."""
    whole = opened.width, opened.height
    if whole[0] * whole[1] * factor**2 <= MOST_RESULT and max(whole) * factor <= LONGEST:
        return 0, 0, *whole
    sides = [min(PART, side) for side in whole]
    corner = [round(max(0, min(a * w - s / 2, w - s))) for a, w, s in zip((x, y), whole, sides, strict=True)]
    return *corner, *sides
