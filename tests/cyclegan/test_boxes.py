"""Marks of animals: how they are read, and what is measured in them and beside them."""

import pytest
import torch

from gan_models.cyclegan.boxes import BOXES, apart, change_within, read_boxes, with_coats


def test_marks_are_read_and_a_part_without_any_is_refused(tmp_path):
    marks = tmp_path / "boxes.txt"
    marks.write_text("# testA 9 0,0,256,256\ntestA 3 0,0,128,64 0,32,128,128\ntestB 5 0,0,1,1\n")
    marked = read_boxes(marks, "testA")
    assert marked.places.tolist() == [3] and marked.inside.mean() == 0.25
    with pytest.raises(ValueError, match="testC"):
        read_boxes(marks, "testC")
    assert len(read_boxes(BOXES, "testA").places) == len(read_boxes(BOXES, "testB").places) == 20


def test_a_change_is_told_apart_inside_and_outside():
    inside = torch.zeros(1, 1, 256, 256)
    inside[..., :64] = 1
    before = torch.full((1, 3, 256, 256), 100, dtype=torch.uint8)
    after = before + (8 * inside).to(torch.uint8)
    after[..., 64:, 0] += 2
    assert change_within(before, after, inside) == pytest.approx((0, 8 + 2 * 192 / (256 * 64)))


def test_real_coats_by_size_and_the_rest_stays():
    """Boxes of a half and a quarter: features are 1 in the first picture and 2 in the other, 10 and 20 in real ones."""
    inside = torch.zeros(2, 1, 8, 8)
    inside[0, :, :4], inside[1, :, :2] = 1, 1
    here = apart(torch.tensor([1.0, 2.0])[:, None, None, None].expand(2, 3, 4, 4), inside)
    assert here[0].tolist() == [0.5, 0.25] and (here[1] + here[2])[:, 0].tolist() == [1, 2]
    assert torch.equal(with_coats(here, here), here[1] + here[2])
    real = apart(torch.tensor([20.0, 10.0])[:, None, None, None].expand(2, 3, 4, 4), inside.flip(0))
    assert with_coats(here, real)[:, 0].tolist() == [0.5 * 10 + 0.5 * 1, 0.25 * 20 + 0.75 * 2]
