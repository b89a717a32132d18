"""A Ray cluster of this machine, and a pipeline that needs no weights, for the tests of the engine."""

import os
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from gan_models.core.errors import ModelUnavailable
from gan_models.ui.engine.cluster import Engine
from gan_models.ui.engine.pool import RemotePipeline
from gan_models.ui.engine.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = Settings.model_validate({"default": {"cpus": 0.1, "most": 1}, "training": {"cpus": 0.1}})


def tiny():
    """What opens a pipeline that needs no weights; all of it inside, so that it travels as a value."""

    def load(name: str, device: str, weights: str):
        from gan_models.core.errors import BadRequest

        class Tiny:
            colour = "grey"

            def double(self, number: float, again: int = 1) -> float:
                return number * 2**again

            def refuse(self) -> None:
                raise BadRequest("No such thing.")

            def stumble(self) -> None:
                raise ValueError("a visitor's words")

            def exhaust(self) -> None:
                bytearray(2**50)

            def where(self) -> int:
                return os.getpid()

            def slowly(self, log: str, number: int) -> int:
                with Path(log).open("a") as file:
                    file.write(f"{os.getpid()}\n")
                time.sleep(3)
                return number

        return Tiny()

    return load


@contextmanager
def cluster(port: int):
    """A head of one core with a client port, and one more machine of one core."""
    variables = {
        "RAY_AUTH_MODE": "disabled", "RAY_USAGE_STATS_ENABLED": "0", "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="r", dir="/tmp") as short:
        for name, value in (variables | {"RAY_TMPDIR": short}).items():  # sockets need a short path
            patch.setenv(name, value)
        from ray.cluster_utils import Cluster

        nodes = Cluster()
        try:
            for options in (head(port), {"num_cpus": 1, "object_store_memory": 100 * 2**20}):
                add(nodes, options)
            yield nodes
        finally:
            nodes.shutdown()


def add(nodes, options: dict) -> None:
    """One more machine; Ray gives a process that is slow to start up after 30 s."""
    for attempt in range(3):
        try:
            nodes.add_node(**options)
            return
        except Exception:
            if attempt == 2:
                raise


def head(port: int) -> dict:
    return {
        "num_cpus": 1, "include_dashboard": False, "ray_client_server_port": port,
        "object_store_memory": 100 * 2**20,
    }  # fmt: skip


def eventually(engine: Engine, seconds: float) -> float:
    """How long it took until the tiny pipeline answered again."""
    began = time.monotonic()
    while True:
        try:
            assert RemotePipeline(engine, "tiny").double(21) == 42
            return time.monotonic() - began
        except ModelUnavailable:
            assert time.monotonic() - began < seconds


def until(true, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)
