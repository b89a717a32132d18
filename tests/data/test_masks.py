"""Holes for inpainting: their share, their seeds, and the geometry of strokes and boxes."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gan_models.data.face_masks import KINDS, kind_bank, part_mask
from gan_models.data.masks import box, mask_bank, polyline, random_mask, stroke


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**31), low=st.sampled_from([0.05, 0.1, 0.2, 0.4]), size=st.sampled_from([32, 64, 128]))
def test_share_lies_between_the_bounds(seed, low, size):
    mask = random_mask(seeded(seed), size, low, low + 0.2)
    assert mask.shape == (1, size, size)
    assert set(mask.unique().tolist()) == {0.0, 1.0}
    assert low * 0.99 <= mask.mean().item() <= low + 0.2


def test_a_seed_draws_the_same_mask_again():
    bank = mask_bank(40, 4, 64)
    assert torch.equal(bank[3].float(), random_mask(seeded(43), 64))
    assert len({bytes(m.numpy().tobytes()) for m in bank}) == 4


def test_bounds_that_make_no_sense_are_refused():
    for low, high in ((0.0, 0.5), (0.5, 0.5), (0.4, 0.2), (0.5, 1.1)):
        with pytest.raises(ValueError, match="low < high"):
            random_mask(seeded(0), 32, low, high)


def test_line_is_where_it_should_be():
    """A thick line from (2, 5) to (9, 5): all within 1.5 pixels of it, ends round, nothing else."""
    mask = polyline([(2, 5), (9, 5)], 1.5, 12)
    expected = torch.zeros(12, 12, dtype=torch.bool)
    for y in range(12):
        for x in range(12):
            nearest = min(max(x, 2), 9)
            expected[y, x] = (x - nearest) ** 2 + (y - 5) ** 2 <= 1.5**2
    assert torch.equal(mask, expected)


def test_box_covers_about_its_share():
    shares = [box(seeded(k), 128, 0.25).float().mean().item() for k in range(20)]
    assert all(0.22 < s < 0.28 for s in shares)
    mask = box(seeded(3), 128, 0.2)
    rows, columns = mask.any(1), mask.any(0)
    assert torch.equal(mask, rows[:, None] & columns[None, :])


def test_strokes_differ_and_are_thin():
    strokes = [stroke(seeded(k), 128) for k in range(10)]
    assert all(0 < s.float().mean() < 0.4 for s in strokes)
    assert not torch.equal(strokes[0], strokes[1])


def test_parts_of_a_face_lie_where_the_network_expects_them():
    random = torch.Generator().manual_seed(3)
    masks = torch.cat([part_mask(random) for _ in range(100)])
    assert set(masks.unique().tolist()) == {0, 1}
    shares = masks.mean((1, 2))
    assert 0.01 < shares.min().item() < shares.max().item() < 0.3
    often = masks.mean(0)
    assert often[37, 36] > 0.4 and often[99, 62] > 0.1  # an eye, the mouth
    assert often[:9].max() == 0 and often[-2:].max() == 0


def test_holes_as_visitors_make_them():
    """Glasses hide both eyes and the bridge between them; half a face is half; hair leaves the features."""
    seen = {kind: kind_bank(kind, 5, 60).float().mean((0, 1)) for kind in KINDS}
    eye, other, bridge, mouth = (37, 36), (37, 87), (36, 62), (99, 62)
    assert min(seen["glasses"][place] for place in (eye, other, bridge)) == 1 and seen["glasses"][mouth] == 0
    assert 0.5 < seen["glasses"][36, 2] < 1  # a temple, if any
    assert 0.4 < seen["half faces"].mean() < 0.6 and 0.2 < seen["half faces"][eye] < 0.8
    assert seen["hair"][2, 2] == 1 and max(seen["hair"][place] for place in (bridge, mouth)) == 0
    assert seen["long strokes"][eye] > 0.1 < seen["long strokes"][64, 62]
    assert torch.equal(kind_bank("glasses", 5, 2)[1], kind_bank("glasses", 6, 1)[0])
