"""Holes for inpainting: free-form strokes and boxes, drawn from a seed. Pure functions; 1 is a hole, 0 is known.

Strokes wander as in Yu et al. (2019), "Free-Form Image Inpainting with Gated Convolution". Training and measuring draw
from here.
"""

import math

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
    aim = low + (high - low) * _uniform(random, 0.05, 0.95)
    kind = _uniform(random)
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
    width = size * _uniform(random, 0.03, 0.11) * scale
    x, y = _uniform(random, 0, size), _uniform(random, 0, size)
    angle, points = _uniform(random, 0, 2 * math.pi), [(x, y)]
    for index in range(int(_uniform(random, 3, 10))):
        turn = _uniform(random, 0.2, 1.4)
        angle += turn if index % 2 else -turn
        reach = size * _uniform(random, 0.08, 0.3) * max(scale, 0.3)
        x, y = x + reach * math.cos(angle), y + reach * math.sin(angle)
        points.append((x, y))
        if not (0 <= x < size and 0 <= y < size):
            break
    return polyline(points, width / 2, size)


PARTS = {  # of an aligned face: centre and half axes of ovals, in shares of its width and height
    "eyes": ((0.285, 0.295, 0.145, 0.095), (0.678, 0.295, 0.145, 0.095)),
    "one eye": ((0.285, 0.295, 0.16, 0.11),),
    "glasses": ((0.27, 0.31, 0.2, 0.14), (0.69, 0.31, 0.2, 0.14), (0.48, 0.29, 0.1, 0.05)),
    "mouth": ((0.482, 0.775, 0.235, 0.125),),
    "nose": ((0.482, 0.53, 0.15, 0.16),),
}


def part_mask(random: torch.Generator, size: int = 128) -> Tensor:
    """A mask (1, size, size) over one of :data:`PARTS` of an aligned face, of somewhat other size and place."""
    names = sorted(PARTS)
    ovals = PARTS[names[int(_uniform(random, 0, len(names)))]]
    grow, right, down = (_uniform(random, *bounds) for bounds in ((0.85, 1.35), (-0.04, 0.04), (-0.04, 0.04)))
    place = (torch.arange(size) + 0.5) / size
    mask = torch.zeros(size, size, dtype=torch.bool)
    for x, y, wide, tall in ovals:
        across = ((place - x - right) / (wide * grow)).square()
        mask |= across[None, :] + ((place - y - down) / (tall * grow)).square()[:, None] <= 1
    return mask[None].float()


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
    ratio = 2 ** _uniform(random, -1, 1)
    side = math.sqrt(max(share, 0.004))
    width = min(size, max(1, round(size * side * math.sqrt(ratio))))
    height = min(size, max(1, round(size * side / math.sqrt(ratio))))
    left, top = int(_uniform(random, 0, size - width + 1)), int(_uniform(random, 0, size - height + 1))
    mask = torch.zeros(size, size, dtype=torch.bool)
    mask[top : top + height, left : left + width] = True
    return mask


def mask_bank(seed: int, count: int, size: int = 128, low: float = SHARES[0], high: float = SHARES[1]) -> Tensor:
    """``count`` masks (count, 1, size, size) uint8, mask k drawn from seed ``seed + k``: ask for any one again."""
    seeded = (torch.Generator().manual_seed(seed + k) for k in range(count))
    return torch.stack([random_mask(random, size, low, high).byte() for random in seeded])


def _uniform(random: torch.Generator, low: float = 0.0, high: float = 1.0) -> float:
    return low + (high - low) * torch.rand((), generator=random).item()
