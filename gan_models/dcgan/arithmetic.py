"""Arithmetic with faces, A - B + C: in latent space, on pixels, and on a classifier's answers.

Radford et al. (2016), section 6.3.2 and figure 7: average the latent vectors of a few faces that share something, add
and subtract the averages, and draw a face from what comes out.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from gan_models.core import latents
from gan_models.core.errors import BadRequest
from gan_models.core.values import read_quantity, read_seed
from gan_models.dcgan.attributes import ATTRIBUTES

MOST_FACES = 3
STRONGEST = 2.0
STOPS = 21  # of the strength slider: 0, 0.1, 0.2 and so on to 2
AROUND = 9
# The paper adds uniform noise of +-0.25 to vectors that were uniform in [-1, 1]. Ours are normal, whose standard
# deviation is greater by the root of 3; so is the noise.
JITTER = 0.25 * math.sqrt(3)
WAYS = 16  # to fill the columns of an example, of which the best is shown
SURE = 2 / 3  # a sum of probabilities from which on it counts as a promise


@dataclass(frozen=True)
class Sum:
    """A sum of faces, said in a few numbers, so that a link can carry it.

    Attributes:
        a, b, c: seeds of one to three faces each, whose average counts.
        strength: how much of A - B is added to C, 0 to 2.
        seed: of the noise around the result.
    """

    a: tuple[int, ...]
    b: tuple[int, ...]
    c: tuple[int, ...]
    strength: float = 1.0
    seed: int = 0

    @classmethod
    def read(cls, values: object) -> "Sum":
        """A sum from a page's or a caller's values; a column is a list of seeds or a text such as "12, 7, 99".

        Any whole number is a seed, and a strength out of range is brought back into it.

        Raises:
            BadRequest: an empty or overfull column, a seed that is no whole number, or a strength that is no number.
        """
        if not isinstance(values, Mapping):
            raise BadRequest("A sum has three columns of faces, a, b and c, and a strength.")
        columns = [read_seeds(values.get(name), MOST_FACES, f"Column {name.upper()}") for name in "abc"]
        strength = read_quantity(values.get("strength", 1.0), 0, STRONGEST, "Strength")
        return cls(*columns, strength, read_seed(values.get("seed", 0), "The seed of the neighbours"))

    @property
    def seeds(self) -> list[int]:
        """The seeds of all three columns, one after the other."""
        return [*self.a, *self.b, *self.c]

    @property
    def sizes(self) -> list[int]:
        """How many faces stand in columns A, B and C."""
        return [len(self.a), len(self.b), len(self.c)]


def read_seeds(value: object, most: int, where: str) -> tuple[int, ...]:
    """Seeds from a list, or from a text such as "12, 7, 99".

    Raises:
        BadRequest: none, more than ``most``, or something that is no whole number; the text begins with ``where``.
    """
    if isinstance(value, str):
        value = [part for part in re.split(r"[\s,;.]+", value[:1000]) if part]
    if value is not None and not isinstance(value, (list, tuple)):
        raise BadRequest(f"{where} must be seeds of faces: whole numbers, such as 12, 7, 99.")
    if not value:
        raise BadRequest(f"{where} is empty. Choose 1 to {most} faces for it.")
    if len(value) > most:
        raise BadRequest(f"{where} holds too many faces. Choose 1 to {most}.")
    try:
        return tuple(read_seed(each) for each in value)
    except BadRequest as error:
        raise BadRequest(f"{where} must be seeds of faces: whole numbers, such as 12, 7, 99.") from error


def averages(rows: Tensor, sizes: list[int]) -> Tensor:
    """The mean of each column: rows (N, ...) of A, then B, then C, as many as ``sizes`` says, to (3, ...)."""
    return torch.stack([part.mean(0) for part in rows.split(sizes)])


def add(columns: Tensor, strengths: Tensor) -> Tensor:
    """C + strength * (A - B) for averaged latents (3, D) and strengths (K,): (K, D), kept within the shell.

    A sum of three independent vectors is longer than each of them: by the root of 3 where a column has one face. The
    generator has never seen a list of numbers that long and overdoes every feature of it, so :func:`latents.move`
    pulls it back along its own ray, as it does for the sliders.
    """
    a, b, c = columns
    return latents.move(c.expand(len(strengths), -1), (a - b)[None], strengths[:, None])


def add_pixels(columns: Tensor, strengths: Tensor) -> Tensor:
    """The same sum on averaged pictures (3, C, H, W) in [-1, 1]: (K, C, H, W), clamped to [-1, 1]."""
    a, b, c = columns
    return (c + strengths.view(-1, 1, 1, 1) * (a - b)).clamp(-1, 1)


def around(z: Tensor, seed: int) -> Tensor:
    """Nine places (9, D): z (D,) in the middle, and eight with a little uniform noise added, as in the paper."""
    noise = torch.rand(AROUND, len(z), generator=torch.Generator().manual_seed(read_seed(seed)))
    noise = (2 * noise - 1) * JITTER
    noise[AROUND // 2] = 0
    return z + noise


def promises(answers: Tensor, strengths: Tensor) -> Tensor:
    """What a sum should show: a classifier's mean answers (3, 6) on A, B and C to (K, 6) of 1, -1 and 0.

    The same sum is made of the probabilities. Two thirds or more promise the attribute (1), one third or less its
    absence (-1); in between nothing is promised (0).
    """
    a, b, c = answers
    expected = c + strengths[:, None] * (a - b)
    return (expected >= SURE).int() - (expected <= 1 - SURE).int()


def kept(promised: Tensor, found: Tensor) -> Tensor:
    """Which promises (K, 6) the classifier's probabilities (K, 6) on the results keep; True where there was none."""
    return (promised == 0) | ((found > 0.5) == (promised > 0))


def points_of_interest(answers: Tensor) -> list[int]:
    """The attributes that a sum is about: those it promises in full strength and that A or C alone does not show.

    ``answers`` (3, 6) are the mean answers on A, B and C. For "smiling woman - neutral woman + neutral man" it is
    smiling, which C lacks, and male, which A lacks.
    """
    promised = promises(answers, torch.ones(1))[0]
    same_in_both = ((answers[0] > 0.5) == (promised > 0)) & ((answers[2] > 0.5) == (promised > 0))
    return torch.nonzero((promised != 0) & ~same_in_both).flatten().tolist()


@dataclass(frozen=True)
class Work:
    """A sum worked out, all pictures (N, 3, 64, 64) in [-1, 1].

    Attributes:
        faces: the chosen ones, A's, then B's, then C's.
        means: the averages of the latents of A, B and C, drawn. An average of n is shorter than each by the root of n,
            and of so short ones the generator has seen none: it is drawn as long as they are (White, 2016).
        blends: the averages of the pictures of A, B and C.
        results: one for each strength.
        on_pixels: the same sum of the blends, one for each strength.
        neighbours: nine around the result of the first strength, that result in the middle.
        answers: the classifier's mean answers (3, 6) on A, B and C.
    """

    faces: Tensor
    means: Tensor
    blends: Tensor
    results: Tensor
    on_pixels: Tensor
    neighbours: Tensor
    answers: Tensor


def work_out(faces, total: Sum, strengths: Tensor | None = None) -> Work:
    """Draw a sum with a :class:`~gan_models.dcgan.pipeline.FacePipeline`, in one batch.

    ``strengths`` (K,) asks for other strengths than the sum's own.
    """
    strengths = torch.tensor([total.strength]) if strengths is None else strengths
    chosen = latents.seeded_noise(total.seeds, faces.z_dim)
    columns = averages(chosen, total.sizes)
    sums = add(columns, strengths)
    lengthened = columns * torch.tensor(total.sizes).sqrt()[:, None]
    parts = (chosen, lengthened, sums, around(sums[0], total.seed))
    drawn, means, results, neighbours = faces.render(torch.cat(parts), None).split([len(p) for p in parts])
    blends = averages(drawn, total.sizes)
    answers = averages(faces.attributes(drawn), total.sizes)
    return Work(drawn, means, blends, results, add_pixels(blends, strengths), neighbours, answers)


def stops() -> Tensor:
    """The strengths (21,) at which the slider rests, 0 to 2."""
    return torch.linspace(0, STRONGEST, STOPS)


def good_example(faces, galleries: list[list[int]], promised: Mapping[str, bool]) -> list[list[int]] | None:
    """Up to three seeds for each of A, B and C, from a gallery each, whose sum keeps its promise best; always the same.

    Of 16 random ways to fill the columns, without a face in two of them, the one in whose result the classifier finds
    every promised attribute most surely; beyond 90 % the discriminator decides. None where a gallery has too few faces.
    """
    random = torch.Generator().manual_seed(0)
    ways = []
    for _ in range(WAYS):
        taken: list[int] = []
        columns = []
        for gallery in galleries:
            order = torch.randperm(len(gallery), generator=random).tolist()
            columns.append([gallery[k] for k in order if gallery[k] not in taken][:MOST_FACES])
            taken += columns[-1]
        if not all(columns):
            return None
        ways.append(columns)
    means = [
        averages(latents.seeded_noise([seed for column in way for seed in column], faces.z_dim), [len(c) for c in way])
        for way in ways
    ]
    pictures = faces.render(torch.cat([add(mean, torch.ones(1)) for mean in means]), None)
    found, real = faces.attributes(pictures), torch.tensor(faces.realness(pictures))
    shown = torch.stack([
        found[:, ATTRIBUTES.index(name)] if wanted else 1 - found[:, ATTRIBUTES.index(name)]
        for name, wanted in promised.items()
    ])  # fmt: skip
    return ways[int((shown.min(0).values.clamp(max=0.9) + real / 10).argmax())]
