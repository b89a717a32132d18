"""Opening what visitors bring: any picture file to RGB, in bounded memory, or one sentence that says what is wrong."""

import base64
import contextlib
import io
import struct
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageOps
from PIL.ExifTags import Base

from gan_models.core.errors import BadRequest
from gan_models.core.picture_worker import open_elsewhere

MOST_BYTES = 25_000_000
MOST_PIXELS = 40_000_000
LEAST_SIDE = 16  # unless the caller can do with less
MOST_SCANS = 100  # of a JPEG; a progressive photograph has about ten
MOST_PARTS = 300  # segments before a JPEG's first scan that are walked through here; twenty times as many of a PNG
QUICK_BYTES = 1_000_000  # of a file whose parts are not counted
QUICK_PIXELS = 4_000_000  # of a picture that is decoded here; the two below are for formats that are quick
QUICK_JPEG = 160_000_000  # pixels times scans; twelve million in a progressive photograph's ten are quick
QUICK_PNG = 16_000_000
PIECE = 2**16  # a third of the bytes of a large file that are spelled out at a time
JPEGS = ("JPEG", "MPO")  # a phone's with a preview behind it is the second
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "PPM")


def open_picture(
    data: bytes, most_pixels: int = MOST_PIXELS, least_side: int = LEAST_SIDE, modes: tuple[str, ...] = ("RGB",)
) -> Image.Image:
    """The picture in a file's bytes, upright; of an animation the first frame.

    A picture whose mode is one of ``modes`` keeps it; any other becomes RGB, alpha laid on white.

    The size is read from the header before any pixel is decoded. A JPEG with more than ``most_pixels`` is decoded at
    a half, a quarter or an eighth of its size, which costs no more memory than a small one. What may take long to
    decode is decoded in a process of its own, which is given up after ten seconds.

    Raises:
        BadRequest: no picture, cut off, too large, too slow, or a side shorter than ``least_side`` pixels.
    """
    if not data:
        raise BadRequest("The file is empty; choose a picture.")
    if len(data) > MOST_BYTES:
        raise BadRequest(too_heavy(MOST_BYTES))
    options = {"most_pixels": most_pixels, "least_side": least_side, "modes": modes}
    passes = scans(data) if data[:2] == b"\xff\xd8" else 1
    if passes > MOST_SCANS:
        raise BadRequest("This JPEG is made of too many scans; save it as an ordinary JPEG and try again.")
    if not many_parts(data):
        try:
            return open_here(data, **options, quick=passes)
        except Slow:
            pass
    return open_elsewhere(data, options)


class Slow(Exception):
    """The picture may take longer to decode than a thread should."""


def open_here(
    data: bytes, most_pixels: int, least_side: int, modes: tuple[str, ...], quick: int | None = None
) -> Image.Image:
    """:func:`open_picture` in this thread.

    With ``quick``, in how many passes over its pixels the picture is decoded, ``Slow`` before anything is decoded that
    may take long.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of sizes that are checked below
            with Image.open(io.BytesIO(data), formats=known_formats()) as picture:
                check_size(picture, most_pixels, least_side)
                if quick and not quick_to_decode(picture, quick):
                    raise Slow
                turned = upright(picture)
                if turned.mode not in modes:
                    return to_rgb(turned)
                return turned if picture.format in JPEGS else turned.copy()  # others may still read from their file
    except (BadRequest, Slow):
        raise
    except Image.DecompressionBombError as error:
        raise BadRequest(too_large(most_pixels)) from error
    except Image.UnidentifiedImageError as error:
        raise BadRequest("This is no picture that can be opened here; try a JPEG, PNG or WebP file.") from error
    except (OSError, ValueError, SyntaxError, IndexError, EOFError, MemoryError) as error:
        raise BadRequest("The picture's file is damaged or cut off; try another copy of it.") from error


def many_parts(data: bytes) -> bool:
    """Whether reading the file's header alone may take long: Pillow walks through its parts in Python."""
    if data[:2] == b"\xff\xd8":
        at, parts = 2, 0
        while parts < MOST_PARTS and data[at + 1 : at + 2] not in (b"\xda", b"") and at + 4 <= len(data):
            at, parts = at + 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big")), parts + 1
        return parts >= MOST_PARTS
    if data[:4] == b"\x89PNG":
        at, parts = 8, 0
        while parts < 20 * MOST_PARTS and at + 4 <= len(data):
            at, parts = at + 12 + struct.unpack_from(">I", data, at)[0], parts + 1
        return parts >= 20 * MOST_PARTS
    return len(data) > QUICK_BYTES and data[8:12] != b"WEBP"


def scans(data: bytes) -> int:
    """Scans of a JPEG, a thumbnail's too; nothing else in its compressed data begins with these two bytes.

    Each costs a pass over all pixels, and may be as short as ten bytes.
    """
    numbers = np.frombuffer(data, np.uint8)  # bytes.count takes ten times as long
    return int(np.count_nonzero(numbers[np.flatnonzero(numbers[:-1] == 0xFF) + 1] == 0xDA))


def quick_to_decode(picture: Image.Image, passes: int) -> bool:
    """Whether a picture whose header is read is decoded in some tenths of a second."""
    pixels = picture.size[0] * picture.size[1]
    if picture.format in JPEGS:
        return pixels * passes <= QUICK_JPEG
    return pixels <= (QUICK_PNG if picture.format == "PNG" and picture.mode in ("L", "P", "RGB") else QUICK_PIXELS)


@cache
def known_formats() -> tuple[str, ...]:
    """Of :data:`FORMATS`, those that this Pillow can read."""
    Image.init()
    return tuple(kind for kind in FORMATS if kind in Image.OPEN)


def check_size(picture: Image.Image, most_pixels: int, least_side: int) -> None:
    """Refuse a picture by its header, or have a large JPEG decoded smaller."""
    width, height = picture.size
    if min(width, height) < least_side:
        raise BadRequest(f"The picture is {width} x {height} pixels; it needs at least {least_side} on each side.")
    if width * height > most_pixels and picture.format in JPEGS:
        shrink = (width * height / most_pixels) ** 0.5
        picture.draft("RGB", (int(width / shrink / 2), int(height / shrink / 2)))
    if picture.size[0] * picture.size[1] > most_pixels:
        raise BadRequest(too_large(most_pixels))


def too_heavy(most_bytes: int) -> str:
    """What is said of a file with too many bytes."""
    return f"The file is larger than {most_bytes // 1_000_000} MB; save the picture smaller and try again."


def too_large(most_pixels: int) -> str:
    """What is said of a picture with too many pixels."""
    return f"The picture has more than {most_pixels // 1_000_000} million pixels; save it smaller and try again."


def upright(picture: Image.Image) -> Image.Image:
    """Decoded and turned as its EXIF orientation says; a nonsensical EXIF block is left alone.

    In place, but for a JPEG's colours, which are turned one by one: of a large one there are never two copies.
    """
    picture.load()
    with contextlib.suppress(ValueError, KeyError, TypeError, SyntaxError, OSError):
        if picture.format in JPEGS and picture.mode == "RGB" and picture.getexif().get(Base.Orientation, 1) != 1:
            colours = picture.split()
            picture.close()
            for colour in colours:
                turn(colour)
            return Image.merge("RGB", colours)
    turn(picture)
    return picture


def turn(picture: Image.Image) -> None:
    """:func:`upright` of a decoded picture, in place."""
    with contextlib.suppress(ValueError, KeyError, TypeError, SyntaxError, OSError):
        ImageOps.exif_transpose(picture, in_place=True)


def to_rgb(picture: Image.Image) -> Image.Image:
    """Any mode to RGB: 16-bit and float greys scaled to their range, alpha laid on white."""
    if picture.mode == "RGB":
        return picture.copy()
    if picture.mode.startswith("I") or picture.mode == "F":
        return Image.fromarray(squeeze_range(np.asarray(picture))).convert("RGB")
    if picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(paper, picture).convert("RGB")
    return picture.convert("RGB")


def opaque(picture: Image.Image) -> Image.Image:
    """Any mode to RGB; what is transparent keeps the colour it has underneath."""
    return to_rgb(picture.convert("RGBA").convert("RGB") if picture.has_transparency_data else picture)


def squeeze_range(page: np.ndarray) -> np.ndarray:
    """Numbers (H, W) to uint8: 16-bit by its full range, where larger or negative by what occurs."""
    if page.dtype.kind == "f":
        page = np.nan_to_num(page, nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(page.min()), float(page.max())
    table = page.dtype.kind in "iu" and low >= 0 and high <= 65535
    if low >= 0 and high <= 65535 and high > 1:
        low, high = 0.0, 65535.0 if high > 255 else 255.0

    def squeezed(numbers: np.ndarray) -> np.ndarray:
        scaled = (numbers.astype(np.float64) - low) * (255.0 / max(high - low, 1e-12))
        return np.round(scaled).clip(0, 255).astype(np.uint8)

    if table:  # a tenth of the time, and no copy eight times as large
        return squeezed(np.arange(65536))[page]
    return np.concatenate([squeezed(rows) for rows in np.array_split(page, -(-page.size // 2**22))])


def file_of(picture: Image.Image, kind: str, **options) -> bytes:
    """A picture as a file's bytes: ``kind`` and ``options`` are those of PIL's ``save``."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


@dataclass(frozen=True)
class LargeUrl:
    """:func:`data_url` of a large picture, spelled out piece by piece as it is sent: of its file there is one copy."""

    data: bytes
    kind: str

    def __str__(self) -> str:
        return data_url(self.data, self.kind)

    def __len__(self) -> int:
        return len(data_url(b"", self.kind)) + -(-len(self.data) // 3) * 4

    def __iter__(self) -> Iterator[bytes]:
        yield data_url(b"", self.kind).encode()
        for start in range(0, len(self.data), 3 * PIECE):
            yield base64.b64encode(memoryview(self.data)[start : start + 3 * PIECE])


def data_url(data: bytes, kind: str, media: str = "image") -> str:
    """A picture file as a URL; ``kind`` as browsers name it: ``png``, ``jpeg``, ``webp`` or ``gif``."""
    return f"data:{media}/{kind};base64," + base64.b64encode(data).decode()
