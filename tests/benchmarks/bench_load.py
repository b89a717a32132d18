"""Fifty visitors at once: ``python -m tests.benchmarks.bench_load [--visitors 50] [--seconds 60] [--calls 2000]``.

Starts the app and lets visitors ask what its tabs ask, each after a moment's thought, all tabs mixed; beside them one
who sends a request a byte at a time, one who leaves before the answer, and one who uploads 200 MB. Prints, for each
tab, how many answers came, how many were told that the server is busy, and how long they took. Then one visitor makes
2,000 calls, and memory and temporary files are compared before and after. Before all that, 200 connections of one
address have a large picture filled while one guest uses the same tab. All of them and the server share this machine's
cores.

``--cost`` prints what an answer of each tab costs, in time of the processor.

``--soak 30`` does something else: a few visitors for half an hour, with a line about memory each minute.
"""

import argparse
import asyncio
import io
import json
import math
import os
import random
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from PIL import Image

from tests.benchmarks.crowd import crowd
from tests.conftest import started_app
from tests.visitor import REQUESTS, Visitor, hole


@dataclass
class Seen:
    """What a guest saw beside hogs: seconds of answers and of /healthz, and what the hogs were told."""

    guest: list[float] = field(default_factory=list)
    health: list[float] = field(default_factory=list)
    hogs: Counter = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def p95(self, times: list[float]) -> float:
        return sorted(times)[int(0.95 * (len(times) - 1))] if times else math.inf


FRAME = {"x": 512, "y": 384, "side": 512, "angle": 0}
SMALL_HOLE = hole((1024, 768))  # of the working copy of a picture of 4000 x 3000


def large_picture() -> bytes:
    """A photograph-like JPEG of twelve megapixels: light that fades from edge to edge, and the grain of a camera."""
    buffer = io.BytesIO()
    light = Image.linear_gradient("L").resize((4000, 3000))
    Image.blend(light, Image.effect_noise(light.size, 60), 0.2).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue()


async def hog(http: httpx.AsyncClient, body: dict, until: float, seen: Seen, dice: random.Random) -> None:
    """One of many connections of somebody who has a large picture filled again and again, and often leaves early."""
    while (left := until - time.monotonic()) > 0:
        try:
            answer = await http.post(
                "/atelier/ask/inpaint", data={"request": json.dumps(body)}, files={"mask": SMALL_HOLE},
                timeout=dice.uniform(2, min(25, left + 3)),
            )  # fmt: skip
            said = answer.json()
            seen.hogs["busy" if "busy" in said else said.get("error", "answered")] += 1
        except httpx.TimeoutException:
            seen.hogs["left"] += 1
        except httpx.TransportError as error:
            seen.hogs[type(error).__name__] += 1
        await asyncio.sleep(dice.uniform(1, 3))


def watch(url: str, until: float, seen: Seen) -> None:
    watcher = Visitor(url, address="127.0.0.88")
    while time.monotonic() < until:
        began = time.monotonic()
        watcher.http.get("/healthz").raise_for_status()
        seen.health.append(time.monotonic() - began)
        time.sleep(0.3)
    watcher.leave()


def be_guest(url: str, until: float, seen: Seen) -> None:
    """Somebody on the same tab who has a portrait filled, and looks at the answers for half a second."""
    guest = Visitor(url, address="127.0.0.77")
    fill = next(question for question in REQUESTS if (question.tab, question.request["ask"]) == ("inpaint", "fill"))
    while time.monotonic() < until:
        began = time.monotonic()
        answer = guest.ask(*fill)
        seen.guest.append(time.monotonic() - began)
        if "error" in answer:
            seen.wrong.append(answer["error"])
        time.sleep(0.5)
    guest.leave()


def hogs_and_a_guest(url: str, hogs: int = 200, seconds: float = 30) -> Seen:
    """So many connections of one address on one tab, a guest on the same tab, and somebody who watches ``/healthz``."""
    seen, owner, dice = Seen(), Visitor(url, address="127.0.0.66"), random.Random(0)
    key = owner.post("inpaint", {"ask": "open"}, {"picture": large_picture()}).json()["key"]

    async def besiege() -> None:
        way = httpx.AsyncHTTPTransport(
            verify=False, local_address="127.0.0.66", limits=httpx.Limits(max_connections=hogs)
        )
        headers = {"X-Atelier-Session": owner.session}
        body = {"ask": "save", "key": key, "seeds": [1], "frame": FRAME}
        async with httpx.AsyncClient(base_url=url, transport=way, headers=headers) as http:
            until = time.monotonic() + seconds
            others = [asyncio.to_thread(work, url, until, seen) for work in (be_guest, watch)]
            await asyncio.gather(*others, *(hog(http, body, until, seen, dice) for _ in range(hogs)))

    with ThreadPoolExecutor(1) as thread:  # of its own: whoever calls may have a loop that runs
        thread.submit(asyncio.run, besiege()).result()
    owner.leave()
    return seen


def soak(url: str, pid: int, minutes: float, visitors: int = 8) -> None:
    """A crowd for so long, each minute a learner and a large picture that are abandoned; a line a minute, and after."""
    start, began, over = resident_mb(pid), time.monotonic(), threading.Event()
    print(f"resident {start:.0f} MB at the start, every tab warm", flush=True)

    def abandon() -> None:
        while not over.wait(15):
            somebody = Visitor(url, address="127.0.0.99")
            with suppress(httpx.HTTPError):
                somebody.post("learn", {"ask": "digits.start", "settings": {}})
                somebody.post("inpaint", {"ask": "open"}, {"picture": picture})
            somebody.http.close()

    def note() -> None:
        while not over.wait(60):
            print(f"{(time.monotonic() - began) / 60:5.1f} min {resident_mb(pid):6.0f} MB", flush=True)

    picture = large_picture()
    others = [threading.Thread(target=work, daemon=True) for work in (abandon, note)]
    for other in others:
        other.start()
    tally = crowd(url, visitors, 60 * minutes)
    over.set()
    print(f"{sum(row[1] for row in tally.rows())} answers, errors: {len(tally.wrong)} {tally.wrong[:3]}", flush=True)
    for _ in range(4):
        print(f"{(time.monotonic() - began) / 60:5.1f} min {resident_mb(pid):6.0f} MB, nobody there", flush=True)
        time.sleep(40)
    print(f"{resident_mb(pid) - start:+.0f} MB against the start")


def call_again_and_again(url: str, calls: int, first: int = 0) -> None:
    """One visitor who asks everything there is to ask in turn, beginning with the ``first`` of these requests."""
    visitor = Visitor(url, timeout=240)
    for k in range(first, first + calls):
        question = REQUESTS[k % len(REQUESTS)]
        if question.request["ask"] == "points.start":  # runs are bounded in number and leave by themselves
            continue
        answer = visitor.ask(*question)
        assert "error" not in answer, answer["error"]
    visitor.leave()


def cost(url: str, pid: int, rounds: int = 3, each_s: float = 10) -> None:
    """What an answer of each tab costs the server's processor, and a core's share of so many visitors who ask for one
    every ``each_s`` seconds. Time that others took of a busy machine does not count."""
    visitor, spent = Visitor(url, timeout=240), {}
    for _ in range(rounds + 1):
        for question in REQUESTS:
            if question.request["ask"] == "points.start":
                continue
            before = processor_s(pid)
            answer = visitor.ask(*question)
            assert "error" not in answer, answer["error"]
            spent.setdefault(question.tab, []).append(processor_s(pid) - before)
    visitor.leave()
    print(
        "| tab | milliseconds of a core an answer | cores for 1,000 visitors | for 10,000 |\n| --- | --- | --- | --- |"
    )
    for tab, times in spent.items():
        times = times[len(times) // (rounds + 1) :]  # the first round is the warm-up
        one = sum(times) / len(times)
        print(f"| {tab} | {1000 * one:.0f} | {1000 * one / each_s:.1f} | {10_000 * one / each_s:.0f} |")


def processor_s(pid: int) -> float:
    """Seconds of a core that a process has used, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def files_in(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--hogs", type=int, default=200)
    parser.add_argument("--cost", action="store_true", help="only this: what an answer of each tab costs")
    parser.add_argument("--soak", type=float, metavar="MINUTES", help="only this: visitors for so long, and memory")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, started_app(Path(name)) as (url, process):
        call_again_and_again(url, len(REQUESTS))
        if args.cost:
            return cost(url, process.pid)
        if args.soak:
            soak(url, process.pid, args.soak)
            return
        if args.hogs:
            seen = hogs_and_a_guest(url, args.hogs)
            print(
                f"{args.hogs} hogs on the tab of one guest: p95 {seen.p95(seen.guest):.2f} s of {len(seen.guest)} "
                f"answers, errors {seen.wrong[:3]}; /healthz p95 {seen.p95(seen.health):.2f} s, longest "
                f"{max(seen.health):.2f} s; hogs {dict(seen.hogs)}; resident {resident_mb(process.pid):.0f} MB"
            )
        if not args.visitors:
            return
        print(f"{args.visitors} visitors for {args.seconds:g} s; resident {resident_mb(process.pid):.0f} MB before")
        tally = crowd(url, args.visitors, args.seconds)
        print(f"{'tab':12} {'answers':>8} {'busy':>6} {'median':>9} {'p95':>9} {'longest':>9}")
        for tab, count, busy, *times in tally.rows():
            print(f"{tab:12} {count:8} {busy:6} " + " ".join(f"{1000 * t:6.0f} ms" for t in times))
        print(f"errors: {len(tally.wrong)} {tally.wrong[:3]}; resident {resident_mb(process.pid):.0f} MB after")
        if args.calls:
            call_again_and_again(url, 200)
            before, files = resident_mb(process.pid), files_in(Path(name))
            began = time.monotonic()
            call_again_and_again(url, args.calls)
            print(
                f"{args.calls} calls in {time.monotonic() - began:.0f} s: resident {before:.0f} MB before, "
                f"{resident_mb(process.pid):.0f} MB after; temporary files {files} before, {files_in(Path(name))} after"
            )


if __name__ == "__main__":
    main()
