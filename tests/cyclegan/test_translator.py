"""Pictures of any size and mode through a translator: size kept, detail kept, no border, no seams, memory bounded."""

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from gan_models.core.errors import BadRequest
from gan_models.core.store import CheckpointError, Located
from gan_models.cyclegan import detail
from gan_models.cyclegan.detail import Change, at_network_size, compose, network_size
from gan_models.cyclegan.networks import PatchDiscriminator, ResNetGenerator
from gan_models.cyclegan.pipeline import open_pair
from gan_models.cyclegan.translator import Guess, Translator, clean_strength
from gan_models.training.loop import save_weights

CPU = torch.device("cpu")


class Shift(nn.Module):
    """Adds the same to every pixel."""

    def __init__(self, by: float):
        super().__init__()
        self.by = by

    def forward(self, pictures):
        return (pictures + self.by).clamp(-1, 1)


class Likes(nn.Module):
    """A discriminator that believes in one channel, one opinion every 8 pixels but for a rim."""

    def __init__(self, channel: int):
        super().__init__()
        self.channel = channel

    def forward(self, pictures):
        return nn.functional.avg_pool2d(pictures[:, self.channel : self.channel + 1] / 2 + 0.5, 8)[..., 1:-1, 1:-1]


@pytest.fixture
def pair(tmp_path):
    generators = {"horse": Shift(-0.1), "zebra": Shift(0.1)}
    return Translator(generators, {"horse": Likes(0), "zebra": Likes(2)}, CPU, Located(tmp_path, "embedded"))


@pytest.fixture(scope="module")
def real_networks(tmp_path_factory):
    torch.manual_seed(0)
    to_horse, to_zebra = (ResNetGenerator(4, 1, light=True).eval() for _ in range(2))
    for generator in (to_horse, to_zebra):
        generator.leave.weight.data.mul_(400)
    discriminators = {"horse": PatchDiscriminator(2), "zebra": PatchDiscriminator(2)}
    return Translator({"horse": to_horse, "zebra": to_zebra}, discriminators, CPU, Located(None, "embedded"))


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    page = np.random.default_rng(0).integers(0, 256, (height, width, 4), dtype=np.uint8)
    if mode == "I;16":
        return Image.fromarray(page[..., 0].astype(np.uint16) * 257)
    return Image.fromarray(page, "RGBA").convert(mode)


@pytest.mark.parametrize("size", [(256, 256), (640, 427), (37, 211), (8, 8), (1, 1), (3, 900), (1500, 20)])
def test_any_shape_keeps_its_size(real_networks, size):
    out = real_networks.translate(noise(*size), "horse_to_zebra")
    assert (out.size, out.mode) == (size, "RGB")


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "LA", "1", "CMYK", "YCbCr", "I;16"])
def test_any_mode_becomes_rgb(pair, mode):
    out = pair.translate(noise(40, 30, mode), "zebra_to_horse")
    assert (out.size, out.mode) == ((40, 30), "RGB")


def test_directions_lead_to_the_right_generator(pair):
    grey = Image.new("RGB", (64, 64), (128, 128, 128))
    assert pair.directions == ("horse_to_zebra", "zebra_to_horse")
    assert pair.translate(grey, "horse_to_zebra").getpixel((30, 30)) == (141, 141, 141)
    assert pair.translate(grey, "zebra_to_horse").getpixel((30, 30)) == (115, 115, 115)


def test_strength(pair):
    grey = Image.new("RGB", (64, 64), (128, 128, 128))
    shown = [pair.translate(grey, "horse_to_zebra", s).getpixel((9, 9))[0] for s in (0, 0.5, 1, 1.5, 99, "1")]
    assert shown == [128, 134, 141, 147, 147, 141]
    for wrong in (float("nan"), "x", None):
        with pytest.raises(BadRequest, match="Strength must be a number"):
            clean_strength(wrong)
    assert clean_strength(-3) == 0.0


@pytest.mark.parametrize("direction", ["", "horse", "zebra_to_zebra", None, 3])
def test_unknown_directions_are_refused(pair, direction):
    with pytest.raises(BadRequest, match="horse_to_zebra or zebra_to_horse"):
        pair.translate(Image.new("RGB", (8, 8)), direction)


@pytest.mark.parametrize("thing", [None, "picture.jpg", b"bytes"])
def test_no_picture_is_said_plainly(pair, thing):
    with pytest.raises(BadRequest, match="no picture"):
        pair.translate(thing, "horse_to_zebra")


def test_where_nothing_changes_every_pixel_stays():
    page = np.asarray(noise(700, 500))
    seen = at_network_size(page)
    change = np.zeros_like(seen)
    change[:, : seen.shape[1] // 3] = 0.4
    out = compose(page, Change(seen, change), 1.0)
    assert np.array_equal(out[:, 250:], page[:, 250:])
    assert (out[:, :200].astype(int) - page[:, :200]).mean() > 10


def test_detail_goes_where_much_changes():
    """Stripes finer than the network sees must not shine through a horse that was painted over them."""
    page = np.zeros((1024, 1024, 3), np.uint8)
    page[:, ::2] = 255
    seen = at_network_size(page)
    assert np.abs(seen).max() < 0.1
    out = compose(page, Change(seen, np.full_like(seen, -0.8)), 1.0)
    assert np.ptp(out[:, 32:-32]) < 5  # at the rim the stripes begin with black and end with white
    faint = compose(page, Change(seen, np.full_like(seen, -0.1)), 1.0)
    assert np.ptp(faint) > 200


def test_strength_blends_the_picture_with_its_translation():
    """The page of the tab relies on it: it moves its strength slider without asking the server."""
    page = np.asarray(noise(120, 90)) // 2 + 64
    seen = at_network_size(page)
    wanted = Change(seen, np.random.default_rng(1).normal(0, 0.2, seen.shape).astype(np.float32))
    whole = compose(page, wanted, 1.0).astype(float)
    inside = (whole > 0) & (whole < 255)
    assert inside.mean() > 0.9
    for strength in (0.0, 0.25, 0.7):
        blend = page + strength * (whole - page)
        assert np.abs(compose(page, wanted, strength) - blend)[inside].max() <= 1


def test_strips_leave_no_seams(monkeypatch):
    page = np.asarray(noise(300, 200))
    seen = at_network_size(page)
    wanted = Change(seen, np.random.default_rng(1).normal(0, 0.3, seen.shape).astype(np.float32))
    whole = compose(page, wanted, 1.0)
    monkeypatch.setattr(detail, "STRIP", 300 * 7)
    assert np.array_equal(compose(page, wanted, 1.0), whole)


def test_an_even_change_is_even_up_to_the_border(pair):
    """Padding and enlarging must not show: a grey page stays one grey, at every shape."""
    for size in ((90, 333), (1031, 257), (5, 5), (2000, 30)):
        out = np.asarray(pair.translate(Image.new("RGB", size, (90, 90, 90)), "horse_to_zebra"))
        assert np.ptp(out) == 0


def test_networks_see_a_bounded_size():
    assert network_size(4000, 3000) == (341, 256)
    assert network_size(9000, 500) == (1024, 57)
    assert network_size(8, 8) == (256, 256)
    assert network_size(1, 60_000) == (1, 1024)
    assert max(at_network_size(np.zeros((60, 6000, 3), np.uint8)).shape) == 1024


@pytest.mark.slow
def test_twenty_megapixels_in_bounded_memory(real_networks):
    import resource

    page = Image.new("RGB", (5472, 3648), (90, 120, 60))
    real_networks.translate(page.resize((64, 64)), "horse_to_zebra")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert real_networks.translate(page, "horse_to_zebra").size == page.size
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 600_000  # kilobytes


def test_there_and_back(pair):
    trip = pair.round_trip(Image.new("RGB", (70, 50), (128, 128, 128)), "horse_to_zebra")
    assert trip.there.getpixel((20, 20)) == (141, 141, 141)
    assert trip.back.getpixel((20, 20)) == (128, 128, 128)
    assert trip.difference.size == trip.back.size == (70, 50)
    assert trip.mean < 1e-6
    assert np.asarray(trip.difference).max() == 0
    white = pair.round_trip(Image.new("RGB", (70, 50), "white"), "horse_to_zebra")
    assert white.mean == pytest.approx(0.05, abs=1e-4)  # the clamp loses it, and the difference shows it
    assert np.asarray(white.difference).min() > 40


def test_patch_map_lies_over_the_picture(pair):
    page = Image.new("RGB", (256, 256), (0, 0, 255))
    page.paste((255, 0, 0), (0, 0, 128, 256))
    belief = pair.patch_map(page, "horse")
    assert belief.shape == (32, 32)
    assert belief[:, :15].min() > 0.95
    assert belief[:, 17:].max() < 0.05
    assert np.array_equal(pair.patch_map(page, "zebra"), belief[:, ::-1])
    with pytest.raises(BadRequest, match="horse and zebra"):
        pair.patch_map(page, "cow")


def test_guess_follows_the_discriminator_that_believes_more(pair):
    red, blue = Image.new("RGB", (90, 60), (255, 0, 0)), Image.new("RGB", (90, 60), (0, 0, 255))
    assert pair.guess_direction(red).direction == "horse_to_zebra"
    guess = pair.guess_direction(blue)
    assert guess.direction == "zebra_to_horse"
    assert guess.beliefs == pytest.approx({"horse": 0.0, "zebra": 1.0})
    assert guess.verdict == "zebra"
    assert pair.guess_direction(Image.new("RGB", (90, 60), (128, 0, 128))).verdict == "unsure"


def test_same_picture_same_result(real_networks):
    page = noise(200, 120)
    first, second = (real_networks.translate(page, "zebra_to_horse").tobytes() for _ in range(2))
    assert first == second
    assert first != page.tobytes()


def test_a_trained_pair_opens_from_its_folder(tmp_path, real_networks):
    names = {"zebra_to_horse": real_networks.generators["horse"], "horse_to_zebra": real_networks.generators["zebra"]}
    names |= {f"{kind}_critic": discriminator for kind, discriminator in real_networks.discriminators.items()}
    for name, network in names.items():
        save_weights(network, tmp_path / f"{name}.safetensors")
    page = noise(64, 64)
    opened = open_pair(tmp_path, ("horse", "zebra"), CPU)
    assert opened.translate(page, "zebra_to_horse") == real_networks.translate(page, "zebra_to_horse")
    (tmp_path / "horse_critic.safetensors").unlink()
    with pytest.raises(CheckpointError):
        open_pair(tmp_path, ("horse", "zebra"), CPU)
    (tmp_path / "zebra_critic.safetensors").unlink()
    unjudged = open_pair(tmp_path, ("horse", "zebra"), CPU)
    assert unjudged.translate(page, "zebra_to_horse") == real_networks.translate(page, "zebra_to_horse")
    assert unjudged.round_trip(page, "zebra_to_horse").mean > 0
    assert unjudged.guess_direction(page) == Guess("horse_to_zebra", {}, "unsure")
    with pytest.raises(BadRequest, match="without critics"):
        unjudged.patch_map(page, "horse")


def test_both_kinds_are_needed(pair):
    with pytest.raises(ValueError, match="two kinds"):
        Translator({"horse": Shift(0)}, {"horse": Likes(0)}, CPU, Located(None, "embedded"))
