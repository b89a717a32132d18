"""What the drawing tab's page can ask, without a page: real networks, real files, and whatever else arrives."""

import base64
import io
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gan_models.core.errors import BadRequest
from gan_models.data.labels import LABELS
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tabs.draw import prose
from gan_models.ui.tabs.draw.handlers import MOST_BYTES, DrawHandlers
from tests.visitor import as_file

SIDE = {"things": 128, "facades": 256}


@pytest.fixture(scope="module")
def handlers():
    return DrawHandlers(ModelPool("cpu", "embedded"))


def bag() -> Image.Image:
    page = Image.new("RGB", (384, 384), "white")
    draw = ImageDraw.Draw(page)
    draw.polygon([(80, 170), (304, 170), (338, 350), (46, 350)], outline="black", width=5)
    draw.arc((130, 60, 254, 280), 180, 360, fill="black", width=5)
    return page


def house() -> Image.Image:
    page = Image.new("RGB", (256, 256), LABELS["background"])
    draw = ImageDraw.Draw(page)
    draw.rectangle((30, 30, 226, 250), fill=LABELS["wall"])
    for x in (60, 120, 180):
        draw.rectangle((x, 60, x + 25, 110), fill=LABELS["window"])
    draw.rectangle((115, 180, 145, 250), fill=LABELS["door"])
    return page


DRAWN = {"things": bag(), "facades": house()}


def paint(handlers, subject: str, picture: Image.Image | None = None, kind: str = "PNG", **more) -> dict:
    data = as_file(picture or DRAWN[subject], kind)
    return handlers.answer({"ask": "paint", "subject": subject} | more, {"picture": data})


def seen(answer: dict) -> np.ndarray:
    assert "error" not in answer, answer
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(answer["url"].split(",")[1]))).convert("RGB")).astype(
        float
    )


@pytest.mark.parametrize("subject", prose.SUBJECTS)
def test_a_drawing_is_painted_and_the_same_one_again_alike(handlers, subject):
    answer = paint(handlers, subject)
    page = seen(answer)
    assert page.shape == (SIDE[subject], SIDE[subject], 3) and page.std() > 20
    assert np.array_equal(page, seen(paint(handlers, subject)))
    assert " ms" in answer["facts"] and "embedded" in answer["facts"] and "cells" not in answer


def test_a_bag_stands_on_white_paper_in_the_colour_asked_for(handlers):
    palette = handlers.answer({"ask": "palette", "subject": "things"})["palette"]
    for seed in (0, 1):
        page = seen(paint(handlers, "things", seed=seed))
        assert page[:8].mean() > 235 and page[100:112, 40:88].mean() < 200
        red, _, blue = page[90:112, 40:88].mean((0, 1))
        wanted = [int(n) for n in palette[seed][4:-1].split()]
        assert (red > blue) == (wanted[0] > wanted[2])


def test_what_is_window_looks_unlike_wall(handlers):
    page = seen(paint(handlers, "facades")).mean(2)
    window, wall = page[65:105, 125:140].mean(), page[120:170, 60:200].mean()
    assert abs(window - wall) > 8


@pytest.mark.parametrize("subject", prose.SUBJECTS)
def test_strength_and_colour_matter(handlers, subject):
    pages = [seen(paint(handlers, subject, strength=s)) for s in (0, 0.5, 1)]
    assert all(np.abs(a - b).mean() > 0.3 for a, b in pairwise(pages))
    assert np.abs(seen(paint(handlers, subject, seed=2)) - pages[2]).mean() > 1


@pytest.mark.parametrize("subject", prose.SUBJECTS)
def test_opinions_come_where_they_are_asked_for(handlers, subject):
    answer = paint(handlers, subject, opinions=True)
    assert len(answer["cells"]) == answer["columns"] ** 2 == (SIDE[subject] // 8) ** 2
    assert answer["belief"] == pytest.approx(np.mean(answer["cells"]), abs=0.01) and min(answer["cells"]) >= 0
    assert max(answer["cells"]) <= 1


@pytest.mark.parametrize("subject", prose.SUBJECTS)
def test_the_palette_is_colours_that_a_page_can_show(handlers, subject):
    palette = handlers.answer({"ask": "palette", "subject": subject})["palette"]
    numbers = [[int(n) for n in colour[4:-1].split()] for colour in palette]
    assert len(palette) >= 8 and all(len(n) == 3 and min(n) >= 0 and max(n) <= 255 for n in numbers)


@pytest.mark.parametrize("subject", prose.SUBJECTS)
def test_an_empty_sheet_is_painted(handlers, subject):
    for empty in (Image.new("RGBA", (300, 300)), Image.new("L", (384, 384), 255)):
        assert seen(paint(handlers, subject, empty)).shape == (SIDE[subject], SIDE[subject], 3)


@pytest.mark.parametrize(
    ("subject", "more", "files", "words"),
    [
        ("things", {}, {}, "no drawing"),
        ("things", {}, {"picture": b""}, "empty"),
        ("things", {}, {"picture": b"<svg/>"}, "no picture"),
        ("things", {}, {"picture": b"\x89PNG" + bytes(MOST_BYTES)}, "at most 2 MB"),
        ("cats", {}, {"picture": as_file(bag(), "PNG")}, "one of things, facades"),
        ("things", {"strength": "much"}, {"picture": as_file(bag(), "PNG")}, "from 0 to 1"),
        ("things", {"seed": None}, {"picture": as_file(bag(), "PNG")}, "whole number"),
        ("facades", {}, {"picture": as_file(Image.effect_noise((64, 64), 60), "PNG")}, "twelve colours"),
    ],
)
def test_what_makes_no_sense_is_said(handlers, subject, more, files, words):
    answer = handlers.answer({"ask": "paint", "subject": subject} | more, files)
    assert set(answer) == {"error"} and words in answer["error"]


def test_the_public_endpoint_paints_any_picture(handlers):
    made = handlers.endpoint(Image.new("RGB", (12_000, 800), "white"), "things", 1, 0)
    assert made.size == (128, 9)
    assert handlers.endpoint(house(), "facades", 0.5, 3).size == (256, 256)
    for wrong in ((None, "things", 1, 0), (bag(), "houses", 1, 0), (bag(), "things", "x", 0)):
        with pytest.raises(BadRequest):
            handlers.endpoint(*wrong)
