"""Enlarging: any size and mode, tiles without seams, the line between the twins, and a golden picture."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gan_models import load
from gan_models.core.errors import BadRequest
from gan_models.srgan import pipeline
from gan_models.srgan.networks import SRGenerator
from gan_models.srgan.pipeline import Enlarger, tiles

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "srgan.png"


def photo(width: int, height: int, mode: str = "RGB") -> Image.Image:
    coarse = np.random.default_rng(0).integers(0, 256, (9, 9, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC).convert(mode)


@pytest.fixture(scope="module")
def enlarger() -> Enlarger:
    """Small untrained networks whose details are strong enough to show a seam."""
    torch.manual_seed(0)
    twins = [SRGenerator(8, 2) for _ in range(2)]
    for network in twins:
        network.tail.weight.data.mul_(30)
    return Enlarger(*twins, torch.device("cpu"), None)


@pytest.fixture(scope="module")
def ours() -> Enlarger:
    return load("srgan", device="cpu", weights="embedded")


def as_numbers(image: Image.Image) -> np.ndarray:
    return np.asarray(image).astype(int)


@pytest.mark.parametrize("factor", [2, 4])
def test_tiles_leave_no_seam(enlarger, monkeypatch, factor):
    image = photo(101, 67)
    whole = as_numbers(enlarger.enlarge(image, factor))
    monkeypatch.setattr(pipeline, "tiles", lambda w, h, reach: tiles(w, h, reach, 24))
    tiled = as_numbers(enlarger.enlarge(image, factor))
    assert whole.shape == tiled.shape == (67 * factor, 101 * factor, 3)
    assert np.abs(whole - tiled).max() <= 1 and (whole != tiled).mean() < 0.001  # the last bit of a sum


def test_too_little_overlap_would_show(enlarger, monkeypatch):
    image = photo(101, 67)
    whole = as_numbers(enlarger.enlarge(image))
    monkeypatch.setattr(pipeline, "tiles", lambda w, h, reach: tiles(w, h, 1, 24))
    assert np.abs(whole - as_numbers(enlarger.enlarge(image))).max() > 8


@settings(deadline=None)
@given(st.integers(1, 400), st.integers(1, 400), st.integers(0, 30), st.integers(8, 200))
def test_tiles_cover_each_pixel_once_and_see_enough(width, height, reach, tile):
    covered = np.zeros((height, width), int)
    for t in tiles(width, height, reach, tile):
        covered[t.rows, t.columns] += 1
        for part, seen, length in ((t.rows, t.seen_rows, height), (t.columns, t.seen_columns, width)):
            assert 0 < part.stop - part.start <= tile
            assert (seen.start, seen.stop) == (max(0, part.start - reach), min(length, part.stop + reach))
    assert (covered == 1).all()


def test_shipped_networks_leave_no_seam(ours, monkeypatch):
    image = photo(90, 50)
    whole = as_numbers(ours.enlarge(image))
    monkeypatch.setattr(pipeline, "tiles", lambda w, h, reach: tiles(w, h, reach, 32))
    assert np.abs(whole - as_numbers(ours.enlarge(image))).max() <= 1


@settings(max_examples=20, deadline=None)
@given(
    st.integers(1, 40), st.integers(1, 40), st.sampled_from(["RGB", "L", "1", "P", "CMYK", "YCbCr", "I;16", "F"]),
    st.sampled_from([2, 4]),
)  # fmt: skip
def test_any_size_and_mode(enlarger, width, height, mode, factor):
    image = Image.new(mode, (width, height)) if mode in ("I;16", "F") else photo(width, height, mode)
    made = enlarger.enlarge(image, factor)
    assert made.size == (factor * width, factor * height)
    assert made.mode == ("L" if mode in ("L", "1", "I;16", "F") else "RGB")


def test_alpha_is_enlarged_and_kept(enlarger):
    image = photo(30, 20, "RGBA")
    image.paste((255, 0, 0, 0), (0, 0, 15, 20))
    made = enlarger.enlarge(image)
    assert (made.mode, made.size) == ("RGBA", (120, 80))
    wanted = image.getchannel("A").resize((120, 80), Image.Resampling.BICUBIC)
    assert np.array_equal(as_numbers(made.getchannel("A")), as_numbers(wanted))
    opaque = enlarger.enlarge(image.convert("RGB"))
    assert np.array_equal(as_numbers(made.convert("RGB")), as_numbers(opaque))
    grey = Image.merge("LA", (photo(9, 9, "L"), Image.new("L", (9, 9), 128)))
    assert enlarger.enlarge(grey).mode == "LA"
    paletted = Image.new("P", (6, 6))
    paletted.info["transparency"] = 0
    assert enlarger.enlarge(paletted).getchannel("A").getextrema() == (0, 0)


def test_progress_goes_up_to_one(enlarger, monkeypatch):
    said = []
    monkeypatch.setattr(pipeline, "tiles", lambda w, h, reach: tiles(w, h, reach, 20))
    enlarger.enlarge(photo(50, 30), progress=said.append)
    assert said == pytest.approx([k / 6 for k in range(1, 7)])


def test_strength_walks_from_one_twin_to_the_other(enlarger):
    image = photo(20, 20)
    faithful, half, inventive = (as_numbers(enlarger.enlarge(image, strength=s)) for s in (0, 0.5, 1))
    for network, made in zip(enlarger.twins, (faithful, inventive), strict=True):
        assert np.array_equal(as_numbers(Enlarger(network, network, torch.device("cpu"), None).enlarge(image)), made)
    assert np.abs(faithful - inventive).max() > 8
    beyond = (as_numbers(enlarger.enlarge(image, strength=s)) for s in (-3, "7"))
    assert all(np.array_equal(a, b) for a, b in zip(beyond, (faithful, inventive), strict=True))
    assert np.abs(half - faithful).max() > 0 and np.abs(half - inventive).max() > 0
    assert enlarger.network(0.5) is enlarger.network(0.5)
    for k in range(1, 20):
        enlarger.network(k / 20)
    assert len(enlarger._between) == pipeline.KEPT


def test_what_cannot_be_enlarged_is_answered_in_a_sentence(enlarger):
    with pytest.raises(BadRequest, match="154 million pixels, and 40 million is the most"):
        enlarger.enlarge(Image.new("RGB", (12_000, 800)))
    with pytest.raises(BadRequest, match="2 or 4"):
        enlarger.enlarge(photo(9, 9), 3)
    with pytest.raises(BadRequest, match="Strength must be a number from 0 to 1"):
        enlarger.enlarge(photo(9, 9), strength="much")
    for nothing in (None, "photo.png", Image.new("RGB", (0, 4))):
        with pytest.raises(BadRequest, match="no picture yet"):
            enlarger.enlarge(nothing)


def test_shipped_twins_beat_a_plain_enlargement(ours):
    """A photograph made four times smaller comes back closer than bicubic filtering brings it."""
    real = Image.open(ROOT / "gan_models/ui/tabs/horses/meadow.webp").convert("RGB").crop((0, 0, 256, 256))
    small = real.resize((64, 64), Image.Resampling.BICUBIC)

    def wrong(made: Image.Image) -> float:
        return float(np.square(as_numbers(made) - as_numbers(real)).mean())

    plain = wrong(small.resize((256, 256), Image.Resampling.BICUBIC))
    assert wrong(ours.enlarge(small, strength=0)) < 0.93 * plain
    assert wrong(ours.enlarge(small, strength=0)) < wrong(ours.enlarge(small, strength=1))


def test_golden_picture(ours):
    small = (
        Image.open(ROOT / "gan_models/ui/tabs/horses/zebra.webp").convert("RGB").resize((48, 48), Image.Resampling.BOX)
    )
    page = np.concatenate([as_numbers(ours.enlarge(small, strength=s)) for s in (0, 1)], 1)
    golden = as_numbers(Image.open(GOLDEN))
    assert page.shape == golden.shape
    assert np.abs(page - golden).mean() < 0.5 and np.abs(page - golden).max() <= 12
