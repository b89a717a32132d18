"""Clips that visitors bring: what is kept of them, and what is refused in words."""

import io
import struct

import av
import numpy as np
import pytest

from gan_models.core.clips import RATE, Film, is_clip, open_clip, open_clip_here
from gan_models.core.errors import BadRequest


def page(k: int, width: int = 96, height: int = 64) -> np.ndarray:
    """A bright square that moves, on a slope of grey."""
    made = np.tile(np.linspace(20, 120, width)[None, :, None], (height, 1, 3)).astype(np.uint8)
    made[10:30, 4 + k % 40 : 24 + k % 40] = (250, 200, 40)
    return made


def mp4(count: int = 18, width: int = 96, height: int = 64) -> bytes:
    film = Film(width, height)
    for k in range(count):
        film.add(page(k, width, height))
    return film.close()


def webm(count: int, rate: int) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="webm") as container:
        stream = container.add_stream("libvpx", rate=rate)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for k in range(count):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(page(k), format="rgb24")))
        container.mux(stream.encode())
    return file.getvalue()


def frames_of(data: bytes) -> tuple[np.ndarray, bool]:
    column = open_clip_here(data)
    return np.asarray(column).reshape(-1, column.info["height"], column.width, 3), column.info["cut"]


def test_a_film_comes_back_frame_by_frame():
    frames, cut = frames_of(mp4())
    assert frames.shape == (18, 64, 96, 3) and not cut
    off = np.abs(frames.astype(int) - np.stack([page(k) for k in range(18)]))
    assert off.mean() < 6  # colours are stored at half the size


def test_of_a_quicker_film_every_other_frame_is_kept():
    frames, _ = frames_of(webm(24, 24))
    assert len(frames) == pytest.approx(RATE, abs=1)
    edge = [int((frame[20, :, 0].astype(int) - frame[20, :, 2] > 100).argmax()) for frame in frames]
    assert edge[-1] - edge[0] == pytest.approx(2 * (len(frames) - 1), abs=2)


def test_ten_seconds_are_kept():
    frames, cut = frames_of(mp4(RATE * 11))
    assert len(frames) == 10 * RATE and cut


def test_a_phone_held_upright():
    """Its film lies on its side, and a matrix in the header says so."""
    data = mp4(4)
    plain = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    turned = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 64 << 16, 0, 1 << 30)  # a quarter clockwise
    at = data.index(plain, data.index(b"tkhd"))
    frames, _ = frames_of(data[:at] + turned + data[at + 36 :])
    assert frames.shape == (4, 96, 64, 3)
    assert np.abs(frames[0].astype(int) - np.rot90(page(0), -1)).mean() < 8


def test_large_frames_become_small_ones():
    assert frames_of(mp4(2, 1280, 720))[0].shape == (2, 256, 456, 3)
    assert frames_of(mp4(2, 720, 1280))[0].shape == (2, 456, 256, 3)


def test_it_is_opened_in_a_process_of_its_own():
    data = mp4(3)
    clip = open_clip(data)
    assert np.array_equal(clip.frames, frames_of(data)[0]) and clip.seconds == 0.25
    with pytest.raises(BadRequest, match="damaged or cut off"):
        open_clip(data[: len(data) // 2])


@pytest.mark.parametrize(("data", "words"), [
    (b"", "no clip"), (b"#EXTM3U\nfile:///etc/passwd\n", "no clip"), (b"RIFF1234AVI LIST", "no clip"),
    (b"\0\0\0\x18ftypisom" + b"\0" * 500, "damaged|no picture"), (b"\x1a\x45\xdf\xa3" + b"\xff" * 500, "damaged"),
    (mp4(1), "single picture"), (mp4(2, 160, 16), "thin strip"),
])  # fmt: skip
def test_what_is_none_is_refused_in_words(data, words):
    with pytest.raises(BadRequest, match=words):
        open_clip(data) if not is_clip(data) else open_clip_here(data)


def test_an_avif_picture_is_no_clip():
    assert not is_clip(b"\0\0\0\x1cftypavif" + b"\0" * 20)
    assert is_clip(mp4(2)) and is_clip(webm(2, 12))
