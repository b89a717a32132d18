"""Ten pairs of digits, one of each written by a person and one by the generator, and what can be measured of them.

A game is made from its seed alone, so nobody has to remember it. Both digits of a pair have the same class and the same
sixteen shades of grey, which is how the real ones ship.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan_models.cgan.pipeline import DigitPipeline
from gan_models.cgan.strokes import measure_strokes
from gan_models.core.values import read_seed
from gan_models.data.mnist_subsets import DIGITS

ROUNDS = 10
LEFT, RIGHT = 0, 1
SHADES = 16
PALE, DARK = 0.2, 0.8  # of full ink; paler is fog, darker is ink, between them is an edge
INKED = 0.05  # anything but white: the palest of the sixteen shades is 1/15
BROKEN_AT = 0.3
BOX = 20  # pixels; real digits were scaled until their longer side filled this box
UNSURE = 0.94  # the classifier is surer than this of nearly every digit


@lru_cache(maxsize=1)
def real_digits(path: Path = DIGITS.path) -> np.ndarray:
    """The digits that ship, (10, 1000, 28, 28) uint8: a thousand of each class. Raises as :meth:`Subset.load`."""
    return DIGITS.load(path)[0].numpy().reshape(10, 1000, 28, 28)


def in_shades(digits: Tensor) -> Tensor:
    """Digits in [-1, 1] reduced to the sixteen shades in which the real ones ship."""
    steps = SHADES - 1
    return ((digits + 1) / 2 * steps).round().div_(steps).mul_(2).sub_(1)


@dataclass(frozen=True)
class Game:
    """Ten pairs.

    Args:
        seed: what it was made from.
        labels: the class of each pair.
        pictures: (10, 2, 28, 28) in [-1, 1]: of each pair the left and the right picture.
        real: for each pair the side of the real one, LEFT or RIGHT.
    """

    seed: int
    labels: tuple[int, ...]
    pictures: Tensor
    real: tuple[int, ...]

    @property
    def batch(self) -> tuple[Tensor, list[int]]:
        """All twenty pictures (20, 1, 28, 28), left before right, and their classes."""
        return self.pictures.reshape(2 * ROUNDS, 1, 28, 28), [label for label in self.labels for _ in (LEFT, RIGHT)]


def deal(pipeline: DigitPipeline, seed: int, written: np.ndarray | None = None) -> Game:
    """The ten pairs of a seed: each digit once in any order, a real one drawn at random, an invented one beside it.

    Args:
        written: other real digits (10, N, 28, 28), 255 is full ink, than those of :func:`real_digits`.
    """
    written = real_digits() if written is None else written
    random = torch.Generator().manual_seed(read_seed(seed))
    labels = torch.randperm(ROUNDS, generator=random)
    which = torch.randint(written.shape[1], (ROUNDS,), generator=random)
    sides = torch.randint(2, (ROUNDS,), generator=random)
    noise = torch.randn(ROUNDS, pipeline.z_dim, generator=random)
    real = torch.from_numpy(written[labels.numpy(), which.numpy()].astype(np.float32)) / 127.5 - 1
    fake = in_shades(pipeline.draw(noise, labels))[:, 0]
    flipped = (sides == RIGHT).view(-1, 1, 1)
    pictures = torch.stack([torch.where(flipped, fake, real), torch.where(flipped, real, fake)], 1)
    return Game(read_seed(seed), tuple(labels.tolist()), pictures, tuple(sides.tolist()))


def discriminator_beliefs(pipeline: DigitPipeline, game: Game) -> list[float]:
    """For each pair the discriminator's belief, 0 to 1, that the left one is real, given that one of the two is.

    For a discriminator whose logit is log(p_real / p_fake), as Goodfellow et al. (2014) show for the ideal one, that is
    the sigmoid of the difference of its two logits.
    """
    logits = torch.logit(torch.tensor(pipeline.realness(*game.batch), dtype=torch.float64), eps=1e-9)
    left, right = logits.view(ROUNDS, 2).unbind(1)
    return (left - right).sigmoid().tolist()


# --- what can be measured -------------------------------------------------------------------------------------------


def coverage(pictures: Tensor) -> Tensor:
    """(N, 1, H, W) in [-1, 1] to (N, H, W) from 0, paper, to 1, full ink."""
    return (pictures[:, 0].float() + 1) / 2


def longer_side(pictures: Tensor) -> Tensor:
    """Height or width of everything that is not white, whichever is more: (N,) pixels."""
    inked = coverage(pictures) > INKED

    def extent(rows: Tensor) -> Tensor:  # from the first to the last row with ink
        count = rows.shape[1]
        first, last = rows.float().argmax(1), count - 1 - rows.flip(1).float().argmax(1)
        return torch.where(rows.any(1), last - first + 1, 0)

    return torch.maximum(extent(inked.any(2)), extent(inked.any(1))).float()


def share_between(pictures: Tensor, low: float, high: float) -> Tensor:
    """Of the pixels that are not white, the share whose ink is from ``low`` to ``high``: (N,) from 0 to 1."""
    covered = coverage(pictures)
    inked = covered > INKED
    return ((covered >= low) & (covered <= high) & inked).sum((1, 2)) / inked.sum((1, 2)).clamp_min(1)


def pieces(pictures: Tensor) -> Tensor:
    """Into how many pieces the strokes fall; pixels that touch, at a corner too, belong together: (N,)."""
    import cv2

    strokes = (coverage(pictures) > BROKEN_AT).to(torch.uint8).numpy()
    return torch.tensor([float(cv2.connectedComponents(page, connectivity=8)[0] - 1) for page in strokes])


@dataclass(frozen=True)
class Tell:
    """Something measured of a picture, and what it says of a pair.

    Args:
        key: its name.
        measure: pictures (N, 1, 28, 28), pipeline and labels to (N,) numbers.
        points: the left and the right numbers (M,) to +1 where it says that the left is real, -1 right, 0 nothing.
    """

    key: str
    measure: Callable[[Tensor, DigitPipeline, list[int]], Tensor]
    points: Callable[[Tensor, Tensor], Tensor]


def classifier_certainty(pictures: Tensor, pipeline: DigitPipeline, labels: list[int]) -> Tensor:
    """The classifier's belief in what it reads, or nought where it reads another digit than ``labels`` say: (N,)."""
    readings = pipeline.read(pictures)
    return torch.tensor([r.confidence if r.label == label else 0.0 for r, label in zip(readings, labels, strict=True)])


def the_boxed(left: Tensor, right: Tensor) -> Tensor:
    """Points (N,), +1 for left, at the digit whose longer side fills the box; 0 where both do, or neither."""
    return (left == BOX).float() - (right == BOX).float()


def the_odd(left: Tensor, right: Tensor) -> Tensor:
    """Points (N,), +1 for left, at the digit of which the classifier is less sure than of nearly all; 0 at neither."""
    return (left < UNSURE).float() - (right < UNSURE).float()


def the_larger(left: Tensor, right: Tensor) -> Tensor:
    """Points (N,), +1 for left, at the digit of which more was measured."""
    return (left - right).sign()


def the_smaller(left: Tensor, right: Tensor) -> Tensor:
    """Points (N,), +1 for left, at the digit of which less was measured."""
    return (right - left).sign()


TELLS = (
    Tell("ruler", lambda p, *_: longer_side(p), the_boxed),
    Tell("fog", lambda p, *_: share_between(p, 0.0, PALE), the_smaller),
    Tell("edges", lambda p, *_: share_between(p, PALE, DARK), the_larger),
    Tell("oddity", classifier_certainty, the_odd),
    Tell("pieces", lambda p, *_: pieces(p), the_smaller),
    Tell("width", lambda p, *_: measure_strokes(p)[:, 1], the_larger),
)


def measure_tells(pipeline: DigitPipeline, game: Game) -> tuple[Tensor, Tensor]:
    """All tells of a game: what they measure (tells, 10, 2), and where they point (tells, 10), +1 for left."""
    batch, labels = game.batch
    measured = torch.stack([tell.measure(batch, pipeline, labels).view(ROUNDS, 2) for tell in TELLS])
    pointing = torch.stack([tell.points(*m.unbind(1)) for tell, m in zip(TELLS, measured, strict=True)])
    return measured, pointing


def by_ruler_and_fog(pointing: Tensor) -> Tensor:
    """What two of the tells say together, (10,): the ruler decides, and where it is silent, the fog."""
    order = [tell.key for tell in TELLS]
    ruler, fog = pointing[order.index("ruler")], pointing[order.index("fog")]
    return torch.where(ruler != 0, ruler, fog)
