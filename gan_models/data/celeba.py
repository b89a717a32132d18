"""Faces in memory: ``celeba64.zip`` (64x64 faces with six attributes), or any folder or zip of pictures."""

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

ATTRIBUTES = ("smiling", "male", "eyeglasses", "bangs", "beard", "young")
ABOUT = "CelebA (Liu et al., 2015), 40,357 aligned faces at 64x64, split by person; for non-commercial research only"


def load_faces(path: Path, part: str, size: int = 64) -> tuple[Tensor, Tensor]:
    """Pictures (N, 3, size, size) uint8 and attributes (N, 6) float: 1, 0, or not-a-number where nobody said.

    ``path`` is the zip or the folder that holds it; ``part`` is ``train`` or ``test``. The six columns stand in the
    order of :data:`ATTRIBUTES`; the file's ``no_beard`` is turned round.

    Raises:
        FileNotFoundError: no such file; the text names what was looked for.
    """
    archive = path / "celeba64.zip" if path.is_dir() else path
    if not archive.is_file():
        raise FileNotFoundError(f"{archive} is missing: give --data the zip of faces or the folder that holds it")
    with zipfile.ZipFile(archive) as files:
        with files.open("index.csv") as raw:
            rows = [r for r in csv.DictReader(io.TextIOWrapper(raw, "utf-8")) if r["file"].startswith(part + "/")]
        pages = np.empty((len(rows), size, size, 3), np.uint8)
        for page, row in zip(pages, rows, strict=True):
            with files.open(row["file"]) as raw, Image.open(raw) as picture:
                page[...] = np.asarray(picture.convert("RGB").resize((size, size), Image.Resampling.LANCZOS))
    return torch.from_numpy(pages).permute(0, 3, 1, 2), torch.tensor([read_row(r) for r in rows])


def read_row(row: dict[str, str]) -> list[float]:
    """One line of the index to six numbers."""

    def known(name: str) -> float:
        return float(row[name]) if row[name] else float("nan")

    return [1 - known("no_beard") if name == "beard" else known(name) for name in ATTRIBUTES]


def to_signed(pictures: Tensor) -> Tensor:
    """(N, 3, H, W) uint8 to float32 in [-1, 1], channels last."""
    return pictures.float().div_(127.5).sub_(1).contiguous(memory_format=torch.channels_last)


def flip_half(pictures: Tensor) -> Tensor:
    """About half of the pictures (N, 3, H, W) mirrored: a face's other side is a face too."""
    mirrored = torch.rand(len(pictures), 1, 1, 1, device=pictures.device) < 0.5
    flipped = torch.where(mirrored, pictures.flip(3), pictures)
    return flipped.contiguous(memory_format=torch.channels_last)
