"""The sampling tab's answers, on the real digits and on a visitor's toy."""

import base64
import io
import math

import pytest
import torch
from PIL import Image

from gan_models.cgan.pipeline import digit_sampler
from gan_models.registry import CHECKPOINTS as ENTRIES
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tabs.sample.handlers import SampleHandlers
from gan_models.ui.tabs.sample.models import MODELS
from tests.live.test_toy_files import small_toy  # noqa: F401


@pytest.fixture(scope="module")
def sampling():
    return SampleHandlers(ModelPool("cpu", "embedded"))


def test_digits_have_their_named_sliders_first(digits):
    found = digit_sampler(digits).directions
    assert found.shape == (6, digits.z_dim)
    torch.testing.assert_close(found[:4], digits.style_directions, atol=1e-4, rtol=0)


def test_toy_goes_through_the_tab(sampling, toy_bytes):
    opened = sampling.answer({"ask": "toy"}, {"data": toy_bytes})
    assert (opened["classes"], len(opened["sliders"]), opened["steps"]) == (10, 5, "0")
    asked = {"ask": "look", "model": "toy", "key": opened["key"], "point": {"label": 4}}
    seen = sampling.answer(asked)
    assert seen["url"].startswith("data:image/png") and seen["real"] is None and seen["reads"] in range(10)
    assert sampling.answer({**asked, "key": "unknown"})["expired"]


@pytest.mark.parametrize("request_", [
    None, [], {}, {"ask": []}, {"ask": "look"}, {"ask": "look", "point": {"seed": math.nan}},
    {"ask": "strip", "point": {}}, {"ask": "strip", "slider": 99, "point": {}},
    {"ask": "path", "a": {}}, {"ask": "toy"}, {"ask": "toy", "data": "§§§"},
    {"ask": "look", "model": "cats", "point": {}}, {"ask": "sharpen"},
    {"ask": "page", "point": {}, "sharpened": "some"},
])  # fmt: skip
def test_nonsense_gets_an_answer_in_words(sampling, request_):
    answer = sampling.answer(request_)
    assert len(answer["error"]) > 15 and "expired" not in answer


@pytest.mark.parametrize("model", ["digits", "things", "faces-progan", "toy"])
def test_what_is_no_small_photograph_is_not_sharpened(sampling, model):
    for asked in ({"ask": "sharpen"}, {"ask": "page", "sharpened": True}):
        assert "at least 64 pixels" in sampling.answer({**asked, "model": model, "point": {}})["error"]


def test_what_is_sharpened_has_the_pixels_that_the_page_speaks_of():
    generators = {"faces": "faces-generator", "stylegan": "stylegan-generator"}
    sides = {name: model.sharpens for name, model in MODELS.items() if model.sharpens}
    assert sides == {name: ENTRIES[generators.get(name, name)].resolution for name in sides} and len(sides) == 5


def test_film_loops_there_and_back(sampling):
    for kind, form in (("gif", "GIF"), ("webp", "WEBP")):
        ends = {"a": {"label": 3}, "b": {"seed": 1, "label": 8}}
        film = sampling.answer({"ask": "film", "model": "digits", "kind": kind, **ends})
        with Image.open(io.BytesIO(base64.b64decode(film["url"].split(",")[1]))) as picture:
            assert (picture.format, picture.n_frames, picture.info["loop"]) == (form, 48, 0)
