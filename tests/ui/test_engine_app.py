"""The real app with its own cluster, asked over HTTP. Needs Ray, else is skipped."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, free_port

from tests.visitor import REQUESTS, Visitor

pytest.importorskip("ray.serve")
pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(600)]


def of_ray(folder: Path) -> list[int]:
    """Processes of the cluster whose files lie in a folder."""
    found = []
    for line in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"RAY_TMPDIR={folder}\0".encode() in line.read_bytes():
                found.append(int(line.parent.name))
        except OSError:
            continue
    return found


def test_a_page_with_a_cluster_answers_and_ends_with_it(tmp_path, tmp_path_factory):
    import tempfile

    port, log = free_port(), tmp_path / "log"
    with tempfile.TemporaryDirectory(prefix="r", dir="/tmp") as short, log.open("w") as out:
        environment = {
            **os.environ, "RAY_TMPDIR": short, "RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled",
            "GRADIO_TEMP_DIR": str(tmp_path / "files"),
        }  # fmt: skip
        page = subprocess.Popen(
            [sys.executable, "app.py", "--port", str(port), "--device", "cpu", "--engine", "ray"],
            cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, env=environment,
        )  # fmt: skip
        try:
            deadline = time.monotonic() + 300
            while "is open at" not in log.read_text():
                assert page.poll() is None and time.monotonic() < deadline, log.read_text()
                time.sleep(0.2)
            visitor = Visitor(f"http://127.0.0.1:{port}", timeout=240)
            for question in (q for q in REQUESTS if q.tab in ("horses", "learn", "digits")):
                answer = visitor.ask(*question)
                assert "error" not in answer, (question, answer["error"], log.read_text())
            run = {"ask": "digits.start", "settings": {"recipe": "classic"}}
            assert "error" not in visitor.ask("learn", run)
            told = until_told(visitor)
            assert told["cluster"]["machines"] == 1 and told["cluster"]["models"]["horse2zebra"] == "RUNNING"
            assert len(told["pages"]) == 1
            text = visitor.http.get("/metrics").text
            assert f'page="{next(iter(told["pages"]))}"' in text and "gan_atelier_calls_total{" in text
            assert of_ray(Path(short))
        finally:
            page.send_signal(signal.SIGTERM)
            code = page.wait(60)
        assert code == 0 and "Traceback" not in log.read_text(), log.read_text()
        deadline = time.monotonic() + 30
        while of_ray(Path(short)) and time.monotonic() < deadline:
            time.sleep(0.5)
        assert not of_ray(Path(short))


def until_told(visitor: Visitor) -> dict:
    deadline = time.monotonic() + 60
    while True:
        told = visitor.http.get("/healthz").json()
        if told["cluster"].get("models", {}).get("horse2zebra") == "RUNNING" or time.monotonic() > deadline:
            return told
        time.sleep(1)
