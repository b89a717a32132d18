"""The tab in which a GAN learns while you watch: a component that asks :class:`LearnHandlers` for the next moment."""

import gradio as gr

from gan_models.ui.assets import beside
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tab import Tab
from gan_models.ui.tabs.learn import prose
from gan_models.ui.tabs.learn.handlers import LearnHandlers


def build(pool: ModelPool) -> LearnHandlers:
    """Lay out the tab inside the current Blocks."""
    handlers = LearnHandlers(pool)

    template = beside(__file__, "view.html").replace("@LEAD@", prose.LEAD).replace("@EXPLAINED@", prose.EXPLAINED)
    template = template.replace("@POINTS_HELP@", prose.POINTS_HELP).replace("@DIGITS_HELP@", prose.DIGITS_HELP)
    gr.HTML(
        html_template=template,
        css_template=beside(__file__, "view.css"),
        js_on_load="\n".join(beside(__file__, f"{part}.js") for part in ("view", "points_view", "digits_view")),
        apply_default_css=False,
        elem_id="learn",
    )
    return handlers


TAB = Tab(prose.TAB, build, prose.ABOUT)
