"""What the tab in which a GAN learns asks, answered.

Training is pulled along by the page, see :mod:`gan_models.live.sessions`. PyTorch is imported with the first run. What
is done with a run may be done on another machine: it takes along nothing that belongs to this file.
"""

import base64
from functools import cached_property

from gan_models.core.errors import BadRequest
from gan_models.ui.handlers import TabHandlers
from gan_models.ui.server.request_queue import Size
from gan_models.ui.tabs.learn.requests import (
    DigitsFrame,
    DigitsSave,
    DigitsSliders,
    DigitsWall,
    Leave,
    Offer,
    PointsFrame,
    StartDigits,
    StartPoints,
)

POINT_SLICE = 0.05  # seconds of training in one frame, shared among those who are waiting
DIGIT_SLICE = 0.35
MAX_DIGIT_RUNS = 12  # a classic GAN with its optimisers holds about 40 MB
CLASSIFIERS = {"digits": "digit-judge", "clothing": "clothing-classifier"}  # what pictures show, and who reads it


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

        from gan_models.data.mnist_subsets import SUBSETS
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
                key: {"sliders": recipe.objective.sliders, "names": recipe.objective is not Objective}
                for key, recipe in RECIPES.items()
            },
            "pictures": {
                key: {
                    "title": subset.title,
                    "many": subset.many,
                    "names": subset.names,
                    "recipes": {key: recipe.told(subset.one, subset.many) for key, recipe in RECIPES.items()},
                }
                for key, subset in SUBSETS.items()
            },
        }

    @cached_property
    def points(self):
        """The runs in two dimensions, always on the CPU: on a GPU each layer would take longer to launch than here."""
        from gan_models.live.sessions import Runs

        return Runs(worker=self.pool.trainer())

    @cached_property
    def digits(self):
        """The runs that make pictures."""
        from gan_models.live.sessions import Limits, Runs

        return Runs(Limits(runs=MAX_DIGIT_RUNS, crowd=2), self.pool.trainer())

    def exercise(self) -> None:
        """Read the pictures that GANs learn from, so that a damaged file is known before a visitor meets it."""
        for name in CLASSIFIERS:
            self._real(name)

    def _real(self, name: str):
        """Real pictures and their labels, by the name of what they show."""
        from gan_models.data.mnist_subsets import SUBSETS

        return self.pool.keep(f"{SUBSETS[name].source}-subset", SUBSETS[name].load_all)

    def judged(self, name: str):
        """What scores pictures of a kind; and real ones, with their labels."""
        from gan_models.classifiers.checkpoints import CHECKPOINTS
        from gan_models.core.store import load_network
        from gan_models.live.scores import Scorer

        classifier, _ = load_network(CHECKPOINTS[CLASSIFIERS[name]], "embedded")
        images, labels = self._real(name)
        return Scorer(classifier.float().eval(), images[:: len(images) // 1000]), images, labels

    @cached_property
    def _scorers(self):
        return {name: self.judged(name)[0] for name in CLASSIFIERS}

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

    # --- pictures -----------------------------------------------------------------------------------------------

    def start_digits(self, request: StartDigits) -> dict:
        """Open a run that makes pictures: its ``id`` and the first wall."""
        from gan_models.core.device import pick_device
        from gan_models.live.pictures import PictureRun, frame
        from gan_models.live.recipes import PictureSettings

        settings = PictureSettings.read(request.settings)
        images, labels = self._real(settings.data)
        device = self.pool.device
        key = self.digits.open(lambda: PictureRun(settings, images, labels, pick_device(device)), request.visitor)
        return {"id": key, **self.digits.use(key, lambda run: {"device": run.device.type} | frame(run)).answer}

    def digits_frame(self, request: DigitsFrame) -> dict:
        """Train a slice, and show the wall and the curves."""
        from gan_models.live.pictures import frame

        over = self.digits.finished(request.id)
        steps = 0 if over else request.steps
        seconds = self.digits.share(DIGIT_SLICE)
        scorers = self._scorers if request.score else None

        def work(run) -> dict:
            run.train(seconds, steps)
            shown = frame(run)
            if scorers:
                scorer = scorers[run.settings.data]
                scores = vars(scorer(run.pictures(500).cpu())) | {"real_sure": scorer.real_sure}
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
        from gan_models.live.pictures import export_generator

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
