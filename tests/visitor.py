"""A visitor without a browser: asks a served page what its tabs ask, over HTTP."""

import io
import json
import uuid
from typing import NamedTuple

import httpx
from PIL import Image

POINT = {"seed": 5, "label": 3, "truncation": 0.9, "amounts": [0.5, -1.0, 0, 0, 0, 0], "walk": [3]}
SUM = {"a": [11, 12], "b": [13], "c": [14, 15, 16], "strength": 1.0, "seed": 2}
FACE = {"x": 128, "y": 128, "side": 256, "angle": 0}
WAY = "horse_to_zebra"


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


PICTURE = {"picture": as_file(Image.new("RGB", (160, 120), (90, 120, 60)))}
MASK = {"mask": hole((256, 256))}
REQUESTS = (
    Question("sample", {"ask": "look", "model": "faces", "point": POINT}),
    Question("sample", {"ask": "strip", "model": "faces", "point": POINT, "slider": 1}),
    Question("sample", {"ask": "neighbours", "model": "faces", "point": POINT}),
    Question("sample", {"ask": "inside", "model": "faces", "point": POINT, "gains": {}, "shown": "glasses"}),
    Question("sample", {"ask": "path", "model": "digits", "a": POINT, "b": {**POINT, "seed": 9}}),
    Question("sample", {"ask": "page", "model": "faces", "point": POINT}),
    Question("arithmetic", {"ask": "start"}),
    Question("arithmetic", {"ask": "faces", "seeds": [1, 2, 3]}),
    Question("arithmetic", {"ask": "sum", "sum": SUM}),
    Question("arithmetic", {"ask": "strip", "sum": SUM}),
    Question("digits", {"ask": "paint", "view": "number", "text": "1990", "seed": 7, "amounts": [0, 0, 0, 0]}),
    Question("digits", {"ask": "paint", "view": "morph", "from": 3, "to": 8, "seed": 7, "amounts": [0, 0, 0, 0]}),
    Question("digits", {"ask": "print", "view": "wall", "seed": 7, "amounts": [1, 0, 0, 0]}),
    Question("horses", {"ask": "example", "name": "meadow"}),
    Question("horses", {"ask": "open"}, PICTURE),
    Question("horses", {"ask": "live", "direction": WAY}, PICTURE),
    Question("horses", {"ask": "translate", "key": "?", "direction": WAY}),
    Question("horses", {"ask": "judge", "key": "?", "direction": "zebra_to_horse", "strength": 0.5}),
    Question("inpaint", {"ask": "example", "number": 2}),
    Question("inpaint", {"ask": "open"}, PICTURE),
    Question("inpaint", {"ask": "fill", "key": "?", "seeds": [1, 2], "frame": FACE}, MASK),
    Question("inpaint", {"ask": "save", "key": "?", "seeds": [1], "frame": FACE}, MASK),
    Question("learn", {"ask": "points.start", "settings": {"points": "ring"}, "drawing": []}),
    Question("learn", {"ask": "points.frame", "id": "?", "steps": 5, "changes": {}}),
    Question("learn", {"ask": "offer"}),
    Question("game", {"ask": "deal", "seed": 7}),
    Question("game", {"ask": "answers", "seed": 7, "guesses": [0, 1, 1]}),
)
OPENERS = {
    "horses": {"ask": "example", "name": "meadow"},
    "inpaint": {"ask": "example", "number": 2},
    "learn": {"ask": "points.start"},
}


class Visitor:
    """One visitor of a served page.

    Args:
        url: where the page is served.
        timeout: seconds after which an answer counts as not come.
    """

    def __init__(self, url: str, timeout: float = 60):
        self.http = httpx.Client(base_url=url, timeout=timeout, trust_env=False)
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
                self.keys[tab] = self.open(tab)
            request = {name: self.keys[tab] if value == "?" else value for name, value in request.items()}
        response = self.post(tab, request, files)
        response.raise_for_status()
        return response.json()

    def open(self, tab: str) -> str:
        answer = self.post(tab, OPENERS[tab]).json()
        return answer["id" if tab == "learn" else "key"]

    def leave(self) -> None:
        if "learn" in self.keys:
            self.post("learn", {"ask": "leave", "ids": [self.keys["learn"]]})
        self.http.close()
