"""The pipelines behind the page: loaded when first needed, or warmed up in the background once the page is served."""

import re
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

from gan_models.core.errors import ModelUnavailable
from gan_models.ui.server.faults import report
from gan_models.ui.server.request_queue import Size, step_aside

SLOW_S = 1.0  # a failure that took longer is remembered, so that the next visitor need not wait for it as well
REMEMBERED_S = 30.0
MEND = "restore the files of the project with `git checkout .` and its packages with `pip install -r requirements.txt`"
FOLDERS = re.compile(
    r"""(?<=['"])(?:\w:)?[\\/][^'"]*[\\/](?=[^'"\\/]+['"])|(?:\w:)?(?:[\\/][^\\/\s'":;,]+)+[\\/](?=\w)"""
)


@dataclass(frozen=True)
class Failure:
    """Why a model could not be loaded, and until when that is taken for granted."""

    why: str
    until: float


class ModelPool:
    """One pipeline a name, shared by all visitors.

    PyTorch is imported with the first pipeline, not with the page, so the page is there at once.

    Args:
        device, weights: as in :func:`gan_models.load`.
    """

    def __init__(self, device: str = "auto", weights: str = "auto"):
        self.device = device
        self.weights = weights
        self.warming = False
        self._warmer: threading.Thread | None = None
        self._pipelines: dict[str, object] = {}
        self._failures: dict[str, Failure] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def get(self, name: str):
        """The pipeline of that name. One that failed is tried again next time, or after a while if failing was slow.

        Raises:
            ModelUnavailable: no usable weights, no such device, or anything else; the text says what to do.
        """
        return self.keep(name, lambda: self._load(name))

    def keep(self, name: str, load: Callable[[], object]):
        """What ``load`` returns, loaded once, under a name of its own: anything that a tab needs besides pipelines.

        Raises:
            ModelUnavailable: as :meth:`get`.
        """
        if name in self._pipelines:
            return self._pipelines[name]
        with self._guard:
            lock = self._locks.setdefault(name, threading.Lock())
        with step_aside(), lock:
            if name not in self._pipelines:
                self._open(name, load)
            return self._pipelines[name]

    def _open(self, name: str, load: Callable[[], object]) -> None:
        started = time.monotonic()
        failure = self._failures.get(name)
        if failure and started < failure.until:
            raise ModelUnavailable(failure.why)
        try:
            import gan_models.registry  # noqa: F401

            started = time.monotonic()  # the first import of PyTorch is slow, but not a slow failure
            self._pipelines[name] = load()
        except Exception as error:
            told = isinstance(error, ModelUnavailable)
            why = str(error) if told else f"“{name}” does not load ({_short(error)}); {MEND}."
            ended = time.monotonic()
            self._failures[name] = Failure(why, ended + (REMEMBERED_S if ended - started > SLOW_S else 0))
            if told:
                raise
            report(error)
            raise ModelUnavailable(why) from error
        self._failures.pop(name, None)

    def _load(self, name: str):
        from gan_models import load

        try:
            return load(name, self.device, self.weights)
        except RuntimeError as error:
            from gan_models.core.device import out_of_memory

            if not out_of_memory(error):
                raise
        warnings.warn(f"no memory left on the device for {name}; it computes on the CPU", stacklevel=2)
        return load(name, "cpu", self.weights)

    def trainer(self):
        """Where visitors' runs are trained: a :class:`gan_models.live.worker.Worker`, or what does as one."""
        from gan_models.live.worker import WORKER

        return WORKER

    def sized(self, line: str, size: Size) -> Size:
        """How many calls of a tab may be under way, and wait, where the tab of that name asks for ``size``."""
        return size

    def speak(self, health: Callable[[], dict], metrics: Callable[[], bytes]) -> None:
        """Told once what says how this page is; a pool that several pages share passes it on to them."""

    def health(self, own: dict) -> dict:
        """What ``/healthz`` answers: what this page says of itself, and whatever is known of others."""
        return own

    def metrics(self, own: bytes) -> bytes:
        """What ``/metrics`` answers, likewise."""
        return own

    def close(self) -> None:
        """Warm up no further, and let go of whatever outlives the process."""
        self.warming = False

    def models(self) -> dict[str, str]:
        """Every model that was asked for so far, and why it could not be loaded; an empty text for those that were."""
        return dict.fromkeys(list(self._pipelines), "") | {name: f.why for name, f in list(self._failures.items())}

    def warm_up(self, *exercises: Callable[[], object]) -> threading.Thread:
        """Run each exercise once in the background, so that no visitor pays for first calls; failures only warn."""
        self.warming = True

        def work() -> None:
            for exercise in exercises:
                if not self.warming:
                    return
                try:
                    exercise()
                except Exception as error:  # the tab itself will say it to whoever opens it
                    warnings.warn(f"warm-up: {error}", stacklevel=1)
            self.warming = False

        self._warmer = threading.Thread(target=work, name="warm-up", daemon=True)
        self._warmer.start()
        return self._warmer


def _short(error: Exception) -> str:
    """The kind of an error and the first line of its text, without the folders of this machine."""
    return FOLDERS.sub("", f"{type(error).__name__}: {error}".splitlines()[0])[:200]
