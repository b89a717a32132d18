"""How a network finds kinds of picture without labels: what looks different but is the same must be placed alike.

Two views of a real picture, each bent in its own way, show the same thing. That is all that is known.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

TURN, SCALE, SHEAR, SHIFT, BEND = 0.24, 0.14, 0.21, 0.1, 0.08


def bend(images: Tensor, random: torch.Generator) -> Tensor:
    """Pictures (N, C, H, W) in [-1, 1], black outside, each turned, sheared, moved and bent a little by itself.

    Turned by up to 14 degrees, scaled by 14 %, sheared by 0.21, moved by 5 % of the side, and bent on a lattice of
    5 x 5 places that each stray by a standard deviation of 4 % of the side.
    """
    n = len(images)

    def any_of(limit: float) -> Tensor:
        return (torch.rand(n, generator=random) * 2 - 1) * limit

    angle, wide, high = any_of(TURN), 1 + any_of(SCALE), 1 + any_of(SCALE)
    cos, sin = angle.cos(), angle.sin()
    rows = [
        torch.stack([cos * wide, any_of(SHEAR) - sin * high, any_of(SHIFT)], 1),
        torch.stack([sin * wide, cos * high, any_of(SHIFT)], 1),
    ]
    lattice = torch.randn(n, 2, 5, 5, generator=random) * BEND
    stray = F.interpolate(lattice, images.shape[2:], mode="bilinear", align_corners=True).permute(0, 2, 3, 1)
    grid = F.affine_grid(torch.stack(rows, 1), list(images.shape), align_corners=False) + stray
    return F.grid_sample(images + 1, grid.to(images), align_corners=False) - 1


def contrast(places: Tensor, temperature: float = 0.2) -> Tensor:
    """Two views of a picture lie together, all other pictures elsewhere (NT-Xent; Chen et al., 2020, SimCLR).

    Unit vectors (2N, D), the second views after the first, to a scalar.
    """
    n = len(places) // 2
    alike = (places @ places.T / temperature).fill_diagonal_(-1e9)
    partner = torch.arange(2 * n, device=places.device).roll(n)
    return F.cross_entropy(alike, partner)


def shared_information(one: Tensor, other: Tensor) -> Tensor:
    """How much two views' codes tell of each other, in nats, at most log C (Ji et al., 2019, equation 3).

    Two (N, C) of probabilities to a scalar. It is high where views agree, each is sure, and all codes are used.
    """
    joint = one.T @ other / len(one)
    joint = ((joint + joint.T) / 2).clamp_min(1e-6)
    alone = joint.sum(0, keepdim=True)
    return (joint * (joint.log() - alone.log() - alone.T.log())).sum()
