"""The tab "Draw" in real Chromium, as a visitor uses it."""

import base64
import io
import re
import statistics
import time

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gan_models.data.labels import LABELS
from tests.browser.pages import begin, counted, keep_only, quiet, unharmed

pytestmark = pytest.mark.browser
SHOE = [(0.1, 0.4), (0.08, 0.6), (0.1, 0.8), (0.5, 0.86), (0.9, 0.9), (0.93, 0.8), (0.6, 0.58), (0.45, 0.4), (0.1, 0.4)]


@pytest.fixture
def page(visit):
    begin(visit, "draw")
    keep_only(visit, "draw")
    visit.wait_for_selector(".swatches button")
    yield visit
    assert unharmed(visit)


def settled(page, action) -> None:
    """Do something and wait until the picture of the newest drawing is there."""
    counted(page, ".draw", "painted", action)
    quiet(page)


def stroke(page, places, steps: int = 6) -> None:
    page.locator(".draw .paper").scroll_into_view_if_needed()
    box = page.locator(".paper").bounding_box()
    there = [(box["x"] + u * box["width"], box["y"] + v * box["height"]) for u, v in places]
    page.mouse.move(*there[0])
    page.mouse.down()
    for place in there[1:]:
        page.mouse.move(*place, steps=steps)
    page.mouse.up()


def made(page) -> np.ndarray:
    data = base64.b64decode(page.get_attribute(".made", "src").split(",")[1])
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(float)


def paper(page) -> np.ndarray:
    url = page.evaluate("document.querySelector('.paper').toDataURL()")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGB"))


def test_a_shoe_drawn_by_mouse_becomes_a_picture_while_the_pen_moves(page):
    settled(page, lambda: page.click(".clear"))
    empty, before = made(page), int(page.get_attribute(".draw", "data-painted"))
    settled(page, lambda: stroke(page, SHOE, steps=20))
    assert int(page.get_attribute(".draw", "data-painted")) > before + 2
    shoe = made(page)
    assert shoe.shape == (128, 128, 3) and empty.mean() > shoe.mean() + 15
    assert shoe[:30].mean() > 235 and shoe[80:100, 20:60].mean() < 215
    settled(page, lambda: page.click(".undo"))
    assert np.array_equal(made(page), empty)


def test_a_house_is_built_of_boxes_fills_and_strokes_in_the_labels_very_colours(page):
    settled(page, lambda: page.click('[data-subject="facades"]'))
    settled(page, lambda: page.click(".clear"))
    assert (paper(page) == LABELS["background"]).all()

    def build(label: str, tool: str, *places) -> None:
        page.get_by_role("button", name=label, exact=True).click()
        page.click(f'[data-tool="{tool}"]')
        settled(page, lambda: stroke(page, places))

    build("wall", "box", (0.2, 0.9), (0.8, 0.2))
    build("window", "box", (0.3, 0.3), (0.4, 0.45))
    build("balcony", "pen", (0.5, 0.6), (0.7, 0.7))
    build("shop", "fill", (0.35, 0.35))
    sheet = paper(page)
    colours = {tuple(int(n) for n in c) for c in np.unique(sheet.reshape(-1, 3), axis=0)}
    assert colours == {LABELS[name] for name in ("background", "wall", "shop", "balcony")}
    assert tuple(sheet[96, 90]) == LABELS["shop"] and (sheet == LABELS["wall"]).all(2).mean() > 0.3
    assert made(page).shape == (256, 256, 3)
    settled(page, lambda: build("window", "eraser", (0.5, 0.5), (0.5, 0.8)))
    assert tuple(paper(page)[166, 128]) == LABELS["background"]


def test_a_link_brings_the_drawing_back(page):
    settled(page, lambda: page.click(".starts >> text=Handbag"))
    settled(page, lambda: page.locator(".swatches button").nth(1).click())
    sheet, picture, link = paper(page), made(page), page.evaluate("location.hash")
    assert re.match(r"#draw\?on=things&s=1&c=1&d=p1", link)
    begin(page, "draw", link.partition("?")[2])
    page.wait_for_selector(".draw .swatches button")
    assert np.abs(paper(page).astype(float) - sheet).mean() < 4
    assert np.abs(made(page) - picture).mean() < 12
    assert page.locator(".swatches button").nth(1).get_attribute("aria-pressed") == "true"
    begin(page, "draw", "on=cats&s=NaN&c=-1&d=p1.5.x_%00_b99.1.1.1")
    assert page.locator(".strength").input_value() == "1"


def test_slider_and_map_show_what_the_discriminator_is_for(page):
    with_it = made(page)
    settled(page, lambda: page.locator(".strength").fill("0"))
    assert np.abs(made(page) - with_it).mean() > 0.5
    settled(page, lambda: page.check(".map"))
    assert page.locator(".belief").is_visible()
    assert page.evaluate("[document.querySelector('.belief').width, document.querySelector('.belief').height]") == [
        16,
        16,
    ]
    assert re.search(r"by \d+ %", page.inner_text(".opinion"))
    settled(page, lambda: page.uncheck(".map"))
    assert not page.locator(".belief").is_visible()


def test_it_is_drawn_by_keyboard_too(page):
    settled(page, lambda: page.click(".clear"))
    page.focus(".paper")
    for _ in range(30):
        page.keyboard.press("ArrowLeft")
    settled(page, lambda: page.keyboard.press("Space"))
    page.locator(".radius").focus()  # the pen's ring goes
    dark = np.argwhere(paper(page).mean(2) < 100)
    assert len(dark) > 10 and dark[:, 1].max() < 192


def test_any_picture_can_be_opened_as_a_drawing(page, tmp_path):
    sketch = Image.new("RGBA", (300, 100))
    ImageDraw.Draw(sketch).ellipse((100, 20, 200, 80), outline="black", width=3)
    sketch.save(tmp_path / "sketch.png")
    settled(page, lambda: page.set_input_files(".file", tmp_path / "sketch.png"))
    assert paper(page)[0, 0].tolist() == [255, 255, 255] and (paper(page) < 100).any()
    (tmp_path / "no.png").write_bytes(b"no picture")
    page.set_input_files(".file", tmp_path / "no.png")
    page.wait_for_selector(".draw .error:not(:empty)")
    assert "no picture" in page.inner_text(".draw .error")
    Image.effect_noise((200, 200), 80).save(tmp_path / "photo.png")
    page.click('[data-subject="facades"]')
    page.wait_for_function("document.querySelector('.draw .error').textContent === ''")
    page.set_input_files(".file", tmp_path / "photo.png")
    page.wait_for_selector('.draw[data-state="error"]')
    assert "twelve colours" in page.inner_text(".draw .error")
    settled(page, lambda: page.click(".undo"))
    assert page.inner_text(".draw .error") == ""


def test_on_a_slow_line_only_the_newest_drawing_is_asked_for(page):
    def late(route):
        page.wait_for_timeout(300)
        route.continue_()

    settled(page, lambda: page.click(".clear"))
    page.route("**/atelier/ask/draw", late)
    asked, began = len(page.asked), time.monotonic()
    settled(page, lambda: stroke(page, SHOE * 2, steps=12))
    assert 2 < len(page.asked) - asked < 2 + (time.monotonic() - began) / 0.3  # one after the other, whatever moved
    picture = made(page)
    page.unroute("**/atelier/ask/draw")
    settled(page, lambda: page.locator(".strength").dispatch_event("input"))
    assert np.array_equal(made(page), picture)  # what is shown was the last drawing


def test_a_phone_shows_picture_and_sheet_at_once(page):
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = [page.locator(s).bounding_box() for s in (".made", ".paper")]
    assert boxes[0]["y"] < boxes[1]["y"] and boxes[1]["y"] + boxes[1]["height"] - boxes[0]["y"] < 844
    settled(page, lambda: stroke(page, [(0.2, 0.2), (0.8, 0.8)]))


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.parametrize(("subject", "most"), [("things", 60), ("facades", 120)])
def test_stroke_to_picture_is_quick(page, subject, most):
    """Median milliseconds from a move of the pen to the decoded picture, on a machine with nothing else to do."""
    if page.get_attribute(f'[data-subject="{subject}"]', "aria-pressed") == "false":
        settled(page, lambda: page.click(f'[data-subject="{subject}"]'))
    took = page.evaluate(
        """async () => {
            const [draw, made, slider] = [".draw", ".made", ".strength"].map((s) => document.querySelector(s));
            const took = [];
            for (let i = 0; i < 30; i++) {
                const n = +draw.dataset.painted, began = performance.now();
                slider.dispatchEvent(new Event("input"));
                while (+draw.dataset.painted === n) await new Promise((done) => setTimeout(done, 1));
                await made.decode();
                took.push(performance.now() - began);
            }
            return took;
        }"""
    )
    print(f"{subject}: {statistics.median(took):.0f} ms")
    assert statistics.median(took) < most
