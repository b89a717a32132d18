"""Flowers from words: sentences and what is made of them, the networks, the pipeline."""

import random

import pytest
import torch

from gan_models import load
from gan_models.core.errors import BadRequest
from gan_models.data.flower_kinds import COLOURS, KINDS
from gan_models.data.flowers import by_colour, told_colours
from gan_models.stackgan.networks import (
    TEXT_DIM,
    WORDS,
    Z_DIM,
    DraftGenerator,
    RefiningGenerator,
    TextDiscriminator,
    TextEncoder,
)  # fmt: skip
from gan_models.stackgan.text import as_numbers, known_words, meant, split_words, vocabulary

# --- sentences --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "colours"),
    [
        ("this flower has yellow petals and a red stamen", {"yellow"}),
        ("a pink and white flower", {"pink", "white"}),
        ("the petals are bright purple with a green center", {"purple"}),
        ("a lavender flower", {"purple"}),
        ("this flower has a yellow stamen", set()),
        ("sunflower", set()),
    ],
)
def test_the_colour_of_petals_is_told_from_that_of_the_rest(sentence, colours):
    assert told_colours(sentence) == colours


def test_peoples_sentences_are_sorted_by_the_colours_of_petals():
    found = by_colour(["a red flower", "red and white petals", "nice leaves", "petals are red"])
    assert found == {
        frozenset({"red"}): ["a red flower", "petals are red"],
        frozenset({"red", "white"}): ["red and white petals"],
    }


def test_words_are_split_and_counted_and_unknown_ones_named():
    assert split_words("A Colt’s-foot, <b>RED</b> 12!") == ["a", "colt's", "foot", "b", "red", "b"]
    known, unknown = known_words("a purple dragon with purple wingz and a dragon")
    assert "purple" in known and unknown[0] == "dragon" and unknown.count("dragon") == 1
    assert meant("purpel") == "purple" and meant("xyzzy") is None
    assert len(known_words("red " * 500)[0]) == WORDS


def test_numbers_end_in_zeros_and_leave_unknown_words_out():
    rows = as_numbers(["red qqqq flower", ""])
    assert rows.shape == (2, WORDS) and rows[0, :3].tolist() == [vocabulary()["red"], vocabulary()["flower"], 0]
    assert rows[1].sum() == 0


def test_every_kind_and_colour_is_in_the_vocabulary():
    assert not [w for name in (*KINDS, *COLOURS) for w in split_words(name) if w not in vocabulary()]


# --- networks ---------------------------------------------------------------------------------------------------


def test_shapes_and_ranges():
    torch.manual_seed(0)
    text = TextEncoder(20)(torch.tensor([[3, 4, 0, 0], [0, 0, 0, 0]]))
    assert text.shape == (2, TEXT_DIM) and torch.allclose(text.norm(dim=1), torch.ones(2), atol=1e-5)
    z = torch.randn(2, Z_DIM)
    draft, (mean, log_variance) = DraftGenerator((16, 16, 16))(z, text)
    assert draft.shape == (2, 3, 32, 32) and draft.abs().max() <= 1 and mean.shape == log_variance.shape == (2, 64)
    picture, _ = RefiningGenerator(16, 16)(draft, z, text)
    assert picture.shape == (2, 3, 64, 64)
    for network, pictures in ((TextDiscriminator(32), draft), (TextDiscriminator(64), picture)):
        assert network(pictures, text).shape == (2,)


def test_an_untrained_second_stage_hands_the_draft_on():
    torch.manual_seed(0)
    z, text = torch.randn(2, Z_DIM), torch.randn(2, TEXT_DIM)
    draft = torch.rand(2, 3, 32, 32) * 2 - 1
    made = RefiningGenerator()(draft, z, text)[0]
    assert torch.allclose(made, torch.nn.functional.interpolate(draft, scale_factor=2, mode="bilinear"), atol=1e-6)


def test_the_order_of_words_matters():
    encoder = TextEncoder(20).eval()
    one, other = torch.tensor([[3, 4, 0, 0]]), torch.tensor([[4, 3, 0, 0]])
    assert not torch.allclose(encoder(one), encoder(other), atol=1e-3)


# --- what ships -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def painter():
    return load("stackgan", "cpu", "embedded")


def test_same_sentence_and_seed_same_flower_another_seed_another(painter):
    first = painter.draw("a yellow sunflower", 3)
    assert first.size == (64, 64) and first.mode == "RGB"
    assert first.tobytes() == painter.draw("A yellow SUNFLOWER!", 3).tobytes()
    assert first.tobytes() != painter.draw("a yellow sunflower", 4).tobytes()
    alone, among = painter.draw_many("a red rose", [5])[0], painter.draw_many("a red rose", [4, 5])[1]
    assert sum(abs(a - b) for a, b in zip(alone.tobytes(), among.tobytes(), strict=True)) / len(alone.tobytes()) < 1


@pytest.mark.parametrize("colour", ["yellow", "purple", "white", "red"])
def test_the_asked_colour_is_read_by_a_classifier_that_saw_real_flowers_only(painter, colour):
    pictures = painter.draw_many(f"a {colour} flower", list(range(12)))
    assert sum(r.colour == colour for r in painter.read(pictures)) >= 8


def test_a_morph_ends_at_both_sentences(painter):
    frames = painter.morph("a yellow sunflower", "a purple passion flower", 3, 5)
    assert len(frames) == 5
    for frame, sentence in ((frames[0], "a yellow sunflower"), (frames[-1], "a purple passion flower")):
        own = painter.draw(sentence, 3)
        assert sum(abs(a - b) for a, b in zip(frame.tobytes(), own.tobytes(), strict=True)) / len(own.tobytes()) < 1


def test_the_discriminator_minds_the_words(painter):
    seeds = list(range(16))
    pictures = painter.draw_many("a yellow sunflower", seeds)
    right, wrong = (sum(painter.realness(pictures, s)) / 16 for s in ("a yellow sunflower", "a purple iris"))
    assert right > wrong


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "Write what"), ("   ", "Write what"), (None, "Write what"), ("дракон", "I don't know “дракон”"),
     ("12 !?", "I don't know that"), ("red " * 100, "at most 300"), ("<script>alert</script>", "I don't know")],
)  # fmt: skip
def test_what_is_no_sentence_is_refused_in_words(painter, text, words):
    with pytest.raises(BadRequest, match=words.replace("(", r"\(")):
        painter.draw(text)


def test_unknown_words_are_named_with_what_may_have_been_meant(painter):
    found = painter.understand("a purpel dragon flower")
    assert found.unknown == {"purpel": "purple", "dragon": meant("dragon")} and "flower" in found.known


def test_a_random_sentence_never_breaks_it(painter):
    chance = random.Random(0)
    letters = "abc äß漢🌻\0\n<>&'\"%-" + "red flower "
    for _ in range(200):
        text = "".join(chance.choice(letters) for _ in range(chance.randrange(40)))
        try:
            painter.understand(text)
        except BadRequest as error:
            assert len(str(error)) < 200
