"""The tab in which part of a face is brushed away and comes back: a custom component that asks
:class:`InpaintHandlers`."""

import gradio as gr

from gan_models.ui.model_pool import ModelPool
from gan_models.ui.photos import thumbnail_url
from gan_models.ui.server.uploads import picture_input
from gan_models.ui.tab import CHANGE, Tab
from gan_models.ui.tabs.inpaint import prose
from gan_models.ui.tabs.inpaint.handlers import EXAMPLES, PICTURES, InpaintHandlers
from gan_models.ui.view import view


def build(pool: ModelPool) -> InpaintHandlers:
    """Lay out the tab inside the current Blocks, and its endpoint ``inpaint``."""
    handlers = InpaintHandlers(pool)
    examples = [(title, thumbnail_url(PICTURES / name)) for name, title in zip(EXAMPLES, prose.EXAMPLES, strict=True)]
    view("inpaint", lead=prose.LEAD, explained=prose.EXPLAINED, examples=examples)
    with gr.Group(visible=False):
        image = picture_input("Picture", ("RGB", "RGBA", "L"))
        mask = picture_input("Mask", ("L", "1"))
        filled = gr.Image(label="Filled", type="pil", format="png")
        gr.Button("Inpaint").click(
            handlers.endpoint, [image, mask, gr.Number(0, label="Seed")], filled, api_name="inpaint"
        )
    return handlers


TAB = Tab(prose.TAB, build, prose.ABOUT, CHANGE, prose.TOUR)
