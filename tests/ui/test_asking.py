"""The route by which pages ask, through the real server: what it refuses, and what becomes of a bug of ours."""

import json
from collections import Counter
from contextlib import contextmanager

import httpx
import pytest
import torch
from conftest import ROOT, free_port
from PIL import Image
from torch.nn.modules.module import register_module_forward_pre_hook

from gan_models.core.pictures import LargeUrl, data_url
from gan_models.ui.app import TABS, build_app
from gan_models.ui.requests import Request
from gan_models.ui.server import asking, faults
from gan_models.ui.server.faults import OUR_FAULT
from gan_models.ui.server.service import put_in_service
from tests.visitor import OPENERS, REQUESTS, Visitor, as_file

PORTRAIT = ROOT / "gan_models/ui/tabs/inpaint/average_women.webp"
SECRET = "my grandmother's maiden name"
NAMED = {"x-atelier-session": "somebody"}
# What each endpoint is given; pictures are uploaded first.
ENDPOINTS = {
    "sample_face": [7, 1, 0, 0, 0, 0, 0, 0],
    "sample_digit": [7, 3, 1, 0, 0, 0, 0, 0, 0],
    "sample_thing": [7, "frog", 1, "dog", 0.5],
    "arithmetic": ["1", "2", "3", 1],
    "digits": ["1990", 7, 0, 0, 0, 0],
    "critic": ["picture", 3],
    "translate": ["picture", "auto", 1],
    "inpaint": ["portrait", "mask", 0],
    "draw": ["picture", "things", 1, 0],
    "enlarge": ["picture", 4, 1],
    "colour": ["picture", 1, 0],
    "uncrop": ["picture", 0.25, 0.25, 0, 0, 0],
    "flower": ["a red rose", 1],
}


@pytest.fixture(scope="module")
def served():
    """The whole page, served from this process so that bugs can be planted in it: the page, and its address."""
    page, calls = build_app("cpu", "embedded"), []
    service = put_in_service(page.blocks, page.pool, page.handlers, calls.append)
    port, options = free_port(), page.launch_options | service.launch_options
    page.blocks.launch(server_port=port, prevent_thread_lock=True, quiet=True, ssr_mode=False, **options)
    yield page, f"http://127.0.0.1:{port}", calls
    page.blocks.close(verbose=False)


@pytest.fixture
def visitor(served):
    visitor = Visitor(served[1], timeout=240)
    yield visitor
    visitor.leave()


def wrong_shape(*_):
    """A bug as it comes: PyTorch's own error, with what a visitor said beside it."""
    said = SECRET  # noqa: F841
    return torch.zeros(2, 3) @ torch.zeros(4, 5)


@contextmanager
def broken_networks():
    """Every network fails in every pass, as after a careless change of a shape; loading one makes no pass."""
    hook = register_module_forward_pre_hook(wrong_shape)
    try:
        yield
    finally:
        hook.remove()


@pytest.mark.parametrize("number", range(len(TABS)), ids=[tab.title for tab in TABS])
def test_a_bug_in_any_handler_is_our_fault(served, visitor, monkeypatch, capfd, number):
    page, _, calls = served
    tab = page.handlers[number]
    monkeypatch.setattr(faults, "_seen", Counter())
    for ask, (_, method) in tab.asks.items():
        monkeypatch.setattr(tab, method, wrong_shape)
        monkeypatch.setitem(tab.asks, ask, (Request, method))
        assert visitor.ask(tab.name, {"ask": ask, "text": SECRET}) == {"error": OUR_FAULT}
        assert (calls[-1]["endpoint"], calls[-1]["outcome"]) == (f"{tab.name}.{ask}", "failed")
    printed = capfd.readouterr().err
    assert sum(faults.reported().values()) == len(tab.asks)
    assert printed.count("in wrong_shape") == bool(tab.asks), "where it happened is told once in full"
    assert SECRET not in printed and "mat1" not in printed


@pytest.mark.parametrize("number", range(len(TABS)), ids=[tab.title for tab in TABS])
def test_a_bug_in_the_networks_is_our_fault_in_every_tab(served, visitor, number):
    tab = served[0].handlers[number]
    questions = [question for question in REQUESTS if question.tab == tab.name]
    assert bool(questions) == bool(tab.asks), "tests/visitor.py asks every tab that can be asked"
    if tab.name in OPENERS:
        assert "error" not in visitor.open(tab.name)
    with broken_networks():
        answers = [visitor.ask(*question) for question in questions]
    failed = [answer for answer in answers if answer == {"error": OUR_FAULT}]
    assert failed or not questions
    assert [answer["error"] for answer in answers if "error" in answer and answer not in failed] == []


def upload(url: str, picture: Image.Image) -> dict:
    files = {"files": ("a.png", as_file(picture), "image/png")}
    path = httpx.post(f"{url}/gradio_api/upload", files=files, trust_env=False).json()[0]
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


def test_a_bug_is_our_fault_in_every_endpoint(served, capfd):
    page, url, calls = served
    names = {fn.api_name for fn in page.blocks.fns.values() if fn.api_name}
    assert names == set(ENDPOINTS), "give a new endpoint something to do here"
    mask = Image.radial_gradient("L")
    portrait = Image.open(PORTRAIT).convert("RGB").resize(mask.size)  # a picture without a face would need no network
    given = {"picture": mask.convert("RGB"), "mask": mask, "portrait": portrait}
    given = {name: upload(url, picture) for name, picture in given.items()}
    for name, data in ENDPOINTS.items():
        data = [given.get(value, value) if isinstance(value, str) else value for value in data]
        with broken_networks():
            begun = httpx.post(f"{url}/gradio_api/call/{name}", json={"data": data}, trust_env=False, timeout=240)
            address = f"{url}/gradio_api/call/{name}/{begun.json()['event_id']}"
            text = httpx.get(address, trust_env=False, timeout=240).text
        assert text.startswith("event: error") and OUR_FAULT in text, (name, text)
        assert (calls[-1]["endpoint"], calls[-1]["outcome"]) == (f"/{name}", "failed")
    assert SECRET not in capfd.readouterr().err


def test_afterwards_every_tab_works(served, visitor):
    for question in REQUESTS:
        assert "error" not in visitor.ask(*question), question.request


def ask(url: str, tab: str = "digits", **more) -> httpx.Response:
    return httpx.post(f"{url}/atelier/ask/{tab}", trust_env=False, timeout=60, **({"headers": NAMED} | more))


GOOD = {"ask": "paint", "text": "42"}
AS_JSON = {"content-type": "application/json"}


def test_what_no_page_sends_has_a_status(served):
    url = served[1]
    assert ask(url, json=GOOD).json()["tiles"]
    assert ask(url, files={"request": (None, json.dumps(GOOD))}).json()["tiles"]
    assert httpx.get(f"{url}/atelier/ask/digits", trust_env=False).status_code == 405
    for status, more in (
        (404, {"tab": "nowhere", "json": GOOD}),
        (404, {"tab": "../healthz", "json": GOOD}),
        (400, {"json": GOOD, "headers": {}}),
        (400, {"json": GOOD, "headers": {"x-atelier-session": "short"}}),
        (400, {"json": GOOD, "headers": {"x-atelier-session": "a b c d e f g h"}}),
        (415, {"content": json.dumps(GOOD)}),
        (415, {"content": b"a=1", "headers": NAMED | {"content-type": "application/x-www-form-urlencoded"}}),
        (400, {"content": b"", "headers": NAMED | AS_JSON}),
        (400, {"content": b'{"ask": "paint", "seed": NaN}', "headers": NAMED | AS_JSON}),
        (400, {"content": b'{"ask": ' + b"[" * 30_000, "headers": NAMED | AS_JSON}),
        (400, {"content": b'{"ask": "paint", "seed": ' + b"9" * 30_000 + b"}", "headers": NAMED | AS_JSON}),
        (413, {"json": GOOD | {"text": "1" * 70_000}}),
        (400, {"files": {"picture": b"no request"}}),
        (400, {"files": {"request": (None, "no JSON")}}),
        (400, {"files": {"request": (None, json.dumps(GOOD | {"text": "1" * 70_000}))}}),
        (400, {"files": {str(k): b"" for k in range(9)} | {"request": (None, json.dumps(GOOD))}}),
        (400, {"content": b"--a", "headers": NAMED | {"content-type": "multipart/form-data"}}),
        (413, {"files": {"picture": bytes(26_000_000), "request": (None, json.dumps(GOOD))}}),
    ):
        answer = ask(url, **more)
        assert answer.status_code == status, (status, more.get("tab"), answer.text[:200])
        assert "send less" in answer.text if status == 413 else answer.json()
    assert ask(url, json=GOOD).json()["tiles"]


def test_a_large_url_is_spelled_out_in_the_answer():
    for data in (b"", b"a picture", bytes(range(256)) * 2000):
        url = LargeUrl(data, "png")
        for more in ({}, {"name": "a\u00e4.png", "width": 3}):
            pieces = asking.in_pieces({"url": url} | more)
            whole = b"".join(piece if isinstance(piece, bytes) else b"".join(piece) for piece in pieces)
            assert json.loads(whole) == {"url": data_url(data, "png")} | more and len(whole) == sum(map(len, pieces))
            assert str(url) == data_url(data, "png")


def test_a_request_cannot_say_that_it_is_somebody_else(served):
    url = served[1]
    shown = ask(url, "horses", json={"ask": "example", "name": "meadow"}, headers={"x-atelier-session": "ann-ann-ann"})
    asked = {"ask": "translate", "key": shown.json()["key"], "direction": "horse_to_zebra", "visitor": "ann-ann-ann"}
    assert ask(url, "horses", json=asked).json()["expired"]
    form = {"request": (None, json.dumps(asked)), "visitor": b"ann-ann-ann"}
    assert ask(url, "horses", files=form).json()["expired"]
    assert "change" in ask(url, "horses", json=asked, headers={"x-atelier-session": "ann-ann-ann"}).json()


def test_what_visitors_bring_never_reaches_the_disk(served, monkeypatch):
    import tempfile

    rolled = []
    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", lambda self: rolled.append(self))
    noise = Image.effect_noise((2200, 2200), 60).convert("RGB")
    data = as_file(noise, compress_level=0)
    assert len(data) > 10_000_000
    answer = Visitor(served[1], timeout=120).ask("horses", {"ask": "open"}, {"picture": data})
    assert answer["full"] == [2200, 2200] and rolled == []
