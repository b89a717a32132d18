"""Inpainting: the networks, what a step of training does, and above all that nothing outside the hole changes."""

import base64
import io
import math
import zipfile

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from safetensors.torch import load_file, save_file

from gan_models.core.errors import BadRequest
from gan_models.core.face_finder import Frame
from gan_models.core.squeezenet import SqueezeNetFeatures
from gan_models.core.store import CHECKPOINTS_DIR
from gan_models.inpainting import train
from gan_models.inpainting.cut_and_paste import border_match, cut
from gan_models.inpainting.hub_networks import AOTBlock, AOTGenerator, sharpen
from gan_models.inpainting.naive_fills import naive_fill
from gan_models.inpainting.networks import InpaintingGenerator, PatchDiscriminator, composite, pull_push
from gan_models.inpainting.pipeline import Inpainter, choose_frame
from gan_models.inpainting.train import alike, best_of_two, discriminator_patches, generator_patches, without_norm
from gan_models.metrics.closeness import psnr, ssim
from gan_models.training.losses import set_spectral_norm
from gan_models.training.perceptual import mean_where, unit_distance
from tests.training.resuming import resumes_exactly
from tests.visitor import as_file


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


# --- networks ---------------------------------------------------------------------------------------------------


def test_generator_never_looks_into_the_hole():
    torch.manual_seed(1)
    network = InpaintingGenerator().eval()
    pictures, masks, z = torch.rand(2, 3, 128, 128) * 2 - 1, torch.zeros(2, 1, 128, 128), torch.randn(2, 32)
    masks[:, :, 40:90, 30:100] = 1
    other = composite(torch.rand_like(pictures), pictures, masks)
    with torch.no_grad():
        assert torch.equal(network(pictures, masks, z), network(other, masks, z))
        assert not torch.allclose(network(pictures, masks, z), network(pictures, masks, z + 1))


def test_pull_push_by_hand():
    """A flat picture stays flat; known pixels never change; one known pixel fills everything."""
    masks = (torch.rand(1, 1, 32, 32, generator=torch.Generator().manual_seed(2)) < 0.6).float()
    flat = torch.full((1, 3, 32, 32), 0.3)
    assert torch.allclose(pull_push(flat, masks), flat, atol=1e-5)
    picture = torch.rand(1, 3, 32, 32)
    assert torch.equal(pull_push(picture, masks) * (1 - masks), picture * (1 - masks))
    lonely = torch.ones(1, 1, 16, 16)
    lonely[..., 5, 7] = 0
    assert torch.allclose(
        pull_push(picture[..., :16, :16], lonely), picture[..., 5:6, 7:8].expand(1, 3, 16, 16), atol=1e-5
    )


def test_discriminator_gives_a_map():
    assert PatchDiscriminator()(torch.zeros(2, 3, 128, 128)).shape == (2, 1, 16, 16)


def test_spectral_norm_is_kept_and_taken_off_without_a_change():
    torch.manual_seed(3)
    discriminator, x = PatchDiscriminator(8), torch.randn(1, 3, 64, 64)
    set_spectral_norm(discriminator, True)
    for layer in discriminator.eval().modules():
        if isinstance(layer, torch.nn.Conv2d):
            assert torch.linalg.matrix_norm(layer.weight.flatten(1), 2).item() == pytest.approx(1, abs=0.1)
    full = PatchDiscriminator()
    set_spectral_norm(full, True)
    expected = full.eval()(x)
    plain = without_norm(full)
    assert torch.allclose(plain(x), expected, atol=1e-6)
    assert set(plain.state_dict()) == set(PatchDiscriminator().state_dict())
    assert torch.allclose(full.eval()(x), expected, atol=1e-6)  # and the trained one goes on as it was


def test_aot_gan_has_its_authors_names_and_size():
    """Names and shapes of the published file: encoder. middle. decoder., eight blocks of four branches."""
    state = AOTGenerator().state_dict()
    assert sum(v.numel() for v in state.values()) == 15_200_835
    assert tuple(state["encoder.1.weight"].shape) == (64, 4, 7, 7)
    assert tuple(state["encoder.5.weight"].shape) == (256, 128, 4, 4)
    assert tuple(state["middle.7.block03.1.weight"].shape) == (64, 256, 3, 3)
    assert (
        tuple(state["middle.0.fuse.1.weight"].shape) == tuple(state["middle.0.gate.1.weight"].shape) == (256, 256, 3, 3)
    )
    assert tuple(state["decoder.0.conv.weight"].shape) == (128, 256, 3, 3)
    assert tuple(state["decoder.4.weight"].shape) == (3, 64, 3, 3)
    assert len(state) == 2 * (3 + 8 * 6 + 3)


def test_aot_block_by_hand():
    """With the gate shut the block passes its input on; the gate is a standardised map, twice, less one, by five."""
    torch.manual_seed(4)
    block, x = AOTBlock(8, (1, 2, 3, 4)).eval(), torch.randn(1, 8, 12, 12)
    gate = torch.sigmoid(sharpen(block.gate(x)))
    found = block.fuse(torch.cat([getattr(block, f"block0{k}")(x) for k in range(4)], 1))
    assert torch.allclose(block(x), x * (1 - gate) + found * gate)
    page = torch.tensor([[[[1.0, 3.0], [5.0, 7.0]]]])
    spread = math.sqrt(20 / 3)
    assert torch.allclose(sharpen(page), 5 * (2 * (page - 4) / spread - 1), atol=1e-5)


def test_aot_sees_white_holes():
    torch.manual_seed(5)
    network = AOTGenerator(blocks=1, width=8).eval()
    picture, mask = torch.rand(1, 3, 64, 64), torch.zeros(1, 1, 64, 64)
    mask[..., 8:20, 8:20] = 1
    with torch.no_grad():
        assert torch.equal(network(picture, mask), network(composite(torch.ones_like(picture), picture, mask), mask))


# --- losses -----------------------------------------------------------------------------------------------------


def test_losses_by_hand():
    losses = torch.tensor([1.0, 4.0, 3.0, 2.0])  # pairs (1, 3) and (4, 2)
    assert best_of_two(losses, 1.0).item() == pytest.approx(1.5)
    assert best_of_two(losses, 0.0).item() == pytest.approx(2.5)
    values, masks = torch.ones(1, 3, 4, 4), torch.zeros(1, 1, 4, 4)
    values[..., 0, :] = 5
    masks[..., 0, :2] = 1
    assert mean_where(values, masks).item() == pytest.approx(5)
    a, b = torch.zeros(1, 2, 3, 3), torch.zeros(1, 2, 3, 3)
    a[:, 0], b[:, 1] = 2, 7
    assert unit_distance([a], [b]).item() == pytest.approx(2)  # at right angles, whatever their length
    assert unit_distance([a], [3 * a]).item() == pytest.approx(0)


def test_being_alike_costs_until_the_margin():
    torch.manual_seed(6)
    page = torch.randn(1, 4, 3, 3)
    share = torch.tensor([0.5])
    same = [torch.cat([page, page])]
    apart = [torch.cat([page, -page])]
    assert alike(same, share, 0.3).item() == pytest.approx(0.3)
    assert alike(apart, share, 0.3).item() == 0


def test_patch_losses_know_where_the_hole_is():
    masks = torch.zeros(1, 1, 16, 16)
    masks[..., :8] = 1
    right, wrong = torch.full((1, 1, 2, 2), 9.0), torch.full((1, 1, 2, 2), 9.0)
    right[..., 0] = -9
    wrong[..., 1] = -9
    real = torch.full((1, 1, 2, 2), 9.0)
    assert discriminator_patches(real, right, masks) < 0.01 < 3 < discriminator_patches(real, wrong, masks)
    assert generator_patches(wrong, masks) < 0.01 < 3 < generator_patches(right, masks)


def test_one_step_moves_the_filling_towards_the_picture():
    """A real optimisation step of a tiny generator on one hole lowers the error in it."""
    torch.manual_seed(7)
    network = InpaintingGenerator(width=8, middle=16, blocks=1)
    optimiser = torch.optim.Adam(network.parameters(), 3e-3)
    real, masks, z = torch.rand(2, 3, 128, 128) * 0.2 + 0.6, torch.zeros(2, 1, 128, 128), torch.randn(2, 32)
    real[:, :, 40:80, 40:80] = -0.8
    masks[:, :, 32:96, 32:96] = 1

    def wrong():
        return mean_where((network(real, masks, z) - real).abs(), masks).mean()

    before = wrong()
    for _ in range(25):
        optimiser.zero_grad()
        wrong().backward()
        optimiser.step()
    assert wrong() < 0.9 * before


# --- the pipeline -----------------------------------------------------------------------------------------------


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
    image, mask = photo(200, 160), hole_in((200, 160), (60, 50, 110, 100))
    first, again, other = (painter.inpaint(image, mask, seed=s) for s in (1, 1, 2))
    area = np.asarray(mask) >= 128
    assert (np.asarray(first)[area] != np.asarray(image)[area]).mean() > 0.5
    assert first.tobytes() == again.tobytes() != other.tobytes()
    many = painter.variants(image, mask, [2, 1])
    assert np.abs(np.asarray(many[1]).astype(int) - np.asarray(first)).max() <= 1  # a batch rounds differently, barely


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
    seen, hole = cut(page, area, frame, 128)
    page[area] = 255 - page[area]
    again, _ = cut(page, area, frame, 128)
    assert torch.equal(seen, again)
    assert abs(hole.mean().item() - area.mean() * (300 / 250) ** 2) < 0.01


def test_border_match_meets_the_edge():
    """A filling that is 40 too dark everywhere is lifted by 40 everywhere."""
    known = np.ones((90, 70), bool)
    known[30:60, 20:50] = False
    difference = np.full((90, 70, 3), 40, np.float32)
    difference[~known] = -999
    assert np.abs(border_match(difference, known) - 40).max() < 0.01


def test_square_around_the_hole_where_there_is_no_face():
    area = np.zeros((400, 600), bool)
    area[180:220, 290:350] = True
    frame = choose_frame([], area)
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


# --- the tab's server side --------------------------------------------------------------------------------------


@pytest.fixture
def tab(painter):
    from types import SimpleNamespace

    from gan_models.ui.model_pool import ModelPool
    from gan_models.ui.tabs.inpaint.handlers import InpaintHandlers

    pool = ModelPool()
    painter.located = SimpleNamespace(origin="embedded")
    pool._pipelines["inpainting"] = painter
    return InpaintHandlers(pool)


def picture_of(url: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(url.split(",")[1])))


def brushed(size, box) -> bytes:
    mask = Image.new("RGBA", size)
    mask.paste((255, 255, 255, 255), box)
    return as_file(mask)


def test_open_fill_and_save_at_full_size(tab):
    image = photo(1500, 1100)
    opened = tab.answer({"ask": "open"}, {"picture": as_file(image)})
    assert (opened["width"], opened["height"], opened["full"]) == (1024, 751, [1500, 1100])
    frame = {"x": 500, "y": 400, "side": 300, "angle": 0.1}
    request, mask = {"key": opened["key"], "frame": frame}, {"mask": brushed((1024, 751), (450, 350, 550, 420))}
    filled = tab.answer({"ask": "fill", "seeds": [1, 2, 3, 4], **request}, mask)
    assert "error" not in filled
    assert len({*filled["pages"]}) == len(filled["maps"]) == 4
    assert picture_of(filled["pages"][0]).size == (100, 70)
    assert filled["share"] == pytest.approx(7000 / (1024 * 751), abs=1e-3)
    saved = tab.answer({"ask": "save", "seeds": [2], **request}, mask)
    new, own = np.asarray(picture_of(saved["url"])), np.asarray(image)
    assert new.shape == own.shape
    changed = (new != own).any(2)
    rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
    scale = 1500 / 1024
    assert rows[0] >= 350 * scale - 2 and rows[-1] <= 420 * scale + 2
    assert columns[0] >= 450 * scale - 2 and columns[-1] <= 550 * scale + 2


def test_examples_and_wrong_requests(tab):
    opened = tab.answer({"ask": "example", "number": 2})
    assert opened["faces"][0]["sure"]
    size = (opened["width"], opened["height"])
    good = {"ask": "fill", "key": opened["key"], "seeds": [1]}
    mask = {"mask": brushed(size, (60, 60, 120, 90))}
    assert "error" not in tab.answer({**good, "frame": opened["faces"][0]}, mask)
    assert tab.answer({**good, "key": "no such"}, mask)["expired"]
    for wrong, files in (
        (None, {}), ([], {}), ({"ask": "delete"}, {}), ({"ask": "open"}, {"picture": b"zzz"}), ({"ask": "open"}, {}),
        ({"ask": "example", "number": 9}, {}), ({**good, "seeds": []}, mask), ({**good, "seeds": ["a"]}, mask),
        ({**good, "seeds": [1] * 5}, mask), (good, {}), (good, {"mask": b""}),
        (good, {"mask": brushed((9, 9), (1, 1, 2, 2))}), (good, {"mask": brushed(size, (0, 0, 0, 0))}),
        (good, {"mask": brushed(size, (0, 0, *size))}), ({**good, "model": "other"}, mask),
        ({**good, "frame": {"x": 1}}, mask),
        ({**good, "frame": {"x": float("nan"), "y": 1, "side": 50, "angle": 0}}, mask),
        ({**good, "frame": {"x": 1, "y": 1, "side": 1e9, "angle": 0}}, mask),
        ({**good, "frame": {"x": 9999, "y": 1, "side": 50, "angle": 0}}, mask),
    ):  # fmt: skip
        said = tab.answer(wrong, files)["error"]
        assert said.endswith(".") and len(said) < 140


def test_endpoint_refuses_in_words(tab):
    image, mask = photo(64, 64), hole_in((64, 64), (20, 20, 40, 40))
    assert tab.endpoint(image, mask, 3.0).size == (64, 64)
    for wrong in ((None, mask, 0), (image, None, 0), (image, Image.new("L", (9, 9)), 0), (image, mask, "x")):
        with pytest.raises(BadRequest):
            tab.endpoint(*wrong)


@pytest.fixture
def training(tmp_path, monkeypatch):
    """What the script is told: a few portraits, a SqueezeNet that nobody trained; few masks."""
    with zipfile.ZipFile(tmp_path / "faces128.zip", "w") as archive:
        for k in range(6):
            raw = io.BytesIO()
            photo(128, 128, k).save(raw, "WEBP")
            archive.writestr(f"{'train' if k < 4 else 'test'}/{k}.webp", raw.getvalue())
    weights = tmp_path / "squeezenet.safetensors"
    save_file({k: v for k, v in SqueezeNetFeatures().state_dict().items() if k.startswith("features")}, weights)
    monkeypatch.setattr(train, "MASKS", 10)
    monkeypatch.setattr(train, "LOOKING", 2)
    return ("--data", tmp_path, "--features", weights, "--batch", 2, "--pairs", 2)


@pytest.mark.slow
def test_training_resumes_exactly_in_both_acts(training, tmp_path, capsys):
    assert resumes_exactly(train.main, tmp_path, "inpainting", *training, "--first-act", 0.2)
    said = capsys.readouterr().out
    assert "fooled " in said and "test PSNR " in said and "between fillings " in said
    assert (tmp_path / "broken" / "inpainting_000004.png").is_file()


@pytest.mark.slow
def test_training_begins_from_what_shipped(training, tmp_path):
    """Both networks of the checkpoints; what the discriminator's plain weights say, it says with its norm on."""
    rest = [*map(str, training), "--out", str(tmp_path / "out"), "--device", "cpu", "--resume", str(CHECKPOINTS_DIR)]
    begun = train.main([*rest, "--steps", "0", "--minutes", "0"])
    again = load_file(tmp_path / "out" / "inpainting_generator.safetensors")
    shipped = load_file(CHECKPOINTS_DIR / "inpainting_generator.safetensors")
    assert all(torch.equal(again[k], shipped[k]) for k in shipped)
    assert begun.discriminator.training and all(p.requires_grad for p in begun.discriminator.parameters())
