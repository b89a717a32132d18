"""The picture in the README, and one of every tab: ``python -m tests.screenshots [FOLDER]``.

Starts the app, plays with each tab as a visitor would, and writes ``.github/atelier.webp``: six tabs side by side. With
a folder it also writes every tab there at desktop and phone width, light and dark, to be looked at.
"""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from gan_models.ui.app import TABS
from gan_models.ui.tab import Tab
from tests.conftest import CHROMIUM, CHROMIUM_FLAGS, ROOT, started_app

SHOWN = ROOT / ".github" / "atelier.webp"
WIDTH, HEIGHT, COLUMNS, TILE = 1280, 860, 2, 760
PLAY = """
const buttons = [...document.querySelectorAll('.learn section.points button')];
buttons.find(button => button.textContent.trim() === 'Play').click();
"""
FRONT = TABS[:6]
LINKS: dict[str, str] = {}  # what a tab shows, where that is not what a visitor sees first
ACTIONS = {"learn": PLAY}  # what is done there, where something must be
SECONDS = {"learn": 9}  # until it is done


def shot(page: Page, url: str, tab: Tab, theme: str, whole: bool) -> Image.Image:
    page.goto(f"{url}/?__theme={theme}#{tab.slug}{LINKS.get(tab.folder, '')}")
    page.wait_for_selector(f"#{tab.folder} [data-state=ready] >> visible=true", timeout=120_000)
    if tab.folder in ACTIONS:
        page.evaluate(ACTIONS[tab.folder])
    page.wait_for_timeout(1000 * SECONDS.get(tab.folder, 3))
    return Image.open(io.BytesIO(page.screenshot(full_page=whole))).convert("RGB")


def front(browser: Browser, url: str) -> Image.Image:
    """Six tabs in one picture."""
    tall = round(TILE * HEIGHT / WIDTH)
    sheet = Image.new("RGB", (COLUMNS * TILE, -(-len(FRONT) // COLUMNS) * tall), "white")
    for place, tab in enumerate(FRONT):
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        tile = shot(page, url, tab, "light", False).resize((TILE, tall), Image.Resampling.LANCZOS)
        sheet.paste(tile, (place % COLUMNS * TILE, place // COLUMNS * tall))
        page.close()
    return sheet


def everything(browser: Browser, url: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for tab in TABS:
        for name, width in (("desktop", WIDTH), ("phone", 390)):
            for theme in ("light", "dark"):
                page = browser.new_page(viewport={"width": width, "height": HEIGHT})
                shot(page, url, tab, theme, True).save(folder / f"{tab.folder}_{name}_{theme}.png")
                page.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary, started_app(Path(temporary)) as (url, _), sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        SHOWN.parent.mkdir(exist_ok=True)
        front(browser, url).save(SHOWN, quality=82, method=6)
        for folder in sys.argv[1:2]:
            everything(browser, url, Path(folder))
        browser.close()


if __name__ == "__main__":
    main()
