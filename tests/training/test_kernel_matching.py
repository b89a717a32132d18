"""Kernel mean matching, beside the kernel distance that it descends."""

import torch

from gan_models.metrics.scores import kernel_distance
from gan_models.training.kernel_matching import KernelMatching


def features(count, shift, seed):
    return torch.randn(count, 8, generator=torch.Generator().manual_seed(seed)) + shift


def test_it_costs_nothing_before_enough_was_seen_and_forgets_the_oldest():
    matching = KernelMatching(size=6, fewest=4)
    matching.remember(real=features(4, 0, 1), made=features(3, 0, 2))
    assert matching.price(features(2, 1, 3)) == 0
    matching.remember(made=torch.ones(1, 8, requires_grad=True))
    assert matching.price(features(2, 1, 3)) != 0
    matching.remember(made=torch.zeros(5, 8))
    assert len(matching.kept["made"]) == 6 and matching.kept["made"][0].tolist() == [1] * 8
    assert not matching.kept["made"].requires_grad
    twin = KernelMatching(size=6, fewest=4)
    twin.load_state_dict(matching.state_dict())
    assert torch.equal(twin.price(features(2, 1, 3)), matching.price(features(2, 1, 3)))


def test_going_down_its_slope_brings_the_kernel_distance_down():
    real, made = features(300, 0.8, 1), features(300, 0, 2)
    matching, before = KernelMatching(size=300), kernel_distance(made, real)
    matching.remember(real=real)
    for _ in range(60):
        matching.remember(made=made)
        made = made.detach().requires_grad_(True)
        matching.price(made).backward()
        made = made.detach() - 40 * made.grad
    assert kernel_distance(made, real) < 0.15 * before
