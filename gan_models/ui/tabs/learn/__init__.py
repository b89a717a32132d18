"""The tab in which a GAN learns while you watch: a component that asks :class:`LearnHandlers` for the next moment."""

import json

import gradio as gr

from gan_models.ui.assets import beside
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tab import Tab
from gan_models.ui.tabs.learn import prose
from gan_models.ui.tabs.learn.handlers import LearnHandlers


def choices() -> dict:
    """What the page offers, from the tables that training itself uses (none of them needs PyTorch to be shown)."""
    from dataclasses import asdict

    from gan_models.live.presets import PRESETS
    from gan_models.live.recipes import RECIPES
    from gan_models.live.settings import PointSettings
    from gan_models.training.losses import LOSSES

    return {
        "presets": {key: asdict(preset) for key, preset in PRESETS.items()},
        "defaults": asdict(PointSettings()),
        "losses": {key: loss.title for key, loss in LOSSES.items()},
        "recipes": {k: {"title": r.title, "why": r.why, "cure": r.cure} for k, r in RECIPES.items()},
    }


def build(pool: ModelPool) -> LearnHandlers:
    """Lay out the tab inside the current Blocks."""
    handlers = LearnHandlers(pool)

    def learn(request: dict) -> dict:  # Gradio marks server functions, which it cannot do to bound methods
        return handlers.answer(request)

    def offer(request: dict) -> dict:
        return choices()

    template = beside(__file__, "view.html").replace("@LEAD@", prose.LEAD).replace("@EXPLAINED@", prose.EXPLAINED)
    template = template.replace("@POINTS_HELP@", prose.POINTS_HELP).replace("@DIGITS_HELP@", prose.DIGITS_HELP)
    component = gr.HTML(
        html_template=template,
        css_template=beside(__file__, "view.css"),
        js_on_load="",
        server_functions=[learn, offer],
        apply_default_css=False,
        elem_id="learn",
    )
    scripts = "\n".join(beside(__file__, f"{part}.js") for part in ("view", "points_view", "digits_view"))
    component.js_on_load = scripts.replace("@COMPONENT@", json.dumps(component._id))
    return handlers


TAB = Tab(prose.TAB, build)
