"""A short clip turned frame by frame: a few frames a request, so that the page can show how far it is, and stop."""

import threading
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from gan_models.core.errors import BadRequest
from gan_models.core.pictures import data_url
from gan_models.ui.handlers import TabHandlers, facts
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.requests import Key, Request, file, one_of, quantity
from gan_models.ui.session_cache import SessionCache
from gan_models.ui.tabs.horses.prose import PAIRS

FRAMES = 6  # of a request
QUALITY = 94  # of the frames that wait
MODELS = {"ours": "horse2zebra", "upit": "horse2zebra-upit", "ziyobek": "horse2zebra-ziyobek"}

Network = one_of(MODELS, "There are no such networks; choose ours or a published pair.")
Way = Annotated[str, Field(max_length=80, description="The direction is the name of one, such as horse_to_zebra.")]
Strength = quantity(0, 1.5, "Strength")


class OpenClip(Request, ask="clip"):
    """A clip that a visitor brings."""

    film: file("There is no clip yet; choose one.")


class Turn(Request, ask="turn"):
    """A few frames more of an opened clip, which way, by whose networks and how strongly."""

    key: Key
    direction: Way
    model: Network = "ours"
    strength: Strength = 1.0


def ways(kinds: tuple[str, str]) -> tuple[str, str]:
    """The two directions between two kinds."""
    a, b = kinds
    return f"{a}_to_{b}", f"{b}_to_{a}"


class Work:
    """A clip on its way: what is done, and what the next frame has to know of the one before."""

    def __init__(self, frames: tuple[bytes, ...]):
        from gan_models.cyclegan.steady import Flicker, Steady

        self.frames, self.done, self.data = frames, 0, b""
        self.busy = threading.Lock()  # a visitor may ask twice at once
        self._steady, self._film = Steady(), None
        self.flicker = Flicker()

    def go_on(self, pipeline, asked: Turn) -> None:
        """Turn a few frames more; after the last one the file is there, as ``data``."""
        import io

        import numpy as np
        from PIL import Image

        from gan_models.core.clips import Film

        for number in range(self.done, min(self.done + FRAMES, len(self.frames))):
            frame = Image.open(io.BytesIO(self.frames[number])).convert("RGB")
            wanted = self._steady.calm(pipeline.change(frame, asked.direction, once=True))
            pages = np.asarray(frame), np.asarray(pipeline.apply(frame, wanted, asked.strength))
            self._film = self._film or Film(frame.width, frame.height)
            self._film.add(pages[1])
            self.flicker.add(*pages)
            self.done = number + 1
        if self.done == len(self.frames) and not self.data:
            self.data, self._film = self._film.close(), None


class ClipHandlers(TabHandlers):
    """Opens clips and turns them; ``receive`` opens a picture, as whoever derives from this does.

    Args:
        pairs: the kinds of each pair of translators, by the name that ``pool`` knows it by. The first says what a
            picture shows.
    """

    def __init__(self, pool: ModelPool, pairs: Mapping[str, tuple[str, str]] = PAIRS):
        super().__init__(pool)
        self.first = next(iter(pairs))
        self.ways = {way: name for name, kinds in pairs.items() for way in ways(kinds)}
        self.clips = SessionCache("The server has put your clip away. Open it again.", entries=32)
        self.works = SessionCache("", entries=32)

    def networks(self, direction: str, model: str = "ours", also: tuple[str, ...] = ()):
        """The pair that goes that way; ``model`` chooses among those of horses and zebras.

        Raises:
            BadRequest: nobody goes that way. The text names those that there are, and what else may be said instead.
        """
        if direction not in self.ways:
            *names, last = [*self.ways, *also]
            raise BadRequest(f"The direction is {', '.join(names)} or {last}.")
        name = self.ways[direction]
        return self.pool.get(MODELS[model] if name == MODELS["ours"] else name)

    def clip(self, request: OpenClip) -> dict:
        """A clip that a visitor brought. Its first frame is opened as a picture is; the clip has the same key."""
        from PIL import Image

        from gan_models.core.clips import open_clip
        from gan_models.core.pictures import file_of

        clip = open_clip(request.film)
        frames = tuple(file_of(Image.fromarray(page), "JPEG", quality=QUALITY, subsampling=0) for page in clip.frames)
        answer = self.receive(request.visitor, frames[0])
        self.clips.put(request.visitor, answer["key"], frames, sum(map(len, frames)))
        return answer | {"clip": {"frames": len(frames), "seconds": round(clip.seconds, 1), "cut": clip.cut}}

    def turn(self, request: Turn) -> dict:
        """A few frames more of a clip; with the last ones comes the whole of it as an MP4."""
        frames = self.clips.get(request.visitor, request.key)
        pipeline = self.networks(request.direction, request.model)
        place = f"{request.key} {request.model} {request.direction} {request.strength}"
        work = self.works.find(request.visitor, place)
        if work is None:
            work = Work(frames)
            self.works.put(request.visitor, place, work, 2_000_000)
        with work.busy:
            work.go_on(pipeline, request)
        answer = {"done": work.done, "frames": len(frames), "facts": facts(pipeline)}
        if not work.data:
            return answer
        name = f"{request.direction.replace('_', '-')}.mp4"
        return answer | {
            "url": data_url(work.data, "mp4", "video"),
            "name": name,
            "flicker": round(work.flicker.ratio, 3),
        }
