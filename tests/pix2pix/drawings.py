"""Pictures for the tests of pix2pix: a sketch, a label map, and noise in a photograph's place."""

import numpy as np
from PIL import Image, ImageDraw

from gan_models.data.labels import LABELS


def sketch(size: int = 200) -> Image.Image:
    page = Image.new("RGB", (size, size), "white")
    ImageDraw.Draw(page).rectangle((size // 4, size // 3, 3 * size // 4, 3 * size // 4), outline="black", width=3)
    return page


def house(size: int = 200) -> Image.Image:
    page = Image.new("RGB", (size, size), LABELS["background"])
    draw = ImageDraw.Draw(page)
    draw.rectangle((20, 20, size - 20, size), fill=LABELS["wall"])
    draw.rectangle((60, 60, 90, 100), fill=LABELS["window"])
    return page


def photo(width: int, height: int) -> Image.Image:
    page = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(page)
