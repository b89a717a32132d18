"""The command line, and the endpoints through the real server."""

import json
import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from conftest import free_port
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]


def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "app.py", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120,
        env={**os.environ, **environment},
    )  # fmt: skip


def test_help_names_every_option():
    out = start("--help")
    assert out.returncode == 0
    options = "host", "port", "device", "weights", "share", "mcp", "log", "allow-host", "proxy", "engine"
    for option in (f"--{name}" for name in options):
        assert option in out.stdout


def test_port_taken_says_so():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        out = start("--port", str(taken.getsockname()[1]))
    assert out.returncode == 1
    assert "choose another" in out.stderr
    assert "Traceback" not in out.stderr


@pytest.mark.parametrize("port", ["0", "70000"])
def test_impossible_port(port):
    out = start("--port", port)
    assert out.returncode == 1
    assert "1 to 65535" in out.stderr


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"GRADIO_SERVER_PORT": "abc"}, "GRADIO_SERVER_PORT must be from 1 to 65535, not abc."),
        ({"GAN_ATELIER_LOG": "xml"}, "GAN_ATELIER_LOG must be json or off, not xml."),
        ({"GRADIO_TEMP_DIR": f"{__file__}/files"}, "name another in GRADIO_TEMP_DIR."),
    ],
)
def test_an_environment_that_makes_no_sense_gets_one_sentence(environment, words):
    out = start(*([] if "GRADIO_SERVER_PORT" in environment else ["--port", str(free_port())]), **environment)
    assert out.returncode == 1
    assert out.stderr.strip().endswith(words) and out.stderr.count("\n") == 1


def test_absent_device_says_so():
    import torch

    if torch.cuda.is_available() and torch.backends.mps.is_available():
        pytest.skip("this machine has every device")
    out = start("--device", "mps" if torch.cuda.is_available() else "cuda", "--port", str(free_port()))
    assert out.returncode == 1
    assert "--device auto" in out.stderr
    assert "Traceback" not in out.stderr


@pytest.fixture(scope="module")
def client(app_url):
    from gradio_client import Client

    return Client(app_url, verbose=False)


def test_digits_endpoint(client):
    picture, opinions = client.predict("24.12.2026", 7, 0, 0, 0, 0, api_name="/digits")
    page = np.asarray(Image.open(picture if isinstance(picture, str) else picture["path"]).convert("L"))
    assert page.shape[1] > 7 * page.shape[0] * 0.8
    assert page.min() < 40
    assert page.max() == 255
    assert [o["digit"] for o in opinions] == [2, 4, 1, 2, 2, 0, 2, 6]
    assert sum(o["reads_as"] == o["digit"] for o in opinions) >= 7
    assert all(0 <= o["realness"] <= 1 for o in opinions)


@pytest.mark.parametrize(
    ("text", "says"), [("", "Type a number"), ("abc", "Only the digits"), ("5" * 500, "more than 12"), ("🙂", "Only")]
)
def test_bad_texts_get_a_message_and_the_next_call_works(client, text, says):
    with pytest.raises(Exception, match=says):
        client.predict(text, 7, 0, 0, 0, 0, api_name="/digits")
    assert client.predict("1", 7, 0, 0, 0, 0, api_name="/digits")[1][0]["digit"] == 1


def test_out_of_range_sliders_are_clamped(client):
    far = client.predict("8", 7, 1e9, 0, 0, 0, api_name="/digits")[1]
    edge = client.predict("8", 7, 3, 0, 0, 0, api_name="/digits")[1]
    assert far == edge


def post(url: str, body: str) -> str:
    request = urllib.request.Request(url, body.encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode()


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-1e400", "null", '"x"'])
def test_numbers_that_are_none(app_url, client, value):
    """What a browser would never send; a script may. Whatever is answered, the next call works."""
    try:
        event = json.loads(post(f"{app_url}/gradio_api/call/digits", f'{{"data": ["3", 7, {value}, 0, 0, 0]}}'))
        with urllib.request.urlopen(f"{app_url}/gradio_api/call/digits/{event['event_id']}", timeout=30) as stream:
            assert stream.read().decode().startswith(("event: complete", "event: error"))
    except urllib.error.HTTPError as error:
        assert 400 <= error.code < 500 or value in ("NaN", "Infinity", "-1e400")
    assert client.predict("3", 7, 0, 0, 0, 0, api_name="/digits")[1][0]["digit"] == 3


def test_discriminator_endpoint(client, digits, tmp_path):
    from gradio_client import handle_file

    path = tmp_path / "seven.png"
    digits.generate([7], [1])[0].resize((200, 200)).save(path)
    verdict = client.predict(handle_file(str(path)), 7, api_name="/critic")
    assert verdict["reads_as"] == 7
    Image.eval(Image.open(path), lambda v: 255 - v).save(path)  # dark on light is read as well
    assert client.predict(handle_file(str(path)), 7, api_name="/critic")["reads_as"] == 7
    with pytest.raises(Exception, match="picture of one digit"):
        client.predict(None, 7, api_name="/critic")


def test_sample_endpoints(client):
    face, said = client.predict(7, 1, 3, 0, 0, 0, 0, 0, api_name="/sample_face")
    assert Image.open(face if isinstance(face, str) else face["path"]).size == (256, 256)
    assert "man" in said["sees"] and 0 <= said["realness"] <= 1
    for wild in ((-5, 1, 1e9, 0, 0, 0, 0, 0), (10**9, 99, 0, 0, 0, 0, 0, 0)):
        assert client.predict(*wild, api_name="/sample_face")[1]["sees"]
    ink, said = client.predict(7, 3, 1, 0, 0, 0, 0, 0, 0, api_name="/sample_digit")
    assert said["reads_as"] == 3 and 0 <= said["realness"] <= 1
    assert Image.open(ink if isinstance(ink, str) else ink["path"]).size == (2 * 18 + 224, 2 * 18 + 224)


def digit_handlers():
    from gan_models.ui.model_pool import ModelPool
    from gan_models.ui.tabs.digits.handlers import DigitsHandlers

    return DigitsHandlers(ModelPool("cpu", "embedded"))


def test_the_digits_tab_survives_any_json():
    answer_to = digit_handlers().answer
    for request in ({}, {"view": "x"}, {"text": [1]}, {"text": "1", "amounts": "abc"}, {"text": "1", "seed": {}},
                    {"view": "morph", "from": "x", "to": None}, {"view": "wall", "seed": float("inf")},
                    {"view": "hands", "digit": -5}, {"text": "1", "amounts": [None, "x", 1e99, [], 7]}):  # fmt: skip
        answer = answer_to({"ask": "paint"} | request)
        assert "error" in answer or answer["facts"]
    assert answer_to({"ask": "paint", "text": "12"})["tiles"][1]["label"] == 2
    for request in (None, 5, "x", [], {"view": "number", "text": "12"}):
        assert "error" in answer_to(request)


def test_a_tab_reports_a_broken_checkpoint_and_recovers(tmp_path, monkeypatch):
    from gan_models.core import store

    page = digit_handlers()
    monkeypatch.setattr(store, "CHECKPOINTS_DIR", tmp_path)
    assert "missing" in page.answer({"ask": "paint", "text": "1"})["error"]
    monkeypatch.undo()
    assert page.answer({"ask": "paint", "text": "1"})["tiles"]
