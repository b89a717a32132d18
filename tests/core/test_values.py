"""One rule for numbers, whoever brings them."""

import math

import numpy as np
import pytest

from gan_models.core.errors import BadRequest
from gan_models.core.latents import slider
from gan_models.core.values import read_choice, read_quantity, read_seed, read_whole

NONE = (math.nan, None, "x", "", "nan", [1], {}, True, False, 10**400)


@pytest.mark.parametrize(
    ("value", "seed"),
    [(7, 7), (-1, 2**31 - 1), (2**31, 0), (2**40 + 3, 3), (7.9, 7), ("12", 12), (1e300, int(1e300) % 2**31),
     (np.int64(5), 5), (2**53 + 1, 1)],
)  # fmt: skip
def test_any_whole_number_is_a_seed(value, seed):
    assert read_seed(value) == seed


@pytest.mark.parametrize("value", [*NONE, math.inf, -math.inf, "inf"])
def test_what_is_no_seed(value):
    with pytest.raises(BadRequest, match=r"^A seed must be a whole number.$"):
        read_seed(value)
    with pytest.raises(BadRequest):
        read_whole(value, "A seed")


@pytest.mark.parametrize(
    ("value", "clean"), [(1, 1.0), ("2.5", 2.5), (9, 3.0), (-1e300, -3.0), (math.inf, 3.0), ("-inf", -3.0), (-0.0, 0.0)]
)
def test_a_quantity_is_brought_into_its_range(value, clean):
    assert slider(value) == clean


@pytest.mark.parametrize("value", NONE)
def test_what_is_no_quantity(value):
    with pytest.raises(BadRequest, match=r"^Strength must be a number from 0 to 1.5.$"):
        read_quantity(value, 0, 1.5, "Strength")


def test_a_choice_is_not_brought_anywhere():
    assert [read_choice(value, 10, "A class") for value in (0, 9, 3.0, "4")] == [0, 9, 3, 4]
    for value in (*NONE, -1, 10, 3.5, math.inf):
        with pytest.raises(BadRequest, match=r"^A class is a whole number from 0 to 9.$"):
            read_choice(value, 10, "A class")
