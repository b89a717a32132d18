"""What the tab in which a GAN learns can be asked."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from gan_models.core.values import read_quantity
from gan_models.ui.requests import Key, Request

MOST_STEPS = 100_000  # in one frame


def steps(value: object) -> int:
    """A number of training steps, 1 to 100,000. Raises BadRequest."""
    return int(read_quantity(value, 1, MOST_STEPS, "The number of steps"))


def slider(value: object) -> float:
    """Where a slider stands, -1 to 1. Raises BadRequest."""
    return read_quantity(value, -1, 1, "A slider")


Slider = Annotated[float, BeforeValidator(slider)]
Settings = Annotated[dict[str, Any], Field(default_factory=dict, description="Settings are names with values.")]
Steps = Annotated[int, BeforeValidator(steps)]


class StartPoints(Request, ask="points.start"):
    """A run in two dimensions; ``drawing``: the points (x, y) that a visitor drew, if any."""

    settings: Settings
    drawing: Annotated[list[Any], Field(default_factory=list, description="A drawing is a list of points (x, y).")]


class Run(Request):
    """About a run of this visitor's, by the id that its start gave."""

    id: Key


class PointsFrame(Run, ask="points.frame"):
    """Train up to so many steps, or only one of the networks; ``changes`` to the settings are made before."""

    steps: Steps = MOST_STEPS
    changes: Settings
    only: Literal["", "discriminator", "generator"] | None = None


class StartDigits(Request, ask="digits.start"):
    """A run on pictures."""

    settings: Settings


class DigitsFrame(Run, ask="digits.frame"):
    """The next frame after at most ``steps`` steps; ``score``: with the count of what was made."""

    steps: Steps = MOST_STEPS
    score: bool = False


class DigitsWall(Run, ask="digits.wall"):
    """The wall of samples as it was at a step."""

    step: int


class DigitsSliders(Run, ask="digits.sliders"):
    """Set the sliders that a network found by itself, each from -1 to 1."""

    sliders: Annotated[list[Slider], Field(max_length=2, min_length=2, description="There are two sliders.")]


class DigitsSave(Run, ask="digits.save"):
    """The generator as a file to keep."""


class Leave(Request, ask="leave"):
    """The ids of runs that a page gives up; without any, the page itself goes away."""

    ids: Annotated[list[Key], Field(max_length=4)] | None = None


class Offer(Request, ask="offer"):
    """What there is to start: presets, settings, data."""
