"""Opening what visitors bring: every mode and format to RGB, and a clear word for what cannot be opened."""

import io
import struct
import time
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gan_models.core import picture_worker, pictures
from gan_models.core.errors import BadRequest
from gan_models.core.pictures import MOST_BYTES, open_picture, squeeze_range

RAMP = np.linspace(0, 255, 40 * 30 * 3).reshape(30, 40, 3).astype(np.uint8)


def as_file(picture: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "WEBP"])
def test_lossless_formats_keep_every_pixel(kind):
    options = {"lossless": True} if kind == "WEBP" else {}
    opened = open_picture(as_file(Image.fromarray(RAMP), kind, **options))
    assert opened.mode == "RGB"
    assert np.array_equal(np.asarray(opened), RAMP)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "I", "F"])
def test_every_mode_becomes_rgb(mode):
    if mode == "I;16":
        picture = Image.fromarray(RAMP[..., 0].astype(np.uint16) * 257)
    else:
        picture = Image.fromarray(RAMP).convert(mode)
    opened = open_picture(as_file(picture, "TIFF" if mode in ("CMYK", "F", "I") else "PNG"))
    assert (opened.mode, opened.size) == ("RGB", (40, 30))
    page = np.asarray(opened)
    assert page[-1].mean() > 200 > 60 > page[0].mean()


def test_sixteen_bits_are_scaled_not_clipped():
    page = np.array([[0, 257, 32768, 65535]], np.uint16)
    assert squeeze_range(page).tolist() == [[0, 1, 128, 255]]
    assert squeeze_range(np.array([[0, 100, 255]], np.int32)).tolist() == [[0, 100, 255]]
    assert squeeze_range(np.array([[-1.0, np.nan, 1.0]])).tolist() == [[0, 128, 255]]


def test_alpha_is_laid_on_white():
    clear = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    assert open_picture(as_file(clear)).getpixel((5, 5)) == (255, 255, 255)


def test_exif_turns_the_picture_upright():
    picture = Image.fromarray(RAMP)
    exif = Image.Exif()
    exif[0x0112] = 6
    opened = open_picture(as_file(picture, "JPEG", quality=95, exif=exif))
    assert opened.size == (30, 40)
    assert np.abs(np.asarray(opened).astype(int) - np.rot90(RAMP, -1)).mean() < 6


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_gives_its_first_frame(kind):
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    opened = open_picture(as_file(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True))
    red, green, blue = opened.getpixel((3, 3))
    assert red > 250 and max(green, blue) < 5


def test_how_small_is_too_small_is_for_the_caller_to_say():
    for size in ((8, 8), (1, 1), (1, 40)):
        tiny = as_file(Image.new("RGB", size, "teal"))
        assert open_picture(tiny, least_side=1).size == size
        with pytest.raises(BadRequest, match=f"{size[0]} x {size[1]} pixels; it needs at least 16"):
            open_picture(tiny)


def png_that_claims(width: int, height: int) -> bytes:
    """A tiny file whose header promises a huge picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("size", [(8000, 8000), (60_000, 60_000), (2_000_000, 30)])
def test_a_bomb_is_refused_by_its_header(size):
    with pytest.raises(BadRequest, match="million pixels"):
        open_picture(png_that_claims(*size))


def test_a_huge_jpeg_is_decoded_smaller():
    opened = open_picture(as_file(Image.new("RGB", (1600, 800), "teal"), "JPEG"), most_pixels=400_000)
    assert opened.width * opened.height <= 400_000
    assert opened.size[0] == 2 * opened.size[1]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"hello, I am no picture", "no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no picture"),
        (b"x" * (MOST_BYTES + 1), "larger than 25 MB"),
        (as_file(Image.new("RGB", (9, 900))), "at least 16"),
        (as_file(Image.effect_noise((40, 40), 50))[:-700], "damaged"),
        (as_file(Image.fromarray(RAMP), "JPEG")[:400], "damaged"),
    ],
)
def test_what_cannot_be_opened_is_said(data, words):
    with pytest.raises(BadRequest, match=words):
        open_picture(data)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_file_never_crashes(data):
    """A real file with bytes changed or cut: a picture or one sentence, nothing else."""
    kind = data.draw(st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"]))
    body = bytearray(as_file(Image.fromarray(RAMP), kind))
    for _ in range(data.draw(st.integers(1, 8))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    body = body[: data.draw(st.integers(1, len(body)))]
    try:
        assert open_picture(bytes(body)).mode == "RGB"
    except BadRequest as error:
        assert str(error).endswith(".")


def with_empty_scans(count: int, side: int = 1000) -> bytes:
    """A progressive JPEG whose last scan, which changes nothing, comes ``count`` times more."""
    whole = as_file(Image.new("RGB", (side, side), "teal"), "JPEG", progressive=True)
    return whole[:-2] + whole[whole.rindex(b"\xff\xda") : -2] * count + whole[-2:]


def test_a_jpeg_of_three_thousand_scans_costs_nothing():
    bomb = with_empty_scans(3000)
    assert len(bomb) < 300_000
    started = time.process_time()
    with pytest.raises(BadRequest, match="too many scans"):
        open_picture(bomb)
    assert time.process_time() - started < 0.1
    assert open_picture(with_empty_scans(20)).size == (1000, 1000)


@pytest.mark.parametrize("slow", [as_file(Image.new("RGB", (2500, 2000), "teal"), "WEBP"), with_empty_scans(90, 1500)])
def test_what_may_take_long_is_opened_elsewhere_and_looks_the_same(slow):
    usual = {"most_pixels": pictures.MOST_PIXELS, "least_side": 16, "modes": ("RGB",)}
    here = pictures.open_here(slow, **usual)
    with pytest.raises(pictures.Slow):
        pictures.open_here(slow, **usual, quick=pictures.scans(slow) or 1)
    assert open_picture(slow).tobytes() == here.tobytes()
    assert len(picture_worker._idle) == 1


def test_words_come_from_there_as_well():
    with pytest.raises(BadRequest, match="damaged"):
        open_picture(as_file(Image.effect_noise((2500, 2000), 50), "BMP")[:-3000])
    grey = Image.fromarray(np.full((40, 50), 40_000, np.uint16))
    answer = picture_worker.open_elsewhere(as_file(grey), {"most_pixels": 10**6, "least_side": 1, "modes": ("L", "1")})
    assert answer.mode == "RGB" and answer.getpixel((3, 3)) == (156, 156, 156)


def test_what_takes_too_long_is_given_up_and_the_next_picture_opens():
    endless = b"\xff\xd8" + b"\xff\xfe\0\2" * 6_000_000  # comments without a word in them
    assert pictures.many_parts(endless)
    started = time.monotonic()
    with pytest.raises(BadRequest, match="too long to open"):
        picture_worker.open_elsewhere(endless, {"most_pixels": 10**6, "least_side": 1, "modes": ("RGB",)}, 1.0)
    assert time.monotonic() - started < 4
    assert not picture_worker._idle, "its process is gone"
    assert open_picture(as_file(Image.new("RGB", (2500, 2000)), "WEBP")).size == (2500, 2000)
    picture_worker._idle[0].kill()
    picture_worker._idle[0].wait()
    assert open_picture(as_file(Image.new("RGB", (2500, 2000)), "WEBP")).size == (2500, 2000), "another is started"


def test_ordinary_photographs_are_opened_here(monkeypatch):
    monkeypatch.setattr(pictures, "open_elsewhere", None)
    for size, kind, options in (
        ((4000, 3000), "JPEG", {}), ((4000, 3000), "JPEG", {"progressive": True}), ((2000, 1500), "WEBP", {}),
        ((3000, 2000), "PNG", {"compress_level": 1}),
    ):  # fmt: skip
        assert open_picture(as_file(Image.new("RGB", size, "teal"), kind, **options)).size == size


def test_sixteen_bits_as_a_table_are_what_they_were_as_numbers():
    page = np.random.default_rng(0).integers(0, 65536, (60, 70)).astype(np.uint16)
    assert np.array_equal(squeeze_range(page), np.round(page * (255 / 65535)).astype(np.uint8))
    assert np.array_equal(squeeze_range(page.astype(np.float32)), squeeze_range(page))
