"""A generator and its twin that never met a discriminator, and every network between them."""

import copy
import threading

import torch
from torch import Tensor, nn

from gan_models.core.precision import choose_precision
from gan_models.core.store import Located
from gan_models.core.values import read_seed
from gan_models.pix2pix.checkpoints import Subject

STEPS = 20  # strengths between the twin and the GAN that are told apart
KEPT = 6  # blends that are kept, the oldest given up first


class Blended:
    """What all pipelines of this family hold.

    Args:
        subject: what is painted, and from what.
        generator: trained against discriminators. ``twin``: where it began, trained for the L1 distance alone; its
            weights and the generator's are blended. None: there is no twin, and every strength is the generator's.
        device: where to compute.
        located: where the weights came from.
    """

    def __init__(
        self, subject: Subject, generator: nn.Module, twin: nn.Module | None, device: torch.device, located: Located
    ):
        self.subject, self.device, self.located = subject, device, located
        self.twin = self.ready(twin)
        self._blends = {STEPS: self.ready(generator)} | ({0: self.twin} if twin else {})
        self._busy = threading.Lock()  # one forward pass at a time: two would only fight for the same cores
        blank = torch.zeros(1, subject.inputs, subject.size, subject.size)
        choose_precision(generator, device, blank.contiguous(memory_format=torch.channels_last), torch.zeros(1, 3))
        if twin:
            twin.bfloat16_on = generator.bfloat16_on

    def ready(self, network: nn.Module | None) -> nn.Module | None:
        """The network on the device, not to be trained; None stays None."""
        return network and network.to(self.device, memory_format=torch.channels_last).eval()

    @property
    def palette(self) -> tuple[tuple[int, int, int], ...]:
        """What seeds pick from, see :class:`gan_models.pix2pix.checkpoints.Subject`."""
        return self.subject.palette

    def aims(self, seeds: list[int]) -> Tensor:
        """What the seeds pick of the palette, (N, 3) in [-1, 1]."""
        chosen = [self.palette[read_seed(seed) % len(self.palette)] for seed in seeds]
        return torch.tensor(chosen, dtype=torch.float32) / 127.5 - 1

    def blend(self, strength: float) -> nn.Module:
        """The generator with that share of the way from the twin's weights to the GAN's."""
        step = round(strength * STEPS) if self.twin else STEPS
        with self._busy:
            if step not in self._blends:
                made = copy.deepcopy(self._blends[STEPS])
                sources = (n.state_dict().values() for n in (made, self.twin))
                for mine, theirs in zip(*sources, strict=True):
                    if mine.is_floating_point():
                        mine.lerp_(theirs, 1 - step / STEPS)
                for old in [k for k in self._blends if 0 < k < STEPS][: max(0, len(self._blends) - 1 - KEPT)]:
                    del self._blends[old]
                self._blends[step] = made
            return self._blends[step]
