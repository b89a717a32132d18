"""Request queues: how many visitors a tab computes for at once, how many may wait, and what the rest are told.

Gradio runs a component's server functions in threads, up to forty at a time and without a queue. Forty threads on a few
cores make everybody slow, so each tab has a queue of its own: who waits in it holds no thread, and a slow tab does not
slow down a quick one.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import anyio
import anyio.from_thread
import anyio.to_thread

PATIENCE_S = 20.0  # nobody is let into a line that takes longer than this
MOST_ASIDE = 16


class Busy(RuntimeError):
    """The line is full. The text is for the visitor; ``waiting`` says how many are in line."""

    def __init__(self, waiting: int, seconds: float):
        word = "request is" if waiting == 1 else "requests are"
        super().__init__(
            f"The server is busy: {waiting} {word} in line before yours. Try again in {max(2, round(seconds))} seconds."
        )
        self.waiting = waiting


@dataclass(frozen=True)
class Size:
    """How many compute at once (two: one packs its pictures while the other has the network), and how many wait."""

    places: int = 2
    waiting: int = 48


SIZES = {"learn": Size(places=24)}  # live runs take turns among themselves, and must all be there to share fairly


class RequestQueue:
    """First come, first served."""

    def __init__(self, size: Size = Size()):
        self.size = size
        self.mean_s = 0.0  # a running mean of what one call takes
        self._here = 0  # in places and waiting for one
        self._limiter: anyio.CapacityLimiter | None = None  # belongs to the event loop that first uses it

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return max(0, self._here - self.size.places - self.widened)

    async def run(self, work: Callable[[], object]) -> object:
        """Do ``work`` in a thread when its turn comes.

        Raises:
            Busy: too many are waiting, or for too long.
        """
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(self.size.places)
        wait_s = self.waiting * self.mean_s / self.size.places
        if self.waiting >= self.size.waiting or wait_s > PATIENCE_S:
            raise Busy(self.waiting, wait_s)
        self._here += 1
        token = _place.set(self)  # the thread gets a copy of this context, for :func:`aside`
        try:
            return await anyio.to_thread.run_sync(self._timed, work, limiter=self._limiter)
        finally:
            _place.reset(token)
            self._here -= 1

    @property
    def widened(self) -> int:
        """How many places there are beyond the usual, for those who stepped aside."""
        return int(self._limiter.total_tokens) - self.size.places if self._limiter else 0

    def widen(self, by: int) -> None:
        """In the event loop only."""
        self._limiter.total_tokens += by

    def _timed(self, work: Callable[[], object]) -> object:
        started = time.perf_counter()
        try:
            return work()
        finally:
            self.mean_s += 0.1 * (time.perf_counter() - started - self.mean_s)


_place: ContextVar[RequestQueue | None] = ContextVar("place", default=None)


@contextmanager
def step_aside() -> Iterator[None]:
    """Let the next in line have one's place while one waits for something slow that needs no computing: a download.

    Outside a queue it does nothing. At most sixteen step aside at once, so that threads do not pile up either.
    """
    queue = _place.get()
    if queue is None or queue.widened >= MOST_ASIDE:
        yield
        return
    anyio.from_thread.run_sync(queue.widen, 1)
    try:
        yield
    finally:
        anyio.from_thread.run_sync(queue.widen, -1)
