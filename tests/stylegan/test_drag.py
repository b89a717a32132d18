"""Taking hold of faces: what steps do, what is refused, and that the faces that ship follow."""

import math

import numpy as np
import pytest
import torch
from PIL import Image

from gan_models import load
from gan_models.core.errors import BadRequest
from gan_models.stylegan import drag
from gan_models.stylegan.drag import SIDE, disc, follow, sample
from gan_models.stylegan.pipeline import StylePipeline
from tests.stylegan.untrained import untrained

MOUTH = (0.36, 0.74), (0.42, 0.74)  # a corner of the mouth, and where it goes when the mouth closes
HALF = Image.new("L", (64, 64))
HALF.paste(255, (0, 32, 64, 64))  # the lower half may move


@pytest.fixture(scope="module")
def faces() -> StylePipeline:
    return untrained()


@pytest.fixture(scope="module")
def shipped() -> StylePipeline:
    return load("stylegan", device="cpu", weights="embedded")


def slope() -> torch.Tensor:
    """Features (1, 2, SIDE, SIDE) that say where they are: x and y of their cell, in cells."""
    line = torch.arange(SIDE) + 0.5
    return torch.stack([line.expand(SIDE, SIDE), line[:, None].expand(SIDE, SIDE)])[None]


def test_a_disc_begins_in_its_middle_and_ends_at_its_edge():
    found = disc(1.5, 0.5)
    assert found[0].tolist() == [0, 0] and len(found) == 29
    assert found.norm(dim=1).max() == 1.5 and (found.norm(dim=1).diff() >= 0).all()


def test_features_are_read_between_cells():
    found = sample(slope(), (0.25, 0.5), torch.tensor([[0.0, 0.0], [0.25, -1.0]]))
    torch.testing.assert_close(found, torch.tensor([[8.0, 16.0], [8.25, 15.0]]))


def test_a_handle_is_found_where_its_features_went():
    moved = slope() - torch.tensor([1.0, -0.5])[:, None, None]  # all went a cell to the right and half a cell up
    x, y = follow(moved, (0.25, 0.5), torch.tensor([[8.0, 16.0]]))
    assert (x * SIDE, y * SIDE) == pytest.approx((9.0, 15.5))
    x, y = follow(moved - 100, (0.0, 0.0), torch.tensor([[0.0, 0.0]]))
    assert 0 <= x <= 1 and 0 <= y <= 1  # it never leaves the picture


def test_steps_move_early_layers_and_leave_what_was_there_as_it_was(faces):
    start = faces.styles([3])[0]
    held = faces.hold(start, [(0.4, 0.4)], [(0.6, 0.5)])
    assert torch.equal(held.place, start) and not held.over and held.picture.size == (64, 64)
    one = faces.pull(held)
    two = faces.pull(one)
    assert (held.steps, one.steps, two.steps) == (0, 1, 2)
    assert torch.equal(held.place, start) and torch.equal(two.start, start)  # undo is going back to what was kept
    assert not torch.equal(one.place[:5], start[:5]) and torch.equal(two.place[5:], start[5:])
    again = faces.pull(faces.pull(held))
    torch.testing.assert_close(again.place, two.place)  # a step does not change the one before it
    elsewhere = two.aim([(0.1, 0.1)])
    assert elsewhere.steps == 0 and elsewhere.distance == math.dist(two.handles[0], (0.1, 0.1))


def test_a_drag_ends_when_it_arrives_or_after_so_many_steps(faces, monkeypatch):
    there = faces.hold(faces.styles([3])[0], [(0.4, 0.4)], [(0.4, 0.41)])
    assert there.arrived and torch.equal(faces.pull(there).place, there.place)
    monkeypatch.setattr(drag, "STEPS", 3)
    last = [*faces.drag(3, [(0.4, 0.4)], [(0.9, 0.9)])][-1]
    assert last.steps == 3 and last.over and not last.arrived


@pytest.mark.parametrize(
    ("handles", "targets", "mask", "words"),
    [
        ([], [], None, "1 to 8"),
        ([(0.5, 0.5)] * 9, [(0.5, 0.5)] * 9, None, "1 to 8"),
        ([(0.5, 0.5)], [], None, "needs a target"),
        ([(0.5, 1.5)], [(0.5, 0.5)], None, "within the picture"),
        ([(0.5, 0.5)], [(math.nan, 0.5)], None, "within the picture"),
        ([(0.5, 0.5)], [(0.6, 0.5)], Image.new("L", (9, 9)), "Nothing may move"),
    ],
)
def test_what_makes_no_sense_is_refused(faces, handles, targets, mask, words):
    with pytest.raises(BadRequest, match=words):
        faces.hold(faces.styles([3])[0], handles, targets, mask)


def test_a_shipped_face_follows(shipped):
    """The corner of a mouth goes two thirds of its way within 40 steps, and one sees it."""
    start = shipped.styles([5042], 0.7)[0]
    held = shipped.hold(start, MOUTH[:1], MOUTH[1:])
    first = held.distance
    for held in drag.steps(shipped, held):  # noqa: B020
        if held.distance < first / 3 or held.steps == 40:
            break
    assert held.distance < first / 3
    assert (np.asarray(held.picture) != np.asarray(shipped.hold(start, MOUTH[:1], MOUTH[1:]).picture)).any()


@pytest.mark.parametrize("seed", [5042, 3])
def test_outside_the_mask_a_face_changes_less_and_the_handle_arrives(shipped, seed):
    start = shipped.styles([seed], 0.7)[0]
    above = []
    for mask in (None, HALF):
        held = shipped.hold(start, MOUTH[:1], MOUTH[1:], mask)
        before, half = held.drawn, shipped.resolution // 2
        while not held.over:
            held = shipped.pull(held)
        assert held.arrived
        up, down = ((held.drawn - before)[:, :, part].abs().mean() for part in (slice(half), slice(half, None)))
        above.append(up)
    assert above[1] < 0.6 * above[0] and above[1] < 0.6 * down
