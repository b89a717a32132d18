"""What the page knows of a tab."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from gan_models.ui.handlers import TabHandlers
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tour import Step

GROUPS = INVENT, CHANGE, UNDERSTAND = "Invent", "Change", "Understand"  # what one comes for, in the order of the page


@dataclass(frozen=True)
class Tab:
    """A tab of the page. What it computes at once, and what one may ask to try it, its handlers say.

    Attributes:
        title: what stands on it.
        build: lays it out inside the current Blocks, with its endpoints, and returns what answers its requests.
        about: what one does there, in a sentence, for the README.
        group: one of :data:`GROUPS`, under which it stands.
        tour: where the guided tour stops in it, or None.
    """

    title: str
    build: Callable[[ModelPool], TabHandlers]
    about: str
    group: str
    tour: Step | None = None

    @property
    def slug(self) -> str:
        """Its name in links: "real-or-fake" for "Real or fake?"."""
        return re.sub(r"\W+", "-", self.title.lower()).strip("-")

    @property
    def folder(self) -> str:
        """Its folder below ``ui/tabs``, which is also the id of its element."""
        return self.build.__module__.removeprefix("gan_models.ui.tabs.").partition(".")[0]
