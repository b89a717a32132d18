"""Portraits in memory: ``faces128.zip``, 128x128 and aligned, and ways to make them look less alike."""

import io
import math
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from gan_models.core.mirror import mirror

ARCHIVE = "faces128.zip"


def load_portraits(path: Path, part: str, most: int | None = None) -> Tensor:
    """Pictures (N, 3, 128, 128) uint8 of ``part``, ``train`` or ``test``, in the order of their names.

    ``path`` is the zip or the folder that holds it.

    Raises:
        FileNotFoundError: no such file; the text names what was looked for.
    """
    archive = path / ARCHIVE if path.is_dir() else path
    if not archive.is_file():
        raise FileNotFoundError(f"{archive} is missing: give --data the zip of portraits or the folder that holds it")
    with zipfile.ZipFile(archive) as files:
        names = sorted(n for n in files.namelist() if n.startswith(part + "/") and n.endswith(".webp"))[:most]
        with ThreadPoolExecutor() as pool:  # a GPU need not wait for one core to open them all
            pages = list(pool.map(open_page, map(files.read, names)))
    return torch.from_numpy(np.stack(pages)).permute(0, 3, 1, 2)


def open_page(packed: bytes) -> np.ndarray:
    """A packed picture's pixels (H, W, 3) uint8."""
    with Image.open(io.BytesIO(packed)) as picture:
        return np.asarray(picture.convert("RGB"))


def vary(pictures: Tensor) -> Tensor:
    """Pictures (N, 3, H, W) in [-1, 1] mirrored at random; some moved, turned and scaled, some recoloured.

    Real photographs are aligned less well than the training set and taken in all kinds of light. All is drawn and done
    where the pictures lie.
    """
    half = torch.rand(len(pictures), 1, 1, 1, device=pictures.device) < 0.5
    pictures = recolour(move(torch.where(half, mirror(pictures), pictures)))
    return pictures.contiguous(memory_format=torch.channels_last)


def move(pictures: Tensor, share: float = 0.4) -> Tensor:
    """``share`` of them scaled by 1/1.2 to 1.2, turned by up to 9 degrees and shifted by up to 6 % of their size."""
    n, device = len(pictures), pictures.device
    chosen = (torch.rand(n, device=device) < share).float()
    most = (math.radians(9), math.log(1.2), 0.12, 0.12)
    angle, zoom, right, down = (chosen * torch.empty(n, device=device).uniform_(-m, m) for m in most)
    cos, sin = angle.cos() / zoom.exp(), angle.sin() / zoom.exp()
    where = torch.stack([cos, -sin, right, sin, cos, down], 1).view(n, 2, 3)
    grid = F.affine_grid(where, list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures, grid, mode="bicubic", padding_mode="reflection", align_corners=False).clamp(-1, 1)


def recolour(pictures: Tensor, share: float = 0.5) -> Tensor:
    """``share`` of them in another brightness, contrast, saturation and tint, within what lamps and cameras do."""
    shape = (len(pictures), 1, 1, 1)
    chosen = (torch.rand(shape, device=pictures.device) < share).float()

    def around(spread: float, channels: int = 1) -> Tensor:
        drawn = torch.empty(shape[0], channels, 1, 1, device=pictures.device).uniform_(-spread, spread)
        return (chosen * drawn).exp()

    light = (pictures + 1) / 2
    grey = light.mean(1, keepdim=True)
    light = grey + (light - grey) * around(0.4)
    middle = light.mean((1, 2, 3), keepdim=True)
    light = (middle + (light - middle) * around(0.25)).clamp(1e-4, 1) ** around(0.35)
    return (light * around(0.08, 3)).clamp(0, 1) * 2 - 1
