"""Directions of foreign faces: measured once, kept, and measured anew where what is kept will not do."""

import resource
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from gan_models.core.errors import BadRequest
from gan_models.core.point import Point
from gan_models.core.store import Located
from gan_models.dcgan import hub_pipeline as hub_pipeline
from gan_models.dcgan.attributes import ATTRIBUTES, CATEGORIES
from gan_models.dcgan.hub_pipeline import SAMPLES, cache_folder, third_party_sampler

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path) -> Path:
    """A home of its own for what is measured."""
    for name in ("SPACE_ID", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    return tmp_path / "xdg" / "gan-atelier"


MALE, BEARD = ATTRIBUTES.index("male"), ATTRIBUTES.index("beard")
SCALES = torch.tensor([1, 1, 1, 1, 1, 1, 1.5, 1.5]) / 6


class Blocks(nn.Module):
    """A generator one can compute by hand: entry k of z is the grey of band k; the strongest two mean nothing."""

    z_dim = 8
    calls = 0

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        type(self).calls += 1
        return (z * SCALES).clamp(-1, 1).repeat_interleave(8, 1)[:, None, :, None].expand(-1, 3, 64, 64)


def reads_blocks(faces: torch.Tensor) -> torch.Tensor:
    """The classifier to match: attribute k is band k, and a beard comes more easily to men."""
    bands = faces.mean((1, 3)).unflatten(1, (8, 8)).mean(2) * 6
    seen = 3 * bands[:, :6]
    seen[:, BEARD] += 2 * bands[:, MALE]
    return seen.sigmoid()


@pytest.fixture
def weights(tmp_path) -> Located:
    (tmp_path / "weights.pth").write_bytes(b"the weights")
    return Located(tmp_path / "weights.pth", "hub")


def sampler_of(weights: Located | None, classifier: Callable | None = reads_blocks, key: str = "judge-1"):
    Blocks.calls = 0
    return third_party_sampler(Blocks(), 8, CPU, weights, classifier, key)


def test_each_attribute_gets_the_direction_that_moves_it(weights):
    sampler = sampler_of(weights)
    found = sampler.directions
    assert torch.allclose(found.norm(dim=1), torch.ones(8))
    straight = [k for k in range(5) if k != MALE]
    assert found[straight, straight].min() > 0.99  # its own entry of z alone: a beard without becoming a man
    assert torch.allclose(found[MALE, [MALE, BEARD]], F.normalize(torch.tensor([3.0, -2.0]), dim=0), atol=0.05)
    assert found[5, 5] < -0.99  # towards age, not youth
    for slider in range(6):
        faces = sampler.pictures([Point(seed=s, amounts=(0.0,) * slider + (a,)) for a in (-2, 2) for s in range(40)])
        before, after = sampler.attributes(faces).logit(eps=1e-4).unflatten(0, (2, 40)).mean(1)
        moved = (after - before) * torch.tensor([1, 1, 1, 1, 1, -1])
        assert int(moved.abs().argmax()) == slider
        assert moved[slider] > 3 * moved[[k for k in range(6) if k != slider]].abs().max()


def test_directions_without_a_name_are_what_the_attributes_leave(weights):
    named, rest = sampler_of(weights).directions.split(6)
    assert rest.shape == (2, 8)  # of ten, but there are only eight numbers
    assert torch.allclose(rest @ torch.cat([named, rest]).T, torch.eye(8)[6:], atol=1e-5)
    assert rest[:, 6:].square().sum(1).min() > 0.95
    largest = rest.gather(1, rest.abs().argmax(1)[:, None])
    assert bool((largest > 0).all())


def test_galleries_hold_seeds_whose_faces_are_of_their_kind(weights):
    sampler = sampler_of(weights)
    assert list(sampler.galleries) == list(CATEGORIES)
    for name in ("smiling-women", "neutral-women", "neutral-men", "men-with-glasses", "bearded-men"):
        seeds = sampler.galleries[name]
        assert len(seeds) == len(set(seeds)) == 24
        read = reads_blocks(sampler.pictures([Point(seed=s) for s in seeds]))
        for attribute, bound in CATEGORIES[name].at_least.items():
            assert read[:, ATTRIBUTES.index(attribute)].min() >= bound - 1e-3
        for attribute, bound in CATEGORIES[name].at_most.items():
            assert read[:, ATTRIBUTES.index(attribute)].max() <= bound + 1e-3


def test_without_a_classifier_nobody_says_what_faces_show(weights):
    sampler = sampler_of(weights, None)
    assert sampler.galleries == {}
    with pytest.raises(BadRequest, match="no classifier for this model"):
        sampler.attributes(torch.zeros(1, 3, 64, 64))
    assert Blocks.calls == 0


def test_without_a_classifier_the_directions_are_those_that_change_most(weights):
    found = sampler_of(weights, None).directions
    assert found.shape == (5, 8)
    assert torch.allclose(found @ found.T, torch.eye(5), atol=1e-5)
    assert found[:2, 6:].square().sum(1).min() > 0.9  # the two brightest bands


# The cache


@pytest.mark.parametrize("classifier", [reads_blocks, None], ids=["judged", "unjudged"])
def test_second_start_measures_nothing_and_says_the_same(weights, own_cache, classifier):
    first = sampler_of(weights, classifier)
    directions = first.directions
    assert Blocks.calls >= 10
    assert len(list(own_cache.iterdir())) == 1
    second = sampler_of(weights, classifier)
    assert torch.equal(second.directions, directions)
    assert torch.equal(second.measured.probabilities, first.measured.probabilities)
    assert Blocks.calls == 0
    if classifier:
        assert second.galleries == first.galleries


def test_nothing_is_measured_before_it_is_asked_for(weights, own_cache):
    sampler = sampler_of(weights)
    sampler.pictures([Point()])
    assert Blocks.calls == 1
    assert not own_cache.exists()


def test_other_weights_another_classifier_and_other_code_are_measured_anew(weights, own_cache, monkeypatch):
    sampler_of(weights).directions  # noqa: B018
    for files, change in enumerate(("classifier", "no classifier", "code", "weights"), 2):
        if change == "code":
            monkeypatch.setattr(hub_pipeline, "VERSION", hub_pipeline.VERSION + 1)
        if change == "weights":
            weights.path.write_bytes(b"other weights")
        sampler = sampler_of(weights, None if change == "no classifier" else reads_blocks, "judge-2")
        assert sampler.directions is not None
        assert Blocks.calls > 0, change
        assert len(list(own_cache.iterdir())) == files, change


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def flipped(data: bytes) -> bytes:
    return data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]


def other_tensors(data: bytes) -> bytes:
    from safetensors.torch import save

    return save({"directions": torch.tensor(1.0), "probabilities": torch.zeros(SAMPLES, 6)}, {"sha256": "0" * 64})


@pytest.mark.parametrize("damage", [cut, flipped, other_tensors, lambda data: b"", lambda data: b"no\xffsense" * 40])
def test_damaged_cache_is_measured_anew_and_mended(weights, own_cache, damage):
    directions = sampler_of(weights).directions
    (path,) = own_cache.iterdir()
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert torch.equal(sampler_of(weights).directions, directions)
    assert Blocks.calls > 0
    assert path.read_bytes() == whole


def test_cache_of_another_shape_of_noise_is_not_taken(weights, own_cache):
    directions = sampler_of(weights).directions
    (path,) = own_cache.iterdir()
    assert torch.equal(hub_pipeline.recall(path, 8, True).directions, directions)
    assert hub_pipeline.recall(path, 9, True) is None
    assert hub_pipeline.recall(path, 8, False) is None


def test_a_file_where_the_folder_should_be_is_no_reason_to_stop(weights, own_cache):
    own_cache.parent.mkdir()
    own_cache.write_text("in the way")
    assert sampler_of(weights).directions.shape == (8, 8)
    assert own_cache.read_text() == "in the way"


def test_a_folder_where_the_file_should_be_is_no_reason_to_stop(weights, own_cache):
    sampler_of(weights).directions  # noqa: B018
    (path,) = own_cache.iterdir()
    path.unlink()
    path.mkdir()
    assert sampler_of(weights).directions.shape == (8, 8)
    assert list(own_cache.iterdir()) == [path]


def test_a_full_disk_is_no_reason_to_stop_and_leaves_no_half_file(weights, own_cache):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))  # files of this process end after 1,000 bytes
    try:
        sampler = sampler_of(weights)
        assert sampler.directions.shape == (8, 8)
        assert sampler.galleries["men"]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(own_cache.iterdir()) == []


def test_without_a_weights_file_nothing_is_written(own_cache):
    assert sampler_of(None).directions.shape == (8, 8)
    assert not own_cache.exists()


def test_cache_folder_follows_the_hub_then_the_desktop_then_the_home(monkeypatch, tmp_path):
    assert cache_folder() == tmp_path / "xdg" / "gan-atelier"
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    assert cache_folder() == tmp_path / "hf" / "gan-atelier"
    monkeypatch.delenv("HF_HOME")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "gan-atelier"
