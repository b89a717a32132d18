"""The digits tab: one custom component that asks :class:`DigitsHandlers` for ink, and the same thing as a public
endpoint."""

import gradio as gr

from gan_models.ui.model_pool import ModelPool
from gan_models.ui.prose import DIGIT_SLIDERS
from gan_models.ui.server.uploads import picture_input
from gan_models.ui.tab import INVENT, Tab
from gan_models.ui.tabs.digits import prose
from gan_models.ui.tabs.digits.handlers import CLASSIFIER_ACCURACY, DigitsHandlers
from gan_models.ui.view import view


def build(pool: ModelPool) -> DigitsHandlers:
    """Lay out the tab inside the current Blocks, and its endpoints ``digits`` and ``critic``."""
    handlers = DigitsHandlers(pool)
    explained = prose.EXPLAINED.replace("JUDGE", CLASSIFIER_ACCURACY)
    view("digits", {"sliders": len(DIGIT_SLIDERS)}, lead=prose.LEAD, explained=explained, sliders=DIGIT_SLIDERS)
    with gr.Group(visible=False):
        sliders = [gr.Number(0, label=s["label"]) for s in DIGIT_SLIDERS]
        inputs = [gr.Textbox("1990", label="Digits"), gr.Number(7, label="Hand"), *sliders]
        outputs = [gr.Image(label="Page", format="png", type="pil"), gr.JSON(label="Opinions")]
        gr.Button("Write").click(handlers.endpoint, inputs, outputs, api_name="digits")
        gr.Button("Judge").click(
            handlers.discriminate, [picture_input("Digit"), gr.Number(0, label="Label")],
            gr.JSON(label="Verdict"), api_name="critic",
        )  # fmt: skip
    return handlers


TAB = Tab(prose.TAB, build, prose.ABOUT, INVENT, prose.TOUR)
