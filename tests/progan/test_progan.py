"""Progressive GAN from the Hub: the published layout, every layer's sum spelt out, whole and smaller pictures."""

from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from gan_models.core.point import Point
from gan_models.core.store import CheckpointError, load_strictly
from gan_models.progan.checkpoints import CHECKPOINTS
from gan_models.progan.networks import Generator
from gan_models.progan.pipeline import PortraitSampler
from tests.published import layout, megabytes, shapes

KEYS = layout(Path(__file__).with_name("progan_keys.txt"))  # the state of genforce/sefa's PGGANGenerator(1024)
CPU = torch.device("cpu")


def small() -> Generator:
    return Generator(resolution=64, z_dim=24, most=32, budget=512)


@pytest.fixture(scope="module")
def network() -> Generator:
    torch.manual_seed(4)
    made = small()
    for name, value in made.named_parameters():
        if name.endswith("bias"):
            torch.nn.init.normal_(value, std=0.3)
    return made.eval()


def spelt_out(state: dict, z: torch.Tensor) -> torch.Tensor:
    """The published sums: normalise, enlarge, convolve by scaled weights, leak; of the layers to colours the last."""

    def normal(x):
        return x / (x.pow(2).mean(1, keepdim=True) + 1e-8).sqrt()

    def conv(x, name, padding, gain):
        w = state[f"{name}.weight"]
        return F.conv2d(x, w * (gain / w[0].numel()) ** 0.5, state[f"{name}.bias"], padding=padding)

    x = normal(z).view(*z.shape, 1, 1)
    for k in range(10):
        x = normal(x)
        if k and k % 2 == 0:
            x = x.repeat_interleave(2, 2).repeat_interleave(2, 3)
        x = F.leaky_relu(conv(x, f"layer{k}", 1 if k else 3, 2), 0.2)
    return conv(normal(x), "output4", 0, 1)


def test_the_published_names_and_shapes_are_ours():
    with torch.device("meta"):
        ours = Generator()
    assert shapes(KEYS) == shapes(ours.state_dict())
    assert megabytes(KEYS) == pytest.approx(92.3, abs=0.05)  # what the Hub's page says of the file
    assert sum(p.numel() for p in ours.parameters()) == CHECKPOINTS["faces-progan"].parameters


def test_pictures_are_what_the_authors_code_draws(network, tmp_path):
    torch.save(network.state_dict(), tmp_path / "pytorch_model.bin")
    loaded = load_strictly(small(), tmp_path / "pytorch_model.bin")
    z = torch.randn(3, 24)
    pictures = loaded(z)
    assert pictures.shape == (3, 3, 64, 64) and pictures.std() > 0.1
    assert torch.allclose(pictures, spelt_out(network.state_dict(), z), atol=1e-4)
    torch.save(network.state_dict() | {"layer10.weight": torch.ones(1)}, tmp_path / "pytorch_model.bin")
    with pytest.raises(CheckpointError, match="does not fit Generator"):
        load_strictly(small(), tmp_path / "pytorch_model.bin")


def test_a_smaller_picture_is_the_mean_of_the_whole_one(network):
    whole = PortraitSampler(network, CPU)
    tiny = whole.smaller(16)
    points = [Point(seed=1), Point(seed=2, amounts=(1.0, -2.0))]
    assert tiny.whole is whole
    assert torch.allclose(tiny.pictures(points), whole.draw(whole.locate(points), None).unflatten(3, (16, 4)).unflatten(
        2, (16, 4)).mean((3, 5)).clamp(-1, 1), atol=1e-5)  # fmt: skip
    assert [picture.size for picture in whole.sample([1, 2])] == [(64, 64)] * 2
    assert tiny.strip(Point(), 4, 3).shape == (3, 3, 16, 16)


def test_directions_are_what_the_first_layer_magnifies_most(network):
    directions = PortraitSampler(network, CPU).directions
    weight = network.layer0.weight.permute(0, 2, 3, 1).flatten(0, 2)
    strength = (weight @ directions.T).norm(dim=0)
    assert strength[0] == pytest.approx(torch.linalg.matrix_norm(weight, 2).item(), rel=1e-4)
    assert strength.tolist() == sorted(strength.tolist(), reverse=True)
    assert torch.allclose(directions @ directions.T, torch.eye(5), atol=1e-5)
