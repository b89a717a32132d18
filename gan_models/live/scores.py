"""Scores for a toy that makes pictures, by a classifier that reads them: the judge."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from gan_models.data.mnist import to_signed
from gan_models.metrics.scores import frechet_between, inception_score, moments

COVERED = 0.02  # a kind counts as covered from two in a hundred, a fifth of its fair share


class Classifier(Protocol):
    """A classifier of pictures (N, 1, 28, 28) in [-1, 1] that also shows its features."""

    def features(self, images: Tensor) -> Tensor:
        """Pictures (N, 1, 28, 28) in [-1, 1] to features (N, D), which ``head`` takes to logits (N, 10)."""

    head: Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Scores:
    """What the judge says of a set of pictures.

    Attributes:
        inception: Inception Score in the judge's classes, 1 to 10; the real pictures' own is below 10.
        frechet: Frechet distance to real pictures in the judge's features; 0 is best.
        sure: the judge's mean confidence in what it reads, 0 to 1.
        covered: kinds that appear; ``missing``: those that do not.
        read: what it reads in each picture, (N,) as a list.
    """

    inception: float
    frechet: float
    sure: float
    covered: int
    missing: list[int]
    read: list[int]


class Scorer:
    """A judge and the real pictures it compares with, measured once.

    Args:
        judge: in eval mode.
        real: (N, 28, 28) uint8.
    """

    def __init__(self, classifier: Classifier, real: Tensor):
        self.classifier = classifier
        with torch.no_grad():
            features = torch.cat([classifier.features(to_signed(page)) for page in real.split(250)])
            self.real_moments = moments(features)
            self.real_sure = classifier.head(features).softmax(1).amax(1).mean().item()

    @torch.no_grad()
    def __call__(self, images: Tensor) -> Scores:
        """Score pictures (N, 1, 28, 28) in [-1, 1]; N of a few hundred makes it meaningful."""
        features = self.classifier.features(images)
        shares = self.classifier.head(features).softmax(1)
        read = shares.argmax(1)
        seldom = torch.bincount(read, minlength=shares.shape[1]) < COVERED * len(read)
        return Scores(
            inception_score(shares),
            frechet_between(*self.real_moments, *moments(features)),
            shares.amax(1).mean().item(),
            int((~seldom).sum()),
            seldom.nonzero().flatten().tolist(),
            read.tolist(),
        )
