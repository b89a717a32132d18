"""A loss on where made pictures lie as a whole: kernel mean matching (Li et al., 2015, "Generative Moment Matching
Networks"; Gretton et al., 2012).

A discriminator of patches is content where each patch could be real. This asks whether the features of made pictures,
averaged over a picture, are spread as those of real ones are, with the kernel of the KD (Binkowski et al., 2018). A
step sees few pictures; so they are compared with the last few hundred, made and real.
"""

import torch
from torch import Tensor


class KernelMatching:
    """The last features of made and of real pictures, and what made ones pay for lying elsewhere.

    Args:
        size: how many of each are kept; it costs nothing before there are ``fewest`` of both.
    """

    def __init__(self, size: int = 400, fewest: int = 100):
        self.size, self.fewest = size, fewest
        self.kept: dict[str, Tensor] = {}

    def remember(self, **seen: Tensor) -> None:
        """``made`` or ``real`` features (N, C), without gradient; the oldest are forgotten."""
        for name, features in seen.items():
            mine = [self.kept[name].to(features.device)] if name in self.kept else []
            self.kept[name] = torch.cat([*mine, features.detach().float()])[-self.size :]

    def price(self, made: Tensor) -> Tensor:
        """Twice the witness function of the squared maximum mean discrepancy at made features (N, C), averaged.

        Its gradient is that of the discrepancy itself.
        """
        if min((len(self.kept[name]) if name in self.kept else 0) for name in ("made", "real")) < self.fewest:
            return made.new_zeros(())
        others, real = self.kept["made"], self.kept["real"]
        scale = real.square().mean().sqrt()

        def kernel(known: Tensor) -> Tensor:
            return ((made.float() / scale) @ (known / scale).T / made.shape[1] + 1) ** 3

        return 2 * (kernel(others).mean() - kernel(real).mean())

    def state_dict(self) -> dict[str, Tensor]:
        """What is kept, by name."""
        return dict(self.kept)

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """The inverse of :meth:`state_dict`."""
        self.kept = dict(state)
