"""Golden pictures of translators, inpainting and flowers from words, which strict loading alone does not guard."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gan_models import load
from gan_models.core.face_finder import Frame

ROOT = Path(__file__).resolve().parents[1]
GOLDEN, TABS = ROOT / "tests" / "golden", ROOT / "gan_models" / "ui" / "tabs"


def small(name: str) -> Image.Image:
    return Image.open(TABS / name).convert("RGB").resize((128, 128), Image.Resampling.BOX)


def translations() -> list[Image.Image]:
    horses, ink = (load(name, device="cpu", weights="embedded") for name in ("horse2zebra", "horse2ink"))
    return [
        horses.translate(small("horses/meadow.webp"), "horse_to_zebra"),
        horses.translate(small("horses/zebra.webp"), "zebra_to_horse"),
        ink.translate(small("horses/meadow.webp"), "horse_to_ink"),
        ink.translate(small("horses/ink.webp"), "ink_to_horse"),
    ]


def fillings() -> list[Image.Image]:
    mask = Image.new("L", (128, 128))
    mask.paste(255, (20, 25, 110, 52))
    painter = load("inpainting", device="cpu", weights="embedded")
    return painter.variants(small("inpaint/average_women.webp"), mask, [1, 2], Frame(64, 64, 128))


def flowers() -> list[Image.Image]:
    painter = load("stackgan", device="cpu", weights="embedded")
    return [painter.draw(text, seed) for text in ("a yellow sunflower", "a purple passion flower") for seed in (1, 2)]


@pytest.mark.parametrize(("name", "make"), [("horses", translations), ("inpainting", fillings), ("stackgan", flowers)])
def test_golden_picture(name, make):
    page = np.concatenate([np.asarray(picture) for picture in make()], 1)
    golden = np.asarray(Image.open(GOLDEN / f"{name}.png"))
    assert page.shape == golden.shape
    difference = np.abs(page.astype(int) - golden.astype(int))
    assert difference.mean() < 0.5 and difference.max() <= 12
