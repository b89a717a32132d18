"""Names in files of pytorch-pretrained-biggan to ours, with spectral norm worked into the weights. Pure functions."""

import torch.nn.functional as F
from torch import Tensor

from gan_models.biggan.deep import EPSILON

PARTS = ("weight_orig", "weight_u", "weight_v")


def without_spectral_norm(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Every ``X.weight_orig`` with ``X.weight_u`` and ``X.weight_v`` becomes ``X.weight``; all else stays.

    Spectral norm (Miyato et al., 2018) divides a weight W, seen as a matrix, by u W v, its largest singular value as
    the two stored vectors have it; outside training that is a constant. Old versions of PyTorch stored no v, which one
    step of the power method finds again, and stored the quotient as ``X.weight``, which nothing needs.

    Raises:
        KeyError: a ``weight_u`` is missing.
    """
    layers = {name.removesuffix(".weight_orig") for name in state if name.endswith(".weight_orig")}
    made = {}
    for name, value in state.items():
        layer, _, leaf = name.rpartition(".")
        if layer not in layers or leaf not in (*PARTS, "weight"):
            made[name] = value
    for layer in layers:
        weight, u = (state[f"{layer}.{part}"].float() for part in PARTS[:2])
        matrix, v = weight.flatten(1), state.get(f"{layer}.weight_v")
        v = F.normalize(matrix.T @ u, dim=0, eps=EPSILON) if v is None else v.float()
        made[f"{layer}.weight"] = weight / (u @ (matrix @ v))
    return made
