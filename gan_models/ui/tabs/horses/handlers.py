"""What the page of the horses tab asks, answered. Nothing in a request is taken on trust."""

import io
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gan_models.core.errors import BadRequest
from gan_models.ui.handlers import facts
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.photos import download, jpeg_url, webp_url
from gan_models.ui.requests import Key, PictureFile, Request, one_of, read
from gan_models.ui.session_cache import SessionCache, fingerprint
from gan_models.ui.tabs.horses import prose
from gan_models.ui.tabs.horses.clips import PAIRS, ClipHandlers, Network, Strength, Way

PICTURES = Path(__file__).parent  # the examples
WORKING = 768  # the longest side of the copy that the page shows
LIVE_BYTES = 400_000  # of a frame from the webcam
PNG_PIXELS = 2_000_000  # beyond, a download is a JPEG


class Open(Request, ask="open"):
    """A picture that a visitor brought."""

    picture: PictureFile


class Example(Request, ask="example"):
    """A picture that ships with the page."""

    name: one_of(prose.EXAMPLES | prose.FAILURES, "There is no such example; choose one above.")


class Live(Request, ask="live"):
    """A frame of the camera, translated and forgotten."""

    picture: PictureFile
    direction: Way
    model: Network = "ours"
    strength: Strength = 1.0


class Translate(Request, ask="translate"):
    """An opened picture, translated."""

    key: Key
    direction: Way
    model: Network = "ours"


class Judge(Translate, ask="judge"):
    """What the discriminators believe of a translation, and the way back."""

    strength: Strength = 1.0


class Save(Judge, ask="save"):
    """As for the critics."""


class Failures(Request, ask="failures"):
    """The row of pictures where a model is known to fail."""

    model: Network = "ours"


class Endpoint(Request):
    """What the public endpoint is asked beside its picture."""

    direction: Way
    strength: Strength


@dataclass(frozen=True)
class Opened:
    """A visitor's picture: the file as it came, the copy that the page shows, and what the networks see of it."""

    data: bytes
    working: Any
    seen: Any

    @property
    def size(self) -> int:
        """Bytes in memory, about."""
        return len(self.data) + 3 * self.working.width * self.working.height + self.seen.nbytes


class HorsesHandlers(ClipHandlers):
    """Answers the tab's requests."""

    name = "horses"
    examples = (
        {"ask": "example", "name": "meadow"},
        {"ask": "open"},
        {"ask": "live", "direction": "horse_to_zebra"},
        {"ask": "clip"},
        {"ask": "translate", "key": "?", "direction": "horse_to_zebra"},
        {"ask": "judge", "key": "?", "direction": "zebra_to_horse", "strength": 0.5},
    )

    def __init__(self, pool: ModelPool, pairs: Mapping[str, tuple[str, str]] = PAIRS):
        super().__init__(pool, pairs)
        self.opened = SessionCache("The server has put your picture away. Open it again.")
        self.changes = SessionCache("", entries=64)  # what was proposed to opened pictures
        self._failures: dict[str, dict] = {}
        self._guard = threading.Lock()

    def open(self, request: Open) -> dict:
        """A picture that a visitor brought."""
        return self.receive(request.visitor, request.picture)

    def example(self, request: Example) -> dict:
        """One of the pictures that ship with the page."""
        answer = self.receive(request.visitor, (PICTURES / f"{request.name}.webp").read_bytes())
        way = prose.KNOWN_WAYS.get(request.name)
        return answer | {"direction": way} if way in self.ways else answer

    def receive(self, visitor: str, data: bytes) -> dict:
        """Open and keep a file; the answer has a working copy and what our critics think it shows."""
        from PIL import Image

        from gan_models.core.pictures import open_picture

        picture = open_picture(data, least_side=1)
        shrink = min(1.0, WORKING / max(picture.size))
        size = (max(1, round(picture.width * shrink)), max(1, round(picture.height * shrink)))
        working = picture if shrink == 1 else picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)
        pipeline, key = self.pool.get(self.first), fingerprint(data)
        opened = Opened(data, working, pipeline.see(working))
        self.opened.put(visitor, key, opened, opened.size)
        guess = pipeline.guess(opened.seen)
        return {
            "key": key, "url": jpeg_url(working, quality=94), "full": list(picture.size), "width": working.width,
            "height": working.height, "direction": guess.direction, "verdict": guess.verdict,
            "beliefs": {kind: round(min(1.0, max(0.0, b)), 3) for kind, b in guess.beliefs.items()},
        }  # fmt: skip

    def proposal(self, asked: Translate) -> tuple[Opened, Any, Any]:
        """An opened picture, the pipeline, and what it wants to do to that picture; asked of the network once."""
        pipeline = self.networks(asked.direction, asked.model)
        opened = self.opened.get(asked.visitor, asked.key)
        place = f"{asked.key} {asked.model} {asked.direction}"
        wanted = self.changes.find(asked.visitor, place)
        if wanted is None:
            wanted = pipeline.propose(opened.seen, asked.direction)
            self.changes.put(asked.visitor, place, wanted, wanted.change.nbytes)
        return opened, pipeline, wanted

    def translate(self, request: Translate) -> dict:
        """What the networks want to do to the working copy: the page composes picture and change by itself, at any
        strength and by the rule of the download; see :func:`gan_models.cyclegan.detail.pack`."""
        from gan_models.cyclegan.detail import pack

        self.networks(request.direction, request.model)  # fetching it counts for nothing
        started = time.perf_counter()
        opened, pipeline, wanted = self.proposal(request)
        packed = pack(wanted, opened.working.height, opened.working.width)
        return {"change": webp_url(packed), "facts": facts(pipeline, started)}

    def judge(self, request: Judge) -> dict:
        """What the critic of the target believes of the result at a strength, and the way back with what got lost.

        Where the pair came without critics there are no ``cells``, and nobody's ``belief``.
        """
        opened, pipeline, wanted = self.proposal(request)
        trip = pipeline.round_trip(opened.working, request.direction, request.strength, wanted)
        answer = {
            "cells": [], "columns": 0, "belief": None, "back": jpeg_url(trip.back, quality=94),
            "difference": jpeg_url(trip.difference.convert("RGB")), "mean": trip.mean,
        }  # fmt: skip
        if not pipeline.judged:
            return answer
        belief = pipeline.beliefs(trip.arrived, pipeline.target(request.direction))
        cells = [round(float(v), 3) for v in belief.flatten()]
        return answer | {"cells": cells, "columns": belief.shape[1], "belief": round(float(belief.mean()), 4)}

    def live(self, request: Live) -> dict:
        """One small frame from a webcam, translated at a strength; nothing is kept."""
        from gan_models.core.pictures import open_picture

        if len(request.picture) > LIVE_BYTES:
            raise BadRequest(f"A frame is at most {LIVE_BYTES // 1000} kB; this one is larger.")
        frame = open_picture(request.picture, most_pixels=512 * 512)
        pipeline = self.networks(request.direction, request.model)
        started = time.perf_counter()
        made = pipeline.apply(frame, pipeline.change(frame, request.direction, once=True), request.strength)
        return {"url": jpeg_url(made), "facts": facts(pipeline, started)}

    def save(self, request: Save) -> dict:
        """The picture at its own size, translated: as PNG, or where that would grow too large, as a fine JPEG."""
        from gan_models.core.pictures import open_picture

        opened, pipeline, wanted = self.proposal(request)
        made = pipeline.apply(open_picture(opened.data, least_side=1), wanted, request.strength)
        return download(made, request.direction.replace("_", "-"), PNG_PIXELS)

    def failures(self, request: Failures) -> dict:
        """What the networks make of the pictures in the row of failures, small; computed once."""
        from PIL import Image

        way, model = next(iter(self.ways)), request.model
        pipeline = self.networks(way, model)
        with self._guard:
            if model not in self._failures:
                made = {}
                for name in prose.FAILURES:
                    data = (PICTURES / f"{name}.webp").read_bytes()
                    made[name] = jpeg_url(pipeline.translate(Image.open(io.BytesIO(data)), way))
                self._failures[model] = made
        return {"made": self._failures[model]}

    def endpoint(self, image, direction: str, strength: float):
        """Turn the horses of a picture into zebras, or zebras into horses; other pairs go by the names of their kinds.

        Args:
            image: the picture, any size up to 40 million pixels; any mode.
            direction: horse_to_zebra, zebra_to_horse, or auto to have it guessed; where neither animal is seen, the
                likelier one is tried.
            strength: 0 gives the picture back, 1 is what the network wants, up to 1.5 exaggerates.

        Returns:
            The translation, of the picture's size, and the direction taken; where it was guessed, also what was seen:
            horse, zebra, unsure or neither.
        """
        from gan_models.core.pictures import MOST_PIXELS, too_large

        if image is None:
            raise BadRequest("Give a picture with a horse or a zebra in it.")
        if image.width * image.height > MOST_PIXELS:
            raise BadRequest(too_large(MOST_PIXELS))
        asked = read(Endpoint, {"direction": direction or "auto", "strength": strength})
        auto = asked.direction == "auto"
        pipeline = self.pool.get(self.first) if auto else self.networks(asked.direction, also=("auto",))
        seen = pipeline.see(image)
        taken = {"direction": asked.direction}
        if auto:
            guess = pipeline.guess(seen)
            taken = {"direction": guess.direction, "verdict": guess.verdict}
        return pipeline.apply(image, pipeline.propose(seen, taken["direction"]), asked.strength), taken
