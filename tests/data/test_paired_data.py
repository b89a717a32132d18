"""Pairs from folders and zips, label maps that were stored with loss, sketches, and crops that keep a pair together."""

import io
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image

from gan_models.data.labels import LABELS, nearest_labels, paint_labels, read_labels
from gan_models.data.paired_data import Pairs, as_channels, colour_of, draw_pairs, light_of, load_pairs, tint_of
from gan_models.data.sketches import outline_of, sketches_of, trace, vary_ink, without_small


def pair(left, right, size=32) -> bytes:
    page = Image.new("RGB", (2 * size, size), left)
    page.paste(right, (size, 0, 2 * size, size))
    buffer = io.BytesIO()
    page.save(buffer, "PNG")
    return buffer.getvalue()


def shoe(side: int = 64) -> tuple[np.ndarray, np.ndarray]:
    """A brown block on white paper, and its edges as ink: (side, side) and (side, side, 3) uint8."""
    page = np.full((side, side, 3), 255, np.uint8)
    page[20:50, 10:54] = (120, 80, 40)
    ink = np.zeros((side, side), np.uint8)
    ink[20:50, [10, 53]] = ink[[20, 49], 10:54] = 255
    return ink, page


@pytest.mark.parametrize("zipped", [False, True])
def test_pairs_are_read_by_part_in_the_order_of_names(tmp_path, zipped):
    files = {
        "train/b.png": pair("white", (200, 0, 0)), "train/a.png": pair("black", (0, 0, 100)),
        "test/c.png": pair("white", "lime"), "train/notes.txt": b"no",
    }  # fmt: skip
    place = tmp_path / "pairs.zip"
    if zipped:
        with zipfile.ZipFile(place, "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
    else:
        place = tmp_path / "pairs"
        for name, data in files.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(data)
    train = load_pairs(place, "train", "picture", 16)
    assert train.inputs.shape == train.pictures.shape == (2, 3, 16, 16)
    assert [int(page.max()) for page in train.inputs] == [0, 255]
    assert train.pictures[:, :, 8, 8].tolist() == [[0, 0, 100], [200, 0, 0]]
    assert len(load_pairs(place, "test", "picture", 16)) == 1
    turned = load_pairs(place, "train", "picture", 16, input_side="right")
    assert torch.equal(turned.pictures, train.inputs)


def test_pairs_without_parts_keep_every_tenth_for_the_test(tmp_path):
    for index in range(20):
        (tmp_path / f"{index:02}.png").write_bytes(pair("white", (index, 0, 0)))
    assert len(load_pairs(tmp_path, "train", "picture", 8)) == 18
    assert load_pairs(tmp_path, "test", "picture", 8).pictures[:, 0, 0, 0].tolist() == [9, 19]


def test_what_is_no_pair_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="missing"):
        load_pairs(tmp_path / "nowhere.zip", "train", "picture")
    with pytest.raises(FileNotFoundError, match="no pairs to train"):
        load_pairs(tmp_path, "train", "picture")
    (tmp_path / "a.png").write_bytes(b"no picture")
    (tmp_path / "b.png").write_bytes(pair("white", "red"))
    with pytest.warns(UserWarning, match="1 files"):
        assert len(load_pairs(tmp_path, "train", "picture", 8)) == 1


def test_the_colour_is_that_of_the_thing_and_not_of_the_paper():
    pictures = torch.full((2, 3, 8, 8), 255, dtype=torch.uint8)
    pictures[0, :, 2:4, 2:4] = torch.tensor([255, 51, 0], dtype=torch.uint8).view(3, 1, 1)
    assert torch.allclose(colour_of(pictures), torch.tensor([[1.0, -0.6, -1.0], [1.0, 1.0, 1.0]]))


def test_labels_survive_a_lossy_file():
    numbers = np.zeros((96, 96), np.uint8)
    for index in range(12):
        top, left = 24 * (index // 4) + 4, 24 * (index % 4) + 4
        numbers[top : top + 20, left : left + 20] = index
    buffer = io.BytesIO()
    paint_labels(numbers).save(buffer, "WEBP", quality=80)
    with Image.open(buffer) as stored:
        plain, _ = nearest_labels(np.asarray(stored.convert("RGB")))
        settled = read_labels(stored)
    assert np.array_equal(nearest_labels(np.asarray(paint_labels(numbers)))[0], numbers)
    assert (settled != numbers).mean() < 0.03
    assert (settled != numbers).mean() <= (plain != numbers).mean()


def test_labels_become_one_channel_each():
    given = torch.tensor([[[[3, 11]]]], dtype=torch.uint8)
    channels = as_channels("labels", given)
    assert channels.shape == (1, len(LABELS), 1, 2)
    assert channels.sum(1).tolist() == [[[1.0, 1.0]]]
    assert channels[0, 3, 0, 0] == channels[0, 11, 0, 1] == 1


def test_the_outline_is_the_things_border():
    ink, page = shoe()
    mask = outline_of(page)
    assert mask.sum() == 30 * 44
    drawn = trace(mask, 0.3, 1)
    assert drawn[20, 30] == drawn[35, 10] == 1 and drawn[35, 30] == 0
    assert abs(int(drawn.sum()) - int((ink > 0).sum())) <= 4


def test_small_pieces_go_and_long_lines_stay():
    ink, _ = shoe()
    edges = (ink > 0).astype(np.uint8)
    edges[30, 30:33] = 1
    kept = without_small(edges, 10)
    assert kept[30, 31] == 0 and kept[20, 30] == 1


def test_sketches_lie_on_the_thing_and_differ():
    ink, page = shoe()
    drawn = sketches_of(ink, page, np.random.default_rng(0), 12)
    assert {s.shape for s in drawn} == {(64, 64)} and all(s.any() for s in drawn)
    near = np.zeros((64, 64), bool)
    near[15:55, 5:59] = True
    near[25:45, 15:49] = False  # the middle is empty
    assert all((s[~near] == 0).all() for s in drawn)
    assert len({s.tobytes() for s in drawn}) > 3


def test_wavering_lines_stay_near_and_dropped_ones_lose_ink():
    ink = torch.zeros(4, 1, 64, 64)
    ink[:, :, 30:33] = 1
    random = torch.Generator().manual_seed(0)
    wavering = vary_ink(ink, random, dropped=0.0)
    assert wavering[:, :, :26].max() == wavering[:, :, 37:].max() == 0
    assert (wavering.sum((1, 2, 3)) / ink.sum((1, 2, 3)) - 1).abs().max() < 0.15
    assert not torch.equal(wavering, ink)
    lost = vary_ink(ink, random, wobble=0.0, dropped=1.0)
    assert lost.sum() < ink.sum() and lost.max() == 1
    same = [vary_ink(ink, torch.Generator().manual_seed(5)) for _ in range(2)]
    assert torch.equal(*same)


def labelled(count: int = 3, side: int = 32) -> Pairs:
    """Pairs whose picture is told by its labels: 21 times the label in every channel."""
    random = torch.Generator().manual_seed(0)
    coarse = torch.randint(12, (count, 1, side // 8, side // 8), generator=random)
    numbers = coarse.repeat_interleave(8, 2).repeat_interleave(8, 3).to(torch.uint8)
    pictures = (numbers * 21).expand(-1, 3, -1, -1).contiguous()
    return Pairs("labels", numbers, pictures, colour_of(pictures))


def test_crops_keep_input_and_picture_together():
    inputs, colours, pictures = draw_pairs(
        labelled(), torch.arange(16) % 3, 16, (0.5, 0.5), torch.Generator().manual_seed(1)
    )
    assert inputs.shape == (16, 12, 16, 16) and colours.shape == (16, 3) and pictures.shape == (16, 3, 16, 16)
    told = inputs.argmax(1) * 21 / 127.5 - 1
    assert torch.allclose(told, pictures[:, 0], atol=1e-5)
    assert len({page.numpy().tobytes() for page in inputs}) > 8


def test_a_window_wider_than_the_page_shows_paper():
    ink, page = shoe(32 * 2)
    pictures = torch.from_numpy(page).permute(2, 0, 1)[None].contiguous()
    pairs = Pairs("drawing", torch.from_numpy(ink)[None, None], pictures, colour_of(pictures))
    inputs, _, seen = draw_pairs(
        pairs, torch.zeros(4, dtype=torch.int64), 64, (2.0, 2.0), torch.Generator().manual_seed(0)
    )
    assert inputs.shape == (4, 1, 64, 64)
    things = (seen < 0.9).any(1).float().sum((1, 2))
    assert ((things - 30 * 44 / 4).abs() < 80).all()  # half as wide and half as high
    assert all((page[:, 0] == 1).all() or (page[:, -1] == 1).all() for page in seen)


def test_grey_pictures_are_photographs_and_their_light(tmp_path):
    for index in range(10):
        Image.new("RGB", (40, 30), (250, 20 * index, 0)).save(tmp_path / f"{index}.png")
    train, test = (load_pairs(tmp_path, part, "grey", 16) for part in ("train", "test"))
    assert (len(train), len(test)) == (9, 1) and train.inputs.shape == (9, 1, 16, 16)
    assert int(train.inputs[3, 0, 0, 0]) == round(0.299 * 250 + 0.587 * 60)
    inputs, tints, pictures = draw_pairs(train, torch.arange(9), 8, (0.5, 1.0), torch.Generator().manual_seed(0))
    assert inputs.shape == (9, 1, 8, 8) and 0 <= inputs.min() <= inputs.max() <= 1
    assert torch.allclose(light_of(pictures), inputs * 2 - 1, atol=0.01)
    assert torch.equal(tints, train.colours) and tints[0, 0] == 1 and tints[0, 1] < 0
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="no photographs"):
        load_pairs(tmp_path / "empty", "train", "grey")


def test_a_tint_says_how_colourful_a_picture_is():
    pictures = torch.full((3, 3, 4, 4), 128, dtype=torch.uint8)
    pictures[1, 0], pictures[2, 2] = 148, 148
    grey, red, blue = tint_of(pictures).tolist()
    assert grey == pytest.approx([0, 0, -1], abs=1e-5)
    assert red[0] > 0 > red[1] and blue[1] > 0 > blue[0] and red[2] > -1 < blue[2]
