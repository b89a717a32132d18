"""Spectral norm against the singular values that PyTorch finds."""

import pytest
import torch
from torch import nn

from gan_models.training.spectral_norm import set_spectral_norm


def test_spectral_norm_brings_the_largest_singular_value_to_one_and_can_be_taken_off():
    torch.manual_seed(3)
    network = nn.Sequential(nn.Linear(6, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))
    set_spectral_norm(network, True)
    set_spectral_norm(network, True)  # twice is once
    for layer in (network[0], network[2]):
        assert torch.linalg.matrix_norm(layer.weight, 2).item() == pytest.approx(1, abs=0.02)
    network.eval()
    points = torch.randn(4, 6)
    before = network(points)
    set_spectral_norm(network, False)
    assert torch.allclose(before, network(points), atol=1e-6)
    assert set(network.state_dict()) == {"0.weight", "0.bias", "2.weight", "2.bias"}
