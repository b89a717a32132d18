"""The tab in which words become flowers."""

import gradio as gr

from gan_models.data.flower_kinds import COLOURS
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tab import INVENT, Tab
from gan_models.ui.tabs.words import prose
from gan_models.ui.tabs.words.handlers import WordsHandlers
from gan_models.ui.view import view


def build(pool: ModelPool) -> WordsHandlers:
    """Lay out the tab inside the current Blocks, and its endpoint ``flower``."""
    handlers = WordsHandlers(pool)
    options = {
        "colours": COLOURS,
        "kinds": sorted(prose.FAVOURITES),
        "sentences": prose.SENTENCES,
        "first": prose.FIRST,
    }
    view("words", options, lead=prose.LEAD, credit=prose.CREDIT, explained=prose.EXPLAINED, sentences=prose.SENTENCES)
    with gr.Group(visible=False):
        inputs = [gr.Textbox(prose.FIRST, label="Sentence"), gr.Number(8, label="Seed")]
        outputs = [gr.Image(label="Picture", type="pil", format="png"), gr.JSON(label="Seen in it")]
        gr.Button("Paint").click(handlers.endpoint, inputs, outputs, api_name="flower")
    return handlers


TAB = Tab(prose.TAB, build, prose.ABOUT, INVENT, prose.TOUR)
