"""A kind of picture that is neither digit nor face joins the sampling tab by an entry: colour, 3 classes, 32 pixels."""

import base64
import io

import pytest
import torch
from PIL import Image

from gan_models.core.sampler import Sampler
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tabs.sample.handlers import SampleHandlers
from gan_models.ui.tabs.sample.models import MODELS, Model, ways

COLOURS = torch.eye(3) * 2 - 1  # class k is pure red, green or blue


def draw(z: torch.Tensor, weights: torch.Tensor | None) -> torch.Tensor:
    """A flat colour by class, a little lighter by z."""
    colours = (weights @ COLOURS).clamp(-1, 0.8) + 0.1 * z[:, :1].tanh()
    return colours[:, :, None, None].expand(-1, -1, 32, 32)


def named(pool: ModelPool, picture: torch.Tensor) -> dict:
    """What a classifier of this kind would say of (1, 3, 32, 32)."""
    return {"sees": ("red", "green", "blue")[int(picture.mean((2, 3)).argmax())]}


@pytest.fixture
def handlers(monkeypatch):
    """The tab's handlers as they are when the list of models has one more."""
    entry = Model("Colours", 3, ways("one", "two"), lambda pool: (Sampler(draw, 4, 3), "cpu · embedded weights"), named)
    monkeypatch.setitem(MODELS, "colours", entry)
    return SampleHandlers(ModelPool("cpu", "embedded"))


def opened(answer: dict) -> Image.Image:
    assert "error" not in answer, answer
    return Image.open(io.BytesIO(base64.b64decode(answer["url"].split(",")[1])))


def ask(handlers, ask: str, label: int = 1, **more) -> dict:
    places = {name: {"label": label} for name in ("point", "a")} | {"b": {"label": 2}}
    return handlers.answer({"ask": ask, "model": "colours", **places, **more})


@pytest.mark.parametrize(("label", "name"), [(0, "red"), (1, "green"), (2, "blue")])
def test_a_picture_of_each_class_in_colour(handlers, label, name):
    answer = ask(handlers, "look", label)
    picture = opened(answer)
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (192, 192))
    pixel = picture.getpixel((96, 96))
    assert pixel[label] > 200 > 30 > max(value for k, value in enumerate(pixel) if k != label)
    assert (answer["sees"], answer["ink"], answer["real"]) == (name, False, None)


def test_strips_neighbours_ways_films_and_files(handlers):
    assert opened(ask(handlers, "strip", slider=1)).size == (5 * 192, 5 * 192)
    assert opened(ask(handlers, "neighbours")).size == (4 * 192, 4 * 192)
    way = opened(ask(handlers, "path")).convert("RGB")
    first, last = way.getpixel((96, 96)), way.getpixel((4 * 192 + 96, 4 * 192 + 96))
    assert first.index(max(first)) == 1 and last.index(max(last)) == 2
    film = opened(ask(handlers, "film"))
    assert (film.size, film.n_frames) == ((256, 256), 48)
    assert opened(ask(handlers, "page")).size == (256, 256)


def test_what_it_does_not_have_is_refused_in_words(handlers):
    assert "from 0 to 2" in ask(handlers, "look", 3)["error"]
    assert "opened up" in ask(handlers, "inside")["error"]


def test_grey_photographs_are_no_ink():
    from gan_models.ui.tabs.sample.sheets import film_pages, sheet

    grey = Sampler(lambda z, _: z.new_zeros(len(z), 1, 64, 64), 4)
    answer = sheet(grey, grey.draw(torch.zeros(4, 4), None), 2, 12)
    assert (opened(answer).format, opened(answer).size, answer["ink"]) == ("JPEG", (384, 384), False)
    assert film_pages(grey, grey.draw(torch.zeros(1, 4), None))[0].getpixel((9, 9)) == (128, 128, 128)
