"""The pipeline with networks that learned nothing: all of it computes, and nothing of it is a face."""

from pathlib import Path

import torch

from gan_models.classifiers.faces import FaceClassifier
from gan_models.core.store import Located
from gan_models.metrics.closeness import CHANNELS, Lpips
from gan_models.stylegan.networks import StyleEncoder, StyleGANDiscriminator, StyleGANGenerator
from gan_models.stylegan.pipeline import StylePipeline

SLIDERS = 3


def untrained(resolution: int = 64, layers: int = 7) -> StylePipeline:
    """A pipeline of small pictures, always the same, with three sliders for so many layers."""
    torch.manual_seed(0)
    generator, discriminator = StyleGANGenerator(resolution), StyleGANDiscriminator(resolution)
    encoder, classifier = StyleEncoder(resolution), FaceClassifier()
    distance = Lpips(weights=[torch.ones(1, channels, 1, 1) for channels in CHANNELS])
    generator.mean_w.normal_()
    directions = torch.randn(SLIDERS, layers, generator.w_dim)
    for network in (generator, discriminator, encoder, classifier, distance):
        network.eval().requires_grad_(False)
    generator.mapping.layers[-1].weight.mul_(20)  # so that faces differ
    for layer in generator.synthesis.layers:
        layer.noise_strength.fill_(0.3)
    return StylePipeline(
        generator, discriminator, encoder, classifier, distance, {"directions": directions}, torch.device("cpu"),
        Located(Path("nowhere"), "embedded"),
    )  # fmt: skip
