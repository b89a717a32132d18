"""Pix2pix: the networks, blends of twin and GAN, and pictures that visitors bring."""

import numpy as np
import pytest
import torch
from drawings import house, photo, sketch
from PIL import Image

from gan_models.core.errors import BadRequest
from gan_models.core.images import from_pil
from gan_models.data.labels import LABELS
from gan_models.pix2pix.checkpoints import SUBJECTS
from gan_models.pix2pix.inputs import fitted_size, ink_of, read_input
from gan_models.pix2pix.networks import MultiScaleDiscriminator, UNetGenerator, network_like, without_grid
from gan_models.pix2pix.pipeline import Painter

CPU = torch.device("cpu")


def tiny(inputs: int) -> UNetGenerator:
    """An untrained generator whose answer depends visibly on its input."""
    network = UNetGenerator(inputs, width=8, levels=3, blocks=1)
    network.leave.weight.data.mul_(20)
    return network


@pytest.fixture(scope="module", params=["things", "facades"])
def painter(request) -> Painter:
    torch.manual_seed(0)
    subject = SUBJECTS[request.param]
    networks = tiny(subject.inputs), tiny(subject.inputs), MultiScaleDiscriminator(subject.inputs, 8)
    return Painter(subject, *networks, CPU, None)


def drawn(painter: Painter, size: int = 200) -> Image.Image:
    return house(size) if painter.subject.kind == "labels" else sketch(size)


# --- networks ---------------------------------------------------------------------------------------------------


def test_shapes_and_ranges():
    network = UNetGenerator(12, width=8, levels=4)
    made = network(torch.rand(2, 12, 64, 96), torch.zeros(2, 3))
    assert made.shape == (2, 3, 64, 96) and made.abs().max() <= 1
    assert network.multiple == 32
    found = MultiScaleDiscriminator(12, 8)(torch.rand(2, 12, 64, 96), torch.zeros(2, 3), made)
    assert [scale[-1].shape for scale in found] == [(2, 1, 8, 12), (2, 1, 4, 6)]


def test_colour_and_drawing_both_matter():
    network = tiny(1).eval()
    ink = torch.rand(1, 1, 32, 32)
    plain = network(ink, torch.zeros(1, 3))
    assert not torch.allclose(plain, network(ink, torch.ones(1, 3)), atol=1e-3)
    assert not torch.allclose(plain, network(1 - ink, torch.zeros(1, 3)), atol=1e-3)


def test_every_place_sees_the_whole_picture():
    network = UNetGenerator(1, width=8, levels=4).eval()
    ink = torch.rand(1, 1, 64, 64, generator=torch.Generator().manual_seed(0)).requires_grad_(True)
    network(ink, torch.zeros(1, 3))[0, :, 0, 0].sum().backward()
    assert ink.grad[0, 0, 56:, 56:].abs().sum() > 0


def test_a_patch_is_54_pixels_and_108():
    network = MultiScaleDiscriminator(1, 4)
    page = torch.zeros(1, 3, 256, 256, requires_grad=True)
    for scale, side in zip(network(torch.zeros(1, 1, 256, 256), torch.zeros(1, 3), page), (54, 108), strict=True):
        page.grad = None
        middle = scale[-1].shape[-1] // 2
        scale[-1][0, 0, middle, middle].backward(retain_graph=True)
        touched = page.grad.abs().sum((0, 1, 2)).nonzero()
        assert touched.max() - touched.min() + 1 == side


def test_unfolding_leaves_no_grid_and_flat_stays_flat():
    columns = torch.arange(16.0).remainder(2).mul(2).sub(1).expand(1, 3, 16, 16)
    assert without_grid(columns)[..., 2:-2].abs().max() < 1e-6
    assert torch.allclose(without_grid(torch.full((2, 3, 8, 8), 0.7)), torch.tensor(0.7))
    ramp = torch.arange(16.0).expand(1, 1, 16, 16)
    assert torch.allclose(without_grid(ramp)[..., 2:-2], ramp[..., 2:-2], atol=1e-5)


@pytest.mark.parametrize("network", [UNetGenerator(12, 8, 5, 1), UNetGenerator(3, 4), MultiScaleDiscriminator(12, 8)])
def test_a_files_shapes_tell_its_network(network):
    state = network.state_dict()
    network_like(state).load_state_dict(state, strict=True)


# --- the pipeline -----------------------------------------------------------------------------------------------


def test_the_same_question_has_the_same_answer_and_another_seed_another(painter):
    first, again, other = (painter.translate(drawn(painter), seed=seed).tobytes() for seed in (3, 3, 4))
    assert first == again != other
    palette = painter.palette
    assert painter.translate(drawn(painter), seed=len(palette) + 3).tobytes() == first
    assert painter.translate(drawn(painter), seed=9, colour=palette[3]).tobytes() == first


def test_strength_blends_the_weights_of_twin_and_gan(painter):
    ends = [painter.blend(s).leave.weight for s in (0.0, 1.0)]
    assert torch.allclose(painter.blend(0.25).leave.weight, torch.lerp(*ends, 0.25), atol=1e-6)
    assert painter.blend(0.0) is painter.twin
    for step in range(21):
        painter.blend(step / 20)
    assert len(painter._blends) <= 10
    pictures = [from_pil([painter.translate(drawn(painter), s)], "RGB", (64, 64)) for s in (0, 0.5, 1)]
    assert not torch.equal(pictures[0], pictures[2]) and not torch.equal(pictures[1], pictures[2])


def test_a_model_without_a_twin_has_one_strength():
    alone = Painter(SUBJECTS["things"], tiny(1), None, None, CPU, None)
    assert alone.translate(sketch(), 0.0).tobytes() == alone.translate(sketch(), 1.0).tobytes()
    with pytest.raises(BadRequest, match="no discriminator"):
        alone.patch_map(sketch())


@pytest.mark.parametrize("size", [(1, 1), (12_000, 800), (3, 500), (640, 480)])
def test_any_shape_keeps_its_shape(painter, size):
    ground = LABELS["wall"] if painter.subject.kind == "labels" else "white"
    made = painter.translate(Image.new("RGB", size, ground))
    assert made.size == fitted_size(*size, painter.subject.size) and max(made.size) == painter.subject.size
    beliefs = painter.patch_map(Image.new("RGB", size, ground))
    assert min(beliefs.shape) >= 1 and 0 <= beliefs.min() <= beliefs.max() <= 1


def test_paper_is_paper_however_it_comes(painter):
    blank = painter.translate(Image.new("RGB", (200, 200), "white")).tobytes()
    for empty in (
        Image.new("RGBA", (200, 200)), Image.new("LA", (200, 200)), Image.new("L", (200, 200), 255),
        Image.new("1", (200, 200), 1), Image.new("RGBA", (200, 200), (255, 255, 255, 9)),
    ):  # fmt: skip
        assert painter.translate(empty).tobytes() == blank
    clear = drawn(painter).convert("RGBA")
    clear.putalpha(clear.convert("L").point(lambda v: 0 if v > 250 else 255))
    assert painter.translate(clear).tobytes() == painter.translate(drawn(painter)).tobytes()


def test_the_patch_map_covers_the_picture_and_judges_it(painter):
    image = drawn(painter)
    beliefs = painter.patch_map(image)
    assert beliefs.shape == (painter.subject.size // 8,) * 2
    other = painter.patch_map(image, picture=photo(90, 90))
    assert np.abs(other - beliefs).max() > 1e-4
    assert np.array_equal(beliefs, painter.patch_map(image, picture=painter.translate(image)))


@pytest.mark.parametrize("image", [None, "drawing", 3, b""])
def test_no_picture_is_said(painter, image):
    with pytest.raises(BadRequest, match="no drawing"):
        painter.translate(image)


@pytest.mark.parametrize("extra", [{"seed": "x"}, {"seed": None}, {"colour": 3}, {"colour": (1, 2)},
                                   {"colour": (0, 0, 300)}, {"colour": (0, 0, float("nan"))}])  # fmt: skip
def test_nonsense_is_said(painter, extra):
    with pytest.raises(BadRequest):
        painter.translate(drawn(painter), **extra)


# --- what is read of a picture -----------------------------------------------------------------------------------


def test_ink_is_what_is_dark_or_what_is_light_on_dark():
    page = np.asarray(sketch(64))
    assert ink_of(page)[0].max() == 255 and (ink_of(page) > 0).mean() < 0.1
    assert np.array_equal(ink_of(255 - page), ink_of(page))


def test_of_a_photograph_the_edges_are_taken():
    filled = np.full((64, 64, 3), 255, np.uint8)
    filled[8:56, 8:56] = (90, 60, 30)
    ink = ink_of(filled)[0]
    assert set(np.unique(ink)) == {0, 255} and ink[32, 32] == 0
    assert ink[4:12, 32].any() and ink[32, 4:12].any()


def test_a_photograph_is_no_label_map():
    with pytest.raises(BadRequest, match="twelve colours"):
        read_input(photo(64, 64), "labels", 64)
    given, box = read_input(house(), "labels", 64)
    assert given.shape == (1, 12, 64, 64) and (given.sum(1) == 1).all() and box == (0, 0, 64, 64)
    shares = given.mean((0, 2, 3))
    assert shares[list(LABELS).index("window")] == pytest.approx(31 * 41 / 200**2, abs=0.01)
    assert (shares > 0).sum() == 3


def test_a_wide_drawing_lies_in_the_middle_of_the_paper():
    given, box = read_input(Image.new("L", (100, 50)), "picture", 64)
    assert box == (0, 16, 64, 32)
    assert (given[0, :, 16:48] == 0).all() and (given[0, :, :16] == 1).all() and (given[0, :, 48:] == 1).all()
