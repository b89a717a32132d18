"""One kind, the other, or neither: a linear probe (Alain and Bengio, 2017) on what a translator's four networks see.

The discriminators know real pictures of both kinds and made ones, but were never shown anything else: a flower looks
to them as real as a horse. Their inner features tell flowers from horses all the same, and so do the generators', which
have to find the animal. :mod:`gan_models.cyclegan.fit_probe` fits the probe.
"""

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

NEITHER, UNSURE = "neither", "unsure"  # verdicts beside the two kinds
NEITHER_FROM, SURE_FROM = 0.7, 0.6  # chances: of neither, that it is said; of a kind, that it is named
FEATURES = 4 * (3 + 16 * 32) + 2 * 12 * 32  # of networks of width 32
FAR = 4.0  # standard deviations beyond which a feature counts no more


class KindProbe(nn.Module):
    """Features (N, F) to the chances of the first kind, the second, and neither: (N, 3), rows summing to 1."""

    def __init__(self, features: int = FEATURES):
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("scale", torch.ones(features))
        self.linear = nn.Linear(features, 3)

    def forward(self, features: Tensor) -> Tensor:
        """(N, F) to (N, 3)."""
        return self.linear(((features - self.mean) / self.scale).clamp(-FAR, FAR)).softmax(1)


def describe(
    pictures: Tensor,
    generators: Mapping[str, nn.Module],
    discriminators: Mapping[str, nn.Module],
    run: Callable[[nn.Module, Tensor], Tensor] = lambda network, batch: network.describe(batch),
) -> list[Tensor]:
    """What the networks see in pictures (N, 3, H, W) in [-1, 1], multiples of 8 from 64 a side: rows (N, ...) of each.

    First the discriminators, each row beginning with its mean belief; then again of the pictures at half their size, in
    which a patch of 70 pixels shows more of the animal; then the generators' at that size.
    """
    half = F.avg_pool2d(pictures, 2).contiguous(memory_format=torch.channels_last)
    seen = [(network, batch) for batch in (pictures, half) for network in discriminators.values()]
    return [run(network, batch) for network, batch in [*seen, *((network, half) for network in generators.values())]]


def verdict(chances: Tensor, kinds: tuple[str, str]) -> str:
    """What the chances (3,) come to: a kind, :data:`UNSURE` or :data:`NEITHER`."""
    *both, neither = chances.tolist()
    if neither > NEITHER_FROM:
        return NEITHER
    return kinds[both.index(max(both))] if max(both) >= SURE_FROM else UNSURE
