"""Training the style-based GAN: both acts on a few pictures, going on, and growing to twice the size."""

import json
import zipfile
from io import BytesIO

import pytest
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import load_file, save_file

from gan_models.core.errors import CheckpointError
from gan_models.core.squeezenet import SqueezeNetFeatures
from gan_models.stylegan.growing import grow
from gan_models.stylegan.networks import StyleGANDiscriminator, StyleGANGenerator
from gan_models.stylegan.train import main
from gan_models.training import trainer
from gan_models.training.feature_discriminator import WholeDiscriminator
from gan_models.training.loop import load_state
from tests.training.resuming import resumes_exactly


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Six portraits of one colour each, and a SqueezeNet that nobody trained."""
    folder = tmp_path_factory.mktemp("data")
    with zipfile.ZipFile(folder / "faces128.zip", "w") as archive:
        for k in range(6):
            raw = BytesIO()
            Image.new("RGB", (128, 128), (40 * k, 128, 255 - 40 * k)).save(raw, "WEBP")
            archive.writestr(f"train/{k}.webp", raw.getvalue())
    torch.manual_seed(0)
    save_file(SqueezeNetFeatures().features.state_dict(prefix="features."), folder / "squeezenet.safetensors")
    return folder


@pytest.fixture
def train(data, tmp_path, monkeypatch):
    monkeypatch.setattr(trainer, "SHOWN", 4)

    def run(*options):
        main(["--data", str(data), "--features", str(data / "squeezenet.safetensors"), "--out", str(tmp_path),
              "--device", "cpu", "--size", "32", "--batch", "4", *map(str, options)])  # fmt: skip
        return load_file(tmp_path / "stylegan_state.safetensors"), load_state(
            tmp_path / "stylegan_state.safetensors", {}, {}
        )[0]

    return run


@pytest.mark.slow
def test_two_acts_and_going_on(train, tmp_path, capsys):
    state, numbers = train("--steps", 2, "--first-act", 60)
    assert (numbers["played"], numbers["pictures"], numbers["size"]) == (0, 8, 32)
    assert any(k.startswith("optimise_a") for k in state) and not any(k.startswith("optimise_d") for k in state)
    resume = ("--resume", tmp_path / "stylegan_state.safetensors")
    state, numbers = train("--steps", 4, "--first-act", 0, *resume)
    assert (numbers["played"], numbers["steps"], numbers["pictures"]) == (2, 4, 16)
    assert state["generator.mean_w"].abs().max() > 0
    said = capsys.readouterr().out
    assert "pixels " in said and "diversity " in said and "generator " in said
    straight, _ = train("--steps", 6, *resume)
    train("--steps", 6, "--save-steps", 1, *resume)  # goes on from the sixth: nothing to do
    _, numbers = train("--steps", 6, "--first-act", 60, *resume)
    assert numbers["played"] == 4, "the first act does not come back"
    weights = {p.stem for p in tmp_path.glob("stylegan_*.safetensors")} - {"stylegan_state"}
    assert weights == {"stylegan_generator", "stylegan_discriminator", "stylegan_encoder"}
    begun, numbers = train("--steps", 1, "--resume", tmp_path)  # weights that shipped: straight into the game
    assert numbers["played"] == 1
    assert torch.allclose(begun["pixels.score.2.weight"], straight["pixels.score.2.weight"], atol=2e-3)


def test_a_state_with_its_numbers_beside_it(train, tmp_path):
    """As it was before states had numbers in their header: pictures, seconds, and nothing of chance."""
    state, _ = train("--steps", 1, "--first-act", 0)
    old = {k: v for k, v in state.items() if not k.startswith(("random.", "optimise_a."))}
    save_file(old, tmp_path / "old.safetensors")
    (tmp_path / "old.json").write_text(json.dumps({"pictures": 400, "played": 30, "seconds": 9.5, "size": 32}))
    _, numbers = train("--steps", 101, "--leave-out", 0.2, "--resume", tmp_path / "old.safetensors")
    assert (numbers["steps"], numbers["pictures"], numbers["played"]) == (101, 404, 31)
    assert numbers["began"] == 400 and numbers["seconds"] > 9.5


def test_what_stands_where_is_learnt_and_introduced_to_a_game_that_did_not_know_it(train, tmp_path):
    torch.manual_seed(0)
    maps, whole = [torch.rand(8, c, s, s) for c, s in ((128, 15), (256, 15), (512, 7))], WholeDiscriminator().eval()
    assert whole(maps).shape == (8,) and not torch.allclose(whole(maps), whole([m.flip(3) for m in maps]), atol=1e-4)

    state, _ = train("--steps", 1, "--first-act", 0)
    save_file({k: v for k, v in state.items() if not k.startswith(("whole.", "optimise_w.", "random."))},
              tmp_path / "older.safetensors")  # fmt: skip
    (tmp_path / "older.json").write_text(json.dumps({"pictures": 4, "played": 1, "steps": 1, "seconds": 1, "size": 32}))
    later, numbers = train("--steps", 3, "--introduce", 2, "--resume", tmp_path / "older.safetensors")
    assert (numbers["introduced"], numbers["played"]) == (2, 1)
    assert torch.equal(later["generator.synthesis.start.weight"], state["generator.synthesis.start.weight"])
    assert later["optimise_w.0.step"] == 2


def test_grown_networks_begin_as_if_nothing_were_new():
    torch.manual_seed(0)
    small, large = StyleGANGenerator(32), StyleGANGenerator(64)
    grow(large, small.state_dict())
    z = torch.randn(2, 128)
    with torch.no_grad():
        expected = F.interpolate(small(z), scale_factor=2, mode="bilinear", align_corners=False)
        assert torch.allclose(large(z) - large.synthesis.to_rgb[-1].bias.mean(), expected, atol=1e-4)
    discriminator = StyleGANDiscriminator(64)
    grow(discriminator, StyleGANDiscriminator(32).state_dict())
    assert discriminator.down["32"].weight.abs().max() == 0 < discriminator.down["16"].weight.abs().max()
    with pytest.raises(RuntimeError):
        grow(small, large.state_dict())


@pytest.mark.slow
def test_a_run_grows_to_twice_the_size_and_no_further(train, tmp_path):
    small, _ = train("--steps", 1, "--first-act", 0)
    resume = ("--resume", tmp_path / "stylegan_state.safetensors")
    with pytest.raises(CheckpointError, match="is of size 32"):
        train("--steps", 2, "--size", 128, *resume)
    large, numbers = train("--steps", 1, "--size", 64, *resume)
    assert (numbers["size"], numbers["began"], numbers["pictures"]) == (64, 4, 4)
    assert torch.equal(large["average.synthesis.start.weight"], small["average.synthesis.start.weight"])
    large, numbers = train("--steps", 2, "--size", 64, *resume)
    assert numbers["pictures"] == 8 and numbers["began"] == 4


@pytest.mark.parametrize("minutes", [0, 60], ids=["game", "autoencoder"])
def test_a_resumed_run_equals_an_unbroken_one(data, tmp_path, minutes):
    options = ("--data", data, "--features", data / "squeezenet.safetensors", "--size", 32, "--batch", 4)
    assert resumes_exactly(main, tmp_path, "stylegan", *options, "--first-act", minutes)
