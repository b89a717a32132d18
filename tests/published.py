"""Layouts of other people's files as text: a name and its sizes a line, from what the authors' code prints."""

from pathlib import Path

import torch
from torch import Tensor


def layout(path: Path) -> dict[str, Tensor]:
    """Tensors without numbers, by the names and in the shapes that a text file tells."""
    rows = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return {name: torch.empty([int(size) for size in shape], device="meta") for name, *shape in rows}


def shapes(state: dict[str, Tensor]) -> dict[str, tuple[int, ...]]:
    """Names and shapes of a state."""
    return {name: tuple(tensor.shape) for name, tensor in state.items()}


def megabytes(state: dict[str, Tensor]) -> float:
    """What the numbers of a state take in a file, in float32, in MB."""
    return sum(tensor.numel() for tensor in state.values()) * 4 / 1e6
