"""Every tab looked at by axe-core, as Lighthouse does: names, roles, contrast; desktop in light, phone in dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from gan_models.ui.app import TABS
from tests.browser.pages import open_tab

pytestmark = pytest.mark.browser
SERIOUS = ("serious", "critical")
# Gradio's own page: its list of tabs and its foot, which we lay no hand on.
ELSEWHERE = [["footer"], [".tab-wrapper"]]


def violations(page, part: str) -> list[str]:
    found = Axe().run(page, context={"include": [[part]], "exclude": ELSEWHERE})
    return [
        f"{v['id']} ({v['impact']}): {v['help']}: {[node['target'] for node in v['nodes']][:3]}"
        for v in found.response["violations"]
        if v["impact"] in SERIOUS
    ]


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_no_serious_violation_on_any_tab(app_url, chromium, width, theme):
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.goto(f"{app_url}/?__theme={theme}")
    page.wait_for_selector("#ga-tour-start")
    found = {"page": violations(page, ".gradio-container")}
    for tab in TABS:
        open_tab(page, tab.slug)
        page.wait_for_selector(f"#{tab.folder} [data-state=ready] >> visible=true", timeout=120_000)
        page.wait_for_timeout(200)
        for summary in page.locator(f"#{tab.folder} details > summary >> visible=true").all():
            summary.click()
        page.wait_for_timeout(200)
        found[tab.title] = violations(page, f"#{tab.folder}")
    assert not any(found.values()), found
    page.close()
