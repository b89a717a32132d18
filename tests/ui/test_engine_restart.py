"""A cluster whose head is started again, and the page that waited for it. Needs Ray, else is skipped."""

import time

import pytest
from conftest import free_port
from ray_cluster import SETTINGS, cluster, eventually, tiny

from gan_models.core.errors import ModelUnavailable
from gan_models.ui.engine.cluster import Engine
from gan_models.ui.engine.pool import RemotePipeline

pytest.importorskip("ray.serve")
pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(900)]


def test_a_head_that_is_started_again_is_joined_again():
    port = free_port()
    engine = Engine(f"ray://127.0.0.1:{port}", SETTINGS)
    try:
        with cluster(port):
            engine.connect(embedded=False)
            engine.open("tiny", tiny(), "cpu", "embedded")
            assert RemotePipeline(engine, "tiny").double(2) == 4
        with pytest.raises(ModelUnavailable):
            engine.call("tiny", "double", (1,))
        with cluster(port):
            began = time.monotonic()
            eventually(engine, 30)
            print(f"all well {time.monotonic() - began:.1f} s after the head came back")
    finally:
        engine.close()
