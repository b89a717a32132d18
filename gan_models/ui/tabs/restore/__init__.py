"""The tab in which photographs are restored: a custom component that asks :class:`RestoreHandlers`."""

import gradio as gr

from gan_models.ui.model_pool import ModelPool
from gan_models.ui.photos import thumbnail_url
from gan_models.ui.server.uploads import picture_input
from gan_models.ui.tab import CHANGE, Tab
from gan_models.ui.tabs.restore import prose
from gan_models.ui.tabs.restore.handlers import PICTURES, RestoreHandlers
from gan_models.ui.view import view


def build(pool: ModelPool) -> RestoreHandlers:
    """Lay out the tab inside the current Blocks, and its endpoint ``enlarge``."""
    handlers = RestoreHandlers(pool)
    examples = [(name, title, thumbnail_url(PICTURES / f"{name}.webp")) for name, title in prose.EXAMPLES.items()]
    view(
        "restore", {"titles": prose.EXAMPLES},
        lead=prose.LEAD, modes=prose.MODES, examples=examples, credit=prose.CREDIT, explained=prose.EXPLAINED,
    )  # fmt: skip
    with gr.Group(visible=False):
        inputs = [
            picture_input("Picture", ("RGB", "RGBA", "L", "LA")), gr.Number(4, label="Factor"),
            gr.Number(1, label="Strength"),
        ]  # fmt: skip
        made = gr.Image(label="Enlarged", type="pil", format="png")
        gr.Button("Enlarge").click(handlers.endpoint, inputs, made, api_name="enlarge")
    return handlers


TAB = Tab(prose.TAB, build, prose.ABOUT, CHANGE, prose.TOUR)
