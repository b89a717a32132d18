"""The journal, the patience of a line, and what counting costs."""

import asyncio
import io
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import anyio
import pytest

from gan_models.core.errors import Busy
from gan_models.ui.server import request_queue
from gan_models.ui.server.request_queue import ClientLeft, RequestQueue, Size
from gan_models.ui.server.service import serve_endpoint
from gan_models.ui.server.telemetry import Journal, Telemetry


def in_a_loop_of_its_own(main):
    """Run a coroutine in a thread of its own: in this one Playwright's event loop may be running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(main())).result()


def test_journal_writes_one_json_line_a_call():
    stream = io.StringIO()
    journal = Journal(stream)
    with Telemetry(journal).call("digits.paint") as call:
        call.began = time.perf_counter()
        call.outcome = "refused"
    journal.close()
    queue = json.loads(stream.getvalue())
    assert (queue["endpoint"], queue["outcome"]) == ("digits.paint", "refused")
    assert queue["time"].endswith("Z") and queue["time"][4] == "-"
    assert stream.getvalue().count("\n") == 1


def test_journal_that_nobody_reads_holds_nobody_up():
    blocked = threading.Event()
    journal = Journal(SimpleNamespace(write=lambda _: blocked.wait(30), flush=lambda: None))
    started = time.perf_counter()
    for _ in range(12_000):
        journal({"time": 0.0, "endpoint": "x", "ms": 1.0, "waited_ms": 0.0, "outcome": "ok"})
    assert time.perf_counter() - started < 10
    blocked.set()


class Crowd:
    """Calls that wait for a door to open, in the order in which they were let through."""

    def __init__(self, places: int, waiting: int = 48):
        self.queue, self.served, self.busy, self.left = RequestQueue(Size(places, waiting)), [], [], []
        self.door, self.tasks = threading.Event(), []

    async def call(self, client: str, name: str = "", left=None) -> None:
        """Queue a call that nobody awaits."""

        def work() -> None:
            self.served.append(name or client)
            self.door.wait(30)

        async def noted() -> None:
            try:
                await self.queue.run(work, client=client, left=left)
            except Busy:
                self.busy.append(name or client)
            except ClientLeft:
                self.left.append(name or client)

        self.tasks.append(asyncio.create_task(noted()))
        await asyncio.sleep(0)

    async def open(self) -> None:
        self.door.set()
        await asyncio.gather(*self.tasks)


def test_nobody_is_let_into_a_line_that_takes_too_long():
    async def main() -> Busy:
        crowd = Crowd(places=1)
        crowd.queue.mean_s = 9.0
        for k in range(3):
            await crowd.call(f"10.0.0.{k}")
        crowd.queue.mean_s = 15.0
        with pytest.raises(Busy) as caught:
            await crowd.queue.run(lambda: None, client="10.0.0.9")
        await crowd.open()
        return caught.value

    busy = in_a_loop_of_its_own(main)
    assert busy.waiting == 2
    assert "Try again in 30 seconds" in str(busy)


def test_nobody_waits_longer_than_promised(monkeypatch):
    monkeypatch.setattr(request_queue, "PATIENCE_S", 0.5)
    monkeypatch.setattr(request_queue, "LOOK_S", 0.1)

    async def main() -> Crowd:
        crowd = Crowd(places=1)
        await crowd.call("a")
        await crowd.call("b")
        await asyncio.sleep(1.0)
        assert crowd.busy == ["b"] and crowd.queue.waiting == 0
        await crowd.open()
        return crowd

    assert in_a_loop_of_its_own(main).served == ["a"]


def test_addresses_take_turns_and_so_do_the_sessions_of_one():
    async def main() -> list[str]:
        crowd = Crowd(places=1)
        await crowd.call("first")
        for k in range(4):
            await crowd.call("hog one", f"hog one {k}")
        for k in range(2):
            await crowd.call("hog two", f"hog two {k}")
        await crowd.call("guest", "guest")
        await crowd.open()
        return crowd.served

    assert in_a_loop_of_its_own(main) == [
        "first", "hog one 0", "guest", "hog two 0", "hog one 1", "hog two 1", "hog one 2", "hog one 3",
    ]  # fmt: skip


def test_a_full_line_sends_away_the_calls_of_whoever_has_most():
    async def main() -> Crowd:
        crowd = Crowd(places=1, waiting=4)
        for k in range(5):
            await crowd.call("hog", f"hog {k}")
        await crowd.call("hog", "hog 5")
        await crowd.call("guest", "guest")
        await crowd.call("guest", "guest 2")
        await asyncio.sleep(0.01)
        await crowd.call("third", "third")
        await asyncio.sleep(0.01)
        assert crowd.queue.waiting == 4
        await crowd.open()
        return crowd

    crowd = in_a_loop_of_its_own(main)
    assert crowd.busy == ["hog 5", "hog 4", "hog 3", "hog 2"]
    assert crowd.served == ["hog 0", "hog 1", "guest", "third", "guest 2"]


def test_calls_of_nobody_in_particular_are_served_in_order():
    async def main() -> list[str]:
        crowd = Crowd(places=2, waiting=8)
        for k in range(10):
            await crowd.call("", f"{k}")
        await crowd.open()
        return crowd.served

    assert sorted(in_a_loop_of_its_own(main)) == [f"{k}" for k in range(10)]


def test_a_crowd_of_one_address_leaves_a_place_free():
    async def main() -> None:
        queue, doors = RequestQueue(Size(places=2, waiting=8)), [threading.Event() for _ in range(10)]
        hogs = [
            asyncio.create_task(queue.run(lambda d=door: d.wait(30), client=f"hog {k}")) for k, door in enumerate(doors)
        ]
        await asyncio.sleep(0.02)
        assert (queue.waiting, queue._running) == (8, {"hog": 2})
        doors[0].set()
        await hogs[0]
        assert (queue.waiting, queue._running) == (8, {"hog": 1})
        assert await queue.run(lambda: "at once", client="guest") == "at once"
        for door in doors:
            door.set()
        await asyncio.gather(*hogs)
        assert (queue.waiting, queue._running) == (0, {})

    in_a_loop_of_its_own(main)


def test_the_calls_of_a_client_that_left_are_dropped():
    async def main() -> Crowd:
        crowd, gone = Crowd(places=1), []

        async def left() -> bool:
            return bool(gone)

        await crowd.call("stays")
        for k in range(5):
            await crowd.call("leaves", f"leaves {k}", left)
        assert crowd.queue.waiting == 5
        gone.append(True)
        await asyncio.sleep(1.5 * request_queue.LOOK_S)
        assert crowd.queue.waiting == 0
        await crowd.open()
        await crowd.call("leaves", "leaves last", left)  # there is a place, but nobody to answer
        await crowd.open()
        return crowd

    crowd = in_a_loop_of_its_own(main)
    assert crowd.served == ["stays"]
    assert len(crowd.left) == 6 and crowd.queue._running == {}


@pytest.mark.alone
def test_counting_costs_less_than_a_fifth_of_a_millisecond():
    """A call with line, counters and journal beside the bare thread in which Gradio would run it."""
    journal = Journal(io.StringIO())
    counted = serve_endpoint(lambda: {"a": 1}, "/x", RequestQueue(), Telemetry(journal))

    async def main() -> tuple[float, float]:
        limiter, bare, ours = anyio.CapacityLimiter(2), [], []
        for _ in range(20):  # processor time of all threads, so that a busy machine changes little
            started = time.process_time()
            for _ in range(50):
                await anyio.to_thread.run_sync(lambda: {"a": 1}, limiter=limiter)
            middle = time.process_time()
            for _ in range(50):
                await counted()
            bare.append((middle - started) / 50)
            ours.append((time.process_time() - middle) / 50)
        return min(bare), min(ours)

    bare, ours = in_a_loop_of_its_own(main)
    journal.close()
    print(f"a call takes {ours * 1e6:.0f} µs with line, counters and journal, {bare * 1e6:.0f} µs without")
    assert ours - bare < 0.0002
