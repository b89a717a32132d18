"""Ten things: the networks, a step with attention and without, the loader, and what ships."""

import io
import zipfile

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from gan_models import load
from gan_models.biggan import train
from gan_models.biggan.networks import ThingDiscriminator, ThingGenerator
from gan_models.biggan.pipeline import read_mixture, read_thing
from gan_models.classifiers import train_things
from gan_models.core.errors import BadRequest
from gan_models.core.point import Point
from gan_models.core.squeezenet import SqueezeNetFeatures
from gan_models.data.thing_names import THINGS
from gan_models.data.things import load_things
from gan_models.training.loop import parse_run
from tests.training.steps import moved_by_steps

SMALL = (16, 16, 16, 8)


# --- data -------------------------------------------------------------------------------------------------------


def test_things_are_read_with_their_classes(tmp_path):
    pictures, rows, stored = [(200, 30, 40), (20, 40, 210)], ["label,offset,length,file"], b""
    for label, colour in zip((3, 9), pictures, strict=True):
        page = io.BytesIO()
        Image.new("RGB", (32, 32), colour).save(page, "JPEG")
        rows.append(f"{label},{len(stored)},{len(page.getvalue())},x/{label}.jpg")
        stored += page.getvalue()
    with zipfile.ZipFile(tmp_path / "cifar10.zip", "w") as files:
        files.writestr("train/images.bin", stored)
        files.writestr("train/index.csv", "\n".join(rows))
    pages, classes = load_things(tmp_path, "train")
    assert (pages.shape, pages.dtype, classes.tolist()) == ((2, 3, 32, 32), torch.uint8, [3, 9])
    assert all(
        np.allclose(page.float().mean((1, 2)), colour, atol=3) for page, colour in zip(pages, pictures, strict=True)
    )
    with pytest.raises(FileNotFoundError, match="elsewhere is missing: give --data"):
        load_things(tmp_path / "elsewhere", "train")


# --- networks ---------------------------------------------------------------------------------------------------


def test_shapes_and_ranges():
    torch.manual_seed(0)
    generator, classes = ThingGenerator(SMALL), torch.tensor([1, 7])
    z = torch.randn(2, generator.z_dim)
    pictures = generator(z, classes)
    assert pictures.shape == (2, 3, 32, 32) and pictures.abs().max() <= 1
    looks = generator.looks(z, classes)
    assert looks.shape == (2, 256, 16, 16) and torch.allclose(looks.sum((2, 3)), torch.ones(2, 256), atol=1e-5)
    assert ThingDiscriminator((8, 8, 8))(pictures, classes).shape == (2,)
    twin = ThingGenerator(SMALL, attention=False)
    assert twin(z, classes).shape == (2, 3, 32, 32)
    assert {k for k in generator.state_dict() if k not in twin.state_dict()} == {
        f"attention.{part}" for part in ("share", "query.weight", "key.weight", "value.weight", "out.weight")
    }


def test_a_class_is_a_mixture_of_itself_alone():
    torch.manual_seed(0)
    generator = ThingGenerator(SMALL).eval()
    z = torch.randn(1, generator.z_dim)
    pure = torch.nn.functional.one_hot(torch.tensor([4]), 10).float()
    assert torch.allclose(generator(z, torch.tensor([4])), generator(z, pure), atol=1e-5)
    assert not torch.allclose(generator(z, torch.tensor([5])), generator(z, pure), atol=1e-3)


def test_attention_begins_by_looking_at_its_like_and_carries_what_it_finds_there():
    torch.manual_seed(0)
    generator = ThingGenerator(SMALL)
    attention, kinds = generator.attention, torch.randn(2, 16)
    x = kinds[(torch.arange(256) >= 128).long()].T.reshape(1, 16, 16, 16).contiguous()  # sky above, ground below
    looks = attention.looks(x)[0]
    assert looks[:128, :128].sum(1).min() > 0.99 and looks[128:, 128:].sum(1).min() > 0.99
    other = x.clone()
    other[:, :, 0, 0] *= 1.2
    moved = (attention(other) - attention(x)).abs().amax(1)[0]
    assert moved[:8].min() > 10 * moved[8:].max()


# --- training ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def squeezenet(tmp_path_factory):
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("biggan") / "squeezenet.safetensors"
    save_file(SqueezeNetFeatures().state_dict(), path)
    return path


def colours(count: int = 20) -> tuple[torch.Tensor, torch.Tensor]:
    """Plain squares whose brightness tells their class."""
    classes = torch.arange(count) % 10
    return (25 * classes).byte()[:, None, None, None].expand(-1, 3, 32, 32).contiguous(), classes


@pytest.mark.parametrize("extra", [[], ["--no-attention"]], ids=["attention", "twin"])
def test_a_step_moves_generator_and_opponents_and_nothing_else(squeezenet, tmp_path, extra):
    common = ["--features", str(squeezenet), "--out", str(tmp_path), "--device", "cpu", "--batch", "4", *extra]
    game = train.BigGANTrainer(*parse_run("", "", 1, train.options, common), *colours())
    networks = [*game.networks.values(), game.extractor]
    moved = moved_by_steps(game, networks, 2)
    assert moved == [True, True, True, False]
    assert game.samples(3).shape == (3, 3, 32, 32) and game.sheet()[0].shape == (100, 3, 32, 32)
    assert bool(game.generator.attention) == (not extra)


def test_a_real_picture_under_another_class_counts_as_fake():
    real, fake = torch.tensor([2.0]), torch.tensor([-2.0])
    assert train.judged(real, fake, torch.tensor([-3.0])) == 0
    assert train.judged(real, fake, torch.tensor([1.0])) == pytest.approx(1.0)


def test_norms_are_measured_anew_for_what_ships():
    torch.manual_seed(0)
    norm = torch.nn.BatchNorm2d(2)
    batches = [(torch.randn(8, 2, 4, 4) + mean,) for mean in (1.0, 3.0)]
    train.settle(norm, batches)
    assert torch.allclose(norm.running_mean, torch.full((2,), 2.0), atol=0.3)
    assert not norm.training and norm.momentum == 0.1


def test_the_classifier_learns_to_tell_classes_apart(tmp_path):
    run = parse_run("", "", 1, train_things.options, ["--out", str(tmp_path), "--device", "cpu", "--batch", "20"])
    game = train_things.ThingClassifierTrainer(*run, colours(), colours())
    game.rates = lambda progress: {"optimise": 3e-3}
    losses = [float(game.one_step(0.0)["loss"].detach()) for _ in range(30)]
    assert losses[-1] < 0.7 * losses[0]


# --- what ships -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def painter():
    return load("biggan", "cpu", "embedded")


def test_same_class_and_seed_same_picture_another_seed_another(painter):
    first, again = (painter.sample([3], label=label)[0] for label in ("horse", 7))
    assert first.size == (32, 32) and first.mode == "RGB" and first.tobytes() == again.tobytes()
    assert first.tobytes() == painter.sample([3], label={"Horse": 5})[0].tobytes()
    assert len({picture.tobytes() for picture in painter.sample([3, 4], label="ship")} | {first.tobytes()}) == 3


def test_the_asked_thing_is_read_by_a_classifier_that_saw_real_ones_only(painter):
    right = [
        reading.things[0][0] == name
        for name in THINGS
        for reading in painter.read(painter.sample(list(range(8)), label=name))
    ]
    assert sum(right) / len(right) > 0.4  # chance is 0.1


def test_a_mixture_lies_between_its_things(painter):
    cat, half, dog = (
        np.asarray(painter.sample([5], label=label)[0], float)
        for label in ("cat", {"cat": 1, "dog": 1}, {"dog": 1, "cat": 0})
    )
    apart = np.abs(cat - dog).mean()
    assert 0 < np.abs(half - cat).mean() < 1.2 * apart and 0 < np.abs(half - dog).mean() < 1.2 * apart
    blended = (painter.pictures([Point(5, 3, blend=(5, 0.5))])[0].permute(1, 2, 0) + 1) * 127.5
    assert np.allclose(np.asarray(painter.sample([5], label={3: 0.5, 5: 0.5})[0], float), blended, atol=1)


def test_where_a_pixel_looked_is_one_of_the_maps_of_the_picture(painter):
    maps = painter.looks([Point(5, 3)])
    assert maps.shape == (1, 256, 16, 16)
    found = painter.attention(5, "cat", at=(0.99, 0.0))
    assert found.dtype == np.float32 and found.sum() == pytest.approx(1, abs=1e-4)
    assert np.allclose(found, maps[0, 15], atol=1e-5)
    assert maps[0].std(0).mean() > 1e-5, "different places look at different places"


@pytest.mark.parametrize("label", ["dragon", 10, -1, 1.5, None, {}, {"cat": 0}, {"cat": "x"}, {"dragon": 1}])
def test_what_is_no_thing_is_refused_in_words(label):
    with pytest.raises(BadRequest):
        read_mixture(label)


def test_things_have_names_and_numbers():
    assert [read_thing(name) for name in THINGS] == list(range(10)) == [read_thing(str(k)) for k in range(10)]
    assert read_mixture({"cat": 1, "dog": 3})[[3, 5]].tolist() == [0.25, 0.75]
