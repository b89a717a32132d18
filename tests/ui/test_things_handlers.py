"""What the sampling tab can be asked of the ten things: mixtures, and where the network looked."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tabs.sample.handlers import SampleHandlers


@pytest.fixture(scope="module")
def handlers() -> SampleHandlers:
    return SampleHandlers(ModelPool("cpu", "embedded"))


def ask(handlers, word: str, model: str = "things", **point) -> dict:
    return handlers.answer({"ask": word, "model": model, "point": {"seed": 3, "label": 8, **point}})


def opened(answer: dict) -> np.ndarray:
    assert "error" not in answer, answer
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(answer["url"].split(",")[1]))), float)


def test_a_thing_is_shown_with_what_a_classifier_sees(handlers):
    answer = ask(handlers, "look")
    assert opened(answer).shape == (192, 192, 3) and not answer["ink"] and answer["real"] is None
    assert "%" in answer["sees"] and "embedded weights" in answer["facts"]


def test_a_share_of_another_thing_changes_the_picture_little_by_little(handlers):
    ship, some, half, truck = (
        opened(ask(handlers, "look", blend=blend)) for blend in (None, [9, 0.1], [9, 0.5], [9, 1])
    )
    assert 0 < np.abs(some - ship).mean() < np.abs(half - ship).mean()
    assert np.abs(truck - opened(ask(handlers, "look", label=9))).mean() < 1


def test_each_place_has_a_map_whose_brightest_cell_is_white(handlers):
    sheet = opened(ask(handlers, "looks"))
    assert sheet.shape == (256, 256)
    maps = sheet.reshape(16, 16, 16, 16).swapaxes(1, 2).reshape(256, 16, 16)
    assert (maps.max((1, 2)) == 255).all() and maps.std(0).mean() > 1
    assert (sheet != opened(ask(handlers, "looks", label=9))).any()


@pytest.mark.parametrize(
    ("word", "model", "point", "words"),
    [("looks", "faces", {}, "no attention"), ("look", "things", {"label": 10}, "0 to 9"),
     ("look", "things", {"blend": [10, 0.5]}, "0 to 9"), ("look", "things", {"blend": 3}, "A blend"),
     ("look", "things", {"blend": [1, "much"]}, "A share"), ("look", "things", {"blend": [None, 1]}, "A class")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_words(handlers, word, model, point, words):
    assert words in ask(handlers, word, model, **point)["error"]
