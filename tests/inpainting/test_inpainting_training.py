"""The inpainting GAN's networks and losses by hand, and its training."""

import io
import math
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from gan_models.core.squeezenet import SqueezeNetFeatures
from gan_models.core.store import CHECKPOINTS_DIR
from gan_models.inpainting import train
from gan_models.inpainting.hub_networks import AOTBlock, AOTGenerator, sharpen
from gan_models.inpainting.networks import InpaintingGenerator, PatchDiscriminator, composite, pull_push
from gan_models.inpainting.train import alike, best_of_two, discriminator_patches, generator_patches, without_norm
from gan_models.training.perceptual import mean_where, unit_distance
from gan_models.training.spectral_norm import set_spectral_norm
from tests.training.resuming import resumes_exactly


def photo(width: int, height: int, seed: int = 0, mode: str = "RGB") -> Image.Image:
    bands = {"L": (), "RGB": (3,), "RGBA": (4,), "LA": (2,)}[mode]
    page = np.random.default_rng(seed).integers(0, 256, (height, width, *bands), dtype=np.uint8)
    return Image.fromarray(page)


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
    for _ in range(40):
        optimiser.zero_grad()
        wrong().backward()
        optimiser.step()
    assert wrong() < 0.9 * before


# --- training ---


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
