"""The app's page, loaded once for the tests of a file on a desktop, and once in each theme for all on a phone."""

from contextlib import ExitStack

import pytest

from tests.browser.pages import browsing, unharmed, visited


@pytest.fixture(scope="session")
def desktop(chromium):
    """Where pages are wide and high enough for the whole of a tab's bench."""
    with browsing(chromium) as context:
        yield context


@pytest.fixture(scope="module")
def visit(app_url, desktop):
    """A page of the app for :func:`~tests.browser.pages.begin`."""
    with visited(desktop, app_url) as page:
        yield page
        assert unharmed(page)


@pytest.fixture(scope="session")
def phones(app_url, chromium):
    """A function: the theme, "light" or "dark", to a page on a phone for :func:`~tests.browser.pages.begin`."""
    with browsing(chromium, 390, 844, has_touch=True) as context, ExitStack() as stack:
        yield {theme: stack.enter_context(visited(context, app_url, theme)) for theme in ("light", "dark")}.get
