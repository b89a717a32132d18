"""The tabs, joined into one page."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import gradio as gr

from gan_models.ui import prose
from gan_models.ui.tabs.arithmetic import prose as prose_arithmetic
from gan_models.ui.tabs.family import prose as prose_family
from gan_models.ui.tabs.game import prose as prose_game
from gan_models.ui.tabs.horses import prose as prose_horses
from gan_models.ui.tabs.inpaint import prose as prose_inpainting
from gan_models.ui.tabs.learn import prose as prose_learn
from gan_models.ui.tabs.sample import prose as prose_sampling
from gan_models.ui.tabs.arithmetic import build_arithmetic_tab
from gan_models.ui.tabs.digits import build_digits_tab
from gan_models.ui.tabs.family import build_family_tab
from gan_models.ui.tabs.game import build_game_tab
from gan_models.ui.tabs.horses import build_horses_tab
from gan_models.ui.tabs.inpaint import build_inpainting_tab
from gan_models.ui.tabs.learn import build_learn_tab
from gan_models.ui.tabs.sample import build_sampling_tab
from gan_models.ui.model_pool import Studio
from gan_models.ui.assets import static
from gan_models.ui.tour import tour_head, tour_markup

TABS: dict[str, Callable[[Studio], object]] = {
    prose_sampling.TAB: build_sampling_tab,
    prose_arithmetic.TAB: build_arithmetic_tab,
    prose.DIGITS_TAB: build_digits_tab,
    prose_horses.TAB: build_horses_tab,
    prose_inpainting.TAB: build_inpainting_tab,
    prose_learn.TAB: build_learn_tab,
    prose_game.TAB: build_game_tab,
    prose_family.TAB: build_family_tab,
}
WARM_FIRST = (
    prose_sampling.TAB, prose.DIGITS_TAB, prose_arithmetic.TAB, prose_horses.TAB, prose_inpainting.TAB, prose_game.TAB,
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """What :func:`build_app` made: the Blocks, how to launch them, and the studio behind them."""

    blocks: gr.Blocks
    launch_options: dict
    studio: Studio
    exercises: tuple


def build_app(device: str = "auto", weights: str = "auto") -> Page:
    """Lay out the page. Nothing is downloaded and PyTorch is not imported; see :meth:`Studio.warm_up`."""
    studio = Studio(device, weights)
    with gr.Blocks(title=prose.TITLE, analytics_enabled=False, delete_cache=(3600, 3600)) as blocks:
        text = f"<h1>{prose.TITLE}</h1><p>{prose.TAGLINE}</p>"
        gr.HTML(f'<div id="ga-head">{text}{tour_markup()}{tabs_markup()}</div>', apply_default_css=False)
        built = {}
        with gr.Tabs():
            for title, build in TABS.items():
                with gr.Tab(title):
                    built[title] = build(studio)
    options = {
        "theme": gr.themes.Base(
            primary_hue="violet", neutral_hue="stone", font=["ui-sans-serif", "system-ui", "sans-serif"],
            font_mono=["ui-monospace", "monospace"],
        ),
        "css": static("shell.css"),
        "head": f"<style>{static('page.css')}</style><script>{static('shell.js')}</script>{tour_head()}",
        "footer_links": ["api"],
        "run_history": False,
    }  # fmt: skip
    return Page(blocks, options, studio, tuple(built[title].exercise for title in WARM_FIRST))


def tabs_markup() -> str:
    """The tabs once more, for narrow screens: Gradio would show two of them there and put the others in a menu."""
    buttons = "".join(f'<button type="button" data-tab="{slug(title)}">{title}</button>' for title in TABS)
    return f'<nav id="ga-tabs" aria-label="Tabs">{buttons}</nav>'


def slug(title: str) -> str:
    """A tab's name in links: "real-or-fake" for "Real or fake?"."""
    return re.sub(r"\W+", "-", title.lower()).strip("-")
