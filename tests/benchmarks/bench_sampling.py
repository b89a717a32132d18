"""How close the picture follows the slider: ``python -m tests.benchmarks.bench_sampling [--model digits|faces]``.

The tab "Sample" beside the standard way (``gr.Slider`` to ``gr.Image``, with and without Gradio's queue; the quicker of
the two is in the table) on the same model, each from a server of its own, one after the other in headless Chromium;
then both once more with 300 ms before the answer to every request begins, as Chromium's network emulation does it. What
comes later in an answer that has begun, such as the events of Gradio's queue, it lets pass at once.

All times are taken in the page with ``performance.now()``. A picture counts as painted when the browser has finished
the first frame with it: an image that is loaded and decoded, or another frame of a strip. "Move": single moves of a
slider that has been touched before. "First": from the first touch of a page to its first new picture. "A drag" begins
with the first touch of a page too, so what the tab waits for its strip is part of it; it moves the slider 60 times a
second for 4 s, from end to end in half a second. Run it on a quiet machine.
"""

import argparse
import contextlib
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.benchmarks.slider_spy import OURS, SPY, STANDARD
from tests.conftest import CHROMIUM, CHROMIUM_FLAGS, ROOT, free_port

TOUCHES, MOVES, DRAGS = 5, 40, 3
SECONDS, SWEEP = 4, 0.5
DELAY = 300
PATIENCE = 60_000


@dataclass(frozen=True)
class Way:
    """One way from a slider to a picture: the server's command, and where slider and picture are on its page."""

    name: str
    command: tuple[str, ...]
    ready: str
    slider: str
    watch: str


@dataclass
class Figures:
    """What one way achieved: milliseconds, pictures a second, requests."""

    moves: list[float]
    firsts: list[float]
    rates: list[float]
    sent: list[int]
    requests: list[int]
    exact: list[float]  # our tab only: from letting go to the exact picture


class Wire:
    """The requests of one page, and how long each waited for its answer to begin, as Chromium saw it."""

    def __init__(self, page: Page):
        self.session = page.context.new_cdp_session(page)
        self.sent: dict[str, tuple[str, float]] = {}
        self.waits: dict[str, list[float]] = {}
        self.session.on("Network.requestWillBeSent", self._request)
        self.session.on("Network.responseReceived", self._response)
        self.session.on("Network.requestServedFromCache", lambda e: self.sent.pop(e["requestId"], None))
        self.session.send("Network.enable")

    def _request(self, event: dict) -> None:
        url = event["request"]["url"]
        if url.startswith("http") and event.get("type") != "Font":
            self.sent[event["requestId"]] = (kind(url), event["timestamp"])

    def _response(self, event: dict) -> None:
        if event["requestId"] in self.sent and not event["response"].get("fromDiskCache"):
            name, began = self.sent[event["requestId"]]
            self.waits.setdefault(name, []).append((event["timestamp"] - began) * 1000)

    def slow_down(self, delay: int) -> None:
        """Hold the answer to every request back by ``delay`` ms from here on, and forget what was before."""
        conditions = {"offline": False, "latency": delay, "downloadThroughput": -1, "uploadThroughput": -1}
        self.session.send("Network.emulateNetworkConditions", conditions)
        self.sent.clear()
        self.waits.clear()


def kind(url: str) -> str:
    """What a request is for, from its address."""
    path = url.split("?")[0].rstrip("/")
    known = ("atelier/ask", "queue/join", "queue/data", "run/predict", "file=", "app_id")
    return next((k.rstrip("=") for k in known if k in path), path.rsplit("/", 1)[-1])


@contextlib.contextmanager
def served(way: Way) -> Iterator[str]:
    """The way's server on a free port; its address. It ends with the block, whatever happens in it."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "GRADIO_SERVER_PORT": str(port), "NO_PROXY": "127.0.0.1"}
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *way.command], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, env=environment
        )
        try:
            deadline = time.monotonic() + 300
            while True:
                try:
                    urllib.request.urlopen(url, timeout=5).close()
                    break
                except OSError:
                    if process.poll() is not None or time.monotonic() > deadline:
                        log.seek(0)
                        raise SystemExit(f"{way.name}: its server did not start.\n{log.read()}") from None
                    time.sleep(0.1)  # nothing tells when a port opens
            yield url
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def opened(context: BrowserContext, way: Way, url: str, delay: int = 0) -> Iterator[tuple[Page, Wire]]:
    """A fresh page with its first pictures; the delay applies from then on."""
    page = context.new_page()
    try:
        page.set_default_timeout(PATIENCE)
        page.goto(url)
        page.wait_for_selector(f"{way.ready}, .sampling[data-state=error]", state="attached")
        if page.locator(".sampling[data-state=error]").count():
            raise SystemExit(f"{way.name}: {page.inner_text('.sampling .error')}")
        page.evaluate(SPY, [way.slider, PATIENCE])
        page.evaluate(way.watch)
        wire = Wire(page)
        wire.slow_down(delay)
        yield page, wire
    finally:
        page.close()


def measure(browser: Browser, way: Way, url: str, delay: int, waits: dict[str, list[float]]) -> Figures:
    """All figures of one way; how long its requests waited goes to ``waits``."""
    figures = Figures([], [], [], [], [], [])
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    with opened(context, way, url) as (page, _):  # one round that does not count
        page.evaluate("spy.touch(-0.35)")
        page.evaluate("spy.letGo()")
        page.evaluate("spy.moves(5, 100)")

    def keep(wire: Wire) -> None:
        for name, times in wire.waits.items():
            waits.setdefault(name, []).extend(times)

    for k in range(TOUCHES):
        with opened(context, way, url, delay) as (page, wire):
            figures.firsts.append(page.evaluate("v => spy.touch(v)", 0.35 + k / 5))  # no picture from the cache
            exact = page.evaluate("spy.letGo()")
            figures.exact += [exact] if exact else []
            if k == TOUCHES - 1:
                figures.moves = page.evaluate("n => spy.moves(n)", MOVES)
                waits.setdefault("a plain fetch", []).extend(page.evaluate("spy.fetches(5)"))
            keep(wire)
    for _ in range(DRAGS):
        with opened(context, way, url, delay) as (page, wire):
            drag = page.evaluate("([s, sweep]) => spy.drag(s, sweep)", [SECONDS, SWEEP])
            figures.requests.append(len(wire.sent))
            figures.sent.append(drag["moves"])
            figures.rates.append(drag["pictures"] / SECONDS)
            keep(wire)
    context.close()
    return figures


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


def row(name: str, f: Figures) -> str:
    cells = (statistics.median(f.moves), p95(f.moves), statistics.median(f.firsts))
    times = "".join(f"{cell:9.0f}" for cell in cells)
    return f"{name:34}{times}{statistics.median(f.rates):12.1f}{statistics.median(f.requests):10.0f}"


def report(delay: int, results: dict[Way, Figures], waits: dict[Way, dict[str, list[float]]]) -> None:
    """One half of the table, and what was measured of the delay."""
    ours, *standard = results
    best, other = sorted(standard, key=lambda way: statistics.median(results[way].moves))
    print(f"\nwith {delay} ms of added network delay" if delay else "\non this machine")
    print(f"{'':34}{'median':>9}{'p95':>9}{'first':>9}{'pictures/s':>12}{'requests':>10}")
    for way in (ours, best):
        print(row(way.name, results[way]))
    print(f"  not in the table:\n{row('  ' + other.name, results[other])}")
    print(f"  ours, from letting go to the exact picture: median {statistics.median(results[ours].exact):.0f} ms; the "
          f"standard way draws every picture exactly; moves in a drag: "
          + ", ".join(f"{statistics.median(results[way].sent):.0f}" for way in results))  # fmt: skip
    print("  from a request to its answer, median ms (least):")
    for way in results:
        kinds = "; ".join(f"{k} {statistics.median(t):.0f} ({min(t):.0f})" for k, t in sorted(waits[way].items()))
        print(f"    {way.name}: {kinds}")
    missed = {name for way in results for name, times in waits[way].items() if min(times) < 0.95 * delay}
    if missed:
        raise SystemExit(f"The delay of {delay} ms does not reach {', '.join(sorted(missed))}.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", choices=("faces", "digits"), default="faces")
    model = parser.parse_args().model
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that servers end with a run that is ended
    plain = ("tests.benchmarks.plain_slider", "--model", model)
    ways = {
        Way("our Sample tab", ("gan_models.ui.tabs", "sample"), *OURS): f"/#sample?m={model}",
        Way("gr.Slider to gr.Image", plain, *STANDARD): "/",
        Way("gr.Slider to gr.Image, queue=False", (*plain, "--no-queue"), *STANDARD): "/",
    }
    results: dict[int, dict[Way, Figures]] = {0: {}, DELAY: {}}
    waits: dict[int, dict[Way, dict]] = {0: {}, DELAY: {}}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        try:
            for way, place in ways.items():
                with served(way) as url:
                    for delay in results:
                        print(f"{way.name}, {delay} ms of delay ...", file=sys.stderr, flush=True)
                        waits[delay][way] = {}
                        results[delay][way] = measure(browser, way, url + place, delay, waits[delay][way])
            version = browser.version
        finally:
            browser.close()
    print(f"{model}; Chromium {version}, Gradio {metadata.version('gradio')}, Python {platform.python_version()}, "
          f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}; "
          "milliseconds from the slider to the painted picture")  # fmt: skip
    for delay in results:
        report(delay, results[delay], waits[delay])


if __name__ == "__main__":
    main()
