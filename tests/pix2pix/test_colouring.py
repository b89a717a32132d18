"""Grey photographs in colour: their light is kept, colour ends where the light has an edge, and seeds give answers."""

import numpy as np
import pytest
import torch
from PIL import Image

from gan_models import load
from gan_models.core.errors import BadRequest
from gan_models.pix2pix.checkpoints import SUBJECTS
from gan_models.pix2pix.colouring import Colourist, light_from, network_size, ramps_of, with_colours
from gan_models.pix2pix.networks import UNetGenerator


@pytest.fixture(scope="module")
def colourist():
    return load("pix2pix-colour", "cpu", "embedded")


@pytest.fixture(scope="module")
def wild():
    """Untrained networks with strong colours, far out of range."""
    torch.manual_seed(0)
    networks = [UNetGenerator(1, width=8, levels=3, blocks=1) for _ in range(2)]
    for network in networks:
        network.leave.weight.data.mul_(40)
    return Colourist(SUBJECTS["colour"], *networks, torch.device("cpu"), None)


def photo(width: int, height: int, mode: str = "L") -> Image.Image:
    """Noise on a ramp from black to white: every light next to every other."""
    noise = np.random.default_rng(0).normal(0, 30, (height, width))
    page = np.linspace(0, 255, width) + noise
    return Image.fromarray(page.clip(0, 255).astype(np.uint8)).convert(mode)


@pytest.mark.parametrize("size", [(1, 1), (300, 200), (37, 411)])
def test_the_light_of_every_pixel_is_kept_however_wild_the_colours(wild, size):
    image = photo(*size)
    for made in wild.answers(image, [0, 3], 0.5):
        assert (made.mode, made.size) == ("RGB", size)
        assert np.array_equal(np.asarray(made.convert("L")), np.asarray(image))
    if min(size) > 1:
        assert np.asarray(made).std(2).mean() > 3  # it is not grey


def test_large_pictures_are_coloured_in_strips_without_a_seam(monkeypatch, wild):
    from gan_models.pix2pix import colouring

    light = np.asarray(photo(120, 90))
    ramps = wild.ramps(light, [2])[0]
    at_once = with_colours(light, ramps)
    monkeypatch.setattr(colouring, "STRIP", 120 * 7)
    assert np.array_equal(with_colours(light, ramps), at_once)


def test_what_the_picture_s_colours_were_does_not_matter_and_transparency_stays(wild):
    grey = photo(80, 60)
    colourful = Image.merge("RGB", [grey, grey, grey])
    assert wild.colour(grey).tobytes() == wild.colour(colourful).tobytes()
    colourful.putalpha(Image.new("L", grey.size, 90))
    made = wild.colour(colourful)
    assert made.mode == "RGBA" and made.getchannel("A").getextrema() == (90, 90)
    assert made.convert("RGB").tobytes() == wild.colour(grey).tobytes()
    fine = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)  # of 16 bits
    assert wild.colour(fine).tobytes() == wild.colour(grey).tobytes()


def test_colour_ends_where_the_light_has_an_edge():
    small, large = np.full((32, 32), 0.25, np.float32), np.full((320, 320), 64, np.uint8)
    small[:, 16:], large[:, 160:] = 0.75, 191
    away = np.zeros((32, 32, 2), np.float32)
    away[:, 17:, 0] = 0.2  # the colour is a pixel late
    red = with_colours(large, ramps_of(small, away))[160].astype(int)
    above = red[:, 0] - large[160].astype(int)
    assert abs(above[150]) < 6 and above[170] > 35  # within a large pixel or two of the edge, not ten


def test_the_copy_that_the_network_sees():
    assert network_size(400, 300, 128, 32) == (160, 128)
    assert network_size(1, 1, 128, 32) == (128, 128)
    assert network_size(12_000, 800, 128, 32) == (384, 128)


def test_seeds_and_strengths_are_other_answers_and_the_same_seed_the_same(colourist):
    from gan_models.metrics.colourfulness import chroma

    image = photo(160, 128)
    made = [np.asarray(page).astype(int) for page in colourist.answers(image, list(range(7)))]
    apart = [np.abs(a - b).mean() for k, a in enumerate(made) for b in made[:k]]
    assert min(apart) > 1
    again = np.asarray(colourist.colour(image, seed=9)).astype(int)  # 9 is 2 of 7
    assert np.abs(again - made[2]).max() <= 1
    strengths = [np.asarray(colourist.colour(image, strength)).astype(int) for strength in (0, 0.5, 1)]
    assert np.abs(strengths[0] - strengths[2]).mean() > 0.5
    warm, cold = made[6].mean((0, 1)), made[3].mean((0, 1))
    assert warm[0] - warm[2] > cold[0] - cold[2] + 20
    assert chroma(torch.from_numpy(made[6] / 127.5 - 1).permute(2, 0, 1)[None].float()).item() > 15


def test_what_cannot_be_is_said(wild):
    for image in (None, "photo", Image.new("L", (0, 3))):
        with pytest.raises(BadRequest, match="no picture yet"):
            wild.colour(image)
    with pytest.raises(BadRequest, match="million pixels"):
        light_from(Image.new("L", (8000, 6000)))
    with pytest.raises(BadRequest, match="1 to 8"):
        wild.answers(photo(20, 20), list(range(9)))
    with pytest.raises(BadRequest, match="Strength"):
        wild.colour(photo(20, 20), "much")
    with pytest.raises(BadRequest, match="seed"):
        wild.colour(photo(20, 20), seed=None)
