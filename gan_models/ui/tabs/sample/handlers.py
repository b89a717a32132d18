"""What the sampling tab asks, answered: pictures at points, strips, paths, films, and toys opened from files."""

import base64
import binascii
import io
import threading

from gan_models.ui.handlers import SessionExpired, TabHandlers
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.server.request_queue import step_aside
from gan_models.ui.session_cache import SessionCache
from gan_models.ui.tabs.sample.inside import inside_the_generator
from gan_models.ui.tabs.sample.models import FOUND, MODELS, read_digit
from gan_models.ui.tabs.sample.sheets import film_pages, sheet_url

FRAME_MS = 70
HOLD_MS = 500


class SampleHandlers(TabHandlers):
    """Answers the tab's requests."""

    def __init__(self, pool: ModelPool):
        super().__init__(pool)
        self.cache = SessionCache()
        self._opened: dict[str, tuple] = {}
        self._lock = threading.Lock()
        self.asks = {
            "look": self.look, "strip": self.strip, "neighbours": self.neighbours, "path": self.path,
            "film": self.film, "page": self.page, "toy": self.toy, "inside": self.inside,
        }  # fmt: skip

    def model(self, request: dict):
        """Sampler, a quiet line about it, and who reads its pictures."""
        name = request.get("model")
        if name == "toy":
            toy = self.cache.get(request.get("key"))
            if toy is None:
                raise SessionExpired("This page no longer holds that toy. Open its file again.")
            return toy, f"cpu · MS · your toy after {toy.about['steps'] or '?'} steps", read_digit
        if not isinstance(name, str) or name not in MODELS:
            name = next(iter(MODELS))
        if name not in self._opened:  # two visitors may both open it: the pool gives them the same pipeline
            found = MODELS[name].open(self.pool)
            with self._lock:
                self._opened.setdefault(name, found)
        sampler, line = self._opened[name]
        return sampler, line.replace(" · ", " · MS · ", 1), MODELS[name].reads

    @staticmethod
    def point(request: dict, name: str = "point"):
        from gan_models.core.sampler import Point

        return Point.read(request.get(name))

    def look(self, request: dict) -> dict:
        """The picture at a point, and what critic and judge say of it."""
        sampler, line, reads = self.model(request)
        point = self.point(request)
        picture = sampler.pictures([point])
        return {"url": sheet_url(picture, 1, 12), "facts": line} | self.opinions(sampler, reads, picture, point)

    def opinions(self, sampler, reads, picture, point) -> dict:
        real = sampler.realness(picture, [point.label])
        return {"real": real[0] if real else None} | reads(self.pool, picture)

    def strip(self, request: dict) -> dict:
        """25 frames along one slider, five a row in one picture: all that a drag needs."""
        from gan_models.core.errors import BadRequest

        slider = request.get("slider")
        if not isinstance(slider, int):
            raise BadRequest("Which slider? Its number is missing.")
        sampler, _, _ = self.model(request)
        with step_aside():  # measuring a stranger's directions takes a while, and need not hold up this tab's line
            sampler.directions  # noqa: B018
        return {"url": sheet_url(sampler.strip(self.point(request), slider), 5, 6)}

    def neighbours(self, request: dict) -> dict:
        return {"url": sheet_url(self.model(request)[0].neighbours(self.point(request)), 4, 4)}

    def inside(self, request: dict) -> dict:
        """The picture with some units turned down, and where one concept's units are at work, side by side."""
        return inside_the_generator(self.model(request)[0], self.point(request), request)

    def path(self, request: dict) -> dict:
        """25 frames from a to b, five a row in one picture."""
        return {"url": sheet_url(self.frames(request), 5, 6)}

    def frames(self, request: dict):
        return self.model(request)[0].path(self.point(request, "a"), self.point(request, "b"))

    def film(self, request: dict) -> dict:
        """The way from a to b and back as a looping GIF or WebP, black on white."""
        pages = film_pages(self.frames(request))
        kind = "webp" if request.get("kind") == "webp" else "gif"
        loop = pages + pages[-2:0:-1]
        times = [HOLD_MS if i in (0, len(pages) - 1) else FRAME_MS for i in range(len(loop))]
        extra = {"lossless": True, "quality": 40} if kind == "webp" else {"optimize": False}
        buffer = io.BytesIO()
        loop[0].save(buffer, kind, save_all=True, append_images=loop[1:], duration=times, loop=0, **extra)
        url = f"data:image/{kind};base64," + base64.b64encode(buffer.getvalue()).decode()
        return {"url": url, "name": f"latent-walk.{kind}"}

    def page(self, request: dict) -> dict:
        """The picture at a point as a PNG to keep."""
        from gan_models.core import images

        point = self.point(request)
        picture = film_pages(self.model(request)[0].pictures([point]), 16)[0]
        return {"url": images.png_url(picture), "name": f"sample-{point.seed}.png"}

    def toy(self, request: dict) -> dict:
        """Open a toy's file, sent as base64, and keep it in memory for a while."""
        from gan_models.core.errors import BadRequest
        from gan_models.live.toy_files import MAX_TOY_BYTES, open_toy

        text = request.get("data")
        if not isinstance(text, str) or not text:
            raise BadRequest("Choose the .safetensors file of a GAN that was trained on this page.")
        if len(text) > MAX_TOY_BYTES * 4 // 3 + 4:
            raise BadRequest(f"This file is larger than {MAX_TOY_BYTES // 2**20} MB; a toy trained here is smaller.")
        try:
            data = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadRequest("The file did not arrive whole. Open it again.") from error
        toy = open_toy(data)
        about = {**toy.about, "classes": toy.classes, "sliders": list(FOUND[: toy.z_dim])}
        return {"key": self.cache.put(data, toy), **about}

    def exercise(self) -> None:
        """Load everything and measure the directions once."""
        for model in ("faces", "digits"):
            for ask in ("look", "strip", "neighbours"):
                self.answer({"ask": ask, "model": model, "slider": 4, "point": {"seed": 7, "label": 3}})
