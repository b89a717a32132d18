"""The family tree of GANs. It asks no network anything."""

from gan_models.ui.handlers import TabHandlers
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tab import UNDERSTAND, Tab
from gan_models.ui.tabs.family import prose
from gan_models.ui.tabs.family.drawing import tree
from gan_models.ui.view import view


def build(pool: ModelPool) -> TabHandlers:
    """Lay out the tab inside the current Blocks."""
    view("family", lead=prose.LEAD, cite=prose.CITE, **tree())
    return TabHandlers(pool)


TAB = Tab(prose.TAB, build, prose.ABOUT, UNDERSTAND)
