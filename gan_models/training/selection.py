"""Instance selection (DeVries et al., 2020, "Instance Selection for GANs"): what a small generator need not learn.

A scan out of focus is a fair sample of what lies in a data set, and a generator that has learnt it draws such scans.
What is like nothing else costs it much of what it can do, and is drawn badly all the same.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

COMPONENTS = 120  # principal components of the features that count


def sharpness(pictures: Tensor) -> Tensor:
    """How neighbours differ in the middle of pictures (N, 3, H, W) uint8: the mean of |Laplacian| of grey, (N,)."""
    edge = pictures.shape[2] // 6
    middle = (page[..., edge:-edge, edge:-edge].float().mean(1, keepdim=True) for page in pictures.split(500))
    return torch.cat([edges(grey).mean((1, 2, 3)) for grey in middle])


def edges(grey: Tensor, padding: int = 0) -> Tensor:
    """|Laplacian| of grey (N, 1, H, W): how each pixel differs from its four neighbours."""
    kernel = torch.tensor([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]], device=grey.device)[None, None]
    return F.conv2d(grey, kernel, padding=padding).abs()


def typicality(features: Tensor) -> Tensor:
    """Log density, but for a constant, of features (N, D) under a Gaussian of their principal components: (N,)."""
    centred = features - features.mean(0)
    components = torch.linalg.eigh(centred.T @ centred).eigenvectors[:, -min(COMPONENTS, len(features) - 1) :]
    found = centred @ components
    return -(found / found.std(0).clamp_min(1e-8)).square().sum(1) / 2


def kept(*measures: Tensor, leave_out: float) -> Tensor:
    """Numbers, in order, of those of N things that are in no measure (N,) among the lowest ``leave_out``."""
    keep = torch.ones(len(measures[0]), dtype=torch.bool, device=measures[0].device)
    for measure in measures:
        keep[measure.argsort()[: round(leave_out * len(measure))]] = False
    return keep.nonzero()[:, 0]


@torch.no_grad()
def select_pictures(pictures: Tensor, extract: Callable[[Tensor], list[Tensor]], leave_out: float) -> Tensor:
    """Numbers of the pictures (N, 3, H, W) uint8 to learn from, where they lie.

    Args:
        extract: pictures (N, 3, 64, 64) in [-1, 1] to maps of features.
        leave_out: share of the pictures that is left out as blurred, and as many as unlike all others.
    """
    if not leave_out:
        return torch.arange(len(pictures), device=pictures.device)
    seen = []
    for page in pictures.split(100):
        maps = extract(F.interpolate(page.float() / 127.5 - 1, size=64, mode="area"))
        seen.append(torch.cat([F.adaptive_avg_pool2d(m, 2).flatten(1) for m in maps], 1))
    found = kept(sharpness(pictures), typicality(torch.cat(seen)), leave_out=leave_out)
    print(f"{len(found)} of {len(pictures)} pictures are learnt from")
    return found
