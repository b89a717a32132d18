"""Every tab looked at by axe-core, as Lighthouse does: names, roles, contrast; desktop in light, phone in dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from gan_models.ui.app import TABS
from tests.browser.pages import begin, unharmed

pytestmark = pytest.mark.browser
SERIOUS = ("serious", "critical")
LOOKS = ((1280, "light"), (390, "dark"))
# Dark or light, as soon as no colour is on its way to another.
LOOK = """async (dark) => {
    document.body.classList.toggle("dark", dark);
    await new Promise(requestAnimationFrame);
    await Promise.allSettled(document.getAnimations().filter((a) => a instanceof CSSTransition).map((a) => a.finished));
}"""
# Gradio's own page: its list of tabs and its foot, which we lay no hand on.
ELSEWHERE = [["footer"], [".tab-wrapper"]]


def violations(page, part: str) -> list[str]:
    """What is wrong with a part of the page in each look."""
    said = []
    for width, theme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(LOOK, theme == "dark")
        axe = Axe("0") if page.evaluate("'axe' in window") else Axe()  # it stays in a page, and takes long to read
        found = axe.run(page, context={"include": [[part]], "exclude": ELSEWHERE})
        said += [
            f"{theme}: {v['id']} ({v['impact']}): {v['help']}: {[node['target'] for node in v['nodes']][:3]}"
            for v in found.response["violations"]
            if v["impact"] in SERIOUS
        ]
    page.evaluate(LOOK, False)
    return said


def test_no_serious_violation_on_the_page(visit):
    begin(visit, TABS[0].slug)
    assert violations(visit, ".gradio-container") == []


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.slug)
def test_no_serious_violation_on_a_tab(visit, tab):
    begin(visit, tab.slug)
    for summary in visit.locator(f"#{tab.folder} details > summary >> visible=true").all():
        summary.click()
    assert violations(visit, f"#{tab.folder}") == []
    assert unharmed(visit)
