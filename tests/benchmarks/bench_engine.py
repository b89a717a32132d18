"""What an engine costs and brings: ``python -m tests.benchmarks.bench_engine [--visitors 50] [--seconds 60]``.

A cluster of two machines, both on this one, which hand out four cores' worth of places each. First the way of one call:
what a page pays for a strip of 25 faces that was drawn elsewhere, in milliseconds of the clock and of its own processor
time, which other programs disturb less. Then the plain app and the app on the cluster, each with so many visitors on
all tabs. Needs Ray.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from tests.benchmarks.bench_load import call_again_and_again, crowd
from tests.conftest import ROOT, free_port, started_app
from tests.visitor import REQUESTS

STRIP = (25, 3, 64, 64)  # float32, 1.2 MB


def echo(name: str, device: str, weights: str):
    """A pipeline that computes nothing."""

    class Echo:
        def number(self, value: float) -> float:
            return value

        def strip(self) -> torch.Tensor:
            return torch.from_numpy(np.zeros(STRIP, np.float32))

    return Echo()


def paid(ask: Callable[[], object], calls: int) -> str:
    """Median, least and own processor time of a call, in ms."""
    times, spent = [], time.process_time()
    for _ in range(calls):
        began = time.perf_counter()
        ask()
        times.append(1000 * (time.perf_counter() - began))
    own = 1000 * (time.process_time() - spent) / calls
    return f"median {statistics.median(times):.1f} ms, least {min(times):.1f} ms, own processor time {own:.1f} ms"


def overhead(address: str, calls: int) -> None:
    import ray.cloudpickle

    import tests.benchmarks.bench_engine as here
    from gan_models.core.point import Point
    from gan_models.ui.engine.cluster import Engine
    from gan_models.ui.engine.pool import RemotePipeline
    from gan_models.ui.engine.settings import Settings

    engine = Engine(address, Settings.model_validate({"default": {"cpus": 0.1, "most": 1}}))
    engine.connect()
    ray.cloudpickle.register_pickle_by_value(here)  # the cluster has our package, not our tests
    try:
        engine.open("echo", here.echo, "cpu", "embedded")
        pipeline = RemotePipeline(engine, "echo")
        print(f"the way of a number: {paid(lambda: pipeline.number(1), calls)}")
        print(f"the way of a strip: {paid(pipeline.strip, calls)}", flush=True)
    finally:
        engine.close()
    from gan_models import load

    faces = load("faces", "cpu", "embedded")
    print(f"a strip, computed here: {paid(lambda: faces.strip(Point(), 1), calls)}", flush=True)


def load_test(title: str, visitors: int, seconds: float, *options: str) -> None:
    with tempfile.TemporaryDirectory() as name, started_app(Path(name), *options) as (url, _):
        call_again_and_again(url, len(REQUESTS))
        tally = crowd(url, visitors, seconds)
        print(f"\n{title}, {visitors} visitors for {seconds:g} s; errors {len(tally.wrong)} {tally.wrong[:2]}")
        print("| tab | answers | busy | median | p95 | longest |\n| --- | --- | --- | --- | --- | --- |")
        for tab, count, busy, *times in tally.rows():
            print(f"| {tab} | {count} | {busy} | " + " | ".join(f"{t:.2f} s" for t in times) + " |")
        print(f"{sum(row[1] for row in tally.rows()) / seconds:.1f} answers a second", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--calls", type=int, default=100)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="r", dir="/tmp") as short:  # Ray's sockets need a short path
        os.environ |= {
            "RAY_TMPDIR": short, "RAY_AUTH_MODE": "disabled", "RAY_USAGE_STATS_ENABLED": "0", "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        from ray.cluster_utils import Cluster

        port, small = free_port(), {"num_cpus": 4, "object_store_memory": 200 * 2**20}
        head = small | {"include_dashboard": False, "ray_client_server_port": port}
        nodes = Cluster(initialize_head=True, head_node_args=head)
        try:
            nodes.add_node(**small)
            overhead(f"ray://127.0.0.1:{port}", args.calls)
            if args.visitors:
                options = ("--engine", f"ray://127.0.0.1:{port}")
                load_test("the app on a cluster of two machines", args.visitors, args.seconds, *options)
        finally:
            nodes.shutdown()
    if args.visitors:
        load_test("the plain app", args.visitors, args.seconds)


if __name__ == "__main__":
    main()
