"""What judges one kind of picture while :mod:`gan_models.cyclegan.trainer` plays, and what both sides pay."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gan_models.core.squeezenet import SqueezeNetFeatures
from gan_models.training.feature_discriminator import TAPS, FeatureDiscriminator
from gan_models.training.kernel_matching import KernelMatching
from gan_models.training.losses import (
    discriminator_least_squares,
    discriminator_logistic,
    generator_least_squares,
    generator_nonsaturating,
)


@dataclass
class Discriminators:
    """A discriminator of patches, which ships, heads on frozen features, and what remembers these features."""

    patches: nn.Module
    heads: FeatureDiscriminator | None
    feature_extractor: SqueezeNetFeatures | None
    matching: KernelMatching | None = None

    def answers(self, pictures: Tensor) -> tuple[list[Tensor], Tensor | None]:
        """Opinions of the patch discriminator first, then the heads' logits, each (N, ...); and features (N, 512)."""
        if not self.heads:
            return [self.patches(pictures).float()], None
        seen = self.feature_extractor(pictures, tuple(TAPS))
        return [self.patches(pictures).float(), *(s.float() for s in self.heads(seen))], seen[-1].float().mean((2, 3))


def discriminator_loss(
    discriminators: Discriminators, real: Tensor, fakes: list[tuple[Tensor, float]], feature_weight: float
) -> Tensor:
    """Real pictures against each of ``fakes``, which come with weights: made ones, the other kind's, and so on."""
    pages = [real, *(page for page, _ in fakes)]
    counts = [len(page) for page in pages]
    said, features = discriminators.answers(torch.cat(pages))
    answers = [answer.split(counts) for answer in said]
    if discriminators.matching and features is not None:
        on_real, on_made, *_ = features.split(counts)
        discriminators.matching.remember(real=on_real, made=on_made)
    losses = [
        sum(weight * loss(on_real, on_fake) for on_fake, (_, weight) in zip(on_fakes, fakes, strict=True))
        for loss, (on_real, *on_fakes) in zip(
            [discriminator_least_squares] + [discriminator_logistic] * (len(answers) - 1), answers, strict=True
        )
    ]
    return losses[0] + (feature_weight * torch.stack(losses[1:]).mean() if feature_weight and len(losses) > 1 else 0.0)


def persuasion_loss(discriminators: Discriminators, made: Tensor, feature_weight: float, match: float = 0.0) -> Tensor:
    """What a translator pays for not being believed. Twice the half square: the paper's weighing against the cycle.

    ``match`` is the weight of what is said of the features of whole pictures.
    """
    (patches, *seen), features = discriminators.answers(made)
    loss = 2 * generator_least_squares(patches)
    if seen:
        loss = loss + feature_weight * torch.stack([generator_nonsaturating(s) for s in seen]).mean()
    return loss + match * discriminators.matching.price(features) if match and seen else loss
