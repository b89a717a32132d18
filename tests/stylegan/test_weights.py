"""The faces that ship: as they were when the weights were committed, and sliders that do what they are named after."""

import numpy as np
import pytest
from PIL import Image

from gan_models import load
from gan_models.core.point import Point
from gan_models.stylegan.pipeline import StylePipeline

GOLDEN = "tests/golden/stylegan.png"


@pytest.fixture(scope="module")
def faces() -> StylePipeline:
    return load("stylegan", device="cpu", weights="embedded")


def test_the_golden_picture(faces):
    """Same seeds, same faces as when the weights were committed; strict loading would not notice a wrong layer."""
    sheet = np.concatenate([np.asarray(p) for p in faces.sample(list(range(6)))], 1).astype(float)
    with Image.open(GOLDEN) as golden:
        difference = np.abs(sheet - np.asarray(golden.convert("RGB")).astype(float))
    assert difference.mean() < 1.0
    assert difference.max() < 40


@pytest.mark.parametrize(("slider", "answer"), [(0, 0), (3, 2)])
def test_smiles_and_glasses_come_with_their_sliders(faces, slider, answer):
    def seen(amount: float) -> float:
        amounts = tuple(amount * (k == slider) for k in range(7))
        return faces.attributes(faces.pictures([Point(s, 0, 0.7, amounts) for s in range(30)]))[:, answer].mean().item()

    assert seen(3) > seen(-3) + 0.2
