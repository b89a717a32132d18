"""The tab in which photographs are restored: a custom component that asks :class:`RestoreHandlers`."""

from gan_models.ui.model_pool import ModelPool
from gan_models.ui.photos import thumbnail_url
from gan_models.ui.tab import CHANGE, Tab
from gan_models.ui.tabs.restore import prose
from gan_models.ui.tabs.restore.handlers import PICTURES, RestoreHandlers


def build(pool: ModelPool) -> RestoreHandlers:
    """Lay out the tab inside the current Blocks, and its endpoints ``enlarge``, ``colour`` and ``uncrop``."""
    import gradio as gr  # not before the folder for its temporary files is there: this package has a command of its own

    from gan_models.ui.server.uploads import picture_input
    from gan_models.ui.view import view

    handlers = RestoreHandlers(pool)
    examples = [(name, title, thumbnail_url(PICTURES / f"{name}.webp")) for name, title in prose.EXAMPLES.items()]
    view(
        "restore", {"titles": prose.EXAMPLES},
        lead=prose.LEAD, modes=prose.MODES, examples=examples, credit=prose.CREDIT, explained=prose.EXPLAINED,
    )  # fmt: skip
    modes, files = ("RGB", "RGBA", "L", "LA"), {"type": "pil", "format": "png"}
    with gr.Group(visible=False):
        inputs = [picture_input("Picture", modes), gr.Number(4, label="Factor"), gr.Number(1, label="Strength")]
        made = gr.Image(label="Enlarged", **files)
        gr.Button("Enlarge").click(handlers.endpoint, inputs, made, api_name="enlarge")
        inputs = [picture_input("Picture", modes), gr.Number(1, label="Strength"), gr.Number(0, label="Seed")]
        made = gr.Image(label="Coloured", **files)
        gr.Button("Colour").click(handlers.colour_endpoint, inputs, made, api_name="colour")
        shares = {"Left": 0.25, "Right": 0.25, "Top": 0, "Bottom": 0, "Seed": 0}
        inputs = [picture_input("Picture", modes), *(gr.Number(value, label=name) for name, value in shares.items())]
        made = gr.Image(label="Uncropped", **files)
        gr.Button("Uncrop").click(handlers.uncrop_endpoint, inputs, made, api_name="uncrop")
    return handlers


TAB = Tab(prose.TAB, build, prose.ABOUT, CHANGE, prose.TOUR)
