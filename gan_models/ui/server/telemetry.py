"""What is counted of every call: outcome and duration, never a picture, a text or an address."""

import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from logging.handlers import QueueHandler, QueueListener
from typing import TextIO

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

disable_created_metrics()  # when each series began interests nobody here
OUTCOMES = ("ok", "refused", "busy", "left", "failed")  # refused: told why; left: gone while waiting; failed: our fault
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

Levels = dict[str, Callable[[], dict[str, float]]]


@dataclass
class Call:
    """One call while it lasts; whoever serves it sets the outcome and, when it leaves its line, ``began``."""

    endpoint: str
    arrived: float
    began: float = 0.0
    outcome: str = "ok"


class Telemetry:
    """Counters and durations of the endpoints, in a registry of their own, and a line in the journal for each call.

    Args:
        journal: gets one dictionary a call, or None.
        levels: name of a gauge to what reads it: a value for each label.
    """

    def __init__(self, journal: Callable[[dict], None] | None = None, levels: Levels | None = None):
        self.journal = journal
        self.registry = CollectorRegistry()
        self.calls = Counter("gan_atelier_calls", "Calls", ("endpoint", "outcome"), registry=self.registry)
        self.seconds = Histogram(
            "gan_atelier_call_seconds", "Seconds from arrival to answer, waiting in line included", ("endpoint",),
            registry=self.registry, buckets=SECONDS,
        )  # fmt: skip
        self.in_flight = Gauge("gan_atelier_in_flight", "Calls that have no answer yet", registry=self.registry)
        ProcessCollector(registry=self.registry)  # resident memory, processor time, open files
        self.registry.register(_Levels(levels or {}))

    @contextmanager
    def call(self, endpoint: str) -> Iterator[Call]:
        """Count what happens inside. An exception that passes through counts as failed."""
        call = Call(endpoint, time.perf_counter())
        self.in_flight.inc()
        try:
            yield call
        except BaseException:
            call.outcome = "failed"
            raise
        finally:
            self.in_flight.dec()
            took = time.perf_counter() - call.arrived
            self.calls.labels(endpoint, call.outcome).inc()
            self.seconds.labels(endpoint).observe(took)
            if self.journal:
                waited = max(0.0, call.began - call.arrived)
                self.journal({
                    "time": time.time(), "endpoint": endpoint, "ms": took * 1000, "waited_ms": waited * 1000,
                    "outcome": call.outcome,
                })  # fmt: skip

    def text(self) -> bytes:
        """Everything in Prometheus' text form."""
        return generate_latest(self.registry)


class _Levels(Collector):
    """Gauges that are read when somebody asks for them."""

    def __init__(self, levels: Levels):
        self.levels = levels

    def collect(self) -> Iterable[GaugeMetricFamily]:
        for name, read in self.levels.items():
            label, words = LEVELS[name]
            family = GaugeMetricFamily(f"gan_atelier_{name}", words, labels=[label])
            for key, value in read().items():
                family.add_metric([key], value)
            yield family


LEVELS = {
    "model_loaded": ("model", "1 for a model that is loaded, 0 for one that could not be loaded"),
    "waiting": ("line", "Calls that wait in line"),
    "faults": ("place", "Exceptions that nobody foresaw, by kind, file and line"),
}


class JsonLine(logging.Formatter):
    """A record whose message is a dictionary, as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        facts = record.msg
        when = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(facts["time"]))
        line = facts | {"time": f"{when}.{int(facts['time'] % 1 * 1000):03d}Z"}
        return json.dumps(line | {key: round(line[key], 1) for key in ("ms", "waited_ms")})


class Journal:
    """Writes JSON lines from a thread of its own: a reader who is slow, or gone, holds up no visitor.

    Lines beyond ten thousand unwritten ones are dropped.
    """

    def __init__(self, stream: TextIO | None = None):
        lines: queue.Queue[logging.LogRecord] = queue.Queue(10_000)
        self._in, out = QueueHandler(lines), logging.StreamHandler(stream)
        self._in.setFormatter(JsonLine())
        self._in.handleError = out.handleError = lambda record: None  # full, or a stream that was closed
        self._listener = QueueListener(lines, out)
        self._listener.start()

    def __call__(self, facts: dict) -> None:
        self._in.handle(logging.makeLogRecord({"msg": facts}))

    def close(self) -> None:
        """Write what is left, for at most a second."""
        ending = threading.Thread(target=self._listener.stop, daemon=True)
        ending.start()
        ending.join(1)
