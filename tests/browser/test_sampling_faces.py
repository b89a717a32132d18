"""The tab "Sample" with faces, in the real app and real Chromium."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from tests.browser.pages import begin, unharmed

pytestmark = pytest.mark.browser


@pytest.fixture
def page(visit):
    begin(visit, "sample", "m=faces&seed=3")
    yield visit
    assert unharmed(visit)


def colours(page, selector: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(page.locator(selector).screenshot())).convert("RGB")).astype(float)


def test_a_face_is_shown_and_described(page):
    assert page.get_attribute(".sampling .picture", "data-url").startswith("data:image/jpeg")
    assert colours(page, ".sampling .picture").std() > 20
    assert re.search(r"(wo)?man \d+ %, (smiling|serious) \d+ %", page.inner_text(".sampling .reads"))
    assert page.is_hidden(".sampling .classes")
    assert "classifier sees" in page.get_attribute(".sampling .picture", "aria-label")


def test_the_smile_slider_makes_it_smile(page):
    def smile() -> str:
        return re.search(r"(smiling|serious) \d+", page.inner_text(".sampling .reads"))[0]

    said = set()
    for key, word in (("End", "smiling"), ("Home", "serious")):
        page.press(".sampling .sliders .knob >> nth=1 >> input", key)
        page.wait_for_function(
            "w => document.querySelector('.sampling .reads').textContent.includes(w)", arg=word, timeout=20_000
        )
        said.add(smile())
    assert len(said) == 2


def test_at_rest_it_is_sharpened_and_a_hand_on_a_slider_takes_that_away(page):
    fine = ".sampling .paper .finer img"
    page.wait_for_selector(fine)
    assert page.evaluate("s => document.querySelector(s).naturalWidth", fine) == 256
    assert "enlarged to 256" in page.inner_text(".sampling .sharpness")  # without what is not seen
    knob = page.locator(".sampling .sliders .knob input").nth(1)
    knob.dispatch_event("pointerdown")
    knob.evaluate("slider => { slider.value = 1.5; slider.dispatchEvent(new Event('input', { bubbles: true })); }")
    page.wait_for_function("document.querySelector('.sampling .picture').dataset.from === 'strip'")
    assert page.locator(fine).count() == 0 and "enlarged" not in page.inner_text(".sampling .sharpness")
    knob.dispatch_event("change")
    page.wait_for_selector(fine)
    assert page.get_attribute(".sampling .picture", "data-from") == "exact"
    page.click(".sampling .sharpness label")
    assert page.locator(fine).count() == 0
    asked = len(page.asked)
    page.click(".sampling .sharpness label")
    assert page.locator(fine).count() == 1 and len(page.asked) == asked  # it is remembered


def test_inside_units_are_switched_off_and_shown(page):
    page.click(".sampling .inside summary")
    page.wait_for_selector(".sampling .after.photo")
    whole = colours(page, ".sampling .turned")

    def turned(action) -> np.ndarray:
        before = int(page.get_attribute(".sampling", "data-insides"))
        action()
        page.wait_for_function("n => +document.querySelector('.sampling').dataset.insides > n", arg=before)
        return colours(page, ".sampling .turned")

    off = turned(lambda: page.press('.sampling [data-concept="smiling"] input', "Home"))
    assert np.abs(off - whole).mean() > 1
    assert "the classifier now sees" in page.inner_text(".sampling .insees")
    veiled = turned(lambda: page.click('.sampling [data-concept="smiling"] button'))
    assert veiled.mean() < off.mean()
    turned(lambda: page.click('.sampling [data-concept="smiling"] button'))
    mended = turned(lambda: page.click(".sampling .mend"))
    assert np.abs(mended - whole).mean() < 1


def test_undo_crosses_models(page):
    page.select_option(".sampling .model", "digits")
    page.wait_for_selector(".sampling .picture.inked")
    assert page.is_hidden(".sampling .inside")
    page.click(".sampling .undo")
    page.wait_for_selector(".sampling .picture.photo")
    assert page.locator(".sampling .sliders .knob").count() == 11


def test_a_face_can_be_kept(page, tmp_path):
    with page.expect_download() as waiting:
        page.click(".sampling .download")
    path = tmp_path / "face.png"
    waiting.value.save_as(path)
    with Image.open(path) as picture:
        assert (picture.mode, picture.size) == ("RGB", (256, 256))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_phone_does_not_scroll_sideways(phones, theme):
    page = phones(theme)
    begin(page, "sample", "m=faces")
    for fold in page.locator(".sampling summary").all():
        fold.click()
    page.wait_for_selector(".sampling .after.photo")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
