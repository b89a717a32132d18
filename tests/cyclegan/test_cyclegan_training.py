"""CycleGAN's losses, where the animal is, short runs of the script."""

from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import nn
from torchvision.models import squeezenet1_1

from gan_models.core.squeezenet import SqueezeNetFeatures
from gan_models.cyclegan import animals, train
from gan_models.cyclegan import evaluate as metrics
from gan_models.cyclegan.discriminators import Discriminators, discriminator_loss, persuasion_loss
from gan_models.cyclegan.trainer import falling
from tests.training.resuming import resumes_exactly


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
    again, gone = metrics.cycle_similarity(nn.Identity(), pictures, pictures, torch.device("cpu"))
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
    """With the pools of old translations, which fill in the second step, and the features of what was seen."""
    assert resumes_exactly(train.main, tmp_path, "cyclegan", *options, "--match", "1")
    kept = load_file(tmp_path / "broken" / "cyclegan_state.safetensors")
    assert "pool_b.4" in kept and kept["matching_b.real"].shape[1] == 512


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


def test_one_way_is_trained_while_the_other_stays(options, tmp_path):
    """All that is told apart from it: the translator back, and its discriminator, keep every number."""
    out = tmp_path / "out"
    told = [*map(str, options), "--out", str(out), "--device", "cpu", "--only", "blue", "--match", "2"]
    trainer = train.main([*told, "--steps", "1"])
    before = {name: load_file(out / f"{name}.safetensors") for name in trainer.files}
    trainer.matchings[1].fewest = 2
    said = trainer.step(0.5)
    assert all(torch.isfinite(v) for v in said.values()) and trainer.matchings[0].kept == {}
    after = {
        name: network.state_dict()
        for name, network in zip(trainer.files, trainer.translators + trainer.patches, strict=True)
    }
    changed = {n for n in before if any(not torch.equal(before[n][k], v.half()) for k, v in after[n].items())}
    assert changed == {"red_to_blue", "blue_critic"}
    with pytest.raises(SystemExit, match="--only green: it is one of --names, red or blue"):
        train.main([*told, "--only", "green"])


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
    where, bolder = left.expand(2, -1, -1, -1), 2 * stripes
    assert animals.coat_price(True, stripes, where, bolder, where).item() == pytest.approx(0.95 * 1.0 - 0.5, abs=0.03)
    assert animals.coat_price(True, bolder, where, stripes, where).item() == pytest.approx(1 - 1.05 * 0.5, abs=0.03)
    assert animals.coat_price(False, stripes, where, bolder, where) == 0
    green = bolder + torch.tensor([-0.2, 0.2, 0.0]).view(1, 3, 1, 1)
    tint = 2 * (0.4 - 0.03 + 0.2 - 0.03)  # redder than green, and greener than blue
    assert animals.coat_price(True, green, where, bolder, where, 2.0).item() == pytest.approx(tint, abs=0.02)


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
