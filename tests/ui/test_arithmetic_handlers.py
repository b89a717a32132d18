"""What the arithmetic tab is asked, answered."""

import base64
import io

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gan_models.core.errors import BadRequest
from gan_models.data.celeba import ATTRIBUTES
from gan_models.dcgan.arithmetic import STOPS, Sum, work_out
from gan_models.dcgan.arithmetic_page import CELL, EDGE, GUTTER, figure
from gan_models.dcgan.attributes import CATEGORIES
from gan_models.dcgan.pipeline import FacePipeline
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.photos import photo_sheet
from gan_models.ui.tabs.arithmetic import prose
from gan_models.ui.tabs.arithmetic.handlers import ArithmeticHandlers, verdict
from tests.dcgan.sums import SUM, anything, fine, untrained


@pytest.fixture(scope="module")
def tiny() -> FacePipeline:
    return untrained()


@pytest.fixture(scope="module")
def tab(tiny) -> ArithmeticHandlers:
    pool = ModelPool("cpu", "embedded")
    pool._pipelines["faces"] = tiny
    return ArithmeticHandlers(pool)


def opened(url: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGB"), np.float32)


def test_sheet_has_every_picture_in_its_cell():
    colours = torch.linspace(-1, 1, 9).view(9, 1, 1, 1).expand(9, 3, 8, 8)
    sheet = photo_sheet(colours, 2)
    page = opened(sheet["url"])
    assert (sheet["columns"], sheet["rows"], page.shape) == (7, 2, (32, 112, 3))
    for k in range(9):
        assert abs(page[k // 7 * 16 + 8, k % 7 * 16 + 8] - 127.5 * k / 4).max() < 6


def test_start_offers_galleries_and_presets_that_have_faces(tab):
    start = tab.answer({"ask": "start"})
    keys = [g["key"] for g in start["galleries"]]
    assert "older-men" not in keys
    assert len(keys) == len(CATEGORIES) - 1
    assert [p["title"] for p in start["presets"]] == [t for t, keys, _ in prose.PRESETS if "older-men" not in keys]
    for preset in start["presets"]:
        fine(Sum.read(preset))
        assert len({*preset["a"], *preset["b"], *preset["c"]}) == 9


def test_sum_and_strip_are_one_sheet_each(tab, tiny):
    answer = tab.answer({"ask": "sum", "sum": SUM})
    assert answer["columns"] * answer["rows"] >= 6 + 3 + 3 + 1 + 1 + 9
    shown = opened(answer["url"])[192:384, 5 * 192 : 6 * 192].mean((0, 1))  # the 13th picture is the result
    made = work_out(tiny, Sum.read(SUM)).results[0].add(1).mul(127.5).mean((1, 2)).numpy()
    assert abs(shown - made).max() < 3
    strip = tab.answer({"ask": "strip", "sum": SUM})
    assert len(strip["frames"]) == STOPS
    assert strip["frames"][10] == {k: answer[k] for k in ("latent", "pixels")}
    assert answer["facts"].startswith("cpu · ")


def test_faces_of_a_gallery(tab):
    answer = tab.answer({"ask": "faces", "seeds": list(range(24))})
    assert (answer["columns"], answer["rows"], len(answer["said"])) == (7, 4, 24)
    assert "holds too many" in tab.answer({"ask": "faces", "seeds": list(range(25))})["error"]


@given(st.dictionaries(st.sampled_from(["ask", "sum", "seeds"]), anything | st.just(SUM), max_size=3) | anything)
def test_a_hostile_page_gets_an_answer(tab, sent):
    answer = tab.answer(sent)
    assert isinstance(answer, dict)
    assert ("error" in answer) != ("facts" in answer)


@pytest.mark.parametrize("ask", ["sum", "strip", "page", "faces"])
@pytest.mark.parametrize("sent", [None, {}, [], "x", {"a": [1]}, {**SUM, "strength": float("nan")}])
def test_bad_requests_are_errors_in_words(tab, ask, sent):
    answer = tab.answer({"ask": ask, "sum": sent, "seeds": sent if isinstance(sent, str) else None})
    assert set(answer) == {"error"}
    assert answer["error"].endswith(".")


def test_page_is_laid_out_like_the_papers_figure(tab, tiny):
    page = opened(tab.answer({"ask": "page", "sum": SUM})["url"])
    work = work_out(tiny, Sum.read(SUM))
    assert page.shape == np.asarray(figure(work, [3, 2, 1])).shape
    left = EDGE + 2 * (CELL + GUTTER)
    assert (page[EDGE + 5, left + 5] == [251, 248, 241]).all()  # C has one face, and it stands at the bottom
    assert (page[EDGE + 5, EDGE + 5] != [251, 248, 241]).any()


def test_endpoint_gives_pictures_and_opinions(tab):
    face, on_pixels, said = tab.endpoint("1, 2, 3", "4 5", "6", 1.0)
    assert (face.size, face.mode, on_pixels.size) == ((64, 64), "RGB", (64, 64))
    assert set(said) == {"latent", "pixels"}
    assert set(said["latent"]["attributes"]) == set(ATTRIBUTES)
    assert 0 <= said["pixels"]["realness"] <= 1
    for bad in (("", "4", "6", 1), ("1", "2", "3", float("nan")), ("1,2,3,4", "5", "6", 1), ("one", "2", "3", 1)):
        with pytest.raises(BadRequest, match=r"\.$"):
            tab.endpoint(*bad)


def test_descriptions_say_what_is_clear():
    def words(*row: float, many: bool = False) -> str:
        return prose.describe(dict(zip(ATTRIBUTES, row, strict=True)), many)

    assert words(0.9, 0.1, 0.9, 0.1, 0.1, 0.9) == "smiling woman with glasses"
    assert words(0.1, 0.9, 0.9, 0.1, 0.8, 0.1, many=True) == "older neutral men with glasses and a beard"
    assert words(0.5, 0.5, 0.5, 0.5, 0.5, 0.5) == "face"


def test_verdict_is_said_in_words():
    promised = torch.tensor([1, 1, -1, -1, 0, 1])
    answer = verdict(promised, torch.tensor([0.97, 0.94, 0.02, 0.3, 0.6, 0.8]), [0, 1])
    assert answer["word"] == "As promised."
    assert [row[0] for row in answer["points"]] == ["smiling", "a man"]
    assert [row[0] for row in answer["others"]] == ["no glasses", "no fringe", "young"]
    assert answer["others"][0][1:] == (pytest.approx(0.98), True)
    word = verdict(promised, torch.tensor([0.97, 0.04, 0.02, 0.3, 0.6, 0.8]), [0, 1])
    assert (word["word"], word["tone"]) == ("Partly as promised.", "bad")
    assert "came along" in verdict(promised, torch.tensor([0.9, 0.9, 0.9, 0.3, 0.6, 0.8]), [0, 1])["word"]
    assert verdict(promised, torch.tensor([0.1, 0.1, 0.0, 0.3, 0.6, 0.8]), [0, 1])["word"] == "Not as promised."
    assert "Too faint" in verdict(torch.zeros(6), torch.full((6,), 0.5), [0, 1])["word"]
