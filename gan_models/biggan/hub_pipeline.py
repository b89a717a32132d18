"""BigGAN-deep from the Hub as a sampler: a thousand things of ImageNet."""

import math
import threading
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from gan_models.biggan.checkpoints import CHECKPOINTS
from gan_models.biggan.deep import DeepGenerator, Norm
from gan_models.core import latents
from gan_models.core.device import compute
from gan_models.core.point import Point
from gan_models.core.sampler import DIRECTIONS, Sampler
from gan_models.core.store import Located, load_network

BATCH = 8  # pictures at once: 0.3 GB of features


class DeepSampler(Sampler):
    """Samples of BigGAN-deep: its noise is a truncated normal, and it is told the truncation.

    Args:
        network: see :class:`gan_models.biggan.deep.DeepGenerator`.
        device: where to compute.
        located: where the weights came from.
        only: which of its classes can be asked for, by their numbers, from then on called 0, 1 and so on; None: all.
    """

    def __init__(
        self, network: DeepGenerator, device: torch.device, located: Located | None = None,
        only: Sequence[int] | None = None,
    ):  # fmt: skip
        self.only = torch.tensor(range(network.classes) if only is None else list(only))
        self.network, self.device, self.located = network.to(device).eval().requires_grad_(False), device, located
        self._busy = threading.Lock()  # one forward pass at a time: two would only fight for the same cores
        super().__init__(self._draw, network.z_dim, len(self.only), self._closed_form)

    def choose(self, only: Sequence[int]) -> "DeepSampler":
        """The same network with these classes alone."""
        few = DeepSampler(self.network, self.device, self.located, only)
        few._busy = self._busy
        return few

    def weights(self, points: list[Point]) -> Tensor:
        """How much of each class is at these points, and their truncation: (N, classes + 1)."""
        truncation = torch.tensor([[min(1.0, point.truncation)] for point in points])
        return torch.cat([super().weights(points), truncation], 1)

    def place(self, z: Tensor) -> Tensor:
        """Standard normal numbers to those of a normal distribution cut off at -2 and 2, in the same order."""
        inside = math.erf(math.sqrt(2))  # how much of a normal distribution lies within
        return torch.erfinv(inside * torch.erf(z / math.sqrt(2))) * math.sqrt(2)

    def _base(self, point: Point) -> Tensor:
        return self.place(super()._base(point))

    def _draw(self, z: Tensor, weights: Tensor) -> Tensor:
        classes = weights.new_zeros(len(z), self.network.classes).index_copy(1, self.only, weights[:, :-1])
        parts = zip(z.split(BATCH), classes.split(BATCH), weights[:, -1].split(BATCH), strict=True)
        return torch.cat([compute(self.network, self.device, *part, busy=self._busy) for part in parts])

    def _closed_form(self) -> Tensor:
        """What all layers that read the noise magnify most: the first one, and those of the norms."""
        layers = [layer for norm in self.network.modules() if isinstance(norm, Norm) and hasattr(norm, "scale")
                  for layer in (norm.scale, norm.offset)]  # fmt: skip
        layers.append(self.network.generator["gen_z"])
        return latents.closed_form_directions([layer.weight[:, : self.z_dim].cpu() for layer in layers], DIRECTIONS)


def public_things(name: str) -> Callable[[torch.device, str], DeepSampler]:
    """Opens a public BigGAN-deep from the Hub."""

    def opened(device: torch.device, weights: str) -> DeepSampler:
        network, located = load_network(CHECKPOINTS[name], "hub")
        return DeepSampler(network, device, located)

    return opened
