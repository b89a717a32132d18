"""CycleGAN's networks, and official layouts through key maps."""

import pytest
import torch
from torch import nn

from gan_models.core.store import CheckpointError, load_strictly
from gan_models.cyclegan.checkpoints import CHECKPOINTS, OURS
from gan_models.cyclegan.key_maps import UPIT_PARTS, discriminator_from, generator_from
from gan_models.cyclegan.networks import (
    InstanceNorm,
    PatchDiscriminator,
    ResNetGenerator,
    across,
    network_like,
    normalised,
)


def official_generator(width: int, blocks: int) -> nn.Sequential:
    """The published layers in the published order, built here from torch alone."""

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            c = 4 * width
            self.conv_block = nn.Sequential(
                nn.ReflectionPad2d(1), nn.Conv2d(c, c, 3), nn.InstanceNorm2d(c), nn.ReLU(),
                nn.ReflectionPad2d(1), nn.Conv2d(c, c, 3), nn.InstanceNorm2d(c),
            )  # fmt: skip

        def forward(self, x):
            return x + self.conv_block(x)

    w = width
    return nn.Sequential(
        nn.ReflectionPad2d(3), nn.Conv2d(3, w, 7), nn.InstanceNorm2d(w), nn.ReLU(),
        nn.Conv2d(w, 2 * w, 3, 2, 1), nn.InstanceNorm2d(2 * w), nn.ReLU(),
        nn.Conv2d(2 * w, 4 * w, 3, 2, 1), nn.InstanceNorm2d(4 * w), nn.ReLU(),
        *(Block() for _ in range(blocks)),
        nn.ConvTranspose2d(4 * w, 2 * w, 3, 2, 1, output_padding=1), nn.InstanceNorm2d(2 * w), nn.ReLU(),
        nn.ConvTranspose2d(2 * w, w, 3, 2, 1, output_padding=1), nn.InstanceNorm2d(w), nn.ReLU(),
        nn.ReflectionPad2d(3), nn.Conv2d(w, 3, 7), nn.Tanh(),
    )  # fmt: skip


def official_discriminator(width: int) -> nn.Sequential:
    w, slope = width, nn.LeakyReLU(0.2)
    return nn.Sequential(
        nn.Conv2d(3, w, 4, 2, 1), slope, nn.Conv2d(w, 2 * w, 4, 2, 1), nn.InstanceNorm2d(2 * w), slope,
        nn.Conv2d(2 * w, 4 * w, 4, 2, 1), nn.InstanceNorm2d(4 * w), slope,
        nn.Conv2d(4 * w, 8 * w, 4, 1, 1), nn.InstanceNorm2d(8 * w), slope, nn.Conv2d(8 * w, 1, 4, 1, 1),
    )  # fmt: skip


@pytest.mark.parametrize("prefix", ["", "model.", "module.model."])
@pytest.mark.parametrize("inner", ["conv_block.", "block."])
@pytest.mark.parametrize("blocks", [9, 6])
def test_official_generator_loads_strictly_and_paints_the_same(tmp_path, prefix, inner, blocks):
    torch.manual_seed(0)
    theirs = official_generator(2, blocks).eval()
    state = {prefix + k.replace("conv_block.", inner): v for k, v in theirs.state_dict().items()}
    torch.save(state, tmp_path / "latest_net_G.pth")
    mine = load_strictly(ResNetGenerator(2, blocks), tmp_path / "latest_net_G.pth", generator_from(blocks))
    picture = torch.rand(2, 3, 32, 40) * 2 - 1
    assert torch.allclose(mine(picture), theirs(picture), atol=1e-5)


def test_old_files_with_norm_statistics_and_dropout_load(tmp_path):
    """Files of 2017 kept running statistics, and counted a dropout between a block's convolutions."""
    state = {}
    for key, value in official_generator(2, 6).state_dict().items():
        state["model." + key.replace("conv_block.5", "conv_block.6")] = value
    state |= {"model.2.running_mean": torch.zeros(2), "model.2.num_batches_tracked": torch.tensor(1)}
    torch.save(state, tmp_path / "old.pth")
    load_strictly(ResNetGenerator(2, 6), tmp_path / "old.pth", generator_from(6))


def test_four_networks_in_one_file_are_told_apart(tmp_path):
    torch.manual_seed(0)
    theirs = {
        "G_A.": official_generator(2, 9), "G_B.": official_generator(2, 9),
        "D_A.": official_discriminator(2), "D_B.": official_discriminator(2),
    }  # fmt: skip
    path = tmp_path / "pytorch_model.bin"
    torch.save({part + k: v for part, network in theirs.items() for k, v in network.state_dict().items()}, path)
    picture = torch.rand(1, 3, 64, 64) * 2 - 1
    for part in ("G_A.", "G_B."):
        mine = load_strictly(ResNetGenerator(2, 9), path, generator_from(9, part, UPIT_PARTS))
        assert torch.allclose(mine(picture), theirs[part](picture), atol=1e-5)
    for part in ("D_A.", "D_B."):
        mine = load_strictly(PatchDiscriminator(2), path, discriminator_from(part, UPIT_PARTS))
        assert torch.allclose(mine(picture), theirs[part](picture), atol=1e-5)


@pytest.mark.parametrize("fault", ["extra", "missing", "blocks", "twice"])
def test_a_wrong_file_is_refused(tmp_path, fault):
    state = official_generator(2, 9).state_dict()
    if fault == "extra":
        state["27.weight"] = torch.zeros(1)
    if fault == "missing":
        del state["13.conv_block.5.bias"]
    if fault == "twice":
        state["13.conv_block.6.bias"] = state["13.conv_block.5.bias"]
    torch.save(dict(state), tmp_path / "g.pth")
    with pytest.raises(CheckpointError, match="does not fit"):
        blocks = 6 if fault == "blocks" else 9
        load_strictly(ResNetGenerator(2, blocks), tmp_path / "g.pth", generator_from(blocks))


def test_catalog_entries_build_what_their_files_hold():
    """Each foreign entry's map turns the names of a full-size official state into exactly the network's own."""
    entries = CHECKPOINTS
    assert {e.name for e in entries.values() if e.embedded} == {*OURS, "horse-or-zebra"}
    with torch.device("meta"):
        official = {"G": official_generator(64, 9).state_dict(), "D": official_discriminator(64).state_dict()}
    for entry in entries.values():
        with torch.device("meta"):
            network = entry.build()
        assert sum(p.numel() for p in network.parameters()) == entry.parameters
        if entry.embedded:
            continue
        part = "D" if "critic" in entry.name else "G"
        if entry.repo_id.startswith("tmabraham"):
            state = {f"{p}.{k}": v for p in ("G_A", "G_B", "D_A", "D_B") for k, v in official[p[0]].items()}
        else:
            state = {f"model.{k}": v for k, v in official[part].items()}
        mapped = {k: v.shape for k, v in entry.key_map(state).items()}
        assert mapped == {k: v.shape for k, v in network.state_dict().items()}
    assert {"horse-to-zebra-upit", "zebra-to-horse-upit", "horse-to-zebra-ziyobek"} <= set(entries)


def test_instance_norm_is_pytorchs_for_several_pictures():
    x = torch.randn(3, 5, 8, 6).contiguous(memory_format=torch.channels_last)
    for mine in (InstanceNorm()(x), normalised(x)):
        assert torch.allclose(mine, nn.InstanceNorm2d(5)(x), atol=1e-5)
        assert mine.is_contiguous(memory_format=torch.channels_last)


def test_across_is_a_1x1_convolution():
    conv, x = nn.Conv2d(4, 6, 1), torch.randn(2, 4, 5, 7)
    assert torch.allclose(across(conv, x), conv(x), atol=1e-5)


def test_light_form_begins_by_changing_nothing_and_keeps_what_its_mask_leaves_out():
    torch.manual_seed(0)
    generator = ResNetGenerator(4, 2, light=True)
    picture = torch.rand(2, 3, 32, 48) * 2 - 1
    made, mask = generator.propose(picture)
    assert mask.shape == (2, 1, 32, 48)
    assert (made - picture).abs().max() < 0.05
    generator.leave.weight.data.mul_(2000)
    generator.leave.bias.data[3] = -1e4
    assert torch.equal(generator.propose(picture)[0], picture)


@pytest.mark.parametrize("light", [True, False])
def test_strength_scales_the_difference(light):
    torch.manual_seed(0)
    generator = ResNetGenerator(4, 1, light=light).eval()
    generator.leave.weight.data.mul_(200 if light else 20)
    picture = (torch.rand(1, 3, 16, 16) * 2 - 1) * 0.2
    whole, half = generator(picture), generator(picture, 0.5)
    assert (whole - picture).abs().max() > 0.05
    assert torch.allclose(half - picture, (generator.propose(picture)[0] - picture) / 2, atol=1e-6)
    assert torch.equal(generator(picture, 0.0), picture)
    assert generator(picture, 50.0).abs().max() <= 1


def test_discriminator_classifiers_patches_of_70():
    discriminator = PatchDiscriminator(2).eval()
    discriminator.norm = nn.Identity()  # instance norm lets every pixel be felt everywhere
    picture = torch.zeros(1, 3, 128, 128, requires_grad=True)
    opinions = discriminator(picture)
    assert opinions.shape == (1, 1, 14, 14)
    opinions[0, 0, 7, 7].backward()
    seen = picture.grad[0].abs().sum(0).nonzero()
    assert (seen.max(0).values - seen.min(0).values + 1).tolist() == [70, 70]


@pytest.mark.parametrize("network", [ResNetGenerator(4, 3, True), ResNetGenerator(2, 6), PatchDiscriminator(4)])
def test_a_state_says_which_network_it_fills(network):
    network_like(network.state_dict()).load_state_dict(network.state_dict(), strict=True)
