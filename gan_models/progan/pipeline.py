"""Progressive GAN as a sampler, whole or made smaller."""

import threading

import torch
import torch.nn.functional as F
from torch import Tensor

from gan_models.core import latents
from gan_models.core.device import compute
from gan_models.core.sampler import DIRECTIONS, Sampler
from gan_models.core.store import Located, load_network
from gan_models.progan.checkpoints import CHECKPOINTS
from gan_models.progan.networks import Generator


class PortraitSampler(Sampler):
    """Samples of a Progressive GAN, one after the other: a picture of 1024x1024 needs half a gigabyte of features.

    Args:
        network: see :class:`gan_models.progan.networks.Generator`.
        device: where to compute.
        located: where the weights came from.
        side: pixels of a picture's side, a power of two; larger ones are averaged down to it. None: as they are.

    Attributes:
        whole: the same sampler with pictures as the network makes them.
    """

    def __init__(
        self, network: Generator, device: torch.device, located: Located | None = None, side: int | None = None
    ):
        self.network, self.device, self.located = network.to(device).eval().requires_grad_(False), device, located
        self.side = min(side or network.resolution, network.resolution)
        self._busy = threading.Lock()  # one forward pass at a time: two would only fight for the same cores
        self.whole = self
        super().__init__(self._draw, network.z_dim, directions=self._closed_form)

    def smaller(self, side: int) -> "PortraitSampler":
        """The same network with pictures of at most so many pixels a side."""
        small = PortraitSampler(self.network, self.device, self.located, side)
        small.whole, small._busy = self, self._busy
        return small

    def _draw(self, z: Tensor, _: Tensor | None) -> Tensor:
        shrink = self.network.resolution // self.side
        pictures = (compute(self.network, self.device, row, busy=self._busy) for row in z.split(1))
        return torch.cat([F.avg_pool2d(picture, shrink) if shrink > 1 else picture for picture in pictures])

    def _closed_form(self) -> Tensor:
        weight = self.network.layer0.weight  # (C, z_dim, 4, 4), seen as what 16 places read of the noise
        return latents.closed_form_directions([weight.transpose(1, 3).flatten(0, 2).cpu()], DIRECTIONS)


def portraits(device: torch.device, weights: str) -> PortraitSampler:
    """The public Progressive GAN of faces; always from the Hub."""
    network, located = load_network(CHECKPOINTS["faces-progan"], "hub")
    return PortraitSampler(network, device, located)


PIPELINES = {"faces-progan": portraits}
