"""The tab in which one walks through a latent space: a custom component that asks :class:`SampleHandlers` for pictures.

Its models stand in :mod:`gan_models.ui.tabs.sample.models`.
"""

from dataclasses import fields

from gan_models.ui.model_pool import ModelPool
from gan_models.ui.sharpening import FACTOR
from gan_models.ui.tab import INVENT, Tab
from gan_models.ui.tabs.sample import prose
from gan_models.ui.tabs.sample.api import add_endpoints
from gan_models.ui.tabs.sample.handlers import SampleHandlers
from gan_models.ui.tabs.sample.models import MODELS, Model
from gan_models.ui.view import view


def build(pool: ModelPool) -> SampleHandlers:
    """Lay out the tab inside the current Blocks, and its endpoints, ``sample_face`` and others."""
    handlers = SampleHandlers(pool)
    shown = [field.name for field in fields(Model) if field.name not in ("open", "reads")]
    offered = {key: {name: getattr(model, name) for name in shown} for key, model in MODELS.items()}
    view(
        "sample", {"models": offered, "factor": FACTOR}, lead=prose.LEAD, explained=prose.EXPLAINED,
        inside=prose.INSIDE, models=offered, concepts=MODELS["faces"].concepts, groups=prose.GROUPS,
        styles=any(model.styles for model in MODELS.values()), mixing=prose.MIXING, own=prose.OWN,
        holding=prose.HOLDING, looking=prose.LOOKING, drafts=prose.DRAFTS,
    )  # fmt: skip
    add_endpoints(handlers)
    return handlers


TAB = Tab(prose.TAB, build, prose.ABOUT, INVENT, prose.TOUR)
