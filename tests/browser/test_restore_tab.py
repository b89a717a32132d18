"""The tab "Restore" in real Chromium, as a visitor uses it."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from tests.browser.pages import begin, counted, keep_only, unharmed

pytestmark = pytest.mark.browser
ENLARGED = "[data-enlarged]"


@pytest.fixture
def page(visit):
    """The visit with the first example enlarged."""
    begin(visit, "restore", ready=ENLARGED)
    keep_only(visit, "restore")
    yield visit
    assert unharmed(visit)


def after(page, name: str, action) -> None:
    """Do something and wait until the page has counted one more of ``name``."""
    counted(page, ".restore", name, action)


def made(page) -> np.ndarray:
    url = page.evaluate("document.querySelector('.after').toDataURL()")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGB")).astype(int)


def test_the_slider_walks_and_what_is_seen_is_what_is_kept(page, tmp_path):
    assert page.inner_text(".sizes") == "112 × 75 pixels become 448 × 300"
    after(page, "enlarged", lambda: page.locator(".strength").fill("0"))
    faithful = made(page)
    after(page, "enlarged", lambda: page.locator(".strength").fill("1"))
    assert faithful.shape == (300, 448, 3) and np.abs(made(page) - faithful).mean() > 1
    with page.expect_download() as kept:
        page.click(".download")
    assert kept.value.suggested_filename == "cat-4x.png"
    kept.value.save_as(tmp_path / "cat.png")
    assert np.array_equal(np.asarray(Image.open(tmp_path / "cat.png").convert("RGB")), made(page))
    assert page.url.endswith("#restore?example=cat&strength=1&factor=4")


def test_a_link_brings_it_back(page):
    begin(page, "restore", "example=coffee&strength=0&factor=2", ENLARGED)
    assert page.get_attribute('[data-example="coffee"]', "aria-pressed") == "true"
    assert (page.input_value(".strength"), made(page).shape) == ("0", (160, 240, 3))
    begin(page, "restore", "example=dog&strength=x&factor=9", ENLARGED)
    assert page.inner_text(".restore .error") == "" and made(page).shape == (300, 448, 3)


def test_it_is_compared_with_what_came_and_with_the_photograph(page):
    before = page.get_attribute(".before", "src")
    page.click('[data-against="truth"]')
    assert page.get_attribute(".before", "src") != before and page.inner_text(".other") == "The photograph"
    page.locator(".wipe").fill("25")
    assert page.evaluate("document.querySelector('.before').style.clipPath") == "inset(0px 75% 0px 0px)"
    box = page.locator(".compare").bounding_box()
    page.mouse.click(box["x"] + 0.8 * box["width"], box["y"] + 40)
    assert abs(int(page.input_value(".wipe")) - 80) <= 1
    after(page, "enlarged", lambda: page.click('[data-example="astronaut"]'))
    assert page.inner_text(".other") == "The photograph"
    page.check(".restore .close")
    assert page.locator(".after").bounding_box()["width"] == 400
    page.uncheck(".restore .close")


def test_a_large_picture_is_enlarged_by_parts_can_be_stopped_and_goes_on(page, tmp_path):
    Image.effect_noise((1500, 1000), 60).convert("RGB").save(tmp_path / "large.jpg")
    after(page, "opened", lambda: page.set_input_files(".file", tmp_path / "large.jpg"))
    assert page.inner_text(".sizes") == "a part, 512 × 512 pixels become 2048 × 2048"
    page.wait_for_function("document.querySelector('.done').value > 0")
    page.click(".stop")
    assert page.inner_text(".stop") == "Go on" and page.is_disabled(".download")
    done = page.evaluate("document.querySelector('.done').value")
    assert 0 < done < 1
    box = page.locator(".overview").bounding_box()
    after(page, "opened", lambda: page.mouse.click(box["x"] + 3, box["y"] + 3))
    frame = page.locator(".frame").bounding_box()
    assert abs(frame["x"] - box["x"]) < 4 and abs(frame["width"] / box["width"] - 512 / 1500) < 0.03
    page.focus(".overview")
    after(page, "opened", lambda: page.keyboard.press("ArrowRight"))
    page.click(".stop")
    assert page.is_disabled(".share")


def test_a_small_picture_of_one_s_own(page, tmp_path):
    picture = Image.new("RGBA", (9, 5), (200, 30, 30, 255))
    picture.save(tmp_path / "small.png")
    after(page, "enlarged", lambda: page.set_input_files(".file", tmp_path / "small.png"))
    assert made(page).shape == (20, 36, 3) and page.is_hidden(".truths")
    assert page.evaluate("location.hash") == "#restore"
    (tmp_path / "no.png").write_bytes(b"no picture")
    page.set_input_files(".file", tmp_path / "no.png")
    page.wait_for_selector(".restore .error:not(:empty)")
    assert "no picture" in page.inner_text(".restore .error")
    after(page, "enlarged", lambda: page.click(".surprise"))
    assert page.inner_text(".restore .error") == ""


def test_a_picture_gets_colours(page):
    after(page, "coloured", lambda: page.click('[data-mode="colour"]'))
    assert page.locator(".answers button").count() == 7 and page.is_hidden(".factor")
    first = made(page)
    assert first.shape == (300, 448, 3) and np.ptp(first, axis=2).mean() > 5
    after(page, "coloured", lambda: page.locator(".answers button").nth(3).click())
    assert np.abs(made(page) - first).mean() > 2
    after(page, "coloured", lambda: page.locator(".colourful").fill("0"))
    assert page.url.endswith("#restore?mode=colour&example=cat&strength=0&answer=4")
    with page.expect_download() as kept:
        page.click(".download")
    assert kept.value.suggested_filename == "cat-coloured.png"
    begin(page, "restore", "mode=colour&example=coffee&answer=2", "[data-coloured]")
    assert page.get_attribute('[data-seed="1"]', "aria-pressed") == "true" and made(page).shape == (320, 480, 3)
    page.click('[data-against="truth"]')
    assert page.inner_text(".other") == "The photograph"
    after(page, "enlarged", lambda: page.click('[data-mode="enlarge"]'))


def test_a_picture_goes_on_beyond_its_edges(page, tmp_path):
    after(page, "uncropped", lambda: page.click('[data-mode="uncrop"]'))
    assert page.inner_text(".sizes") == "296 × 300 pixels become 444 × 300" and page.is_hidden(".strength")
    assert page.url.endswith("#restore?mode=uncrop&example=cat&sides=wider&share=0.25&seed=0")
    first = made(page)
    after(page, "uncropped", lambda: page.click(".another"))
    assert made(page).shape == (300, 444, 3) and np.abs(made(page) - first).max() > 0
    page.click('[data-against="mirrored"]')
    assert page.inner_text(".other") == "Only mirrored"
    after(page, "uncropped", lambda: page.click('[data-sides="taller"]'))
    assert made(page).shape == (450, 296, 3) and page.locator("[data-against]").count() == 3
    with page.expect_download() as kept:
        page.click(".download")
    assert kept.value.suggested_filename == "cat-uncropped.png"
    Image.new("RGB", (30, 20), "teal").save(tmp_path / "own.png")
    after(page, "uncropped", lambda: page.set_input_files(".file", tmp_path / "own.png"))
    assert page.is_disabled(".share") and made(page).shape == (30, 30, 3)
    after(page, "enlarged", lambda: page.click('[data-mode="enlarge"]'))
    assert page.inner_text(".sizes") == "30 × 20 pixels become 120 × 80" and page.is_hidden(".another")


def test_a_picture_from_the_camera(page):
    page.click(".camera")
    page.wait_for_function("document.querySelector('.restore video').videoWidth > 0")
    after(page, "opened", lambda: page.click(".snap"))
    page.click(".stop")
    assert page.is_hidden(".shutter") and page.is_visible(".after")
    size = page.evaluate("[document.querySelector('.after').width, document.querySelector('.after').height]")
    assert 256 < min(size) <= 4 * 512 and page.inner_text(".sizes").endswith(f"become {size[0]} × {size[1]}")
    assert page.evaluate("document.querySelector('.restore video').srcObject") is None


def test_a_phone_shows_picture_and_slider_at_once(page):
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".easel").scroll_into_view_if_needed()
    boxes = [page.locator(s).bounding_box() for s in (".after", ".strength")]
    assert boxes[1]["y"] + boxes[1]["height"] - boxes[0]["y"] < 700
