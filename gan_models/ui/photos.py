"""Colour pictures on their way to the page: enlarged smoothly, many on one sheet."""

from pathlib import Path

from gan_models.core.pictures import data_url, file_of

FACTOR = 3  # how much larger a sheet's pictures are than the network's
COLUMNS = 7  # of a sheet


def enlarged(pictures, factor: int) -> list:
    """Pictures (N, C, H, W) in [-1, 1], C of 1 or 3, as smooth, larger PIL images of mode RGB (Lanczos)."""
    from PIL import Image

    from gan_models.core import images

    size = (pictures.shape[3] * factor, pictures.shape[2] * factor)
    return [page.convert("RGB").resize(size, Image.Resampling.LANCZOS) for page in images.to_pil(pictures)]


def photo_sheet(pictures, factor: int = FACTOR, columns: int = COLUMNS) -> dict:
    """Pictures (N, C, H, W) as one JPEG data URL, seven a row, with its number of columns and rows."""
    from PIL import Image

    pages = enlarged(pictures, factor)
    columns = min(columns, len(pages))
    rows = -(-len(pages) // columns)
    width, height = pages[0].size
    sheet = Image.new("RGB", (columns * width, rows * height))
    for i, page in enumerate(pages):
        sheet.paste(page, (i % columns * width, i // columns * height))
    return {"url": jpeg_url(sheet), "columns": columns, "rows": rows}


def thumbnail_url(path: Path, side: int = 112) -> str:
    """The middle square of a picture file, small, as a ``data:image/webp`` URL."""
    from PIL import Image, ImageOps

    with Image.open(path) as picture:
        small = ImageOps.fit(picture.convert("RGB"), (side, side), Image.Resampling.LANCZOS)
    return data_url(file_of(small, "WEBP", quality=80), "webp")


def jpeg_url(picture, quality: int = 88) -> str:
    """A picture of mode RGB as a ``data:image/jpeg`` URL, its colours as fine as its light."""
    return data_url(file_of(picture, "JPEG", quality=quality, subsampling=0), "jpeg")


def download(picture, name: str, png_pixels: int, compress_level: int = 6) -> dict[str, str]:
    """A picture of mode RGB as a file to keep, its URL and name: up to so many pixels a PNG, else a fine JPEG."""
    if picture.width * picture.height <= png_pixels or max(picture.size) > 65_000:  # what a JPEG can hold
        return {"url": data_url(file_of(picture, "PNG", compress_level=compress_level), "png"), "name": f"{name}.png"}
    return {"url": jpeg_url(picture, quality=95), "name": f"{name}.jpg"}


def webp_url(picture) -> str:
    """A picture as a ``data:image/webp`` URL, without loss and quickly made."""
    return data_url(file_of(picture, "WEBP", lossless=True, quality=0, method=0), "webp")


def png_file(picture) -> bytes:
    """A picture as the bytes of a PNG file, as if somebody had brought it."""
    return file_of(picture, "PNG")
