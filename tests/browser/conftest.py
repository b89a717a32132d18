"""The app's page, loaded once for the tests of a file on a desktop, and once for all tests on a phone."""

from contextlib import ExitStack

import pytest

from tests.browser.pages import unharmed, visited


@pytest.fixture(scope="module")
def visit(app_url, chromium):
    """A page of the app for :func:`~tests.browser.pages.begin`, wide and high enough for the whole of a tab's bench."""
    with visited(chromium, app_url) as page:
        yield page
        assert unharmed(page)


@pytest.fixture(scope="session")
def phones(app_url, chromium):
    """A function: the theme, "light" or "dark", to a page on a phone for :func:`~tests.browser.pages.begin`."""
    with ExitStack() as stack:
        pages = {
            theme: stack.enter_context(visited(chromium, app_url, 390, 844, theme, has_touch=True))
            for theme in ("light", "dark")
        }
        yield pages.get
