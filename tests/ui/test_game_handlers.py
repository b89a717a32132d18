"""The tab of the game: answers only after a guess, fair words, and any request."""

import base64
import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gan_models.cgan import real_or_fake as pipeline
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.requests import read
from gan_models.ui.tabs.game import prose
from gan_models.ui.tabs.game.handlers import Answers, GameHandlers
from gan_models.ui.view import read as page_file
from tests.cgan.test_game import seventh_game  # noqa: F401


@pytest.fixture(scope="module")
def game(digits):
    pool = ModelPool("cpu", "embedded")
    pool._pipelines["digits"] = digits
    return GameHandlers(pool)


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
