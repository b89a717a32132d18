"""The game "Real or fake?": ten pairs of digits, the visitor against the discriminator."""

from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tab import UNDERSTAND, Tab
from gan_models.ui.tabs.game import prose
from gan_models.ui.tabs.game.handlers import GameHandlers
from gan_models.ui.view import view


def build(pool: ModelPool) -> GameHandlers:
    """Lay out the tab inside the current Blocks."""
    handlers = GameHandlers(pool)
    view("game", lead=prose.LEAD, explained=prose.EXPLAINED)
    return handlers


TAB = Tab(prose.TAB, build, prose.ABOUT, UNDERSTAND, prose.TOUR)
