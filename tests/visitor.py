"""A visitor without a browser: asks a served page what its tabs ask, over HTTP."""

import base64
import io
import uuid

import httpx
from PIL import Image

POINT = {"seed": 5, "label": 3, "truncation": 0.9, "amounts": [0.5, -1.0, 0, 0, 0, 0], "walk": [3]}
SUM = {"a": [11, 12], "b": [13], "c": [14, 15, 16], "strength": 1.0, "seed": 2}
FACE = {"x": 128, "y": 128, "side": 256, "angle": 0}


def picture_url(size=(160, 120), colour=(90, 120, 60), kind: str = "PNG") -> str:
    """A plain picture as a data URL."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(buffer.getvalue()).decode()}"


def hole_url(size: tuple[int, int]) -> str:
    """A mask as the page sends it: a box in the middle, painted on nothing."""
    mask = Image.new("RGBA", size)
    mask.paste((255, 255, 255, 255), tuple(int(side * share) for share in (0.3, 0.4) for side in size)[:2] + tuple(
        int(side * 0.6) for side in size
    ))  # fmt: skip
    buffer = io.BytesIO()
    mask.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


# What each tab asks of its server function: (element, function, request). Keys of opened pictures are filled in.
REQUESTS = (
    ("sample", "sample", {"ask": "look", "model": "faces", "point": POINT}),
    ("sample", "sample", {"ask": "strip", "model": "faces", "point": POINT, "slider": 1}),
    ("sample", "sample", {"ask": "neighbours", "model": "faces", "point": POINT}),
    ("sample", "sample", {"ask": "inside", "model": "faces", "point": POINT, "gains": {}, "shown": "glasses"}),
    ("sample", "sample", {"ask": "path", "model": "digits", "a": POINT, "b": {**POINT, "seed": 9}}),
    ("sample", "sample", {"ask": "page", "model": "faces", "point": POINT}),
    ("arithmetic", "sums", {"ask": "start"}),
    ("arithmetic", "sums", {"ask": "faces", "seeds": [1, 2, 3]}),
    ("arithmetic", "sums", {"ask": "sum", "sum": SUM}),
    ("arithmetic", "sums", {"ask": "strip", "sum": SUM}),
    ("digits", "paint", {"view": "number", "text": "1990", "seed": 7, "amounts": [0, 0, 0, 0]}),
    ("digits", "paint", {"view": "morph", "from": 3, "to": 8, "mix": 0.4, "seed": 7, "amounts": [0, 0, 0, 0]}),
    ("digits", "print_page", {"view": "wall", "seed": 7, "amounts": [1, 0, 0, 0]}),
    ("horses", "ask", {"ask": "example", "name": "meadow"}),
    ("horses", "ask", {"ask": "open", "data": picture_url()}),
    ("horses", "ask", {"ask": "translate", "key": "?", "direction": "horse_to_zebra", "strength": 1.0}),
    ("horses", "ask", {"ask": "judge", "key": "?", "direction": "zebra_to_horse", "strength": 0.5}),
    ("inpaint", "paint", {"ask": "example", "number": 2}),
    ("inpaint", "paint", {"ask": "open", "data": picture_url()}),
    ("inpaint", "paint", {"ask": "fill", "key": "?", "mask": hole_url((256, 256)), "seeds": [1, 2], "frame": FACE}),
    ("inpaint", "paint", {"ask": "save", "key": "?", "mask": hole_url((256, 256)), "seeds": [1], "frame": FACE}),
    ("learn", "learn", {"ask": "points.start", "settings": {"points": "ring"}, "drawing": []}),
    ("learn", "learn", {"ask": "points.frame", "id": "?", "steps": 5, "changes": {}}),
    ("learn", "offer", {}),
    ("game", "play", {"ask": "deal", "seed": 7}),
    ("game", "play", {"ask": "answers", "seed": 7, "guesses": [0, 1, 1]}),
)  # fmt: skip
OPENERS = {"horses": {"ask": "example", "name": "meadow"}, "inpaint": {"ask": "example", "number": 2}}


class Visitor:
    """One visitor of a served page.

    Args:
        url: where the page is served.
        timeout: seconds after which an answer counts as not come.
    """

    def __init__(self, url: str, timeout: float = 60):
        self.http = httpx.Client(base_url=url, timeout=timeout, trust_env=False)
        self.session = uuid.uuid4().hex
        components = self.http.get("/config").json()["components"]
        self.rooms = {c["props"].get("elem_id"): c["id"] for c in components}
        self.keys: dict[str, str] = {}

    def post(self, element: str, function: str, data: object) -> httpx.Response:
        body = {"data": data, "component_id": self.rooms[element], "fn_name": function, "session_hash": self.session}
        return self.http.post("/gradio_api/component_server", json=body)

    def ask(self, element: str, function: str, request: dict) -> dict:
        """The answer to one of :data:`REQUESTS`, with this visitor's own picture or run in the place of "?"."""
        if "?" in request.values():
            if element not in self.keys:
                self.keys[element] = self.open(element)
            request = {name: self.keys[element] if value == "?" else value for name, value in request.items()}
        response = self.post(element, function, request)
        response.raise_for_status()
        return response.json()

    def open(self, element: str) -> str:
        if element == "learn":
            return self.post("learn", "learn", {"ask": "points.start", "settings": {}, "drawing": []}).json()["id"]
        return self.post(element, "ask" if element == "horses" else "paint", OPENERS[element]).json()["key"]

    def leave(self) -> None:
        if "learn" in self.keys:
            self.post("learn", "learn", {"ask": "leave", "ids": [self.keys["learn"]]})
        self.http.close()
