"""What the words tab's page can ask, without a page."""

import base64
import io

import pytest
from PIL import Image

from gan_models.core.errors import BadRequest
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tabs.words import prose
from gan_models.ui.tabs.words.handlers import COMPANY, FRAMES, WordsHandlers


@pytest.fixture(scope="module")
def handlers():
    return WordsHandlers(ModelPool("cpu", "embedded"))


def opened(url: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(url.split(",")[1])))


def test_a_sentence_is_painted_twice_with_company_and_opinions(handlers):
    answer = handlers.answer({"ask": "paint", "text": "a yellow sunflower", "seed": 2**31 - 3})
    assert opened(answer["draft"]).size == (192, 192) and opened(answer["picture"]).size == (384, 384)
    assert answer["seeds"] == [2**31 - 2, 2**31 - 1, *range(COMPANY - 2)] and opened(answer["others"]["url"]).size == (
        512,
        256,
    )
    assert len(answer["kinds"]) == 3 and 0 <= answer["belief"] <= 1 and "ms" in answer["facts"]
    again = handlers.answer({"ask": "paint", "text": "a yellow sunflower", "seed": 2**31 - 2})
    assert again["picture"] != answer["picture"]


def test_words_that_are_not_known_are_named(handlers):
    answer = handlers.answer({"ask": "paint", "text": "a purpel rose <img src=x>", "seed": 0})
    assert {"word": "purpel", "meant": "purple"} in answer["unknown"] and answer["words"] == 2


@pytest.mark.parametrize("text", ["", " ", "x" * 10_000, "漢字", "<script>", None, 7, ["red"]])
def test_bad_sentences_are_refused_in_words(handlers, text):
    for request in ({"ask": "paint", "text": text}, {"ask": "morph", "text": "a rose", "other": text}):
        answer = handlers.answer(request | {"seed": 1})
        assert set(answer) == {"error"} and 20 < len(answer["error"]) < 200


def test_a_morph_is_a_sheet_of_frames(handlers):
    answer = handlers.answer({"ask": "morph", "text": prose.SENTENCES[0], "other": prose.SENTENCES[1], "seed": 7})
    assert answer["frames"] == FRAMES and opened(answer["sheet"]["url"]).size == (1280, 1280)


def test_a_flower_is_enlarged_by_the_houses_enlarger(handlers):
    answer = handlers.answer({"ask": "enlarge", "text": "a red rose", "seed": 1})
    assert opened(answer["picture"]).size == (256, 256)


def test_the_endpoint_paints_and_says_what_is_seen(handlers):
    picture, seen = handlers.endpoint("a white flower", 3.0)
    assert picture.size == (64, 64) and len(seen["kinds"]) == 5 and seen["colour"]
    with pytest.raises(BadRequest):
        handlers.endpoint("", 3)


def test_every_sentence_that_the_page_offers_is_understood_to_the_last_word(handlers):
    for sentence in (*prose.SENTENCES, prose.FIRST, *(f"a red {kind}" for kind in prose.FAVOURITES)):
        assert not handlers.pipeline.understand(sentence).unknown
