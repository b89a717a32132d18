"""The camera and clips of the tab "Horse to zebra" in real Chromium; the camera films Chromium's own test picture."""

import re

import numpy as np
import pytest

from gan_models.ui.tabs.horses.clips import FRAMES
from tests.browser.pages import quiet
from tests.browser.test_horses_tab import after, canvas, horses, settled  # noqa: F401

pytestmark = pytest.mark.browser


def test_live_camera_and_a_picture_kept_from_it(page):
    after(page, "frames", lambda: page.click(".horses .camera"))
    after(page, "frames", lambda: None)
    assert page.inner_text(".facts").endswith("live")
    assert np.abs(canvas(page, ".after") - canvas(page, ".under"))[..., :3].mean() > 0.2
    after(page, "opened", lambda: page.click(".horses .keep"))
    settled(page, lambda: page.click('.horses [data-way="zebra_to_horse"]'))  # the made-up camera shows neither animal
    assert page.get_attribute(".camera", "aria-pressed") == "false"
    assert page.is_hidden(".horses .keep") and page.is_disabled(".share")


def recorded(page, seconds: float) -> int:
    """Record a clip with the camera; how many frames it has, 0 where a very busy machine filmed none."""
    page.click(".horses .camera")
    page.wait_for_selector(".horses .record >> visible=true")
    press = "(ms) => { const b = document.querySelector('.record'); b.click(); setTimeout(() => b.click(), ms); }"
    opened = int(page.get_attribute(".horses", "data-opened") or 0)
    page.evaluate(press, 1000 * seconds)
    page.wait_for_function(
        "n => { const h = document.querySelector('.horses'); return +(h.dataset.opened || 0) > n"
        " || h.querySelector('.error').textContent; }",
        arg=opened,
    )
    assert page.get_attribute(".camera", "aria-pressed") == "false"
    if page.inner_text(".horses .error"):
        return 0
    return int(re.match(r"(\d+) frames, ", page.inner_text(".told"))[1])


def test_a_clip_is_recorded_cancelled_and_turned_after_all(page):
    found = (recorded(page, seconds) for seconds in (1, 3, 8))  # where there is much else to do a camera gives few
    frames = next(count for count in found if count > FRAMES)
    assert frames < 100
    page.click(".horses .turn")
    assert page.inner_text(".told") == "Choose a direction first."  # the made-up camera shows neither animal
    settled(page, lambda: page.click('.horses [data-way="zebra_to_horse"]'))
    page.evaluate(  # cancelled as soon as the first frames are there
        """() => new Promise((done) => { const [told, turn, halt] = [".told", ".turn", ".halt"].map((s) =>
        document.querySelector(s)); new MutationObserver((_, observer) => { if (!told.textContent.includes(" of "))
        return; observer.disconnect(); halt.click(); done(); }).observe(told, {childList: true}); turn.click(); })"""
    )
    quiet(page)
    assert page.inner_text(".told") == "Cancelled." and page.asked[-1] == "turn" and page.asked.count("turn") <= 2
    assert page.is_visible(".turn") and page.is_hidden(".halt") and page.is_hidden(".along")
    after(page, "clips", lambda: page.click(".horses .turn"))
    assert page.inner_text(".told").startswith(f"{frames} frames. ") and page.is_visible(".turn")
    page.wait_for_function("document.querySelector('.turned').readyState > 1")
    assert page.evaluate("document.querySelector('.turned').duration") == pytest.approx(frames / 12, abs=0.05)
    with page.expect_download() as waiting:
        page.click(".horses .keepclip")
    assert waiting.value.suggested_filename == "zebra-to-horse.mp4"


def test_a_recording_is_dropped_for_another_picture(page):
    page.click(".horses .camera")
    page.click(".horses .record")
    opened = int(page.get_attribute(".horses", "data-opened"))
    settled(page, lambda: page.click('.examples [data-example="pale"]'))
    quiet(page)
    assert int(page.get_attribute(".horses", "data-opened")) == opened + 1
    assert page.is_hidden(".clip") and page.is_hidden(".record")
