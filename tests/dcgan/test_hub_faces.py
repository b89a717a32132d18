"""Public face generators: their files from a Hub on 127.0.0.1, what is measured of them, and the cache of that."""

import dataclasses
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from gan_models.core import latents, store
from gan_models.core.point import Point
from gan_models.core.store import CheckpointError
from gan_models.dcgan import hub_pipeline as hub_pipeline
from gan_models.dcgan.hub_networks import TutorialGenerator
from gan_models.dcgan.hub_pipeline import third_party_sampler
from gan_models.registry import CHECKPOINTS
from tests.core.tiny_weights import used

PUBLIC = [("faces-dcgan-celeba", "main."), ("faces-huggan-dcgan", "model.")]
CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path) -> Path:
    """A home of its own for what is measured."""
    monkeypatch.delenv("HF_HOME", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    return tmp_path / "xdg" / "gan-atelier"


@pytest.fixture
def original() -> TutorialGenerator:
    """A generator of the tutorial's layout, narrow so that the test is fast."""
    torch.manual_seed(5)
    return used(TutorialGenerator(width=4), (0.01, 0.1))


def file_of(state: object, path: Path) -> bytes:
    torch.save(state, path)
    return path.read_bytes()


def published(network: nn.Module, prefix: str) -> dict:
    """The state of a network under its author's names."""
    return {prefix + key.removeprefix("main."): value for key, value in network.state_dict().items()}


def narrow(name: str):
    return dataclasses.replace(CHECKPOINTS[name], build=lambda: TutorialGenerator(width=4))


def fetch(hub, name: str, data: bytes, tmp_path: Path):
    entry = narrow(name)
    hub.add(entry.repo_id, {entry.file: data})
    return store.load_network(entry, endpoint=hub.url, cache_dir=tmp_path / "cache", deadline_s=10.0)


@pytest.mark.parametrize(("name", "prefix"), PUBLIC)
def test_public_file_loads_and_draws_what_the_saved_network_drew(hub, original, tmp_path, name, prefix):
    loaded, located = fetch(hub, name, file_of(published(original, prefix), tmp_path / "made"), tmp_path)
    assert (located.origin, located.path.name) == ("hub", CHECKPOINTS[name].file)
    z = torch.randn(6, 100)
    pictures = loaded(z)
    assert pictures.shape == (6, 3, 64, 64)
    assert pictures.std() > 0.05
    assert torch.equal(pictures, original(z).detach())
    assert not loaded.training


def test_layers_do_what_the_authors_code_says(original):
    """The same sum, spelt out: stride 1 without padding, then four times stride 2 with 1; norms; ReLU; tanh."""
    state = original.state_dict()
    z = torch.randn(3, 100)
    x = z.view(3, 100, 1, 1)
    for index in (0, 3, 6, 9):
        x = F.conv_transpose2d(x, state[f"main.{index}.weight"], stride=2 if index else 1, padding=1 if index else 0)
        mean, var, weight, bias = (
            state[f"main.{index + 1}.{n}"][:, None, None] for n in ("running_mean", "running_var", "weight", "bias")
        )
        x = ((x - mean) / (var + 1e-5).sqrt() * weight + bias).clamp_min(0)
    x = F.conv_transpose2d(x, state["main.12.weight"], stride=2, padding=1).tanh()
    assert torch.allclose(original(z), x, atol=1e-5)


@pytest.mark.parametrize(("name", "prefix"), PUBLIC)
def test_file_that_differs_in_one_tensor_is_refused_and_not_kept(hub, original, tmp_path, name, prefix):
    good = published(original, prefix)
    without = {key: value for key, value in good.items() if key != f"{prefix}9.weight"}
    for wrong, word in (
        (without, r"main\.9\.weight"),
        (good | {f"{prefix}0.bias": torch.zeros(32)}, r"main\.0\.bias"),
        (good | {f"{prefix}12.weight": torch.zeros(4, 1, 4, 4)}, r"main\.12\.weight"),
        ({f"net.{key}": value for key, value in good.items()}, "net"),
    ):
        with pytest.raises(CheckpointError, match=f"does not fit TutorialGenerator.*{word}"):
            fetch(hub, name, file_of(wrong, tmp_path / "made"), tmp_path)
        assert not list(tmp_path.glob("cache/models--*/blobs/*"))


def test_file_with_both_spellings_is_refused(hub, original, tmp_path):
    both = published(original, "model.") | original.state_dict()
    with pytest.raises(CheckpointError, match=r"Unexpected key.*model\.0\.weight"):
        fetch(hub, "faces-huggan-dcgan", file_of(both, tmp_path / "made"), tmp_path)


@pytest.mark.parametrize(("name", "prefix"), PUBLIC)
def test_training_state_in_place_of_a_generator_is_refused(hub, original, tmp_path, name, prefix):
    checkpoint = {"epoch": 3, "generator_state_dict": published(original, prefix)}
    with pytest.raises(CheckpointError, match="other than named tensors"):
        fetch(hub, name, file_of(checkpoint, tmp_path / "made"), tmp_path)


class Attack:
    """Unpickled carelessly, this creates a file."""

    def __init__(self, target: Path):
        self.target = target

    def __reduce__(self):
        return Path.touch, (self.target,)


@pytest.mark.parametrize(("name", "prefix"), PUBLIC)
def test_file_that_would_run_code_is_refused_and_does_not_run(hub, original, tmp_path, name, prefix):
    target = tmp_path / "the code ran"
    data = file_of(published(original, prefix) | {"main.0.weight": Attack(target)}, tmp_path / "made")
    with pytest.raises(CheckpointError, match="cannot be read as weights"):
        fetch(hub, name, data, tmp_path)
    assert not target.exists()
    torch.load(tmp_path / "made", weights_only=False)
    assert target.exists(), "the attack is harmless, so this test shows nothing"


@pytest.mark.parametrize(("name", "prefix"), PUBLIC)
def test_other_bytes_than_the_hub_announces_are_refused(hub, original, tmp_path, name, prefix):
    hub.faults[CHECKPOINTS[name].file] = "wrong"
    with pytest.raises(CheckpointError, match="not the file it should be"):
        fetch(hub, name, file_of(published(original, prefix), tmp_path / "made"), tmp_path)


def test_sampler_of_a_public_file_gives_the_same_pictures_and_paths(hub, original, tmp_path):
    data = file_of(published(original, "model."), tmp_path / "made")
    network, located = fetch(hub, "faces-huggan-dcgan", data, tmp_path)
    sampler = third_party_sampler(network, network.z_dim, CPU, located)
    expected = original(latents.seeded_noise([3, 4], 100)).detach()
    assert torch.allclose(sampler.pictures([Point(seed=3), Point(seed=4)]), expected, atol=1e-5)
    assert [p.size for p in sampler.sample([1, -1, 10**12])] == [(64, 64)] * 3
    assert sampler.strip(Point(), 4).shape == (25, 3, 64, 64)
    assert sampler.path(Point(seed=1), Point(seed=2), 5).shape == (5, 3, 64, 64)
    assert (sampler.located, sampler.device) == (located, CPU)
