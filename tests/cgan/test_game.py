"""The game "Real or fake?": fair pairs, tells that measure, and figures that are true."""

import numpy as np
import pytest
import torch
from PIL import Image

from gan_models.cgan import evaluate_game as metrics
from gan_models.cgan import real_or_fake as pipeline
from gan_models.ui.tabs.game import prose


@pytest.fixture(scope="module", name="dealt")
def seventh_game(digits):
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
