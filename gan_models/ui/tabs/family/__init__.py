"""The family tree of GANs. It asks no network anything."""

import gradio as gr

from gan_models.ui.assets import beside
from gan_models.ui.handlers import TabHandlers
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tab import Tab
from gan_models.ui.tabs.family import prose
from gan_models.ui.tabs.family.drawing import tree


def build(pool: ModelPool) -> TabHandlers:
    """Lay out the tab inside the current Blocks."""
    template = beside(__file__, "view.html").replace("@LEAD@", prose.LEAD).replace("@CITE@", prose.CITE)
    gr.HTML(
        html_template=template.replace("@TREE@", tree()),
        css_template=beside(__file__, "view.css"),
        js_on_load=beside(__file__, "view.js"),
        apply_default_css=False,
        elem_id="family",
    )
    return TabHandlers(pool)


TAB = Tab(prose.TAB, build, prose.ABOUT)
