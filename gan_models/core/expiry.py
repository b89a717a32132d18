"""Things that expire, all known in one place, so that a clock can tidy them though nobody asks for them any more."""

import weakref
from typing import Protocol


class Expires(Protocol):
    """Something that can forget what has expired in it."""

    def tidy(self) -> None:
        """Forget what has expired."""


_all: "weakref.WeakSet[Expires]" = weakref.WeakSet()


def register(keeper: Expires) -> None:
    """Have this tidied from now on, as long as it lives."""
    _all.add(keeper)


def tidy_all() -> None:
    """Have everything forget what has expired in it."""
    for keeper in list(_all):
        keeper.tidy()
