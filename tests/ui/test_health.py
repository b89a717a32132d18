"""Health: what is loaded, what failed and why, and that of the real page."""

import time
from pathlib import Path

import pytest

from gan_models.core.errors import ModelUnavailable
from gan_models.data.mnist_subsets import DIGITS
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.server.health import verdict
from tests.visitor import Visitor, health, metrics


def test_health_says_what_is_loaded_and_what_failed(monkeypatch):
    pool = ModelPool()
    assert verdict(pool.models(), warming=True) == "starting"
    monkeypatch.setattr(pool, "_load", lambda name: {"good": object()}[name])
    pool.get("good")
    assert verdict(pool.models(), False) == "ok"
    with pytest.raises(RuntimeError, match="“bad” does not load"):
        pool.get("bad")
    assert set(pool.models()) == {"good", "bad"} and not pool.models()["good"]
    assert "git checkout" in pool.models()["bad"]
    assert verdict(pool.models(), False) == "degraded"
    assert verdict({"bad": "why"}, False) == "degraded", "points learn without any model"
    assert verdict({"bad": "why"}, False, playable=False) == "down"
    assert verdict({"bad": "why", "good": ""}, False, playable=False) == "degraded"
    monkeypatch.setattr(pool, "_load", lambda name: Path("/srv/secret place/weights/x.bin").read_bytes())
    with pytest.raises(RuntimeError, match=r"No such file or directory: 'x.bin'"):
        pool.get("astray")
    assert "/" not in pool.models()["astray"].replace("-r requirements", "")
    assert verdict({}, False) == "ok"


def test_a_damaged_data_file_is_named(tmp_path):
    pool, sheet = ModelPool(), tmp_path / "mnist_subset.png"
    for content in (None, b"cut"):
        if content:
            sheet.write_bytes(content)
        with pytest.raises(ModelUnavailable, match=r"mnist_subset\.png"):
            pool.keep("mnist-subset", lambda: DIGITS.load(sheet))
        assert "mnist_subset.png" in pool.models()["mnist-subset"]
        assert str(tmp_path) not in pool.models()["mnist-subset"]
    assert pool.keep("mnist-subset", DIGITS.load)[0].shape == (10_000, 28, 28)
    assert pool.models() == {"mnist-subset": ""}


def test_health_of_the_real_page(app_url):
    deadline = time.monotonic() + 240
    while (body := health(app_url).json())["status"] == "starting" and time.monotonic() < deadline:
        time.sleep(0.5)
    assert health(app_url).status_code == 200
    assert body["status"] in ("ok", "degraded")  # other tests on this page ask for models of an absent Hub
    for name in ("faces", "digits", "horse2zebra", "inpainting"):
        assert body["models"][name] == {"state": "loaded"}
    visitor = Visitor(app_url)
    assert visitor.ask("digits", {"ask": "paint", "text": "42"})["tiles"]
    counted = metrics(app_url)
    assert counted["gan_atelier_calls_total", "digits.paint", "ok"] >= 1
    assert counted["gan_atelier_model_loaded", "faces"] == 1
    assert {key[1] for key in counted if key[0] == "gan_atelier_waiting"} >= {"sample", "digits", "learn", "endpoints"}
