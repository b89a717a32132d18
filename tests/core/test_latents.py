import math

import pytest
import torch

from gan_models.core import latents


def test_same_seed_same_noise_whatever_stands_beside_it():
    alone = latents.seeded_noise([5], 16)
    among = latents.seeded_noise([1, 5, 9], 16)
    assert torch.equal(alone[0], among[1])
    assert not torch.equal(among[0], among[1])
    assert latents.seeded_noise([], 16).shape == (0, 16)


def test_noise_does_not_touch_the_global_generator():
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    latents.seeded_noise([1, 2], 8)
    assert torch.equal(torch.rand(3), expected)


def test_slerp_keeps_the_length_and_meets_both_ends():
    a, b = torch.tensor([2.0, 0.0]), torch.tensor([0.0, 2.0])
    path = latents.slerp(a, b, torch.tensor([0.0, 0.5, 1.0]))
    assert torch.allclose(path, torch.tensor([[2.0, 0.0], [math.sqrt(2), math.sqrt(2)], [0.0, 2.0]]), atol=1e-6)
    assert torch.allclose(latents.slerp(a, a, torch.tensor([0.3]))[0], a)


def test_regression_finds_the_direction_it_was_given():
    z = torch.randn(4000, 6, generator=torch.Generator().manual_seed(0))
    measured = torch.stack([3 * z[:, 2] - z[:, 4], z[:, 4] + 10], dim=1)
    found = latents.regression_directions(z, measured)
    first = torch.tensor([0, 0, 3, 0, -1, 0]) / math.sqrt(10)
    assert float(found[0] @ first) > 0.99
    assert abs(float(found[0] @ found[1])) < 1e-5
    assert float(found[1][4]) > 0.9


def test_principal_direction_is_the_strongest_free_one():
    z = torch.randn(4000, 5, generator=torch.Generator().manual_seed(1))
    responses = torch.stack([9 * z[:, 0], 4 * z[:, 3], z[:, 1]], dim=1)
    known = torch.eye(5)[:1]
    found = latents.principal_direction(z, responses, known)
    assert abs(float(found[3])) > 0.99
    assert abs(float(found[0])) < 1e-3


def test_move_stays_in_the_shell():
    z = torch.ones(1, 64)
    d = torch.eye(64)[:2]
    near = latents.move(z, d, torch.tensor([0.5, -0.5]))
    assert torch.allclose(near[0, :3], torch.tensor([1.5, 0.5, 1.0]))
    far = latents.move(z, d, torch.tensor([100.0, 0.0]))
    assert far.norm().item() == pytest.approx(1.15 * 8, rel=1e-5)
