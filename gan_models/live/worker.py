"""The one thread on which the engine computes, slice after slice, whoever asked for them."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

import torch

Run = TypeVar("Run")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Turn(Generic[Answer]):
    """A slice's answer and its cost in seconds: waiting for the worker, and computing."""

    answer: Answer
    waited: float
    took: float


def training_threads() -> int:
    """Threads for a slice: half the cores, at least one, so that the other tabs keep the rest.

    Two OpenMP threads that share a core with somebody else wait for each other at every layer; small networks are
    then many times slower than with one thread.
    """
    return max(1, torch.get_num_threads() // 2)


def claim_threads(count: int) -> None:
    """Give the calling thread ``count`` OpenMP threads.

    A thread's first question about its number copies the process's over it, so that question comes first here.
    """
    torch.get_num_threads()
    torch.set_num_threads(count)


class Worker:
    """One thread that computes slices, first come, first served; it sleeps while nobody asks.

    The number of OpenMP threads belongs to the thread that sets it, so the rest of the process keeps its own.
    """

    def __init__(self, threads: int | None = None):
        self._threads = threads
        self._pool: ThreadPoolExecutor | None = None
        self._opening = threading.Lock()
        self.waiting = 0  # visitors whose slice has not been computed yet

    def _open(self) -> ThreadPoolExecutor:
        with self._opening:
            if self._pool is None:
                usual = torch.get_num_threads()
                pool = ThreadPoolExecutor(1, thread_name_prefix="live-training")
                pool.submit(claim_threads, self._threads or training_threads()).result()
                torch.set_num_threads(usual)  # new threads elsewhere copy the last number set anywhere: set it back
                self._pool = pool
            return self._pool

    def __call__(self, work: Callable[[], Answer]) -> Turn[Answer]:
        """Do ``work`` when its turn comes, and wait for it."""
        asked = time.perf_counter()

        def timed() -> Turn[Answer]:
            start = time.perf_counter()
            answer = work()
            return Turn(answer, start - asked, time.perf_counter() - start)

        pool = self._open()
        with self._opening:
            self.waiting += 1
        try:
            future: Future[Turn[Answer]] = pool.submit(timed)
            return future.result()
        finally:
            with self._opening:
                self.waiting -= 1

    def make(self, make: Callable[[], Run]) -> Run:
        """A run, begun when its turn comes."""
        return self(make).answer

    def use(self, run: Run, work: Callable[[Run], Answer]) -> Turn[Answer]:
        """Let ``work`` have a run when its turn comes."""
        return self(lambda: work(run))

    def end(self, run: Run) -> None:
        """Told that nobody will use a run again; here that is no more than garbage."""


WORKER = Worker()
