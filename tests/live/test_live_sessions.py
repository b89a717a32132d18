"""Visitors' runs: bounded, fair, forgotten, and out of everybody else's way."""

import threading
import time

import pytest
import torch

from gan_models.core.errors import SessionExpired
from gan_models.live.sessions import Limits, Runs
from gan_models.live.worker import Worker


class Counter:
    """Stands for a run: the store only looks at how far it has come."""

    def __init__(self):
        self.step = 0

    def go(self) -> int:
        self.step += 1
        return self.step


@pytest.fixture
def now():
    return [0.0]


@pytest.fixture
def runs(now):
    return Runs(Limits(runs=3, idle_seconds=60, steps=5, seconds=1e9), Worker(1), clock=lambda: now[0])


def test_each_visitor_has_a_run_of_their_own(runs):
    a, b = runs.open(Counter), runs.open(Counter)
    assert a != b and len(a) >= 16
    assert [runs.use(a, Counter.go).answer, runs.use(a, Counter.go).answer, runs.use(b, Counter.go).answer] == [1, 2, 1]


def test_the_longest_idle_run_makes_room(runs):
    first, second, third = (runs.open(Counter) for _ in range(3))
    runs.use(first, Counter.go)
    fourth = runs.open(Counter)
    assert len(runs) == 3
    with pytest.raises(SessionExpired, match="Reset"):
        runs.use(second, Counter.go)
    for key in (first, third, fourth):
        runs.use(key, Counter.go)


def test_a_run_nobody_asks_about_is_forgotten(runs, now):
    old = runs.open(Counter)
    now[0] = 50
    young = runs.open(Counter)
    now[0] = 61
    assert len(runs) == 1
    with pytest.raises(SessionExpired):
        runs.use(old, Counter.go)
    assert runs.use(young, Counter.go).answer == 1


def test_leaving_frees_the_run_and_twice_is_no_error(runs):
    key = runs.open(Counter)
    runs.close(key)
    runs.close(key)
    assert len(runs) == 0


def test_a_visitor_who_leaves_leaves_nothing_not_even_what_is_being_made(runs):
    def make_as_the_page_closes():
        runs.leave("ada")
        return Counter()

    for visitor in ("ada", "eve", "ada"):
        runs.open(Counter, visitor)
    with pytest.raises(SessionExpired, match="closed"):
        runs.open(make_as_the_page_closes, "ada")
    assert [seat.visitor for seat in runs._seats.values()] == ["eve"]
    runs.use(runs.open(Counter, "ada"), Counter.go)  # the page came back out of the browser's memory


def test_steps_and_seconds_are_bounded(now):
    runs = Runs(Limits(steps=2, seconds=0.05), Worker(1), clock=lambda: now[0])
    key = runs.open(Counter)
    assert runs.finished(key) == ""
    runs.use(key, Counter.go)
    runs.use(key, Counter.go)
    assert "2 steps" in runs.finished(key)
    slow = runs.open(Counter)
    runs.use(slow, lambda run: time.sleep(0.06))
    assert "computing" in runs.finished(slow)


def test_slices_are_served_in_the_order_of_asking_one_at_a_time():
    worker, order, active, most = Worker(1), [], [0], [0]

    def slice_of(name):
        def work():
            active[0] += 1
            most[0] = max(most[0], active[0])
            time.sleep(0.01)
            order.append(name)
            active[0] -= 1

        return work

    threads = []
    for name in range(6):
        threads.append(threading.Thread(target=worker, args=(slice_of(name),)))
        threads[-1].start()
        deadline = time.monotonic() + 5
        while worker.waiting < min(name + 1, 1) and not order and time.monotonic() < deadline:
            time.sleep(0.001)
        time.sleep(0.004)
    for thread in threads:
        thread.join()
    assert order == list(range(6)) and most[0] == 1 and worker.waiting == 0


def test_in_a_crowd_slices_get_shorter_but_not_too_short(runs):
    assert runs.share(0.08) == pytest.approx(0.08)
    runs._worker.waiting = 1
    assert runs.share(0.08) == pytest.approx(0.04)
    runs._worker.waiting = 50
    assert runs.share(0.08) == pytest.approx(0.02)


def test_an_error_in_one_run_reaches_its_visitor_only(runs):
    a, b = runs.open(Counter), runs.open(Counter)
    with pytest.raises(ZeroDivisionError):
        runs.use(a, lambda run: 1 / 0)
    assert runs.use(b, Counter.go).answer == 1 and runs._worker.waiting == 0


def test_training_on_one_thread_leaves_everybody_elses_threads_alone():
    before = torch.get_num_threads()
    worker = Worker(1)
    assert worker(torch.get_num_threads).answer == 1
    assert torch.get_num_threads() == before
    seen = []
    other = threading.Thread(target=lambda: seen.append(torch.get_num_threads()))
    other.start()
    other.join()
    assert seen == [before]
    assert worker(torch.get_num_threads).answer == 1


def test_nothing_trains_while_nobody_asks(runs):
    key = runs.open(Counter)
    runs.use(key, Counter.go)
    time.sleep(0.05)
    assert runs.use(key, lambda run: run.step).answer == 1
