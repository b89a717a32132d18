"""Things to imitate in the plane: a blob, a ring, a grid, a spiral, two moons, or a visitor's own strokes.

Each is a skeleton of points with a little normal noise of standard deviation ``sigma`` around it. So two questions have
an exact answer for all of them: how many pieces of the skeleton does the generator reach, and what share of its points
lies within three sigma of it? Everything lives in [-1, 1] x [-1, 1].
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from gan_models.core.errors import BadRequest

PIECES = 16  # into which a curve is cut, to count how much of it is covered
FAIR_SHARE = 0.2  # a piece counts as covered from a fifth of the points it deserves


@dataclass(frozen=True)
class PointSet:
    """A distribution of points.

    Attributes:
        skeleton: (K, 2) points, all equally likely.
        piece: (K,) which piece of the whole each belongs to, from 0.
        sigma: standard deviation of the noise around the skeleton.
        modes: whether the pieces are separate modes, or stretches of a curve.
    """

    name: str
    skeleton: Tensor
    piece: Tensor
    sigma: float
    modes: bool

    @property
    def pieces(self) -> int:
        """How many pieces there are."""
        return int(self.piece.max()) + 1

    def sample(self, count: int, random: torch.Generator) -> Tensor:
        """(count, 2) points."""
        pick = torch.randint(len(self.skeleton), (count,), generator=random)
        return self.skeleton[pick] + self.sigma * torch.randn(count, 2, generator=random)

    def judge(self, points: Tensor) -> tuple[int, float]:
        """How many pieces are covered, and the share of points (N, 2) within three sigma of the skeleton.

        A piece is covered once it holds a fifth of its fair share of good points.
        """
        distance, nearest = torch.cdist(points, self.skeleton).min(1)
        good = distance <= 3 * self.sigma
        counts = torch.bincount(self.piece[nearest[good]], minlength=self.pieces)
        fair = torch.bincount(self.piece, minlength=self.pieces) * (len(points) / len(self.piece))
        return int((counts >= FAIR_SHARE * fair).sum()), good.float().mean().item()


def of_modes(name: str, centres: Tensor, sigma: float) -> PointSet:
    """Separate heaps around centres (K, 2)."""
    return PointSet(name, centres, torch.arange(len(centres)), sigma, modes=True)


def of_curve(name: str, line: Tensor, sigma: float) -> PointSet:
    """A line (K, 2), in order, cut into :data:`PIECES` stretches."""
    return PointSet(name, line, torch.arange(len(line)) * PIECES // len(line), sigma, modes=False)


def blob() -> PointSet:
    """One round heap, off the middle."""
    return of_modes("blob", torch.tensor([[0.35, 0.3]]), 0.12)


def ring(count: int = 8, radius: float = 0.75) -> PointSet:
    """``count`` heaps on a circle."""
    angles = torch.arange(count) * (math.tau / count)
    return of_modes("ring", radius * torch.stack([angles.cos(), angles.sin()], 1), 0.03)


def grid(side: int = 5) -> PointSet:
    """``side`` x ``side`` heaps in a square."""
    line = torch.linspace(-0.76, 0.76, side)
    return of_modes("grid", torch.cartesian_prod(line, line), 0.025)


def spiral(turns: float = 1.75, count: int = 480) -> PointSet:
    """One arm that winds outwards."""
    along = torch.linspace(0.04, 1, count).sqrt()  # the square root spaces the points evenly along the arc
    angle = along * turns * math.tau
    return of_curve("spiral", 0.85 * along[:, None] * torch.stack([angle.cos(), angle.sin()], 1), 0.025)


def moons(count: int = 480) -> PointSet:
    """Two half circles that hold on to each other."""
    angle = torch.linspace(0, math.pi, count // 2)
    upper = torch.stack([angle.cos() - 0.5, angle.sin() - 0.25], 1)
    lower = torch.stack([0.5 - angle.cos(), 0.25 - angle.sin()], 1)
    return of_curve("moons", 0.58 * torch.cat([upper, lower]), 0.04)


def strokes(points: Sequence[Sequence[float]], limit: int = 600) -> PointSet:
    """A visitor's drawing: points (x, y) in [-1, 1], in the order in which they were drawn.

    Raises:
        ValueError: too few points, or something that is not a list of pairs of finite numbers.
    """
    try:
        drawn = torch.tensor([[float(x), float(y)] for x, y in points[: 10 * limit]])
    except (TypeError, ValueError) as error:
        raise BadRequest("A drawing is a list of points (x, y).") from error
    if len(drawn) < PIECES or not torch.isfinite(drawn).all():
        raise BadRequest("Draw a little more first: a line across the picture is enough.")
    drawn = drawn.clamp(-1, 1)
    if len(drawn) > limit:
        drawn = drawn[torch.linspace(0, len(drawn) - 1, limit).long()]
    return of_curve("strokes", drawn, 0.03)


POINT_SETS = {"blob": blob, "ring": ring, "grid": grid, "spiral": spiral, "moons": moons}
