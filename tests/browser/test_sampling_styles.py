"""The tab "Sample" with faces from styles: mixing, and a visitor's own face, in the real app and real Chromium."""

import pytest

from gan_models.stylegan.drafts import DRAFTS
from tests.browser.pages import begin, counted, quiet, unharmed
from tests.conftest import ROOT

pytestmark = pytest.mark.browser
PORTRAITS = ROOT / "gan_models" / "ui" / "tabs" / "inpaint"
UNDER_THE_HANDLES = "document.querySelector('.sampling .grip').toDataURL()"


@pytest.fixture(scope="module")
def page(visit):
    """One beginning for the whole file."""
    begin(visit, "sample", "m=stylegan&seed=3", '[data-state="ready"][data-boards]')
    yield visit
    assert unharmed(visit)


def after(page, counter: str, action) -> None:
    """Do something, and wait until the tab has counted once more what comes of it."""
    counted(page, ".sampling", counter, action)


def shown(page) -> str:
    return page.get_attribute(".sampling .picture", "data-url")


def test_a_cell_of_the_board_is_gone_to_and_back(page):
    before = shown(page)
    after(page, "boards", lambda: page.click('.sampling .board [data-row="0"][data-column="1"]'))
    assert shown(page) != before
    assert page.inner_text(".sampling .mixed").startswith("coarse from seed")
    assert "x=" in page.url
    after(page, "boards", lambda: page.click(".sampling .unmix"))
    assert shown(page) == before and page.is_disabled(".sampling .unmix")


def test_the_first_draft_of_a_seed_is_shown_on_request_and_a_link_keeps_that(page):
    before, tick = shown(page), ".sampling .choosy"
    assert page.inner_text(".sampling .drafted").strip() == f"Best of {DRAFTS} drafts" and page.is_checked(tick)
    after(page, "boards", lambda: page.uncheck(tick))
    assert shown(page) != before and "d=1" in page.url
    first = shown(page)
    begin(page, "sample", "m=stylegan&seed=3&d=1", '[data-state="ready"][data-boards]')
    assert shown(page) == first and not page.is_checked(tick)
    after(page, "boards", lambda: page.check(tick))
    assert shown(page) == before and "d=1" not in page.url
    page.select_option(".sampling .model", "digits")
    assert page.is_hidden(tick)
    after(page, "boards", lambda: page.select_option(".sampling .model", "stylegan"))
    begin(page, "sample", "m=stylegan&seed=3", '[data-state="ready"][data-boards]')


def test_a_photo_without_a_face_is_refused_and_nothing_is_lost(page):
    before = shown(page)
    page.set_input_files(".sampling .photofile", ROOT / "tests" / "golden" / "digits.png")
    page.wait_for_function("document.querySelector('.sampling .ownerror').textContent.includes('No face')")
    assert shown(page) == before


def test_an_own_face_is_found_and_sliders_work_on_it(page):
    def search() -> None:
        page.set_input_files(".sampling .photofile", PORTRAITS / "portrait_collins.webp")
        page.wait_for_selector(".sampling .ownstop:visible", timeout=60_000)
        page.evaluate("document.querySelector('.sampling .ownstop').click()")  # it may be over by now

    after(page, "boards", search)
    page.wait_for_selector(".sampling .ownstop:visible", state="detached", timeout=60_000)
    page.wait_for_function("document.querySelector('.sampling .fitted').textContent.startsWith('LPIPS 0.')")
    assert page.is_disabled(".sampling .share") and page.is_hidden(".sampling .choosy")
    own = shown(page)
    after(page, "answers", lambda: page.press(".sampling .sliders .knob >> nth=1 >> input", "End"))
    page.wait_for_function("before => document.querySelector('.sampling .picture').dataset.url !== before", arg=own)
    after(page, "answers", lambda: page.click(".sampling .surprise"))
    assert not page.is_disabled(".sampling .share")


def test_a_face_is_taken_hold_of_and_let_go(page):
    """A spot is pulled with the pointer: the face follows step by step, another handle holds, and undo is exact."""
    page.fill(".sampling .seed", "8")
    after(page, "boards", lambda: page.press(".sampling .seed", "Enter"))
    quiet(page)
    before, box = shown(page), page.locator(".sampling .grip")
    box.scroll_into_view_if_needed()
    frame = box.bounding_box()

    def at(x: float, y: float) -> tuple[float, float]:
        return frame["x"] + x * frame["width"], frame["y"] + y * frame["height"]

    def pull() -> None:
        page.mouse.move(*at(0.36, 0.74))
        page.mouse.down()
        page.mouse.move(*at(0.5, 0.6), steps=3)
        page.mouse.up()

    after(page, "pulls", pull)
    after(page, "pulls", lambda: None)
    after(page, "answers", lambda: page.click(".sampling .pull"))  # stop
    page.wait_for_function("before => document.querySelector('.sampling .picture').dataset.url !== before", arg=before)
    assert page.inner_text(".sampling .pull") == "Pull" and page.is_disabled(".sampling .share")
    page.wait_for_selector(".sampling .finer img")
    sharp = page.evaluate(UNDER_THE_HANDLES)
    page.click(".sampling .sharpness label")
    assert page.evaluate(UNDER_THE_HANDLES) != sharp
    page.click(".sampling .sharpness label")
    assert page.evaluate(UNDER_THE_HANDLES) == sharp
    after(page, "answers", lambda: page.click(".sampling .reins .undo"))
    quiet(page)
    assert shown(page) == before and page.is_disabled(".sampling .bare")
    page.focus(".sampling .grip")
    for key in ("Space", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    after(page, "pulls", lambda: None)
    button = "document.querySelector('.sampling .pull')"
    page.evaluate(f"{button}.textContent === 'Stop' && {button}.click()")  # unless it has arrived by now
    page.wait_for_function(f"{button}.textContent === 'Pull'")
    page.click(".sampling .bare")
    assert page.is_disabled(".sampling .pull")
