"""One moment of two-dimensional training as numbers a page can draw: a few kilobytes, no pictures."""

import base64
import math

import torch
from torch import Tensor

from gan_models.live.points import PointRun

EDGE = 1.25  # the picture shows [-EDGE, EDGE] in both directions
FIELD = 40  # the heat map's cells on a side
LATTICE = 25  # points on a side of the warped square
ARROWS = 64
ARROW = 0.16  # the longest arrow, in the picture's units


def pack(values: Tensor) -> str:
    """Coordinates as base64 of little-endian int16: 32767 is :data:`EDGE`. Outside is moved to the edge."""
    whole = values.detach().nan_to_num(0.0, EDGE, -EDGE).mul(32767 / EDGE).round().clamp(-32767, 32767)
    return base64.b64encode(whole.numpy().astype("<i2").tobytes()).decode()


def lattice(side: int, edge: float) -> Tensor:
    """(side * side, 2): rows from -edge to edge in y, and x within a row."""
    line = torch.linspace(-edge, edge, side)
    return torch.cartesian_prod(line, line).flip(1)


def opinion_field(run: PointRun) -> str:
    """The discriminator's opinion all over the picture: base64 of FIELD x FIELD bytes, bottom row first; 255 is "real".

    A score without a scale of its own is centred between what it gives real and generated points.
    """
    with torch.no_grad():
        logits = run.discriminator(lattice(FIELD, EDGE))
        if run.loss.opinion:
            share = run.loss.opinion(logits)
        else:
            middle = (run.d_real + run.d_fake) / 2 if math.isfinite(run.d_real + run.d_fake) else 0.0
            offset = logits - middle
            share = 0.5 + 0.5 * offset / offset.abs().max().clamp_min(1e-6)
    levels = share.nan_to_num(0.5).mul(255).round().clamp(0, 255).to(torch.uint8)
    return base64.b64encode(levels.numpy().tobytes()).decode()


def wishes(run: PointRun, points: Tensor) -> Tensor:
    """Where the generator's loss would move each point: its negative gradient (N, 2), long ones shortened smoothly."""
    at = points.detach().requires_grad_(True)
    (slope,) = torch.autograd.grad(run.loss.generator(run.discriminator(at)) * len(at), at)
    return -slope * ARROW / (1 + slope.norm(dim=1, keepdim=True))


def draw(run: PointRun) -> dict[str, object]:
    """Everything on the screen at this moment; numbers that do not exist yet are ``None``."""
    run.discriminator.eval()
    shown = run.average if run.settings.average else run.generator
    with torch.no_grad():
        points = shown(run.fixed_z)
        warped = shown(lattice(LATTICE, 1.0))
    start = points[:ARROWS]
    covered, good = run.target.judge(points.nan_to_num(99.0))
    frame = {
        "step": run.step,
        "fake": pack(points[:500]),
        "warped": pack(warped),
        "field": opinion_field(run),
        "arrows": pack(torch.cat([start, start + wishes(run, start)], 1)),
        "covered": covered,
        "pieces": run.target.pieces,
        "modes": run.target.modes,
        "good": good,
        "d_loss": run.d_loss,
        "g_loss": run.g_loss,
        "d_real": run.d_real,
        "d_fake": run.d_fake,
        "d_norm": run.d_norm,
        "g_norm": run.g_norm,
        "first_g_norm": run.first_g_norm,
        "rate": run.rate,
        "probability": run.loss.opinion is not None,
    }
    run.discriminator.train()
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in frame.items()}
