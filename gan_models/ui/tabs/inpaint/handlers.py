"""What the inpainting tab asks, answered: pictures and their faces, fillings, and the filled picture to keep."""

import io
import time
from dataclasses import dataclass, field
from pathlib import Path

import gradio as gr

from gan_models.ui.handlers import SessionExpired, TabHandlers, facts
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.session_cache import SessionCache
from gan_models.ui.tabs.inpaint.requests import frame_values, picture_url, read_frame, read_mask_url, read_seeds, whole

PICTURES = Path(__file__).parent  # the examples
WORKING = 1024  # the longest side of the copy that the page works on
AVERAGES = tuple(f"average_{name}.webp" for name in ("women", "men", "old_women", "old_men"))
EXAMPLES = {  # file -> where the eyes are, in shares of its width and height
    "portrait_hopper.webp": ((0.395, 0.395), (0.580, 0.384)),
    "portrait_collins.webp": ((0.413, 0.390), (0.581, 0.400)),
    **dict.fromkeys(AVERAGES, ((0.285, 0.292), (0.678, 0.292))),
}
MODELS = {"ours": "inpainting", "aot": "inpainting-aot"}


@dataclass
class Opened:
    """A visitor's picture in memory: the file as it came, a working copy, and the faces in that copy."""

    data: bytes
    working: object
    size: tuple[int, int]
    faces: list = field(default_factory=list)

    @property
    def scale(self) -> float:
        """From the working copy to the picture."""
        return self.size[0] / self.working.width


class InpaintHandlers(TabHandlers):
    """Answers the tab's requests."""

    def __init__(self, pool: ModelPool):
        super().__init__(pool)
        self.cache = SessionCache(size=12, ttl=1800)
        self.asks = {
            "open": self.open, "example": self.example, "invent": self.invent, "fill": self.fill, "save": self.save,
        }  # fmt: skip

    def open(self, request: dict) -> dict:
        """A picture that a visitor brought, as a data URL."""
        from gan_models.core.pictures import from_data_url

        return self.receive(from_data_url(request.get("data")))

    def example(self, request: dict) -> dict:
        """One of the portraits and average faces that ship with the page."""
        number = whole(request.get("number", 0), "An example")
        if number not in range(len(EXAMPLES)):
            return {"error": f"There are {len(EXAMPLES)} examples, numbered from 0."}
        name, eyes = list(EXAMPLES.items())[number]
        return self.receive((PICTURES / name).read_bytes(), eyes)

    def invent(self, request: dict) -> dict:
        """A face that does not exist, from the face generator, by its seed; enlarged smoothly."""
        from PIL import Image

        seed = whole(request.get("seed", 0), "A seed")
        face = self.pool.get("faces").sample(seeds=[seed])[0]
        buffer = io.BytesIO()
        face.resize((384, 384), Image.Resampling.LANCZOS).save(buffer, "PNG")
        return self.receive(buffer.getvalue())

    def receive(self, data: bytes, eyes=None) -> dict:
        """Open a file, find the faces and put it into the cache; the answer has a working copy for the page.

        ``eyes`` are those of its one face, in shares of width and height, where they are known.
        """
        from PIL import Image

        from gan_models.core.face_finder import Face, find_faces, frame_of_eyes
        from gan_models.core.pictures import open_picture

        picture = open_picture(data)
        shrink = min(1.0, WORKING / max(picture.size))
        small = (max(1, round(picture.width * shrink)), max(1, round(picture.height * shrink)))
        working = picture if shrink == 1 else picture.resize(small, Image.Resampling.LANCZOS, reducing_gap=3)
        if eyes:
            eyes = tuple((u * working.width, v * working.height) for u, v in eyes)
            faces = [Face(frame_of_eyes(*eyes), eyes, True)]
        else:
            faces = find_faces(working)
        opened = Opened(data, working, picture.size, faces)
        return {
            "key": self.cache.put(data, opened), "url": picture_url(working), "width": working.width,
            "height": working.height, "full": list(picture.size),
            "faces": [frame_values(f.frame) | {"sure": f.sure, "profile": f.profile} for f in faces],
        }  # fmt: skip

    def opened(self, request: dict) -> Opened:
        found = self.cache.get(request.get("key"))
        if found is None:
            raise SessionExpired("The server has put your picture away. Open it again.")
        return found

    def fill(self, request: dict) -> dict:
        """Four fillings of a hole in the working copy, two old methods beside them, and the critic's maps."""
        from gan_models.inpainting.cut_and_paste import finish
        from gan_models.inpainting.naive_fills import naive_fill

        opened = self.opened(request)
        painter, seeds = self.painter(request), read_seeds(request.get("seeds"))
        mask = read_mask_url(request.get("mask"), opened.working.size)
        started = time.perf_counter()
        hole = painter.prepare(opened.working, mask, read_frame(request.get("frame"), opened.working.size))
        filled = painter.fill(hole, seeds)
        line = facts(painter, started)
        box = mask.point(lambda v: 255 * (v >= 128)).getbbox()

        def page(square) -> str:
            return picture_url(finish(opened.working, hole, square).crop(box))

        maps = painter.patch_beliefs(filled)
        return {
            "box": list(box), "pages": [page(square) for square in filled], "frame": frame_values(hole.frame),
            "naive": {kind: page(naive_fill(hole.seen, hole.hole, kind)[0]) for kind in ("mean", "telea")},
            "maps": [[round(float(v), 3) for v in grid.flatten()] for grid in maps],
            "share": round(float(hole.mask.mean()), 4), "square": round(hole.share, 4),
            "facts": line,
        }  # fmt: skip

    def save(self, request: dict) -> dict:
        """The whole picture at its own size with one filling in it, as PNG: nothing outside the hole has changed."""
        from PIL import Image

        from gan_models.core.face_finder import Frame
        from gan_models.core.pictures import open_picture

        opened = self.opened(request)
        painter, seeds = self.painter(request), read_seeds(request.get("seeds"))
        mask = read_mask_url(request.get("mask"), opened.working.size)
        frame, scale = read_frame(request.get("frame"), opened.working.size), opened.scale
        if frame is not None:
            frame = Frame(frame.x * scale, frame.y * scale, frame.side * scale, frame.angle)
        picture = open_picture(opened.data)
        mask = mask.resize(picture.size, Image.Resampling.BILINEAR)
        made = painter.variants(picture, mask, seeds[:1], frame)[0]
        return {"url": picture_url(made), "name": f"filled-{seeds[0]}.png"}

    def painter(self, request: dict):
        """The pipeline that a request names; ours where it names none."""
        model = request.get("model", "ours")
        if model not in MODELS:
            raise ValueError("There is no such model; choose ours or the published AOT-GAN.")
        return self.pool.get(MODELS[model])

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

        try:
            if image is None or mask is None:
                raise ValueError("Give a picture and a mask: white for the hole, black for what stays.")
            if image.width * image.height > MOST_PIXELS:
                raise ValueError(too_large(MOST_PIXELS))
            mask = mask if mask.mode in ("L", "1") else mask.convert("L")
            return self.pool.get("inpainting").inpaint(image, mask, whole(seed, "A seed"))
        except (ValueError, RuntimeError) as error:
            raise gr.Error(str(error), print_exception=False) from error

    def exercise(self) -> None:
        """Load everything and fill one hole."""
        from PIL import Image

        opened = self.example({"number": 2})
        mask = Image.new("L", (opened["width"], opened["height"]))
        mask.paste(255, (30, 30, 70, 60))
        request = {"ask": "fill", "key": opened["key"], "mask": picture_url(mask), "seeds": [1, 2, 3, 4]}
        self.answer(request | {"frame": opened["faces"][0]})
