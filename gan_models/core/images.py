"""The one place where tensors in [-1, 1] become pictures and back."""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from gan_models.core.pictures import data_url, file_of


def to_uint8(images: Tensor) -> np.ndarray:
    """(N, C, H, W) in [-1, 1] to (N, H, W, C) uint8; not-a-number becomes 0."""
    scaled = torch.nan_to_num(images.float(), nan=-1.0).add(1).mul(127.5).round().clamp(0, 255)
    return scaled.to(torch.uint8).permute(0, 2, 3, 1).contiguous().cpu().numpy()


def to_pil(images: Tensor) -> list[Image.Image]:
    """(N, C, H, W) in [-1, 1], C of 1 or 3, to N pictures of mode L or RGB."""
    return [Image.fromarray(page[..., 0] if page.shape[-1] == 1 else page) for page in to_uint8(images)]


def from_pil(images: list[Image.Image], mode: str, size: tuple[int, int]) -> Tensor:
    """Pictures of any mode and size to (N, C, H, W) in [-1, 1]; ``size`` is (width, height)."""
    pages = [np.asarray(i.convert(mode).resize(size, Image.Resampling.LANCZOS), dtype=np.float32) for i in images]
    batch = torch.from_numpy(np.stack(pages)).div_(127.5).sub_(1)
    return batch.unsqueeze(1) if mode == "L" else batch.permute(0, 3, 1, 2)


def smooth_coverage(images: Tensor, factor: int) -> np.ndarray:
    """Ink coverage of digits (N, 1, H, W) in [-1, 1], enlarged: (N, factor * H, factor * W) uint8, 255 is full ink.

    Bicubic enlargement, then a steeper grey ramp, so that an edge that was two pixels wide is not eight wide now. It
    changes how the ink looks on the page, not what the network wrote.
    """
    big = F.interpolate(images.float(), scale_factor=factor, mode="bicubic", align_corners=False)
    cover = ((big + 1) / 2 - 0.28).div_(0.44).clamp_(0, 1)
    cover = cover * cover * (3 - 2 * cover)
    return cover.mul_(255).round_().to(torch.uint8).squeeze(1).cpu().numpy()


def grid(pages: np.ndarray, columns: int) -> np.ndarray:
    """Pages (N, H, W) side by side, ``columns`` a row, row by row; the last row is filled with zeros."""
    n, h, w = pages.shape
    rows = -(-n // columns)
    sheet = np.zeros((rows * columns, h, w), pages.dtype)
    sheet[:n] = pages
    return sheet.reshape(rows, columns, h, w).swapaxes(1, 2).reshape(rows * h, columns * w)


def coverage_png(cover: np.ndarray) -> str:
    """Ink coverage (H, W) uint8 as a data URL: a PNG whose alpha is the ink, for a page to tint as it likes."""
    black = np.zeros_like(cover)
    return png_url(Image.merge("LA", (Image.fromarray(black), Image.fromarray(cover))))


def png_url(image: Image.Image) -> str:
    """A picture as a ``data:image/png`` URL; little compression, for speed."""
    return data_url(file_of(image, "PNG", compress_level=1), "png")


def raw_coverage(images: Tensor) -> np.ndarray:
    """Digits (N, 1, H, W) in [-1, 1] as they came from the network: (N, H, W) uint8, 255 is full ink."""
    return to_uint8(images)[..., 0]


def coverage_over_white(cover: np.ndarray) -> np.ndarray:
    """Ink coverage (H, W) uint8 as black on white, with a margin of a twelfth of the height."""
    return np.pad(255 - cover, max(8, cover.shape[0] // 12), constant_values=255)
