"""What the browser tests share: a page that notes what happens in it."""

import re


def watch(page, url: str):
    """Note on ``page`` what it asks of its server, for how many answers it ``waits``, what fails in it, and what would
    leave this machine; the page."""
    page.outside, page.problems, page.asked, page.waits = [], [], [], 0

    def note(request):
        if not request.url.startswith((url, "data:", "blob:")):
            page.outside.append(request.url)
        if "/atelier/ask/" in request.url:
            found = re.search(r'"ask":"([^"]+)"', request.post_data or "")
            page.asked.append(found[1] if found else "a file")  # the browser keeps the body of an upload to itself
            page.waits += 1

    def answered(request):
        page.waits -= "/atelier/ask/" in request.url

    page.on("request", note)
    page.on("requestfinished", answered)
    page.on("requestfailed", answered)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    return page


def open_tab(page, name: str) -> None:
    """Open the tab of that name in links, whether the page is wide or narrow."""
    page.evaluate("name => import('/atelier/static/lib/gradio_shell.js').then((shell) => shell.openTab(name))", name)


def unharmed(page) -> bool:
    """Nothing failed in a watched page, and nothing left this machine; else the page says what."""
    assert page.problems == []
    assert page.outside == []
    return True
