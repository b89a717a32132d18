"""Pictures on their way to the sampling tab: many in one file, so that one request carries a whole drag."""

from gan_models.ui.photos import enlarged, photo_sheet

SHOWN = 192  # pixels: the side of a photograph on the page, about
KEPT = 256  # pixels: the side of one that is kept, about


def sheet(sampler, pictures, columns: int, factor: int) -> dict:
    """Pictures (N, C, H, W) of a sampler as one data URL, ``columns`` a row, and whether it is ink.

    Ink is a PNG with the ink in its alpha channel, enlarged by ``factor``; photographs are a JPEG.
    """
    from gan_models.core import images

    if sampler.ink:
        url = images.coverage_png(images.grid(images.smooth_coverage(pictures, factor), columns))
    else:
        url = photo_sheet(pictures, whole_factor(SHOWN, pictures), columns)["url"]
    return {"url": url, "ink": sampler.ink}


def film_pages(sampler, pictures, factor: int = 8) -> list:
    """Pictures (N, C, H, W) to keep, as PIL images: ink as black on white with a margin, photographs enlarged."""
    from PIL import Image

    from gan_models.core import images

    if sampler.ink:
        return [Image.fromarray(images.coverage_over_white(page)) for page in images.smooth_coverage(pictures, factor)]
    return enlarged(pictures, whole_factor(KEPT, pictures))


def whole_factor(side: int, pictures) -> int:
    """What brings pictures (N, C, H, W) closest to ``side`` pixels of height, at least 1."""
    return max(1, round(side / pictures.shape[2]))
