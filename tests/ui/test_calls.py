"""What the server lets nobody send to endpoints, and what it says instead: on a small page without models."""

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

import gradio as gr
import httpx
import pytest

from gan_models.ui.server import gradio_adapter
from gan_models.ui.server.faults import OUR_FAULT, quiet_logs
from tests.ui.small_page import GOOD, JSON, client, result, small_page  # noqa: F401

SECRET = "my grandmother's maiden name"
ASKED = []  # names that this process looked up and places that it connected to, while somebody listens


def hear(event: str, args: tuple) -> None:
    if event == "socket.getaddrinfo" and "invalid" in str(args[0]):
        ASKED.append(args[0])
        raise PermissionError("no test looks names up")


sys.addaudithook(hear)


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
    assert 'gan_atelier_faults{place="KeyError small_page.py' in counted and SECRET not in counted


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
    assert sorted(small.inside) == ["first 0", "first 1"]  # side by side


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
