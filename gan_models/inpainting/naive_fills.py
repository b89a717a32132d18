"""What filled holes before networks did: the mean colour, and two methods of OpenCV."""

from collections.abc import Callable

import cv2
import numpy as np
import torch
from torch import Tensor

from gan_models.core import images
from gan_models.core.errors import BadRequest
from gan_models.inpainting.networks import composite


def naive_fill(seen: Tensor, hole: Tensor, kind: str) -> Tensor:
    """Squares (N, 3, S, S) in [-1, 1] with holes (N, 1, S, S), filled by an old method; BadRequest for another name."""
    if kind not in FILLS:
        raise BadRequest(f"Choose one of {', '.join(FILLS)}.")
    fill = FILLS[kind]
    pages = images.to_uint8(seen)
    done = [fill(page, area) for page, area in zip(pages, hole[:, 0].numpy() > 0.5, strict=True)]
    filled = torch.from_numpy(np.stack(done)).permute(0, 3, 1, 2).float().div(127.5).sub(1)
    return composite(filled, seen, hole)


def mean_colour(page: np.ndarray, area: np.ndarray) -> np.ndarray:
    """A page (H, W, 3) uint8 whose hole (H, W), true inside, has the mean colour of the rest."""
    return np.where(area[..., None], page[~area].mean(0).round().astype(np.uint8), page)


def by_opencv(method: int) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Telea (2004) marches inwards from the edge; Bertalmio et al. (2001) let edges flow on like a fluid."""
    return lambda page, area: cv2.inpaint(page, area.astype(np.uint8), 3, method)


FILLS = {
    "mean": mean_colour,
    "telea": by_opencv(cv2.INPAINT_TELEA),
    "navier-stokes": by_opencv(cv2.INPAINT_NS),
}
