"""Short films that visitors bring: MP4 or WebM to a few small frames, in bounded time and memory; and frames to an MP4.

PyAV decodes and encodes; it is imported with the first film. Sound is left out.
"""

import io
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from PIL import Image

from gan_models.core.errors import BadRequest
from gan_models.core.picture_worker import open_elsewhere

MOST_BYTES = 25_000_000
MOST_PIXELS = 9_000_000  # of a frame as it is in the file: "4K"
MOST_SECONDS = 10
MOST_DECODED = 2_400  # frames looked at: ten seconds of a slow-motion film
LEAST_FRAMES = 2
RATE = 12  # frames a second that are kept
SHORT_SIDE, LONG_SIDE = 256, 512
DECODE_S = 40.0
KINDS = {b"\x1a\x45\xdf\xa3": "matroska"}  # by a file's first bytes; an MP4 says "ftyp" four bytes later
CODECS = ("h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "libdav1d", "libvpx-vp9", "libvpx")
NO_CLIP = "This is no clip that can be opened here; try an MP4 or WebM file."
DAMAGED = "The clip's file is damaged or cut off; try another copy of it."
TOO_LONG = "The clip takes too long to open; save it shorter or smaller and try again."


@dataclass(frozen=True)
class Clip:
    """The first ten seconds of a film.

    Attributes:
        frames: (N, h, w, 3) uint8, :data:`RATE` a second; the shorter side at most 256 pixels, both sides even.
        cut: whether the film goes on.
    """

    frames: np.ndarray
    cut: bool

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return len(self.frames) / RATE


def is_clip(data: bytes) -> bool:
    """Whether a file begins as an MP4 or a WebM does; an AVIF or HEIF picture does not."""
    return kind_of(data) is not None


def kind_of(data: bytes) -> str | None:
    """The container in a file's first bytes, as FFmpeg calls it. Nothing else is handed to FFmpeg, which knows formats
    that name other files."""
    if data[4:8] == b"ftyp" and data[8:12] not in (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1"):
        return "mp4"
    return KINDS.get(data[:4])


def open_clip(data: bytes) -> Clip:
    """The clip in a file's bytes, upright. It is decoded in a process of its own, which is given up after a while.

    Raises:
        BadRequest: no clip, cut off, too large, too slow, or a single frame.
    """
    if len(data) > MOST_BYTES:
        raise BadRequest(f"The clip is larger than {MOST_BYTES // 1_000_000} MB; save it shorter or smaller.")
    if not is_clip(data):
        raise BadRequest(NO_CLIP)
    column = open_elsewhere(data, {"film": True}, DECODE_S, TOO_LONG)
    return Clip(np.asarray(column).reshape(-1, column.info["height"], column.width, 3), column.info["cut"])


def open_clip_here(data: bytes) -> Image.Image:
    """:func:`open_clip` in this process: the frames one below the other, with ``height`` and ``cut`` in ``info``."""
    import av

    try:
        with av.open(io.BytesIO(data), format=kind_of(data), metadata_errors="ignore") as container:
            if not container.streams.video:
                raise BadRequest("There is no picture in this clip; choose another.")
            stream = container.streams.video[0]
            context = stream.codec_context
            if context.name not in CODECS:
                raise BadRequest(NO_CLIP)
            check_size(context.width, context.height)
            context.thread_count = 1
            frames, cut = sampled(container.decode(stream))
    except av.error.FFmpegError as error:
        raise BadRequest(DAMAGED) from error
    except (ValueError, IndexError, MemoryError, OverflowError) as error:
        raise error if isinstance(error, BadRequest) else BadRequest(DAMAGED) from error
    if len(frames) < LEAST_FRAMES:
        raise BadRequest("The clip has a single picture; open it as a picture, or choose a longer clip.")
    column = Image.fromarray(np.concatenate(frames))
    column.info.update(height=frames[0].shape[0], cut=cut)
    return column


def sampled(decoded: Iterable) -> tuple[list[np.ndarray], bool]:
    """Of PyAV's frames, what is seen :data:`RATE` times a second of the first ten, and whether there is more."""
    frames: list[np.ndarray] = []
    start, last = None, None
    for frame in itertools.islice(decoded, MOST_DECODED):
        check_size(frame.width, frame.height)
        time = float(frame.time or 0)
        start = time if start is None else start
        due = min(int((time - start) * RATE + 1e-3) + 1, MOST_SECONDS * RATE)  # how many are due by now
        if last is not None:
            frames += [last] * max(0, due - 1 - len(frames))  # nothing new came for a while
        if len(frames) >= MOST_SECONDS * RATE or time - start >= MOST_SECONDS:
            return frames, True
        if due > len(frames):
            last = small(frame)
            if frames and last.shape != frames[0].shape:
                raise BadRequest("The clip changes its size on the way; save it anew and try again.")
            frames.append(last)
    return frames, False


def small(frame) -> np.ndarray:
    """A frame of PyAV's as (h, w, 3) uint8, upright, with even sides."""
    scale = min(1.0, SHORT_SIDE / min(frame.width, frame.height), LONG_SIDE / max(frame.width, frame.height))
    width, height = (max(2, round(side * scale / 2) * 2) for side in (frame.width, frame.height))
    page = frame.reformat(width=width, height=height, format="rgb24", interpolation="AREA").to_ndarray()
    turns = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(page, turns))


def check_size(width: int, height: int) -> None:
    """Refuse a frame that is too large or hardly there."""
    if width * height > MOST_PIXELS:
        raise BadRequest(
            f"The clip's frames have more than {MOST_PIXELS // 1_000_000} million pixels; save it smaller."
        )
    if min(width, height) < 16 or max(width, height) > 8 * min(width, height):
        raise BadRequest(f"The clip is {width} x {height} pixels; it needs at least 16 each way, and no thin strip.")


class Film:
    """An MP4 that grows frame by frame: H.264."""

    def __init__(self, width: int, height: int):
        import av

        self.count = 0
        self._file = io.BytesIO()
        self._container = av.open(self._file, "w", format="mp4")
        self._stream = self._container.add_stream("libx264", rate=RATE, options={"crf": "20", "preset": "veryfast"})
        self._stream.width, self._stream.height, self._stream.pix_fmt = width, height, "yuv420p"
        self._stream.time_base = Fraction(1, RATE)

    def add(self, page: np.ndarray) -> None:
        """One more frame, (h, w, 3) uint8, both sides even."""
        import av

        frame = av.VideoFrame.from_ndarray(page, format="rgb24")
        frame.pts, self.count = self.count, self.count + 1
        self._container.mux(self._stream.encode(frame))

    def close(self) -> bytes:
        """The whole file."""
        self._container.mux(self._stream.encode())
        self._container.close()
        return self._file.getvalue()
