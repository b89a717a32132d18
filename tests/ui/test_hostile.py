"""Everything that a tab can be asked, against requests that no page would send."""

import base64
import io
import json
import math
import pickle
import struct
import sys
import threading
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from gan_models.core.pictures import LargeUrl
from tests.visitor import OPENERS, REQUESTS, Question

VISITOR = "a-visitor"
LONGEST = 20.0  # seconds an answer may take on a busy machine
DECODER = [sys.executable, "-m", "gan_models.core.picture_worker"]  # in which clips are opened
FORBIDDEN = ("/etc/", "/proc/self/environ", *(str(Path.home() / name) for name in (".ssh", ".netrc", ".bash")))


class Trap:
    """Notes, while set, what no request may cause: an unpickled name, a connection, a file of the system opened."""

    def __init__(self):
        self.caught, self.set_for = [], None
        sys.addaudithook(self.hear)

    def hear(self, event: str, args: tuple) -> None:
        if self.set_for != threading.get_ident():
            return
        if event == "subprocess.Popen" and args[1] == DECODER:
            return
        if event in ("pickle.find_class", "socket.connect", "socket.getaddrinfo", "os.system", "subprocess.Popen"):
            self.caught.append((event, str(args[:2])))
        elif event == "open" and isinstance(args[0], str) and args[0].startswith(FORBIDDEN):
            self.caught.append((event, args[0]))

    def __enter__(self):
        self.caught.clear()
        self.set_for = threading.get_ident()
        return self

    def __exit__(self, *_):
        self.set_for = None


TRAP = Trap()


class Opener:
    """What a pickle can do that nobody should let it."""

    def __reduce__(self):
        return (open, ("/etc/hostname",))


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_bomb(side: int) -> bytes:
    """A PNG of side x side pixels in a few thousand bytes."""
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 2_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")


def jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((90, 60), 60).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue()


def animation() -> bytes:
    buffer = io.BytesIO()
    pages = [Image.new("RGB", (40, 30), (20 * k, 90, 120)) for k in range(12)]
    pages[0].save(buffer, "WEBP", save_all=True, append_images=pages[1:])
    return buffer.getvalue()


FILES = {
    "nothing": b"",
    "text": b"I am called photo.jpg",
    "html": b"<html><script>fetch('http://example.com')</script></html>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n(/etc/passwd) (r) file\n",
    "pickle": pickle.dumps(Opener()),
    "torch": b"PK\x03\x04" + pickle.dumps(Opener()) * 3,
    "polyglot": b"GIF89a" + struct.pack("<HH", 60_000, 60_000) + b"\x80\0\0<script>alert(1)</script>PK\x03\x04",
    "half a jpeg": jpeg()[:400],
    "jpeg and more": jpeg() + b"PK\x03\x04" + b"\0" * 1000,
    "bomb": png_bomb(60_000),
    "wide": png_bomb(1)[:16] + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 2**31 - 1, 1, 8, 0, 0, 0, 0))[8:],
    "animation": animation(),
    "safetensors": struct.pack("<Q", 2**40) + b'{"a":{"dtype":"F32","shape":[9],"data_offsets":[0,36]}}',
    "deep": struct.pack("<Q", 60_000) + b"[" * 60_000,
}
NASTY = (
    None, True, -1, 0, 10**400, 2**63, 1e308, -0.0, math.nan, math.inf, "", "\0", "x" * 5000, "../../../../etc/passwd",
    "/etc/passwd", "file:///etc/passwd", "http://127.0.0.1:9/x", "__class__", "🦓", "1e999", [], {}, [[]], [None] * 40,
    [math.nan] * 6, {"seed": {}}, {"__proto__": 1}, [1] * 5000, {"x": math.nan, "y": 0, "side": 1e300, "angle": "0"},
)  # fmt: skip


def places(value, path=()):
    """Every place in a request where something else could stand."""
    yield path
    for key, inner in value.items() if isinstance(value, dict) else ():
        yield from places(inner, (*path, key))
    for key, inner in enumerate(value[:3]) if isinstance(value, list) else ():
        yield from places(inner, (*path, key))


def put(value, path, new):
    """The request with ``new`` at one of its places."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value) if isinstance(value, list) else {}
    try:
        inner = copy[path[0]]
    except (KeyError, IndexError):
        inner = None
    if isinstance(copy, list) and path[0] not in range(len(copy)):
        return copy
    copy[path[0]] = put(inner, path[1:], new)
    return copy


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(NASTY),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@st.composite
def hostile_requests(draw):
    tab, request, files = draw(st.sampled_from(REQUESTS))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(places(request))))
        request = put(request, path, draw(st.sampled_from(NASTY) | JSON))
    names = draw(st.sampled_from([list(files), list(files), [], ["picture", "key", "visitor"]]))
    other = st.sampled_from(list(FILES.values()))
    return Question(tab, request, {name: files[name] if name in files else draw(other) for name in names})


@pytest.fixture(scope="module")
def server():
    """The tabs' handlers by name, and a key for each tab that needs one."""
    from gan_models.ui.app import build_app

    tabs = {handlers.name: handlers for handlers in build_app("cpu", "embedded").handlers}
    keys = {tab: tabs[tab].answer(ask, {}, VISITOR) for tab, ask in OPENERS.items()}
    return tabs, {tab: answer.get("key") or answer["id"] for tab, answer in keys.items()}


def answer_to(server, tab: str, request, files=None) -> dict:
    tabs, keys = server
    if isinstance(request, dict):
        request = {k: keys.get(tab) if isinstance(v, str) and v == "?" else v for k, v in request.items()}
    started = time.monotonic()
    with TRAP:
        answer = tabs[tab].answer(request, files, VISITOR)
    assert time.monotonic() - started < LONGEST
    assert TRAP.caught == []
    assert isinstance(answer, dict)
    text = json.dumps(answer, allow_nan=False, default=LargeUrl.__str__)
    assert "root:x:0" not in text and base64.b64encode(b"root:x:0:0").decode()[:12] not in text
    if "error" in answer:
        assert isinstance(answer["error"], str) and 10 < len(answer["error"]) < 400
        assert "Traceback" not in answer["error"] and "/site-packages/" not in answer["error"]
    return answer


def test_the_requests_themselves_are_answered(server):
    for question in REQUESTS:
        answer = answer_to(server, *question)
        assert "error" not in answer, (question.request, answer["error"])


def test_every_tab_that_can_be_asked_is_asked_here(server):
    tabs, _ = server
    assert {name for name, handlers in tabs.items() if handlers.asks} == {question.tab for question in REQUESTS}


def test_the_trap_catches():
    with TRAP, open("/etc/hostname"):
        pass
    assert TRAP.caught == [("open", "/etc/hostname")]
    with TRAP:
        pickle.loads(pickle.dumps(Opener())).close()
    assert any(event == "pickle.find_class" for event, _ in TRAP.caught)


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(hostile=hostile_requests())
def test_no_request_does_harm(server, hostile):
    answer_to(server, *hostile)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("tab", "ask"), [("horses", "open"), ("horses", "live"), ("inpaint", "open"), ("draw", "paint"), ("sample", "toy")]
)
def test_files_that_are_none(server, tab, ask, name):
    files = {"picture": FILES[name], "data": FILES[name]}
    answer = answer_to(server, tab, {"ask": ask, "direction": "horse_to_zebra", "subject": "things"}, files)
    harmless = name in ("animation", "jpeg and more", "half a jpeg") and ask != "toy"
    assert "error" in answer or harmless


@pytest.mark.parametrize("request_", [None, [], "ask", 5, {"ask": []}, {"ask": {}}, {"ask": "__init__"}, {"view": []}])
def test_requests_that_are_none(server, request_):
    for tab in {question.tab for question in REQUESTS}:
        assert "error" in answer_to(server, tab, request_)
