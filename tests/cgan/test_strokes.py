"""Stroke measurements against shapes whose answer is known."""

import pytest
import torch

from gan_models.cgan.strokes import find_style_directions, measure_strokes


def bar(left: int, right: int, lean: float = 0.0, height: int = 28) -> torch.Tensor:
    page = torch.full((1, 1, height, 28), -1.0)
    for row in range(4, height - 4):
        shift = round(lean * (height / 2 - row))
        page[0, 0, row, left + shift : right + shift] = 1.0
    return page


def test_weight_is_the_stroke_width():
    thin, thick = measure_strokes(bar(13, 15))[0, 1], measure_strokes(bar(11, 17))[0, 1]
    assert thin == pytest.approx(2, rel=0.15)
    assert thick == pytest.approx(6, rel=0.25)


def test_slant_is_the_shear_and_width_ignores_it():
    upright, right, left = (measure_strokes(bar(13, 16, lean))[0] for lean in (0.0, 0.4, -0.4))
    assert upright[0] == pytest.approx(0, abs=1e-4)
    assert right[0] == pytest.approx(0.4, abs=0.05)
    assert left[0] == pytest.approx(-0.4, abs=0.05)
    assert float(right[2]) == pytest.approx(float(upright[2]), rel=0.15)


def test_an_empty_page_is_no_trouble():
    assert torch.isfinite(measure_strokes(torch.full((2, 1, 28, 28), -1.0))).all()


def test_directions_of_a_writer_with_known_controls():
    """A writer whose latent 3 is the lean and 5 the pen: the directions must find them, for every class at once."""

    def draw(z, labels):
        pages = []
        for row, label in zip(z, labels, strict=True):
            half = 1.5 + 0.8 * float(row[5].clamp(-1.5, 1.5)) + 0.1 * int(label)
            x = torch.arange(28.0).view(1, 28) - 13.5
            y = torch.arange(28.0).view(28, 1) - 13.5
            distance = (x + 0.25 * float(row[3].clamp(-2, 2)) * y).abs()
            ink = torch.sigmoid(4 * (half - distance)) * (y.abs() < 9)
            pages.append(ink[None] * 2 - 1)
        return torch.stack(pages)

    found = find_style_directions(draw, 8, styles=200)
    assert found.shape == (4, 8)
    assert float(found[0, 3]) > 0.95
    assert float(found[1, 5]) > 0.9
    assert torch.allclose(found @ found.T, torch.eye(4), atol=1e-4)
