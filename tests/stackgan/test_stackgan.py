"""Flowers from words: sentences and what is made of them, the networks, a step of each stage, the pipeline."""

import random

import pytest
import torch
from safetensors.torch import save_file

from gan_models import load
from gan_models.core.errors import BadRequest
from gan_models.core.squeezenet import SqueezeNetFeatures
from gan_models.data.flower_kinds import COLOURS, KINDS
from gan_models.data.flowers import Flowers, by_colour, told_colours
from gan_models.stackgan import train, train_text
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
from gan_models.training.loop import parse_run, save_weights

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


# --- training ---------------------------------------------------------------------------------------------------


def flowers(count: int = 12) -> Flowers:
    """Plain squares in two colours, of two kinds."""
    pictures = torch.zeros(count, 3, 64, 64, dtype=torch.uint8)
    pictures[::2, 0], pictures[1::2, 2] = 220, 220
    colours = [("red",) if i % 2 == 0 else ("blue",) for i in range(count)]
    kinds = torch.tensor([i % 2 for i in range(count)])
    sentences = [
        [f"a {c[0]} {KINDS[k]}", f"this flower has {c[0]} petals"] for c, k in zip(colours, kinds, strict=True)
    ]
    return Flowers(pictures, kinds, colours, sentences, by_colour(["a red flower with five petals"]))


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    """Makes tiny runs of any script of the family."""
    folder = tmp_path_factory.mktemp("stackgan")
    torch.manual_seed(0)
    save_file(SqueezeNetFeatures().state_dict(), folder / "squeezenet.safetensors")
    save_weights(TextEncoder(len(vocabulary())), folder / "text.safetensors")
    save_weights(DraftGenerator(), folder / "drafts.safetensors")

    def made(script, cls, *extra: str):
        common = ["--features", str(folder / "squeezenet.safetensors"), "--out", str(folder), "--device", "cpu"]
        if script is train:
            common += ["--text", str(folder / "text.safetensors"), "--drafts", str(folder / "drafts.safetensors")]
        run, args = parse_run("", "", 1, script.options, [*common, *extra])
        return cls(run, args, *([flowers()] * (2 if script is train_text else 1)))

    return made


@pytest.mark.parametrize("stage", [1, 2])
def test_a_step_moves_the_stage_and_its_opponents_and_nothing_else(lesson, stage):
    game = lesson(train, train.StackGANTrainer, "--stage", str(stage), "--batch", "4")
    networks = [*game.networks.values(), game.text, game.extractor, *([game.drafts] if game.drafts else [])]
    before = [[p.detach().clone() for p in n.parameters()] for n in networks]
    said = [game.one_step(0.1) for _ in range(3)][-1]
    assert all(torch.isfinite(value) for value in said.values())
    moved = [
        any(not torch.equal(a, b) for a, b in zip(was, n.parameters(), strict=True))
        for was, n in zip(before, networks, strict=True)
    ]
    assert moved[:3] == [True] * 3 and not any(moved[3:])
    assert set(game.weights()) == {f"stackgan_stage{stage}", f"stackgan_discriminator{stage}"}
    assert game.samples(3).shape == (3, 3, train.SIDES[stage], train.SIDES[stage])


def test_a_sentence_of_another_flower_counts_as_fake():
    real, fake, foreign = torch.tensor([2.0, 2.0]), torch.tensor([-2.0, -2.0]), torch.tensor([2.0, -9.0])
    nobody, first = torch.tensor([False, False]), torch.tensor([True, False])
    plain = train.judged(real, fake, foreign, nobody)
    assert train.judged(real, fake, foreign, first) == pytest.approx(
        float(plain) + 0.5 * float(torch.tensor(2.0).exp().add(1).log())
    )


def test_strangers_differ_in_kind_and_colour(lesson):
    game = lesson(train, train.StackGANTrainer, "--stage", "1")
    which = torch.tensor([0] * 40)  # red
    sentences, differs = game.strangers(which)
    assert differs.any() and not differs.all()
    assert all(("blue" in s or KINDS[1] in s) == bool(d) for s, d in zip(sentences, differs, strict=True))


def test_shifted_pictures_keep_their_pixels():
    torch.manual_seed(0)
    page = torch.arange(64.0).view(1, 1, 8, 8)
    moved = [train.shift(page) for _ in range(30)]
    assert all(m.shape == page.shape and set(m.flatten().tolist()) <= set(page.flatten().tolist()) for m in moved)
    assert len({tuple(m.flatten().tolist()) for m in moved}) > 3


def test_the_text_encoder_learns_which_picture_a_sentence_is_true_of(lesson):
    game = lesson(train_text, train_text.TextTrainer, "--batch", "8", "--lr", "0.01")
    said = [game.one_step(0.0) for _ in range(60)]
    assert said[-1]["colour"] < 0.3 * said[0]["colour"]
    text = game.text(as_numbers(["a red flower", "a blue flower"], game.known))
    seen = game.seeing(game.features_of[id(game.flowers)][:2])
    assert (text @ seen.T).argmax(1).tolist() == [0, 1]


def test_pictures_that_a_sentence_is_also_true_of_are_not_held_against_it(lesson):
    game = lesson(train_text, train_text.TextTrainer)
    right = game.rightness(["a red flower", f"a blue {KINDS[1]}", "a flower"], torch.tensor([0, 1, 3]))
    assert right.tolist() == [[True, False, False], [False, True, True], [True, True, True]]


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
