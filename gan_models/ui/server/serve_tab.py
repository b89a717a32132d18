"""One tab alone, for whoever works on it."""

from collections.abc import Callable

import gradio as gr

from gan_models.ui.model_pool import Studio
from gan_models.ui.assets import static


def show_alone(title: str, build: Callable) -> None:
    """Serve the tab that ``build(studio)`` lays out, with the page's style; it answers with what has an exercise."""
    studio = Studio()
    with gr.Blocks(title=title, analytics_enabled=False) as blocks:
        tab = build(studio)
    studio.warm_up(tab.exercise)
    blocks.launch(
        css=static("shell.css"), head=f"<script>{static('shell.js')}</script>", theme=gr.themes.Base(),
        footer_links=[], run_history=False, ssr_mode=False,
    )  # fmt: skip
