"""What lets a discriminator see a whole batch, so that it notices a generator that repeats itself."""

import torch
from torch import Tensor, nn


def minibatch_std(features: Tensor) -> Tensor:
    """How much a batch varies, as one number: the features' standard deviation over the batch, averaged.

    (N, ...) to a scalar (Karras et al., 2018).
    """
    return (features.var(0, unbiased=False) + 1e-8).sqrt().mean()


class _Apart(torch.autograd.Function):
    """L1 distances (..., N, N) between all pairs of N places (..., N, D), as ``torch.cdist`` finds them.

    ``torch.cdist`` has no second derivative, which R1 needs; this has one, and the first is as quick as the distances.
    """

    @staticmethod
    def forward(ctx, places: Tensor) -> Tensor:
        ctx.save_for_backward(places)
        return torch.cdist(places, places, p=1)

    @staticmethod
    def backward(ctx, slope: Tensor) -> Tensor:
        both = slope + slope.mT  # each distance moves both of its ends
        axes = ctx.saved_tensors[0].unbind(-1)
        return torch.stack([((x.unsqueeze(-1) - x.unsqueeze(-2)).sign() * both).sum(-1) for x in axes], -1)


class MinibatchDiscrimination(nn.Module):
    """How close each example of a batch is to the others, in learnt measures (Salimans et al., 2016, section 3.2).

    Features (N, size) to what is to be added to the next layer, (N, out). As in the paper a measure is a sum of
    exp(-L1 distance) over the batch, here without the example itself and as a mean, so that it does not depend on N. In
    eval mode every example gets what is usual in training, because a batch of grid points is no crowd.

    Args:
        seed: of its start; a source of its own, so that switching it on changes no other random number of a run.
        measures, depth: how many measures, and the dimensions in which each takes its distances.
    """

    def __init__(self, size: int, out: int, seed: int = 0, measures: int = 16, depth: int = 4):
        super().__init__()
        random = torch.Generator().manual_seed(seed)
        self.measures = measures
        self.project = nn.Parameter(torch.randn(size, measures * depth, generator=random) * size**-0.5)
        self.to_next = nn.Parameter(torch.randn(measures, out, generator=random) * measures**-0.5)
        self.register_buffer("usual", torch.zeros(measures))

    def closeness(self, features: Tensor) -> Tensor:
        """(N, size) to (N, measures) in [0, 1]: 1 where all others are the same, in training as in evaluation."""
        if len(features) < 2:
            return features.new_zeros(len(features), self.measures)
        places = (features @ self.project).view(len(features), self.measures, -1).transpose(0, 1)
        return ((-_Apart.apply(places)).exp().sum(2).T - 1) / (len(features) - 1)

    def forward(self, features: Tensor) -> Tensor:
        """(N, size) to (N, out)."""
        if self.training:
            close = self.closeness(features)
            self.usual.lerp_(close.detach().mean(0), 0.02)
        else:
            close = self.usual.expand(len(features), -1)
        return close @ self.to_next
