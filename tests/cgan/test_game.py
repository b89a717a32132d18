"""The game "Real or fake?": fair pairs, answers only after a guess, tells that measure, and figures that are true."""

import base64
import io
import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gan_models.cgan import evaluate_game as metrics
from gan_models.cgan import real_or_fake as pipeline
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.requests import read
from gan_models.ui.tabs.game import prose
from gan_models.ui.tabs.game.handlers import Answers, GameHandlers
from gan_models.ui.view import read as page_file


@pytest.fixture(scope="module")
def game(digits):
    pool = ModelPool("cpu", "embedded")
    pool._pipelines["digits"] = digits
    return GameHandlers(pool)


@pytest.fixture(scope="module")
def dealt(digits):
    return pipeline.deal(digits, 7)


@pytest.fixture(scope="module")
def scores(digits):
    return metrics.reliability(digits, 1000)


def blank(*strokes) -> torch.Tensor:
    """A picture (1, 1, 28, 28) with rectangles (top, left, height, width, ink)."""
    page = torch.zeros(28, 28)
    for top, left, height, width, ink in strokes:
        page[top : top + height, left : left + width] = ink
    return (page * 2 - 1)[None, None]


# --- the deal -------------------------------------------------------------------------------------------------------


def test_real_ones_are_the_digits_that_ship(dealt):
    written = (torch.from_numpy(pipeline.real_digits().astype(np.float32)) / 127.5 - 1).reshape(10, 1000, -1)
    for i, (label, side) in enumerate(zip(dealt.labels, dealt.real, strict=True)):
        real, fake = dealt.pictures[i, side].flatten(), dealt.pictures[i, 1 - side].flatten()
        assert (written[label] - real).abs().amax(1).min() < 1e-6
        assert (written[label] - fake).abs().mean(1).min() > 0.02  # nobody's digit


def test_each_class_once_and_sides_are_a_coin(digits):
    games = [pipeline.deal(digits, seed) for seed in range(40)]
    assert all(sorted(game.labels) == list(range(10)) for game in games)
    left = sum(game.real.count(pipeline.LEFT) for game in games)
    assert 160 < left < 240  # 400 tosses, four standard deviations
    assert len({game.labels for game in games}) == 40


def test_both_kinds_have_the_same_sixteen_greys(dealt):
    greys = (dealt.pictures + 1) / 2 * 15
    assert torch.allclose(greys, greys.round(), atol=1e-4)


def test_a_seed_is_a_game(digits, dealt):
    again, other = pipeline.deal(digits, 7), pipeline.deal(digits, 8)
    assert torch.equal(dealt.pictures, again.pictures)
    assert (again.labels, again.real) == (dealt.labels, dealt.real)
    assert not torch.equal(dealt.pictures, other.pictures)


def test_a_missing_or_damaged_sheet_says_what_to_do(tmp_path):
    for name, content in (("gone.png", None), ("torn.png", b"\x89PNG\r\n\x1a\n123"), ("small.png", ...)):
        path = tmp_path / name
        if content is ...:
            Image.new("L", (28, 28)).save(path)
        elif content:
            path.write_bytes(content)
        with pytest.raises(RuntimeError, match=f"fetch checkpoints/{name} again"):
            pipeline.real_digits(path)


def test_discriminator_weighs_two_logits(digits, dealt):
    batch, labels = dealt.batch
    with torch.inference_mode():
        logits = digits.discriminator(batch, torch.tensor(labels)).view(10, 2)
    expected = (logits[:, 0] - logits[:, 1]).sigmoid()
    assert torch.allclose(torch.tensor(pipeline.discriminator_beliefs(digits, dealt)), expected, atol=1e-4)


# --- tells ----------------------------------------------------------------------------------------------------------


def test_ruler_measures_the_longer_side():
    pages = torch.cat([blank((4, 10, 20, 3, 1)), blank((10, 2, 3, 22, 0.2)), blank(), blank((5, 5, 2, 2, 0.03))])
    assert pipeline.longer_side(pages).tolist() == [20, 22, 0, 0]


def test_shares_count_pixels_that_are_not_white():
    page = blank((0, 0, 1, 6, 1), (1, 0, 1, 3, 0.5), (2, 0, 1, 1, 0.1))
    assert pipeline.share_between(page, 0, 0.2).item() == pytest.approx(0.1)
    assert pipeline.share_between(page, 0.2, 0.8).item() == pytest.approx(0.3)
    assert pipeline.share_between(blank(), 0, 1).item() == 0


def test_pieces_touch_at_corners():
    assert pipeline.pieces(
        torch.cat([blank((2, 2, 3, 3, 1), (5, 5, 3, 3, 1)), blank((2, 2, 3, 3, 1), (9, 9, 2, 2, 1))])
    ).tolist() == [1, 2]
    assert pipeline.pieces(blank((2, 2, 3, 3, 0.2))).item() == 0


def test_what_tells_say():
    left, right = torch.tensor([20.0, 21, 20, 19]), torch.tensor([21.0, 20, 20, 22])
    assert pipeline.the_boxed(left, right).tolist() == [1, -1, 0, 0]
    assert pipeline.the_odd(torch.tensor([0.5, 0.99, 0.5]), torch.tensor([0.99, 0.5, 0.4])).tolist() == [1, -1, 0]
    pointing = torch.zeros(len(pipeline.TELLS), 3)
    pointing[0], pointing[1] = torch.tensor([1.0, 0, 0]), torch.tensor([-1.0, -1, 0])
    assert pipeline.by_ruler_and_fog(pointing).tolist() == [1, -1, 0]


def test_tells_are_measured_from_the_pictures_shown(digits, dealt):
    """Swap the pictures and the numbers follow; put a real digit's picture in both places and no tell speaks."""
    numbers, says = pipeline.measure_tells(digits, dealt)
    swapped = pipeline.Game(7, dealt.labels, dealt.pictures.flip(1), tuple(1 - side for side in dealt.real))
    other, against = pipeline.measure_tells(digits, swapped)
    assert torch.allclose(other, numbers.flip(2), atol=1e-4)
    assert torch.equal(against, -says)
    same = pipeline.Game(7, dealt.labels, dealt.pictures[:, :1].expand(-1, 2, -1, -1), dealt.real)
    assert not pipeline.measure_tells(digits, same)[1].any()


def test_printed_reliabilities_are_true(scores):
    """Of 1,000 pairs: within two in a hundred, since other processors round differently."""
    assert set(prose.RELIABLE) - {"both", "discriminator"} == set(prose.TELLS) == {tell.key for tell in pipeline.TELLS}
    for key, (speaks, right) in prose.RELIABLE.items():
        assert scores[key].speaks == pytest.approx(speaks, abs=0.02), key
        rare = 0.02 if speaks > 0.2 else 0.1
        assert scores[key].right == pytest.approx(right, abs=rare), key
    sure = [score.right for name, score in scores.items() if name.endswith("sure")]
    assert sure == pytest.approx([share for _, share in prose.DISCRIMINATOR_SURE], abs=0.04)


def test_score_settles_silence_by_a_coin():
    score = metrics.score("x", torch.tensor([1.0, -1, 0, 0]), torch.tensor([1.0, 1, 1, -1]))
    assert (score.speaks, score.right, score.all_pairs) == (0.5, 0.5, 0.5)
    assert metrics.score("x", torch.zeros(2), torch.ones(2)).all_pairs == 0.5


# --- the tab --------------------------------------------------------------------------------------------------------


def sheet(url: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))))


def test_a_deal_shows_all_pairs_on_one_sheet_and_no_answer(game, dealt):
    answer = game.answer({"ask": "deal", "seed": 7})
    assert sheet(answer["pixels"]).shape == (280, 56, 2)
    assert sheet(answer["smooth"]).shape == (1680, 336, 2)
    shown = sheet(answer["pixels"])[..., 1].reshape(10, 28, 2, 28).swapaxes(1, 2)
    assert np.array_equal(shown, ((dealt.pictures + 1) * 127.5).round().numpy().astype(np.uint8))
    assert set(answer) == {"seed", "smooth", "pixels", "rounds", "facts"}
    assert all(set(r) == {"ask", "names"} for r in answer["rounds"])
    words = json.dumps(answer["rounds"])
    assert not [word for word in ("real", "fake", "network", "critic", "discriminator", "sure") if word in words]


def test_names_do_not_give_the_answer_away(digits):
    """What a screen reader says of the left and of the right picture is no better than a coin at telling them apart."""
    from gan_models.cgan.strokes import measure_strokes

    said = {0: [], 1: []}
    for seed in range(60):
        dealt = pipeline.deal(digits, seed)
        batch, labels = dealt.batch
        for k, (slant, width, _) in enumerate(measure_strokes(batch).tolist()):
            said[int(k % 2 == dealt.real[k // 2])].append(prose.hand(labels[k], slant, width).split(", ", 1)[1])
    for words in set(said[0] + said[1]):
        difference = abs(said[0].count(words) - said[1].count(words)) / 600
        assert difference < 0.08, words


def test_answers_cover_only_what_was_guessed(game, dealt):
    for count in (0, 1, 4):
        guesses = [0] * count
        answer = game.answer({"ask": "answers", "seed": 7, "guesses": guesses})
        assert [r["real"] for r in answer["rounds"]] == list(dealt.real[:count])
        assert answer["you"] == sum(side == 0 for side in dealt.real[:count])
        assert "tells" not in answer


def test_the_last_answer_brings_scores_and_tells(game, dealt, digits):
    answer = game.answer({"ask": "answers", "seed": 7, "guesses": list(dealt.real)})
    assert answer["you"] == 10
    beliefs = pipeline.discriminator_beliefs(digits, dealt)
    chose = [0 if belief >= 0.5 else 1 for belief in beliefs]
    assert [r["discriminator"] for r in answer["rounds"]] == chose
    assert answer["discriminator"] == sum(a == b for a, b in zip(chose, dealt.real, strict=True))
    assert "You beat the critic" in answer["outcome"] or answer["discriminator"] == 10
    assert len(answer["tells"]) == len(pipeline.TELLS)
    ruler = answer["tells"][0]
    for (person, network, mark), page, side in zip(ruler["pairs"], dealt.pictures, dealt.real, strict=True):
        sides = [int(pipeline.longer_side(page[k][None, None])) for k in (side, 1 - side)]
        assert [person, network] == [f"{n} pixels" for n in sides]
        assert mark == (sides[0] == 20) - (sides[1] == 20)


@pytest.mark.parametrize("guess", [0, 1])
@pytest.mark.parametrize("believed", [0, 1])
def test_the_verdict_says_what_happened(guess, believed):
    said = prose.verdict(guess, 0, believed, 0.61)
    assert said.startswith("Yes" if guess == 0 else "No")
    assert "the left-hand digit is by a person" in said
    assert f"chose the {prose.SIDES[believed]} one" in said
    assert "61 % sure" in said
    assert said.endswith("was right." if believed == 0 else "was wrong.")
    assert ("too" in said) == (guess == believed)


def test_comments_know_their_odds():
    """Blind guessing is ten tosses of a coin."""
    from math import comb

    def at_least(n: int) -> float:
        return sum(comb(10, k) for k in range(n, 11)) / 1024

    assert 1 / at_least(10) == pytest.approx(1000, rel=0.03)
    assert 1 / at_least(9) == pytest.approx(90, rel=0.05)
    assert 1 / at_least(8) == pytest.approx(18, rel=0.03)
    assert at_least(6) == pytest.approx(0.4, abs=0.03)
    assert len({prose.comment(n, 10) for n in range(11)}) == 5


@pytest.mark.parametrize(
    "request_",
    [None, [], "deal", 7, {},
     {"ask": "deal", "seed": "x"}, {"ask": 1}, {"ask": ["deal"]}, {"ask": "answer"},
     {"ask": "answers"}, {"ask": "__init__"},
     {"ask": "answers", "guesses": "01"}, {"ask": "answers", "guesses": [2]}, {"ask": "answers", "guesses": [0] * 11},
     {"ask": "answers", "guesses": [True]}, {"ask": "answers", "guesses": [None]},
     {"ask": "answers", "guesses": {"0": 1}}],
)  # fmt: skip
def test_bad_requests_get_a_sentence(game, request_):
    assert game.answer(request_)["error"].endswith(".")


@settings(max_examples=40, deadline=None)
@given(st.integers(-(2**1000), 2**1000) | st.floats(allow_nan=False, allow_infinity=False))
def test_any_seed_deals_a_game(game, seed):
    answer = game.answer({"ask": "deal", "seed": seed})
    assert len(answer["rounds"]) == 10 and answer["seed"] == int(seed) % 2**31


@given(st.lists(st.one_of(st.integers(0, 1), st.sampled_from([0.0, 1.0])), max_size=10))
def test_guesses_are_read(value):
    assert read(Answers, {"guesses": value}).guesses == [int(v) for v in value]


def test_the_page_holds_no_answer():
    assert "data-real" not in "".join(page_file(f"tabs/game/view.{kind}") for kind in ("html", "js"))
