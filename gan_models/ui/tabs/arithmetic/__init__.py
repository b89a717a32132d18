"""The tab in which one adds and subtracts faces: a custom component that asks :class:`ArithmeticHandlers` for sums."""

import gradio as gr

from gan_models.ui.assets import beside
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tab import Tab
from gan_models.ui.tabs.arithmetic import prose
from gan_models.ui.tabs.arithmetic.handlers import ArithmeticHandlers


def build(pool: ModelPool) -> ArithmeticHandlers:
    """Lay out the tab inside the current Blocks, and its endpoint ``arithmetic``."""
    handlers = ArithmeticHandlers(pool)

    template = beside(__file__, "view.html").replace("@LEAD@", prose.LEAD).replace("@EXPLAINED@", prose.EXPLAINED)
    gr.HTML(
        html_template=template,
        css_template=beside(__file__, "view.css"),
        js_on_load=beside(__file__, "view.js").replace("@GALLERY@", beside(__file__, "gallery.js")),
        apply_default_css=False,
        elem_id="arithmetic",
    )
    with gr.Group(visible=False):
        columns = [gr.Textbox("1, 2, 3", label=f"Column {name}") for name in "ABC"]
        inputs = [*columns, gr.Number(1, label="Strength")]
        pictures = [gr.Image(label=label, format="png", type="pil") for label in ("Face", "The same sum on pixels")]
        gr.Button("Add").click(handlers.endpoint, inputs, [*pictures, gr.JSON(label="Opinions")], api_name="arithmetic")
    return handlers


TAB = Tab(prose.TAB, build, prose.ABOUT)
