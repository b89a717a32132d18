"""Arithmetic with faces: the sums themselves, what they promise, bad input, what the tab answers, and the score."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gan_models.core import latents
from gan_models.core.errors import BadRequest
from gan_models.data.celeba import ATTRIBUTES
from gan_models.dcgan.arithmetic import (
    JITTER,
    STOPS,
    Sum,
    add,
    add_pixels,
    around,
    averages,
    good_example,
    kept,
    points_of_interest,
    promises,
    stops,
    work_out,
)
from gan_models.dcgan.pipeline import FacePipeline
from tests.dcgan.sums import SUM, anything, fine, untrained


@pytest.fixture(scope="module")
def tiny() -> FacePipeline:
    return untrained()


class Plain:
    """A model one can compute by hand: a face is its latent vector, and pixel k answers the k-th question."""

    z_dim = 6

    def render(self, z, _):
        return z.view(-1, 1, 1, 6).tanh()

    def attributes(self, pictures):
        return (pictures.flatten(1) + 1) / 2

    def realness(self, pictures):
        return [0.5] * len(pictures)


# --- the sums ---


def test_columns_are_averaged():
    rows = torch.tensor([[1.0, 0.0], [3.0, 4.0], [10.0, 0.0], [0.0, 3.0], [0.0, 5.0], [0.0, 1.0]])
    assert averages(rows, [2, 1, 3]).tolist() == [[2.0, 2.0], [10.0, 0.0], [0.0, 3.0]]


def test_latent_sum_by_hand():
    columns = torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.5, 0.0], [0.0, 0.0, 1.0]])
    sums = add(columns, torch.tensor([0.0, 1.0, 1.5]))
    expected = torch.tensor([[0.0, 0.0, 1.0], [1.0, -0.5, 1.0], [1.5, -0.75, 1.0]])
    torch.testing.assert_close(sums, expected)


def test_a_long_sum_is_shortened_along_its_ray():
    columns = torch.tensor([[9.0, 0.0], [0.0, 0.0], [0.0, 12.0]])
    sums = add(columns, torch.ones(1))[0]
    limit = 1.15 * math.sqrt(2)
    torch.testing.assert_close(sums, torch.tensor([9.0, 12.0]) / 15 * limit)


def test_pixel_sum_by_hand_and_clamped():
    columns = torch.tensor([0.8, -0.6, 0.1]).view(3, 1, 1, 1)
    assert add_pixels(columns, torch.tensor([0.0, 0.5, 1.0])).flatten().tolist() == pytest.approx([0.1, 0.8, 1.0])


def test_neighbours_are_near_and_around():
    z = torch.linspace(-1, 1, 4000)
    near = around(z, 5)
    assert torch.equal(near[4], z)
    away = near[[0, 1, 2, 3, 5, 6, 7, 8]] - z
    assert away.abs().max() <= JITTER
    assert away.std() == pytest.approx(JITTER / math.sqrt(3), rel=0.02)  # uniform; a quarter of the noise's own
    assert torch.equal(near, around(z, 5))
    assert not torch.equal(near, around(z, 6))


def test_a_sum_worked_out_on_a_real_generator(tiny):
    total = Sum.read({**SUM, "strength": 0.7, "seed": 3})
    work = work_out(tiny, total)
    z = latents.seeded_noise([1, 2, 3, 4, 5, 6], 12)
    a, b, c = z[:3].mean(0), z[3:5].mean(0), z[5]
    torch.testing.assert_close(work.faces, tiny.render(z, None), atol=1e-5, rtol=0)
    lengthened = torch.stack([a * math.sqrt(3), b * math.sqrt(2), c])
    torch.testing.assert_close(work.means, tiny.render(lengthened, None), atol=1e-5, rtol=0)
    y = latents.move((c + 0.7 * (a - b))[None], torch.zeros(0, 12), torch.zeros(0))
    torch.testing.assert_close(work.results, tiny.render(y, None), atol=1e-5, rtol=0)
    torch.testing.assert_close(work.neighbours[4], work.results[0], atol=1e-5, rtol=0)
    blend = [work.faces[:3].mean(0), work.faces[3:5].mean(0), work.faces[5]]
    torch.testing.assert_close(work.blends, torch.stack(blend))
    by_hand = (blend[2] + 0.7 * (blend[0] - blend[1])).clamp(-1, 1)
    torch.testing.assert_close(work.on_pixels[0], by_hand, atol=1e-6, rtol=0)
    assert work.answers.shape == (3, 6)


def test_the_strip_passes_through_the_exact_result(tiny):
    strip = work_out(tiny, Sum.read(SUM), stops())
    assert len(strip.results) == len(strip.on_pixels) == STOPS
    for k, strength in ((0, 0.0), (7, 0.7), (10, 1.0), (20, 2.0)):
        exact = work_out(tiny, Sum.read({**SUM, "strength": strength}))
        torch.testing.assert_close(strip.results[k], exact.results[0], atol=1e-5, rtol=0)
        torch.testing.assert_close(strip.on_pixels[k], exact.on_pixels[0], atol=1e-5, rtol=0)


# --- what a sum promises ---

PAPER = torch.tensor([
    [0.95, 0.03, 0.02, 0.20, 0.01, 0.90],  # smiling women
    [0.05, 0.05, 0.02, 0.70, 0.01, 0.80],  # neutral women, with a fringe
    [0.08, 0.97, 0.05, 0.40, 0.60, 0.85],  # neutral men, some with a beard
])  # fmt: skip


def test_promises_are_the_same_sum_of_answers():
    assert promises(PAPER, torch.tensor([0.0, 0.5, 1.0])).tolist() == [
        [-1, 1, -1, 0, 0, 1],  # nothing added: what C is
        [0, 1, -1, -1, 0, 1],
        [1, 1, -1, -1, 0, 1],
    ]


def test_a_promise_is_kept_on_its_side_of_one_half():
    promised = torch.tensor([[1, 1, -1, -1, 0, 0]])
    held = kept(promised, torch.tensor([[0.6, 0.4, 0.4, 0.6, 0.0, 1.0]]))
    assert held.tolist() == [[True, False, True, False, True, True]]


def test_the_papers_sum_is_about_smiling_and_men():
    assert points_of_interest(PAPER) == [ATTRIBUTES.index("smiling"), ATTRIBUTES.index("male")]


def test_good_example_keeps_its_promise_best():
    galleries = [list(range(9)), list(range(5, 14)), list(range(20, 29))]
    chosen = good_example(Plain(), galleries, {"smiling": True, "male": False})
    assert chosen == good_example(Plain(), galleries, {"smiling": True, "male": False})
    assert all(len(set(column)) == 3 and set(column) <= set(g) for column, g in zip(chosen, galleries, strict=True))
    assert not set(chosen[0]) & set(chosen[1])

    def shown(columns):
        answers = Plain().attributes(work_out(Plain(), Sum.read(dict(zip("abc", columns, strict=True)))).results)[0]
        return min(answers[0], 1 - answers[1])

    assert shown(chosen) > shown([[0, 1, 2], [5, 6, 7], [20, 21, 22]])
    assert good_example(Plain(), [[1], [], [2]], {"smiling": True}) is None


# --- bad input ---


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("a", "b", "c", "strength", "seed"), anything)) | anything)
def test_anything_is_a_sum_or_a_clear_sentence(values):
    try:
        fine(Sum.read(values))
    except BadRequest as error:
        assert str(error).endswith(".")
        assert len(str(error)) < 120


seeds = st.integers(0, 2**31 - 1)
column = st.lists(seeds, min_size=1, max_size=3)


@given(column, column, column, st.floats(0, 2), seeds)
def test_a_good_sum_is_read_as_it_is(a, b, c, strength, seed):
    total = Sum.read({"a": a, "b": ", ".join(map(str, b)), "c": tuple(c), "strength": strength, "seed": seed})
    assert total == Sum(tuple(a), tuple(b), tuple(c), strength, seed)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"a": []}, "Column A is empty"),
        ({"b": ""}, "Column B is empty"),
        ({"c": None}, "Column C is empty"),
        ({"c": list(range(1000))}, "Column C holds too many"),
        ({"a": "7, x"}, "Column A must be seeds"),
        ({"a": 7}, "Column A must be seeds"),
        ({"b": [float("nan")]}, "Column B must be seeds"),
        ({"b": [10**400]}, "Column B must be seeds"),
        ({"strength": float("nan")}, "Strength must be a number"),
        ({"strength": "much"}, "Strength must be a number"),
        ({"strength": None}, "Strength must be a number"),
        ({"seed": []}, "seed of the neighbours"),
    ],
)
def test_bad_sums_are_refused_in_words(changed, says):
    with pytest.raises(BadRequest, match=says):
        Sum.read({**SUM, **changed})


def test_wild_numbers_are_brought_back():
    total = Sum.read({"a": [-1], "b": ["12"], "c": [10**12], "strength": math.inf, "seed": -5})
    fine(total)
    assert total.a == (2**31 - 1,)
    assert total.strength == 2
    assert Sum.read({**SUM, "strength": -1e9}).strength == 0
