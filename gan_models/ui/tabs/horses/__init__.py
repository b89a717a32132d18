"""The tab in which horses become zebras: a custom component that asks :class:`Stable` for translations.

``python -m gan_models.ui.tabs.horses`` shows the tab alone; ``--pair DIR`` with a pair that somebody trained.
"""

import argparse
import json
from pathlib import Path

import gradio as gr

from gan_models.ui.tabs.horses import prose
from gan_models.ui.server.serve_tab import show_alone
from gan_models.ui.tabs.horses.handlers import MODELS, Stable
from gan_models.ui.photos import thumbnail_url
from gan_models.ui.assets import STATIC, static
from gan_models.ui.model_pool import Studio
from gan_models.ui.server.uploads import picture_input


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
    return thumbnail_url(STATIC / f"horses_{name}.webp", side)


def build_horses_tab(studio: Studio) -> Stable:
    """Lay out the tab inside the current Blocks, and its endpoint ``translate``."""
    stable = Stable(studio)

    def graze(request: dict) -> dict:  # Gradio marks server functions, which it cannot do to bound methods
        return stable.answer(request)

    template = static("horses.html")
    for mark, text in (
        ("@LEAD@", prose.LEAD), ("@EXPLAINED@", prose.EXPLAINED), ("@CREDIT@", prose.CREDIT),
        ("@EXAMPLES@", examples()), ("@FAILURES@", failures()), ("@LOST@", prose.LOST),
    ):  # fmt: skip
        template = template.replace(mark, text)
    titles = prose.EXAMPLES | {name: title.rstrip(".") for name, (title, _) in prose.FAILURES.items()}
    script = static("horses.js").replace("@TITLES@", json.dumps(titles)).replace("@MODELS@", json.dumps(list(MODELS)))
    gr.HTML(
        html_template=template,
        css_template=static("horses.css"),
        js_on_load=script + static("horses_live.js"),
        server_functions=[graze],
        apply_default_css=False,
        elem_id="horses",
    )
    with gr.Group(visible=False):
        image = picture_input("Picture")
        direction = gr.Textbox("auto", label="Direction")
        outputs = [gr.Image(label="Translation", type="pil", format="png"), gr.JSON(label="Direction taken")]
        gr.Button("Translate").click(
            stable.endpoint, [image, direction, gr.Number(1, label="Strength")], outputs, api_name="translate"
        )
    return stable


class OnePair(Studio):
    """A studio with one pair in it, read from a folder."""

    def __init__(self, folder: Path):
        super().__init__()
        self.folder = folder

    def get(self, name: str):
        if name != MODELS["ours"]:
            return super().get(name)
        if name not in self._pipelines:
            from gan_models.cyclegan.pipeline import open_pair
            from gan_models.core.device import pick_device

            self._pipelines[name] = open_pair(self.folder, ("horse", "zebra"), pick_device(self.device))
        return self._pipelines[name]


def main() -> None:
    """This tab alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pair", type=Path, help="a folder that the training script wrote, with its default names")
    pair = parser.parse_args().pair
    show_alone(prose.TAB, lambda studio: build_horses_tab(OnePair(pair) if pair else studio))


if __name__ == "__main__":
    main()
