"""Lines, counters and limits: a small page with quick, slow and broken functions, served by the real server."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from gan_models.ui.server.faults import OUR_FAULT
from gan_models.ui.server.limits import MOST_ASK, MOST_UPLOAD
from tests.ui.small_tab import Quick, small_tab, somebody  # noqa: F401
from tests.visitor import Visitor, health, metrics

SECRET = "my grandmother's maiden name"


def test_calls_are_counted_by_what_was_asked_and_by_outcome(served, visitor, capfd):
    before = metrics(served.url)
    assert visitor.ask("small", {"ask": "quick", "text": SECRET}) == {"echo": SECRET}
    assert visitor.ask("small", {"ask": "quick"}) == {"echo": None}
    assert "do not understand each other" in visitor.ask("small", {"ask": "nonsense"})["error"]
    assert visitor.ask("small", {"ask": "broken", "text": SECRET}) == {"error": OUR_FAULT}
    after = metrics(served.url)
    gained = {key: value - before.get(key, 0) for key, value in after.items() if value != before.get(key, 0)}
    assert gained["gan_atelier_calls_total", "ok", "small.quick"] == 2
    assert gained["gan_atelier_calls_total", "refused", "small"] == 1
    assert gained["gan_atelier_calls_total", "failed", "small.broken"] == 1
    assert gained["gan_atelier_call_seconds_count", "small.quick"] == 2
    assert 0 < gained["gan_atelier_call_seconds_sum", "small.quick"] < 30
    assert after["gan_atelier_in_flight",] == 0
    assert 30e6 < after["process_resident_memory_bytes",] < 20e9
    assert after["gan_atelier_waiting", "small"] == 0
    assert health(served.url).json()["status"] == "ok"
    printed = capfd.readouterr().err
    assert "in broken" in printed and "KeyError" in printed, "where it happened must be found again"
    assert SECRET not in printed


def test_what_strangers_ask_for_makes_no_new_labels(served, visitor):
    visitor.ask("small", {"ask": "nonsense"})
    before = len(metrics(served.url))
    for k in range(20):
        visitor.ask("small", {"ask": f"nonsense {k}"})
    for odd in (None, 7, [], {"ask": []}, {"ask": {}}):
        visitor.post("small", odd)
    assert len([key for key in metrics(served.url) if key[0] == "gan_atelier_call_seconds_count"]) <= 6
    assert len(metrics(served.url)) <= before + 1, "at most the outcome «failed» of the function itself is new"


def test_journal_holds_times_and_outcomes_and_nothing_of_the_visitor(served, visitor):
    served.lines.clear()
    visitor.ask("small", {"ask": "quick", "text": SECRET})
    visitor.ask("small", {"ask": SECRET})
    assert [line["endpoint"] for line in served.lines] == ["small.quick", "small"]
    for line in served.lines:
        assert set(line) == {"time", "endpoint", "ms", "waited_ms", "outcome"}
        assert 0 <= line["waited_ms"] <= line["ms"] < 30_000
    assert SECRET not in json.dumps(served.lines)


def test_a_full_line_says_how_many_wait_and_health_still_answers(served):
    served.tab.open.clear()
    served.tab.most_inside = 0
    with ThreadPoolExecutor(12) as crowd:
        visitors = [Visitor(served.url) for _ in range(8)]
        answers = [crowd.submit(v.ask, "small", {"ask": "slow"}) for v in visitors]
        deadline = time.monotonic() + 30
        while sum(a.done() for a in answers) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
        started = time.perf_counter()
        body = health(served.url).json()
        assert body["waiting"]["small"] == 3
        assert metrics(served.url)["gan_atelier_in_flight",] == 5
        assert time.perf_counter() - started < 5
        served.tab.open.set()
        given = [a.result(30) for a in answers]
    assert served.tab.most_inside == 2
    refused = [answer for answer in given if answer]
    assert len(refused) == 3
    assert {answer["busy"] for answer in refused} == {3}
    assert all("3 requests are in line before yours" in answer["error"] for answer in refused)
    assert metrics(served.url)["gan_atelier_calls_total", "busy", "small.slow"] >= 3


def test_who_waits_for_a_download_steps_aside(served, visitor):
    served.tab.open.clear()
    with ThreadPoolExecutor(4) as crowd:
        waiting = [crowd.submit(Visitor(served.url).ask, "small", {"ask": "aside"}) for _ in range(4)]
        deadline = time.monotonic() + 30
        while served.tab.inside < 4 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert visitor.ask("small", {"ask": "quick", "text": "hello"}) == {"echo": "hello"}
        served.tab.open.set()
        assert [answer.result(30) for answer in waiting] == [{}] * 4
    assert served.service.queues["small"].widened == 0


def test_who_leaves_while_waiting_is_dropped_before_anything_is_computed(served, visitor):
    served.tab.open.clear()
    quick = 0

    def count(request: Quick) -> dict:
        nonlocal quick
        quick += 1
        return {}

    with ThreadPoolExecutor(4) as crowd, pytest.MonkeyPatch.context() as patch:
        patch.setattr(served.tab, "quick", count)
        slow = [crowd.submit(Visitor(served.url).ask, "small", {"ask": "slow"}) for _ in range(2)]
        deadline = time.monotonic() + 30
        while served.tab.inside < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        with pytest.raises(httpx.ReadTimeout):
            Visitor(served.url, timeout=0.5).ask("small", {"ask": "quick"})
        served.tab.open.set()
        assert [answer.result(30) for answer in slow] == [{}] * 2
        assert visitor.ask("small", {"ask": "quick"}) == {}
    assert quick == 1
    assert metrics(served.url)["gan_atelier_calls_total", "left", "small.quick"] == 1


def test_endpoints_are_counted_and_their_words_arrive(served):
    from gradio_client import Client

    client = Client(served.url, verbose=False)
    assert client.predict(21, api_name="/double") == 42
    with pytest.raises(Exception, match="not negative"):
        client.predict(-1, api_name="/double")
    counted = metrics(served.url)
    assert counted["gan_atelier_calls_total", "/double", "ok"] >= 1
    assert counted["gan_atelier_calls_total", "/double", "refused"] >= 1
    shown = client.view_api(return_format="dict")["named_endpoints"]["/double"]
    assert shown["description"] == "Twice a number.", "what wraps an endpoint keeps its words"


def many_bytes(count: int):
    """A body sent in chunks, so that no header tells its length."""
    for _ in range(count // 2**16):
        yield bytes(2**16)


@pytest.mark.alone
@pytest.mark.parametrize("told", [True, False], ids=["length told", "in chunks"])
def test_200_megabytes_cost_the_others_nothing(served, visitor, told):
    memory = metrics(served.url)["process_resident_memory_bytes",]
    size = 200 * 2**20
    headers = {"Content-Type": "application/json"} | ({"Content-Length": str(size)} if told else {})
    peak, slowest = [memory], [0.0]
    with ThreadPoolExecutor(1) as other:
        sent = other.submit(
            httpx.post, f"{served.url}/gradio_api/queue/join", content=many_bytes(size), headers=headers,
            timeout=120, trust_env=False,
        )  # fmt: skip
        while not sent.done():
            started = time.perf_counter()
            assert visitor.ask("small", {"ask": "quick"}) == {"echo": None}
            slowest.append(time.perf_counter() - started)
            peak.append(metrics(served.url)["process_resident_memory_bytes",])
    assert sent.result().status_code == 413
    assert "64 kB" in sent.result().text
    assert max(peak) - memory < (MOST_ASK if told else 3 * MOST_ASK)
    assert max(slowest) < 10


def upload(url: str, size: int) -> httpx.Response:
    files = {"files": ("a.png", bytes(size), "image/png")}
    return httpx.post(f"{url}/gradio_api/upload", files=files, timeout=120, trust_env=False)


def test_uploads_up_to_20_megabytes(served):
    assert upload(served.url, 100_000).status_code == 200
    over = upload(served.url, MOST_UPLOAD + 1000)
    assert over.status_code == 413
    assert upload(served.url, MOST_UPLOAD + 2**20).status_code == 413
    assert upload(served.url, 100_000).status_code == 200
