"""SIGTERM, and the temporary files."""

import os
import signal
import threading
import time

import pytest
from conftest import ROOT
from test_faults import running

from gan_models.ui.server import lifetime
from tests.visitor import Visitor

pytestmark = pytest.mark.alone


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_sigterm_in_the_middle_of_training_ends_cleanly(tmp_path):
    with running(ROOT, tmp_path, "--log", "json") as (process, url, log):
        Visitor(url, timeout=240).ask("learn", {"ask": "digits.frame", "id": "nobody's", "steps": 1})
        trainers = [Visitor(url, timeout=240) for _ in range(3)]
        leaving = threading.Event()

        def train(visitor: Visitor) -> None:
            key = visitor.ask("learn", {"ask": "digits.start", "settings": {}})["id"]
            while not leaving.is_set():
                visitor.ask("learn", {"ask": "digits.frame", "id": key, "steps": 1000})

        def quietly(visitor: Visitor) -> None:
            try:
                train(visitor)
            except Exception:  # the server went away, as it should
                leaving.set()

        for visitor in trainers:
            threading.Thread(target=quietly, args=(visitor,), daemon=True).start()
        deadline = time.monotonic() + 240
        while log.read_text().count("learn.digits.frame") < 5 and time.monotonic() < deadline:
            time.sleep(0.2)
        assert not leaving.is_set()
        upload = {"files": ("a.png", bytes(1000), "image/png")}
        assert trainers[0].http.post("/gradio_api/upload", files=upload).status_code == 200
        assert list((tmp_path / "tmp").rglob("a.png"))
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        took = time.monotonic() - started
        print(f"ended {took:.1f} s after SIGTERM")
        assert took < 5
        assert not list((tmp_path / "tmp").iterdir()), "temporary files were left behind"
        assert "Traceback" not in log.read_text()


def test_sigterm_while_starting(tmp_path):
    with running(ROOT, tmp_path, wait=False) as (process, _, log):
        deadline = time.monotonic() + 120
        while not list((tmp_path / "tmp").iterdir()) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert not list((tmp_path / "tmp").iterdir())
        assert "Traceback" not in log.read_text()


def test_broom_takes_what_is_old_and_leaves_what_is_new(tmp_path):
    for name in ("old/picture.png", "new/picture.png", "half/old.png", "half/new.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "empty").mkdir()
    past = time.time() - 4000
    for name in ("old/picture.png", "half/old.png", "old", "empty"):
        os.utime(tmp_path / name, (past, past))
    lifetime.sweep(tmp_path, older_than_s=3600)
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert left == {"new", "new/picture.png", "half", "half/new.png", "old"}, "a folder just emptied stays a while"
    os.utime(tmp_path / "old", (past, past))
    lifetime.sweep(tmp_path, older_than_s=3600)
    assert not (tmp_path / "old").exists()
    lifetime.sweep(tmp_path / "nowhere")
