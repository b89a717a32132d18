"""What is measured of faces and sliders, on pictures whose answers are known."""

import pytest
import torch

from gan_models.classifiers.faces import FaceClassifier, as_heads
from gan_models.core.squeezenet import SqueezeNetFeatures
from gan_models.stylegan import evaluate
from gan_models.stylegan.answers import cast, colours, light, lopsided, measure_turn, ridge
from gan_models.stylegan.directions import effects, find_sliders
from gan_models.stylegan.evaluate import Looks, closer_than_strangers, coverage, draw_faces, nearest, report
from gan_models.stylegan.networks import StyleGANGenerator


def nose_at(column: float) -> torch.Tensor:
    """A dark ridge across the lower half of a grey picture (1, 3, 128, 128), its middle at a share of the width."""
    x = (torch.arange(128) + 0.5) / 128
    page = -torch.exp(-(((x - column) / 0.05) ** 2)).expand(128, 128).clone()
    page[:48] = 0
    return page.expand(1, 3, -1, -1)


@pytest.mark.parametrize("column", [0.42, 0.5, 0.55])
def test_turn_is_where_the_nose_is(column):
    assert measure_turn(nose_at(column)).item() == pytest.approx(column - 0.5, abs=0.005)


def test_what_is_symmetric_is_not_lopsided():
    assert lopsided(nose_at(0.5)).abs().max() < 1e-3
    face = nose_at(0.4)
    torch.testing.assert_close(lopsided(face), -lopsided(face.flip(3)), atol=1e-4, rtol=0)
    assert lopsided(face).shape == (1, 640)


def test_a_cast_is_colour_that_brightness_does_not_explain():
    torch.manual_seed(0)
    bright, warm, green = torch.rand(500) - 0.5, torch.randn(500) * 0.1, torch.randn(500) * 0.05

    def coloured(bright, warm, green):
        """Mean colours that are so bright, so much redder than blue beside what is usual, and so green."""
        apart = warm + 0.4 * bright
        return bright[:, None] + torch.stack([apart / 2 - green / 3, green * 2 / 3, -apart / 2 - green / 3], 1)

    real, dark_or_pale = coloured(bright, warm, green), torch.tensor([-0.4, 0.4, 0.0, 0.0, 0.0])
    found = coloured(dark_or_pale, torch.tensor([0, 0, 0.2, -0.2, 0]), torch.tensor([0, 0, 0, 0, 0.1]))
    assert cast(found, real).tolist() == pytest.approx([0, 0, 1.5, 1.5, 1.5], abs=0.25)
    face = torch.zeros(1, 3, 8, 8)
    face[:, 0, 2:6, 2:6] = 0.5
    assert colours(face).tolist() == [[0.5, 0, 0]]


def test_light_comes_from_the_right():
    page = torch.zeros(1, 3, 8, 8)
    page[..., 4:] = 0.5
    assert light(page).item() == 0.5
    assert light(page.flip(3)).item() == -0.5


def test_ridge_finds_the_line():
    torch.manual_seed(0)
    x = torch.randn(500, 3)
    weights, offset = ridge(x, x @ torch.tensor([1.0, -2.0, 0.0]) + 5, 1e-6)
    torch.testing.assert_close(weights, torch.tensor([1.0, -2.0, 0.0]), atol=1e-3, rtol=0)
    assert offset.item() == pytest.approx(5, abs=1e-3)


def test_eyes_of_a_tight_face_come_to_lie_where_the_classifier_looks_for_them():
    """CelebA's eyes, cut out as it was taught: at (0.39, 0.51) and (0.61, 0.51) of the square."""
    face = torch.zeros(1, 3, 128, 128)
    for u in (0.285, 0.678):
        face[..., round(0.292 * 128), round(u * 128)] = 1
    page = as_heads(face)[0, 0, 22:46]  # around the face the mirror has other eyes
    assert as_heads(face).shape == (1, 3, 64, 64)
    for half, u in ((slice(15, 33), 0.39), (slice(33, 51), 0.61)):
        y, x = divmod(int(page[:, half].argmax()), 18)
        assert (x + half.start) / 64 == pytest.approx(u, abs=0.02)
        assert (y + 22) / 64 == pytest.approx(0.51, abs=0.02)


def test_a_found_slider_moves_its_own_answer():
    """The answers are the mean brightness of three stripes; a generator that learned nothing has to do."""
    torch.manual_seed(0)
    generator = StyleGANGenerator(32, z_dim=8, w_dim=8).requires_grad_(False)

    def stripes(pictures: torch.Tensor) -> torch.Tensor:
        return torch.stack([part.mean((1, 2, 3)) for part in pictures.split((11, 10, 11), 3)], 1)

    found, scatter = find_sliders(generator, stripes, samples=200, seed=0)
    assert found.shape == (3, generator.synthesis.layer_count, 8)
    moved = effects(generator, stripes, found, scatter, 5000, count=20)
    for k, row in enumerate(moved):
        others = torch.cat([row[:k], row[k + 1 :]]).abs().max()
        assert row[k] > 0.3 and row[k] > 3 * others, moved


def test_distances_and_coverage_by_hand():
    train, made, test = torch.tensor([[0.0], [10.0]]), torch.tensor([[3.0]]), torch.tensor([[2.0], [4.0], [9.0]])
    distances, which = nearest(test, train)
    assert distances.tolist() == [2, 4, 1] and which.tolist() == [0, 0, 1]
    assert coverage(test, made, train) == pytest.approx(2 / 3)


def test_copies_are_nearer_than_strangers():
    strangers = torch.arange(1.0, 1001.0)
    assert closer_than_strangers(strangers, strangers) == pytest.approx(0.01, abs=0.001)
    assert closer_than_strangers(torch.zeros(5), strangers) == 1


def test_samples_are_rounded_as_pictures_are():
    torch.manual_seed(0)
    made = draw_faces(StyleGANGenerator(32), torch.randn(3, 128))
    levels = (made + 1) * 127.5
    assert made.shape == (3, 3, 32, 32) and (levels - levels.round()).abs().max() < 1e-3


def test_what_was_looked_at_is_kept_page_by_page(tmp_path, monkeypatch, capsys):
    """A run goes on where it was stopped; a longer one looks at the rest; and training faces are their own copies."""
    monkeypatch.setattr(evaluate, "PAGE", 4)
    torch.manual_seed(0)
    look = Looks(SqueezeNetFeatures().eval(), FaceClassifier().eval())
    faces, asked = torch.rand(12, 3, 32, 32) * 2 - 1, []

    def pictures(part: slice) -> torch.Tensor:
        asked.append(part.start)
        return faces[part]

    first = look.kept(tmp_path / "a", 6, pictures)
    again = look.kept(tmp_path / "a", 12, pictures)
    assert asked == [0, 4, 4, 8]  # the half page is looked at anew
    assert {name: rows.shape for name, rows in again.items()} == {
        "squeezenet": (12, 512), "classifier": (12, 192), "pixels": (12, 768),
    }  # fmt: skip
    torch.testing.assert_close(first["squeezenet"], again["squeezenet"][:6], atol=1e-4, rtol=1e-4)
    strangers = torch.rand(5, 3, 32, 32) * 2 - 1
    report(again, again, look.kept(tmp_path / "b", 5, lambda part: strangers[part]))
    told = capsys.readouterr().out
    assert "12 samples: SqueezeNet-FD" in told and told.count("100.0% of the samples") == 3
