"""What the browser tests share: pages that note what happens in them, and that begin anew without being loaded anew.

Loading Gradio's page takes seconds of a core. The tests therefore share one, and each begins its tab anew.
"""

import re
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

from gan_models.ui.app import TABS

FOLDERS = {tab.slug: tab.folder for tab in TABS}
# The markup that the server sent, started as when the tab was opened first.
BEGIN = """async ([slug, folder, hash]) => {
    history.replaceState(null, "", hash);
    window.scrollTo(0, 0);
    const find = () => document.querySelector(`#${folder} .ga`);
    if (!find()) for (const [mark, ga] of window.away?.splice(0) ?? []) mark.replaceWith(ga);
    const opened = find();
    if (!opened?.offsetParent) (await import("/atelier/static/lib/gradio_shell.js")).openTab(slug);
    while (!find()?.offsetParent) await new Promise(requestAnimationFrame);
    if (!opened) return;
    const { value, props } = window.gradio_config.components.find((c) => c.props.elem_id === folder).props;
    const [element, made] = [opened.parentElement, document.createElement("template")];
    made.innerHTML = value;
    opened.replaceWith(made.content);
    (await import(`/atelier/static/tabs/${folder}/view.js`)).start(element, props.options);
}"""


# Gradio's loading sign counts on when it is gone, frame by frame and for ever: a twentieth of a core in each open page.
CALM = """{
    const ask = window.requestAnimationFrame;
    window.requestAnimationFrame = (draw) =>
        new Error().stack.split("\\n")[2]?.includes("/statustracker") ? setTimeout(draw, 1000) : ask(draw);
}"""


def watch(page, url: str):
    """Note on ``page`` what it asks of its server, for how many answers it ``waits``, what fails in it, and what would
    leave this machine; the page."""
    page.home, page.outside, page.problems, page.asked, page.waits = url, [], [], [], 0

    def note(request):
        if not request.url.startswith((url, "data:", "blob:")):
            page.outside.append(request.url)
        if "/atelier/ask/" in request.url:
            found = re.search(r'"ask":"([^"]+)"', request.post_data or "")
            page.asked.append(found[1] if found else "a file")  # the browser keeps the body of an upload to itself
            page.waits += 1

    def answered(request):
        page.waits = max(0, page.waits - ("/atelier/ask/" in request.url))

    def loaded(_):
        page.waits = 0  # a page that is left never hears of what it asked last

    page.on("request", note)
    page.on("requestfinished", answered)
    page.on("requestfailed", answered)
    page.on("domcontentloaded", loaded)
    page.on("pageerror", lambda error: page.problems.append(str(error.stack)))
    return page


@contextmanager
def browsing(browser, width: int = 1280, height: int = 1100, **options) -> Iterator:
    """A context whose pages have much patience; what they share is quicker to load for the second."""
    context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True, **options)
    context.set_default_timeout(90_000)
    context.add_init_script(CALM)
    yield context
    context.close()


@contextmanager
def visited(context, url: str, theme: str = "light") -> Iterator:
    """A watched page for a server's address, in which :func:`begin` shows tabs."""
    page = watch(context.new_page(), url)
    page.size, page.theme = page.viewport_size, theme
    yield page
    page.close()


def begin(page, slug: str, query: str = "", ready: str = '[data-state="ready"]') -> None:
    """Show a tab as a visitor finds it who comes by the link ``#slug?query``; returns when ``ready`` is in it."""
    link = f"#{slug}?{query}".rstrip("?")
    if page.url == "about:blank":
        page.goto(f"{page.home}/?__theme={page.theme}{link}")
    else:
        page.mouse.move(0, 0)
        page.evaluate("dispatchEvent(new Event('pagehide')); localStorage.clear(); sessionStorage.clear()")
        quiet(page)
        if page.viewport_size != page.size:
            page.set_viewport_size(page.size)
        page.evaluate(BEGIN, [slug, FOLDERS[slug], link])
    page.asked.clear()
    page.wait_for_selector(f"#{FOLDERS[slug]} .ga{ready} >> visible=true")


def keep_only(page, slug: str) -> None:
    """Take the markup of all other tabs away until another begins, so that ".undo" is the undo of this one."""
    page.evaluate(
        """id => { for (const ga of document.querySelectorAll(`.ga:not(#${id} .ga)`)) {
            const mark = new Comment();
            ga.replaceWith(mark);
            (window.away ??= []).push([mark, ga]);
        } }""",
        FOLDERS[slug],
    )


def at_rest(page) -> bool:
    """Whether the server has answered all that the page asked, and the page asks nothing more of what it was told."""
    return page.evaluate("import('/atelier/static/lib/rpc.js').then((rpc) => rpc.atRest())") and page.waits == 0


def quiet(page, seconds: float = 60) -> None:
    """Wait until the page is at rest."""
    deadline = time.monotonic() + seconds
    while not (rests := at_rest(page)) and time.monotonic() < deadline:
        page.wait_for_timeout(20)
    assert rests


def counted(page, tab: str, name: str, action) -> None:
    """Do something and wait until the tab, such as ".draw", has counted one more of ``name`` in its data."""
    before = int(page.get_attribute(tab, f"data-{name}") or 0)
    action()
    page.wait_for_function(
        "([tab, name, n]) => +(document.querySelector(tab).dataset[name] || 0) > n", arg=[tab, name, before]
    )


def frame_lag_ms(slider, picture, moves: list[float]) -> float:
    """The median of milliseconds from a move of the slider to the frame under it, once the strip is there."""
    times = slider.evaluate(
        """async (slider, [picture, moves]) => {
            const times = [];
            for (const value of moves) {
                const start = performance.now();
                slider.value = value;
                slider.dispatchEvent(new Event("input", {bubbles: true}));
                picture.getBoundingClientRect();
                await new Promise(requestAnimationFrame);
                times.push(performance.now() - start);
            }
            slider.dispatchEvent(new Event("change", {bubbles: true}));
            return times;
        }""",
        [picture.element_handle(), moves],
    )
    print(f"move to frame: median {statistics.median(times):.1f} ms, worst {max(times):.0f} ms")
    return statistics.median(times)


def open_tab(page, name: str) -> None:
    """Open the tab of that name in links, whether the page is wide or narrow."""
    page.evaluate("name => import('/atelier/static/lib/gradio_shell.js').then((shell) => shell.openTab(name))", name)


def unharmed(page) -> bool:
    """Nothing failed in a watched page, and nothing left this machine; else it is told what, once."""
    found = page.problems + page.outside
    page.problems.clear()
    page.outside.clear()
    assert found == [], found
    return True
