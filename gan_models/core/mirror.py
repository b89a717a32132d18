"""The other side of an aligned face."""

import torch
from torch import Tensor

from gan_models.core.face_finder import EYES_AT


def mirror(pictures: Tensor) -> Tensor:
    """Aligned faces, or masks on them, (N, C, H, W), mirrored so that each eye lies where the other one was.

    Faces are aligned a little left of the middle: what would come from beyond the picture repeats its first column.
    """
    width = pictures.shape[-1]
    beyond = round((1 - EYES_AT[0][0] - EYES_AT[1][0]) * width)
    columns = (width - 1 - beyond - torch.arange(width, device=pictures.device)).clamp_min(0)
    return pictures.index_select(-1, columns)
