"""Whom the server answers, and what it lets nobody send: through the real server, on a small page without models."""

import gc
import io
import json
import logging
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import httpx
import pytest
from conftest import free_port

from gan_models.ui.model_pool import ModelPool
from gan_models.ui.server import gradio_adapter, guard, lifetime
from gan_models.ui.server.faults import OUR_FAULT, quiet_logs
from gan_models.ui.server.guard import LOCAL, Rules, rules_for
from gan_models.ui.server.service import put_in_service
from gan_models.ui.server.uploads import picture_input

SECRET = "my grandmother's maiden name"
ASKED = []  # names that this process looked up and places that it connected to, while somebody listens


def hear(event: str, args: tuple) -> None:
    if event == "socket.getaddrinfo" and "invalid" in str(args[0]):
        ASKED.append(args[0])
        raise PermissionError("no test looks names up")


sys.addaudithook(hear)


@pytest.fixture(scope="module")
def small():
    """A page with an endpoint for each kind of input, served as ours is; its address, Blocks and what it was asked."""
    door, inside = threading.Event(), []
    with lifetime.temporary_folder() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(gradio_adapter, "UNHEARD_S", 1.0)

        def mix(text: str, number: float, picture, data) -> str:
            """Join them."""
            return f"{text} {number} {picture.size if picture else None} {data}"

        def wait(name: str) -> str:
            """Wait for the door to open."""
            inside.append(name)
            door.wait(30)
            return name

        def break_down(text: str) -> str:
            """Break."""
            raise KeyError(text)

        with gr.Blocks() as blocks, gr.Group(visible=False):
            text, number, data, out = gr.Textbox(label="Text"), gr.Number(label="Number"), gr.JSON(), gr.Textbox()
            gr.Button().click(mix, [text, number, picture_input("Picture"), data], out, api_name="mix")
            gr.Button().click(wait, text, out, api_name="wait")
            gr.Button().click(break_down, text, out, api_name="break_down")
        made = put_in_service(blocks, ModelPool("cpu", "embedded"), [])
        port = free_port()
        blocks.launch(server_port=port, prevent_thread_lock=True, quiet=True, ssr_mode=False, **made.launch_options)
        quiet_logs()
        yield SimpleNamespace(
            url=f"http://127.0.0.1:{port}", blocks=blocks, door=door, inside=inside, folder=folder,
            queue=made.queues["endpoints"], middleware=made.launch_options["app_kwargs"]["middleware"],
        )  # fmt: skip
        door.set()
        blocks.close(verbose=False)


@pytest.fixture
def http(small):
    with httpx.Client(base_url=small.url, timeout=30, trust_env=False) as client:
        yield client


def result(http: httpx.Client, endpoint: str, data: object) -> tuple[str, object]:
    """("complete", outputs) or ("error", what is wrong)."""
    begun = http.post(f"/gradio_api/call/{endpoint}", json={"data": data})
    if begun.status_code != 200:
        return "error", begun.json()["detail"]
    event, _, body = http.get(f"/gradio_api/call/{endpoint}/{begun.json()['event_id']}").text.partition("\ndata: ")
    found = json.loads(body.strip().splitlines()[0])
    return event.split(": ")[1], found["error"] if isinstance(found, dict) else found


GOOD = ["a", 1, None, {}]


def test_good_values_are_answered(http):
    assert result(http, "mix", GOOD) == ("complete", ["a 1 None {}"])
    assert result(http, "mix", ["a", "2.5", None, [1]]) == ("complete", ["a 2.5 None [1]"])


WRONG = (None, True, "x", "", [], {}, [[]], {"path": "x"}, 1e400, -1, "\0", {"a": [None] * 30}, "NaN", 10**400)


def test_every_wrong_value_is_told_what_is_wrong(http):
    refused = 0
    for place in range(3):
        for value in WRONG:
            if value == 1e400:
                continue  # no JSON
            event, said = result(http, "mix", [*GOOD[:place], value, *GOOD[place + 1 :]])
            if event == "error":
                refused += 1
                assert isinstance(said, str) and len(said) > 15, (place, value, said)
                assert said != OUR_FAULT, (place, value)
    assert refused > 20
    assert "must be a number" in result(http, "mix", ["a", "x", None, {}])[1]
    assert "“Text” must be a text" in result(http, "mix", [{}, 1, None, {}])[1]
    assert "takes 4 values: Text, Number, Picture" in result(http, "mix", ["a"])[1]
    assert result(http, "break_down", ["x"]) == ("error", OUR_FAULT)
    assert result(http, "mix", GOOD)[0] == "complete"


def test_no_name_is_looked_up_whatever_component_gets_an_address(http):
    address = {"path": "http://example.invalid/x", "meta": {"_type": "gradio.FileData"}}
    ASKED.clear()
    for place in range(4):
        for value in (address, [address], {"a": {"b": address}}, {**address, "url": "http://example.invalid/y"}):
            event, said = result(http, "mix", [*GOOD[:place], value, *GOOD[place + 1 :]])
            assert event == "error" and "fetches nothing from other addresses" in said
    assert ASKED == []


@pytest.mark.parametrize("kind", [gr.Number, gr.Textbox, gr.Image, gr.JSON, gr.Checkbox])
def test_no_component_moves_a_file_from_the_web(kind):
    import asyncio

    with gr.Blocks() as blocks:
        component = kind()
    gradio_adapter.harden(blocks)
    ASKED.clear()

    def move() -> None:
        asyncio.run(component.async_move_resource_to_block_cache("http://example.invalid/x"))

    with pytest.raises(gr.Error, match="fetches nothing"), ThreadPoolExecutor(1) as pool:
        pool.submit(move).result()
    assert ASKED == []


def test_long_names_of_sessions_are_refused_and_ordinary_ones_are_bounded(small, http):
    for name in ("x" * 65, "x" * 60_000, "a b", "../x", 7, ["x"]):
        body = {"data": GOOD, "fn_index": 0, "session_hash": name}
        assert http.post("/gradio_api/queue/join", json=body).status_code == 400, name
        assert http.post("/gradio_api/cancel", json=body | {"event_id": "x"}).status_code == 400
    assert http.get(f"/gradio_api/heartbeat/{'x' * 65}").status_code == 404
    assert http.get("/gradio_api/queue/data", params={"session_hash": "x" * 3000}).status_code == 414
    assert small.blocks.state_session_capacity == gradio_adapter.MOST_SESSIONS <= 256


@pytest.mark.alone
def test_35_megabytes_of_empty_lists_silence_nobody(small, http):
    body = b'{"data": [' + b"[]," * (35 * 2**20 // 3) + b"[]]}"
    slowest = []
    with ThreadPoolExecutor(1) as other:
        sent = [
            other.submit(httpx.post, f"{small.url}/gradio_api/{place}", content=body, headers=JSON, timeout=60)
            for place in ("queue/join", "call/mix")
        ]
        while not all(answer.done() for answer in sent):
            started = time.perf_counter()
            assert http.get("/healthz").status_code == 200
            slowest.append(time.perf_counter() - started)
            time.sleep(0.02)
    assert [answer.result().status_code for answer in sent] == [413, 413]
    assert max(slowest) < 1.5


JSON = {"content-type": "application/json"}
UNUSED = (
    "component_server", "process_recording", "vibe-edit", "vibe-edit/", "undo-vibe-edit", "vibe-starter-queries",
    "run/mix", "api/mix", "stream/x", "stream/x/close", "run-history/connect",
)  # fmt: skip


def test_unused_routes_are_not_there_and_leave_no_file(small, http):
    before = set(Path(tempfile.gettempdir()).rglob("*"))
    assert Path(tempfile.gettempdir()) == small.folder
    for route in UNUSED:
        files = {"video": ("a.mp4", bytes(1000), "video/mp4")}
        assert http.post(f"/gradio_api/{route}", files=files).status_code == 404, route
        assert http.post(f"/gradio_api/{route}", json={}).status_code == 404, route
    for route in (
        "monitoring", "monitoring/summary", "monitoring/x", "gradio_api/deep_link?session_hash=x", "gradio_api/runs",
        "gradio_api/proxy=http://127.0.0.1/", "gradio_api/file=http://127.0.0.1/", "gradio_api/dev/reload", "login",
        "docs", "gradio_api/vibe-code/", "gradio_api/token", "redoc",
    ):  # fmt: skip
        assert http.get(f"/{route}").status_code in (404, 405), route
    assert set(Path(tempfile.gettempdir()).rglob("*")) == before


def test_strange_requests_get_a_status_and_keep_their_connection(small, http, capfd):
    strange = (
        (404, "/gradio_api/call/nothing", {"json": {"data": []}}),
        (404, "/gradio_api/queue/join", {"json": {"data": [], "fn_index": 99, "session_hash": "x"}}),
        (400, "/gradio_api/upload", {"content": b"x", "headers": {"content-type": "multipart/form-data; boundary="}}),
        (400, "/gradio_api/upload", {"content": b"x", "headers": {"content-type": "multipart/form-data"}}),
        (
            415,
            "/gradio_api/call/mix",
            {"content": json.dumps({"data": GOOD}), "headers": {"content-type": "text/plain"}},
        ),
        (415, "/gradio_api/call/mix", {"content": json.dumps({"data": GOOD})}),
        (400, "/gradio_api/call/mix", {"content": b'{"data": [NaN]}', "headers": JSON}),
        (400, "/gradio_api/call/mix", {"content": b'{"data":' + b"[" * 50 + b"]" * 50 + b"}", "headers": JSON}),
    )
    for status, path, body in strange:
        answer = http.post(path, **body)
        assert answer.status_code == status, (path, answer.text)
        assert answer.headers.get("connection") != "close"
    assert result(http, "mix", GOOD)[0] == "complete"
    assert "Traceback" not in capfd.readouterr().err


def test_nothing_of_what_was_sent_is_printed(http, capfd):
    for _ in range(30):
        result(http, "break_down", [SECRET])
        result(http, "mix", [{SECRET: 1}, SECRET, SECRET, SECRET])
        result(http, "mix", [SECRET])
        http.post("/gradio_api/call/mix", content=SECRET.encode(), headers=JSON)
        http.get(f"/gradio_api/file={SECRET}")
    printed = capfd.readouterr()
    assert SECRET not in printed.err + printed.out
    assert len(printed.err) < 10_000, "each fault is told once, then counted"
    counted = http.get("/metrics").text
    assert 'gan_atelier_faults{place="KeyError test_guard.py' in counted and SECRET not in counted


def test_calls_that_nobody_fetches_are_dropped_and_so_are_those_of_clients_that_left(small, http):
    small.door.clear()
    small.inside.clear()
    running = [http.post("/gradio_api/call/wait", json={"data": [f"first {k}"]}).json()["event_id"] for k in range(2)]
    deadline = time.monotonic() + 20
    while len(small.inside) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    for k in range(20):
        assert http.post("/gradio_api/call/wait", json={"data": [f"unheard {k}"]}).status_code == 200
    left = 'gan_atelier_calls_total{endpoint="/wait",outcome="left"} 20.0'
    while left not in http.get("/metrics").text and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left in http.get("/metrics").text and small.queue.waiting == 0
    small.door.set()
    for event in running:
        assert "complete" in http.get(f"/gradio_api/call/wait/{event}").text
    assert small.inside == ["first 0", "first 1"]


def test_what_libraries_log_is_without_values_too(small, capfd):
    import asyncio

    async def forget() -> None:
        async def fail() -> None:
            raise KeyError(SECRET)

        task = asyncio.get_running_loop().create_task(fail())
        await asyncio.sleep(0)
        del task

    handler = logging.StreamHandler(io.StringIO())
    for name in ("asyncio", "uvicorn.error"):
        logging.getLogger(name).addHandler(handler)
    try:
        quiet_logs()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: asyncio.run(forget())).result()
        gc.collect()
        logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=KeyError(SECRET))
    finally:
        for name in ("asyncio", "uvicorn.error"):
            logging.getLogger(name).removeHandler(handler)
    thread = threading.Thread(target=lambda: {}[SECRET])
    thread.start()
    thread.join()
    printed = handler.stream.getvalue() + capfd.readouterr().err
    assert "never retrieved" in printed and "in fail" in printed and "ASGI" in printed
    assert SECRET not in printed


# --- names, origins, headers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["example.invalid", "127.0.0.1.example.invalid:80", "10.0.0.1", "localhost.evil", "a b", ""]
)
def test_only_names_of_this_server_are_answered(http, host):
    for path in ("/", "/healthz", "/metrics", "/gradio_api/info", "/gradio_api/mcp/"):
        assert http.get(path, headers={"host": host}).status_code in (400, 421)
    assert http.post("/gradio_api/call/mix", json={"data": GOOD}, headers={"host": host}).status_code in (400, 421)


def test_names_that_were_asked_for():
    for host in ("localhost", "LOCALHOST:7860", "127.0.0.1:7860", "[::1]:7860", "127.0.0.9"):
        assert LOCAL.known(host), host
    there = rules_for("0.0.0.0", ("atelier.example",))
    for host in ("atelier.example", "192.168.1.7:7860", "[fe80::1]", "localhost"):
        assert there.known(host), host
    assert not there.known("evil.example") and not there.known("")
    assert not rules_for("127.0.0.1").known("192.168.1.7")
    assert rules_for("127.0.0.1", share=True).known("abc.gradio.live")


def test_a_space_is_known_by_its_name_and_may_be_framed(monkeypatch):
    monkeypatch.setenv("SPACE_ID", "me/atelier")
    monkeypatch.setenv("SPACE_HOST", "me-atelier.hf.space")
    rules = rules_for("0.0.0.0")
    assert rules.known("me-atelier.hf.space") and rules.trusts("10.1.2.3") and "huggingface.co" in rules.frames
    assert not rules.known("evil.example")


@pytest.mark.parametrize("headers", [
    {"origin": "http://evil.example"}, {"origin": "null"}, {"origin": "http://127.0.0.1:1"},
    {"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example", "content-type": "text/plain"},
])  # fmt: skip
def test_pages_of_other_sites_may_not_write(http, headers):
    for path in ("/gradio_api/call/mix", "/gradio_api/upload", "/atelier/ask/digits", "/gradio_api/mcp/"):
        assert http.post(path, content=json.dumps({"data": GOOD}), headers=JSON | headers).status_code == 403, path
    preflight = {"origin": "http://evil.example", "access-control-request-method": "POST"}
    answer = http.options("/gradio_api/call/mix", headers=preflight)
    assert "access-control-allow-origin" not in answer.headers


def test_the_page_itself_may(small, http):
    headers = {"origin": small.url, "sec-fetch-site": "same-origin"}
    assert http.post("/gradio_api/call/mix", json={"data": GOOD}, headers=headers).status_code == 200


def test_forwarded_headers_are_believed_from_named_proxies_only(small, http):
    claim = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https", "x-forwarded-for": "8.8.8.8"}
    assert "evil.example" not in http.get("/", headers=claim).text + http.get("/config", headers=claim).text
    scope = {
        "type": "http", "path": "/", "query_string": b"", "client": ("10.0.0.2", 5), "scheme": "http",
        "headers": [(b"host", b"inner")] + [(name.encode(), value.encode()) for name, value in claim.items()],
    }  # fmt: skip
    told = guard.Guard(None, Rules(proxies=("10.0.0.2",)), None).believed(scope)
    assert (
        told["client"][0] == "8.8.8.8" and told["scheme"] == "https" and (b"host", b"evil.example") in told["headers"]
    )
    heard = guard.Guard(None, Rules(), None).believed(scope)
    assert heard["client"][0] == "10.0.0.2" and heard["headers"] == [(b"host", b"inner")]
    spoofed = guard.Guard(None, Rules(proxies=("10.0.0.2",)), None).visitor("6.6.6.6, 8.8.4.4, 10.0.0.2, 10.9.9.9")
    assert spoofed == "8.8.4.4", "what a visitor writes in front is not believed"


def test_counters_and_endpoints_are_for_this_machine(small, http):
    for path in ("/metrics", "/gradio_api/openapi.json"):
        assert http.get(path).status_code == 200
        assert http.get(path, headers={"x-forwarded-for": "8.8.8.8"}).status_code == 403
        scope = {"type": "http", "path": path, "method": "GET", "query_string": b"", "client": ("10.0.0.9", 5)}
        scope |= {"headers": [(b"host", b"10.0.0.1")], "forwarded": False}
        assert guard.Guard(None, rules_for("0.0.0.0"), None).refusal(scope)[0] == 403
        assert guard.Guard(None, rules_for("0.0.0.0", public_metrics=True), None).refusal(scope) is None


def test_security_headers(small, http):
    page = http.get("/").headers
    assert page["x-content-type-options"] == "nosniff" and page["referrer-policy"] == "same-origin"
    assert page["x-frame-options"] == "SAMEORIGIN" and "frame-ancestors 'self'" in page["content-security-policy"]
    assert "object-src 'none'" in page["content-security-policy"]
    path = http.post("/gradio_api/upload", files={"files": ("a.html", b"<script>1</script>", "text/html")}).json()[0]
    stored = http.get(f"/gradio_api/file={path}").headers
    assert (
        stored["content-security-policy"] == "default-src 'none'; sandbox"
        and stored["x-content-type-options"] == "nosniff"
    )
    for refused in (http.get("/nothing"), http.get("/", headers={"host": "evil.example"})):
        assert refused.headers["x-content-type-options"] == "nosniff"


def test_bodies_in_flight_are_bounded_all_together(small, http, monkeypatch):
    monkeypatch.setattr("gan_models.ui.server.limits.MOST_IN_FLIGHT", 100_000)
    files = {"files": ("a.png", bytes(200_000), "image/png")}
    answer = http.post("/gradio_api/upload", files=files)
    assert answer.status_code == 503 and "in a moment" in answer.json()["error"]
    monkeypatch.undo()
    assert http.post("/gradio_api/upload", files=files).status_code == 200
