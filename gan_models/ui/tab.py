"""What the page knows of a tab."""

from collections.abc import Callable
from dataclasses import dataclass

from gan_models.ui.handlers import TabHandlers
from gan_models.ui.model_pool import ModelPool


@dataclass(frozen=True)
class Tab:
    """A tab of the page.

    Attributes:
        title: what stands on it.
        build: lays it out inside the current Blocks, with its endpoints, and returns what answers its requests.
        about: what one does there, in a sentence, for the README.
    """

    title: str
    build: Callable[[ModelPool], TabHandlers]
    about: str
