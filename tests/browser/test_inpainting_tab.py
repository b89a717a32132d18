"""The tab "Inpaint" in real Chromium, as a visitor uses it."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from gan_models.ui.tabs.inpaint.handlers import PICTURES
from gan_models.ui.tabs.inpaint.requests import AVERAGES
from tests.browser.pages import at_rest, begin, counted, unharmed

pytestmark = pytest.mark.browser


@pytest.fixture
def page(visit):
    begin(visit, "inpaint", "src=e2")
    yield visit
    assert unharmed(visit)


def answered(page, action) -> None:
    """Do something and wait for the fillings that answer it, and until the one that is looked at is sharp."""
    counted(page, ".inpainting", "answers", action)
    settled(page)


def settled(page) -> None:
    """Wait until nothing is asked any more, and what came is drawn."""
    calm = 0
    while calm < 3:
        page.wait_for_timeout(60)
        calm = calm + 1 if at_rest(page) else 0


def opened(page, action) -> None:
    counted(page, ".inpainting", "opened", action)


def canvas(page, selector: str) -> np.ndarray:
    """The pixels of a canvas, (H, W, 4)."""
    url = page.evaluate("s => document.querySelector(s).toDataURL()", f".inpainting {selector}")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGBA"))


def brush(page, *points) -> None:
    """Drag over the picture; points in shares of its width and height."""
    page.locator(".inpainting .veil").scroll_into_view_if_needed()
    box = page.locator(".inpainting .veil").bounding_box()
    spots = [(box["x"] + u * box["width"], box["y"] + v * box["height"]) for u, v in points]
    page.mouse.move(*spots[0])
    page.mouse.down()
    for spot in spots[1:]:
        page.mouse.move(*spot, steps=6)
    page.mouse.up()


def photo_file(path, face: int = 1, side: int = 420, size=(1700, 1200)):
    picture = Image.new("RGB", size, (140, 150, 160))
    picture.paste(Image.open(PICTURES / AVERAGES[face]).convert("RGB").resize((side, side)), (600, 300))
    picture.save(path)
    return picture


def test_brushing_gives_four_different_answers_and_changes_only_the_hole(page):
    answered(page, lambda: brush(page, (0.2, 0.28), (0.42, 0.3)))
    thumbs = page.evaluate("[...document.querySelectorAll('.inpainting .variants canvas')].map(c => c.toDataURL())")
    assert len(set(thumbs)) == 4
    photo, after, veil = canvas(page, ".photo"), canvas(page, ".after"), canvas(page, ".veil")
    changed = (photo != after).any(2)
    assert changed.mean() > 0.005
    hidden = veil[..., 3] > 60
    assert not (changed & ~np.pad(hidden, 1)[1:-1, 1:-1] & (veil[..., 3] == 0)).any()
    assert "of the picture is gone" in page.inner_text(".inpainting .shares")
    answered(page, lambda: page.click(".inpainting .again"))
    fresh = page.evaluate("[...document.querySelectorAll('.inpainting .variants canvas')].map(c => c.toDataURL())")
    assert set(fresh).isdisjoint(thumbs)


@pytest.mark.parametrize("name", ["eyes", "glasses", "mouth", "half", "scribbles"])
def test_quick_masks_then_undo_and_clear(page, name):
    answered(page, lambda: page.click(f'.inpainting [data-quick="{name}"]'))
    assert page.locator(".inpainting .variants button").count() == 4
    page.click(".inpainting .undo")
    assert page.locator(".inpainting .variants button").count() == 0
    assert page.is_disabled(".inpainting .undo")


def test_choosing_comparing_and_the_discriminators_map(page):
    answered(page, lambda: page.click('.inpainting [data-quick="eyes"]'))
    first = canvas(page, ".after")
    page.click('.inpainting [data-variant="2"]')
    page.wait_for_function("+document.querySelector('.inpainting').dataset.sharpened >= 2", timeout=60_000)
    assert (canvas(page, ".after") != first).any()
    chosen = canvas(page, ".after")
    page.check(".inpainting .map")
    assert (canvas(page, ".after") != chosen).mean() > 0.05
    page.uncheck(".inpainting .map")
    assert (canvas(page, ".after") == chosen).all()
    for other in ("mean", "telea", "before"):
        page.click(f'.inpainting [data-other="{other}"]')
        naive = canvas(page, ".before")
        assert (naive != chosen).any()
    assert (canvas(page, ".before") == canvas(page, ".photo")).all()
    box = page.locator(".inpainting .compare").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + box["height"] / 2)
    assert 20 <= float(page.input_value(".inpainting .wipe")) <= 30
    page.press(".inpainting .wipe", "ArrowRight")
    assert "inset(0px 7" in page.evaluate("document.querySelector('.inpainting .before').style.clipPath")


def test_a_photo_comes_back_at_full_size_with_its_pixels(page, tmp_path):
    own = photo_file(tmp_path / "photo.png")
    opened(page, lambda: page.set_input_files(".inpainting .file", tmp_path / "photo.png"))
    assert page.is_disabled(".inpainting .share")
    answered(page, lambda: page.click('.inpainting [data-quick="mouth"]'))
    with page.expect_download(timeout=60_000) as waiting:
        page.click(".inpainting .download")
    waiting.value.save_as(tmp_path / "filled.png")
    new, old = np.asarray(Image.open(tmp_path / "filled.png")), np.asarray(own)
    assert new.shape == old.shape
    changed = (new != old).any(2)
    rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
    assert 0.001 < changed.mean() < 0.05
    assert 560 < rows[0] < rows[-1] < 740 and 660 < columns[0] < columns[-1] < 950


def test_link_reproduces_face_strokes_and_answer(page):
    opened(page, lambda: page.click('.inpainting [data-example="3"]'))
    answered(page, lambda: page.click('.inpainting [data-quick="eyes"]'))
    answered(page, lambda: brush(page, (0.3, 0.7), (0.6, 0.72)))
    page.click('.inpainting [data-variant="3"]')
    settled(page)
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector(".inpainting .variants button", timeout=60_000)
    other.wait_for_timeout(300)
    a, b = canvas(page, ".after").astype(int), canvas(other, ".after").astype(int)
    assert a.shape == b.shape and np.abs(a - b).mean() < 1  # strokes are rounded to thousandths in a link
    other.close()


def test_keyboard_alone_brushes_something_away(page):
    page.focus(".inpainting .veil")
    for key in ("ArrowLeft", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    answered(page, lambda: page.keyboard.press("Space"))
    assert page.locator(".inpainting .variants button").count() == 4


def test_picture_without_a_face_and_wrong_files(page, tmp_path):
    Image.new("RGB", (500, 300), "teal").save(tmp_path / "plain.png")
    opened(page, lambda: page.set_input_files(".inpainting .file", tmp_path / "plain.png"))
    assert "No face was found" in page.inner_text(".inpainting .error")
    answered(page, lambda: brush(page, (0.4, 0.5), (0.5, 0.5)))
    assert page.inner_text(".inpainting .aftername") == "Filled smoothly"
    assert "No face was found" in page.inner_text(".inpainting .error")  # still, with the answer
    assert page.locator(".inpainting .variants button").count() == 1
    answered(page, lambda: page.check(".inpainting .byhand"))
    assert page.inner_text(".inpainting .aftername") == "Filled by the GAN"
    assert page.locator(".inpainting .variants button").count() == 4
    (tmp_path / "text.png").write_text("no picture")
    page.set_input_files(".inpainting .file", tmp_path / "text.png")
    page.wait_for_function("document.querySelector('.inpainting .error').textContent.includes('no picture')")
    opened(page, lambda: page.click('.inpainting [data-example="1"]'))
    assert page.inner_text(".inpainting .error") == ""


def test_everything_masked_is_said(page):
    page.evaluate("const w = document.querySelector('.inpainting .width'); w.max = 400; w.value = 400")
    answered(page, lambda: brush(page, (0.5, 0.5), (0.52, 0.5)))
    assert "Nearly all of the face is masked" in page.inner_text(".inpainting .error")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_phone_does_not_scroll_sideways(phones, theme):
    page = phones(theme)
    begin(page, "inpaint", ready="[data-answers]")  # it begins by taking somebody's glasses away
    answered(page, lambda: page.click('.inpainting [data-quick="mouth"]'))
    page.click(".inpainting > details > summary")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
