"""What the inpainting tab asks, answered: pictures and their faces, fillings, and the filled picture to keep."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gan_models.core.errors import BadRequest
from gan_models.core.values import read_seed
from gan_models.ui.handlers import TabHandlers, facts
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.photos import png_file
from gan_models.ui.server.memory import give_back
from gan_models.ui.session_cache import SessionCache, fingerprint
from gan_models.ui.tabs.inpaint.requests import (
    EXAMPLES,
    MODELS,
    Example,
    Fill,
    Invent,
    Open,
    Save,
    Sharpen,
    frame_of,
    open_mask,
)
from gan_models.ui.tabs.inpaint.sharpening import is_soft, sharpened

PICTURES = Path(__file__).parent  # the examples
FRAME = {"x": 128, "y": 128, "side": 256, "angle": 0}
WORKING = 1024  # the longest side of the copy that the page works on


@dataclass(frozen=True)
class Opened:
    """A visitor's picture in memory: the file as it came, a working copy, and the faces in that copy."""

    data: bytes
    working: Any
    size: tuple[int, int]
    faces: tuple

    @property
    def scale(self) -> float:
        """From the working copy to the picture."""
        return self.size[0] / self.working.width


class InpaintHandlers(TabHandlers):
    """Answers the tab's requests."""

    name = "inpaint"
    examples = (
        {"ask": "example", "number": 2},
        {"ask": "open"},
        {"ask": "fill", "key": "?", "seeds": [1, 2], "frame": FRAME},
        {"ask": "sharpen", "key": "?", "seeds": [1], "frame": FRAME},
        {"ask": "save", "key": "?", "seeds": [1], "frame": FRAME},
    )

    def __init__(self, pool: ModelPool):
        super().__init__(pool)
        self.opened: SessionCache[Opened] = SessionCache("The server has put your picture away. Open it again.")

    def open(self, request: Open) -> dict:
        """A picture that a visitor brought."""
        return self.receive(request.visitor, request.picture)

    def example(self, request: Example) -> dict:
        """One of the portraits and average faces that ship with the page."""
        name, eyes = list(EXAMPLES.items())[request.number]
        return self.receive(request.visitor, (PICTURES / name).read_bytes(), eyes)

    def invent(self, request: Invent) -> dict:
        """A face that does not exist, from the face generator, by its seed; enlarged smoothly."""
        from PIL import Image

        face = self.pool.get("faces").sample(seeds=[request.seed])[0]
        return self.receive(request.visitor, png_file(face.resize((384, 384), Image.Resampling.LANCZOS)))

    def receive(self, visitor: str, data: bytes, eyes=None) -> dict:
        """Open a file, find the faces and keep it; the answer has a working copy for the page.

        ``eyes`` are those of its one face, in shares of width and height, where they are known.
        """
        from PIL import Image

        from gan_models.core.face_finder import Face, frame_of_eyes
        from gan_models.core.pictures import open_picture
        from gan_models.inpainting.pipeline import faces_in

        give_back()  # a large picture takes most memory while it is opened
        picture = open_picture(data)
        shrink = min(1.0, WORKING / max(picture.size))
        small = (max(1, round(picture.width * shrink)), max(1, round(picture.height * shrink)))
        working = picture if shrink == 1 else picture.resize(small, Image.Resampling.LANCZOS, reducing_gap=3)
        if eyes:
            eyes = tuple((u * working.width, v * working.height) for u, v in eyes)
            faces = [Face(frame_of_eyes(*eyes), eyes, True)]
        else:
            faces = faces_in(working)
        key = fingerprint(data)
        self.opened.put(
            visitor, key, Opened(data, working, picture.size, tuple(faces)), len(data) + 3 * small[0] * small[1]
        )
        return {
            "key": key, "url": picture_url(working), "width": working.width,
            "height": working.height, "full": list(picture.size),
            "faces": [frame_values(f.frame) | {"sure": f.sure, "profile": f.profile} for f in faces],
        }  # fmt: skip

    def fill(self, request: Fill) -> dict:
        """Fillings of a hole in the working copy, two old methods beside them, and the critic's maps.

        One filling a seed; a single, smooth one where the hole touches no face and no square was set by hand.
        """
        from gan_models.inpainting.cut_and_paste import finish
        from gan_models.inpainting.naive_fills import naive_fill

        opened, painter, mask, hole = self.prepared(request)
        started = time.perf_counter()
        filled = painter.fill(hole, request.seeds if hole.face else request.seeds[:1])
        line = facts(painter, started)
        box = box_of(mask)

        def page(square) -> str:
            return picture_url(finish(opened.working, hole, square).crop(box))

        maps = painter.patch_beliefs(filled)
        return {
            "box": list(box), "pages": [page(square) for square in filled], "frame": frame_values(hole.frame),
            "naive": {kind: page(naive_fill(hole.seen, hole.hole, kind)[0]) for kind in ("mean", "telea")},
            "maps": [[round(float(v), 3) for v in grid.flatten()] for grid in maps],
            "share": round(float(hole.mask.mean()), 4), "square": round(hole.share, 4),
            "soft": is_soft(hole), "face": hole.face, "facts": line,
        }  # fmt: skip

    def prepared(self, asked: Fill):
        """The picture, its painter, its mask, and the hole in its working copy."""
        opened, painter = self.opened.get(asked.visitor, asked.key), self.pool.get(MODELS[asked.model])
        mask = open_mask(asked.mask, opened.working.size)
        return opened, painter, mask, painter.prepare(opened.working, mask, frame_of(asked.frame, mask.size))

    def sharpen(self, request: Sharpen) -> dict:
        """One filling in the working copy, finer than the network painted it where there are pixels to show it."""
        opened, painter, mask, hole = self.prepared(request)
        made = self.finished(opened.working, painter, hole, request.seeds[0])
        box = box_of(mask)
        return {"box": list(box), "page": picture_url(made.crop(box))}

    def finished(self, picture, painter, hole, seed: int, last: bool = False):
        """A picture with a seed's filling in its hole, sharpened where it would be soft; ``last``: in the picture
        itself."""
        from gan_models.inpainting.cut_and_paste import finish

        filled = painter.fill(hole, [seed])[0]
        if is_soft(hole):
            hole, filled = sharpened(self.pool.get("srgan"), hole, filled)
        return finish(picture, hole, filled, last)

    def save(self, request: Save) -> dict:
        """The whole picture at its own size with one filling in it, as PNG: nothing outside the hole has changed."""
        from PIL import Image

        from gan_models.core.face_finder import Frame
        from gan_models.core.pictures import LargeUrl, file_of, open_picture
        from gan_models.inpainting.pipeline import read_mask

        opened, painter = self.opened.get(request.visitor, request.key), self.pool.get(MODELS[request.model])
        mask = open_mask(request.mask, opened.working.size)
        frame, scale = frame_of(request.frame, opened.working.size), opened.scale
        if frame is not None:
            frame = Frame(frame.x * scale, frame.y * scale, frame.side * scale, frame.angle)
        # Megabytes by the hundred: one after the other, and none is held longer than it is needed.
        give_back()
        picture = open_picture(opened.data)
        give_back()
        area = read_mask(mask.resize(opened.size, Image.Resampling.BILINEAR), opened.size)
        give_back()
        hole = painter.hole_in(picture, area, frame)
        give_back()
        picture = self.finished(picture, painter, hole, request.seeds[0], last=True)
        del hole, area
        made = file_of(picture, "PNG", compress_level=1)
        return {"url": LargeUrl(made, "png"), "name": f"filled-{request.seeds[0]}.png"}

    def endpoint(self, image, mask, seed: float):
        """Fill a hole in a picture of a face.

        Args:
            image: the picture, any size up to 40 million pixels; any mode.
            mask: the picture's size, best grey; white is the hole, black is kept.
            seed: another whole number, another filling.

        Returns:
            The picture at its own size; nothing outside the hole has changed.
        """
        from gan_models.core.pictures import MOST_PIXELS, too_large

        if image is None or mask is None:
            raise BadRequest("Give a picture and a mask: white for the hole, black for what stays.")
        if image.width * image.height > MOST_PIXELS:
            raise BadRequest(too_large(MOST_PIXELS))
        mask = mask if mask.mode in ("L", "1") else mask.convert("L")
        return self.pool.get(MODELS["ours"]).inpaint(image, mask, read_seed(seed))

    def exercise(self) -> None:
        """Load everything and fill one hole."""
        from PIL import Image

        opened = self.answer({"ask": "example", "number": 2})
        mask = Image.new("L", (opened["width"], opened["height"]))
        mask.paste(255, (30, 30, 70, 60))
        request = {"ask": "fill", "key": opened["key"], "seeds": [1, 2, 3, 4], "frame": opened["faces"][0]}
        self.answer(request, {"mask": png_file(mask)})


def box_of(mask) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a mask's hole."""
    return mask.point(lambda v: 255 * (v >= 128)).getbbox()


def picture_url(picture) -> str:
    """A picture as a PNG's data URL."""
    from gan_models.core import images

    return images.png_url(picture)


def frame_values(frame) -> dict:
    """A square as numbers for the page."""
    return {"x": frame.x, "y": frame.y, "side": frame.side, "angle": frame.angle}
