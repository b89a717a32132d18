"""Other hands' drawings of one thing: what a visitor draws by mouse is no edge map that a network found.

From the edges and the photograph come sketches as people make them: the outline alone, the long lines without the
small ones, lines traced in a few strokes, thick and thin; then, for each training batch, lines that waver and lines
that break off. Ink is 255 or 1, paper is 0.
"""

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

VARIANTS = 4  # sketches of each picture, beside its edges as they are
PAPER = 240  # a photograph's pixels lighter than this are its white background


def sketches_of(ink: np.ndarray, page: np.ndarray, random: np.random.Generator, count: int) -> list[np.ndarray]:
    """``count`` sketches (H, W) uint8 of a thing, from its edges ``ink`` (H, W) and its photograph (H, W, 3) uint8."""
    edges = (ink > 64).astype(np.uint8)
    return [sketch(edges, page, random) for _ in range(count)]


def sketch(edges: np.ndarray, page: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """One sketch: the outline, or the edges without their small pieces, or both; half of them traced in strokes."""
    kind = random.random()
    drawn = np.zeros_like(edges)
    traced = random.random() < 0.5
    width = int(random.integers(1, 4))
    tolerance = float(random.uniform(0.6, 2.2)) if traced else 0.3
    if kind < 0.7:
        drawn |= trace(outline_of(page), tolerance, width)
    if kind > 0.3:
        kept = without_small(edges, int(random.integers(2, 24)))
        drawn |= trace(kept, tolerance, width) if traced else thicken(kept, width)
        if kept.sum() < 0.7 * edges.sum():  # too little is left to know the thing by
            drawn |= trace(outline_of(page), tolerance, width)
    if not drawn.any():
        drawn = thicken(edges, width)
    ink = drawn * np.uint8(255)
    return cv2.GaussianBlur(ink, (3, 3), float(random.uniform(0.4, 0.8))) if random.random() < 0.6 else ink


def outline_of(page: np.ndarray) -> np.ndarray:
    """The thing on white paper as a mask (H, W) of 0 and 1, without specks and pinholes."""
    mask = (page.min(2) < PAPER).astype(np.uint8)
    kernel = np.ones((3, 3), np.uint8)
    return cv2.morphologyEx(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel), cv2.MORPH_OPEN, kernel)


def without_small(edges: np.ndarray, least: int) -> np.ndarray:
    """Edges (H, W) without the pieces of fewer than ``least`` pixels; gaps of two pixels do not part a line."""
    pieces, numbers = cv2.connectedComponents(cv2.dilate(edges, np.ones((3, 3), np.uint8)), connectivity=8)
    pixels = np.bincount(numbers.ravel(), weights=edges.ravel(), minlength=pieces)
    return edges * (pixels >= least)[numbers].astype(np.uint8)


def trace(mask: np.ndarray, tolerance: float, width: int) -> np.ndarray:
    """The borders of a mask's areas drawn as strokes of so few corners that they stray by at most ``tolerance``."""
    found, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    strokes = [cv2.approxPolyDP(border, tolerance, True) for border in found if len(border) >= 12]
    return cv2.polylines(np.zeros_like(mask), strokes, True, 1, width)


def thicken(edges: np.ndarray, width: int) -> np.ndarray:
    """Edges (H, W), drawn with a square pen of ``width`` pixels."""
    return edges if width < 2 else cv2.dilate(edges, np.ones((width, width), np.uint8))


def vary_ink(ink: Tensor, random: torch.Generator, wobble: float = 4.0, dropped: float = 0.5) -> Tensor:
    """Drawings (N, 1, H, W) in [0, 1] whose lines waver, and of which some have lost pieces of their lines.

    Args:
        wobble: how far a line strays at most, in pixels of 128; each drawing less than this, at random.
        dropped: the share of drawings that lose up to a third of their area.
    """
    n, _, height, width = ink.shape

    def noise(channels: int, coarse: int) -> Tensor:
        made = torch.randn(n, channels, coarse, coarse, generator=random)
        return F.interpolate(made, size=(height, width), mode="bicubic", align_corners=False)

    reach = torch.rand(n, 1, 1, 1, generator=random) * wobble * 2 / 128
    stray = (noise(2, 6) * 0.5 + noise(2, 16) * 0.25).clamp(-1, 1) * reach
    still = torch.eye(2, 3).expand(n, 2, 3)
    grid = F.affine_grid(still, [n, 1, height, width], align_corners=False) + stray.permute(0, 2, 3, 1)
    wavering = F.grid_sample(ink, grid, align_corners=False)
    level = torch.where(torch.rand(n, generator=random) < dropped, torch.rand(n, generator=random) * 0.35, 0.0)
    mask = noise(1, 12)
    least = torch.stack([one.flatten().quantile(share) for one, share in zip(mask, level, strict=True)])
    return wavering * (mask >= least.view(n, 1, 1, 1))
