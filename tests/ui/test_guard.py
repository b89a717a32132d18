"""Whom the server answers: names, origins, headers; through the real server, on a small page without models."""

import json

import pytest

from gan_models.ui.server import guard
from gan_models.ui.server.guard import LOCAL, Rules, rules_for
from tests.ui.small_page import GOOD, JSON, client, small_page  # noqa: F401


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
