"""What pages may ask, as pydantic models, and the kinds of value that several tabs share.

The rule for numbers stands in :mod:`gan_models.core.values`. Names that a model does not know are ignored. What is
wrong is said by the value's own error, else by the description of its field, else by one sentence for all.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, ValidationError

from gan_models.core import values
from gan_models.core.errors import BadRequest

STRANGE = "This page and its server do not understand each other. Reload the page."


class Request(BaseModel):
    """Something that a page asks of its tab's handlers: ``class Save(Request, ask="save")``.

    Attributes:
        ask: the word by which a page asks it; a model without one is a part of others.
        visitor: who asks: the random name that a page gave itself, and not a name that it could write into its request.
    """

    model_config = ConfigDict(frozen=True)
    ask: ClassVar[str] = ""
    visitor: str = ""

    def __init_subclass__(cls, ask: str = "", **more: Any) -> None:
        super().__init_subclass__(**more)
        cls.ask = ask


Asked = TypeVar("Asked", bound=BaseModel)


def read(model: type[Asked], sent: Mapping[str, object]) -> Asked:
    """What was sent, as the model says.

    Raises:
        BadRequest: it does not fit; the text says in plain words what to send instead.
    """
    try:
        return model.model_validate(dict(sent))
    except ValidationError as error:
        raise BadRequest(in_plain_words(error, model)) from error


def files_of(model: type[Request]) -> list[str]:
    """The names of the files that come along with a request."""
    return [name for name, field in model.model_fields.items() if field.annotation is bytes]


def in_plain_words(error: ValidationError, model: type[BaseModel]) -> str:
    """The first thing that is wrong, for a visitor; nothing of what was sent is repeated but by our own errors."""
    first = error.errors(include_url=False)[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, BadRequest):
        return str(cause)
    words, fields = STRANGE, model.model_fields
    for part in first["loc"]:  # into models within models
        field = fields.get(part) if isinstance(part, str) else None
        if field is None:
            break
        words, fields = field.description or words, getattr(field.annotation, "model_fields", {})
    return words


def quantity(low: float, high: float, what: str) -> Any:
    """The type of a number from low to high."""
    return Annotated[float, BeforeValidator(partial(values.read_quantity, low=low, high=high, what=what))]


def choice(count: int, what: str) -> Any:
    """The type of a whole number from 0 to count - 1."""
    return Annotated[int, BeforeValidator(partial(values.read_choice, count=count, what=what))]


def one_of(names: Iterable[str], words: str) -> Any:
    """The type of one of these texts; ``words`` are said of any other."""
    return Annotated[Literal[tuple(names)], Field(description=words)]


def file(words: str) -> Any:
    """The type of a file that comes along; ``words`` are said where there is none."""
    return Annotated[bytes, Strict(), Field(description=words)]


Seed = Annotated[int, BeforeValidator(values.read_seed)]
Slider = quantity(-3, 3, "A slider")  # in standard deviations
Truncation = quantity(0.3, 1.2, "Truncation")
PictureFile = file("There is no picture yet; choose one.")
Key = Annotated[str, Field(max_length=64)]  # of something that the server keeps for a visitor
