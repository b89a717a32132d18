"""A place in latent space, said in a few numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from gan_models.core import latents
from gan_models.core.errors import BadRequest
from gan_models.core.values import read_choice, read_quantity, read_seed

NEIGHBOURS = 16
MAX_STEPS = 64
MOST_CLASSES = 100_000  # of any model; each knows its own number
MOST_DRAFTS = 64
TRUNCATION = (0.3, 1.2)


@dataclass(frozen=True)
class Point:
    """A place in latent space, said in a few numbers, so that a link can carry it.

    Attributes:
        seed: the noise it starts from.
        label: the class, from 0, where the model knows classes.
        truncation: what that noise is multiplied by, 0.3 to 1.2.
        amounts: the sliders, in the order of the model's directions, each within [-3, 3] standard deviations.
        walk: which of 16 neighbours was stepped to, 0 to 15, step by step; at most 64.
        mix: where a model mixes styles: for coarse, middle and fine the seed that gives them, or None for ``seed``.
        blend: another class and its share, 0 to 1, where the model mixes classes.
        drafts: from how many the noise of a seed is chosen where a model can tell which of them will turn out well, at
            most 64; 1 takes the first, and 0 as many as the model finds right.
    """

    seed: int = 7
    label: int = 0
    truncation: float = 1.0
    amounts: tuple[float, ...] = ()
    walk: tuple[int, ...] = ()
    mix: tuple[int | None, ...] = ()
    blend: tuple[int, float] | None = None
    drafts: int = 0

    @classmethod
    def read(cls, values: object) -> "Point":
        """A point from a page's or a caller's values; numbers out of range are brought back into it.

        Raises:
            BadRequest: a value that :mod:`gan_models.core.values` refuses, or a walk that is none.
        """
        if not isinstance(values, Mapping):
            raise BadRequest("A point is a seed, a class, a truncation and the sliders.")
        amounts, walk, mix = (values.get(name, ()) for name in ("amounts", "walk", "mix"))
        if not all(isinstance(numbers, (list, tuple)) for numbers in (amounts, walk, mix)):
            raise BadRequest("Sliders, steps and mixed seeds are lists of numbers.")
        if len(walk) > MAX_STEPS:
            raise BadRequest(f"That is {MAX_STEPS} steps from where you began. Press Surprise me to begin elsewhere.")
        blend = values.get("blend")
        if blend is not None and not (isinstance(blend, (list, tuple)) and len(blend) == 2):
            raise BadRequest("A blend is another class and its share.")
        return cls(
            read_seed(values.get("seed", 7)), read_choice(values.get("label", 0), MOST_CLASSES, "A class"),
            read_quantity(values.get("truncation", 1.0), *TRUNCATION, "Truncation"),
            tuple(latents.slider(amount) for amount in amounts[:16]),
            tuple(read_choice(step, NEIGHBOURS, "A step") for step in walk),
            tuple(None if seed is None else read_seed(seed) for seed in mix[:3]),
            blend and (read_choice(blend[0], MOST_CLASSES, "A class"), read_quantity(blend[1], 0, 1, "A share")),
            read_choice(values.get("drafts", 0), MOST_DRAFTS + 1, "A number of drafts"),
        )  # fmt: skip
