"""The game, the family tree and the guided tour, in the real app and real Chromium."""

import pytest

from gan_models.ui.app import TABS
from gan_models.ui.tabs.family.prose import FAMILY
from tests.browser.pages import begin, open_tab, unharmed

pytestmark = pytest.mark.browser
GAME, TREE = '.game[data-state="ready"] >> visible=true', '.family[data-state="ready"] >> visible=true'
BOXES = "const [a, b] = ['#ga-tour', '#ga-tour-ring'].map((s) => document.querySelector(s).getBoundingClientRect());"
APART = f"() => {{ {BOXES} return a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top; }}"
WITHIN = "(r) => r.left >= 0 && r.top >= 0 && r.right <= innerWidth && r.bottom <= innerHeight"
INSIDE = f"() => {{ {BOXES} return [a, b].every({WITHIN}); }}"
SAME = "const now = JSON.stringify([a, b, scrollY]), same = now === window.boxes; window.boxes = now; return same;"
STILL = f"() => {{ {BOXES} {SAME} }}"


@pytest.fixture
def browse(app_url, chromium):
    """Opens a page at an address of the app; all of them must stay on this machine and raise nothing."""
    contexts, problems = [], []

    def open_page(address: str, ready: str, phone: bool = False):
        size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 900}
        contexts.append(chromium.new_context(viewport=size, has_touch=phone))
        page = contexts[-1].new_page()
        page.set_default_timeout(90_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "request",
            lambda r: problems.append(r.url) if not r.url.startswith((app_url, "data:", "blob:")) else None,
        )
        page.goto(app_url + address)
        page.wait_for_selector(ready)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def guess(page, action) -> None:
    action()
    page.wait_for_selector(".game .next >> visible=true")


def test_a_whole_game(visit):
    page = visit
    begin(page, "real-or-fake", "seed=7")
    ink = "document.querySelector('.game .glyph').style.getPropertyValue('--ink')"
    sheet = page.evaluate(ink)
    names = "b => b.map((e) => e.getAttribute('aria-label'))"
    before = page.eval_on_selector_all(".game .choice", names)
    assert all(name.startswith(side) for name, side in zip(before, ("Left: a ", "Right: a "), strict=True))
    assert not page.locator(".game .choice.real").count()
    guess(page, lambda: page.keyboard.press("ArrowRight"))
    assert page.locator(".game .choice.real").count() == page.locator(".game .choice.fake").count() == 1
    assert page.evaluate("document.activeElement.className") == "primary next"
    said = page.inner_text(".game .verdict")
    assert said.startswith(("Yes", "No"))
    assert "by a person" in said and "% sure" in said
    page.keyboard.press("ArrowLeft")  # too late to change one's mind
    assert "your choice" in page.inner_text(".game .choice >> nth=1")

    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.game').dataset.round === '1'")
    guess(page, lambda: page.click(".game .choice >> nth=0"))
    page.reload()  # goes on in the third round, with the same pictures
    page.wait_for_selector(GAME)
    assert page.inner_text(".game .ask").startswith("Round 3 of 10")
    assert page.evaluate(ink) == sheet
    for i in range(2, 10):
        guess(page, lambda i=i: page.click(f".game .choice >> nth={i % 2}"))
        page.keyboard.press("Enter")
    page.wait_for_selector(".game .result >> visible=true")
    assert page.evaluate("document.activeElement.className") == "outcome"
    assert page.locator(".game .matrix tbody tr").count() == 3
    for row in page.locator(".game .matrix tbody tr").all():
        assert int(row.locator(".sum").inner_text()) == row.locator(".yes").count()
        assert row.locator("td").count() == 10
    first = page.inner_text(".game .tells")
    page.click(".game .matrix button >> nth=4")
    assert page.inner_text(".game .tells") != first
    assert page.locator(".game .tells li").count() == 6
    page.click(".game .retry")
    page.wait_for_function("document.querySelector('.game').dataset.round === '0'")
    assert page.eval_on_selector_all(".game .choice", names) == before
    assert page.url.endswith("#real-or-fake?seed=7")


def test_the_game_tells_nothing_before_the_guess(browse):
    """Whatever the server sends with the deal, and all that stands in the page, is alike for left and right."""
    page = browse("/#digits", ".digits >> visible=true")
    sent = []
    page.on("response", lambda r: sent.append(r) if "/atelier/ask/" in r.url else None)
    page.locator("#ga-tabs").get_by_text("Real or fake?", exact=True).click()
    page.wait_for_selector(GAME)
    deals = [r.json() for r in sent if '"deal"' in (r.request.post_data or "")]
    assert deals
    for deal in deals:
        assert set(deal) == {"seed", "smooth", "pixels", "rounds", "facts"}
    left, right = page.locator(".game .choice").all()
    assert [a for a in (left, right) if "real" in a.get_attribute("class")] == []
    attributes = "e => [...e.attributes].map((a) => a.name).sort().join()"
    assert left.evaluate(attributes) == right.evaluate(attributes)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_game_and_tree_fit_a_phone(phones, theme):
    page = phones(theme)
    begin(page, "real-or-fake", "seed=3")
    guess(page, lambda: page.tap(".game .choice >> nth=0"))
    page.click(".game summary")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('.game .next').getBoundingClientRect().bottom") < 844
    open_tab(page, "family-tree")
    page.wait_for_selector(TREE)
    page.tap("#kin-cyclegan")
    assert page.is_visible("#about-cyclegan")
    page.tap("#kin-cyclegan")
    assert page.is_hidden("#about-cyclegan")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert unharmed(page)


def test_the_family_tree(visit):
    page = visit
    begin(page, "family-tree", "who=progan")
    assert page.locator(".family .name").count() == len(FAMILY)
    assert page.is_visible("#about-progan")
    assert page.locator(".family .about >> visible=true").count() == 1
    assert page.locator(".family .hot").count() == 2  # from DCGAN, and from the first GAN to that
    boxes = page.eval_on_selector_all(
        ".family .name",
        """b => b.map((e) => { const r = e.getBoundingClientRect();
        const full = e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight;
        return [r.left, r.top, r.right, r.bottom, full]; })""",
    )
    for i, a in enumerate(boxes):
        assert not a[4], f"{FAMILY[i].name} does not fit its box"
        assert all(a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1] for b in boxes[:i])
    page.focus("#kin-progan")
    page.keyboard.press("ArrowLeft")
    assert page.is_visible("#about-dcgan")
    assert page.url.endswith("#family-tree?who=dcgan")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.id") != "kin-dcgan"
    page.click("#kin-cyclegan")
    cite = page.locator(".family > .cite").bounding_box()
    panel = page.locator("#about-cyclegan").bounding_box()
    assert panel["y"] + panel["height"] <= cite["y"]
    page.click("#about-cyclegan .go")
    page.wait_for_selector(".horses >> visible=true")


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_the_tour(browse, phone):
    page = browse("/", '.sampling[data-state="ready"]', phone)
    assert page.locator("#ga-tour").count() == 0  # never by itself
    page.click("#ga-tour-start")
    toured = [tab for tab in TABS if tab.tour]
    for i, tab in enumerate(toured):
        step = tab.tour
        page.wait_for_function("i => document.querySelector('#ga-tour').dataset.step === String(i)", arg=i)
        page.wait_for_selector("#ga-tour-ring >> visible=true")
        page.wait_for_selector(f"{step.ring} >> visible=true")
        page.wait_for_function(STILL, polling=120)  # the tab settles, the tour follows
        assert page.inner_text("#ga-tour h2") == step.title
        for rule in (INSIDE, APART):  # once all has come to rest, however long a busy machine takes for it
            page.wait_for_function(rule, timeout=15_000)
        assert page.evaluate("document.documentElement.scrollWidth") <= (390 if phone else 1280)
        assert page.evaluate("document.activeElement.className") == "next"
        if i == 1:  # the invitation leads to the control itself
            page.click("#ga-tour .try")
            assert page.evaluate("s => document.activeElement.closest(s) !== null", step.ring)
            assert page.is_visible("#ga-tour")
            page.focus("#ga-tour .next")
        if i < len(toured) - 1:
            page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.is_hidden("#ga-tour") and page.is_hidden("#ga-tour-ring")
    assert page.evaluate("document.activeElement.id") == "ga-tour-start"
    page.reload()
    page.wait_for_selector("#ga-tour-start.seen")
    assert page.locator("#ga-tour").count() == 0
