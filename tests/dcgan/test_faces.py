"""The face pipeline on the weights that ship, and the tab's answers about faces."""

import base64
import io
import math

import numpy as np
import pytest
import torch
from PIL import Image

from gan_models.core import latents
from gan_models.core.errors import BadRequest
from gan_models.core.point import Point
from gan_models.core.sampler import MAX_PICTURES
from gan_models.data.celeba import ATTRIBUTES
from gan_models.dcgan.attributes import CATEGORIES
from gan_models.dcgan.pipeline import in_words
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tabs.sample.handlers import Look, SampleHandlers
from gan_models.ui.tabs.sample.models import MODELS

GOLDEN = "tests/golden/faces.png"


def effect(faces, slider: int, count: int = 200) -> torch.Tensor:
    """How moving a slider from -2 to 2 changes each of the classifier's answers, in their deviations (6,)."""
    z = latents.seeded_noise(list(range(50_000, 50_000 + count)), faces.z_dim)

    def logits(z):
        return faces.attributes(faces.render(z, None)).logit(eps=1e-6)

    row = faces.directions[slider][None]
    ends = [logits(latents.move(z, row, torch.tensor([a]))) for a in (-2.0, 2.0)]
    return (ends[1] - ends[0]).mean(0) / logits(z).std(0)


def test_the_golden_picture(faces):
    """Same seeds, same faces as when the weights were committed; strict loading would not notice a wrong layer."""
    sheet = np.concatenate([np.asarray(p) for p in faces.sample(list(range(6)))], 1).astype(float)
    with Image.open(GOLDEN) as golden:
        difference = np.abs(sheet - np.asarray(golden.convert("RGB")).astype(float))
    assert difference.mean() < 1.0
    assert difference.max() < 40


def test_same_seed_same_face(faces):
    first, again, other = faces.sample([5, 5, 6])
    assert (first.size, first.mode) == ((64, 64), "RGB")
    assert first.tobytes() == again.tobytes() != other.tobytes()
    assert faces.sample([5], truncation=0.5)[0].tobytes() != first.tobytes()


@pytest.mark.parametrize("seeds", [[], list(range(MAX_PICTURES + 1)), ["x"], [math.nan], [math.inf]])
def test_bad_seeds_are_refused_in_words(faces, seeds):
    with pytest.raises(BadRequest, match=r"\w+ \w+"):
        faces.sample(seeds)


def test_negative_and_huge_seeds_are_seeds(faces):
    assert len(faces.sample([-1, 10**12])) == 2


def test_sliders_beyond_reason_are_clamped(faces):
    far = Point.read({"amounts": [1e9, -math.inf, "0"]})
    edge = Point.read({"amounts": [3, -3, 0]})
    assert torch.equal(faces.locate([far]), faces.locate([edge]))
    with pytest.raises(BadRequest):
        faces.generate(torch.full((1, faces.z_dim), math.nan))


@pytest.mark.slow
@pytest.mark.parametrize("slider", range(len(ATTRIBUTES)))
def test_one_slider_changes_one_thing(faces, slider):
    moved = effect(faces, slider)
    own, others = moved[slider].abs(), moved[torch.arange(len(ATTRIBUTES)) != slider].abs()
    assert own > 3 * others.max()
    sign = -1 if ATTRIBUTES[slider] == "young" else 1  # that slider is called age
    assert sign * moved[slider] > 0.5


def test_galleries_hold_what_they_promise(faces):
    assert set(faces.galleries) == set(CATEGORIES)
    for name in ("smiling-women", "neutral-women", "neutral-men", "men-with-glasses"):
        seeds = faces.galleries[name]
        assert len(set(seeds)) == len(seeds) >= 12
        seen = faces.attributes(faces.render(latents.seeded_noise(seeds, faces.z_dim), None))
        for attribute, least in CATEGORIES[name].at_least.items():
            assert seen[:, ATTRIBUTES.index(attribute)].min() > least - 0.05
        for attribute, most in CATEGORIES[name].at_most.items():
            assert seen[:, ATTRIBUTES.index(attribute)].max() < most + 0.05


def test_units_of_glasses_draw_glasses(faces):
    z = latents.seeded_noise(faces.galleries["men-with-glasses"], faces.z_dim)
    whole = faces.render_without(z, {})
    torch.testing.assert_close(whole, faces.render(z, None), atol=1e-4, rtol=0)
    seen = [faces.attributes(p).mean(0) for p in (whole, faces.render_without(z, {"eyeglasses": 0.0}))]
    fall = seen[0] - seen[1]
    assert fall[ATTRIBUTES.index("eyeglasses")] > 0.2
    assert fall[ATTRIBUTES.index("eyeglasses")] > 2 * fall[ATTRIBUTES.index("male")].abs()
    there = faces.where(z, "eyeglasses")
    assert there.shape == (len(z), 16, 16)
    assert 0 <= there.min() < there.max() <= 1


def test_the_discriminator_classifiers_each_face_alone(faces):
    pictures = faces.sample(list(range(6)))
    together = faces.realness(pictures)
    assert all(0 <= p <= 1 for p in together)
    assert max(together) - min(together) > 0.01
    assert faces.realness(pictures[2:3])[0] == pytest.approx(together[2], abs=1e-3)
    assert len(faces.realness([Image.new("L", (200, 90))])) == 1


def test_words_for_what_the_classifier_sees():
    assert in_words([0.9, 0.2, 0.1, 0.0, 0.3, 0.96]) == "woman 80 %, smiling 90 %, young 96 %"
    assert in_words([0.1, 0.9, 0.7, 0.8, 0.6, 0.2]) == (
        "man 90 %, serious 90 %, older 80 %, glasses 70 %, fringe 80 %, beard 60 %"
    )


# --- the tab ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sampling():
    return SampleHandlers(ModelPool("cpu", "embedded"))


def opened(url: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(url.split(",")[1])))


def test_the_tab_shows_faces_with_what_is_said_of_them(sampling):
    seen = sampling.answer({"ask": "look", "model": "faces", "point": {"seed": 4}})
    assert opened(seen["url"]).format == "JPEG"
    assert "man" in seen["sees"] and 0 <= seen["real"] <= 1
    assert "embedded weights" in seen["facts"]
    assert len(MODELS["faces"].sliders) == len(sampling.model(Look(model="faces", point={}))[0].directions)


def test_a_strip_is_one_picture_of_25_frames(sampling):
    strip = opened(sampling.answer({"ask": "strip", "model": "faces", "slider": 0, "point": {"seed": 4}})["url"])
    assert strip.size == (5 * 192, 5 * 192)
    frames = np.asarray(strip.convert("RGB")).astype(float)
    assert np.abs(frames[:192, :192] - frames[-192:, -192:]).mean() > 3


def test_inside_answers_and_survives_nonsense(sampling):
    point = {"seed": 4}
    plain = sampling.answer({"ask": "inside", "model": "faces", "point": point})
    off = sampling.answer(
        {"ask": "inside", "model": "faces", "point": point, "gains": {"smiling": 0}, "shown": "smiling"}
    )
    assert plain["url"] != off["url"] and opened(off["veil"]).mode == "LA"
    for gains in (None, [], "x", {"smiling": "x"}, {"smiling": math.nan}, {"smiling": True}):
        assert "switch" in sampling.answer({"ask": "inside", "model": "faces", "point": point, "gains": gains})["error"]
    for gains in ({"smiling": 1e9}, {"nothing": 1}):
        assert "url" in sampling.answer(
            {"ask": "inside", "model": "faces", "point": point, "gains": gains, "shown": ""}
        )
    assert "Choose Faces" in sampling.answer({"ask": "inside", "model": "digits", "point": point})["error"]
