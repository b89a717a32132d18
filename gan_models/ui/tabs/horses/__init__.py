"""The tab in which horses become zebras: a custom component that asks :class:`HorsesHandlers` for translations."""

import json

import gradio as gr

from gan_models.ui.assets import beside
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.photos import thumbnail_url
from gan_models.ui.server.uploads import picture_input
from gan_models.ui.tab import Tab
from gan_models.ui.tabs.horses import prose
from gan_models.ui.tabs.horses.handlers import MODELS, PICTURES, HorsesHandlers


def examples() -> str:
    """The examples as buttons."""
    return "".join(
        f'<button type="button" data-example="{name}" title="{text}">'
        f'<img src="{shown(name, 112)}" alt="{text}"></button>'
        for name, text in prose.EXAMPLES.items()
    )


def failures() -> str:
    """The row of failures as buttons: before, room for after, and what to see in them."""
    return "".join(
        f'<button type="button" data-example="{name}"><span class="pair"><img src="{shown(name, 256)}" alt="Before">'
        f'<img class="made" data-made="{name}" alt="After"></span><span><b>{title}</b> {text}</span></button>'
        for name, (title, text) in prose.FAILURES.items()
    )


def shown(name: str, side: int) -> str:
    return thumbnail_url(PICTURES / f"{name}.webp", side)


def build(pool: ModelPool) -> HorsesHandlers:
    """Lay out the tab inside the current Blocks, and its endpoint ``translate``."""
    handlers = HorsesHandlers(pool)

    template = beside(__file__, "view.html")
    for mark, text in (
        ("@LEAD@", prose.LEAD), ("@EXPLAINED@", prose.EXPLAINED), ("@CREDIT@", prose.CREDIT),
        ("@EXAMPLES@", examples()), ("@FAILURES@", failures()), ("@LOST@", prose.LOST),
    ):  # fmt: skip
        template = template.replace(mark, text)
    titles = prose.EXAMPLES | {name: title.rstrip(".") for name, (title, _) in prose.FAILURES.items()}
    script = (
        beside(__file__, "view.js")
        .replace("@TITLES@", json.dumps(titles))
        .replace("@MODELS@", json.dumps(list(MODELS)))
    )
    gr.HTML(
        html_template=template,
        css_template=beside(__file__, "view.css"),
        js_on_load=script + beside(__file__, "camera.js"),
        apply_default_css=False,
        elem_id="horses",
    )
    with gr.Group(visible=False):
        image = picture_input("Picture")
        direction = gr.Textbox("auto", label="Direction")
        outputs = [gr.Image(label="Translation", type="pil", format="png"), gr.JSON(label="Direction taken")]
        gr.Button("Translate").click(
            handlers.endpoint, [image, direction, gr.Number(1, label="Strength")], outputs, api_name="translate"
        )
    return handlers


TAB = Tab(prose.TAB, build, prose.ABOUT)
