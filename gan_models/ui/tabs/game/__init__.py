"""The game "Real or fake?": ten pairs of digits, the visitor against the critic."""

import gradio as gr

from gan_models.ui.assets import beside
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tab import Tab
from gan_models.ui.tabs.game import prose
from gan_models.ui.tabs.game.handlers import GameHandlers


def build(pool: ModelPool) -> GameHandlers:
    """Lay out the tab inside the current Blocks."""
    handlers = GameHandlers(pool)

    template = beside(__file__, "view.html").replace("@LEAD@", prose.LEAD).replace("@EXPLAINED@", prose.EXPLAINED)
    gr.HTML(
        html_template=template,
        css_template=beside(__file__, "view.css"),
        js_on_load=beside(__file__, "view.js"),
        apply_default_css=False,
        elem_id="game",
    )
    return handlers


TAB = Tab(prose.TAB, build, prose.ABOUT)
