"""The tab in which a drawing becomes a picture: a canvas that asks :class:`DrawHandlers` to paint, stroke by stroke."""

from gan_models.data.labels import LABELS
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tab import INVENT, Tab
from gan_models.ui.tabs.draw import prose
from gan_models.ui.tabs.draw.handlers import DrawHandlers


def build(pool: ModelPool) -> DrawHandlers:
    """Lay out the tab inside the current Blocks, and its endpoint ``draw``."""
    import gradio as gr  # not before the folder for its temporary files is there: this package has a command of its own

    from gan_models.ui.server.uploads import picture_input
    from gan_models.ui.view import view

    handlers = DrawHandlers(pool)
    labels = [{"name": name, "colour": "#{:02x}{:02x}{:02x}".format(*colour)} for name, colour in LABELS.items()]
    view(
        "draw", {"labels": labels},
        lead=prose.LEAD, subjects=prose.SUBJECTS, credit=prose.CREDIT, explained=prose.EXPLAINED, labels=labels,
    )  # fmt: skip
    with gr.Group(visible=False):
        inputs = [
            picture_input("Drawing"), gr.Textbox("things", label="Subject"), gr.Number(1, label="Strength"),
            gr.Number(0, label="Seed"),
        ]  # fmt: skip
        gr.Button("Paint").click(
            handlers.endpoint, inputs, gr.Image(label="Picture", type="pil", format="png"), api_name="draw"
        )
    return handlers


TAB = Tab(prose.TAB, build, prose.ABOUT, INVENT, prose.TOUR)
