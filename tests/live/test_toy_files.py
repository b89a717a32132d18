"""Toys that a visitor brings back: which open, which are refused, and why."""

import math

import pytest
import safetensors.torch
import torch

from gan_models.core import latents
from gan_models.core.errors import BadRequest
from gan_models.core.point import Point
from gan_models.live.networks import ClassicGenerator, SmallDCGenerator
from gan_models.live.recipes import RECIPES
from gan_models.live.toy_files import MAX_TOY_BYTES, open_toy


@pytest.fixture(name="toy_bytes")
def small_toy() -> bytes:
    torch.manual_seed(1)
    state = SmallDCGenerator().state_dict()
    return safetensors.torch.save(state, {"recipe": "dcgan", "seed": "1", "steps": "0"})


def test_every_recipe_of_the_live_tab_opens():
    for name, recipe in RECIPES.items():
        network = recipe.generator().eval()
        toy = open_toy(safetensors.torch.save(network.state_dict(), {"recipe": name}))
        z = latents.seeded_noise([1, 2], toy.z_dim)
        weights = torch.eye(10)[[4, 4]] if toy.classes else None
        with torch.no_grad():
            torch.testing.assert_close(toy.render(z, weights), network(z, torch.tensor([4, 4])).clamp(-1, 1))


def test_toy_has_five_sliders_that_move_it(toy_bytes):
    toy = open_toy(toy_bytes)
    assert toy.directions.shape == (5, 32)
    assert toy.about == {"recipe": "dcgan", "data": "digits", "seed": "1", "steps": "0"} and toy.ink
    frames = toy.strip(Point(label=2), 0)
    assert (frames[0] - frames[-1]).abs().max() > 0.01


def changed(data: bytes, **about: str) -> bytes:
    return safetensors.torch.save(safetensors.torch.load(data), about or None)


def test_what_is_no_toy_is_refused_with_a_reason(toy_bytes, tmp_path):
    torch.save(SmallDCGenerator().state_dict(), tmp_path / "toy.pth")
    cases = {
        b"": "not a safetensors", b"hello, this is text": "not a safetensors",
        (tmp_path / "toy.pth").read_bytes(): "can run code", b"\x80\x02cos\nsystem\n": "can run code",
        changed(toy_bytes): "does not say", changed(toy_bytes, recipe="gpt"): "does not say",
        changed(toy_bytes, recipe="classic"): "do not fit", toy_bytes[:-100]: "do not fit",
        b"\xff" * 64: "not a safetensors", bytes(MAX_TOY_BYTES + 1): "larger than 16 MB",
    }  # fmt: skip
    for data, reason in cases.items():
        with pytest.raises(BadRequest, match=reason):
            open_toy(data)


def test_toy_with_weights_that_are_no_numbers(toy_bytes):
    state = safetensors.torch.load(toy_bytes)
    state["to_ink.bias"][0] = math.nan
    with pytest.raises(BadRequest, match="ran away"):
        open_toy(safetensors.torch.save(state, {"recipe": "dcgan"}))


def test_a_classic_toy_fits_the_limit():
    data = safetensors.torch.save(ClassicGenerator().state_dict(), {"recipe": "classic"})
    assert len(data) < MAX_TOY_BYTES
    assert open_toy(data).classes == 0
