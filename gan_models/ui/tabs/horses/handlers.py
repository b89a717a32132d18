"""What the page of the horses tab asks, answered. Nothing in a request is taken on trust."""

import base64
import io
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from gan_models.ui.handlers import SessionExpired, TabHandlers, facts
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.photos import jpeg_url
from gan_models.ui.session_cache import SessionCache
from gan_models.ui.tabs.horses import prose

PICTURES = Path(__file__).parent  # the examples
WORKING = 768  # the longest side of the copy that the page shows
LIVE_BYTES = 400_000  # of a frame from the webcam
PNG_PIXELS = 2_000_000  # beyond, a download is a JPEG
MODELS = {"ours": "horse2zebra", "upit": "horse2zebra-upit", "ziyobek": "horse2zebra-ziyobek"}


@dataclass
class Opened:
    """A visitor's picture in memory: the file as it came, a working copy, and the last change that was proposed to it.

    ``wanted`` is the change, ``place`` whose it is: a model's name and a direction.
    """

    data: bytes
    working: object
    place: tuple = ()
    wanted: object = None


class HorsesHandlers(TabHandlers):
    """Answers the tab's requests."""

    def __init__(self, pool: ModelPool):
        super().__init__(pool)
        self.cache = SessionCache(size=12, ttl=1800)
        self._failures: dict[str, dict] = {}
        self._guard = threading.Lock()
        self.asks = {
            "open": self.open, "example": self.example, "translate": self.translate, "judge": self.judge,
            "live": self.live, "save": self.save, "failures": self.failures,
        }  # fmt: skip

    def pipeline(self, request: dict):
        """The pair of networks that a request names; ours where it names none."""
        model = request.get("model", "ours")
        if not isinstance(model, str) or model not in MODELS:
            raise ValueError("There are no such networks; choose ours or the published pair.")
        return self.pool.get(MODELS[model])

    def open(self, request: dict) -> dict:
        """A picture that a visitor brought, as a data URL."""
        from gan_models.core.pictures import from_data_url

        return self.receive(from_data_url(request.get("data")))

    def example(self, request: dict) -> dict:
        """One of the pictures that ship with the page, by its name."""
        name = request.get("name")
        if not isinstance(name, str) or name not in prose.EXAMPLES | prose.FAILURES:
            return {"error": "There is no such example; choose one above."}
        return self.receive((PICTURES / f"{name}.webp").read_bytes())

    def receive(self, data: bytes) -> dict:
        """Open a file and put it into the cache; the answer has a working copy and what our critics think it shows."""
        from PIL import Image

        from gan_models.core.pictures import open_picture

        picture = open_picture(data, least_side=1)
        shrink = min(1.0, WORKING / max(picture.size))
        size = (max(1, round(picture.width * shrink)), max(1, round(picture.height * shrink)))
        working = picture if shrink == 1 else picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)
        guess = self.pool.get(MODELS["ours"]).guess_direction(working)
        return {
            "key": self.cache.put(data, Opened(data, working)), "url": jpeg_url(working), "full": list(picture.size),
            "width": working.width, "height": working.height, "direction": guess.direction,
            "beliefs": {kind: round(min(1.0, max(0.0, b)), 3) for kind, b in guess.beliefs.items()},
        }  # fmt: skip

    def opened(self, request: dict) -> Opened:
        found = self.cache.get(request.get("key"))
        if found is None:
            raise SessionExpired("The server has put your picture away. Open it again.")
        return found

    def wanted(self, opened: Opened, request: dict):
        """The pipeline, and what it wants to do to an opened picture; the last one is remembered."""
        pipeline, direction = self.pipeline(request), request.get("direction")
        pipeline.target(direction)  # refuses what is no direction
        place, wanted = (request.get("model", "ours"), direction), opened.wanted
        if opened.place != place or wanted is None:
            wanted = pipeline.change(opened.working, direction)
            opened.place, opened.wanted = place, wanted
        return pipeline, wanted

    def translate(self, request: dict) -> dict:
        """The working copy, translated at full strength: the page blends it with the picture by itself."""
        opened = self.opened(request)
        pipeline = self.pipeline(request)
        started = time.perf_counter()
        _, wanted = self.wanted(opened, request)
        made = pipeline.apply(opened.working, wanted)
        return {"url": jpeg_url(made), "facts": facts(pipeline, started)}

    def judge(self, request: dict) -> dict:
        """What the critic of the target believes of the result at a strength, and the way back with what got lost."""
        opened = self.opened(request)
        pipeline, wanted = self.wanted(opened, request)
        direction, strength = request["direction"], request.get("strength", 1.0)
        trip = pipeline.round_trip(opened.working, direction, strength, wanted)
        belief = pipeline.patch_map(trip.there, pipeline.target(direction))
        return {
            "cells": [round(float(v), 3) for v in belief.flatten()], "columns": belief.shape[1],
            "belief": round(float(belief.mean()), 4), "back": jpeg_url(trip.back),
            "difference": jpeg_url(trip.difference.convert("RGB")), "mean": trip.mean,
        }  # fmt: skip

    def live(self, request: dict) -> dict:
        """One small frame from a webcam, translated; nothing is kept."""
        from gan_models.core.pictures import from_data_url, open_picture

        frame = open_picture(from_data_url(request.get("data"), LIVE_BYTES), most_pixels=512 * 512)
        pipeline = self.pipeline(request)
        started = time.perf_counter()
        made = pipeline.translate(frame, request.get("direction"))
        return {"url": jpeg_url(made), "facts": facts(pipeline, started)}

    def save(self, request: dict) -> dict:
        """The picture at its own size, translated: as PNG, or where that would grow too large, as a fine JPEG."""
        from gan_models.core.pictures import open_picture

        opened = self.opened(request)
        pipeline, wanted = self.wanted(opened, request)
        made = pipeline.apply(open_picture(opened.data, least_side=1), wanted, request.get("strength", 1.0))
        kind, url = file_url(made)
        return {"url": url, "name": f"{request['direction'].replace('_', '-')}.{kind}"}

    def failures(self, request: dict) -> dict:
        """What the networks make of the pictures in the row of failures, small; computed once."""
        from PIL import Image

        pipeline, model = self.pipeline(request), request.get("model", "ours")
        with self._guard:
            if model not in self._failures:
                made = {}
                for name in prose.FAILURES:
                    data = (PICTURES / f"{name}.webp").read_bytes()
                    made[name] = jpeg_url(pipeline.translate(Image.open(io.BytesIO(data)), "horse_to_zebra"))
                self._failures[model] = made
        return {"made": self._failures[model]}

    def endpoint(self, image, direction: str, strength: float):
        """Turn the horses of a picture into zebras, or zebras into horses.

        Args:
            image: the picture, any size up to 40 million pixels; any mode.
            direction: horse_to_zebra, zebra_to_horse, or auto to have it guessed.
            strength: 0 gives the picture back, 1 is what the network wants, up to 1.5 exaggerates.

        Returns:
            The translation, of the picture's size, and the direction taken.
        """
        from gan_models.core.pictures import MOST_PIXELS, too_large

        try:
            if image is None:
                raise ValueError("Give a picture with a horse or a zebra in it.")
            if image.width * image.height > MOST_PIXELS:
                raise ValueError(too_large(MOST_PIXELS))
            pipeline = self.pipeline({})
            way = pipeline.guess_direction(image).direction if direction in (None, "", "auto") else direction
            return pipeline.translate(image, way, strength), {"direction": way}
        except (ValueError, RuntimeError) as error:
            raise gr.Error(str(error), print_exception=False) from error

    def exercise(self) -> None:
        """Load everything and translate once, there and back."""
        shown = self.answer({"ask": "example", "name": "meadow"})
        asked = {"key": shown.get("key"), "direction": shown.get("direction")}
        self.answer(asked | {"ask": "translate"})
        self.answer(asked | {"ask": "judge"})


def file_url(picture) -> tuple[str, str]:
    """A picture of mode RGB as a file to keep: ``png`` up to two megapixels, else ``jpg``; and its data URL."""
    if picture.width * picture.height <= PNG_PIXELS or max(picture.size) > 65_000:  # what a JPEG can hold
        kind, options = "PNG", {}
    else:
        kind, options = "JPEG", {"quality": 95, "subsampling": 0}
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    data = base64.b64encode(buffer.getvalue()).decode()
    return {"PNG": "png", "JPEG": "jpg"}[kind], f"data:image/{kind.lower()};base64,{data}"
