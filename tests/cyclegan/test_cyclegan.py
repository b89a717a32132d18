"""CycleGAN's networks, official layouts through key maps, the game's losses, short runs of the script."""

from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import nn
from torchvision.models import squeezenet1_1

from gan_models.core.squeezenet import SqueezeNetFeatures
from gan_models.core.store import CheckpointError, load_strictly
from gan_models.cyclegan import animals, train
from gan_models.cyclegan import evaluate as metrics
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
from gan_models.cyclegan.trainer import CycleGANTrainer, Discriminators, discriminator_loss, falling, persuasion_loss
from tests.training.resuming import resumes_exactly


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


def test_losses_by_hand():
    class Says(nn.Module):
        def forward(self, pictures):
            return pictures[:, :1, :1, :1]

    discriminators = Discriminators(Says(), None, None)
    real, made, others = (torch.full((2, 3, 4, 4), v) for v in (1.0, 0.5, 0.2))
    expected = 0.8 * 0.5 * 0.25 + 0.2 * 0.5 * 0.04
    fakes = [(made, 0.8), (others[:1], 0.2)]  # however many there are of each
    assert discriminator_loss(discriminators, real, fakes, 0.0).item() == pytest.approx(expected)
    assert persuasion_loss(discriminators, made, 0.0).item() == pytest.approx(0.25)
    assert [falling(p) for p in (0.0, 0.5, 0.75, 1.0)] == [1.0, 1.0, 0.5, 0.02]


def test_structural_similarity():
    torch.manual_seed(0)
    a = torch.randint(0, 256, (2, 3, 24, 24)).double()
    assert torch.allclose(metrics.structural_similarity(a, a), torch.ones(2).double())
    assert metrics.structural_similarity(a, 255 - a).max() < -0.5
    low, high = torch.full((1, 1, 16, 16), 100.0), torch.full((1, 1, 16, 16), 120.0)
    c1 = (0.01 * 255) ** 2
    by_hand = (2 * 100 * 120 + c1) / (100**2 + 120**2 + c1)  # no variance: the luminance term alone
    assert metrics.structural_similarity(low, high).item() == pytest.approx(by_hand)


def test_an_unchanging_pair_comes_back_whole():
    pictures = torch.randint(0, 256, (3, 3, 32, 32), dtype=torch.uint8)
    again, gone = metrics.cycle_similarity(nn.Identity(), nn.Identity(), pictures, torch.device("cpu"))
    assert (again, gone) == (1.0, 1.0)


def write_pairs(folder: Path) -> None:
    """Two kinds that a tiny network can tell apart: red ones and blue ones."""
    for part in ("trainA", "trainB", "testA", "testB"):
        (folder / part).mkdir()
        for k in range(3):
            colour = (200 - 9 * k, 40, 40) if part.endswith("A") else (40, 40, 200 - 9 * k)
            Image.new("RGB", (48, 48), colour).save(folder / part / f"{k}.png")


OPTIONS = ("--names", "red", "blue", "--size", 32, "--batch", 2, "--width", 4, "--blocks", 1, "--discriminator-width",
           4, "--pool", 5)  # fmt: skip


@pytest.fixture
def options(tmp_path):
    """What a script is told: two kinds of pictures, small networks, a SqueezeNet that nobody trained."""
    write_pairs(tmp_path)
    weights = tmp_path / "squeezenet.safetensors"
    save_file({k: v for k, v in SqueezeNetFeatures().state_dict().items() if k.startswith("features")}, weights)
    return ("--data", tmp_path, "--features", weights, *OPTIONS)


def test_a_resumed_run_equals_an_unbroken_one(options, tmp_path):
    """With the pools of old translations, which fill in the second step."""
    assert resumes_exactly(train.main, tmp_path, "cyclegan", *options)
    assert "pool_b.4" in load_file(tmp_path / "broken" / "cyclegan_state.safetensors")


def test_the_script_trains_saves_goes_on_and_is_scored(options, tmp_path, capsys):
    out = tmp_path / "out"

    def run(*more):
        return train.main([*map(str, options), "--feature-weight", "0", "--out", str(out), "--device", "cpu", *more])

    run("--steps", "2", "--score-minutes", "1")
    names = {"red_to_blue", "blue_to_red", "red_critic", "blue_critic"}
    for folder in (out, out / "best"):
        assert names <= {p.stem for p in folder.iterdir()}
    assert load_file(out / "red_to_blue.safetensors")["enter.weight"].dtype == torch.float16
    assert (out / "cyclegan_000002.png").is_file()
    said = capsys.readouterr().out
    assert "red to blue: FD " in said and "blue to red: FD " in said and "diversity " in said
    begun = run("--steps", "1", "--init", str(out))
    assert begun.seen["pictures"] == 4
    for name in names:
        assert torch.isfinite(metrics.open_network(out / f"{name}.safetensors")(torch.zeros(1, 3, 32, 32))).all()


def test_the_script_learns_to_leave_what_is_no_animal_alone(options, tmp_path, monkeypatch):
    """With pictures of neither kind; SqueezeNet with a classifier, which here knows nothing either."""
    monkeypatch.setattr(animals, "SIDE", 128)
    (tmp_path / "train").mkdir()
    Image.new("RGB", (48, 48), "green").save(tmp_path / "train" / "0.png")
    save_file(squeezenet1_1(weights=None).state_dict(), tmp_path / "squeezenet.safetensors")
    told = [*map(str, options), "--negatives", str(tmp_path), "--out", str(tmp_path / "out"), "--device", "cpu"]
    trainer = train.main([*told, "--steps", "1", "--pale", "3"])
    assert [p.shape[1] for p in trainer.pictures] == [4, 4]
    assert sorted(trainer.draws[0].tolist()) == [1, 1, 3]
    said = trainer.step(0.5)
    assert {"leak", "coats"} <= set(said) and all(torch.isfinite(v) for v in said.values())


def test_where_the_animal_is_is_learned_from_what_the_classifier_is_sure_of(tmp_path):
    """Features and beliefs that a test can check: red cells are mammals, but half of them look so to no classifier."""
    save_file(squeezenet1_1(weights=None).state_dict(), tmp_path / "squeezenet.safetensors")
    finder = animals.AnimalFinder(tmp_path / "squeezenet.safetensors")

    def see(pictures):
        cells = torch.nn.functional.interpolate(pictures, size=(22, 22))
        belief = (cells[:, :1] > 0).float()
        belief[:, :, ::2] *= 0.4
        return torch.cat([cells, torch.zeros(len(cells), 765, 22, 22)], 1), belief

    finder.see = see
    kinds = torch.full((4, 3, 44, 44), 30, dtype=torch.uint8)
    kinds[:, 0, :, 22:] = 250
    finder.fit([kinds, kinds], torch.full_like(kinds, 30), rounds=100)
    marked = finder.mark(kinds)
    assert torch.equal(marked[:, :3], kinds)
    assert marked[:, 3, :, 26:].min() > 130 > 100 > marked[:, 3, :, :18].max()


def test_prices_of_a_change_by_hand():
    change, mask = torch.full((1, 3, 4, 4), -0.5), torch.full((1, 1, 4, 4), 0.2)
    outside = torch.zeros(1, 1, 4, 4)
    outside[..., :2] = 1
    assert animals.unrest(change, mask).item() == pytest.approx(0.52)
    assert animals.unrest(change, mask, outside).item() == pytest.approx(0.26)


def test_the_contrast_of_a_coat_is_that_of_the_animal_alone():
    stripes = torch.tensor([-0.5, 0.5]).repeat_interleave(3).repeat(10).expand(2, 3, 60, 60).clone()
    stripes[..., 30:] = 0.1
    left, right = torch.zeros(1, 1, 60, 60), torch.zeros(1, 1, 60, 60)
    left[..., :25], right[..., 35:] = 1, 1
    (bold, plain), says = animals.coat_contrast(stripes, torch.cat([left, right]))
    assert bold.item() == pytest.approx(0.5, abs=0.02) and plain.item() < 0.03
    assert says.tolist() == [1, 1] and animals.coat_contrast(stripes, torch.zeros(2, 1, 60, 60))[1].sum() == 0
    known = CycleGANTrainer.dull(1, stripes, left.expand(2, -1, -1, -1), 2 * stripes, left.expand(2, -1, -1, -1))
    assert known.item() == pytest.approx(0.95 * 1.0 - 0.5, abs=0.03)
    assert CycleGANTrainer.dull(0, stripes, left.expand(2, -1, -1, -1), 2 * stripes, left.expand(2, -1, -1, -1)) == 0


def test_rates_go_on_over_resumed_runs_and_older_states_are_understood(options, tmp_path):
    def run(*more):
        return train.main([*map(str, options), "--eyes", "0", "--out", str(tmp_path), "--device", "cpu", *more])

    run("--steps", "2")
    old = load_file(tmp_path / "cyclegan_state.safetensors")
    old = {k: v for k, v in old.items() if not k.startswith(("random.", "pool_"))}
    old |= {"done.steps": torch.tensor(90), "done.minutes": torch.tensor(30.0, dtype=torch.float64)}
    save_file(old, tmp_path / "old.safetensors")
    resumed = run("--minutes", "0.001", "--resume", str(tmp_path / "old.safetensors"))
    assert resumed.seen["steps"] > 90 and resumed.seen["seconds"] > 1800
    assert resumed.run.plan == pytest.approx(30.001)
    assert resumed.optimisers["optimise_t"].param_groups[0]["lr"] == pytest.approx(3e-4 * 0.02)
    planned = run("--minutes", "0.001", "--plan", "40", "--resume", str(tmp_path / "old.safetensors"))
    assert planned.optimisers["optimise_t"].param_groups[0]["lr"] == pytest.approx(3e-4 * 0.5, rel=1e-3)
