"""Training that somebody watches: pulled along by the browser, one short slice at a time.

There is no training loop in the background. A page asks for its next frame; the server trains that visitor's run for a
few hundredths of a second and answers. A closed page asks for nothing, so its training stops by itself. All slices pass
through one worker in the order in which they were asked for, so ten visitors each get their turn, and at most one
thread's worth of computing is taken away from the rest of the app.
"""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from weakref import WeakSet

from gan_models.core import expiry
from gan_models.core.errors import SessionExpired
from gan_models.live.worker import WORKER, Answer, Turn, Worker


class Trains(Protocol):
    """What the store needs to know of a run: how far it has come."""

    step: int


Run = TypeVar("Run", bound=Trains)


@dataclass(frozen=True)
class Limits:
    """How much of the machine visitors may use.

    Attributes:
        runs: kept at the same time; the one that was idle longest makes room for the next.
        idle_seconds: a run nobody asked about for this long is forgotten.
        crowd, crowd_seconds: or for this long, where more are kept than so many.
        steps: of one run, after which it only shows its last state.
        seconds: of computing for one run.
    """

    runs: int = 24
    idle_seconds: float = 180.0
    crowd: int = 6
    crowd_seconds: float = 60.0
    steps: int = 60_000
    seconds: float = 900.0


@dataclass
class Seat(Generic[Run]):
    """A run, whose it is, when it was last asked for, and how many seconds it has computed."""

    run: Run
    visitor: str
    seen: float
    spent: float = 0.0


@dataclass(eq=False)
class Opening:
    """A run that is being made, for whom, and whether they still wait for it."""

    visitor: str
    wanted: bool = True


GONE = (
    "This run is no longer on the server: it rested for too long, or many visitors were training. "
    "Press Reset to start it again; the same seed gives the same run."
)


class Runs(Generic[Run]):
    """Every visitor's run, by a random id; bounded in number, time and steps.

    Args:
        limits: see :class:`Limits`.
        worker: where slices are computed; by default the one worker of the process.
        clock: seconds, for tests.
    """

    def __init__(
        self,
        limits: Limits = Limits(),
        worker: Worker = WORKER,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.limits = limits
        self._worker = worker
        self._clock = clock
        self._seats: OrderedDict[str, Seat[Run]] = OrderedDict()  # longest idle first
        self._openings: WeakSet[Opening] = WeakSet()  # each lives as long as its call of open()
        self._lock = threading.Lock()
        expiry.register(self)

    def __len__(self) -> int:
        self.tidy()
        return len(self._seats)

    def tidy(self) -> None:
        """Forget the runs that nobody asked about for too long."""
        with self._lock:
            self._forget_idle()

    def _forget_idle(self) -> None:
        while self._seats:
            crowd = len(self._seats) > self.limits.crowd
            patience = self.limits.crowd_seconds if crowd else self.limits.idle_seconds
            if next(iter(self._seats.values())).seen >= self._clock() - patience:
                break
            self._drop(next(iter(self._seats)))

    def _drop(self, key: str) -> None:
        self._worker.end(self._seats.pop(key).run)

    def open(self, make: Callable[[], Run], visitor: str = "") -> str:
        """Start a visitor's run and return its id; the longest idle run makes room where all places are taken.

        Raises:
            SessionExpired: the visitor left while it was being made.
        """
        opening = Opening(visitor)
        with self._lock:
            self._openings.add(opening)
        run = self._worker.make(make)
        with self._lock:
            if not opening.wanted:
                self._worker.end(run)
                raise SessionExpired("The page that began this run was closed. Press Reset to start it again.")
            self._forget_idle()
            while len(self._seats) >= self.limits.runs:
                self._drop(next(iter(self._seats)))
            key = secrets.token_urlsafe(16)
            self._seats[key] = Seat(run, visitor, self._clock())
            return key

    def close(self, key: str) -> None:
        """Forget a run; an unknown id is no error, because pages close twice."""
        with self._lock:
            if key in self._seats:
                self._drop(key)

    def leave(self, visitor: str) -> None:
        """Forget all runs of a visitor, and those that are being made, whose ids their page may never learn."""
        with self._lock:
            for opening in self._openings:
                opening.wanted &= opening.visitor != visitor
            for key in [key for key, seat in self._seats.items() if seat.visitor == visitor]:
                self._drop(key)

    def _seat(self, key: str) -> Seat[Run]:
        with self._lock:
            self._forget_idle()
            if key not in self._seats:
                raise SessionExpired(GONE)
            self._seats.move_to_end(key)
            seat = self._seats[key]
            seat.seen = self._clock()
            return seat

    def use(self, key: str, work: Callable[[Run], Answer]) -> Turn[Answer]:
        """Let ``work`` have the run when its turn comes.

        Raises:
            SessionExpired: there is no such run (any more).
        """
        seat = self._seat(key)
        turn = self._worker.use(seat.run, work)
        seat.spent += turn.took
        return turn

    def share(self, seconds: float) -> float:
        """A slice's length for one of those waiting now: shorter in a crowd, so that everybody's picture moves."""
        return max(seconds / (1 + self._worker.waiting), seconds / 4)

    def finished(self, key: str) -> str:
        """Why this run may not train further, in words for its visitor; empty while it may."""
        seat = self._seat(key)
        if seat.run.step >= self.limits.steps:
            return f"This run has made its {self.limits.steps:,} steps. Reset starts another."
        if seat.spent >= self.limits.seconds:
            return f"This run has used its {self.limits.seconds / 60:.0f} minutes of computing. Reset starts another."
        return ""
