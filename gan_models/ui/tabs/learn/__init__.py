"""The tab in which a GAN learns while you watch: a component that asks :class:`LearnHandlers` for the next moment."""

from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tab import UNDERSTAND, Tab
from gan_models.ui.tabs.learn import prose
from gan_models.ui.tabs.learn.handlers import LearnHandlers
from gan_models.ui.view import view


def build(pool: ModelPool) -> LearnHandlers:
    """Lay out the tab inside the current Blocks."""
    handlers = LearnHandlers(pool)
    view(
        "learn", lead=prose.LEAD, explained=prose.EXPLAINED, points_help=prose.POINTS_HELP,
        digits_help=prose.DIGITS_HELP, targets=prose.TARGETS, ranges=prose.RANGES, switches=prose.SWITCHES,
    )  # fmt: skip
    return handlers


TAB = Tab(prose.TAB, build, prose.ABOUT, UNDERSTAND, prose.TOUR)
