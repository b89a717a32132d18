"""What breaks on a server sooner or later: weights, the Hub, disks."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import textwrap
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from conftest import ROOT, free_port
from loopback_hub import loopback_hub
from safetensors.torch import save_file

from gan_models.core.errors import CheckpointError, ModelUnavailable
from gan_models.registry import CHECKPOINTS
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tabs.arithmetic.handlers import SUM
from gan_models.ui.tabs.sample.handlers import POINT
from tests.visitor import Visitor, hole

# Checkpoints and the Hub


def test_slow_failures_are_remembered_and_quick_ones_are_not(monkeypatch):
    tried = []

    def fail(name: str):
        tried.append(name)
        time.sleep(0.3 if name == "slow" else 0)
        raise CheckpointError("The Hub did not give it within 20 seconds.")

    monkeypatch.setattr("gan_models.ui.model_pool.SLOW_S", 0.2)
    monkeypatch.setattr("gan_models.ui.model_pool.REMEMBERED_S", 1.0)
    pool = ModelPool()
    monkeypatch.setattr(pool, "_load", fail)
    for name in ("slow", "slow", "quick", "quick"):
        with pytest.raises(RuntimeError, match="within 20 seconds"):
            pool.get(name)
    assert tried == ["slow", "quick", "quick"]
    time.sleep(1.1)
    monkeypatch.setattr(pool, "_load", lambda name: name)
    assert pool.get("slow") == "slow", "the Hub is back"
    assert not pool.models()["slow"]


def test_what_nobody_foresaw_is_still_one_sentence(monkeypatch):
    pool = ModelPool()
    monkeypatch.setattr(pool, "_load", lambda name: {}["directions"])
    with pytest.raises(ModelUnavailable, match=r"“faces” does not load \(KeyError: 'directions'\); restore"):
        pool.get("faces")


def copy_of_the_project(folder: Path) -> Path:
    """The program and its weights, to be damaged."""
    for name in ("gan_models", "checkpoints"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", folder / "app.py")
    return folder


@contextmanager
def running(root: Path, temporary: Path, *arguments: str, wait: bool = True):
    """The app of ``root`` in a process of its own; the process, its address and its log."""
    port, log = free_port(), temporary / "log"
    (temporary / "tmp").mkdir(exist_ok=True)
    search = os.pathsep.join([str(root), *os.environ.get("PYTHONPATH", "").split(os.pathsep)])
    environment = {**os.environ, "TMPDIR": str(temporary / "tmp"), "PYTHONPATH": search}
    environment |= {"HF_ENDPOINT": f"http://127.0.0.1:{free_port()}", "HF_HOME": str(temporary / "hub")}
    environment.pop("GRADIO_TEMP_DIR", None)
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "app.py", "--port", str(port), "--device", "cpu", *arguments],
            cwd=root, stdout=out, stderr=subprocess.STDOUT, env=environment,
        )  # fmt: skip
    deadline = time.monotonic() + 240
    while wait and "is open at" not in log.read_text():
        assert process.poll() is None and time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
    try:
        yield process, f"http://127.0.0.1:{port}", log
    finally:
        process.kill()
        process.wait()


def health(visitor: Visitor) -> dict:
    """/healthz once the warm-up is over."""
    deadline = time.monotonic() + 240
    while (told := visitor.http.get("/healthz")).json()["status"] == "starting":
        assert time.monotonic() < deadline
        time.sleep(0.3)
    return told.json() | {"code": told.status_code}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_each_broken_checkpoint_costs_its_own_tab_only(tmp_path):
    root = copy_of_the_project(tmp_path / "project")
    weights = root / "checkpoints"
    (weights / "faces_generator.safetensors").unlink()
    cut = (weights / "horse_to_zebra.safetensors").read_bytes()
    (weights / "horse_to_zebra.safetensors").write_bytes(cut[: len(cut) // 2])
    save_file({"weight": torch.zeros(3)}, weights / "inpainting_generator.safetensors")
    with running(root, tmp_path) as (_, url, log):
        visitor = Visitor(url, timeout=240)
        told = health(visitor)
        assert (told["code"], told["status"]) == (200, "degraded")
        look = {"ask": "look", "model": "faces", "point": POINT}
        for tab, request, model, words in (
            ("sample", look, "faces", "faces_generator.safetensors is missing"),
            ("arithmetic", {"ask": "sum", "sum": SUM}, "faces", "faces_generator.safetensors is missing"),
            ("horses", {"ask": "example", "name": "meadow"}, "horse2zebra", "horse_to_zebra.safetensors is"),
        ):
            error = visitor.ask(tab, request)["error"]
            assert error.startswith(words) and "git checkout" in error
            assert told["models"][model] == {"state": "failed", "why": error}
        opened = visitor.ask("inpaint", {"ask": "example", "number": 0})
        request = {"ask": "fill", "key": opened["key"], "seeds": [1], "frame": opened["faces"][0]}
        words = visitor.ask("inpaint", request, {"mask": hole((opened["width"], opened["height"]))})["error"]
        assert words.startswith("inpainting_generator.safetensors is") and "git checkout" in words
        assert visitor.ask("digits", {"ask": "paint", "view": "number", "text": "42"})["tiles"]
        assert visitor.ask("sample", look | {"model": "digits"})["url"]
        assert visitor.ask("learn", {"ask": "points.start", "settings": {}})["id"]
        shutil.copy(ROOT / "checkpoints" / "faces_generator.safetensors", weights)
        assert visitor.ask("sample", look)["url"], "mended without a new start"
        assert visitor.http.get("/healthz").json()["models"]["faces"] == {"state": "loaded"}
        assert "Traceback" not in log.read_text()


def test_damaged_slider_directions_are_measured_anew(tmp_path, monkeypatch, digits):
    from gan_models import load
    from gan_models.cgan import pipeline as module

    monkeypatch.setattr(module, "CHECKPOINTS_DIR", tmp_path)
    for content in (None, b"cut", "wrong"):
        path = tmp_path / "digits_directions.safetensors"
        if content == "wrong":
            save_file({"directions": torch.zeros(4, 3)}, path)
        elif content:
            path.write_bytes(content)
        found = load("digits", device="cpu", weights="embedded").style_directions
        assert found.shape == digits.style_directions.shape
        assert torch.allclose(found.norm(dim=1), torch.ones(4), atol=1e-4)


# A full disk

FETCH = """
import dataclasses, json, resource, signal, sys, warnings
from pathlib import Path
from gan_models.core import store
from gan_models.core.errors import CheckpointError, ModelUnavailable
from gan_models.registry import CHECKPOINTS
folder, url, limit = sys.argv[1], sys.argv[2], int(sys.argv[3])
warnings.simplefilter("ignore")
if limit:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
entry = dataclasses.replace(CHECKPOINTS["digits-critic"], repo_id="me/weights", revision="v1")
network, found = store.load_network(entry, "hub", endpoint=url, cache_dir=Path(folder), deadline_s=60)
print(json.dumps([found.origin, found.notice, sum(p.numel() for p in network.parameters())]))
"""


@contextmanager
def small_disk(folder: Path):
    """A file system of 256 kB, where this machine lets us mount one; else a limit on the size of a file."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    try:
        yield 0 if mounted.returncode == 0 else 2**18
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither")
@pytest.mark.parametrize("limited", ["file size", "disk"])
def test_full_disk_in_the_cache_folder_gives_the_embedded_weights(tmp_path, limited):
    entry = CHECKPOINTS["digits-critic"]
    data = (ROOT / "checkpoints" / entry.file).read_bytes()
    assert hashlib.sha256(data).hexdigest() == entry.sha256
    with loopback_hub() as hub, small_disk(tmp_path / "cache") as limit:
        hub.add("me/weights", {entry.file: data}, tags=["v1"])
        folder = tmp_path / "cache" if limited == "disk" else tmp_path / "other"
        arguments = [str(folder), hub.url, str(limit if limited == "disk" else 2**18)]
        out = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(FETCH), *arguments], cwd=ROOT, capture_output=True, text=True,
            timeout=240, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert out.returncode == 0, out.stderr[-2000:]
        origin, notice, parameters = json.loads(out.stdout.splitlines()[-1])
        assert (origin, parameters) == ("embedded", entry.parameters)
        assert "me/weights" in notice and "ship with this project" in notice
        assert "the disk is full" in notice
