"""Arithmetic with faces: the sums themselves, what they promise, bad input, what the tab answers, and the score."""

import base64
import io
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gan_models.classifiers.faces import FaceClassifier
from gan_models.core import latents
from gan_models.core.errors import BadRequest
from gan_models.core.store import CHECKPOINTS_DIR, Located
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
from gan_models.dcgan.arithmetic_page import CELL, EDGE, GUTTER, figure
from gan_models.dcgan.attributes import CATEGORIES
from gan_models.dcgan.evaluate_arithmetic import EXEMPLARS, TASKS, draw_triples, exemplars, found, interval
from gan_models.dcgan.networks import DCGANDiscriminator, DCGANGenerator
from gan_models.dcgan.pipeline import FacePipeline
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.photos import photo_sheet
from gan_models.ui.tabs.arithmetic import prose
from gan_models.ui.tabs.arithmetic.handlers import ArithmeticHandlers, verdict

SUM = {"a": [1, 2, 3], "b": [4, 5], "c": [6]}


@pytest.fixture(scope="module")
def tiny() -> FacePipeline:
    """The real pipeline around small, untrained networks, with galleries of its own."""
    torch.manual_seed(0)
    generator, discriminator, classifier = DCGANGenerator(12, 6), DCGANDiscriminator(4), FaceClassifier(4)
    tables = {f"gallery.{key}": torch.arange(i, i + 9) for i, key in enumerate(CATEGORIES)}
    tables |= {"directions": torch.eye(12)[:6], "gallery.older-men": torch.arange(0)}
    located = Located(CHECKPOINTS_DIR / "none", "embedded")
    return FacePipeline(generator.eval(), discriminator.eval(), classifier.eval(), tables, torch.device("cpu"), located)


class Plain:
    """A model one can compute by hand: a face is its latent vector, and pixel k answers the k-th question."""

    z_dim = 6

    def render(self, z, _):
        return z.view(-1, 1, 1, 6).tanh()

    def attributes(self, pictures):
        return (pictures.flatten(1) + 1) / 2

    def realness(self, pictures):
        return [0.5] * len(pictures)


@pytest.fixture(scope="module")
def tab(tiny) -> ArithmeticHandlers:
    pool = ModelPool("cpu", "embedded")
    pool._pipelines["faces"] = tiny
    return ArithmeticHandlers(pool)


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

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from("abcxstrength"), inner, max_size=3),
    max_leaves=8,
)


def fine(total: Sum) -> None:
    for column in (total.a, total.b, total.c):
        assert 1 <= len(column) <= 3
        assert all(isinstance(seed, int) and 0 <= seed < 2**31 for seed in column)
    assert 0 <= total.strength <= 2
    assert 0 <= total.seed < 2**31


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


# --- the tab ---


def opened(url: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGB"), np.float32)


def test_sheet_has_every_picture_in_its_cell():
    colours = torch.linspace(-1, 1, 9).view(9, 1, 1, 1).expand(9, 3, 8, 8)
    sheet = photo_sheet(colours, 2)
    page = opened(sheet["url"])
    assert (sheet["columns"], sheet["rows"], page.shape) == (7, 2, (32, 112, 3))
    for k in range(9):
        assert abs(page[k // 7 * 16 + 8, k % 7 * 16 + 8] - 127.5 * k / 4).max() < 6


def test_start_offers_galleries_and_presets_that_have_faces(tab):
    start = tab.answer({"ask": "start"})
    keys = [g["key"] for g in start["galleries"]]
    assert "older-men" not in keys
    assert len(keys) == len(CATEGORIES) - 1
    assert [p["title"] for p in start["presets"]] == [t for t, keys, _ in prose.PRESETS if "older-men" not in keys]
    for preset in start["presets"]:
        fine(Sum.read(preset))
        assert len({*preset["a"], *preset["b"], *preset["c"]}) == 9


def test_sum_and_strip_are_one_sheet_each(tab, tiny):
    answer = tab.answer({"ask": "sum", "sum": SUM})
    assert answer["columns"] * answer["rows"] >= 6 + 3 + 3 + 1 + 1 + 9
    shown = opened(answer["url"])[192:384, 5 * 192 : 6 * 192].mean((0, 1))  # the 13th picture is the result
    made = work_out(tiny, Sum.read(SUM)).results[0].add(1).mul(127.5).mean((1, 2)).numpy()
    assert abs(shown - made).max() < 3
    strip = tab.answer({"ask": "strip", "sum": SUM})
    assert len(strip["frames"]) == STOPS
    assert strip["frames"][10] == {k: answer[k] for k in ("latent", "pixels")}
    assert answer["facts"].startswith("cpu · ")


def test_faces_of_a_gallery(tab):
    answer = tab.answer({"ask": "faces", "seeds": list(range(24))})
    assert (answer["columns"], answer["rows"], len(answer["said"])) == (7, 4, 24)
    assert "holds too many" in tab.answer({"ask": "faces", "seeds": list(range(25))})["error"]


@given(st.dictionaries(st.sampled_from(["ask", "sum", "seeds"]), anything | st.just(SUM), max_size=3) | anything)
def test_a_hostile_page_gets_an_answer(tab, sent):
    answer = tab.answer(sent)
    assert isinstance(answer, dict)
    assert ("error" in answer) != ("facts" in answer)


@pytest.mark.parametrize("ask", ["sum", "strip", "page", "faces"])
@pytest.mark.parametrize("sent", [None, {}, [], "x", {"a": [1]}, {**SUM, "strength": float("nan")}])
def test_bad_requests_are_errors_in_words(tab, ask, sent):
    answer = tab.answer({"ask": ask, "sum": sent, "seeds": sent if isinstance(sent, str) else None})
    assert set(answer) == {"error"}
    assert answer["error"].endswith(".")


def test_page_is_laid_out_like_the_papers_figure(tab, tiny):
    page = opened(tab.answer({"ask": "page", "sum": SUM})["url"])
    work = work_out(tiny, Sum.read(SUM))
    assert page.shape == np.asarray(figure(work, [3, 2, 1])).shape
    left = EDGE + 2 * (CELL + GUTTER)
    assert (page[EDGE + 5, left + 5] == [251, 248, 241]).all()  # C has one face, and it stands at the bottom
    assert (page[EDGE + 5, EDGE + 5] != [251, 248, 241]).any()


def test_endpoint_gives_pictures_and_opinions(tab):
    face, on_pixels, said = tab.endpoint("1, 2, 3", "4 5", "6", 1.0)
    assert (face.size, face.mode, on_pixels.size) == ((64, 64), "RGB", (64, 64))
    assert set(said) == {"latent", "pixels"}
    assert set(said["latent"]["attributes"]) == set(ATTRIBUTES)
    assert 0 <= said["pixels"]["realness"] <= 1
    for bad in (("", "4", "6", 1), ("1", "2", "3", float("nan")), ("1,2,3,4", "5", "6", 1), ("one", "2", "3", 1)):
        with pytest.raises(BadRequest, match=r"\.$"):
            tab.endpoint(*bad)


def test_descriptions_say_what_is_clear():
    def words(*row: float, many: bool = False) -> str:
        return prose.describe(dict(zip(ATTRIBUTES, row, strict=True)), many)

    assert words(0.9, 0.1, 0.9, 0.1, 0.1, 0.9) == "smiling woman with glasses"
    assert words(0.1, 0.9, 0.9, 0.1, 0.8, 0.1, many=True) == "older neutral men with glasses and a beard"
    assert words(0.5, 0.5, 0.5, 0.5, 0.5, 0.5) == "face"


def test_verdict_is_said_in_words():
    promised = torch.tensor([1, 1, -1, -1, 0, 1])
    answer = verdict(promised, torch.tensor([0.97, 0.94, 0.02, 0.3, 0.6, 0.8]), [0, 1])
    assert answer["word"] == "As promised."
    assert [row[0] for row in answer["points"]] == ["smiling", "a man"]
    assert [row[0] for row in answer["others"]] == ["no glasses", "no fringe", "young"]
    assert answer["others"][0][1:] == (pytest.approx(0.98), True)
    word = verdict(promised, torch.tensor([0.97, 0.04, 0.02, 0.3, 0.6, 0.8]), [0, 1])
    assert (word["word"], word["tone"]) == ("Partly as promised.", "bad")
    assert "came along" in verdict(promised, torch.tensor([0.9, 0.9, 0.9, 0.3, 0.6, 0.8]), [0, 1])["word"]
    assert verdict(promised, torch.tensor([0.1, 0.1, 0.0, 0.3, 0.6, 0.8]), [0, 1])["word"] == "Not as promised."
    assert "Too faint" in verdict(torch.zeros(6), torch.full((6,), 0.5), [0, 1])["word"]


# --- the score ---


def test_triples_hold_nobody_twice():
    members = [torch.arange(10), torch.arange(5, 15), torch.arange(8, 20)]
    triples = draw_triples(members, 50, torch.Generator().manual_seed(1))
    assert triples.shape == (50, 3 * EXEMPLARS)
    for row in triples.tolist():
        assert len(set(row)) == 9
        for k, allowed in enumerate(members):
            assert set(row[3 * k : 3 * k + 3]) <= set(allowed.tolist())
    assert len({tuple(row) for row in triples.tolist()}) == 50


def test_exemplars_are_as_sure_as_asked():
    answers = torch.tensor([[0.95, 0.02, 0.1, 0, 0, 0], [0.85, 0.02, 0.1, 0, 0, 0], [0.95, 0.15, 0.1, 0, 0, 0]])
    women = CATEGORIES["smiling-women"]
    assert exemplars(answers, women, 0.8).tolist() == [0, 1, 2]
    assert exemplars(answers, women, 0.9).tolist() == [0]


def test_found_wants_every_promise():
    answers = torch.tensor([[0.9, 0.9, 0, 0, 0, 0], [0.9, 0.1, 0, 0, 0, 0], [0.4, 0.6, 0, 0, 0, 0]])
    assert found(answers, TASKS[0].promised).tolist() == [
        [True, True, True], [False, True, False], [False, False, True],
    ]  # fmt: skip
    assert found(torch.tensor([[0, 0.4, 0.6, 0, 0, 0]]), TASKS[1].promised).tolist() == [[True, True, True]]


def test_interval_is_wilsons():
    low, high = interval(0.85, 200)
    assert low == pytest.approx(0.794, abs=1e-3)
    assert high == pytest.approx(0.893, abs=1e-3)
    assert interval(1.0, 10)[1] == 1.0
