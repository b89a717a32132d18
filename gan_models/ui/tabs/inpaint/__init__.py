"""The tab in which part of a face is brushed away and comes back: a custom component that asks
:class:`InpaintHandlers`."""

import gradio as gr

from gan_models.ui.assets import beside
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.photos import thumbnail_url
from gan_models.ui.server.uploads import picture_input
from gan_models.ui.tab import Tab
from gan_models.ui.tabs.inpaint import prose
from gan_models.ui.tabs.inpaint.handlers import EXAMPLES, PICTURES, InpaintHandlers


def thumbnails() -> str:
    """The examples as buttons."""
    made = []
    for number, name in enumerate(EXAMPLES):
        url, label = thumbnail_url(PICTURES / name), prose.EXAMPLES[number]
        made.append(
            f'<button type="button" data-example="{number}" title="{label}"><img src="{url}" alt="{label}"></button>'
        )
    return "".join(made)


def build(pool: ModelPool) -> InpaintHandlers:
    """Lay out the tab inside the current Blocks, and its endpoint ``inpaint``."""
    handlers = InpaintHandlers(pool)

    template = beside(__file__, "view.html")
    for mark, text in (("@LEAD@", prose.LEAD), ("@EXPLAINED@", prose.EXPLAINED), ("@EXAMPLES@", thumbnails())):
        template = template.replace(mark, text)
    gr.HTML(
        html_template=template,
        css_template=beside(__file__, "view.css"),
        js_on_load=beside(__file__, "view.js"),
        apply_default_css=False,
        elem_id="inpaint",
    )
    with gr.Group(visible=False):
        image = picture_input("Picture", ("RGB", "RGBA", "L"))
        mask = picture_input("Mask", ("L", "1"))
        filled = gr.Image(label="Filled", type="pil", format="png")
        gr.Button("Inpaint").click(
            handlers.endpoint, [image, mask, gr.Number(0, label="Seed")], filled, api_name="inpaint"
        )
    return handlers


TAB = Tab(prose.TAB, build, prose.ABOUT)
