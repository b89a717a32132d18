"""Live training in the cluster: a run is an actor, which ends when the run is forgotten or its page is gone.

:class:`Trainers` stands for the :class:`~gan_models.live.worker.Worker` of a page that trains by itself.
"""

import contextlib
import threading
import time
from collections.abc import Callable

from gan_models.core.errors import AtelierError, ModelUnavailable, SessionExpired
from gan_models.live.sessions import GONE
from gan_models.live.worker import Turn, claim_threads
from gan_models.ui.engine.replica import SLOW, Answer
from gan_models.ui.engine.settings import Training

BEGIN_S = 60.0  # until an actor must have begun
SLICE_S = 30.0
NO_ROOM = "All places for training are taken at the moment. Try again in a minute."


class Trainer:
    """The actor: one run, and what is done with it."""

    def __init__(self):
        claim_threads(1)
        self.run = None

    def begin(self, make: Callable[[], object]) -> Answer:
        """Make the run."""
        try:
            self.run = make()
            return Answer(self.run.step)
        except AtelierError as error:
            return Answer(error=error.with_traceback(None))

    def use(self, work: Callable[[object], object]) -> tuple[Answer, float, int]:
        """What ``work`` makes of the run, the seconds that it took, and how far the run is now."""
        started = time.perf_counter()
        try:
            answer = Answer(work(self.run))
        except AtelierError as error:
            answer = Answer(error=error.with_traceback(None))
        return answer, time.perf_counter() - started, self.run.step


class RemoteRun:
    """A run somewhere in the cluster, and how far it had come when it last answered."""

    def __init__(self, actor: object, step: int):
        self.actor, self.step = actor, step


class Trainers:
    """Begins and uses runs; one actor stands ready, so that nobody waits for PyTorch to be imported.

    What is done with a run changes it, so it is never done twice: where an actor is lost, its run is.
    """

    waiting = 0  # nobody waits for another's slice

    def __init__(self, settings: Training):
        self.settings = settings
        self._ready: object = None
        self._lock = threading.Lock()

    def _actor(self, fresh: bool) -> object:
        import ray

        kind = ray.remote(Trainer).options(num_cpus=self.settings.cpus, num_gpus=self.settings.gpus)
        with self._lock:
            actor, self._ready = None if fresh else self._ready, None
            actor = actor or kind.remote()
            self._ready = kind.remote()
        return actor

    def make(self, make: Callable[[], object]) -> RemoteRun:
        """A run in an actor of its own. Raises ModelUnavailable where none can be had."""
        import ray
        from ray.exceptions import GetTimeoutError, RayTaskError

        for fresh in (False, True):  # the one that stood ready may be gone, and with it nothing of anybody's
            actor = None
            try:
                actor = self._actor(fresh)
                began = ray.get(actor.begin.remote(make), timeout=BEGIN_S)
            except GetTimeoutError as error:
                raise ModelUnavailable(NO_ROOM) from error
            except RayTaskError:
                raise
            except Exception as error:
                if fresh:
                    raise ModelUnavailable(NO_ROOM) from error
                continue
            if began.error:
                raise began.error
            return RemoteRun(actor, began.value)
        raise AssertionError("not reached")

    def use(self, run: RemoteRun, work: Callable[[object], object]) -> Turn:
        """Let ``work`` have a run. Raises SessionExpired where its actor is gone."""
        import ray
        from ray.exceptions import GetTimeoutError, RayTaskError

        asked = time.perf_counter()
        try:
            answer, took, run.step = ray.get(run.actor.use.remote(work), timeout=SLICE_S)
        except GetTimeoutError as error:
            raise ModelUnavailable(SLOW) from error
        except RayTaskError:
            raise
        except Exception as error:
            raise SessionExpired(GONE) from error
        if answer.error:
            raise answer.error
        return Turn(answer.value, time.perf_counter() - asked - took, took)

    def end(self, run: RemoteRun) -> None:
        """End a run's actor now; it would end with the last reference to it, but an error may hold one for a while."""
        import ray

        with contextlib.suppress(Exception):  # gone already
            ray.kill(run.actor)
