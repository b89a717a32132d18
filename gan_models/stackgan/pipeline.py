"""Flowers from sentences, draft and picture, with what an independent classifier sees in them."""

import threading
from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor, nn

from gan_models.classifiers.checkpoints import CHECKPOINTS as CLASSIFIERS
from gan_models.core import latents
from gan_models.core.device import HEAVY, compute
from gan_models.core.errors import BadRequest
from gan_models.core.images import from_pil, to_pil
from gan_models.core.store import Located, load_network
from gan_models.core.values import read_seed
from gan_models.data.flower_kinds import COLOURS, KINDS
from gan_models.stackgan.checkpoints import CHECKPOINTS
from gan_models.stackgan.networks import TEXT_DIM, Z_DIM
from gan_models.stackgan.text import as_numbers, known_words, meant

MOST_LETTERS = 300  # of a sentence
MOST_PICTURES = 100


@dataclass(frozen=True)
class Reading:
    """What the classifier sees in a flower: the likeliest kinds with their probabilities, and the strongest colour."""

    kinds: tuple[tuple[str, float], ...]
    colour: str
    sure: float


@dataclass(frozen=True)
class Understood:
    """What became of a sentence: the words that are known, in order, and each other one with a known word like it."""

    known: list[str]
    unknown: dict[str, str | None]


class FlowerPipeline:
    """The text encoder, both stages, the discriminator of the second, and the classifier. Sentences in, PIL out.

    Args:
        text, draft, refine, discriminator: as in :mod:`gan_models.stackgan.networks`.
        classifier: as in :mod:`gan_models.classifiers.flowers`.
        device: where to compute.
        located: where the weights came from.
    """

    def __init__(
        self, text: nn.Module, draft: nn.Module, refine: nn.Module, discriminator: nn.Module, classifier: nn.Module,
        device: torch.device, located: Located,
    ):  # fmt: skip
        self.device, self.located = device, located
        self.text = text.cpu()  # small, not worth the way
        self.stages, self.discriminator, self.classifier = (
            network.to(device, memory_format=torch.channels_last)
            for network in (Stages(draft, refine).eval(), discriminator, classifier)
        )
        self._busy = threading.Lock()  # one forward pass at a time: two would only fight for the same cores

    def understand(self, text: object) -> Understood:
        """The words of a sentence that are known, at most 32, and those that are not.

        Raises:
            BadRequest: no text, none of its words is known, or it is longer than 300 characters.
        """
        if not isinstance(text, str) or not text.strip():
            raise BadRequest("Write what the flower shall look like, for example: a yellow sunflower.")
        if len(text) > MOST_LETTERS:
            raise BadRequest(f"A sentence has at most {MOST_LETTERS} characters here; this one has {len(text):,}.")
        known, unknown = known_words(text)
        if not known:
            said = ", ".join(f"“{word[:24]}”" for word in unknown[:3]) or "that"
            raise BadRequest(f"I don't know {said}. I know colours, flowers and how petals look: try “a purple iris”.")
        return Understood(known, {word[:24]: meant(word[:24]) for word in unknown[:8]})

    @torch.inference_mode()
    def encode(self, text: str) -> Tensor:
        """What a sentence says, (TEXT_DIM,), of length 1. Raises as :meth:`understand`."""
        self.understand(text)
        return self.text(as_numbers([text]))[0]

    @torch.inference_mode()
    def render(self, text: Tensor, seeds: list[int]) -> tuple[Tensor, Tensor]:
        """Sentences (N, TEXT_DIM) and N seeds to drafts (N, 3, 32, 32) and pictures (N, 3, 64, 64), in [-1, 1].

        Raises:
            BadRequest: none, or more than 100.
        """
        if not 0 < len(seeds) <= MOST_PICTURES:
            raise BadRequest(f"1 to {MOST_PICTURES} flowers at once.")
        z = latents.seeded_noise([read_seed(seed) for seed in seeds], Z_DIM)
        both = compute(self.stages, self.device, z, text, busy=self._busy, heavy=len(seeds) >= HEAVY)
        return both[:, :, :32, :32].contiguous(), both[:, :, 32:].contiguous()

    def draw(self, text: str, seed: int = 0) -> Image.Image:
        """A flower, 64x64, mode RGB, as a sentence describes it; the same seed keeps its shape and its surroundings.

        Raises:
            BadRequest: as :meth:`understand`, or the seed is no whole number.
        """
        return self.draw_many(text, [seed])[0]

    def draw_many(self, text: str, seeds: list[int]) -> list[Image.Image]:
        """One sentence, several seeds: as many pictures. Raises as :meth:`draw`."""
        return to_pil(self.render(self.encode(text).expand(len(seeds), -1), seeds)[1])

    def morph(self, one: str, other: str, seed: int = 0, steps: int = 9) -> list[Image.Image]:
        """``steps`` pictures on the way from one sentence to the other, of one seed. Raises as :meth:`draw`."""
        return to_pil(self.render(self.between(one, other, steps), [seed] * steps)[1])

    def between(self, one: str, other: str, steps: int) -> Tensor:
        """What lies between two sentences: vectors (steps, TEXT_DIM) of length 1, on the arc from one to the other."""
        if not 2 <= steps <= MOST_PICTURES:
            raise BadRequest(f"2 to {MOST_PICTURES} steps.")
        a, b = self.encode(one), self.encode(other)
        way = torch.linspace(0, 1, steps)[:, None]
        return torch.nn.functional.normalize(
            torch.lerp(a.expand(steps, TEXT_DIM), b.expand(steps, TEXT_DIM), way), dim=1
        )

    @torch.inference_mode()
    def read(self, pictures: list[Image.Image] | Tensor) -> list[Reading]:
        """What the classifier, which never saw a made flower, sees: PIL of any size, or (N, 3, 64, 64) in [-1, 1]."""
        kinds, colours = compute(self.classifier, self.device, as_flowers(pictures), run=joined, busy=self._busy).split(
            [len(KINDS), len(COLOURS)], 1
        )
        best = kinds.softmax(1).topk(5)
        found = zip(best.indices.tolist(), best.values.tolist(), colours.sigmoid().max(1).values.tolist(),
                    colours.argmax(1).tolist(), strict=True)  # fmt: skip
        return [
            Reading(tuple((KINDS[i], p) for i, p in zip(which, sure, strict=True)), COLOURS[colour], strength)
            for which, sure, strength, colour in found
        ]

    @torch.inference_mode()
    def realness(self, pictures: list[Image.Image] | Tensor, text: str) -> list[float]:
        """The discriminator's belief, 0 to 1, that each picture is a photograph of which the sentence is true."""
        batch = as_flowers(pictures)
        said = self.encode(text).expand(len(batch), -1)
        return compute(self.discriminator, self.device, batch, said, busy=self._busy).sigmoid().tolist()


class Stages(nn.Module):
    """Both stages in one pass, so that a picture and its draft always belong together."""

    def __init__(self, draft: nn.Module, refine: nn.Module):
        super().__init__()
        self.draft, self.refine = draft, refine

    def forward(self, z: Tensor, text: Tensor) -> Tensor:
        """z (N, Z_DIM), text (N, TEXT_DIM) to (N, 3, 96, 64): the draft in the upper left, below it the picture."""
        draft, _ = self.draft(z, text)
        picture, _ = self.refine(draft, z, text)
        above = nn.functional.pad(draft, (0, 32))
        return torch.cat([above, picture.clamp(-1, 1)], 2)


def joined(classifier: nn.Module, pictures: Tensor) -> Tensor:
    """Both answers of the classifier side by side."""
    return torch.cat(classifier(pictures), 1)


def as_flowers(pictures: list[Image.Image] | Tensor) -> Tensor:
    """Pictures to (N, 3, 64, 64) in [-1, 1]."""
    return pictures if isinstance(pictures, Tensor) else from_pil(pictures, "RGB", (64, 64))


def stackgan(device: torch.device, weights: str) -> FlowerPipeline:
    """Our flowers from words, with discriminator and classifier."""
    draft, located = load_network(CHECKPOINTS["stackgan-stage1"], weights)
    others = "embedded" if located.notice else weights
    text, refine, discriminator = (
        load_network(CHECKPOINTS[f"stackgan-{part}"], others)[0] for part in ("text", "stage2", "discriminator2")
    )
    classifier, _ = load_network(CLASSIFIERS["flower-classifier"], others)
    return FlowerPipeline(text, draft, refine, discriminator, classifier, device, located)


PIPELINES = {"stackgan": stackgan}
