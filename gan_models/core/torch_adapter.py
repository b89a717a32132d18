"""The names of PyTorch's that it marks as private and that this program cannot well do without.

Each has a slow public twin, which ``tests/core/test_torch_adapter.py`` compares it with.
"""

from collections.abc import Sequence

import torch
from torch import Tensor


def lerp_all_(averages: Sequence[Tensor], latest: Sequence[Tensor], weight: float) -> None:
    """``average.lerp_(new, weight)`` for pairs of tensors of the same shapes, in one call."""
    torch._foreach_lerp_(averages, latest, weight)


def norm_of_all(tensors: Sequence[Tensor]) -> Tensor:
    """The Euclidean norm of all the numbers in some tensors together, as a scalar."""
    return torch.stack(torch._foreach_norm(tensors)).norm()
