"""What a step of training a pix2pix does, and what comes of whole runs on folders of pairs and of photographs."""

import pytest
import torch
from drawings import photo, sketch
from PIL import Image, ImageDraw
from safetensors.torch import load_file, save_file

from gan_models.core.squeezenet import SqueezeNetFeatures
from gan_models.data.paired_data import Pairs, colour_of, light_of, with_light
from gan_models.pix2pix import train
from gan_models.pix2pix.checkpoints import SUBJECTS
from gan_models.pix2pix.networks import MultiScaleDiscriminator
from gan_models.pix2pix.pipeline import open_run
from gan_models.training.loop import parse_run

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def features(tmp_path_factory) -> str:
    """An untrained SqueezeNet's file."""
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("features") / "squeezenet.safetensors"
    save_file(SqueezeNetFeatures().state_dict(), path)
    return str(path)


@pytest.fixture
def lesson(tmp_path, features):
    """Makes a tiny run whose pairs are a grey square each."""

    def made(*extra: str) -> train.Pix2Pix:
        options = [
            "--kind",
            "drawing",
            "--width",
            "4",
            "--levels",
            "3",
            "--lr",
            "0.01",
            "--device",
            "cpu",
            "--size",
            "64",
        ]
        run, args = parse_run(
            "", "", 1, train.options, [*options, "--features", features, "--out", str(tmp_path), *extra]
        )
        pictures = torch.full((6, 3, 64, 64), 191, dtype=torch.uint8)
        random = torch.Generator().manual_seed(1)
        inputs = torch.randint(256, (6, 2, 64, 64), generator=random).to(torch.uint8)
        pairs = Pairs("drawing", inputs, pictures, colour_of(pictures))
        return train.Pix2Pix(run, args, pairs, pairs)

    return made


def weights_of(network) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in network.parameters()])


def test_the_twin_learns_from_l1_alone(lesson):
    game = lesson("--adversarial", "0", "--perceptual", "0")
    assert game.discriminator is None
    said = [game.one_step(0.0) for _ in range(120)]
    assert set(said[0]) == {"L1"} and said[-1]["L1"] < 0.5 * said[0]["L1"]
    assert game.seen == {"steps": 120, "pictures": 720, "seconds": 0.0}
    assert list(game.weights()) == ["generator"]


def test_discriminators_look_first_and_then_both_learn(lesson):
    game = lesson()
    before = weights_of(game.generator), weights_of(game.discriminator)
    said = game.one_step(0.0)
    assert torch.equal(weights_of(game.generator), before[0])
    assert not torch.equal(weights_of(game.discriminator), before[1])
    for _ in range(train.LOOKING - 1):
        later = game.one_step(0.0)
    assert later["discriminator"] < said["discriminator"]
    assert torch.equal(weights_of(game.generator), before[0])
    game.one_step(0.0)
    assert not torch.equal(weights_of(game.generator), before[0])
    assert all(p.requires_grad for p in game.discriminator.parameters())


def test_what_ships_has_statistics_of_its_own_and_plain_weights(lesson):
    torch.manual_seed(0)
    game = lesson()
    for _ in range(train.LOOKING + 5):
        game.one_step(0.0)
    inputs, colours, real = game.batch()
    shipped = game.weights()
    assert set(shipped["discriminator"].state_dict()) == set(MultiScaleDiscriminator(1, 4).state_dict())
    game.discriminator.eval()
    for ours, theirs in zip(*(d(inputs, colours, real) for d in shipped.values() if d is not shipped["generator"]),
                            game.discriminator(inputs, colours, real), strict=True):  # fmt: skip
        assert torch.allclose(ours[-1], theirs[-1], atol=1e-4)
    norm = shipped["generator"].down[0].norm
    assert norm.num_batches_tracked == train.SETTLING
    seen = []
    shipped["generator"].down[0].conv.register_forward_hook(lambda layer, given, made: seen.append(made))
    for _ in range(2 * train.SETTLING):
        shipped["generator"](*game.batch()[:2])
    assert torch.allclose(norm.running_mean, torch.cat(seen).mean((0, 2, 3)), atol=0.1 * norm.running_var.sqrt().max())


def test_feature_matching_leaves_opinions_out():
    real = [[torch.zeros(1, 2, 4, 4), torch.zeros(1, 1, 4, 4)], [torch.zeros(1, 2, 2, 2), torch.zeros(1, 1, 2, 2)]]
    made = [[torch.full((1, 2, 4, 4), 3.0), torch.ones(1, 1, 4, 4)], [torch.ones(1, 2, 2, 2), torch.ones(1, 1, 2, 2)]]
    assert train.feature_matching(made, real) == 2.0


def test_the_rate_rises_stays_and_falls():
    assert train.rate(0, 0.0) == 0.01 and train.rate(500, 0.3) == 1.0
    assert train.rate(500, 0.75) == pytest.approx(0.52) and train.rate(500, 1.0) == pytest.approx(0.02)


def test_twin_then_gan_on_a_folder_of_pairs_and_the_result_opens(tmp_path, features, capsys):
    for index in range(12):
        page = Image.new("RGB", (128, 64), "white")
        draw = ImageDraw.Draw(page)
        draw.rectangle((10, 10 + index, 50, 50), outline="black")
        draw.rectangle((74, 10 + index, 114, 50), fill=(200, 10 * index, 60))
        page.save(tmp_path / f"{index:02}.png")
    twin, gan = tmp_path / "twin", tmp_path / "gan"
    common = [
        "--data", str(tmp_path), "--features", features, "--kind", "drawing", "--stored", "64", "--size", "64",
        "--window", "0.9", "1.2", "--width", "4", "--batch", "2", "--device", "cpu",
    ]  # fmt: skip
    train.main([*common, "--out", str(twin), "--steps", "2", "--adversarial", "0", "--perceptual", "0"])
    begun = load_file(twin / "generator.safetensors")
    train.main([*common, "--out", str(gan), "--steps", "2", "--init", str(twin / "generator.safetensors")])
    assert torch.equal(load_file(gan / "generator.safetensors")["leave.weight"], begun["leave.weight"])  # only looked
    state = str(gan / "pix2pix_state.safetensors")
    train.main([*common, "--out", str(gan), "--steps", "4", "--resume", state])
    said = capsys.readouterr().out
    assert "pix2pix: 4 steps, 8 pictures" in said and "test L1" in said
    assert list(gan.glob("pix2pix_*.png")) and not (twin / "discriminator.safetensors").exists()
    painter = open_run(gan, CPU, twin / "generator.safetensors", size=64)
    assert painter.translate(sketch()).size == (64, 64)
    assert painter.patch_map(sketch()).shape == (8, 8)


def test_colouring_learns_from_photographs_alone_and_keeps_their_light(tmp_path, features, capsys):
    for index in range(12):
        photo(80, 60).resize((80 + index, 60)).save(tmp_path / f"{index:02}.png")
    out = tmp_path / "out"
    train.main([
        "--data", str(tmp_path), "--features", features, "--kind", "grey", "--stored", "64", "--size", "64",
        "--window", "0.6", "1", "--width", "4", "--batch", "2", "--device", "cpu", "--out", str(out), "--steps", "2",
        "--levels", "3",
    ])  # fmt: skip
    assert "pix2pix: 2 steps, 4 pictures" in capsys.readouterr().out
    assert load_file(out / "generator.safetensors")["enter.weight"].shape == (4, 4 + 3, 3, 3)
    artist = open_run(out, CPU, size=64, subject=SUBJECTS["colour"])
    assert artist.colour(photo(80, 60)).convert("L").tobytes() == photo(80, 60).convert("L").tobytes()
    made, light = torch.rand(2, 3, 8, 8) * 2 - 1, torch.rand(2, 1, 8, 8)
    kept = with_light(made, light)
    assert torch.allclose(light_of(kept), light * 2 - 1, atol=1e-6)
    assert torch.allclose(kept[:, 0] - kept[:, 2], made[:, 0] - made[:, 2], atol=1e-6)


def test_a_size_that_cannot_be_halved_is_said(tmp_path):
    with pytest.raises(SystemExit, match="multiple of 32"):
        train.main(["--size", "100", "--device", "cpu", "--out", str(tmp_path)])
