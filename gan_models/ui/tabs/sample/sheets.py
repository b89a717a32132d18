"""Pictures on their way to the sampling tab: many in one file, so that one request carries a whole drag."""

from gan_models.ui.photos import enlarged, photo_sheet


def sheet_url(pictures, columns: int, factor: int) -> str:
    """Pictures (N, C, H, W) as one data URL, ``columns`` a row.

    One channel is ink: a PNG with the ink in its alpha channel, enlarged by ``factor``. Three are a photograph: a JPEG,
    enlarged threefold.
    """
    from gan_models.core import images

    if pictures.shape[1] == 1:
        return images.coverage_png(images.grid(images.smooth_coverage(pictures, factor), columns))
    return photo_sheet(pictures, columns=columns)["url"]


def film_pages(pictures, factor: int = 8) -> list:
    """Pictures (N, C, H, W) to keep: digits enlarged as black on white with a margin, photographs enlarged fourfold."""
    from PIL import Image

    from gan_models.core import images

    if pictures.shape[1] == 1:
        return [Image.fromarray(images.coverage_over_white(page)) for page in images.smooth_coverage(pictures, factor)]
    return enlarged(pictures, 4)
