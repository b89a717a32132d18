"""What counts as a seed, a quantity or a choice, wherever it comes from: one rule for pages, endpoints and Python.

A number may come as text. Booleans, NaN, what no float can hold, and whatever else is no number are refused. A seed is
any whole number, folded into 0 to 2,147,483,647; of a fraction its whole part counts. A quantity that lies outside its
range, be it at infinity, is brought to the nearer end. A choice, such as a label or an example, is refused outside its
range: its neighbour would be another thing.
"""

import math

from gan_models.core.errors import BadRequest

MOST_SEED = 2**31 - 1


def read_number(value: object, what: str) -> float:
    """A float, which may be infinite.

    Raises:
        BadRequest: it is no number; the text begins with ``what``.
    """
    try:
        found = math.nan if isinstance(value, bool) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if math.isnan(found):
        raise BadRequest(f"{what} must be a number.")
    return found


def read_whole(value: object, what: str) -> int:
    """The whole part of a finite number. Raises as :func:`read_number`."""
    try:
        found = read_number(value, what)
    except BadRequest:
        found = math.inf
    if math.isinf(found):
        raise BadRequest(f"{what} must be a whole number.")
    return value if isinstance(value, int) else int(found)


def read_seed(value: object, what: str = "A seed") -> int:
    """A whole number folded into 0 to 2,147,483,647. Raises as :func:`read_whole`."""
    return read_whole(value, what) % (MOST_SEED + 1)


def read_quantity(value: object, low: float, high: float, what: str) -> float:
    """A number brought into [low, high]; BadRequest for what is none."""
    try:
        return float(max(low, min(high, read_number(value, what))))
    except BadRequest as error:
        raise BadRequest(f"{what} must be a number from {low:g} to {high:g}.") from error


def read_choice(value: object, count: int, what: str) -> int:
    """A whole number from 0 to ``count`` - 1; BadRequest for anything else, fractions too."""
    try:
        found = read_number(value, what)
    except BadRequest:
        found = math.nan
    if found not in range(count):
        raise BadRequest(f"{what} is a whole number from 0 to {count - 1}.")
    return int(found)
