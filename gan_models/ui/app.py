"""The tabs, joined into one page."""

from dataclasses import dataclass

import gradio as gr

from gan_models.ui import (
    prose,
    prose_arithmetic,
    prose_family,
    prose_game,
    prose_horses,
    prose_inpainting,
    prose_learn,
    prose_sampling,
)
from gan_models.ui.arithmetic import build_arithmetic_tab
from gan_models.ui.digits import build_digits_tab
from gan_models.ui.family import build_family_tab
from gan_models.ui.game import build_game_tab
from gan_models.ui.horses import build_horses_tab
from gan_models.ui.inpainting import build_inpainting_tab
from gan_models.ui.learn import build_learn_tab
from gan_models.ui.sampling import build_sampling_tab
from gan_models.ui.studio import Studio, static
from gan_models.ui.tour import tour_head, tour_markup


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
        head = f'<div id="ga-head"><h1>{prose.TITLE}</h1><p>{prose.TAGLINE}</p>{tour_markup()}</div>'
        gr.HTML(head, apply_default_css=False)
        with gr.Tabs():
            with gr.Tab(prose_sampling.TAB):
                sampling = build_sampling_tab(studio)
            with gr.Tab(prose_arithmetic.TAB):
                arithmetic = build_arithmetic_tab(studio)
            with gr.Tab(prose.DIGITS_TAB):
                digits = build_digits_tab(studio)
            with gr.Tab(prose_horses.TAB):
                horses = build_horses_tab(studio)
            with gr.Tab(prose_inpainting.TAB):
                inpainting = build_inpainting_tab(studio)
            with gr.Tab(prose_learn.TAB):
                build_learn_tab(studio)
            with gr.Tab(prose_game.TAB):
                game = build_game_tab(studio)
            with gr.Tab(prose_family.TAB):
                build_family_tab(studio)
    options = {
        "theme": gr.themes.Base(
            primary_hue="violet", neutral_hue="stone", font=["ui-sans-serif", "system-ui", "sans-serif"],
            font_mono=["ui-monospace", "monospace"],
        ),
        "css": static("shell.css"),
        "head": f"<script>{static('shell.js')}</script>{tour_head()}",
        "footer_links": ["api"],
        "run_history": False,
    }  # fmt: skip
    tabs = (sampling, digits, arithmetic, horses, inpainting, game)
    return Page(blocks, options, studio, tuple(tab.exercise for tab in tabs))
