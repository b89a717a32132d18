"""What the tab in which a GAN learns asks, answered.

Training is pulled along by the page, see :mod:`gan_models.live.sessions`. PyTorch is imported with the first run. What
is done with a run may be done on another machine: it takes along nothing that belongs to this file.
"""

import base64
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from gan_models.core.errors import BadRequest
from gan_models.core.values import read_quantity
from gan_models.ui.handlers import TabHandlers
from gan_models.ui.requests import Key, Request
from gan_models.ui.server.request_queue import Size

POINT_SLICE = 0.05  # seconds of training in one frame, shared among those who are waiting
DIGIT_SLICE = 0.35
MOST_STEPS = 100_000  # in one frame
MAX_DIGIT_RUNS = 12  # a classic GAN with its optimisers holds about 40 MB


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


class LearnHandlers(TabHandlers):
    """Answers the tab's requests."""

    name = "learn"
    queue = Size(places=24)  # runs take turns among themselves, and must all be there to share fairly
    examples = (
        {"ask": "points.start", "settings": {"points": "ring"}, "drawing": []},
        {"ask": "points.frame", "id": "?", "steps": 5, "changes": {}},
        {"ask": "offer"},
    )

    def offer(self, request: Offer) -> dict:
        """What the page lets one choose, from the tables that training itself uses."""
        from dataclasses import asdict

        from gan_models.live.objectives import Objective
        from gan_models.live.presets import PRESETS
        from gan_models.live.recipes import RECIPES
        from gan_models.live.settings import PointSettings
        from gan_models.training.losses import LOSSES

        return {
            "presets": {key: asdict(preset) for key, preset in PRESETS.items()},
            "defaults": asdict(PointSettings()),
            "losses": {key: loss.title for key, loss in LOSSES.items()},
            "recipes": {
                key: {
                    "title": recipe.title,
                    "why": recipe.why,
                    "cures": recipe.cures,
                    "sliders": recipe.objective.sliders,
                    "names": recipe.objective is not Objective,
                }
                for key, recipe in RECIPES.items()
            },
        }

    @cached_property
    def points(self):
        """The runs in two dimensions, always on the CPU: on a GPU each layer would take longer to launch than here."""
        from gan_models.live.sessions import Runs

        return Runs(worker=self.pool.trainer())

    @cached_property
    def digits(self):
        """The runs that write digits."""
        from gan_models.live.sessions import Limits, Runs

        return Runs(Limits(runs=MAX_DIGIT_RUNS, crowd=2), self.pool.trainer())

    def exercise(self) -> None:
        """Read the digits that GANs learn from, so that a damaged file is known before a visitor meets it."""
        self._mnist  # noqa: B018

    @property
    def _mnist(self):
        def load():
            from gan_models.data.mnist_subset import load_digits

            return load_digits()

        return self.pool.keep("mnist-subset", load)

    @cached_property
    def _scorer(self):
        from gan_models.classifiers.checkpoints import CHECKPOINTS
        from gan_models.core.store import load_network
        from gan_models.live.scores import Scorer

        classifier, _ = load_network(CHECKPOINTS["digit-judge"], "embedded")
        images, _ = self._mnist
        return Scorer(classifier.float().eval(), images[:: len(images) // 1000])

    # --- two dimensions -----------------------------------------------------------------------------------------

    def start_points(self, request: StartPoints) -> dict:
        """Open a run in two dimensions: its ``id``, the real points and the first frame."""
        from gan_models.live.point_frame import draw, pack
        from gan_models.live.points import PointRun
        from gan_models.live.settings import PointSettings

        settings, drawing = PointSettings.read(request.settings), request.drawing
        key = self.points.open(lambda: PointRun(settings, drawing), request.visitor)
        turn = self.points.use(key, lambda run: {"real": pack(run.shown_real), "frame": draw(run)})
        return {"id": key, **turn.answer}

    def points_frame(self, request: PointsFrame) -> dict:
        """Train a slice, and draw what has become of it."""
        from gan_models.live.point_frame import draw

        over = self.points.finished(request.id)
        steps = 0 if over else request.steps
        seconds = self.points.share(POINT_SLICE)
        changes, only = request.changes, request.only

        def work(run) -> dict:
            if changes:
                run.change(changes)
            if only:
                run.train_one(only, seconds, min(steps, 50))
            else:
                run.train(seconds, steps)
            return draw(run)

        turn = self.points.use(request.id, work)
        return {"frame": turn.answer, "waited": turn.waited, "over": over}

    # --- digits -------------------------------------------------------------------------------------------------

    def start_digits(self, request: StartDigits) -> dict:
        """Open a run that writes digits: its ``id`` and the first wall."""
        from gan_models.core.device import pick_device
        from gan_models.live.digits import DigitRun, frame
        from gan_models.live.recipes import DigitSettings

        settings = DigitSettings.read(request.settings)
        images, labels = self._mnist
        device = self.pool.device
        key = self.digits.open(lambda: DigitRun(settings, images, labels, pick_device(device)), request.visitor)
        return {"id": key, **self.digits.use(key, lambda run: {"device": run.device.type} | frame(run)).answer}

    def digits_frame(self, request: DigitsFrame) -> dict:
        """Train a slice, and show the wall and the curves."""
        from gan_models.live.digits import frame

        over = self.digits.finished(request.id)
        steps = 0 if over else request.steps
        seconds = self.digits.share(DIGIT_SLICE)
        scorer = self._scorer if request.score else None

        def work(run) -> dict:
            run.train(seconds, steps)
            shown = frame(run)
            if scorer:
                scores = vars(scorer(run.digits(500).cpu())) | {"real_sure": scorer.real_sure}
                shown["scores"] = scores | {"read": scores["read"][:25]} | run.report(scores["read"])
            return shown

        turn = self.digits.use(request.id, work)
        return {**turn.answer, "waited": turn.waited, "over": over}

    def digits_wall(self, request: DigitsWall) -> dict:
        """The wall as it was at a step that is still kept."""
        step = request.step
        turn = self.digits.use(request.id, lambda run: run.history.get(step))
        if turn.answer is None:
            raise BadRequest("That moment is no longer kept.")
        return {"wall": base64.b64encode(turn.answer.numpy().tobytes()).decode()}

    def digits_sliders(self, request: DigitsSliders) -> dict:
        """The wall under these sliders, which it keeps from now on."""
        sliders = request.sliders
        turn = self.digits.use(request.id, lambda run: run.set_sliders(sliders))
        return {"wall": base64.b64encode(turn.answer.numpy().tobytes()).decode()}

    def digits_save(self, request: DigitsSave) -> dict:
        """The toy as a safetensors file, base64."""
        from gan_models.live.digits import export_generator

        turn = self.digits.use(
            request.id, lambda run: (export_generator(run), f"{run.settings.recipe}-step-{run.step}")
        )
        data, name = turn.answer
        return {"name": f"toy-{name}.safetensors", "data": base64.b64encode(data).decode()}

    def leave(self, request: Leave) -> dict:
        """Forget some runs of a page that starts anew, or all runs of one that was closed."""
        for runs in (self.points, self.digits):
            if request.ids is None:
                runs.leave(request.visitor)
            for key in request.ids or ():
                runs.close(key)
        return {}
