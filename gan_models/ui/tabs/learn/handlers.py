"""What the tab in which a GAN learns asks, answered.

Training is pulled along by the page, see :mod:`gan_models.live.sessions`. PyTorch is imported with the first run.
"""

import base64
from functools import cached_property

from gan_models.ui.handlers import TabHandlers
from gan_models.ui.model_pool import ModelPool

POINT_SLICE = 0.05  # seconds of training in one frame, shared among those who are waiting
DIGIT_SLICE = 0.35
MAX_DIGIT_RUNS = 12  # a classic GAN with its optimisers holds about 40 MB


class LearnHandlers(TabHandlers):
    """Answers the tab's requests."""

    told = (ValueError, LookupError, RuntimeError)  # a run's own errors as well

    def __init__(self, pool: ModelPool):
        super().__init__(pool)
        self.asks = {
            "points.start": self.start_points, "points.frame": self.points_frame, "digits.start": self.start_digits,
            "digits.frame": self.digits_frame, "digits.wall": self.digits_wall, "digits.save": self.digits_save,
            "leave": self.leave,
        }  # fmt: skip

    def expired(self, error: Exception) -> bool:
        from gan_models.live.sessions import RunExpired

        return isinstance(error, RunExpired)

    @cached_property
    def points(self):
        """The runs in two dimensions, always on the CPU: on a GPU each layer would take longer to launch than here."""
        from gan_models.live.sessions import Runs

        return Runs()

    @cached_property
    def digits(self):
        """The runs that write digits."""
        from gan_models.live.sessions import Limits, Runs

        return Runs(Limits(runs=MAX_DIGIT_RUNS))

    @cached_property
    def _mnist(self):
        from gan_models.data.mnist_subset import load_digits

        return load_digits()

    @cached_property
    def _scorer(self):
        from gan_models.classifiers.checkpoints import CHECKPOINTS
        from gan_models.core.store import load_network
        from gan_models.live.scores import Scorer

        classifier, _ = load_network(CHECKPOINTS["digit-judge"], "embedded")
        images, _ = self._mnist
        return Scorer(classifier.float().eval(), images[:: len(images) // 1000])

    # --- two dimensions -----------------------------------------------------------------------------------------

    def start_points(self, request: dict) -> dict:
        from gan_models.live.point_frame import draw, pack
        from gan_models.live.points import PointRun
        from gan_models.live.settings import PointSettings

        settings = PointSettings.read(dictionary(request, "settings"))
        drawing = request.get("drawing")
        drawing = drawing if isinstance(drawing, list) else []
        key = self.points.open(lambda: PointRun(settings, drawing))
        turn = self.points.use(key, lambda run: {"real": pack(run.shown_real), "frame": draw(run)})
        return {"id": key, **turn.answer}

    def points_frame(self, request: dict) -> dict:
        from gan_models.live.point_frame import draw

        key, changes, only = str(request.get("id")), dictionary(request, "changes"), request.get("only")
        over = self.points.finished(key)
        steps = 0 if over else whole_number(request.get("steps"), 1, 100_000)
        seconds = self.points.share(POINT_SLICE)

        def work(run) -> dict:
            if changes:
                run.change(changes)
            if only in ("critic", "generator"):
                for _ in range(min(steps, 50)):
                    (run.critic_step if only == "critic" else run.generator_step)()
            else:
                run.train(seconds, steps)
            return draw(run)

        turn = self.points.use(key, work)
        return {"frame": turn.answer, "waited": turn.waited, "over": over}

    # --- digits -------------------------------------------------------------------------------------------------

    def start_digits(self, request: dict) -> dict:
        from gan_models.core.device import pick_device
        from gan_models.live.digits import DigitRun
        from gan_models.live.recipes import DigitSettings

        settings = DigitSettings.read(dictionary(request, "settings"))
        images, labels = self._mnist
        device = pick_device(self.pool.device)
        key = self.digits.open(lambda: DigitRun(settings, images, labels, device))
        return {"id": key, "device": device.type, **self.digits.use(key, digit_frame).answer}

    def digits_frame(self, request: dict) -> dict:
        key, score = str(request.get("id")), bool(request.get("score"))
        over = self.digits.finished(key)
        steps = 0 if over else whole_number(request.get("steps"), 1, 100_000)
        seconds = self.digits.share(DIGIT_SLICE)
        scorer = self._scorer if score else None

        def work(run) -> dict:
            run.train(seconds, steps)
            frame = digit_frame(run)
            if scorer:
                frame["scores"] = vars(scorer(run.digits(500).cpu())) | {"real_sure": scorer.real_sure}
                frame["scores"]["read"] = frame["scores"]["read"][:25]
            return frame

        turn = self.digits.use(key, work)
        return {**turn.answer, "waited": turn.waited, "over": over}

    def digits_wall(self, request: dict) -> dict:
        step = whole_number(request.get("step"), 0, 10**9)
        turn = self.digits.use(str(request.get("id")), lambda run: run.history.get(step))
        if turn.answer is None:
            raise ValueError("That moment is no longer kept.")
        return {"wall": base64.b64encode(turn.answer.numpy().tobytes()).decode()}

    def digits_save(self, request: dict) -> dict:
        """The toy as a safetensors file, base64."""
        from gan_models.live.digits import export_generator

        turn = self.digits.use(
            str(request.get("id")), lambda run: (export_generator(run), f"{run.settings.recipe}-step-{run.step}")
        )
        data, name = turn.answer
        return {"name": f"toy-{name}.safetensors", "data": base64.b64encode(data).decode()}

    def leave(self, request: dict) -> dict:
        """The page was closed or starts anew: forget its runs."""
        ids = request.get("ids")
        for key in ids[:4] if isinstance(ids, list) else []:
            for runs in (self.points, self.digits):
                runs.close(str(key))
        return {}


def digit_frame(run) -> dict:
    """The wall and the numbers beside it; numbers that do not exist yet are ``None``."""
    import math

    wall = run.wall()
    names = ("step", "rate", "d_loss", "g_loss", "d_real", "d_fake", "d_norm", "g_norm")
    numbers = {name: getattr(run, name) for name in names}
    return {k: v if math.isfinite(v) else None for k, v in numbers.items()} | {
        "wall": base64.b64encode(wall.numpy().tobytes()).decode(),
        "history": list(run.history),
        "probability": run.loss.opinion is not None,
    }


def dictionary(request: dict, name: str) -> dict:
    value = request.get(name)
    return value if isinstance(value, dict) else {}


def whole_number(value: object, low: int, high: int) -> int:
    """A whole number brought between ``low`` and ``high``; ``high`` for anything that is not a number."""
    try:
        return min(high, max(low, int(value)))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return high
