"""What a step of each stage and of the text encoder does, and what is held against a picture."""

import pytest
import torch
from safetensors.torch import save_file

from gan_models.core.squeezenet import SqueezeNetFeatures
from gan_models.data.flower_kinds import KINDS
from gan_models.data.flowers import Flowers, by_colour
from gan_models.stackgan import train, train_text
from gan_models.stackgan.networks import (
    DraftGenerator,
    TextEncoder,
)  # fmt: skip
from gan_models.stackgan.text import as_numbers, vocabulary
from gan_models.training.loop import parse_run, save_weights
from tests.training.steps import moved_by_steps


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
    moved = moved_by_steps(game, networks, 3)
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
