"""The tab "Arithmetic" in real Chromium, as a visitor uses it."""

import io
import math

import numpy as np
import pytest
from PIL import Image

from tests.browser.pages import begin, counted, frame_lag_ms, unharmed

pytestmark = pytest.mark.browser
READY = '.arithmetic[data-state="ready"]'
GALLERY = ".arithmetic .grid button"


@pytest.fixture(name="page")
def arithmetic(visit):
    begin(visit, "arithmetic")
    visit.wait_for_selector(GALLERY)
    yield visit
    assert unharmed(visit)


def answered(page, action) -> None:
    """Do something and wait for the sum that answers it."""
    counted(page, ".arithmetic", "answers", action)
    assert page.inner_text(".arithmetic .error") == ""


def seen(page, selector: str = ".result") -> np.ndarray:
    """A box of the screen as numbers."""
    return np.asarray(Image.open(io.BytesIO(page.locator(f".arithmetic {selector}").screenshot())), np.float32)


def column(page, name: str) -> list[str]:
    return page.eval_on_selector_all(
        f'.arithmetic [data-column="{name}"] [data-seed]', "all => all.map(b => b.dataset.seed)"
    )


def columns(page) -> list[list[str]]:
    return [column(page, name) for name in "abc"]


def test_the_papers_example_stands_there(page):
    assert [len(c) for c in columns(page)] == [3, 3, 3]
    assert page.get_attribute('.arithmetic [data-preset="0"]', "aria-pressed") == "true"
    for box in (".result", ".onpixels", '[data-column="a"] .mean', ".around", ".grid"):
        assert seen(page, box).std() > 20, box
    assert "women" in page.inner_text('.arithmetic [data-column="a"] .said')
    for of in ("latent", "pixels"):
        text = page.inner_text(f'.arithmetic [data-of="{of}"]')
        assert "smiling" in text
        assert "a man" in text
        assert "looks real" in text
    assert "ms" in page.inner_text(".arithmetic .facts")


def test_presets_change_everything(page):
    first, faces = seen(page), columns(page)
    answered(page, lambda: page.press('.arithmetic [data-preset="2"]', "Enter"))
    assert page.get_attribute('.arithmetic [data-preset="2"]', "aria-pressed") == "true"
    assert page.get_attribute('.arithmetic [data-preset="0"]', "aria-pressed") == "false"
    assert all(a != b for a, b in zip(faces, columns(page), strict=True))
    assert abs(seen(page) - first).mean() > 5


def test_one_drag_of_the_strength_asks_once_and_shows_many_frames(page):
    page.locator(".arithmetic .amount").scroll_into_view_if_needed()
    box = page.locator(".arithmetic .amount").bounding_box()
    y, frames, words = box["y"] + box["height"] / 2, set(), set()
    page.asked.clear()
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 30, y)
    page.wait_for_function("document.querySelector('.arithmetic .result').dataset.from === 'strip'")
    for step in range(30):
        page.mouse.move(box["x"] + box["width"] * (0.02 + step / 31), y)
        frames.add(page.get_attribute(".arithmetic .result", "data-k"))
        words.add(page.inner_text('.arithmetic [data-of="latent"] .points'))
    assert page.asked == ["strip"]
    assert len(frames) >= 15
    assert len(words) >= 8
    answered(page, page.mouse.up)
    page.wait_for_function("document.querySelector('.arithmetic .result').dataset.from === 'exact'")
    page.wait_for_timeout(300)
    assert page.asked == ["strip", "sum"]
    assert float(page.inner_text(".arithmetic .strength output")) >= 1.8


def test_the_strip_and_the_exact_result_agree(page):
    slider = page.locator(".arithmetic .amount")
    slider.dispatch_event("pointerdown")
    slider.evaluate("s => { s.value = 1.6; s.dispatchEvent(new Event('input', {bubbles: true})); }")
    page.wait_for_function("document.querySelector('.arithmetic .result').dataset.from === 'strip'")
    page.wait_for_timeout(100)
    strip = seen(page)
    answered(page, lambda: slider.dispatch_event("change"))
    page.wait_for_function("document.querySelector('.arithmetic .result').dataset.from === 'exact'")
    page.wait_for_timeout(100)
    assert abs(seen(page) - strip).mean() < 3
    answered(page, lambda: page.click(".arithmetic .undo"))
    page.wait_for_timeout(100)
    assert abs(seen(page) - strip).mean() > 3


@pytest.mark.alone
def test_the_strength_never_lags(page):
    """Median from a move of the slider to the frame under it, once the strip is there; the promise is 30 ms."""
    page.locator(".arithmetic .amount").dispatch_event("pointerdown")
    page.locator(".arithmetic .amount").dispatch_event("input")
    page.wait_for_function("document.querySelector('.arithmetic .result').dataset.from === 'strip'")
    moves = [1 + math.sin(i) for i in range(60)]
    assert frame_lag_ms(page.locator(".arithmetic .amount"), page.locator(".arithmetic .result"), moves) < 30


def test_undo_and_reset(page):
    first, faces = seen(page), columns(page)
    assert page.is_disabled(".arithmetic .undo")
    answered(page, lambda: page.press(".arithmetic .amount", "End"))
    answered(page, lambda: page.click(".arithmetic .surprise"))
    assert columns(page) != faces
    answered(page, lambda: page.click(".arithmetic .undo"))
    assert columns(page) == faces
    assert page.inner_text(".arithmetic .strength output") == "2.0"
    answered(page, lambda: page.click(".arithmetic .undo"))
    page.wait_for_timeout(100)
    assert abs(seen(page) - first).mean() < 1
    assert page.is_disabled(".arithmetic .undo")
    answered(page, lambda: page.click(".arithmetic .surprise"))
    answered(page, lambda: page.click(".arithmetic .reset"))
    assert columns(page) == faces


def test_other_noise_around_the_result(page):
    result, around = seen(page), seen(page, ".around")
    answered(page, lambda: page.click(".arithmetic .again"))
    page.wait_for_timeout(100)
    assert abs(seen(page) - result).mean() < 1
    assert abs(seen(page, ".around") - around).mean() > 0.3


def test_link_reproduces_the_sum(page):
    answered(page, lambda: page.click(".arithmetic .surprise"))
    answered(page, lambda: page.press(".arithmetic .amount", "PageUp"))
    answered(page, lambda: page.click(".arithmetic .again"))
    page.wait_for_timeout(200)
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector(READY)
    other.wait_for_selector(GALLERY)
    other.wait_for_timeout(200)
    assert columns(other) == columns(page)
    assert other.inner_text(".arithmetic .strength output") == page.inner_text(".arithmetic .strength output")
    for box in (".result", ".around", ".onpixels"):
        assert abs(seen(other, box) - seen(page, box)).mean() < 1, box
    other.close()


def test_a_broken_link_falls_back(page):
    begin(page, "arithmetic", "a=7.x.7.8.9.10&b=&c=99999999999&k=nan&n=-4")
    assert column(page, "a") == ["7", "8", "9"]
    assert [len(c) for c in columns(page)] == [3, 3, 3]
    assert page.inner_text(".arithmetic .strength output") == "1.0"
    assert page.inner_text(".arithmetic .error") == ""


def test_download_is_the_whole_sum(page, tmp_path):
    with page.expect_download() as waiting:
        page.click(".arithmetic .download")
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        assert picture.width > 900
        assert np.asarray(picture, np.float32).std() > 40


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_phone_does_not_scroll_sideways(phones, theme):
    page = phones(theme)
    begin(page, "arithmetic")
    page.wait_for_selector(GALLERY)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(18, 17, 27)" if theme == "dark" else "rgb(255, 255, 255)")
    top = page.locator(".arithmetic .strength").bounding_box()["y"]
    result = page.locator(".arithmetic .result").bounding_box()
    assert result["y"] + result["height"] - top < 844  # slider and result fit on the screen together
    shapes = "all => all.map(c => [c.width, c.height, Math.round(c.clientWidth * devicePixelRatio)])"
    for width, height, shown in page.eval_on_selector_all(".arithmetic canvas", shapes):
        assert width == height == shown  # drawn at the screen's own resolution, all of the face
    page.click(".arithmetic summary")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_nothing_jumps_while_pictures_change(page):
    def places():
        return [page.locator(f".arithmetic {s}").bounding_box() for s in (".result", ".strength", ".drawer", ".near")]

    before = places()
    answered(page, lambda: page.click('.arithmetic [data-preset="2"]'))
    answered(page, lambda: page.click('.arithmetic [data-column="b"] [data-seed] >> nth=0'))
    assert places() == before


def test_every_control_has_a_name(page):
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('.arithmetic button, .arithmetic input')].filter(e =>
            !(e.getAttribute('aria-label') || e.textContent.trim() || e.closest('label'))).map(e => e.outerHTML)"""
    )
    assert nameless == []
