"""What the sampling tab asks, answered: pictures at points, strips, paths, films, and toys opened from files."""

import threading

from gan_models.core.errors import BadRequest
from gan_models.core.pictures import data_url, file_of
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.photos import jpeg_url
from gan_models.ui.server.request_queue import step_aside
from gan_models.ui.session_cache import SessionCache, fingerprint
from gan_models.ui.sharpening import sharpened
from gan_models.ui.tabs.sample.inside import inside_the_generator, maps_url
from gan_models.ui.tabs.sample.models import FIRST, FOUND, MODELS, TOY_READERS
from gan_models.ui.tabs.sample.requests import (
    Film,
    Inside,
    Look,
    Looks,
    Model,
    Neighbours,
    Page,
    Path,
    Sharpen,
    Strip,
    Toy,
)
from gan_models.ui.tabs.sample.sheets import film_pages, sheet
from gan_models.ui.tabs.sample.styles import StyleHandlers

FRAME_MS = 70
HOLD_MS = 500
POINT = {"seed": 5, "label": 3, "truncation": 0.9, "amounts": [0.5, -1.0, 0, 0, 0, 0], "walk": [3]}


class SampleHandlers(StyleHandlers):
    """Answers the tab's requests."""

    name = "sample"
    examples = (
        {"ask": "look", "model": "faces", "point": POINT},
        {"ask": "strip", "model": "faces", "point": POINT, "slider": 1},
        {"ask": "neighbours", "model": "faces", "point": POINT},
        {"ask": "sharpen", "model": "faces", "point": POINT},
        {"ask": "inside", "model": "faces", "point": POINT, "gains": {}, "shown": "glasses"},
        {"ask": "path", "model": "digits", "a": POINT, "b": {**POINT, "seed": 9}},
        {"ask": "page", "model": "faces", "point": POINT},
        {"ask": "looks", "model": "things", "point": {**POINT, "blend": [5, 0.4]}},
    )

    def __init__(self, pool: ModelPool):
        super().__init__(pool)
        self.toys = SessionCache("This page no longer holds that toy. Open its file again.", entries=32)
        self._opened: dict[str, tuple] = {}
        self._lock = threading.Lock()

    def model(self, asked: Model):
        """Sampler, a quiet line about it, and who reads its pictures."""
        name = asked.model
        if name == "toy":
            toy = self.toys.get(asked.visitor, asked.key)
            facts = f"cpu · MS · your toy after {toy.about['steps'] or '?'} steps"
            return toy, facts, TOY_READERS[toy.about["data"]]
        if name not in self._opened:  # two visitors may both open it: the pool gives them the same pipeline
            found = MODELS[name].open(self.pool)
            with self._lock:
                self._opened.setdefault(name, found)
        sampler, line = self._opened[name]
        if asked.key and hasattr(sampler, "around"):
            sampler = sampler.around(self.fits.get(asked.visitor, asked.key).place)
        return sampler, line.replace(" · ", " · MS · ", 1), MODELS[name].reads

    def look(self, request: Look) -> dict:
        """The picture at a point, and what discriminator and classifier say of it."""
        sampler, line, reads = self.model(request)
        picture = sampler.pictures([request.point])
        said = self.opinions(sampler, reads, picture, request.point)
        return sheet(sampler, picture, 1, 12) | {"facts": line} | said

    def opinions(self, sampler, reads, picture, point) -> dict:
        """How real a picture (1, C, H, W) looks, 0 to 1 or None, and what a classifier reads in it."""
        real = sampler.realness(picture, [point.label])
        return {"real": real[0] if real else None} | reads(self.pool, picture)

    def strip(self, request: Strip) -> dict:
        """25 frames along one slider, five a row in one picture: all that a drag needs."""
        sampler, _, _ = self.model(request)
        with step_aside():  # measuring a stranger's directions takes a while, and need not hold up this tab's queue
            sampler.directions  # noqa: B018
        return sheet(sampler, sampler.strip(request.point, request.slider), 5, 6)

    def neighbours(self, request: Neighbours) -> dict:
        """The pictures around a point, four a row in one picture."""
        sampler = self.model(request)[0]
        return sheet(sampler, sampler.neighbours(request.point), 4, 4)

    def sharpen(self, request: Sharpen) -> dict:
        """The picture at a point, finer than its generator paints it."""
        return {"url": jpeg_url(self.fine(request), 92)}

    def fine(self, asked: Look):
        """The picture at a point, enlarged by another network; BadRequest if it is no photograph of enough pixels."""
        from gan_models.core.images import to_pil

        if asked.model not in MODELS or not MODELS[asked.model].sharpens:
            raise BadRequest("Only photographs of at least 64 pixels can be sharpened. Choose Faces as the model.")
        picture = to_pil(self.model(asked)[0].pictures([asked.point]))[0]
        with step_aside():  # sliders need not wait for it
            return sharpened(self.pool.get("srgan"), picture)

    def inside(self, request: Inside) -> dict:
        """The picture with some units turned down, what is seen in it, and where one concept's units are at work."""
        sampler, _, reads = self.model(request)
        picture, answer = inside_the_generator(sampler, request.point, request.gains, request.shown)
        return answer | reads(self.pool, picture)

    def looks(self, request: Looks) -> dict:
        """Where each of 16x16 places of the picture looked, as one PNG of 16x16 maps; see :func:`maps_url`."""
        sampler = self.model(request)[0]
        if not hasattr(sampler, "looks"):
            raise BadRequest("This model has no attention to show. Choose Ten things as the model.")
        return {"url": maps_url(sampler.looks([request.point])[0])}

    def path(self, request: Path) -> dict:
        """25 frames from a to b, five a row in one picture."""
        sampler = self.model(request)[0]
        return sheet(sampler, sampler.path(request.a, request.b), 5, 6)

    def film(self, request: Film) -> dict:
        """The way from a to b and back as a looping GIF or WebP."""
        sampler, kind = self.model(request)[0], request.kind
        pages = film_pages(sampler, sampler.path(request.a, request.b))
        loop = pages + pages[-2:0:-1]
        times = [HOLD_MS if i in (0, len(pages) - 1) else FRAME_MS for i in range(len(loop))]
        extra = {"lossless": True, "quality": 40} if kind == "webp" else {"optimize": False}
        data = file_of(loop[0], kind, save_all=True, append_images=loop[1:], duration=times, loop=0, **extra)
        return {"url": data_url(data, kind), "name": f"latent-walk.{kind}"}

    def page(self, request: Page) -> dict:
        """The picture at a point as a PNG to keep."""
        from gan_models.core import images

        if request.sharpened:
            picture = self.fine(request)
        else:
            sampler = self.model(request)[0]
            sampler = getattr(sampler, "whole", sampler)
            picture = film_pages(sampler, sampler.pictures([request.point]), 16)[0]
        return {"url": images.png_url(picture), "name": f"sample-{request.point.seed}.png"}

    def toy(self, request: Toy) -> dict:
        """Open a toy's file and keep it in memory for a while."""
        from gan_models.data.mnist_subsets import SUBSETS
        from gan_models.live.toy_files import open_toy

        toy, key = open_toy(request.data), fingerprint(request.data)
        subset = SUBSETS[toy.about["data"]]
        self.toys.put(request.visitor, key, toy, len(request.data))
        return {
            "key": key,
            **toy.about,
            "classes": toy.classes,
            "sliders": list(FOUND[: toy.z_dim]),
            "kind": subset.one,
            "names": subset.names,
            "picture": f"A {subset.one} that the network made",
        }

    def exercise(self) -> None:
        """Load everything and measure the directions once."""
        for model in (FIRST, "digits"):
            for ask in ("look", "strip", "neighbours"):
                self.answer({"ask": ask, "model": model, "slider": 4, "point": {"seed": 7, "label": 3}})
        self.answer({"ask": "sharpen", "model": FIRST, "point": {"seed": 7}})
