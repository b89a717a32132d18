"""What the guided tour says, step by step."""

from dataclasses import dataclass

BUTTON = "Show me around"
WORDS = {"back": "Back", "next": "Next", "last": "Done", "close": "Close the tour", "of": "of"}


@dataclass(frozen=True)
class Step:
    """A stop of the tour.

    Args:
        tab: the tab that opens, by its name in links.
        ring: CSS selector of what is ringed.
        reach: CSS selector, inside the ring, of what gets the focus when the invitation is taken up.
        clear: CSS selector of what the tour also keeps clear of, because the answer will appear there.
        title, say: what one sees, in one sentence.
        invite: one thing to do.
    """

    tab: str
    ring: str
    reach: str
    clear: str
    title: str
    say: str
    invite: str


STEPS = (
    Step(
        "sample", ".ga.sampling .sliders .knob:nth-child(2)", "input", ".ga.sampling .paper",
        "Pictures of nobody", "A network paints whatever a list of numbers tells it, and each slider turns those numbers one way.",
        "Drag this slider.",
    ),
    Step(
        "digits", ".ga.digits .asks .number label", "input", ".ga.digits .paper",
        "A hand nobody ever had", "It learned from 60,000 handwritten digits, and now it writes your numbers.",
        "Type the year you were born.",
    ),
    Step(
        "horse-to-zebra", ".ga.horses .examples", "button", ".ga.horses .easel",
        "Stripes for a horse", "Two networks learned to turn horses into zebras and back, without ever seeing a pair.",
        "Choose an animal.",
    ),
    Step(
        "inpaint", ".ga.inpainting .quick", "button", ".ga.inpainting .easel",
        "A gap, and four guesses", "Take part of a face away, and a network makes up what could have been there.",
        "Press Eyes.",
    ),
    Step(
        "watch-it-learn", ".ga.learn .points .play", "", ".ga.learn .plane",
        "The duel itself", "The orange dots try to pass for the blue ones, and a second network tries to catch them.",
        "Press Play and watch for ten seconds.",
    ),
    Step(
        "real-or-fake", ".ga.game .pair", "button", ".ga.game .after, .ga.game .below",
        "Now you are the critic", "One of the two was written by a person, the other by the network.",
        "Choose the one by a person.",
    ),
)  # fmt: skip
