"""The tab "Horse to zebra" in real Chromium, as a visitor uses it."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from tests.browser.pages import begin, counted, keep_only, unharmed

pytestmark = pytest.mark.browser
READY = '.horses[data-state="ready"]'


@pytest.fixture(name="page")
def horses(visit):
    """The visit with the first example open at full strength."""
    begin(visit, "horse-to-zebra", ready="[data-trips]")
    keep_only(visit, "horse-to-zebra")
    assert visit.inner_text(".horses .error") == ""
    yield visit
    assert unharmed(visit)


def after(page, name: str, action) -> None:
    """Do something and wait until the page has counted one more of ``name``."""
    counted(page, ".horses", name, action)


def settled(page, action) -> None:
    """Do something and wait for the translation, the discriminator and the way back."""
    after(page, "trips", action)
    page.wait_for_function("[...document.querySelectorAll('.stops img')].every((i) => i.complete && i.naturalWidth)")


def slide(page, selector: str, value: float, event: str = "input") -> None:
    page.evaluate(
        """([selector, value, event]) => { const s = document.querySelector('.horses ' + selector);
        s.value = value; s.dispatchEvent(new Event(event, {bubbles: true})); }""",
        [selector, value, event],
    )


def canvas(page, selector: str) -> np.ndarray:
    """The pixels of a canvas, (H, W, 4)."""
    url = page.evaluate("s => document.querySelector(s).toDataURL()", f".horses {selector}")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGBA")).astype(float)


def test_an_example_is_translated_judged_and_brought_back(page):
    assert np.abs(canvas(page, ".after") - canvas(page, ".under"))[..., :3].mean() > 0.5
    assert re.fullmatch(r"cpu · \d+ ms · embedded weights · 256 × 256 pixels", page.inner_text(".facts"))
    assert re.search(
        r"(Looks like a (horse|zebra)|Not sure which animal this is): the critic of horses believes",
        page.inner_text(".guess"),
    )
    assert re.search(r"critic of (horse|zebra)s believes .+ % of the result", page.inner_text(".opinion"))
    assert re.search(r"came back \d+\.\d % of the range", page.inner_text(".lost"))
    assert np.array_equal(canvas(page, ".stop1"), canvas(page, ".after"))
    assert "example=meadow&direction=" in page.url


@pytest.mark.alone
def test_strength_blends_at_once_and_without_asking(page):
    whole, before = canvas(page, ".after"), canvas(page, ".under")
    asked = len(page.asked)
    slide(page, ".much", 0.5)
    inside = (whole > 0) & (whole < 255)  # what left the range at 1 may be back in it at 0.5
    assert np.abs(canvas(page, ".after") - (whole + before) / 2)[inside].max() <= 1
    slide(page, ".much", 0)
    assert np.array_equal(canvas(page, ".after"), before)
    slide(page, ".much", 1.5)
    assert np.abs(canvas(page, ".after") - before).mean() > np.abs(whole - before).mean()
    took = page.evaluate(
        """() => { const s = document.querySelector('.horses .much'), times = [];
        for (let i = 0; i <= 20; i++) { const t = performance.now(); s.value = i / 20;
            s.dispatchEvent(new Event('input', {bubbles: true})); times.push(performance.now() - t); }
        return times.sort((a, b) => a - b)[10]; }"""
    )
    assert took < 30
    assert len(page.asked) == asked
    slide(page, ".much", 0.5)
    settled(page, lambda: slide(page, ".much", 0.5, "change"))
    assert page.asked[asked:] == ["judge"]
    assert "strength=0.5" in page.url


@pytest.mark.parametrize("strength", [0.4, 1, 1.5])
def test_what_is_seen_is_what_is_downloaded(page, tmp_path, strength):
    """But for the noise of the JPEG file to which the page makes the change."""
    slide(page, ".much", strength)
    with page.expect_download() as waiting:
        page.click(".horses .download")
    waiting.value.save_as(tmp_path / "made.png")
    off = np.abs(np.asarray(Image.open(tmp_path / "made.png").convert("RGB")) - canvas(page, ".after")[..., :3])
    most = np.quantile(off, 0.99)
    print(f"strength {strength}: {off.mean():.2f} of 255 away on average, 99 % of pixels at most {most:.0f}")
    assert off.mean() < 2.5 and most < 16


def test_the_line_follows_mouse_and_keys(page):
    assert page.is_hidden(".compare .line")
    box = page.locator(".compare").bounding_box()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 60, steps=3)
    page.mouse.up()
    assert 58 <= float(page.input_value(".wipe")) <= 62
    assert page.is_visible(".compare .line")
    page.focus(".wipe")
    page.keyboard.press("End")
    assert page.evaluate("getComputedStyle(document.querySelector('.under')).clipPath") in (
        "inset(0px)", "inset(0px 0% 0px 0px)", "inset(0px 0%)"
    )  # fmt: skip


def test_direction_can_be_changed(page):
    first = canvas(page, ".after")
    other = page.get_attribute('[data-way][aria-pressed="false"]', "data-way")
    settled(page, lambda: page.click(f'[data-way="{other}"]'))
    assert np.abs(canvas(page, ".after") - first).mean() > 0.2
    assert f"direction={other}" in page.url
    to = other.split("_to_")[1]
    assert f"critic of {to}s" in page.inner_text(".opinion") and page.inner_text(".stops .to") == f"a {to}"


def test_ink_stays_chosen_for_horses_and_is_judged_by_nobody(page):
    settled(page, lambda: page.click('[data-way="horse_to_ink"]'))
    assert page.inner_text(".stops .to") == "an ink painting" and page.inner_text(".opinion") == ""
    assert page.is_hidden(".mapping") and page.is_hidden(".networks")
    settled(page, lambda: page.click('.examples [data-example="pale"]'))
    assert page.get_attribute('[data-way][aria-pressed="true"]', "data-way") == "horse_to_ink"
    settled(page, lambda: page.click('.examples [data-example="ink"]'))
    assert "Taken as an ink painting" in page.inner_text(".guess")
    assert "example=ink&direction=ink_to_horse" in page.url
    settled(page, lambda: page.click('.examples [data-example="zebra"]'))
    assert page.is_visible(".mapping") and "direction=zebra_to_horse" in page.url


def test_the_discriminators_map_is_switched(page):
    assert page.is_hidden(".belief")
    page.check(".map")
    cells = canvas(page, ".belief")
    assert cells.shape == (32, 32, 4) and cells[..., 3].std() > 1
    assert page.is_visible(".belief") and page.is_visible(".legend")
    page.uncheck(".map")
    assert page.is_hidden(".belief") and page.is_hidden(".legend")


def test_own_picture_by_file_and_by_paste(page, tmp_path):
    x, y = np.meshgrid(np.linspace(0, 255, 1800), np.linspace(0, 255, 700))
    Image.fromarray(np.stack([x, y, 255 - x], 2).astype(np.uint8)).save(tmp_path / "own.jpg")
    after(page, "opened", lambda: page.set_input_files(".horses .file", tmp_path / "own.jpg"))
    assert "neither a horse nor a zebra in it. Try it anyway: choose a direction" in page.inner_text(".horses .guess")
    assert page.locator('[data-way][aria-pressed="true"]').count() == 0 and page.is_disabled(".horses .download")
    assert np.array_equal(canvas(page, ".after"), canvas(page, ".under"))
    settled(page, lambda: page.click('[data-way="zebra_to_horse"]'))
    assert "You are trying it anyway" in page.inner_text(".horses .guess")
    page.wait_for_function("document.querySelector('.horses .facts').textContent.includes('1800 × 700 pixels')")
    assert canvas(page, ".after").shape == (299, 768, 4)
    assert page.is_disabled(".share") and "example=" not in page.url
    with page.expect_download() as waiting:
        page.click(".horses .download")
    waiting.value.save_as(tmp_path / "made.png")
    assert Image.open(tmp_path / "made.png").size == (1800, 700)
    data = base64.b64encode((tmp_path / "own.jpg").read_bytes()).decode()
    paste = """(data) => { const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0)), all = new DataTransfer();
        all.items.add(new File([bytes], "own.jpg", {type: "image/jpeg"}));
        document.dispatchEvent(new ClipboardEvent("paste", {clipboardData: all, bubbles: true})); }"""
    after(page, "opened", lambda: page.evaluate(paste, data))


def test_bad_files_are_said_and_the_next_one_works(page, tmp_path):
    (tmp_path / "text.jpg").write_text("no picture")
    (tmp_path / "none.png").write_bytes(b"")
    for name, words in (("text.jpg", "no picture"), ("none.png", "empty")):
        page.set_input_files(".horses .file", tmp_path / name)
        page.wait_for_function(
            "words => document.querySelector('.horses .error').textContent.includes(words)", arg=words
        )
    Image.new("RGB", (8, 8), "brown").save(tmp_path / "tiny.png")
    after(page, "opened", lambda: page.set_input_files(".horses .file", tmp_path / "tiny.png"))
    settled(page, lambda: page.click('[data-way="horse_to_zebra"]'))
    page.wait_for_function("document.querySelector('.horses .facts').textContent.includes('8 × 8 pixels')")
    assert page.inner_text(".horses .error") == ""


def test_a_link_shows_the_same(page):
    other = page.get_attribute('[data-way][aria-pressed="false"]', "data-way")
    settled(page, lambda: page.click(f'[data-way="{other}"]'))
    slide(page, ".much", 0.6)
    settled(page, lambda: slide(page, ".much", 0.6, "change"))
    reader = page.context.new_page()
    reader.goto(page.url)
    reader.wait_for_selector(READY, timeout=120_000)
    assert reader.get_attribute('[data-way][aria-pressed="true"]', "data-way") == other
    assert np.array_equal(canvas(reader, ".after"), canvas(page, ".after"))
    reader.close()


def test_the_published_pair_without_a_hub_leaves_ours(page):
    settled(page, lambda: page.select_option(".horses .model", "upit"))
    said = page.inner_text(".fallback")
    assert "The Hub did not give tmabraham" in said and "Our own networks go on" in said
    assert page.input_value(".horses .model") == "ours"


def test_failures_are_translated_when_seen_and_open(page):
    page.locator(".failures").scroll_into_view_if_needed()
    page.wait_for_function(
        "[...document.querySelectorAll('.made')].every((i) => i.src.startsWith('data:image/jpeg') && i.naturalWidth)"
    )
    settled(page, lambda: page.click('.failures [data-example="black"]'))
    assert "example=black" in page.url
    settled(page, lambda: page.click(".surprise"))
    assert "example=black" not in page.url


def test_phone_does_not_scroll_sideways(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.click(".horses > details > summary")
    for dark in (False, True):
        page.evaluate("dark => document.body.classList.toggle('dark', dark)", dark)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.is_visible(".compare") and page.is_hidden(".stage .easel")
    pairs = page.evaluate(
        """() => [...document.querySelectorAll('.failures .pair')].map((pair) => [...pair.children].map((picture) => {
        const box = picture.getBoundingClientRect();
        return [getComputedStyle(picture).visibility, box.width, box.height, box.left >= 0 && box.right <= 390]; }))"""
    )
    assert len(pairs) == 3
    for before, after in pairs:  # both pictures of each, before anybody has scrolled there as well
        assert before == after and before[0] == "visible" and before[1] == before[2] > 120 and before[3]
    page.set_viewport_size({"width": 1280, "height": 900})
