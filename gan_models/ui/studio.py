"""The pipelines behind the page: loaded when first needed, or warmed up in the background once the page is served."""

import threading
import warnings
from collections.abc import Callable
from pathlib import Path

STATIC = Path(__file__).parent / "static"


def static(name: str) -> str:
    """The text of a file in ``ui/static``."""
    return (STATIC / name).read_text(encoding="utf-8")


class Studio:
    """One pipeline a name, shared by all visitors.

    PyTorch is imported with the first pipeline, not with the page, so the page is there at once.

    Args:
        device, weights: as in :func:`gan_models.load`.
    """

    def __init__(self, device: str = "auto", weights: str = "auto"):
        self.device = device
        self.weights = weights
        self._pipelines: dict[str, object] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def get(self, name: str):
        """The pipeline of that name; raises what :func:`gan_models.load` raises, and tries again next time."""
        with self._guard:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            if name not in self._pipelines:
                from gan_models import load

                self._pipelines[name] = load(name, self.device, self.weights)
            return self._pipelines[name]

    def warm_up(self, *exercises: Callable[[], object]) -> threading.Thread:
        """Run each exercise once in the background, so that no visitor pays for first calls; failures only warn."""

        def work() -> None:
            for exercise in exercises:
                try:
                    exercise()
                except Exception as error:  # the tab itself will say it to whoever opens it
                    warnings.warn(f"warm-up: {error}", stacklevel=1)

        thread = threading.Thread(target=work, name="warm-up", daemon=True)
        thread.start()
        return thread
