"""What the digits tab asks, answered: digits as ink, and what critic and judge say of them."""

import time

import gradio as gr

from gan_models.ui.handlers import facts, whole
from gan_models.ui.model_pool import ModelPool

MODELS = ("digits", "digits-cgan-mnist")
MORPH_FRAMES = 25
CLASSIFIER_ACCURACY = "99.7 %"


class DigitsHandlers:
    """Answers the tab's requests. They are JSON from a browser, so nothing in them is taken on trust."""

    def __init__(self, pool: ModelPool):
        self.pool = pool

    def paint(self, request: dict) -> dict:
        """What the tab shows: tiles, a sheet or frames, each with ink as data URLs; or ``error`` in plain words."""
        try:
            pipeline, notice = self.pipeline(checked(request))
            started = time.perf_counter()
            answer = getattr(self, f"_{self.view(request)}")(pipeline, request)
        except (ValueError, RuntimeError) as error:  # bad requests, missing weights, no memory: all say what to do
            return {"error": str(error)}
        answer["facts"] = facts(pipeline, started)
        answer["notice"] = notice or pipeline.located.notice
        return answer

    def print_page(self, request: dict) -> dict:
        """What the tab shows, as one black-on-white PNG to keep."""
        from PIL import Image

        from gan_models.cgan import pipeline as digits
        from gan_models.core import images

        try:
            pipeline, _ = self.pipeline(checked(request))
            drawn, columns, name = self._strokes(pipeline, request)
        except (ValueError, RuntimeError) as error:
            return {"error": str(error)}
        page = images.coverage_over_white(digits.sheet(drawn, columns, 8 if len(drawn) <= 16 else 4))
        return {"url": images.png_url(Image.fromarray(page)), "name": f"{name}.png"}

    def pipeline(self, request: dict):
        """The network asked for and a notice; ours, with the reason, where the other cannot be had."""
        name = request.get("model")
        if name in MODELS[1:]:
            try:
                return self.pool.get(name), ""
            except RuntimeError as error:
                return self.pool.get(MODELS[0]), f"{error} Our own network writes in its place."
        return self.pool.get(MODELS[0]), ""

    @staticmethod
    def view(request: dict) -> str:
        view = request.get("view")
        return view if view in ("number", "hands", "wall", "morph") else "number"

    def _strokes(self, pipeline, request: dict):
        """Digits (N, 1, 28, 28) of a view, columns of its sheet and a file name."""
        import torch

        from gan_models.cgan import pipeline as digits

        view, seed = self.view(request), whole(request.get("seed"), 7)
        amounts = request.get("amounts")
        amounts = list(amounts)[:4] if isinstance(amounts, (list, tuple)) else []
        if view == "number":
            labels = digits.parse_digits(request.get("text"))
            vector = pipeline.style_vector(seed, amounts)
            return pipeline.draw(vector.repeat(len(labels), 1), torch.tensor(labels)), len(labels), f"digits-{seed}"
        if view == "morph":
            a, b = digit(request.get("from"), 3), digit(request.get("to"), 8)
            mix = torch.linspace(0, 1, MORPH_FRAMES)
            if "mix" in request:
                mix = torch.tensor([min(1.0, max(0.0, digits.clean_amount(request["mix"])))])
            classes = torch.zeros(len(mix), 10)
            classes[:, a] += 1 - mix
            classes[:, b] += mix
            vector = pipeline.style_vector(seed, amounts)
            return pipeline.draw(vector.repeat(len(mix), 1), classes), 1, f"digits-{a}-to-{b}-{seed}"
        seeds = self.seeds(request)
        vectors = torch.stack([pipeline.style_vector(s, amounts) for s in seeds])
        if view == "hands":
            which = digit(request.get("digit"), 4)
            return pipeline.draw(vectors, torch.full((16,), which)), 4, f"digits-hands-{which}-{seed}"
        labels = torch.arange(10).repeat_interleave(10)
        return pipeline.draw(vectors.repeat(10, 1), labels), 10, f"digits-wall-{seed}"

    def seeds(self, request: dict) -> list[int]:
        """The hands of a wall (10) or of one digit in 16 hands: the seed and those that follow it."""
        count = 10 if self.view(request) == "wall" else 16
        seed = whole(request.get("seed"), 7)
        return [(seed + i) % 2**31 for i in range(count)]

    def _tiles(self, pipeline, request: dict, drawn, labels: list[int]):
        from gan_models.core import images

        size = 1 if request.get("raw") else 6 if len(drawn) <= 6 else 4
        cover = images.raw_coverage(drawn) if size == 1 else images.smooth_coverage(drawn, size)
        readings, real = pipeline.read(drawn), pipeline.realness(drawn, labels)
        return [
            {"url": images.coverage_png(page), "reads": r.label, "sure": r.confidence, "real": p, "label": label}
            for page, r, p, label in zip(cover, readings, real, labels, strict=True)
        ]

    def _number(self, pipeline, request: dict) -> dict:
        from gan_models.cgan import pipeline as digits

        labels = digits.parse_digits(request.get("text"))
        drawn, _, _ = self._strokes(pipeline, request)
        tiles = self._tiles(pipeline, request, drawn, labels)
        right = sum(t["reads"] == t["label"] for t in tiles)
        verdict = f"The judge, which never saw an invented digit, reads {right} of {len(tiles)} as you typed them."
        return {"tiles": tiles, "verdict": verdict}

    def _morph(self, pipeline, request: dict) -> dict:
        a, b = digit(request.get("from"), 3), digit(request.get("to"), 8)
        request = {k: v for k, v in request.items() if k != "mix"}
        drawn, _, _ = self._strokes(pipeline, request)
        half = MORPH_FRAMES // 2
        frames = self._tiles(pipeline, request, drawn, [a] * (half + 1) + [b] * (MORPH_FRAMES - half - 1))
        turn = next((i for i, f in enumerate(frames) if f["reads"] == b), 0)
        share = turn / (MORPH_FRAMES - 1)
        says = f"changes its mind after {share:.0%} of the way" if turn else "never changes its mind"
        return {"frames": frames, "verdict": f"From {a} to {b} in one hand: the judge {says}."}

    def _sheet(self, pipeline, request: dict, labels: list[int], alt: str) -> dict:
        from gan_models.cgan import pipeline as digits
        from gan_models.core import images

        drawn, columns, _ = self._strokes(pipeline, request)
        cover = images.raw_coverage(drawn) if request.get("raw") else None
        page = (
            images.grid(cover, columns) if cover is not None else digits.sheet(drawn, columns, 4 if columns == 4 else 3)
        )
        right = sum(r.label == label for r, label in zip(pipeline.read(drawn), labels, strict=True))
        real = sum(pipeline.realness(drawn, labels)) / len(labels)
        verdict = f"The judge reads {right} of {len(labels)} as intended. The critic's mean belief: {real:.0%} real."
        return {"sheet": images.coverage_png(page), "alt": alt, "verdict": verdict, "seeds": self.seeds(request)}

    def _hands(self, pipeline, request: dict) -> dict:
        which = digit(request.get("digit"), 4)
        return self._sheet(pipeline, request, [which] * 16, f"The digit {which} in 16 hands")

    def _wall(self, pipeline, request: dict) -> dict:
        labels = [row for row in range(10) for _ in range(10)]
        return self._sheet(pipeline, request, labels, "Ten rows of digits, ten columns of hands")

    def endpoint(self, text: str, seed: float, slant: float, weight: float, width: float, flourish: float):
        """Write up to 12 digits in one handwriting.

        Args:
            text: the digits; spaces and the marks of dates may stand between them.
            seed: the hand, 0 to 2,147,483,647.
            slant: -3 (left) to 3 (right), like the next three in standard deviations; what lies outside is clamped.
            weight: -3 (fine) to 3 (thick).
            width: -3 (narrow) to 3 (wide).
            flourish: -3 to 3.

        Returns:
            The page, black ink on white, and for each digit what the judge reads, how sure it is and the critic's
            belief that it is real, both from 0 to 1.
        """
        from PIL import Image

        from gan_models.cgan import pipeline as digits
        from gan_models.core import images

        request = {"view": "number", "text": text, "seed": seed, "amounts": [slant, weight, width, flourish]}
        try:
            pipeline, _ = self.pipeline(request)
            labels = digits.parse_digits(text)
            drawn, columns, _ = self._strokes(pipeline, request)
        except (ValueError, RuntimeError) as error:
            raise gr.Error(str(error), print_exception=False) from error
        readings, real = pipeline.read(drawn), pipeline.realness(drawn, labels)
        opinions = [
            {"digit": d, "reads_as": r.label, "confidence": round(r.confidence, 4), "realness": round(p, 4)}
            for d, r, p in zip(labels, readings, real, strict=True)
        ]
        return Image.fromarray(images.coverage_over_white(digits.sheet(drawn, columns, 4))), opinions

    def critic(self, image, label: float):
        """How real the digits' critic finds a picture, and what the judge reads in it.

        Args:
            image: a picture of one digit, light on dark or dark on light; it is made 28x28 and grey.
            label: the digit it is meant to be, 0 to 9.

        Returns:
            realness and confidence from 0 to 1, and reads_as.
        """
        from PIL import ImageOps

        from gan_models.core import images

        if image is None:
            raise gr.Error("Give a picture of one digit.", print_exception=False)
        grey = image.convert("L")
        if grey.resize((1, 1)).getpixel((0, 0)) > 127:
            grey = ImageOps.invert(grey)
        try:
            pipeline, _ = self.pipeline({})
        except RuntimeError as error:
            raise gr.Error(str(error), print_exception=False) from error
        batch = images.from_pil([grey], "L", (28, 28))
        reading = pipeline.read(batch)[0]
        real = pipeline.realness(batch, [digit(label, 0)])[0]
        return {"realness": round(real, 4), "reads_as": reading.label, "confidence": round(reading.confidence, 4)}

    def exercise(self) -> None:
        """Load and run everything once, at the batch sizes the tab uses."""
        for view in ("number", "wall", "morph"):
            self.paint({"view": view, "text": "1990"})


def checked(request: object) -> dict:
    """The request, if it is a JSON object; ValueError otherwise."""
    if not isinstance(request, dict):
        raise ValueError("A request is a JSON object with a view and its settings.")
    return request


def digit(value: object, other: int) -> int:
    """A digit 0 to 9, or ``other``."""
    number = whole(value, other)
    return number if number in range(10) else other
