"""The tab in which horses become zebras: a custom component that asks :class:`HorsesHandlers` for translations."""

from collections.abc import Mapping

from gan_models.ui.model_pool import ModelPool
from gan_models.ui.photos import thumbnail_url
from gan_models.ui.tab import CHANGE, Tab
from gan_models.ui.tabs.horses import prose
from gan_models.ui.tabs.horses.clips import MODELS
from gan_models.ui.tabs.horses.handlers import PICTURES, HorsesHandlers


def shown(name: str, side: int) -> str:
    """An example, small."""
    return thumbnail_url(PICTURES / f"{name}.webp", side)


def build(pool: ModelPool, pairs: Mapping[str, tuple[str, str]] = prose.PAIRS) -> HorsesHandlers:
    """Lay out the tab inside the current Blocks, and its endpoint ``translate``.

    Args:
        pairs: as :class:`HorsesHandlers` takes them.
    """
    import gradio as gr  # not before the folder for its temporary files is there: this package has a command of its own

    from gan_models.ui.server.uploads import picture_input
    from gan_models.ui.view import view

    handlers = HorsesHandlers(pool, pairs)
    called = {kind: prose.CALLED.get(kind, kind) for kinds in pairs.values() for kind in kinds}
    labels = {way: way.replace("_", " ").capitalize() for way in handlers.ways}
    published = [way for way, name in handlers.ways.items() if name == MODELS["ours"]]  # that others went as well
    titles = prose.EXAMPLES | {name: title.rstrip(".") for name, (title, _) in prose.FAILURES.items()}
    view(
        "horses", {"titles": titles, "called": called, "published": published},
        lead=prose.LEAD, explained=prose.EXPLAINED, credit=prose.CREDIT, lost=prose.LOST, ways=labels,
        examples=[(name, title, shown(name, 112)) for name, title in prose.EXAMPLES.items()],
        failures=[(name, *words, shown(name, 256)) for name, words in prose.FAILURES.items()],
    )  # fmt: skip
    with gr.Group(visible=False):
        image = picture_input("Picture")
        direction = gr.Textbox("auto", label="Direction")
        outputs = [gr.Image(label="Translation", type="pil", format="png"), gr.JSON(label="Direction taken")]
        gr.Button("Translate").click(
            handlers.endpoint, [image, direction, gr.Number(1, label="Strength")], outputs, api_name="translate"
        )
    return handlers


TAB = Tab(prose.TAB, build, prose.ABOUT, CHANGE, prose.TOUR)
