"""The tabs, joined into one page."""

from dataclasses import asdict, dataclass

import gradio as gr

from gan_models.ui import prose, tour
from gan_models.ui.handlers import TabHandlers
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tab import GROUPS, Tab
from gan_models.ui.tabs import arithmetic, digits, draw, family, game, horses, inpaint, learn, restore, sample, words
from gan_models.ui.view import component, read, render

TABS: tuple[Tab, ...] = tuple(
    sorted(
        (tab.TAB for tab in (sample, digits, words, draw, arithmetic, horses, inpaint, restore, learn, game, family)),
        key=lambda tab: GROUPS.index(tab.group),
    )
)


@dataclass(frozen=True)
class Page:
    """What :func:`build_app` made: the Blocks, how to launch them, the pool behind them, and the tabs' handlers."""

    blocks: gr.Blocks
    launch_options: dict
    pool: ModelPool
    handlers: tuple[TabHandlers, ...]


def build_app(device: str = "auto", weights: str = "auto", pool: ModelPool | None = None) -> Page:
    """Lay out the page. Nothing is downloaded and PyTorch is not imported; see :meth:`ModelPool.warm_up`.

    ``pool``: where its pipelines come from, if not from this process.
    """
    pool = pool or ModelPool(device, weights)
    with gr.Blocks(title=prose.TITLE, analytics_enabled=False, delete_cache=(3600, 3600)) as blocks:
        steps = [asdict(tab.tour) | {"tab": tab.slug} for tab in TABS if tab.tour]
        words = {"title": prose.TITLE, "tagline": prose.TAGLINE, "tour": tour.BUTTON, "tabs": TABS, "groups": GROUPS}
        component(
            render("static/page.html", **words), "static/page.js", {"tour": {"steps": steps, "words": tour.WORDS}}
        )
        handlers = []
        with gr.Tabs():
            for tab in TABS:
                with gr.Tab(tab.title):
                    handlers.append(tab.build(pool))
    return Page(blocks, launch_options("page", "tour"), pool, tuple(handlers))


def build_tab(tab: Tab, device: str = "auto", weights: str = "auto") -> Page:
    """One tab as a page of its own."""
    pool = ModelPool(device, weights)
    with gr.Blocks(title=tab.title, analytics_enabled=False, delete_cache=(3600, 3600)) as blocks:
        handlers = tab.build(pool)
    return Page(blocks, launch_options(), handlers.pool, (handlers,))


def launch_options(*more: str) -> dict:
    """What ``Blocks.launch`` needs to know of how a page looks; ``more`` are its own style sheets."""
    return {
        "theme": gr.themes.Base(
            primary_hue="violet", neutral_hue="stone", font=["ui-sans-serif", "system-ui", "sans-serif"],
            font_mono=["ui-monospace", "monospace"],
        ),
        "css": read("static/shell.css"),
        "head": f"<style>{''.join(read(f'static/{name}.css') for name in ('gradio', *more))}</style>",
        "footer_links": ["api"],
        "run_history": False,
    }  # fmt: skip
