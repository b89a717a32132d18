"""The guided tour: in the order of the tabs, each step opens one and rings one control. It never starts by itself."""

from dataclasses import dataclass

BUTTON = "Show me around"
WORDS = {"back": "Back", "next": "Next", "last": "Done", "close": "Close the tour", "of": "of"}


@dataclass(frozen=True)
class Step:
    """A tab's stop of the tour.

    Attributes:
        ring: CSS selector of what is ringed.
        reach: CSS selector, inside the ring, of what gets the focus when the invitation is taken up.
        clear: CSS selector of what the tour also keeps clear of, because the answer will appear there.
        title, say: what one sees, in one sentence.
        invite: one thing to do.
    """

    ring: str
    reach: str
    clear: str
    title: str
    say: str
    invite: str
