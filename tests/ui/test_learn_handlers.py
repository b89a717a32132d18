"""What the tab in which a GAN learns can be asked about pictures, without a page."""

import base64

import pytest

from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tabs.learn.handlers import CLASSIFIERS, LearnHandlers
from gan_models.ui.tabs.sample.handlers import SampleHandlers


@pytest.fixture(scope="module")
def pool():
    return ModelPool("cpu", "embedded")


@pytest.fixture(scope="module")
def handlers(pool):
    return LearnHandlers(pool)


def test_what_is_offered_speaks_of_what_the_pictures_show(handlers):
    offered = handlers.answer({"ask": "offer"})
    assert set(offered["pictures"]) == set(CLASSIFIERS)
    for shown, title in (("digits", "Digits that collapse"), ("clothing", "Clothes that collapse")):
        pictures = offered["pictures"][shown]
        assert len(pictures["names"]) == 10 and pictures["recipes"]["collapse"]["title"] == title
        assert set(pictures["recipes"]) == set(offered["recipes"])
        assert not any("{" in recipe["title"] + recipe["why"] for recipe in pictures["recipes"].values())
    assert "digit" not in str(offered["pictures"]["clothing"])


def test_clothes_are_learnt_read_by_their_own_classifier_and_taken_to_the_sampling_tab(handlers, pool):
    settings = {"data": "clothing", "recipe": "acgan", "seed": 3}
    key = handlers.answer({"ask": "digits.start", "settings": settings})["id"]
    frame = handlers.answer({"ask": "digits.frame", "id": key, "steps": 2, "score": True})
    scores = frame["scores"]
    assert frame["step"] and scores["covered"] + len(scores["missing"]) == 10
    assert 0.8 < scores["real_sure"] < 0.99  # less sure than of digits: a shirt is nearly a coat
    toy = base64.b64decode(handlers.answer({"ask": "digits.save", "id": key})["data"])
    sample = SampleHandlers(pool)
    opened = sample.answer({"ask": "toy", "data": toy})
    assert opened["kind"] == "garment" and opened["classes"] == 10
    look = sample.answer({"ask": "look", "model": "toy", "key": opened["key"], "point": {"seed": 1, "label": 9}})
    assert look["reads"] in opened["names"] and not look["ink"] and 0 < look["sure"] <= 1
