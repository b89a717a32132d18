"""The pipeline of style vectors: where points lie, mixed styles, noise, known places, and bad input."""

import numpy as np
import pytest
import torch

from gan_models.core.errors import BadRequest, CheckpointError
from gan_models.core.point import Point
from gan_models.stylegan.networks import layer_groups
from gan_models.stylegan.pipeline import StylePipeline
from tests.stylegan.untrained import SLIDERS, untrained


@pytest.fixture(scope="module")
def faces() -> StylePipeline:
    return untrained()


def test_a_seed_is_always_the_same_face(faces):
    one, other, again = (np.asarray(faces.sample([seed])[0]) for seed in (3, 4, 3))
    assert one.shape == (64, 64, 3)
    assert (one == again).all() and (one != other).any()


def test_truncation_goes_towards_the_mean(faces):
    whole, half = faces.locate([Point(3)]), faces.locate([Point(3, truncation=0.5)])
    torch.testing.assert_close(half, (whole + faces.mean_w) / 2)
    torch.testing.assert_close(faces.styles([3], 0.5), half)


def test_sliders_move_along_their_directions(faces):
    moved = faces.locate([Point(3, amounts=(0.0, 2.0))]) - faces.locate([Point(3)])
    torch.testing.assert_close(moved[0], 2 * faces.directions[1], atol=1e-5, rtol=1e-5)
    strip = faces.strip(Point(3, amounts=(1.0,)), 1, frames=3)
    torch.testing.assert_close(strip[1], faces.pictures([Point(3, amounts=(1.0, 0.0, 0.0))])[0], atol=1e-4, rtol=0)
    with pytest.raises(BadRequest, match=f"{SLIDERS} sliders"):
        faces.strip(Point(3), SLIDERS)


def test_groups_are_all_layers_in_order(faces):
    groups = layer_groups(faces.synthesis)
    assert [k for group in groups for k in range(faces.layers)[group]] == list(range(faces.layers))
    assert all(len(range(faces.layers)[group]) for group in groups)


def test_mixing_takes_one_group_of_another_face(faces):
    own, other = faces.styles([3])[0], faces.styles([8])[0]
    coarse, middle, fine = layer_groups(faces.synthesis)
    mixed = faces.locate([Point(3, mix=(None, 8, None))])[0]
    assert torch.equal(mixed[middle], other[middle])
    assert torch.equal(mixed[coarse], own[coarse]) and torch.equal(mixed[fine], own[fine])


def test_the_board_has_a_row_a_group_and_a_column_a_seed(faces):
    board = faces.board(Point(3, mix=(None, None, 9)), [5, 6])
    assert board.shape == (6, 3, 64, 64)
    for place, mix in ((0, (5, None, 9)), (3, (None, 6, 9)), (4, (None, None, 5))):
        expected = faces.pictures([Point(3, mix=mix)])[0]
        torch.testing.assert_close(board[place], expected, atol=1e-4, rtol=0)


def test_noise_changes_a_picture_and_nothing_else_does(faces):
    place = faces.locate([Point(3)])[0]
    a, b, again = faces.noisy(place, [1, 2, 1])
    assert torch.equal(a, again) and (a - b).abs().mean() > 1e-3
    assert torch.equal(faces.pictures([Point(3)]), faces.pictures([Point(3)]))


def test_a_path_is_straight(faces):
    a, b = faces.locate([Point(1), Point(2)])
    way = faces.between(a, b, torch.tensor([0.0, 0.25, 1.0]))
    torch.testing.assert_close(way, torch.stack([a, 0.75 * a + 0.25 * b, b]))
    assert faces.path(Point(1), Point(2), 3).shape == (3, 3, 64, 64)


def test_a_known_place_takes_the_place_of_the_seed(faces):
    home = faces.styles([1])[0] + 0.1 * torch.randn(faces.layers, 128, generator=torch.Generator().manual_seed(0))
    known = faces.around(home)
    torch.testing.assert_close(known.locate([Point(5)])[0], home)
    assert torch.equal(known.pictures([Point(5)]), known.pictures([Point(6)]))
    assert not torch.equal(known.locate([Point(walk=(1,))]), known.locate([Point(walk=(2,))]))
    assert torch.equal(faces.locate([Point(5)]), faces.styles([5]))  # the others are not led there
    moved = known.locate([Point(5, amounts=(1.0,))])[0] - home
    torch.testing.assert_close(moved, faces.directions[0], atol=1e-5, rtol=1e-5)


def test_pictures_of_style_vectors(faces):
    w = faces.styles([4])
    same = [np.asarray(faces.generate_styles(x)[0]) for x in (w, w[:, 0])]
    assert (same[0] == same[1]).all() and (same[0] == np.asarray(faces.sample([4])[0])).all()
    z = torch.randn(2, faces.z_dim, generator=torch.Generator().manual_seed(0))
    assert (np.asarray(faces.generate(z)[1]) == np.asarray(faces.generate_styles(faces.place(z))[1])).all()
    for wrong in (w[:, :3], torch.full((1, 128), torch.nan), w[:0]):
        with pytest.raises(BadRequest):
            faces.generate_styles(wrong)


def test_what_is_said_of_a_face_does_not_depend_on_its_neighbours(faces):
    pictures = faces.pictures([Point(k) for k in range(3)])
    together, alone = faces.realness(pictures), [faces.realness(p[None])[0] for p in pictures]
    assert together == pytest.approx(alone, abs=1e-5)
    assert all(0 < p < 1 for p in together) and len(set(together)) == 3
    assert faces.attributes(pictures).shape == (3, 6)


def test_tables_of_another_size_are_refused():
    with pytest.raises(CheckpointError, match="do not fit"):
        untrained(layers=3)
