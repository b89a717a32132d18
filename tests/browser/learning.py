"""The tab "Watch it learn" served alone, its visitors, and how far their runs have come."""

from contextlib import ExitStack

import pytest

from gan_models.ui.app import build_tab
from gan_models.ui.server.service import put_in_service
from gan_models.ui.tabs.learn import TAB
from tests.browser.pages import at_rest, begin, browsing, quiet, unharmed, visited


@pytest.fixture(scope="module", name="served")
def tab_alone():
    """The tab alone, in this process, so that a test can count what the server still holds: (address, teacher)."""
    page = build_tab(TAB, "cpu")
    service = put_in_service(page.blocks, page.pool, page.handlers)
    options = page.launch_options | service.launch_options
    _, url, _ = page.blocks.launch(prevent_thread_lock=True, quiet=True, ssr_mode=False, **options)
    yield url.rstrip("/"), page.handlers[0]
    page.blocks.close()


@pytest.fixture(scope="module", name="guest")
def one_guest(served, desktop):
    """One visitor for most tests of the file."""
    with visited(desktop, served[0]) as page:
        yield page


@pytest.fixture(name="page")
def anew(guest):
    show(guest)
    yield guest
    assert unharmed(guest)


@pytest.fixture(name="visit")
def more_guests(served, chromium):
    """A function that opens the page for one more visitor; at the end none may have seen an error."""
    with ExitStack() as stack:
        pages, contexts = [], {}

        def open_page(width, height, **options):
            look = (width, height, *options.items())  # visitors of one look share what is quicker to load again
            if look not in contexts:
                contexts[look] = stack.enter_context(browsing(chromium, width, height, **options))
            pages.append(stack.enter_context(visited(contexts[look], served[0])))
            show(pages[-1])
            return pages[-1]

        yield open_page
        assert all(unharmed(page) for page in pages)


def show(page) -> None:
    """The tab as it begins, with a run that has not trained yet."""
    begin(page, "watch-it-learn")
    page.wait_for_function("document.querySelector('.points .step').textContent === '0'")


def steps(page, view="points") -> int:
    return int(page.inner_text(f".{view} .step").replace(",", ""))


def reach(page, count: int, view="points", timeout=60_000) -> None:
    page.wait_for_function(
        "([v, n]) => +document.querySelector(`.${v} .step`).textContent.replace(/,/g, '') >= n",
        arg=[view, count], timeout=timeout,
    )  # fmt: skip


def rests(page) -> bool:
    """Whether nothing is trained once what was asked for is answered; a resting page looks around 4 times a second."""
    for _ in range(3):  # an answer that came is not shown yet on a busy machine; whoever trains on is seen each time
        quiet(page)
        before = steps(page)
        page.wait_for_timeout(600)
        if steps(page) == before and at_rest(page):
            return True
    return False


def ink(page, selector: str) -> int:
    """How many pixels of a canvas are painted."""
    return page.eval_on_selector(
        selector,
        "c => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0;"
        " for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; }",
    )
