"""The face networks: shapes, folding, and steps that lower their own loss."""

import torch

from gan_models.classifiers.faces import FaceClassifier
from gan_models.core.squeezenet import SqueezeNetFeatures
from gan_models.data.celeba import ATTRIBUTES
from gan_models.dcgan.networks import DCGANDiscriminator, DCGANGenerator
from gan_models.dcgan.pipeline import fold_norms
from gan_models.dcgan.train import Discriminators, Encoder, autoencoder_loss, discriminator_loss, generator_loss
from gan_models.training.feature_discriminator import TAPS, FeatureDiscriminator


def shaken(generator: DCGANGenerator) -> DCGANGenerator:
    """Norms with running statistics and weights that are not the initial ones."""
    with torch.no_grad():
        for _ in range(5):
            generator(torch.randn(16, generator.z_dim) * 2)
        for name in ("norm4", "norm8", "norm16", "norm32", "norm64"):
            getattr(generator, name).weight.uniform_(0.5, 2)
            getattr(generator, name).bias.uniform_(-1, 1)
    return generator.eval()


def test_shapes_and_range():
    faces = DCGANGenerator(z_dim=5, width=6)(torch.randn(3, 5))
    assert faces.shape == (3, 3, 64, 64)
    assert faces.abs().max() <= 1
    assert DCGANDiscriminator(width=2)(faces).shape == (3,)
    assert DCGANDiscriminator(width=2, norm=True)(faces).shape == (3,)
    classifier = FaceClassifier(width=2)
    assert classifier(faces).shape == (3, len(ATTRIBUTES))
    assert classifier.features(faces).shape == (3, classifier.feature_dim)


def test_folding_norms_changes_nothing():
    torch.manual_seed(0)
    generator = shaken(DCGANGenerator(z_dim=5, width=6))
    z = torch.randn(4, 5)
    with torch.no_grad():
        before = generator(z)
        after = fold_norms(generator)(z)
    assert before.std() > 0.01
    assert torch.allclose(before, after, atol=1e-5)
    assert not [m for m in generator.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]


def test_units_that_are_off_change_the_picture():
    generator = shaken(DCGANGenerator(z_dim=5, width=12))
    units = generator.draft(torch.randn(2, 5))
    assert units.shape == (2, 24, 16, 16)
    assert units.min() >= 0
    busiest = units.mean((0, 2, 3)).argmax()
    without = units.clone()
    without[:, busiest] = 0
    assert (generator.paint(units) - generator.paint(without)).abs().max() > 1e-4


def test_a_discriminator_without_norm_classifiers_each_picture_alone():
    discriminator = DCGANDiscriminator(width=4)
    faces = torch.rand(5, 3, 64, 64) * 2 - 1
    assert torch.allclose(discriminator(faces)[2:3], discriminator(faces[2:3]), atol=1e-5)


def test_features_come_in_the_order_of_their_scales():
    found = SqueezeNetFeatures()(torch.rand(2, 3, 64, 64) * 2 - 1, tuple(TAPS))
    assert [x.shape[1] for x in found] == list(TAPS.values())
    sizes = [x.shape[2] for x in found]
    assert sizes == sorted(sizes, reverse=True)
    logits = FeatureDiscriminator(width=4)(found)
    assert [x.shape for x in logits] == [(2, s * s) for s in sizes]


def test_real_steps_of_each_act():
    torch.manual_seed(0)
    generator, feature_extractor = DCGANGenerator(z_dim=8, width=12), SqueezeNetFeatures().eval().requires_grad_(False)
    encoder, discriminators = (
        Encoder(8),
        Discriminators(DCGANDiscriminator(width=4), FeatureDiscriminator(width=4), feature_extractor),
    )
    faces = torch.rand(4, 3, 64, 64) * 2 - 1

    def falls(parameters, loss) -> bool:
        optimiser, found = torch.optim.Adam(parameters, 1e-3), []
        for _ in range(6):  # the first one alone may overshoot
            torch.manual_seed(1)
            optimiser.zero_grad()
            found.append(loss())
            found[-1].backward()
            optimiser.step()
        return found[-1].item() < found[0].item()

    assert falls([*generator.parameters(), *encoder.parameters()],
                 lambda: autoencoder_loss(generator, encoder, feature_extractor, faces))  # fmt: skip
    fake = generator(torch.randn(4, 8)).detach()
    assert falls(discriminators.parameters(), lambda: discriminator_loss(discriminators, faces, fake, penalty=0.5))
    z = torch.randn(4, 8)
    assert falls(list(generator.parameters()), lambda: generator_loss(discriminators, generator(z)))
    assert all(p.grad is None for p in feature_extractor.parameters())
