"""Scores against distances worked out by hand."""

import math

import pytest
import torch

from gan_models.metrics.scores import frechet_between, frechet_distance, inception_score, kernel_distance, moments


def test_frechet_distance_of_two_gaussians():
    a = torch.diag(torch.tensor([4.0, 9.0], dtype=torch.double))
    b = torch.diag(torch.tensor([1.0, 1.0], dtype=torch.double))
    zero, shifted = torch.zeros(2).double(), torch.tensor([3.0, 4.0]).double()
    # 25 for the means, (2 - 1)^2 + (3 - 1)^2 for the spreads
    assert frechet_between(zero, a, shifted, b) == pytest.approx(30)


def test_frechet_distance_with_covariances_that_do_not_commute():
    a = torch.tensor([[2.0, 1.0], [1.0, 2.0]]).double()
    b = torch.tensor([[1.0, 0.0], [0.0, 3.0]]).double()
    # For 2x2: tr (AB)^(1/2) = sqrt(tr AB + 2 sqrt(det AB)) = sqrt(8 + 2 * 3)
    expected = 4 + 4 - 2 * math.sqrt(14)
    assert frechet_between(torch.zeros(2).double(), a, torch.zeros(2).double(), b) == pytest.approx(expected)


def test_frechet_distance_of_sets():
    rows = torch.tensor([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [2.0, 2.0]])
    assert frechet_distance(rows, rows) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(rows, rows + torch.tensor([1.0, 2.0])) == pytest.approx(5)
    flat = torch.tensor([[0.0, 1.0], [0.0, 3.0]])  # a singular covariance
    assert frechet_distance(flat, flat * 1.0) == pytest.approx(0, abs=1e-9)
    with pytest.raises(ValueError, match="at least 2"):
        moments(rows[:1])


def test_kernel_distance_worked_out_by_hand():
    a, b = torch.tensor([[0.0], [1.0]]), torch.tensor([[1.0], [2.0]])
    # kernel (xy + 1)^3: within a 1, within b 27, across (1 + 1 + 8 + 27) / 4
    assert kernel_distance(a, b) == pytest.approx(1 + 27 - 2 * 37 / 4)
    with pytest.raises(ValueError, match="two rows"):
        kernel_distance(a[:1], b)


def test_inception_score_between_one_and_the_number_of_classes():
    assert inception_score(torch.eye(10)) == pytest.approx(10)
    assert inception_score(torch.full((7, 10), 0.1)) == pytest.approx(1)
    assert inception_score(torch.eye(10)[[4, 4, 4]]) == pytest.approx(1)
    half = torch.tensor([[0.75, 0.25], [0.25, 0.75]])
    assert inception_score(half) == pytest.approx(math.exp(0.75 * math.log(1.5) + 0.25 * math.log(0.5)))
    with pytest.raises(ValueError, match="sum to one"):
        inception_score(torch.ones(2, 3))
