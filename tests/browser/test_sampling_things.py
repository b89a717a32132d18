"""The ten things of the tab "Sample" in real Chromium: classes by name, a mixture, and where the network looked."""

import pytest

from tests.browser.pages import begin, counted, unharmed

pytestmark = pytest.mark.browser

SHARE = """share => {
  const box = document.querySelector('.sampling .blend input');
  box.value = share;
  for (const type of ['input', 'change']) box.dispatchEvent(new Event(type, { bubbles: true }));
}"""
VEILED = """() => {
  const { data } = document.querySelector('.gaze').getContext('2d').getImageData(0, 0, 512, 512);
  return data.filter((value, i) => i % 4 === 3 && value > 0).length / 512 ** 2;
}"""


def test_a_class_a_mixture_and_where_it_looked(visit):
    page = visit
    begin(page, "sample", "m=things&n=7&seed=3")
    page.wait_for_selector(".sampling[data-looks]")
    assert page.inner_text('.sampling .pick [aria-pressed="true"]') == "horse"
    assert "classifier sees" in page.inner_text(".sampling .opinion")
    assert page.evaluate(VEILED) == 0

    canvas = page.locator(".gaze")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] * 3.5 / 16, "y": box["height"] * 5.5 / 16})
    assert page.get_attribute(".gaze", "data-place") == "3,5"
    assert page.evaluate(VEILED) > 0.3 and "of the 256 cells" in page.inner_text(".sampling .looked")
    page.keyboard.press("ArrowDown")
    page.mouse.move(0, 0)
    assert page.get_attribute(".gaze", "data-place") == "3,6"

    before = page.get_attribute(".sampling .picture", "data-url")
    counted(page, ".sampling", "looks", lambda: page.evaluate(SHARE, 40))  # the veil is that of the new picture
    assert page.get_attribute(".sampling .picture", "data-url") != before and "o=9.40" in page.url
    assert page.get_attribute(".gaze", "data-place") == "3,6" and page.evaluate(VEILED) > 0.3
    page.keyboard.press("Escape")
    assert page.evaluate(VEILED) == 0

    page.select_option(".sampling .model", "digits")
    page.wait_for_selector(".sampling .picture.inked")
    assert not canvas.is_visible() and not page.is_visible(".sampling .blend")
    assert unharmed(page)
