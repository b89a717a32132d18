"""What the digits tab asks, answered: digits as drawn, and what discriminator and classifier say of them."""

import time

from gan_models.core.errors import BadRequest, ModelUnavailable
from gan_models.ui.handlers import TabHandlers, facts
from gan_models.ui.requests import read
from gan_models.ui.tabs.digits.requests import MODELS, Discriminate, Paint, Print

MORPH_FRAMES = 25
CLASSIFIER_ACCURACY = "99.7 %"


class DigitsHandlers(TabHandlers):
    """Answers the tab's requests."""

    name = "digits"
    examples = (
        {"ask": "paint", "view": "number", "text": "1990", "seed": 7, "amounts": [0, 0, 0, 0]},
        {"ask": "paint", "view": "wall", "seed": 7, "amounts": [0, 0, 0, 0]},
        {"ask": "paint", "view": "morph", "from": 3, "to": 8, "seed": 7, "amounts": [0, 0, 0, 0]},
        {"ask": "print", "view": "wall", "seed": 7, "amounts": [1, 0, 0, 0]},
    )

    def paint(self, request: Paint) -> dict:
        """What the tab shows: tiles, a sheet or frames, each with ink as data URLs."""
        pipeline, notice = self.network(request.model)
        started = time.perf_counter()
        answer = getattr(self, f"_{request.view}")(pipeline, request)
        return answer | {"facts": facts(pipeline, started), "notice": notice or pipeline.located.notice}

    def print_page(self, request: Print) -> dict:
        """What the tab shows, as one black-on-white PNG to keep."""
        from PIL import Image

        from gan_models.cgan import pipeline as digits
        from gan_models.core import images

        drawn, columns, name = self._strokes(self.network(request.model)[0], request, request.mix)
        page = images.coverage_over_white(digits.sheet(drawn, columns, 8 if len(drawn) <= 16 else 4))
        return {"url": images.png_url(Image.fromarray(page)), "name": f"{name}.png"}

    def network(self, name: str):
        """The network of that name and a notice; ours, with the reason, where the other cannot be had."""
        try:
            return self.pool.get(name), ""
        except ModelUnavailable as error:
            if name == MODELS[0]:
                raise
            return self.pool.get(MODELS[0]), f"{error} Our own network writes in its place."

    def _strokes(self, pipeline, asked: Paint, mix: float | None = None):
        """Digits (N, 1, 28, 28) of a view, columns of its sheet and a file name; ``mix`` is one place of a morph."""
        import torch

        from gan_models.cgan import pipeline as digits

        seed, amounts = asked.seed, list(asked.amounts)
        if asked.view == "number":
            labels = digits.parse_digits(asked.text)
            vector = pipeline.style_vector(seed, amounts)
            return pipeline.draw(vector.repeat(len(labels), 1), torch.tensor(labels)), len(labels), f"digits-{seed}"
        if asked.view == "morph":
            a, b = asked.start, asked.end
            way = torch.linspace(0, 1, MORPH_FRAMES) if mix is None else torch.tensor([mix])
            classes = torch.zeros(len(way), 10)
            classes[:, a] += 1 - way
            classes[:, b] += way
            vector = pipeline.style_vector(seed, amounts)
            return pipeline.draw(vector.repeat(len(way), 1), classes), 1, f"digits-{a}-to-{b}-{seed}"
        vectors = torch.stack([pipeline.style_vector(s, amounts) for s in asked.seeds])
        if asked.view == "hands":
            return pipeline.draw(vectors, torch.full((16,), asked.digit)), 4, f"digits-hands-{asked.digit}-{seed}"
        labels = torch.arange(10).repeat_interleave(10)
        return pipeline.draw(vectors.repeat(10, 1), labels), 10, f"digits-wall-{seed}"

    def _tiles(self, pipeline, asked: Paint, drawn, labels: list[int]):
        from gan_models.core import images

        size = 1 if asked.raw else 6 if len(drawn) <= 6 else 4
        cover = images.raw_coverage(drawn) if size == 1 else images.smooth_coverage(drawn, size)
        readings, real = pipeline.read(drawn), pipeline.realness(drawn, labels)
        return [
            {"url": images.coverage_png(page), "reads": r.label, "sure": r.confidence, "real": p, "label": label}
            for page, r, p, label in zip(cover, readings, real, labels, strict=True)
        ]

    def _number(self, pipeline, asked: Paint) -> dict:
        from gan_models.cgan import pipeline as digits

        labels = digits.parse_digits(asked.text)
        drawn, _, _ = self._strokes(pipeline, asked)
        tiles = self._tiles(pipeline, asked, drawn, labels)
        right = sum(t["reads"] == t["label"] for t in tiles)
        verdict = f"The judge, which never saw an invented digit, reads {right} of {len(tiles)} as you typed them."
        return {"tiles": tiles, "verdict": verdict}

    def _morph(self, pipeline, asked: Paint) -> dict:
        a, b = asked.start, asked.end
        drawn, _, _ = self._strokes(pipeline, asked)
        half = MORPH_FRAMES // 2
        frames = self._tiles(pipeline, asked, drawn, [a] * (half + 1) + [b] * (MORPH_FRAMES - half - 1))
        turn = next((i for i, f in enumerate(frames) if f["reads"] == b), 0)
        share = turn / (MORPH_FRAMES - 1)
        says = f"changes its mind after {share:.0%} of the way" if turn else "never changes its mind"
        return {"frames": frames, "verdict": f"From {a} to {b} in one hand: the judge {says}."}

    def _sheet(self, pipeline, asked: Paint, labels: list[int], alt: str) -> dict:
        from gan_models.cgan import pipeline as digits
        from gan_models.core import images

        drawn, columns, _ = self._strokes(pipeline, asked)
        cover = images.raw_coverage(drawn) if asked.raw else None
        page = (
            images.grid(cover, columns) if cover is not None else digits.sheet(drawn, columns, 4 if columns == 4 else 3)
        )
        right = sum(r.label == label for r, label in zip(pipeline.read(drawn), labels, strict=True))
        real = sum(pipeline.realness(drawn, labels)) / len(labels)
        verdict = f"The judge reads {right} of {len(labels)} as intended. The critic's mean belief: {real:.0%} real."
        return {"sheet": images.coverage_png(page), "alt": alt, "verdict": verdict, "seeds": asked.seeds}

    def _hands(self, pipeline, asked: Paint) -> dict:
        return self._sheet(pipeline, asked, [asked.digit] * 16, f"The digit {asked.digit} in 16 hands")

    def _wall(self, pipeline, asked: Paint) -> dict:
        labels = [row for row in range(10) for _ in range(10)]
        return self._sheet(pipeline, asked, labels, "Ten rows of digits, ten columns of hands")

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

        asked = read(Paint, {"text": text, "seed": seed, "amounts": [slant, weight, width, flourish]})
        labels, (pipeline, _) = digits.parse_digits(asked.text), self.network(asked.model)
        drawn, columns, _ = self._strokes(pipeline, asked)
        readings, real = pipeline.read(drawn), pipeline.realness(drawn, labels)
        opinions = [
            {"digit": d, "reads_as": r.label, "confidence": round(r.confidence, 4), "realness": round(p, 4)}
            for d, r, p in zip(labels, readings, real, strict=True)
        ]
        return Image.fromarray(images.coverage_over_white(digits.sheet(drawn, columns, 4))), opinions

    def discriminate(self, image, label: float):
        """How real the digits' discriminator finds a picture, and what the classifier reads in it.

        Args:
            image: a picture of one digit, light on dark or dark on light; it is made 28x28 and grey.
            label: the digit it is meant to be, 0 to 9.

        Returns:
            realness and confidence from 0 to 1, and reads_as.
        """
        from PIL import ImageOps

        from gan_models.core import images

        if image is None:
            raise BadRequest("Give a picture of one digit.")
        asked = read(Discriminate, {"label": label})
        grey = image.convert("L")
        if grey.resize((1, 1)).getpixel((0, 0)) > 127:
            grey = ImageOps.invert(grey)
        pipeline, _ = self.network(MODELS[0])
        batch = images.from_pil([grey], "L", (28, 28))
        reading = pipeline.read(batch)[0]
        real = pipeline.realness(batch, [asked.label])[0]
        return {"realness": round(real, 4), "reads_as": reading.label, "confidence": round(reading.confidence, 4)}
