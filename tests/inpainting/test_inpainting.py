"""Inpainting: the networks, what a step of training does, and above all that nothing outside the hole changes."""

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from gan_models.core.errors import BadRequest
from gan_models.core.face_finder import Frame
from gan_models.inpainting.cut_and_paste import bands, border_match, cut
from gan_models.inpainting.naive_fills import naive_fill
from gan_models.inpainting.networks import InpaintingGenerator, PatchDiscriminator
from gan_models.inpainting.pipeline import Inpainter, surroundings
from gan_models.metrics.closeness import psnr, ssim


@pytest.fixture(scope="module")
def painter() -> Inpainter:
    """Untrained networks of the right shape: what they paint is noise, where they may paint it is what counts."""
    torch.manual_seed(0)
    return Inpainter(InpaintingGenerator(), PatchDiscriminator(), torch.device("cpu"), None)


def photo(width: int, height: int, seed: int = 0, mode: str = "RGB") -> Image.Image:
    bands = {"L": (), "RGB": (3,), "RGBA": (4,), "LA": (2,)}[mode]
    page = np.random.default_rng(seed).integers(0, 256, (height, width, *bands), dtype=np.uint8)
    return Image.fromarray(page)


def hole_in(size: tuple[int, int], box: tuple[int, int, int, int]) -> Image.Image:
    mask = Image.new("L", size)
    mask.paste(255, box)
    return mask


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_pixels_outside_the_hole_never_change(painter, data):
    """Any size, mode, hole, square and seed: outside the hole every byte is the picture's own."""
    width, height = data.draw(st.integers(24, 300)), data.draw(st.integers(24, 300))
    mode = data.draw(st.sampled_from(["RGB", "RGBA", "L"]))
    image = photo(width, height, data.draw(st.integers(0, 99)), mode)
    left, top = data.draw(st.integers(0, width - 9)), data.draw(st.integers(0, height - 9))
    right, bottom = data.draw(st.integers(left + 8, width)), data.draw(st.integers(top + 8, height))
    mask = hole_in(image.size, (left, top, right, bottom))
    side = data.draw(st.floats(2.0 * max(right - left, bottom - top), 900))
    frame = Frame((left + right) / 2, (top + bottom) / 2, side, data.draw(st.floats(-1, 1)))
    try:
        made = painter.variants(image, mask, [data.draw(st.integers(-5, 99))], frame)[0]
    except BadRequest as error:
        assert "masked" in str(error)
        return
    assert (made.mode, made.size) == (image.mode, image.size)
    area = np.asarray(mask) >= 128
    own, new = np.asarray(image), np.asarray(made)
    assert np.array_equal(own[~area], new[~area])
    if mode == "RGBA":
        assert np.array_equal(own[..., 3], new[..., 3])


def test_the_hole_is_filled_and_a_seed_fills_it_again(painter):
    image, mask, face = photo(200, 160), hole_in((200, 160), (60, 50, 110, 100)), Frame(90, 75, 140)
    first, again, other = (painter.variants(image, mask, [s], face)[0] for s in (1, 1, 2))
    area = np.asarray(mask) >= 128
    assert (np.asarray(first)[area] != np.asarray(image)[area]).mean() > 0.5
    assert first.tobytes() == again.tobytes() != other.tobytes()
    many = painter.variants(image, mask, [2, 1], face)
    assert np.abs(np.asarray(many[1]).astype(int) - np.asarray(first)).max() <= 1  # a batch rounds differently, barely


def test_what_touches_no_face_is_filled_smoothly(painter):
    """The network knows faces only; elsewhere it would paint something like one."""
    mask = hole_in((200, 160), (60, 50, 110, 100))
    sky = Image.linear_gradient("L").resize((200, 160)).convert("RGB")
    one, two = painter.variants(sky, mask, [1, 2])
    assert one.tobytes() == two.tobytes()
    assert np.abs(np.asarray(one).astype(int) - np.asarray(sky))[np.asarray(mask) > 0].mean() < 10
    assert one.tobytes() != painter.variants(sky, mask, [1], Frame(90, 75, 140))[0].tobytes()


def test_mode_one_masks_and_other_modes(painter):
    image, mask = photo(96, 96), hole_in((96, 96), (30, 30, 60, 60))
    assert painter.inpaint(image, mask.convert("1"), 3).tobytes() == painter.inpaint(image, mask, 3).tobytes()
    deep = Image.fromarray(np.arange(96 * 96, dtype=np.uint16).reshape(96, 96) * 7)
    for picture in (photo(96, 96, 1, "LA"), image.convert("P"), image.convert("CMYK"), deep):
        made = painter.inpaint(picture, mask, 3)
        assert (made.mode, made.size) == ("RGB", (96, 96))


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (Image.new("L", (96, 96)), "Nothing is masked"),
        (Image.new("L", (96, 96), 255), "Nearly all"),
        (Image.new("L", (64, 96), 255), "64 x 96"),
        (Image.new("RGB", (96, 96), "white"), "mode L or 1"),
        ("white", "mode L or 1"),
    ],
)
def test_masks_that_cannot_be_used_are_refused_in_words(painter, mask, words):
    with pytest.raises(BadRequest, match=words):
        painter.inpaint(photo(96, 96), mask)


def test_too_many_fillings_are_refused(painter):
    for seeds in ([], list(range(9))):
        with pytest.raises(BadRequest, match="1 to 8"):
            painter.variants(photo(64, 64), hole_in((64, 64), (20, 20, 40, 40)), seeds)


@pytest.mark.parametrize("size", [(20, 20), (16, 2000), (2400, 1800)])
def test_tiny_long_and_large_pictures(painter, size):
    image, mask = photo(*size), hole_in(size, (4, 4, 14, 14))
    made = painter.inpaint(image, mask)
    area = np.asarray(mask) >= 128
    assert np.array_equal(np.asarray(image)[~area], np.asarray(made)[~area])


def test_a_square_on_the_grid_is_cut_exactly():
    page = np.asarray(photo(200, 170))
    assert np.array_equal(Frame(84, 94, 128).cut(page, 128), page[30:158, 20:148])


def test_nothing_of_the_hole_seeps_into_its_surroundings():
    """The same picture with other contents in the hole gives the network exactly the same square."""
    page = np.asarray(photo(300, 300)).copy()
    area = np.zeros((300, 300), bool)
    area[100:160, 90:200] = True
    frame = Frame(150, 140, 250, 0.3)
    seen, hole = cut(Image.fromarray(page), area, frame, 128)
    page[area] = 255 - page[area]
    again, _ = cut(Image.fromarray(page), area, frame, 128)
    assert torch.equal(seen, again)
    assert abs(hole.mean().item() - area.mean() * (300 / 250) ** 2) < 0.01


def test_border_match_meets_the_edge():
    """A filling that is 40 too dark everywhere is lifted by 40 everywhere."""
    area = np.zeros((90, 70), bool)
    area[30:60, 20:50] = True
    difference = np.full((90, 70, 3), 40, np.float32)
    difference[area] = -999
    match = border_match(lambda rows: difference[rows], area)
    assert np.abs(match(slice(0, 90)) - 40).max() < 0.01


def test_border_match_of_a_large_picture():
    """On a coarser raster, and some rows at a time: a slope is carried on as it is, up to that raster's fineness."""
    slope = np.broadcast_to(np.linspace(0, 100, 1300, dtype=np.float32)[:, None, None], (1300, 1500, 3))
    match = border_match(lambda rows: slope[rows], np.zeros((1300, 1500), bool))
    found = np.concatenate([match(rows) for rows in bands(1300)])
    assert found.shape == slope.shape and np.abs(found - slope)[2:-2].max() < 0.05


def test_square_around_the_hole_where_there_is_no_face():
    area = np.zeros((400, 600), bool)
    area[180:220, 290:350] = True
    frame = surroundings(area)
    assert (frame.x, frame.y, frame.angle) == (320, 200, 0)
    assert frame.side == pytest.approx(108)


@pytest.mark.parametrize("kind", ["mean", "telea", "navier-stokes"])
def test_naive_fills_leave_known_pixels(kind):
    seen, hole = torch.rand(2, 3, 64, 64) * 2 - 1, torch.zeros(2, 1, 64, 64)
    hole[..., 20:40, 20:40] = 1
    filled = naive_fill(seen * (1 - hole), hole, kind)
    assert torch.equal(filled * (1 - hole), seen * (1 - hole))
    assert filled.isfinite().all()
    if kind == "mean":
        assert filled[0, :, 30, 30].unique().numel() <= 3
    with pytest.raises(BadRequest):
        naive_fill(seen, hole, "magic")


# --- metrics ----------------------------------------------------------------------------------------------------


def test_psnr_and_ssim_by_hand():
    black, grey = torch.full((1, 3, 32, 32), -1.0), torch.full((1, 3, 32, 32), -1.0 + 2 * 0.1)
    assert psnr(black, grey).item() == pytest.approx(20, abs=1e-4)
    assert psnr(black, black).item() == pytest.approx(100)
    assert ssim(grey, grey).item() == pytest.approx(1, abs=1e-5)
    assert ssim(black, grey).item() == pytest.approx(0.01**2 / (0.1**2 + 0.01**2), rel=1e-3)  # only means differ
    noise = torch.rand(1, 3, 32, 32) * 2 - 1
    assert ssim(noise, -noise).item() < 0
