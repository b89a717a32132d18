"""Clips in the horses tab, without a page: opened, turned a few frames a request, calmer than frame for frame."""

import base64
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from gan_models.core.clips import Film, open_clip_here
from gan_models.cyclegan.detail import Change
from gan_models.cyclegan.steady import Flicker, Steady
from gan_models.ui.tabs.horses.clips import FRAMES
from gan_models.ui.tabs.horses.handlers import PICTURES
from tests.ui.horses_answers import horses  # noqa: F401


def meadow(count: int) -> list[np.ndarray]:
    """A camera that moves over a meadow with a horse, its noise included."""
    noise = np.random.default_rng(1)
    with Image.open(PICTURES / "meadow.webp") as picture:
        whole = picture.convert("RGB").resize((300, 300))
    pages = (np.asarray(whole.crop((2 * k, k, 2 * k + 192, k + 192)), np.float32) for k in range(count))
    return [np.clip(page + noise.normal(0, 3, page.shape), 0, 255).astype(np.uint8) for page in pages]


def film(pages: list[np.ndarray]) -> bytes:
    made = Film(pages[0].shape[1], pages[0].shape[0])
    for page in pages:
        made.add(page)
    return made.close()


def ask(handlers, visitor: str, what: str, **more) -> dict:
    return handlers.answer({"ask": what, **more}, visitor=visitor)


def test_a_clip_is_turned_a_few_frames_at_a_time(handlers):
    count = FRAMES + 2
    opened = handlers.answer({"ask": "clip"}, {"film": film(meadow(count))}, "ann")
    assert opened["clip"] == {"frames": count, "seconds": round(count / 12, 1), "cut": False}
    assert opened["direction"] == "horse_to_zebra" and (opened["width"], opened["height"]) == (192, 192)
    asked = {"key": opened["key"], "direction": "horse_to_zebra", "strength": 1.0}
    first = ask(handlers, "ann", "turn", **asked)
    assert (first["done"], first["frames"], "url" in first) == (FRAMES, count, False)
    last = ask(handlers, "ann", "turn", **asked)
    assert last["done"] == count and last["name"] == "horse-to-zebra.mp4"
    column = open_clip_here(base64.b64decode(last["url"].removeprefix("data:video/mp4;base64,")))
    made = np.asarray(column).reshape(-1, 192, 192, 3)
    assert len(made) == count
    assert 8 < np.abs(made[0].astype(int) - meadow(1)[0]).mean() < 60
    assert 0.9 < last["flicker"] < 1.5, last["flicker"]
    assert ask(handlers, "ann", "turn", **asked)["url"] == last["url"]  # asked again: it is there
    assert "change" in ask(handlers, "ann", "translate", key=opened["key"], direction="zebra_to_horse")
    assert ask(handlers, "bob", "turn", **asked)["expired"]


def test_what_is_no_clip_is_refused_in_words(handlers):
    for data, words in ((b"", "no clip"), (b"#EXTM3U\n", "no clip"), (film(meadow(1)), "single picture")):
        assert words in handlers.answer({"ask": "clip"}, {"film": data}, "ann")["error"]
    assert "no clip yet" in handlers.answer({"ask": "clip"}, {}, "ann")["error"]


def test_what_was_changed_follows_its_motion():
    """Proposals that differ from frame to frame on a scene that moves: half the flicker is gone, the change is not."""
    rng = np.random.default_rng(0)
    pages = [page.astype(np.float32) / 127.5 - 1 for page in meadow(8)]
    proposed = [Change(page, rng.normal(0.3, 0.2, page.shape).astype(np.float32)) for page in pages]
    steady = Steady()
    calm = [steady.calm(change) for change in proposed]
    assert np.array_equal(calm[0].change, proposed[0].change)
    apart, together = (
        [np.mean(np.abs(b.change[20:-20, 20:-20] - a.change[21:-19, 22:-18])) for a, b in pairwise(row)]
        for row in (proposed, calm)
    )
    assert np.mean(together[2:]) < 0.7 * np.mean(apart)
    assert calm[-1].change.mean() == pytest.approx(0.3, abs=0.02)


def test_what_moves_with_the_picture_is_no_flicker():
    """Stripes that are painted on the scene, and stripes that are thrown anew in each frame."""
    rng = np.random.default_rng(0)
    pages = meadow(5)
    stripes = 60 * (np.indices((240, 240)).sum(0) // 8 % 2)[..., None]
    painted, thrown = Flicker(), Flicker()
    assert painted.ratio == 0
    for k, page in enumerate(pages):
        held, loose = (stripes[k + x : k + x + 192, 2 * k + x : 2 * k + x + 192] for x in (0, int(rng.integers(16))))
        for film_, coat in ((painted, held), (thrown, loose)):
            film_.add(page, np.clip(page * 0.7 + coat, 0, 255).astype(np.uint8))
    assert painted.ratio < 1.5 and thrown.ratio > 2 * painted.ratio
