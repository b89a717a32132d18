"""What is done to real and made pictures alike, so that a discriminator does not learn few pictures by heart."""

import torch
import torch.nn.functional as F
from torch import Tensor


def shift(pictures: Tensor) -> Tensor:
    """Pictures (N, C, H, W), each moved by up to an eighth of its side, edges mirrored (Zhao et al., 2020)."""
    n, _, side, _ = pictures.shape
    far = side // 8
    padded = F.pad(pictures, [far] * 4, mode="reflect")
    down, right = torch.randint(2 * far + 1, (2, n), device=pictures.device)
    rows = down[:, None] + torch.arange(side, device=pictures.device)
    columns = right[:, None] + torch.arange(side, device=pictures.device)
    which = torch.arange(n, device=pictures.device)[:, None, None]
    moved = padded.permute(0, 2, 3, 1)[which, rows[:, :, None], columns[:, None, :]]
    return moved.permute(0, 3, 1, 2)
