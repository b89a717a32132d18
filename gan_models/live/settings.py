"""Everything that can be turned in the two-dimensional GAN, and how far."""

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, fields

from gan_models.core.errors import BadRequest
from gan_models.core.values import read_quantity
from gan_models.live.point_sets import POINT_SETS
from gan_models.training.losses import find_loss


@dataclass(frozen=True)
class PointSettings:
    """What can be turned, and how far. Angles of the picture: see :data:`RANGES`.

    Attributes:
        points: one of :data:`~gan_models.live.point_sets.POINT_SETS`, or "strokes".
        loss: one of :data:`~gan_models.training.losses.LOSSES`.
        d_rate, g_rate: learning rates of Adam.
        momentum: Adam's beta1 for both.
        d_steps, g_steps: updates of each network in one step of training.
        r1: weight of the R1 penalty; 0 is none.
        clip: weights of the discriminator are clamped to this; -1 takes the loss's own value, 0 is none.
        penalty: weight of the gradient penalty; -1 takes the loss's own value, 0 is none.
        spectral: spectral norm in the discriminator.
        spread: minibatch standard deviation in the discriminator.
        minibatch: minibatch discrimination there.
        unrolled: imagined steps of the discriminator that the generator looks ahead.
        plain: move the generator by plain gradient descent. Adam divides by the gradient's usual size, which hides
            that a gradient is vanishing.
        average: show the running average of the generator's weights instead of the latest.
        head_start: steps for the discriminator alone before the first of the generator.
    """

    points: str = "ring"
    loss: str = "non-saturating"
    d_rate: float = 2e-3
    g_rate: float = 2e-3
    momentum: float = 0.5
    batch: int = 128
    d_steps: int = 1
    g_steps: int = 1
    r1: float = 0.0
    clip: float = -1.0
    penalty: float = -1.0
    spectral: bool = False
    spread: bool = False
    minibatch: bool = False
    unrolled: int = 0
    plain: bool = False
    average: bool = True
    head_start: int = 0
    seed: int = 0

    @classmethod
    def read(cls, values: Mapping[str, object]) -> "PointSettings":
        """Settings from a page, unknown names ignored, numbers brought into range.

        Raises:
            BadRequest: a value of the wrong kind, or an unknown loss or distribution.
        """
        clean: dict[str, object] = {}
        for field in fields(cls):
            if field.name not in values:
                continue
            value, kind = values[field.name], type(field.default)
            if (kind is not str and isinstance(value, str)) or not isinstance(value, bool | int | float | str):
                raise BadRequest(f"{field.name} must be a {kind.__name__}, not {reprlib.repr(value)}.")
            clean[field.name] = kind(
                read_quantity(value, *RANGES[field.name], field.name) if kind in (int, float) else value
            )
        settings = cls(**clean)
        find_loss(settings.loss)
        if settings.points != "strokes" and settings.points not in POINT_SETS:
            raise BadRequest(
                f"There are no points {reprlib.repr(settings.points)}; choose {', '.join(POINT_SETS)} or strokes."
            )
        return settings


RANGES: dict[str, tuple[float, float]] = {
    "d_rate": (1e-5, 0.1), "g_rate": (1e-5, 0.1), "momentum": (0.0, 0.95), "batch": (8, 256), "d_steps": (0, 20),
    "g_steps": (0, 20), "r1": (0.0, 100.0), "clip": (-1.0, 1.0), "penalty": (-1.0, 100.0), "unrolled": (0, 8),
    "head_start": (0, 1000), "seed": (0, 2**31 - 1),
}  # fmt: skip
