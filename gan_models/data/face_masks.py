"""Holes as visitors make them in aligned faces: parts, glasses, long strokes, half faces, hair; drawn from a seed.

Each is a mask (1, size, size), 1 for a hole. The page's one-click masks are among them, of other size and place.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from gan_models.data.masks import bank, polyline, uniform

PARTS = {  # of an aligned face: centre and half axes of ovals, in shares of its width and height
    "eyes": ((0.285, 0.295, 0.145, 0.095), (0.678, 0.295, 0.145, 0.095)),
    "one eye": ((0.285, 0.295, 0.16, 0.11),),
    "mouth": ((0.482, 0.775, 0.235, 0.125),),
    "nose": ((0.482, 0.53, 0.15, 0.16),),
}
LENSES = ((0.27, 0.335, 0.215, 0.175), (0.69, 0.335, 0.215, 0.175))
RIMS = (0.2, 0.37)  # of upper rims, bridge and temples: top and bottom
MIDDLE = 0.482  # of the face, between the eyes
AIMS = ((0.285, 0.295), (0.678, 0.295), (MIDDLE, 0.45), (MIDDLE, 0.55), (MIDDLE, 0.775))  # eyes, nose, mouth


def part_mask(random: torch.Generator, size: int = 128) -> Tensor:
    """Over one of :data:`PARTS`, of somewhat other size and place."""
    ovals = PARTS[_one_of(random, sorted(PARTS))]
    return ovals_mask(ovals, size, uniform(random, 0.85, 1.35), *_shift(random))[None].float()


def glasses_mask(random: torch.Generator, size: int = 128) -> Tensor:
    """Over whole glasses: lenses, rims, bridge, and the temples in three of four."""
    grow, (right, down) = uniform(random, 0.85, 1.15), _shift(random)
    reach = 0.52 if uniform(random) < 0.75 else 0.36  # from the middle outwards
    (top, bottom), (u, v) = RIMS, _places(size)
    band = ((u - MIDDLE - right).abs() <= reach) & ((v - down - (top + bottom) / 2).abs() <= grow * (bottom - top) / 2)
    return (ovals_mask(LENSES, size, grow, right, down) | band)[None].float()


def long_strokes_mask(random: torch.Generator, size: int = 128) -> Tensor:
    """One to three long, thick strokes, each across an eye, the nose or the mouth."""
    mask = torch.zeros(size, size, dtype=torch.bool)
    for _ in range(1 + int(uniform(random, 0, 3) * uniform(random))):
        x, y = _one_of(random, AIMS)
        x, y = x + uniform(random, -0.06, 0.06), y + uniform(random, -0.06, 0.06)
        angle, points = uniform(random, 0, 2 * math.pi), [(size * x, size * y)]
        for turn in (0, math.pi):
            bend, reach = angle + turn + uniform(random, -0.5, 0.5), uniform(random, 0.2, 0.7)
            end = (size * (x + reach * math.cos(bend)), size * (y + reach * math.sin(bend)))
            points.insert(0, end) if turn else points.append(end)
        mask |= polyline(points, size * uniform(random, 0.035, 0.12), size)
    return mask[None].float()


def half_mask(random: torch.Generator, size: int = 128) -> Tensor:
    """Everything on one side of a line through the middle of the face; most lines are upright."""
    kind = uniform(random)
    angle = 0.0 if kind < 0.4 else math.pi if kind < 0.65 else uniform(random, 0, 2 * math.pi)
    x, y = MIDDLE + uniform(random, -0.08, 0.1), 0.5 + uniform(random, -0.08, 0.1)
    u, v = _places(size)
    return ((u - x) * math.cos(angle) + (v - y) * math.sin(angle) >= 0)[None].float()


def hair_mask(random: torch.Generator, size: int = 128) -> Tensor:
    """Around the face, down to some height: hair and forehead."""
    wide, tall, end = uniform(random, 0.38, 0.48), uniform(random, 0.36, 0.5), uniform(random, 0.15, 0.8)
    u, v = _places(size)
    outside = ((u - MIDDLE) / wide).square() + ((v - 0.55) / tall).square() >= 1
    return (outside & (v <= end))[None].float()


KINDS: dict[str, Callable[..., Tensor]] = {
    "long strokes": long_strokes_mask,
    "half faces": half_mask,
    "glasses": glasses_mask,
    "parts": part_mask,
    "hair": hair_mask,
}


def kind_bank(kind: str, seed: int, count: int, size: int = 128) -> Tensor:
    """``count`` masks (count, 1, size, size) uint8 of one of :data:`KINDS`, mask k drawn from seed ``seed + k``."""
    return bank(lambda random: KINDS[kind](random, size), seed, count)


def ovals_mask(ovals, size: int, grow: float = 1.0, right: float = 0.0, down: float = 0.0) -> Tensor:
    """The union (size, size) bool of ovals (x, y, half width, half height), grown and moved; all in shares."""
    u, v = _places(size)
    moved = ((u - x - right, v - y - down, grow * a, grow * b) for x, y, a, b in ovals)
    return torch.stack([(x / a).square() + (y / b).square() <= 1 for x, y, a, b in moved]).any(0)


def _places(size: int) -> tuple[Tensor, Tensor]:
    place = (torch.arange(size) + 0.5) / size
    return place[None, :], place[:, None]


def _shift(random: torch.Generator) -> tuple[float, float]:
    return uniform(random, -0.04, 0.04), uniform(random, -0.04, 0.04)


def _one_of(random: torch.Generator, things):
    return things[int(uniform(random, 0, len(things)))]
