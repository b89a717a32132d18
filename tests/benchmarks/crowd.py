"""Many visitors at once, all tabs mixed, and three who misbehave."""

import random
import socket
import threading
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

from tests.visitor import REQUESTS, Visitor

THOUGHT_S = (0.5, 2.0)  # between an answer and the next request of one visitor


@dataclass
class Tally:
    """What the visitors saw: seconds of each answer by tab, how many were told "busy", and what else went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    busy: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    wrong: list[str] = field(default_factory=list)

    def rows(self):
        """(tab, answers, told busy, median, p95, longest), in seconds."""
        for tab, times in sorted(self.seconds.items()):
            times = sorted(times)
            yield tab, len(times), self.busy[tab], *(times[int(q * (len(times) - 1))] for q in (0.5, 0.95, 1))


def visit(url: str, tally: Tally, until: float, seed: int) -> None:
    """One visitor: opens the page, then asks one thing after the other until the time is up."""
    dice = random.Random(seed)
    visitor = Visitor(url, timeout=60, address=f"127.0.1.{1 + seed % 250}")
    by_tab = defaultdict(list)
    for question in REQUESTS:
        by_tab[question.tab].append(question)
    while time.monotonic() < until:
        tab = dice.choice(sorted(by_tab))
        began = time.monotonic()
        try:
            answer = visitor.ask(*dice.choice(by_tab[tab]))
        except Exception as error:
            tally.wrong.append(f"{tab}: {error!r}"[:300])
            visitor.keys.pop(tab, None)
            continue
        took = time.monotonic() - began
        if answer.get("busy") is not None:
            tally.busy[tab] += 1
        elif answer.get("expired"):  # the page opens its picture again
            visitor.keys.pop(tab, None)
        elif "error" in answer:
            tally.wrong.append(f"{tab}: {answer['error']}")
        else:
            tally.seconds[tab].append(took)
        time.sleep(dice.uniform(*THOUGHT_S))
    visitor.leave()


def crawl(url: str, until: float) -> None:
    """A visitor on a line so slow that a request never arrives."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port), timeout=30) as line:
        line.sendall(
            b"POST /atelier/ask/digits HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"X-Atelier-Session: crawling\r\nContent-Length: 5000\r\n\r\n{"
        )
        while time.monotonic() < until:
            line.sendall(b" ")
            time.sleep(0.5)


def leave_early(url: str, until: float) -> None:
    """A visitor who asks for something long and is gone before it is there, again and again."""
    visitor = Visitor(url)
    visitor.http.timeout = httpx.Timeout(0.05)
    request = {"ask": "path", "model": "faces", "a": {"seed": 1}, "b": {"seed": 2}}
    while time.monotonic() < until:
        try:
            visitor.post("sample", request)
        except httpx.TimeoutException:
            time.sleep(1)


def flood(url: str, until: float) -> None:
    """A visitor who uploads 200 MB, again and again."""
    while time.monotonic() < until:
        client = httpx.Client(base_url=url, timeout=60, trust_env=False)
        with client, suppress(httpx.TransportError):  # the server need not listen to the end
            client.post("/gradio_api/queue/join", content=(b"\0" * 2**20 for _ in range(200)))
        time.sleep(3)


def crowd(url: str, visitors: int = 50, seconds: float = 60) -> Tally:
    """Let so many visit for so long, with the three who misbehave."""
    tally, until = Tally(), time.monotonic() + seconds
    threads = [threading.Thread(target=visit, args=(url, tally, until, k)) for k in range(visitors)]
    threads += [threading.Thread(target=rude, args=(url, until)) for rude in (crawl, leave_early, flood)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally
