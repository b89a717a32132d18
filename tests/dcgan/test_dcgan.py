"""The face networks: shapes, folding, and steps that lower their own loss."""

import torch

from gan_models.classifiers.faces import FaceJudge
from gan_models.core.squeezenet import SqueezeNetFeatures
from gan_models.data.celeba import ATTRIBUTES
from gan_models.dcgan.networks import DCGANCritic, DCGANGenerator
from gan_models.dcgan.pipeline import fold_norms
from gan_models.dcgan.train import Critics, Encoder, autoencoder_loss, critic_loss, generator_loss
from gan_models.training.feature_critic import TAPS, FeatureCritic


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
    assert DCGANCritic(width=2)(faces).shape == (3,)
    assert DCGANCritic(width=2, norm=True)(faces).shape == (3,)
    judge = FaceJudge(width=2)
    assert judge(faces).shape == (3, len(ATTRIBUTES))
    assert judge.features(faces).shape == (3, judge.feature_dim)


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


def test_a_critic_without_norm_judges_each_picture_alone():
    critic = DCGANCritic(width=4)
    faces = torch.rand(5, 3, 64, 64) * 2 - 1
    assert torch.allclose(critic(faces)[2:3], critic(faces[2:3]), atol=1e-5)


def test_features_come_in_the_order_of_their_scales():
    found = SqueezeNetFeatures()(torch.rand(2, 3, 64, 64) * 2 - 1, tuple(TAPS))
    assert [x.shape[1] for x in found] == list(TAPS.values())
    sizes = [x.shape[2] for x in found]
    assert sizes == sorted(sizes, reverse=True)
    logits = FeatureCritic(width=4)(found)
    assert [x.shape for x in logits] == [(2, s * s) for s in sizes]


def test_one_real_step_of_each_act():
    torch.manual_seed(0)
    generator, eyes = DCGANGenerator(z_dim=8, width=12), SqueezeNetFeatures().eval().requires_grad_(False)
    encoder, critics = Encoder(8), Critics(DCGANCritic(width=4), FeatureCritic(width=4), eyes)
    faces = torch.rand(4, 3, 64, 64) * 2 - 1

    def falls(parameters, loss, rate=1e-3) -> bool:
        optimiser = torch.optim.Adam(parameters, rate)
        torch.manual_seed(1)
        before = loss()
        before.backward()
        optimiser.step()
        torch.manual_seed(1)
        return loss().item() < before.item()

    assert falls([*generator.parameters(), *encoder.parameters()],
                 lambda: autoencoder_loss(generator, encoder, eyes, faces))  # fmt: skip
    fake = generator(torch.randn(4, 8)).detach()
    assert falls(critics.parameters(), lambda: critic_loss(critics, faces, fake, penalty=0.5))
    z = torch.randn(4, 8)
    assert falls(list(generator.parameters()), lambda: generator_loss(critics, generator(z)), rate=1e-4)
    assert all(p.grad is None for p in eyes.parameters())
