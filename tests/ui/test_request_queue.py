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

from gan_models.ui.server.request_queue import Busy, RequestQueue, Size
from gan_models.ui.server.service import serve_page
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


def test_nobody_is_let_into_a_line_that_takes_too_long():
    async def main() -> Busy:
        queue, leave = RequestQueue(Size(places=1, waiting=48)), threading.Event()
        queue.mean_s = 9.0
        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(queue.run, lambda: leave.wait(30))
                await asyncio.sleep(0.05)
            queue.mean_s = 15.0
            with pytest.raises(Busy) as caught:
                await queue.run(lambda: None)
            leave.set()
        return caught.value

    busy = in_a_loop_of_its_own(main)
    assert busy.waiting == 2
    assert "Try again in 30 seconds" in str(busy)


def test_counting_costs_less_than_a_fifth_of_a_millisecond():
    """A call with line, counters and journal beside the bare thread in which Gradio would run it."""
    journal = Journal(io.StringIO())
    counted = serve_page(lambda request: {"a": 1}, "x", RequestQueue(), Telemetry(journal))

    async def main() -> tuple[float, float]:
        limiter, bare, ours = anyio.CapacityLimiter(2), [], []
        for _ in range(20):  # processor time of all threads, so that a busy machine changes little
            started = time.process_time()
            for _ in range(50):
                await anyio.to_thread.run_sync(lambda: {"a": 1}, limiter=limiter)
            middle = time.process_time()
            for _ in range(50):
                await counted({"ask": "look"})
            bare.append((middle - started) / 50)
            ours.append((time.process_time() - middle) / 50)
        return min(bare), min(ours)

    bare, ours = in_a_loop_of_its_own(main)
    journal.close()
    print(f"a call takes {ours * 1e6:.0f} µs with line, counters and journal, {bare * 1e6:.0f} µs without")
    assert ours - bare < 0.0002
