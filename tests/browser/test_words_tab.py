"""The tab "Words" in real Chromium, as a visitor uses it."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from tests.browser.pages import begin, quiet, unharmed

pytestmark = pytest.mark.browser


@pytest.fixture
def page(visit):
    begin(visit, "words")
    settled(visit, lambda: None, 0)
    yield visit
    assert unharmed(visit)


def settled(page, action, before: int | None = None) -> None:
    """Do something and wait until what it asked for has been painted."""
    count = "+(document.querySelector('.words').dataset.painted ?? 0)"
    before = page.evaluate(count) if before is None else before
    action()
    page.wait_for_function(f"n => {count} > n", arg=before)
    quiet(page)


def painted(page, selector: str = ".words .picture") -> np.ndarray:
    data = base64.b64decode(page.get_attribute(selector, "src").split(",")[1])
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(float)


def write(page, sentence: str) -> None:
    settled(page, lambda: page.fill(".words .text", sentence))


def test_what_one_types_is_painted_and_a_word_can_be_exchanged(page):
    write(page, "a yellow rose")
    yellow = painted(page)
    assert yellow.shape == (384, 384, 3) and painted(page, ".words .draft").shape == (192, 192, 3)
    assert "classifier" in page.inner_text(".words .seen") and page.locator(".words .cells button").count() == 8
    page.click(".words .chips >> text=yellow")
    settled(page, lambda: page.click(".words .instead >> text=purple"))
    assert page.input_value(".words .text") == "a purple rose"
    purple = painted(page)
    middle = [p[96:288, 96:288].mean((0, 1)) for p in (yellow, purple)]
    assert middle[0][2] - middle[0][1] < middle[1][2] - middle[1][1] - 10  # more blue, less green
    page.click(".words .chips >> text=rose")
    settled(page, lambda: page.click(".words .instead >> text=oxeye daisy"))
    assert page.input_value(".words .text") == "a purple oxeye daisy"


def test_unknown_words_are_named_and_mended_and_nothing_of_them_is_markup(page):
    write(page, "a purpel <img src=x onerror=alert(1)> rose")
    assert "“purpel”" in page.inner_text(".words .unknown") and page.locator(".words img").count() == 2
    settled(page, lambda: page.click(".words .unknown >> text=purple"))
    assert page.input_value(".words .text").startswith("a purple <img")
    write(page, "漢字")
    assert "I don't know" in page.inner_text(".words .error")
    write(page, "a red rose")
    assert page.inner_text(".words .error") == ""


def test_a_link_brings_sentence_seed_and_the_way_to_another_back(page):
    write(page, "a white daisy")
    settled(page, lambda: page.locator(".words .cells button").nth(2).click())
    settled(page, lambda: page.fill(".words .other", "a red rose"))
    page.locator(".words .mix").fill("1")
    before, link = painted(page), page.evaluate("location.hash")
    assert page.get_attribute(".words .between", "data-frame") == "24"
    begin(page, "words", link.partition("?")[2])
    settled(page, lambda: None, 0)
    assert np.array_equal(painted(page), before)
    fields = [page.input_value(f".words .{name}") for name in ("text", "other", "seed")]
    assert fields == ["a white daisy", "a red rose", "11"]
    begin(page, "words", "t=%3Cb%3E&seed=NaN", ready="")
    page.wait_for_selector(".words .error:not(:empty)")


def test_a_flower_is_enlarged_and_kept(page):
    page.click(".words .enlarge")
    page.wait_for_selector('.words[data-enlarged="1"]')
    assert painted(page).shape == (256, 256, 3)
    with page.expect_download() as kept:
        page.click(".words .download")
    assert kept.value.suggested_filename.endswith(".jpg")


def test_it_fits_a_phone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator(".words .picture").bounding_box()
    assert box["y"] + box["height"] < 844
