"""The served page against callers who are not the page: wrong files, paths, addresses, bodies and numbers."""

import http.server
import json
import threading

import httpx
import pytest

from tests.ui.test_hostile import FILES
from tests.visitor import Visitor

MEADOW = "gan_models/ui/tabs/horses/meadow.webp"
SECRETS = ("root:x:0", "import gradio", "HOME=")


@pytest.fixture(scope="module")
def caller(app_url):
    with httpx.Client(base_url=app_url, timeout=120, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def canary():
    """A server of our own that must never be asked anything: its address, and who came."""
    visits = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            visits.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_HEAD = do_POST = do_GET

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/picture.png", visits
    server.shutdown()


def call(caller, endpoint: str, data: list) -> tuple[str, object]:
    """("complete", outputs) or ("error", text) of a public endpoint."""
    begun = caller.post(f"/gradio_api/call/{endpoint}", json={"data": data})
    if begun.status_code != 200:
        return "error", begun.text
    text = caller.get(f"/gradio_api/call/{endpoint}/{begun.json()['event_id']}").text
    event, _, body = text.partition("\ndata: ")
    found = json.loads(body.strip().splitlines()[0])
    assert not any(secret in text for secret in SECRETS)
    return event.split(": ")[1], found.get("error") if isinstance(found, dict) else found


def file_data(path: str, **more) -> dict:
    return {"path": path, "meta": {"_type": "gradio.FileData"}, **more}


def upload(caller, name: str, data: bytes) -> str:
    answer = caller.post("/gradio_api/upload", files={"files": (name, data, "image/jpeg")})
    assert answer.status_code == 200, answer.text
    return answer.json()[0]


@pytest.mark.parametrize("path", [
    "/etc/passwd", "../../../../etc/passwd", "/proc/self/environ", "file:///etc/passwd", "app.py", "a\0b", "",
    "checkpoints/faces_generator.safetensors", "/dev/zero", "\\\\host\\share\\a.png", "~/.bashrc", "ftp://127.0.0.1/a",
])  # fmt: skip
def test_no_file_of_the_server_is_read(caller, path):
    assert call(caller, "translate", [file_data(path), "auto", 1])[0] == "error"
    assert call(caller, "inpaint", [file_data(path), file_data(path), 0])[0] == "error"
    assert call(caller, "critic", [path, 0])[0] == "error"


@pytest.mark.parametrize("address", [
    "/gradio_api/file=/etc/passwd", "/gradio_api/file=../../../../etc/passwd", "/gradio_api/file=%2e%2e/%2e%2e/app.py",
    "/gradio_api/file=app.py", "/static/../../app.py", "/assets/..%2f..%2f..%2fetc/passwd", "/file=/etc/passwd",
    "/gradio_api/file=/proc/self/environ", "/custom_component/x/y/../../../../app.py", "/gradio_api/stream/a/b/c/d.ts",
])  # fmt: skip
def test_no_address_of_the_server_leads_to_its_files(caller, address):
    answer = caller.get(address)
    assert answer.status_code in (400, 403, 404, 405, 422)
    assert not any(secret in answer.text for secret in SECRETS)


def test_no_request_goes_to_another_host(caller, canary):
    address, visits = canary
    for data in (file_data(address), file_data("x.png", url=address), {"url": address}, address):
        for endpoint in ("translate", "critic", "inpaint"):
            rest = {"translate": ["auto", 1], "critic": [0], "inpaint": [data, 0]}[endpoint]
            event, words = call(caller, endpoint, [data, *rest])
            assert event == "error"
            if isinstance(data, dict) and data.get("path") == address:
                assert "fetches nothing from other addresses" in words
    assert caller.get(f"/gradio_api/proxy={address}").status_code == 404
    assert caller.get(f"/gradio_api/file={address}").status_code in (403, 404)
    assert visits == []


@pytest.mark.parametrize("name", FILES)
def test_wrong_files_are_refused_in_words_and_the_next_one_works(caller, name):
    path = upload(caller, "photo.jpg", FILES[name])
    event, words = call(caller, "translate", [file_data(path), "horse_to_zebra", 1])
    if event == "error":
        assert isinstance(words, str) and words.endswith(".") and len(words) > 20
    else:
        assert name in ("animation", "jpeg and more")
    with open(MEADOW, "rb") as meadow:
        path = upload(caller, "meadow.webp", meadow.read())
    event, answer = call(caller, "translate", [file_data(path), "auto", 1])
    assert event == "complete" and answer[1] == {"direction": "horse_to_zebra", "verdict": "horse"}


@pytest.mark.parametrize(("endpoint", "data"), [
    ("translate", [None, "auto", 1]), ("translate", [None, "nowhere", 1]), ("inpaint", [None, None, 0]),
    ("critic", [None, 3]), ("digits", ["abc", 7, 0, 0, 0, 0]), ("digits", ["1" * 500, 7, 0, 0, 0, 0]),
    ("arithmetic", ["", "", "", 1]), ("arithmetic", ["1", "2", "x", 1]), ("arithmetic", ["1", "2", "3,4,5,6", 1]),
])  # fmt: skip
def test_wrong_values_are_refused_in_words(caller, endpoint, data):
    event, words = call(caller, endpoint, data)
    assert event == "error"
    assert isinstance(words, str) and len(words) > 20


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"nothing", b"{", b'{"data": NaN}', b'{"data":' + b"[" * 50_000, b"\xff\xfe", b"0" * 100_000]
)
def test_bodies_that_are_no_requests(caller, app_url, body):
    for address in ("gradio_api/call/digits", "gradio_api/queue/join", "gradio_api/run/digits", "atelier/ask/digits"):
        answer = httpx.post(  # a connection of its own: after an answer of 500 the server closes it
            f"{app_url}/{address}", content=body, timeout=60,
            headers={"content-type": "application/json", "x-atelier-session": "somebody"},
        )  # fmt: skip
        assert 400 <= answer.status_code < 600
        assert "Traceback" not in answer.text
    assert call(caller, "digits", ["12", 7, 0, 0, 0, 0])[0] == "complete"


def test_two_hundred_megabytes_are_refused_and_nobody_waits(caller, app_url):
    answered, over = [], threading.Event()

    def somebody_else():
        other = Visitor(app_url)
        request = {"ask": "paint", "view": "number", "text": "1990", "seed": 7, "amounts": [0, 0, 0, 0]}
        while not over.is_set():
            answered.append("error" not in other.ask("digits", request))
            over.wait(0.05)

    def pour(megabytes: int):
        for _ in range(megabytes):
            yield b"\0" * 2**20

    neighbour = threading.Thread(target=somebody_else)
    neighbour.start()
    try:
        told = caller.post("/gradio_api/queue/join", content=pour(200), headers={"content-length": str(200 * 2**20)})
        untold = caller.post("/gradio_api/queue/join", content=pour(200))
        form = caller.post(
            "/atelier/ask/horses", files={"picture": b"\0" * (200 * 2**20)}, headers={"x-atelier-session": "somebody"}
        )
        uploaded = caller.post("/gradio_api/upload", files={"files": ("a.jpg", b"\0" * (200 * 2**20), "image/jpeg")})
    finally:
        over.set()
        neighbour.join()
    assert (told.status_code, untold.status_code, form.status_code, uploaded.status_code) == (413,) * 4
    assert "64 kB" in told.text and "MB" in form.text
    assert len(answered) > 5 and all(answered)
