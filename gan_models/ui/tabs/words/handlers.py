"""What the page of the words tab asks, answered. A sentence is text from anywhere: it is read as words, and only shown
again as words."""

import time
from typing import Annotated

from pydantic import Field

from gan_models.ui.handlers import TabHandlers, facts
from gan_models.ui.photos import enlarged, jpeg_url, photo_sheet
from gan_models.ui.requests import Request, Seed, read
from gan_models.ui.sharpening import sharpened
from gan_models.ui.tabs.words import prose

COMPANY = 8  # further flowers of the same sentence
FRAMES = 25  # between two sentences
COLUMNS = 5

Sentence = Annotated[str, Field(description="Write what the flower shall look like, for example: a yellow sunflower.")]


class Wish(Request):
    """What to draw: a sentence, and a seed."""

    text: Sentence
    seed: Seed = 8


class Paint(Wish, ask="paint"):
    """A flower and its draft, and others of the same sentence, whose seeds follow."""


class Morph(Wish, ask="morph"):
    """Frames from one sentence to another, of one seed."""

    other: Sentence


class Enlarge(Wish, ask="enlarge"):
    """The flower, four times as wide and high."""


class WordsHandlers(TabHandlers):
    """Answers the tab's requests."""

    name = "words"
    needs = "stackgan"
    examples = (
        {"ask": "paint", "text": prose.SENTENCES[0], "seed": 7},
        {"ask": "morph", "text": prose.SENTENCES[0], "other": prose.SENTENCES[1], "seed": 7},
        {"ask": "enlarge", "text": prose.SENTENCES[2], "seed": 1},
    )

    def paint(self, request: Paint) -> dict:
        """Draft and picture of a seed, a sheet of the eight that follow, what was understood, and what others see."""
        pipeline = self.pipeline
        understood = pipeline.understand(request.text)
        seeds = [(request.seed + k) % 2**31 for k in range(COMPANY + 1)]
        drafts, pictures = pipeline.render(pipeline.encode(request.text).expand(len(seeds), -1), seeds)
        seen, real = pipeline.read(pictures[:1])[0], pipeline.realness(pictures[:1], request.text)[0]
        return {
            "draft": jpeg_url(enlarged(drafts[:1], 6)[0]), "picture": jpeg_url(enlarged(pictures[:1], 6)[0], 92),
            "others": photo_sheet(pictures[1:], 2, 4), "seeds": seeds[1:],
            "unknown": [{"word": word, "meant": like} for word, like in understood.unknown.items()],
            "words": len(understood.known),
            "kinds": [[name, round(sure, 3)] for name, sure in seen.kinds[:3]], "colour": seen.colour,
            "belief": round(real, 4),
        }  # fmt: skip

    def morph(self, request: Morph) -> dict:
        """A sheet of frames, five a row, on the way from one sentence to the other."""
        pipeline = self.pipeline
        _, pictures = pipeline.render(pipeline.between(request.text, request.other, FRAMES), [request.seed] * FRAMES)
        return {"sheet": photo_sheet(pictures, 4, COLUMNS), "frames": FRAMES}

    def enlarge(self, request: Enlarge) -> dict:
        """The picture as another model of the house enlarges it."""
        picture = self.pipeline.draw(request.text, request.seed)
        enlarger = self.pool.get("srgan")
        started = time.perf_counter()
        return {"picture": jpeg_url(sharpened(enlarger, picture), 92), "enlarged": facts(enlarger, started)}

    def endpoint(self, text: str, seed: float):
        """Paint a flower from a sentence.

        Args:
            text: what it looks like, in English, at most 300 characters: a colour, one of 102 kinds, or both.
            seed: chance, 0 to 2,147,483,647.

        Returns:
            The picture, 64x64, and what an independent classifier sees: kinds with probabilities, and a colour.
        """
        asked = read(Wish, {"text": text, "seed": seed})
        picture = self.pipeline.draw(asked.text, asked.seed)
        seen = self.pipeline.read([picture])[0]
        return picture, {"kinds": {name: round(sure, 4) for name, sure in seen.kinds}, "colour": seen.colour}
