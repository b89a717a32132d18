"""One tab alone, for whoever works on it."""

import gradio as gr

from gan_models.ui.assets import static
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tab import Tab


def serve_tab(tab: Tab) -> None:
    """Serve one tab with the page's style."""
    pool = ModelPool()
    with gr.Blocks(title=tab.title, analytics_enabled=False) as blocks:
        built = tab.build(pool)
    pool.warm_up(built.exercise)
    blocks.launch(
        css=static("shell.css"), head=f"<script>{static('shell.js')}</script>", theme=gr.themes.Base(),
        footer_links=[], run_history=False, ssr_mode=False,
    )  # fmt: skip
