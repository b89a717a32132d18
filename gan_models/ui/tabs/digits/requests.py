"""What the page of the digits tab asks: a view of invented digits, and its settings."""

from typing import Annotated

from pydantic import Field

from gan_models.ui.requests import Request, Seed, Slider, choice, one_of, quantity

MODELS = ("digits", "digits-cgan-mnist")
VIEWS = ("number", "hands", "wall", "morph")
Label = choice(10, "A class")


class Paint(Request, ask="paint"):
    """Digits in a view: a ``number`` as ``text``; one ``digit`` in sixteen hands; a wall of ten digits in ten hands; a
    morph from one digit to another. ``seed`` is the (first) hand, ``amounts`` its four sliders, ``raw`` unsmoothed."""

    view: one_of(VIEWS, f"A view is one of {', '.join(VIEWS)}.") = "number"
    text: Annotated[str, Field(description="Type a number to see it written, for example 1990.")] = ""
    seed: Seed = 7
    amounts: Annotated[tuple[Slider, ...], Field(max_length=4, description="There are four sliders.")] = ()
    digit: Label = 4
    start: Label = Field(3, alias="from")
    end: Label = Field(8, alias="to")
    raw: Annotated[bool, Field(description="Raw is true or false.")] = False
    model: one_of(MODELS, "There is no such network; choose one from the list.") = MODELS[0]

    @property
    def seeds(self) -> list[int]:
        """The hands of a wall (10) or of one digit in 16 hands: the seed and those that follow it."""
        return [(self.seed + i) % 2**31 for i in range(10 if self.view == "wall" else 16)]


class Print(Paint, ask="print"):
    """The same as a page to keep; of a morph the picture at ``mix``, from 0 to 1."""

    mix: quantity(0, 1, "The place on the way") = 0.5


class Discriminate(Request):
    """What the endpoint ``critic`` is asked about a picture."""

    label: Label
