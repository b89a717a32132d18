"""What the restoring tab's page can ask, without a page: real networks, real files, and whatever else arrives."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from gan_models.core.errors import BadRequest
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tabs.restore.handlers import PART, PICTURES, Opened, RestoreHandlers, part_of
from tests.visitor import as_file


@pytest.fixture(scope="module")
def handlers():
    return RestoreHandlers(ModelPool("cpu", "embedded"))


def cat(width: int, height: int) -> Image.Image:
    return Image.open(PICTURES / "cat.webp").convert("RGB").resize((width, height), Image.Resampling.BICUBIC)


def opened(handlers, picture: Image.Image, kind: str = "PNG") -> dict:
    answer = handlers.answer({"ask": "open"}, {"picture": as_file(picture, kind)})
    assert "error" not in answer, answer
    return answer


def seen(url: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGB")).astype(int)


@pytest.mark.parametrize("factor", [2, 4])
def test_tiles_put_together_are_what_the_pipeline_makes(handlers, monkeypatch, factor):
    from gan_models.srgan import pipeline

    cut_small = pipeline.tiles
    monkeypatch.setattr(pipeline, "tiles", lambda w, h, reach: cut_small(w, h, reach, 40))
    picture = cat(70, 50)
    asked = {"key": opened(handlers, picture)["key"], "factor": factor}
    cut = handlers.answer({"ask": "cut"} | asked)
    assert cut["box"] == (0, 0, 70, 50) and len(cut["tiles"]) == 4
    assert np.array_equal(seen(cut["url"]), np.asarray(picture))
    page = np.zeros((50 * factor, 70 * factor, 3), int)
    for number, place in enumerate(cut["tiles"]):
        left, top, wide, tall = (factor * n for n in place)
        answer = handlers.answer({"ask": "enlarge", "number": number, "strength": 0.3} | asked)
        assert answer["facts"].startswith("cpu · ") and answer["facts"].endswith(" ms · embedded weights")
        page[top : top + tall, left : left + wide] = seen(answer["url"])
    assert np.array_equal(page, np.asarray(handlers.endpoint(picture, factor, 0.3)))
    assert "only 4 tiles" in handlers.answer({"ask": "enlarge", "number": 4} | asked)["error"]


def test_an_example_is_made_small_and_its_truth_comes_along(handlers):
    answer = handlers.answer({"ask": "example", "name": "cat"})
    truth = seen(answer["truth"])
    assert truth.shape == (4 * answer["height"], 4 * answer["width"], 3) and answer["overview"] == ""
    made = {s: seen(handlers.answer({"ask": "enlarge", "key": answer["key"], "strength": s})["url"]) for s in (0, 1)}
    small = Image.fromarray(seen(handlers.answer({"ask": "cut", "key": answer["key"]})["url"]).astype(np.uint8))
    plain = np.asarray(small.resize((truth.shape[1], truth.shape[0]), Image.Resampling.BICUBIC)).astype(int)
    wrong = {name: np.square(page - truth).mean() for name, page in (made | {"plain": plain}).items()}
    assert wrong[0] < 0.9 * wrong["plain"] and wrong[0] < wrong[1]


@pytest.mark.parametrize("size", [(1, 1), (3, 40), (12_000, 800), (1025, 1024), (1500, 900)])
def test_any_size_is_cut_to_what_can_be_enlarged(handlers, size):
    answer = opened(handlers, Image.new("RGB", size, (90, 120, 60)), "JPEG")
    cut = handlers.answer({"ask": "cut", "key": answer["key"], "x": 1, "y": 1})
    left, top, wide, tall = cut["box"]
    assert (left + wide, top + tall) == size == (answer["width"], answer["height"])
    assert seen(cut["url"]).shape == (tall, wide, 3)
    if size[0] > 1000:
        assert (wide, tall) == (PART, PART)
        assert max(seen(answer["overview"]).shape) == 640
        whole = handlers.answer({"ask": "cut", "key": answer["key"], "factor": 2})["box"]
        assert (whole[2:] == size) == (size != (12_000, 800))
    else:
        assert answer["overview"] == "" and (left, top) == (0, 0)
        made = seen(handlers.answer({"ask": "enlarge", "key": answer["key"]})["url"])
        assert made.shape == (4 * tall, 4 * wide, 3) and np.abs(made - (90, 120, 60)).max() < 12


def test_a_part_lies_around_its_point_and_inside():
    large = Opened(b"", 4000, 3000)
    assert part_of(large, 0.5, 0.5, 4) == (1744, 1244, PART, PART)
    assert part_of(large, 0, 0.01, 4) == (0, 0, PART, PART)
    assert part_of(Opened(b"", 9000, 300), 1, 1, 4) == (9000 - PART, 0, PART, 300)
    assert part_of(Opened(b"", 4096, 256), 1, 1, 4) == (0, 0, 4096, 256)


def test_what_cannot_be_is_answered_in_a_sentence(handlers):
    key = opened(handlers, cat(20, 20))["key"]
    for asked, words in (
        ({"ask": "open"}, "no picture yet"),
        ({"ask": "example", "name": "dog"}, "no such example"),
        ({"ask": "cut", "key": key, "factor": 3}, "factor is 2 or 4"),
        ({"ask": "cut", "key": key, "x": "left"}, "A place"),
        ({"ask": "enlarge", "key": key, "number": 1}, "only 1 tiles"),
        ({"ask": "enlarge", "key": key, "number": -1}, "A tile"),
        ({"ask": "enlarge", "key": key, "strength": None}, "Strength"),
    ):
        assert words in handlers.answer(asked)["error"], asked
    gone = handlers.answer({"ask": "cut", "key": key}, visitor="somebody else")
    assert gone["expired"] and "Open it again" in gone["error"]
    assert "picture" in handlers.answer({"ask": "open"}, {"picture": b"no picture"})["error"]
    with pytest.raises(BadRequest, match=r"1\.0 million pixels at most"):
        handlers.endpoint(Image.new("RGB", (2000, 900)), 4, 1)
    with pytest.raises(BadRequest, match="no picture yet"):
        handlers.endpoint(None, 4, 1)
    with pytest.raises(BadRequest, match="factor"):
        handlers.endpoint(cat(9, 9), 5, 1)


def test_a_grey_picture_has_seven_answers_and_keeps_its_light(handlers):
    answer = handlers.answer({"ask": "example", "name": "cat", "mode": "colour"})
    asked = {"key": answer["key"], "strength": 1, "seed": 8}
    found = handlers.answer({"ask": "colour"} | asked)
    assert found["facts"].startswith("cpu · ") and len(set(found["thumbs"])) == 7
    grey, truth = seen(found["before"]), seen(answer["truth"])
    assert grey.shape == truth.shape and np.ptp(grey, axis=2).max() == 0
    kept = Image.fromarray(seen(handlers.answer({"ask": "save colour"} | asked)["url"]).astype(np.uint8))
    brought = Image.fromarray(truth.astype(np.uint8)).convert("L")
    assert np.array_equal(np.asarray(kept.convert("L")), np.asarray(brought))
    assert np.abs(np.asarray(kept).astype(int) - seen(found["url"])).mean() < 6  # that one is a JPEG
    assert np.array_equal(np.asarray(kept), np.asarray(handlers.colour_endpoint(brought, 1.0, 1.0)))  # 8 is 1 of 7
    assert np.ptp(np.asarray(kept).astype(int), axis=2).mean() > 8
    tiny = opened(handlers, cat(1, 1))["key"]
    assert seen(handlers.answer({"ask": "colour", "key": tiny})["url"]).shape == (1, 1, 3)
    for wrong, words in (({"strength": "much"}, "Strength"), ({"seed": None}, "seed"), ({"key": "gone"}, "Open it")):
        assert words in handlers.answer({"ask": "colour"} | asked | wrong)["error"]
    with pytest.raises(BadRequest, match="no picture yet"):
        handlers.colour_endpoint(None, 1, 0)


def test_a_picture_goes_on_beyond_its_edges_and_stays_what_it_was(handlers):
    answer = handlers.answer({"ask": "example", "name": "coffee", "mode": "uncrop"})
    asked = {"key": answer["key"], "sides": "wider", "share": 0.25, "seed": 3}
    found = handlers.answer({"ask": "uncrop"} | asked)
    assert found["facts"].startswith("cpu · ") and seen(answer["truth"]).shape == seen(found["url"]).shape
    left, top, wide, tall = found["box"]
    assert (wide, tall) == (answer["width"], answer["height"]) and top == 0 and left == round(wide / 4)
    kept = seen(handlers.answer({"ask": "save uncrop"} | asked)["url"])
    assert np.array_equal(kept[:, left : left + wide], seen(answer["truth"])[:, left : left + wide])
    pages = [kept] + [seen(found[name]) for name in ("mirrored", "painted")]
    assert all(np.abs(a - b)[:, : left // 2].mean() > 3 for k, a in enumerate(pages) for b in pages[:k])
    made = handlers.uncrop_endpoint(cat(60, 40), 0, 0, 0.25, 0.1, 0.0)
    assert made.size == (60, 54)
    for asked, words in (
        ({"ask": "uncrop", "key": answer["key"], "sides": "inwards"}, "wider, taller, around"),
        ({"ask": "uncrop", "key": answer["key"], "share": "much"}, "How far"),
        ({"ask": "uncrop", "key": opened(handlers, cat(1, 1))["key"], "share": 0.05}, "small"),
    ):
        assert words in handlers.answer(asked)["error"], asked
    for shares, words in (((0, 0, 0, 0), "Choose a side"), ((None, 0, 0, 0), "Left")):
        with pytest.raises(BadRequest, match=words):
            handlers.uncrop_endpoint(cat(60, 40), *shares, 0)
    with pytest.raises(BadRequest, match="million"):
        handlers.uncrop_endpoint(Image.new("RGB", (5000, 3000)), 0.25, 0.25, 0, 0, 0)
    with pytest.raises(BadRequest, match="no picture yet"):
        handlers.uncrop_endpoint(None, 0.25, 0.25, 0, 0, 0)


def test_the_endpoint_keeps_transparency_and_takes_a_browser_s_floats(handlers):
    picture = cat(12, 8)
    picture.putalpha(Image.new("L", picture.size, 128))
    made = handlers.endpoint(picture, 4.0, 1.0)
    assert (made.mode, made.size) == ("RGBA", (48, 32)) and made.getchannel("A").getextrema() == (128, 128)
