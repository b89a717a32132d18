"""The tab in which one walks through a latent space: a custom component that asks :class:`Sampling` for pictures.

Models stand in :data:`MODELS`; another one joins by an entry there. ``python -m gan_models.ui.sampling`` shows the tab
alone.
"""

import base64
import binascii
import io
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import gradio as gr

from gan_models.ui import prose_sampling as prose
from gan_models.ui.digits import STYLES
from gan_models.ui.shelf import Shelf
from gan_models.ui.studio import Studio, static

FRAME_MS = 70
HOLD_MS = 500


def digit_walk(studio: Studio):
    """The digit pipeline as a sampler, and a word on its weights."""
    from gan_models.pipelines.sampler import digit_sampler

    pipeline = studio.get("digits")
    return digit_sampler(pipeline), f"{pipeline.device.type} · {pipeline.located.origin} weights"


@dataclass(frozen=True)
class Model:
    """A model in the picker: its classes (0 for none), its sliders, how to get it, whether the judge can read it."""

    title: str
    classes: int
    sliders: tuple[dict, ...]
    open: Callable[[Studio], tuple]
    judged: bool = False


FURTHER = tuple({"label": f"Nuance {k}", "low": "one way", "high": "the other way"} for k in (1, 2))
FOUND = tuple({"label": f"Direction {k}", "low": "one way", "high": "the other way"} for k in range(1, 6))
MODELS = {"digits": Model(prose.DIGITS, 10, STYLES + FURTHER, digit_walk, judged=True)}


class Sampling:
    """Answers the tab's requests. They are JSON from a browser, so nothing in them is taken on trust."""

    def __init__(self, studio: Studio):
        self.studio = studio
        self.shelf = Shelf()
        self._opened: dict[str, tuple] = {}
        self._lock = threading.Lock()
        self._asks = {
            "look": self.look, "strip": self.strip, "neighbours": self.neighbours, "path": self.path,
            "film": self.film, "page": self.page, "toy": self.toy,
        }  # fmt: skip

    def answer(self, request: object) -> dict:
        """One answer, or ``error`` in plain words; ``gone`` where a toy must be sent again."""
        started = time.perf_counter()
        ask = request.get("ask") if isinstance(request, dict) else None
        if not isinstance(ask, str) or ask not in self._asks:
            return {"error": "This page and its server do not understand each other. Reload the page."}
        try:
            answer = self._asks[ask](request)
        except LookupError as error:
            return {"error": str(error.args[0] if error.args else error), "gone": True}
        except (ValueError, RuntimeError) as error:  # bad requests, missing weights, no memory: all say what to do
            return {"error": str(error)}
        if "facts" in answer:
            answer["facts"] = answer["facts"].replace("MS", f"{(time.perf_counter() - started) * 1000:.0f} ms")
        return answer

    def model(self, request: dict):
        """Sampler, a quiet line about it, and whether the judge can read its pictures."""
        name = request.get("model")
        if name == "toy":
            toy = self.shelf.get(request.get("key"))
            if toy is None:
                raise LookupError("This page no longer holds that toy. Open its file again.")
            return toy, f"cpu · MS · your toy after {toy.about['steps'] or '?'} steps", True
        if not isinstance(name, str) or name not in MODELS:
            name = "digits"
        with self._lock:
            if name not in self._opened:
                self._opened[name] = MODELS[name].open(self.studio)
            sampler, line = self._opened[name]
        return sampler, line.replace(" · ", " · MS · ", 1), MODELS[name].judged

    @staticmethod
    def point(request: dict, name: str = "point"):
        from gan_models.pipelines.sampler import Point

        return Point.read(request.get(name))

    def look(self, request: dict) -> dict:
        """The picture at a point, and what critic and judge say of it."""
        sampler, line, judged = self.model(request)
        point = self.point(request)
        picture = sampler.pictures([point])
        answer = {"url": sheet_url(picture, 1, 12), "facts": line} | self.opinions(sampler, judged, picture, point)
        return answer

    def opinions(self, sampler, judged: bool, picture, point) -> dict:
        real = sampler.realness(picture, [point.label])
        said = {"real": real[0] if real else None}
        if judged:
            reading = self.studio.get("digits").read(picture)[0]
            said |= {"reads": reading.label, "sure": reading.confidence}
        return said

    def strip(self, request: dict) -> dict:
        """25 frames along one slider, five a row in one picture: all that a drag needs."""
        from gan_models.pipelines.digits import BadRequest

        slider = request.get("slider")
        if not isinstance(slider, int):
            raise BadRequest("Which slider? Its number is missing.")
        sampler, _, _ = self.model(request)
        return {"url": sheet_url(sampler.strip(self.point(request), slider), 5, 6)}

    def neighbours(self, request: dict) -> dict:
        return {"url": sheet_url(self.model(request)[0].neighbours(self.point(request)), 4, 4)}

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
        from gan_models.pipelines import images

        point = self.point(request)
        picture = film_pages(self.model(request)[0].pictures([point]), 16)[0]
        return {"url": images.png_url(picture), "name": f"sample-{point.seed}.png"}

    def toy(self, request: dict) -> dict:
        """Open a toy's file, sent as base64, and keep it in memory for a while."""
        from gan_models.pipelines.digits import BadRequest
        from gan_models.pipelines.toy_files import MAX_TOY_BYTES, open_toy

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
        return {"key": self.shelf.put(data, toy), **about}

    def endpoint(
        self, seed: float, digit: float, truncation: float,
        slant: float, weight: float, width: float, flourish: float, nuance_1: float, nuance_2: float,
    ):  # fmt: skip
        """Draw one digit from a place in latent space.

        Args:
            seed: the noise to start from; any whole number.
            digit: 0 to 9.
            truncation: 0.3 (ordinary) to 1.2 (unusual).
            slant: -3 (left) to 3 (right), like the next five in standard deviations; what lies outside is clamped.
            weight: -3 (fine) to 3 (thick).
            width: -3 (narrow) to 3 (wide).
            flourish: -3 to 3.
            nuance_1: -3 to 3, like nuance_2 a direction without a name.
            nuance_2: -3 to 3.

        Returns:
            The digit, black on white, and the critic's belief that it is real, what the judge reads and how surely.
        """
        amounts = [slant, weight, width, flourish, nuance_1, nuance_2]
        request = {"point": {"seed": seed, "label": digit, "truncation": truncation, "amounts": amounts}}
        try:
            sampler, _, judged = self.model(request)
            point = self.point(request)
            picture = sampler.pictures([point])
            said = self.opinions(sampler, judged, picture, point)
        except (ValueError, RuntimeError) as error:
            raise gr.Error(str(error), print_exception=False) from error
        said = {"realness": round(said["real"], 4), "reads_as": said["reads"], "confidence": round(said["sure"], 4)}
        return film_pages(picture)[0], said

    def exercise(self) -> None:
        """Load everything and measure the directions once."""
        for ask in ("look", "strip", "neighbours"):
            self.answer({"ask": ask, "slider": 4, "point": {"seed": 7, "label": 3}})


def sheet_url(pictures, columns: int, factor: int) -> str:
    """Pictures (N, C, H, W) as one data URL, ``columns`` a row: ink in the alpha channel, or an ordinary picture."""
    from PIL import Image

    from gan_models.pipelines import images

    if pictures.shape[1] == 1:
        return images.ink_png(images.grid(images.smooth_ink(pictures, factor), columns))
    channels, h, w = pictures.shape[1:]
    pages = images.to_uint8(pictures).transpose(0, 3, 1, 2).reshape(-1, h, w)
    planes = [images.grid(pages[c::channels], columns) for c in range(channels)]
    return images.png_url(Image.merge("RGB", [Image.fromarray(p) for p in planes]))


def film_pages(pictures, factor: int = 8) -> list:
    """Pictures (N, C, H, W) to keep: digits enlarged as black on white with a margin, others as they are."""
    from PIL import Image

    from gan_models.pipelines import images

    if pictures.shape[1] == 1:
        return [Image.fromarray(images.ink_over_white(page)) for page in images.smooth_ink(pictures, factor)]
    return images.to_pil(pictures)


def build_sampling_tab(studio: Studio) -> Sampling:
    """Lay out the tab inside the current Blocks, and its endpoint ``sample_digit``."""
    sampling = Sampling(studio)

    def sample(request: dict) -> dict:  # Gradio marks server functions, which it cannot do to bound methods
        return sampling.answer(request)

    offered = {key: {"title": m.title, "classes": m.classes, "sliders": m.sliders} for key, m in MODELS.items()}
    template = static("sampling.html").replace("@LEAD@", prose.LEAD).replace("@EXPLAINED@", prose.EXPLAINED)
    gr.HTML(
        html_template=template,
        css_template=static("sampling.css"),
        js_on_load=static("sampling.js").replace("@MODELS@", json.dumps(offered)),
        server_functions=[sample],
        apply_default_css=False,
        elem_id="sample",
    )
    with gr.Group(visible=False):
        sliders = [gr.Number(0, label=s["label"]) for s in MODELS["digits"].sliders]
        inputs = [gr.Number(7, label="Seed"), gr.Number(3, label="Digit"), gr.Number(1, label="Truncation"), *sliders]
        outputs = [gr.Image(label="Digit", format="png", type="pil"), gr.JSON(label="Opinions")]
        gr.Button("Sample").click(sampling.endpoint, inputs, outputs, api_name="sample_digit")
    return sampling


def main() -> None:
    """This tab alone."""
    with gr.Blocks(title=prose.TAB, analytics_enabled=False) as blocks:
        sampling = build_sampling_tab(Studio())
    sampling.studio.warm_up(sampling.exercise)
    blocks.launch(
        css=static("shell.css"), head=f"<script>{static('shell.js')}</script>", theme=gr.themes.Base(),
        footer_links=[], run_history=False, ssr_mode=False,
    )  # fmt: skip


if __name__ == "__main__":
    main()
