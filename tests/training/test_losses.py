"""Losses against numbers worked out by hand, regularisers against functions whose slopes are known."""

import math

import pytest
import torch
from torch import nn

from gan_models.live.networks import minibatch_std
from gan_models.training import losses

LN2 = math.log(2)
REAL, FAKE = torch.tensor([2.0, 0.0]), torch.tensor([-1.0, 3.0])


def softplus(x: float) -> float:
    return math.log1p(math.exp(x))


EXPECTED = {
    "non-saturating": (
        (softplus(-2) + LN2 + softplus(-1) + softplus(3)) / 2, (softplus(1) + softplus(-3)) / 2
    ),
    "minimax": ((softplus(-2) + LN2 + softplus(-1) + softplus(3)) / 2, -(softplus(-1) + softplus(3)) / 2),
    "lsgan": (0.5 * (1 + 1) / 2 + 0.5 * (1 + 9) / 2, 0.5 * (4 + 4) / 2),
    "wgan": (1.0 - 1.0, -1.0),
    "wgan-gp": (1.0 - 1.0, -1.0),
    "hinge": ((0 + 1) / 2 + (0 + 4) / 2, -1.0),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_losses_give_the_values_of_their_formulas(name):
    loss, (discriminator, generator) = losses.LOSSES[name], EXPECTED[name]
    assert loss.discriminator(REAL, FAKE).item() == pytest.approx(discriminator, abs=1e-6)
    assert loss.generator(FAKE).item() == pytest.approx(generator, abs=1e-6)


def test_the_table_is_complete_and_unknown_names_say_what_there_is():
    assert set(losses.LOSSES) == set(EXPECTED)
    with pytest.raises(ValueError, match="hinge"):
        losses.find_loss("hindge")
    assert losses.LOSSES["wgan"].clip > 0 and losses.LOSSES["wgan-gp"].gradient_penalty == 10
    assert losses.LOSSES["wgan"].opinion is None


def test_label_smoothing_is_cross_entropy_with_the_soft_target():
    expected = nn.functional.binary_cross_entropy_with_logits(REAL, torch.full((2,), 0.9))
    expected = expected + nn.functional.binary_cross_entropy_with_logits(FAKE, torch.zeros(2))
    assert losses.discriminator_logistic(REAL, FAKE, 0.9).item() == pytest.approx(expected.item(), abs=1e-6)


def test_only_the_saturating_loss_loses_its_slope_when_the_discriminator_is_sure():
    slopes = {}
    for name in ("minimax", "non-saturating"):
        logit = torch.tensor([-12.0], requires_grad=True)
        losses.LOSSES[name].generator(logit).backward()
        slopes[name] = abs(logit.grad.item())
    assert slopes["minimax"] == pytest.approx(math.exp(-12), rel=1e-3)
    assert slopes["non-saturating"] == pytest.approx(1, abs=1e-4)


def test_gradient_penalties_of_a_linear_discriminator():
    discriminator = nn.Linear(2, 1, bias=False)
    discriminator.weight.data = torch.tensor([[3.0, 4.0]])  # slope 5 everywhere
    real = torch.randn(6, 2).requires_grad_(True)
    assert losses.r1_penalty(discriminator(real), real).item() == pytest.approx(25, rel=1e-5)
    random = torch.Generator().manual_seed(0)
    penalty = losses.gradient_penalty(discriminator, real, torch.randn(6, 2), random)
    assert penalty.item() == pytest.approx(16, rel=1e-5)
    penalty.backward()
    assert discriminator.weight.grad.norm().item() == pytest.approx(8, rel=1e-4)  # d (5 - 1)^2 = 2 * 4 along the weight


def test_clipping_bounds_every_parameter():
    network = nn.Linear(3, 3)
    network.weight.data.fill_(7.0)
    losses.clip_weights(network, 0.05)
    assert max(p.abs().max().item() for p in network.parameters()) == pytest.approx(0.05)


def test_minibatch_std_sees_a_generator_that_repeats_itself():
    assert minibatch_std(torch.ones(8, 3)).item() == pytest.approx(0, abs=1e-3)
    assert minibatch_std(torch.tensor([[0.0, 0.0], [2.0, 4.0]])).item() == pytest.approx(1.5, abs=1e-4)


def test_unrolling_foresees_the_discriminators_step_and_leaves_it_alone():
    discriminator = nn.Linear(1, 1, bias=False)
    discriminator.weight.data.fill_(2.0)
    fake = torch.tensor([[3.0]], requires_grad=True)
    real = torch.tensor([[1.0]])

    def loss(answer):  # Wasserstein: w * (fake - real), slope 2 in w
        return losses.critic_wasserstein(answer(real), answer(fake))

    ahead = losses.unrolled_weights(discriminator, loss, steps=2, rate=0.1)
    assert ahead["weight"].item() == pytest.approx(2 - 2 * 0.1 * 2)
    assert discriminator.weight.item() == 2
    (slope,) = torch.autograd.grad(ahead["weight"].sum(), fake)
    assert slope.item() == pytest.approx(-0.2)  # each step takes 0.1 * (fake - real)


def test_a_step_of_a_size_goes_down_by_it_whatever_the_slope():
    network = nn.Linear(2, 1)
    before = [p.detach().clone() for p in network.parameters()]
    losses.step_of_size(network, network(torch.tensor([[3e-3, -4e-3]])).sum(), 0.1)
    weight, bias = (p.detach() - b for p, b in zip(network.parameters(), before, strict=True))
    expected = torch.tensor([[-3.0, 4.0]]) * 0.1 / 12.5**0.5
    assert torch.allclose(weight, expected, atol=1e-4) and bias.item() == pytest.approx(-0.1, abs=1e-4)


def test_gradient_norm_is_the_length_of_all_gradients_together():
    network = nn.Linear(1, 1)
    assert losses.gradient_norm(network.parameters()) == 0
    network.weight.grad, network.bias.grad = torch.tensor([[3.0]]), torch.tensor([4.0])
    assert losses.gradient_norm(network.parameters()) == pytest.approx(5)
