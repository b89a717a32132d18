"""A tab's component: its markup filled in, its style, and its module, which the browser imports by itself."""

from pathlib import Path

import gradio as gr
from jinja2 import Environment, FileSystemLoader, StrictUndefined

UI = Path(__file__).parent
TEMPLATES = Environment(loader=FileSystemLoader(UI), autoescape=True, undefined=StrictUndefined)
START = (
    "import(`${window.gradio_config.root}/atelier/static/MODULE`).then((view) => view.start(element, props.options));"
)


def view(folder: str, options: dict | None = None, **words: object) -> gr.HTML:
    """The component of a tab, inside the current Blocks.

    Args:
        folder: of the tab, below ``ui/tabs``, with ``view.html`` (Jinja2, escaped), ``view.css`` and ``view.js``; also
            the id of its element.
        options: what the module's ``start(element, options)`` is given; anything that JSON can hold.
        words: what the markup calls for.
    """
    place = f"tabs/{folder}"
    return component(
        render(f"{place}/view.html", **words), f"{place}/view.js", options,
        css_template=read(f"{place}/view.css"), elem_id=folder,
    )  # fmt: skip


def component(markup: str, module: str, options: dict | None = None, **more: str) -> gr.HTML:
    """A component of its own markup, and a module below ``ui`` that is started with its element and ``options``."""
    return gr.HTML(
        markup, js_on_load=START.replace("MODULE", module), options=options or {}, apply_default_css=False, **more
    )


def read(path: str) -> str:
    """The text of a file below ``ui``."""
    return (UI / path).read_text(encoding="utf-8")


def render(template: str, **words: object) -> str:
    """A file below ``ui``, as Jinja2 fills it in."""
    return TEMPLATES.get_template(template).render(words)
