"""What the sampling tab can be asked of a model with style vectors; the networks have learned nothing."""

import base64
import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gan_models.core.errors import ModelUnavailable
from gan_models.stylegan.invert import STEPS
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.sharpening import STRENGTH, sharpened
from gan_models.ui.tabs.inpaint import handlers as inpaint
from gan_models.ui.tabs.sample import styles
from gan_models.ui.tabs.sample.handlers import SampleHandlers
from gan_models.ui.tabs.sample.models import MODELS, Model, open_sampler, see_tight_face, ways
from tests.stylegan.untrained import untrained

PORTRAIT = inpaint.PICTURES / "portrait_hopper.webp"


@pytest.fixture(scope="module")
def pool() -> ModelPool:
    pool = ModelPool("cpu", "embedded")
    pool.keep("stylegan", untrained)
    return pool


@pytest.fixture
def ask(pool, monkeypatch):
    entry = Model("Faces", 0, ways("a", "b", "c"), open_sampler("stylegan"), see_tight_face, styles=True, sharpens=64)
    monkeypatch.setitem(MODELS, "stylegan", entry)
    handlers = SampleHandlers(pool)

    def ask(word: str, visitor: str = "one", picture: bytes = b"", mask: bytes = b"", **more) -> dict:
        request = {"ask": word, "model": "stylegan", "point": {"seed": 3}, **more}
        files = {name: file for name, file in (("picture", picture), ("mask", mask)) if file}
        return handlers.answer(request, files, visitor)

    return ask


def opened(url: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGB")).astype(float)


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """How far two pictures are from each other, in levels of brightness."""
    return np.abs(one - other).mean()


def file_of(picture: Image.Image, kind: str = "JPEG") -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind)
    return buffer.getvalue()


def test_a_face_is_shown_with_what_is_said_of_it(ask):
    answer = ask("look")
    assert opened(answer["url"]).shape == (192, 192, 3)
    assert "man" in answer["sees"] and 0 < answer["real"] < 1 and not answer["ink"]


def test_a_board_is_nine_mixtures(ask):
    answer = ask("board", seeds=[1, 2, 3])
    assert opened(answer["url"]).shape == (576, 576, 3) and opened(answer["heads"]).shape == (192, 576, 3)
    mixed = opened(ask("look", point={"seed": 3, "mix": [None, 2, None]})["url"])
    cell = opened(answer["url"])[192:384, 192:384]
    assert apart(cell, mixed) < apart(opened(ask("look")["url"]), mixed) / 4
    assert "three seeds" in ask("board", seeds=[1, 2])["error"]


def test_a_model_without_styles_says_so(ask):
    assert "no styles" in ask("board", model="digits", seeds=[1, 2, 3])["error"]


def test_a_photo_is_found_searched_and_played_with(ask, monkeypatch):
    monkeypatch.setattr(styles, "STEPS_S", 0)  # one step an answer
    answer = ask("photo", picture=PORTRAIT.read_bytes())
    assert (answer["faces"], answer["progress"]) == (1, 0)
    key, first = answer["key"], answer["lpips"]
    for step in range(1, 9):
        answer = ask("closer", key=key)
        assert answer["progress"] == pytest.approx(step / STEPS)
    assert answer["lpips"] < first  # even untrained networks come a little closer
    own, stranger = (opened(ask("look", **more)["url"]) for more in ({"key": key}, {}))
    drawn = np.asarray(Image.fromarray(opened(answer["url"]).astype(np.uint8)).resize((192, 192)), float)
    assert apart(own, drawn) < apart(own, stranger) / 4
    smiling = opened(ask("look", key=key, point={"seed": 3, "amounts": [2, 0, 0]})["url"])
    assert apart(smiling, own) > 1
    assert ask("strip", key=key, slider=0).keys() == {"url", "ink"}
    assert ask("look", key=key, visitor="another")["expired"]  # nobody else's business
    assert ask("closer", key="gone")["expired"]


def test_a_face_is_held_pulled_and_played_with(ask, monkeypatch):
    monkeypatch.setattr(styles, "PULL_S", 0)  # one step an answer
    before = ask("look")["url"]
    laid = ask("hold", handles=[[0.4, 0.4]], targets=[[0.6, 0.5]])
    assert laid["handles"] == ((0.4, 0.4),) and not laid["over"]
    key = laid["key"]
    for target in ([0.6, 0.5], [0.6, 0.5], [0.2, 0.2]):  # the last one is another: a hand went on
        answer = ask("pull", key=key, targets=[target])
    assert answer["url"] != laid["url"] and ask("look", key=key)["url"] != before
    assert ask("look")["url"] == before  # undo is going back
    further = ask("hold", key=key, handles=[[0.5, 0.5], [0.1, 0.1]], targets=[[0.5, 0.4], [0.1, 0.1]])
    assert further["key"] != key and apart(opened(further["url"]), opened(answer["url"])) < 12
    assert ask("strip", key=key, slider=0).keys() == {"url", "ink"}
    assert ask("pull", key=key, targets=[[0.5, 0.5]], visitor="another")["expired"]  # nobody else's business
    assert "no photo" in ask("closer", key=key)["error"]


def test_a_face_at_rest_is_sharpened_and_kept_so(ask):
    """Seen and kept are one picture, which is not the generator's own; a face that was pulled has its own as well."""
    seen = opened(ask("sharpen")["url"])
    kept, plain = (opened(ask("page", sharpened=whether)["url"]) for whether in (True, False))
    assert seen.shape == kept.shape == plain.shape == (256, 256, 3)
    assert apart(seen, kept) < apart(plain, kept) / 4  # a JPEG and a PNG
    stranger = opened(ask("page", point={"seed": 4})["url"])
    assert apart(plain, kept) < apart(plain, stranger) / 2
    key = ask("hold", handles=[[0.4, 0.4]], targets=[[0.6, 0.5]])["key"]
    for _ in range(3):
        ask("pull", key=key, targets=[[0.6, 0.5]])
    assert apart(opened(ask("sharpen", key=key)["url"]), seen) > 1
    assert ask("sharpen", key=key, visitor="another")["expired"]  # nobody else's business


def test_a_generators_chequerboard_does_not_become_a_mesh(pool):
    fields = np.indices((64, 64)).sum(0) % 2 * 8 + 120
    board = Image.fromarray(fields.astype(np.uint8)).convert("RGB")
    meshed, calm = (
        np.asarray(page)[32:-32, 32:-32].std()
        for page in (pool.get("srgan").enlarge(board, strength=STRENGTH), sharpened(pool.get("srgan"), board))
    )
    assert calm < meshed / 4


def test_without_the_enlarger_the_picture_stays(ask, pool, monkeypatch):
    def unavailable(name: str):
        if name == "srgan":
            raise ModelUnavailable("It is not here.")
        return ModelPool.get(pool, name)

    monkeypatch.setattr(pool, "get", unavailable)
    assert ask("sharpen") == {"error": "It is not here."} and "error" not in ask("look")


def test_what_may_move_is_brushed(ask):
    brushed = Image.new("RGBA", (64, 64))
    laid = {"handles": [[0.4, 0.4]], "targets": [[0.6, 0.5]]}
    assert "Nothing may move" in ask("hold", mask=file_of(brushed, "PNG"), **laid)["error"]
    brushed.paste("white", (0, 0, 64, 40))
    key = ask("hold", mask=file_of(brushed, "PNG"), **laid)["key"]
    assert not ask("pull", key=key, targets=laid["targets"])["over"]


@pytest.mark.parametrize(
    "more",
    [{}, {"handles": [[0.4, 0.4]]}, {"handles": [], "targets": []}, {"handles": "a", "targets": [[0, 0]]},
     {"handles": [[0.4, "nan"]], "targets": [[0, 0]]}, {"handles": [[0.1] * 3], "targets": [[0, 0]]}],
)  # fmt: skip
def test_handles_that_make_no_sense_are_refused_in_words(ask, more):
    assert set(ask("hold", **more)) == {"error"}


def test_who_holds_nothing_pulls_nothing(ask):
    key = ask("photo", picture=PORTRAIT.read_bytes())["key"]
    assert "Nobody holds" in ask("pull", key=key, targets=[[0.5, 0.5]])["error"]
    assert "no styles" in ask("hold", model="digits", handles=[[0, 0]], targets=[[1, 1]])["error"]


def test_one_of_several_faces_is_chosen(ask):
    portrait = Image.open(PORTRAIT).convert("RGB").resize((300, 300))
    row = Image.new("RGB", (900, 300))
    for k, side in enumerate((300, 260, 220)):
        row.paste(portrait.resize((side, side)), (300 * k, 0))
    answers = [ask("photo", picture=file_of(row), face=k) for k in (0, 2)]
    assert [a["faces"] for a in answers] == [3, 3] and answers[0]["key"] != answers[1]["key"]


def test_pictures_without_a_face_are_refused_in_words(ask):
    drawing = Image.new("RGB", (400, 400), "white")
    ImageDraw.Draw(drawing).line((50, 60, 350, 300), "black", 4)
    panorama = Image.linear_gradient("L").resize((12_000, 600)).convert("RGB")
    for picture in (drawing, panorama):
        assert "No face was found" in ask("photo", picture=file_of(picture))["error"]
    assert "choose one" in ask("photo")["error"]
