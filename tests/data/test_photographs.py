"""Pairs of photographs: shrunk by Pillow, cut and turned together, read from any folder."""

import zipfile

import numpy as np
import pytest
import torch
from PIL import Image

from gan_models.data.photographs import MIXTURE, Photographs, make_pair, read_pictures
from tests.srgan.test_srgan import photo


def test_a_pair_is_cut_to_a_multiple_and_shrunk_by_pillow():
    picture = photo(43, 30)
    pair = make_pair(picture)
    assert (pair.large.shape, pair.small.shape) == ((3, 28, 40), (3, 7, 10))
    assert np.array_equal(pair.large.permute(1, 2, 0).numpy(), np.asarray(picture)[:28, :40])
    wanted = picture.crop((0, 0, 40, 28)).resize((10, 7), Image.Resampling.BICUBIC)
    assert np.array_equal(pair.small.permute(1, 2, 0).numpy(), np.asarray(wanted))


def test_crops_stay_aligned_whichever_way_they_are_turned():
    photographs = Photographs([[make_pair(photo(120, 96, seed)) for seed in range(3)]], [1.0])
    random = torch.Generator().manual_seed(0)
    small, large = photographs.draw(24, 12, random)
    assert (small.shape, large.shape) == ((24, 3, 12, 12), (24, 3, 48, 48))
    shrunk = torch.nn.functional.interpolate(
        large, scale_factor=0.25, mode="bicubic", antialias=True, align_corners=False
    )
    inside = (shrunk - small)[:, :, 2:-2, 2:-2].abs()
    assert inside.max() < 0.03
    again, _ = photographs.draw(24, 12, torch.Generator().manual_seed(0))
    assert torch.equal(small, again)


def test_the_mixture_reads_only_the_photograph_in_a_pair(tmp_path):
    both = Image.new("RGB", (64, 32), "blue")
    both.paste("red", (0, 0, 32, 32))
    for file, picture in (("facades.zip", both), ("superres.zip", photo(40, 40))):
        with zipfile.ZipFile(tmp_path / file, "w") as archive:
            for name in ("train/a.png", "test/b.png"):
                picture.save(tmp_path / "one.png")
                archive.write(tmp_path / "one.png", name)
    found = Photographs.load(tmp_path)
    assert [len(group) for group in found.groups] == [1, 1]
    assert found.shares.tolist() == pytest.approx([MIXTURE[f][1] for f in ("superres.zip", "facades.zip")])
    red = found.groups[1][0].large
    assert red.shape == (3, 32, 32)
    assert red.flatten(1).float().mean(1).tolist() == [255, 0, 0]


def test_any_folder_of_pictures_will_do_and_an_empty_one_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no photographs"):
        Photographs.load(tmp_path)
    (tmp_path / "deep").mkdir()
    for k in range(5):
        photo(32, 32, k).save(tmp_path / "deep" / f"{k}.png")
    assert len(Photographs.load(tmp_path).groups[0]) == 5
    assert len(read_pictures(tmp_path, most=2)) == 2
