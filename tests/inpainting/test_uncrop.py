"""What lies beyond a picture's edges: how large it becomes, what stays, where mirror and network begin and end."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from gan_models import load
from gan_models.core.errors import BadRequest
from gan_models.inpainting import evaluate_uncrop
from gan_models.inpainting.networks import InpaintingGenerator, PatchDiscriminator
from gan_models.inpainting.pipeline import Inpainter
from gan_models.inpainting.uncrop import outward, read_sides, widen

FACE = Path(__file__).parents[2] / "gan_models/ui/tabs/inpaint/average_men.webp"


@pytest.fixture(scope="module")
def painter() -> Inpainter:
    torch.manual_seed(0)
    return Inpainter(InpaintingGenerator(), PatchDiscriminator(), torch.device("cpu"), None)


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    page = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(page).convert(mode)


@pytest.mark.parametrize(("size", "mode"), [((9, 7), "L"), ((300, 180), "RGB"), ((40, 900), "P")])
def test_the_picture_lies_unchanged_in_a_larger_one(painter, size, mode):
    image = noise(*size, mode)
    made = painter.uncrop(image, left=0.25, right=0.1, top=0.2, bottom=0, seed=1)
    left, right, top = round(0.25 * size[0]), round(0.1 * size[0]), round(0.2 * size[1])
    assert made.size == (left + size[0] + right, top + size[1])
    inside = made.crop((left, top, left + size[0], top + size[1]))
    assert inside.tobytes() == image.convert("RGB").tobytes()
    assert made.tobytes() == painter.uncrop(image, left=0.25, right=0.1, top=0.2, bottom=0, seed=1).tobytes()


def test_what_was_cut_off_is_put_back_by_every_way_and_nothing_else_changes(painter):
    whole, given = evaluate_uncrop.cut(np.asarray(noise(50, 40)))
    assert whole.shape == (40, 48, 3) and given.shape == (40, 32, 3)
    made = evaluate_uncrop.answers(painter, given)
    assert len(made) == 5
    for page in made.values():
        assert page.shape == whole.shape and np.array_equal(page[:, 8:40], given)
    assert (
        np.array_equal(made["only mirrored"][:, 7], given[:, 0])
        and (made["edge carried on"][0, :8] == given[0, 0]).all()
    )
    assert np.array_equal(made["mean colour"][3, 47], given.mean((0, 1)).round())


def test_it_begins_with_the_mirror_and_ends_with_the_network(painter):
    wider = widen(painter, noise(200, 160), (50, 0, 50, 0))
    mixed, mirrored, painted = (np.asarray(wider.mixed(k)).astype(float) for k in (None, 0, 1))
    assert np.array_equal(mirrored[:, :50], mirrored[:, 50:100][:, ::-1])
    far = [np.abs(mixed - page).mean((0, 2)) for page in (mirrored, painted)]
    assert far[0][47:50].max() < 3 and far[1][:3].max() < 3 and far[0][:3].min() > 20
    assert (far[0] + far[1])[50:250].max() == 0


def test_how_far_out_a_place_lies():
    found = outward((6, 10), [4, 2, 0, 0])
    assert found[:, 4:][2:].max() == 0 and found[5, 0] == pytest.approx(3.5 / 4) and found[0, 9] == pytest.approx(0.75)


def test_a_face_that_is_cut_off_is_the_network_s():
    painter = load("inpainting", "cpu", "embedded")
    with Image.open(FACE) as picture:
        whole = picture.convert("RGB")
    cut = whole.crop((0, 0, round(0.85 * whole.width), whole.height))
    wider = widen(painter, cut, read_sides(cut.size, 0, 0.17, 0, 0))
    middle = wider.share[wider.share.shape[0] // 2]
    assert middle[-12] == 1 and wider.mixed().width == pytest.approx(whole.width, abs=2)
    truth = np.asarray(whole.resize(wider.mixed().size)).astype(float)[:, cut.width :]
    wrong = [np.abs(np.asarray(wider.mixed(k)).astype(float)[:, cut.width :] - truth).mean() for k in (None, 0)]
    assert wrong[0] < wrong[1]  # closer than a mirror


def test_what_cannot_be_is_said(painter):
    for shares, words in (((0, 0, 0, 0), "Choose a side"), ((0.001, 0, 0, 0), "too small")):
        with pytest.raises(BadRequest, match=words):
            painter.uncrop(noise(20, 20), *shares)
    with pytest.raises(BadRequest, match="million"):
        painter.uncrop(Image.new("RGB", (4000, 4000)))
