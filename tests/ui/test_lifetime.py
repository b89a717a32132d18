"""SIGTERM, and the temporary files."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from conftest import ROOT, tab_alone
from test_faults import running

from gan_models.ui.model_pool import ModelPool
from gan_models.ui.server import lifetime
from tests.visitor import Visitor


@pytest.mark.alone
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
        while not list((tmp_path / "tmp").glob(f"{lifetime.PREFIX}*")) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert not list((tmp_path / "tmp").iterdir())
        assert "Traceback" not in log.read_text()


def test_a_tab_alone_is_served_as_the_whole_page_is(tmp_path, monkeypatch):
    """Its own route, counters and health; and nothing is left of it."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.delenv("GRADIO_TEMP_DIR", raising=False)
    with tab_alone("digits", tmp_path) as url:
        visitor = Visitor(url, timeout=240)
        assert visitor.ask("digits", {"ask": "paint", "text": "42"})["tiles"]
        assert 'gan_atelier_calls_total{endpoint="digits.paint",outcome="ok"}' in visitor.http.get("/metrics").text
        assert set(visitor.http.get("/healthz").json()["waiting"]) == {"digits", "endpoints"}
        assert visitor.post("horses", {"ask": "example", "name": "meadow"}).status_code == 404
        assert list((tmp_path / "tmp").iterdir())
    assert not list((tmp_path / "tmp").iterdir())


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


def leftovers(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_only_what_is_ours_is_swept(tmp_path, monkeypatch):
    """A folder in use is named: what others keep in it stays, however old it is."""
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    others = ("letter.txt", "drafts/old.txt", "gan-atelier-0123456789abcdef/looks like ours.txt")
    for name in others:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    for path in tmp_path.rglob("*"):
        os.utime(path, (0, 0))
    before = leftovers(tmp_path)
    with lifetime.temporary_folder() as folder:
        assert folder.parent == tmp_path and Path(os.environ["GRADIO_TEMP_DIR"]) == folder
        old, new = folder / "old.png", folder / "new.png"
        old.touch()
        new.touch()
        os.utime(old, (0, 0))
        os.utime(folder / lifetime.MARK, (0, 0))
        with tempfile.NamedTemporaryFile() as temporary:
            assert Path(temporary.name).parent == folder
        lifetime.sweep(folder)
        assert {path.name for path in folder.iterdir()} == {"new.png", lifetime.MARK}
    assert leftovers(tmp_path) == before
    assert os.environ["GRADIO_TEMP_DIR"] == str(tmp_path)


KILLED = """
import os, signal, sys, time
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.server import lifetime
with lifetime.temporary_folder() as folder:
    (folder / "upload.png").touch()
    print(folder, flush=True)
    if sys.argv[1] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    sys.stdin.read()
"""


def test_the_next_start_removes_what_a_killed_one_left_and_nothing_else(tmp_path):
    environment = {**os.environ, "GRADIO_TEMP_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    options = {"env": environment, "stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", KILLED, "lives"], **options) as lives:
        there = Path(lives.stdout.readline().strip())
        killed = subprocess.run([sys.executable, "-c", KILLED, "killed"], **options | {"stdin": None}, timeout=60)
        assert killed.returncode == -signal.SIGKILL
        left = Path(killed.stdout.strip())
        assert (left / "upload.png").exists() and (there / "upload.png").exists()
        subprocess.run([sys.executable, "-c", KILLED, "next"], **options | {"stdin": subprocess.DEVNULL}, timeout=60)
        assert not left.exists() and (there / "upload.png").exists()
        lives.stdin.close()
    assert leftovers(tmp_path) == set()


STUBBORN = """
import sys, time
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.server import lifetime
lifetime.end_on_sigterm(grace_s=1.0)
with lifetime.temporary_folder() as folder:
    said = ["ready"]
    while True:
        try:
            while said:  # in here, so that no signal comes before it can be swallowed
                print(said.pop(), flush=True)
            time.sleep(60)
        except BaseException:
            print("swallowed", flush=True)
"""


def test_sigterm_is_obeyed_even_where_it_is_swallowed(tmp_path):
    environment = {**os.environ, "GRADIO_TEMP_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", STUBBORN]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert 0.9 < time.monotonic() - started < 10
        assert process.stdout.read() == "swallowed\n"
    assert leftovers(tmp_path) == set()
    assert lifetime.GRACE_S == 10


def test_a_pool_that_closes_warms_up_no_further():
    pool, done = ModelPool("cpu"), []

    def close() -> None:
        done.append("first")
        pool.close()

    pool.warm_up(close, lambda: done.append("second")).join(10)
    assert done == ["first"] and not pool.warming
