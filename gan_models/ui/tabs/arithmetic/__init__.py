"""The tab in which one adds and subtracts faces: a custom component that asks :class:`ArithmeticHandlers` for sums."""

import gradio as gr

from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tab import CHANGE, Tab
from gan_models.ui.tabs.arithmetic import prose
from gan_models.ui.tabs.arithmetic.handlers import ArithmeticHandlers
from gan_models.ui.view import view


def build(pool: ModelPool) -> ArithmeticHandlers:
    """Lay out the tab inside the current Blocks, and its endpoint ``arithmetic``."""
    handlers = ArithmeticHandlers(pool)
    view("arithmetic", lead=prose.LEAD, explained=prose.EXPLAINED)
    with gr.Group(visible=False):
        columns = [gr.Textbox("1, 2, 3", label=f"Column {name}") for name in "ABC"]
        inputs = [*columns, gr.Number(1, label="Strength")]
        pictures = [gr.Image(label=label, format="png", type="pil") for label in ("Face", "The same sum on pixels")]
        gr.Button("Add").click(handlers.endpoint, inputs, [*pictures, gr.JSON(label="Opinions")], api_name="arithmetic")
    return handlers


TAB = Tab(prose.TAB, build, prose.ABOUT, CHANGE)
