"""Ten kinds of things in memory: ``cifar10.zip``, a part of CIFAR-10 (Krizhevsky, 2009) at 32x32."""

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

ARCHIVE = "cifar10.zip"
SIDE = 32
ABOUT = (
    "CIFAR-10 (Krizhevsky, 2009), 30,000 pictures of ten kinds of things at 32x32, stored as JPEG; no licence stated, "
    "free for research with citation"
)


def load_things(path: Path, part: str) -> tuple[Tensor, Tensor]:
    """Pictures (N, 3, 32, 32) uint8 and their classes (N,) int64, places in :data:`gan_models.data.thing_names.THINGS`.

    ``path`` is the zip or the folder that holds it; ``part`` is ``train`` or ``test``.

    Raises:
        FileNotFoundError: no such file; the text names what was looked for.
    """
    archive = path / ARCHIVE if path.is_dir() else path
    if not archive.is_file():
        raise FileNotFoundError(f"{archive} is missing: give --data the zip of things or the folder that holds it")
    with zipfile.ZipFile(archive) as files:
        rows = list(csv.DictReader(io.TextIOWrapper(files.open(f"{part}/index.csv"), "utf8")))
        stored = files.read(f"{part}/images.bin")
    pages = np.empty((len(rows), SIDE, SIDE, 3), np.uint8)
    for page, row in zip(pages, rows, strict=True):
        begin = int(row["offset"])
        with Image.open(io.BytesIO(stored[begin : begin + int(row["length"])])) as picture:
            page[...] = np.asarray(picture.convert("RGB"))
    return torch.from_numpy(pages).permute(0, 3, 1, 2), torch.tensor([int(row["label"]) for row in rows])
