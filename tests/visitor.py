"""A visitor without a browser: asks a served page what its tabs ask, over HTTP."""

import io
import json
import uuid
from typing import NamedTuple

import httpx
import numpy as np
from PIL import Image
from prometheus_client.parser import text_string_to_metric_families

from gan_models.core.clips import Film
from gan_models.ui.app import build_app
from gan_models.ui.handlers import with_key
from gan_models.ui.requests import files_of


def as_file(picture: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def hole(size: tuple[int, int]) -> bytes:
    """A mask as the page sends it: a box in the middle, painted on nothing."""
    mask = Image.new("RGBA", size)
    left, top, right, bottom = (int(share * side) for share, side in zip((0.3, 0.4, 0.6, 0.6), size * 2, strict=True))
    mask.paste((255, 255, 255, 255), (left, top, right, bottom))
    return as_file(mask)


class Question(NamedTuple):
    """What a page asks of its tab. "?" stands for the key of something that the visitor has opened or started."""

    tab: str
    request: dict
    files: dict[str, bytes] = {}  # noqa: RUF012


def clip() -> bytes:
    """A film of four frames."""
    film = Film(64, 64)
    for level in (60, 80, 100, 120):
        film.add(np.full((64, 64, 3), level, np.uint8))
    return film.close()


FILES = {
    "picture": as_file(Image.new("RGB", (160, 120), (90, 120, 60))), "mask": hole((256, 256)), "film": clip()
}  # fmt: skip
HANDLERS = {tab.name: tab for tab in build_app("cpu", "embedded").handlers if tab.asks}
REQUESTS = tuple(
    Question(name, example, {file: FILES[file] for file in files_of(tab.asks[example["ask"]][0])})
    for name, tab in HANDLERS.items()
    for example in tab.examples
)
OPENERS = {q.tab: HANDLERS[q.tab].examples[0] for q in REQUESTS if "?" in q.request.values()}


class Visitor:
    """One visitor of a served page.

    Args:
        url: where the page is served.
        timeout: seconds after which an answer counts as not come.
        address: where the visitor comes from; on Linux all of 127.0.0.0/8 is this machine.
    """

    def __init__(self, url: str, timeout: float = 60, address: str | None = None):
        way = httpx.HTTPTransport(verify=False, local_address=address)  # certificates take long to read
        self.http = httpx.Client(base_url=url, timeout=timeout, trust_env=False, transport=way)
        self.session = uuid.uuid4().hex
        self.keys: dict[str, str] = {}

    def post(self, tab: str, request: object, files: dict[str, bytes] | None = None) -> httpx.Response:
        headers, address = {"X-Atelier-Session": self.session}, f"/atelier/ask/{tab}"
        if not files:
            return self.http.post(address, json=request, headers=headers)
        return self.http.post(address, data={"request": json.dumps(request)}, files=files, headers=headers)

    def ask(self, tab: str, request: dict, files: dict[str, bytes] | None = None) -> dict:
        """The answer to one of :data:`REQUESTS`, with this visitor's own picture or run in the place of "?"."""
        if "?" in request.values():
            if tab not in self.keys:
                answer = self.open(tab)
                if "error" in answer:  # no place is free
                    return answer
            request = with_key(request, self.keys[tab])
        response = self.post(tab, request, files)
        response.raise_for_status()
        return response.json()

    def open(self, tab: str) -> dict:
        """The answer to this tab's first example; what it opens or starts is this visitor's from now on."""
        answer = self.post(tab, OPENERS[tab]).json()
        if "error" not in answer:
            self.keys[tab] = answer.get("key") or answer["id"]
        return answer

    def leave(self) -> None:
        if "learn" in self.keys:
            self.post("learn", {"ask": "leave", "ids": [self.keys["learn"]]})
        self.http.close()


def metrics(url: str) -> dict[tuple, float]:
    """Every sample of /metrics: name and labels to value. The parser is that of Prometheus' own library."""
    text = httpx.get(f"{url}/metrics", timeout=30, trust_env=False).text
    samples = [s for family in text_string_to_metric_families(text) for s in family.samples]
    return {(s.name, *sorted(s.labels.values())): s.value for s in samples}


def health(url: str) -> httpx.Response:
    """What ``/healthz`` answers."""
    return httpx.get(f"{url}/healthz", timeout=30, trust_env=False)
