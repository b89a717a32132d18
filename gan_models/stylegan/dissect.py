"""Units of the style-based generator that draw something: found, and switched off (Bau et al., 2019, "GAN Dissection").

A unit is a channel of the features of size :data:`SIDE`.
"""

import torch
from torch import Tensor, nn

from gan_models.classifiers.faces import as_heads
from gan_models.stylegan.networks import SynthesisNetwork

SIDE = 16
UNITS = 12  # of a concept
TRIED = 24  # units that are switched off one by one, after a first guess


def paint_without(synthesis: SynthesisNetwork, w: Tensor, gains: Tensor) -> Tensor:
    """Pictures of style vectors (N, layers, w_dim) whose units are multiplied by gains (C,)."""
    return synthesis(w, edit=lambda size, x: x * gains[:, None, None] if size == SIDE else x)


def activity(synthesis: SynthesisNetwork, w: Tensor) -> Tensor:
    """How much each unit is at work in the faces of style vectors (N, layers, w_dim): (N, C, SIDE, SIDE)."""
    kept = {}
    synthesis(w, edit=lambda size, x: kept.setdefault(size, x))
    return kept[SIDE].relu()


def drawing_units(synthesis: SynthesisNetwork, classifier: nn.Module, w: Tensor, attribute: int) -> Tensor:
    """The units (12,) that a classifier's attribute misses most where each alone is switched off.

    w (N, layers, w_dim) are faces that show it. Which units are tried is first guessed from gradients.
    """

    def seen(gains: Tensor) -> Tensor:
        return classifier(as_heads(paint_without(synthesis, w, gains).clamp(-1, 1)))[:, attribute].mean()

    gains = torch.ones(synthesis.layers[4].bias.shape).requires_grad_(True)
    (slopes,) = torch.autograd.grad(seen(gains), gains)
    tried = slopes.topk(min(TRIED, len(slopes))).indices
    with torch.no_grad():
        left = torch.stack([seen(torch.ones_like(gains).index_fill(0, unit, 0.0)) for unit in tried])
    return tried[left.topk(UNITS, largest=False).indices].sort().values
