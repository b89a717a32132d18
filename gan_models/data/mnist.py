"""MNIST or Fashion-MNIST in memory: four original files, from a folder or, if they are missing, through torchvision."""

import gzip
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

CLASSES = 10
FASHION = "fashion-mnist"
ABOUT = "MNIST (LeCun, Cortes, Burges; CC BY-SA 3.0), 60,000 training digits; used here for non-commercial research"
ABOUT_FASHION = "Fashion-MNIST (Xiao, Rasul, Vollgraf, 2017; MIT licence), 60,000 training pictures"


def load_mnist(folder: Path, train: bool, source: str = "mnist") -> tuple[Tensor, Tensor]:
    """Images (N, 28, 28) uint8 and labels (N,) int64.

    ``folder`` holds the original ``*-ubyte.gz`` files in a folder called as the ``source``, "mnist" or "fashion-mnist",
    or itself; else torchvision downloads into it.
    """
    prefix = "train" if train else "t10k"
    for place in (folder / source, folder):
        images, labels = place / f"{prefix}-images-idx3-ubyte.gz", place / f"{prefix}-labels-idx1-ubyte.gz"
        if images.is_file() and labels.is_file():
            return read_idx(images), read_idx(labels).long()
    from torchvision.datasets import MNIST, FashionMNIST

    data = (FashionMNIST if source == FASHION else MNIST)(str(folder), train=train, download=True)
    return data.data, data.targets


def read_idx(path: Path) -> Tensor:
    """An unsigned-byte IDX file, gzipped: two zero bytes, type 8, the number of axes, their sizes, the data."""
    raw = gzip.decompress(path.read_bytes())
    if raw[:3] != b"\x00\x00\x08":
        raise ValueError(f"{path} is not an unsigned-byte IDX file")
    shape = np.frombuffer(raw, ">u4", count=raw[3], offset=4).astype(int)
    return torch.from_numpy(np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape).copy())


def to_signed(images: Tensor) -> Tensor:
    """(N, 28, 28) uint8 to (N, 1, 28, 28) float32 in [-1, 1]."""
    return images.unsqueeze(1).float().div_(127.5).sub_(1)
