"""Opening what visitors bring: any picture file to RGB, in bounded memory, or one sentence that says what is wrong."""

import base64
import binascii
import io
import warnings
from functools import cache

import numpy as np
from PIL import Image, ImageOps

from gan_models.core.errors import BadRequest

MOST_BYTES = 25_000_000
MOST_PIXELS = 40_000_000
LEAST_SIDE = 16  # unless the caller can do with less
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "PPM")


def open_picture(
    data: bytes, most_pixels: int = MOST_PIXELS, least_side: int = LEAST_SIDE, modes: tuple[str, ...] = ("RGB",)
) -> Image.Image:
    """The picture in a file's bytes, upright; of an animation the first frame.

    A picture whose mode is one of ``modes`` keeps it; any other becomes RGB, alpha laid on white.

    The size is read from the header before any pixel is decoded. A JPEG with more than ``most_pixels`` is decoded at
    a half, a quarter or an eighth of its size, which costs no more memory than a small one.

    Raises:
        BadRequest: no picture, cut off, too large, or a side shorter than ``least_side`` pixels.
    """
    if not data:
        raise BadRequest("The file is empty; choose a picture.")
    if len(data) > MOST_BYTES:
        raise BadRequest(too_heavy(MOST_BYTES))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of sizes that are checked below
            with Image.open(io.BytesIO(data), formats=known_formats()) as picture:
                check_size(picture, most_pixels, least_side)
                turned = upright(picture)
                return turned.copy() if turned.mode in modes else to_rgb(turned)
    except BadRequest:
        raise
    except Image.DecompressionBombError as error:
        raise BadRequest(too_large(most_pixels)) from error
    except Image.UnidentifiedImageError as error:
        raise BadRequest("This is no picture that can be opened here; try a JPEG, PNG or WebP file.") from error
    except (OSError, ValueError, SyntaxError, IndexError, EOFError, MemoryError) as error:
        raise BadRequest("The picture's file is damaged or cut off; try another copy of it.") from error


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
    if width * height > most_pixels and picture.format in ("JPEG", "MPO"):
        shrink = (width * height / most_pixels) ** 0.5
        picture.draft("RGB", (int(width / shrink / 2), int(height / shrink / 2)))
    if picture.size[0] * picture.size[1] > most_pixels:
        raise BadRequest(too_large(most_pixels))


def too_heavy(most_bytes: int) -> str:
    return f"The file is larger than {most_bytes // 1_000_000} MB; save the picture smaller and try again."


def too_large(most_pixels: int) -> str:
    return f"The picture has more than {most_pixels // 1_000_000} million pixels; save it smaller and try again."


def upright(picture: Image.Image) -> Image.Image:
    """Decoded and turned as its EXIF orientation says; a nonsensical EXIF block is left alone."""
    picture.load()
    try:
        return ImageOps.exif_transpose(picture)
    except (ValueError, KeyError, TypeError, SyntaxError, OSError):
        return picture


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


def squeeze_range(page: np.ndarray) -> np.ndarray:
    """Numbers (H, W) to uint8: 16-bit by its full range, where larger or negative by what occurs."""
    page = np.nan_to_num(page.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = page.min(), page.max()
    low, high = (0.0, 65535.0 if high > 255 else 255.0) if low >= 0 and high <= 65535 and high > 1 else (low, high)
    return np.round((page - low) * (255.0 / max(high - low, 1e-12))).clip(0, 255).astype(np.uint8)


def from_data_url(url: object, most_bytes: int = MOST_BYTES) -> bytes:
    """The bytes in a ``data:`` URL or in bare base64.

    Raises:
        BadRequest: no text, too long, or not base64.
    """
    if not isinstance(url, str) or not url:
        raise BadRequest("There is no picture yet; choose one.")
    body = url.split(",", 1)[1] if url.startswith("data:") and "," in url else url
    if len(body) > most_bytes * 4 // 3 + 4:
        raise BadRequest(too_heavy(most_bytes))
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequest("The picture did not arrive whole; try again.") from error
