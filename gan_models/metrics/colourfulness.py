"""How colourful pictures are: the mean chroma in CIE L*a*b*."""

import cv2
import numpy as np
import torch
from torch import Tensor


def chroma(pictures: Tensor) -> Tensor:
    """The mean over the pixels of how far a* and b* lie from grey, (N,), of sRGB pictures (N, 3, H, W) in [-1, 1]."""
    pages = pictures.float().add(1).div(2).clamp(0, 1).permute(0, 2, 3, 1).contiguous().cpu().numpy()
    away = (cv2.cvtColor(page, cv2.COLOR_RGB2LAB)[..., 1:] for page in pages)
    return torch.tensor([float(np.linalg.norm(page, axis=2).mean()) for page in away])
