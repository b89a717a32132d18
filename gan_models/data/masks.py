"""Holes for inpainting: free-form strokes and boxes, drawn from a seed. Pure functions; 1 is a hole, 0 is known.

Strokes wander as in Yu et al. (2019), "Free-Form Image Inpainting with Gated Convolution". Training and measuring draw
from here and from :mod:`~gan_models.data.face_masks`.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

SHARES = (0.05, 0.6)
TRIES = 1000


def random_mask(random: torch.Generator, size: int = 128, low: float = SHARES[0], high: float = SHARES[1]) -> Tensor:
    """A mask (1, size, size) of 0 and 1 whose hole covers a share of the picture from ``low`` to ``high``.

    Half of the masks are strokes, a quarter boxes, a quarter both. The share aimed at is uniform between the bounds.

    Raises:
        ValueError: the bounds are not 0 < low < high <= 1, or are too close together to hit.
    """
    if not 0 < low < high <= 1:
        raise ValueError(f"need 0 < low < high <= 1, got {low} and {high}")
    aim = low + (high - low) * uniform(random, 0.05, 0.95)
    kind = uniform(random)
    mask, scale = torch.zeros(size, size, dtype=torch.bool), 1.0
    for _ in range(TRIES):
        share = mask.float().mean().item()
        if share >= aim:
            return mask[None].float()
        boxed = kind > 0.75 or (kind > 0.5 and share < aim / 2)
        draw = box(random, size, (aim - share) * scale) if boxed else stroke(random, size, scale)
        wider = mask | draw
        if wider.float().mean().item() <= high:
            mask = wider
        else:
            scale *= 0.7  # it would spill over: try a finer one
    raise ValueError(f"found no mask that covers {low:.0%} to {high:.0%} of {size}x{size} pixels")


def stroke(random: torch.Generator, size: int, scale: float = 1.0) -> Tensor:
    """One wandering brush stroke as (size, size) bool: 3 to 9 straight pieces with round ends and joints."""
    width = size * uniform(random, 0.03, 0.11) * scale
    x, y = uniform(random, 0, size), uniform(random, 0, size)
    angle, points = uniform(random, 0, 2 * math.pi), [(x, y)]
    for index in range(int(uniform(random, 3, 10))):
        turn = uniform(random, 0.2, 1.4)
        angle += turn if index % 2 else -turn
        reach = size * uniform(random, 0.08, 0.3) * max(scale, 0.3)
        x, y = x + reach * math.cos(angle), y + reach * math.sin(angle)
        points.append((x, y))
        if not (0 <= x < size and 0 <= y < size):
            break
    return polyline(points, width / 2, size)


def polyline(points: list[tuple[float, float]], radius: float, size: int) -> Tensor:
    """Pixels (size, size) bool that lie within ``radius`` of the line through ``points``, given as (x, y)."""
    ends = torch.tensor(points, dtype=torch.float32)
    (x, y), (dx, dy) = ends[:-1].T[:, :, None, None], (ends[1:] - ends[:-1]).T[:, :, None, None]
    grid = torch.arange(size, dtype=torch.float32)
    right, down = grid[None, None, :] - x, grid[None, :, None] - y  # (pieces, 1, size), (pieces, size, 1)
    along = ((right * dx + down * dy) / (dx * dx + dy * dy).clamp_min(1e-6)).clamp_(0, 1)
    return ((right - along * dx).square_() + (down - along * dy).square_() <= radius * radius).any(0)


def box(random: torch.Generator, size: int, share: float) -> Tensor:
    """One upright rectangle as (size, size) bool that covers about ``share`` of the picture, up to 1:2 in shape."""
    ratio = 2 ** uniform(random, -1, 1)
    side = math.sqrt(max(share, 0.004))
    width = min(size, max(1, round(size * side * math.sqrt(ratio))))
    height = min(size, max(1, round(size * side / math.sqrt(ratio))))
    left, top = int(uniform(random, 0, size - width + 1)), int(uniform(random, 0, size - height + 1))
    mask = torch.zeros(size, size, dtype=torch.bool)
    mask[top : top + height, left : left + width] = True
    return mask


def mask_bank(seed: int, count: int, size: int = 128, low: float = SHARES[0], high: float = SHARES[1]) -> Tensor:
    """``count`` of :func:`random_mask`, (count, 1, size, size) uint8, mask k drawn from seed ``seed + k``."""
    return bank(lambda random: random_mask(random, size, low, high), seed, count)


def bank(draw: Callable[[torch.Generator], Tensor], seed: int, count: int) -> Tensor:
    """``count`` masks as uint8, mask k drawn from seed ``seed + k``: ask for any one again."""
    return torch.stack([draw(torch.Generator().manual_seed(seed + k)).byte() for k in range(count)])


def uniform(random: torch.Generator, low: float = 0.0, high: float = 1.0) -> float:
    """A number between two."""
    return low + (high - low) * torch.rand((), generator=random).item()
