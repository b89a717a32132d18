"""Units that draw something: found, switched off, and shown where they are at work."""

import pytest
import torch

from gan_models.stylegan.dissect import SIDE, UNITS, activity, drawing_units, paint_without
from gan_models.stylegan.networks import WIDTHS
from gan_models.stylegan.pipeline import StylePipeline
from tests.stylegan.untrained import untrained


@pytest.fixture(scope="module")
def faces() -> StylePipeline:
    found = untrained()
    found.concepts = {"hats": [3, 5], "ties": [7]}
    return found


def test_units_are_multiplied_and_nothing_else(faces):
    place = faces.styles([1, 2])
    plain = faces.render(place, None)
    torch.testing.assert_close(faces.render_without(place, {"hats": 1.0}), plain, atol=1e-5, rtol=0)
    without = faces.render_without(place, {"hats": 0.0})
    assert (without - plain).abs().mean() > 1e-3
    gains = torch.ones(WIDTHS[SIDE])
    gains[[3, 5]] = 0
    torch.testing.assert_close(paint_without(faces.synthesis, place, gains).clamp(-1, 1), without)


def test_where_units_are_at_work(faces):
    units = activity(faces.synthesis, faces.styles([1]))
    shown = faces.where(faces.styles([1]), "ties")
    assert units.shape == (1, WIDTHS[SIDE], SIDE, SIDE) and shown.shape == (1, SIDE, SIDE)
    torch.testing.assert_close(shown[0], units[0, 7] / units[0, 7].max())


def test_found_units_are_missed_more_than_others(faces):
    """What is looked for is light in the left half: without the units that were found, there is less than without
    any others that were not."""

    def light(pictures: torch.Tensor) -> torch.Tensor:
        return pictures[..., : pictures.shape[3] // 2].mean((1, 2, 3))[:, None]

    place = faces.styles([1, 2, 3, 4]).clone()
    found = drawing_units(faces.synthesis, light, place, 0)
    assert found.shape == (UNITS,) and (found.diff() > 0).all()

    def left(units: torch.Tensor) -> float:
        return light(paint_without(faces.synthesis, place, torch.ones(WIDTHS[SIDE]).index_fill(0, units, 0.0))).mean()

    others = torch.tensor([k for k in range(WIDTHS[SIDE]) if k not in found])
    random = torch.Generator().manual_seed(0)
    assert all(left(found) < left(others[torch.randperm(len(others), generator=random)[:UNITS]]) for _ in range(5))
