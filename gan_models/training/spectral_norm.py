"""Weights kept at spectral norm 1 (Miyato et al., 2018): put on, taken off, and copied without it."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import parametrize

NORMED = nn.Linear | nn.Conv2d | nn.ConvTranspose2d


class SpectralNorm(nn.Module):
    """A weight divided by its largest singular value (Miyato et al., 2018), found by power iteration.

    The iteration starts from a fixed vector, so nothing here is random; each use in training mode adds one round.
    ``torch.nn.utils.parametrizations.spectral_norm`` starts from PyTorch's shared source of chance: in the live tab,
    where it is switched on in the middle of a run, another visitor would change what a seed gives.
    """

    def __init__(self, weight: Tensor, rounds: int = 15):
        super().__init__()
        rows = weight.detach().flatten(1)
        self.register_buffer("u", F.normalize(rows.sum(1) + 1e-3, dim=0))
        self.register_buffer("v", F.normalize(rows.sum(0) + 1e-3, dim=0))
        for _ in range(rounds):
            self.improve(rows)

    @torch.no_grad()
    def improve(self, rows: Tensor) -> None:
        """One round of power iteration on a weight (rows, columns), in place."""
        self.v.copy_(F.normalize(rows.T @ self.u, dim=0))
        self.u.copy_(F.normalize(rows @ self.v, dim=0))

    def forward(self, weight: Tensor) -> Tensor:
        """A weight of any shape to the same, its largest singular value 1."""
        rows = weight.flatten(1)
        if self.training:
            self.improve(rows.detach())
        return weight / (self.u.clone() @ rows @ self.v.clone())


def set_spectral_norm(network: nn.Module, on: bool) -> None:
    """Keep every linear and convolutional weight at spectral norm 1, or stop doing so.

    The network's parameters change identity: build its optimiser afterwards. Taking the norm off keeps the
    weights as they were last used, so the function the network computes stays the same.
    """
    for layer in list(network.modules()):
        if isinstance(layer, NORMED):
            normed = parametrize.is_parametrized(layer, "weight")
            if on and not normed:
                parametrize.register_parametrization(layer, "weight", SpectralNorm(layer.weight))
            elif normed and not on:
                parametrize.remove_parametrizations(layer, "weight")


@torch.no_grad()
def copy_without_norm(normed: nn.Module, plain: nn.Module) -> nn.Module:
    """Give ``plain``, of the same layers, the weights that those of ``normed`` come to; it is put in evaluation mode.

    ``normed`` is left as it was: unlike taking the norm off, this is for copies on the way.
    """
    normed.eval()  # no further round of the power iteration
    layers = ([m for m in network.modules() if isinstance(m, NORMED)] for network in (plain, normed))
    for mine, theirs in zip(*layers, strict=True):
        mine.weight.copy_(theirs.weight)
        if mine.bias is not None:
            mine.bias.copy_(theirs.bias)
    normed.train()
    return plain.to(next(normed.parameters()).device).eval()
