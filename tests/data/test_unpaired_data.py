"""Two kinds of pictures from folders and zips, crops in range, and the pool of old translations."""

import io
import zipfile

import pytest
import torch
from PIL import Image

from gan_models.data.unpaired_data import ImagePool, draw_crops, load_part, to_signed


def picture(colour, size=(20, 20), kind="PNG", **extra) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind, **extra)
    return buffer.getvalue()


def write(folder, part: str, files: dict[str, bytes]) -> None:
    (folder / part).mkdir(parents=True)
    for name, data in files.items():
        (folder / part / name).write_bytes(data)


@pytest.fixture
def pair(tmp_path):
    write(tmp_path, "trainA", {"b.png": picture("red"), "a.webp": picture("lime", kind="WEBP"), "notes.txt": b"no"})
    write(tmp_path, "trainB", {"c.jpg": picture("blue", kind="JPEG")})
    write(tmp_path, "testA", {"d.png": picture("white")})
    return tmp_path


def test_folder_in_order_of_names(pair):
    pages = load_part(pair, "trainA", 8)
    assert (pages.shape, pages.dtype) == ((2, 3, 8, 8), torch.uint8)
    assert pages[0, 1].float().mean() > 240 > 20 > pages[0, 0].float().mean()
    assert pages[1, :, 3, 3].tolist() == [255, 0, 0]


@pytest.mark.parametrize("where", ["", "horse2zebra/"])
def test_zip_and_the_folder_that_holds_it(pair, tmp_path, where):
    place = tmp_path / "packed"
    place.mkdir()
    with zipfile.ZipFile(place / "any.zip", "w") as archive:
        archive.writestr(f"{where}trainA/x.png", picture("red"))
        archive.writestr(f"{where}trainB/x.png", picture("blue"))
    for path in (place, place / "any.zip"):
        assert load_part(path, "trainB", 8)[0, :, 0, 0].tolist() == [0, 0, 255]


def test_missing_tests_are_none_and_missing_training_pictures_are_an_error(pair):
    assert load_part(pair, "testB", 8).shape == (0, 3, 8, 8)
    (pair / "trainB" / "c.jpg").unlink()
    with pytest.raises(FileNotFoundError, match="trainB"):
        load_part(pair, "trainB", 8)
    with pytest.raises(FileNotFoundError, match="neither a zip nor a folder"):
        load_part(pair / "nowhere", "trainA", 8)


def test_files_that_are_no_pictures_are_left_out_with_a_warning(pair):
    (pair / "trainA" / "broken.jpg").write_bytes(picture("red", (64, 64), "JPEG")[:200])
    (pair / "trainA" / "text.png").write_text("no picture")
    with pytest.warns(UserWarning, match="2 files in trainA"):
        assert len(load_part(pair, "trainA", 8)) == 2


def test_oblong_and_sideways_pictures_are_cut_in_the_middle_and_turned(tmp_path):
    page = Image.new("RGB", (40, 20), "black")
    page.paste("red", (0, 0, 40, 10))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held sideways: the upper half belongs on the right
    page.save(tmp_path / "p.png", exif=exif)
    write(tmp_path, "trainA", {"p.png": (tmp_path / "p.png").read_bytes()})
    shown = load_part(tmp_path, "trainA", 8)[0, 0].float()
    assert shown[:, 6:].mean() > 200
    assert shown[:, :2].mean() < 50


def test_signed_range():
    ends = torch.tensor([0, 255], dtype=torch.uint8).view(1, 1, 1, 2).expand(1, 3, 2, 2)
    assert to_signed(ends).unique().tolist() == [-1.0, 1.0]


def test_crops_are_windows_of_the_pictures_and_repeat_with_their_seed():
    ramp = torch.arange(64, dtype=torch.uint8).view(1, 1, 1, 64).expand(2, 3, 64, 64).contiguous()
    crops = draw_crops(ramp, 40, 32, (0.5, 0.5), torch.Generator().manual_seed(3))
    assert crops.shape == (40, 3, 32, 32)
    rows = (crops[:, 0, 0] * 127.5 + 127.5).round()
    steps = rows.diff(dim=1)
    mirrored = (steps == -1).all(1)
    assert ((steps == 1).all(1) | mirrored).all()
    assert 5 < mirrored.sum() < 35
    assert len(rows.min(1).values.unique()) > 5
    again = draw_crops(ramp, 40, 32, (0.5, 0.5), torch.Generator().manual_seed(3))
    assert torch.equal(crops, again)


def test_crops_are_resized_to_what_was_asked():
    pages = torch.full((3, 3, 50, 50), 255, dtype=torch.uint8)
    for size in (16, 80):
        crops = draw_crops(pages, 2, size, (0.3, 1.0), torch.Generator().manual_seed(0))
        assert crops.shape == (2, 3, size, size)
        assert torch.allclose(crops, torch.ones(()), atol=1e-5)


def test_each_crop_has_a_side_and_a_place_of_its_own_and_some_pictures_come_more_often():
    ramp = torch.arange(64, dtype=torch.uint8).expand(2, 3, 64, 64).clone()
    ramp[1] += 100
    weights = torch.tensor([0.0, 1.0])
    crops = draw_crops(ramp, 60, 16, (0.25, 1.0), torch.Generator().manual_seed(1), weights)
    rows = (crops[:, 0, 3] * 127.5 + 127.5).sort(1).values
    assert rows.min() >= 100 and rows.max() <= 163
    sides = (rows[:, -1] - rows[:, 0]) * 16 / 15  # of the crop, in pixels of the picture
    assert 15.9 < sides.min() < 22 and 58 < sides.max() < 64.1 and len(sides.round().unique()) > 20


def test_pool_gives_old_ones_for_new_ones():
    pool = ImagePool(4, torch.Generator().manual_seed(0))
    first = torch.arange(4.0).view(4, 1, 1, 1)
    assert torch.equal(pool.swap(first), first)
    given = torch.cat([pool.swap(torch.full((1, 1, 1, 1), 10.0 + k)) for k in range(40)]).flatten()
    new = given == 10.0 + torch.arange(40)
    assert 10 < new.sum() < 30
    assert len(pool.kept) == 4
    assert (given[~new] < 10.0 + torch.arange(40)[~new]).all()


def test_pool_goes_on_with_what_it_kept():
    pool, twin = (ImagePool(4, torch.Generator().manual_seed(0)) for _ in range(2))
    pool.swap(torch.rand(3, 1, 2, 2))
    twin.load_state_dict(pool.state_dict())
    new = torch.rand(5, 1, 2, 2)
    assert torch.equal(twin.swap(new), pool.swap(new)) and len(twin.kept) == 4


def test_no_pool_gives_what_comes():
    pictures = torch.rand(2, 3, 4, 4)
    assert ImagePool(0, torch.Generator()).swap(pictures) is pictures
