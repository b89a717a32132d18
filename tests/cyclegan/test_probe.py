"""What names the animal of a picture: a linear layer on what the networks see."""

import math

import pytest
import torch

from gan_models.cyclegan.fit_probe import fit
from gan_models.cyclegan.probe import KindProbe, verdict
from tests.cyclegan.test_translator import noise


def test_the_probe_names_a_kind_neither_or_says_that_it_is_unsure():
    def said(*chances):
        return verdict(torch.tensor(chances), ("horse", "zebra"))

    assert [said(0.7, 0.1, 0.2), said(0.0, 0.61, 0.39), said(0.15, 0.1, 0.75)] == ["horse", "zebra", "neither"]
    assert {said(0.45, 0.45, 0.1), said(0.3, 0.05, 0.65)} == {"unsure"}
    probe = KindProbe(2)
    probe.mean, probe.scale = torch.tensor([1.0, 0.0]), torch.tensor([2.0, 1.0])
    probe.linear.weight.data = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    probe.linear.bias.data.zero_()
    chances = probe(torch.tensor([[3.0, 50.0]]))[0]  # 1 and, as far as it goes, 4
    assert chances.tolist() == pytest.approx((torch.tensor([1.0, 4.0, 0.0]).exp() / (math.e + math.e**4 + 1)).tolist())


def test_the_probe_sees_what_the_discriminators_believe():
    from gan_models import load

    shipped, page = load("horse2zebra", "cpu", "embedded"), noise(200, 120)
    beliefs = shipped.guess_direction(page).beliefs
    shipped.probe = None
    assert beliefs == pytest.approx(shipped.guess_direction(page).beliefs, abs=1e-5)


def test_a_probe_is_fitted_to_what_differs():
    torch.manual_seed(3)
    labels = torch.arange(90) % 3
    rows = torch.randn(90, 4) + 3 * torch.eye(4)[labels]
    probe = fit(rows, labels)
    assert (probe(rows).argmax(1) == labels).float().mean() > 0.9
    assert probe(rows).sum(1).tolist() == pytest.approx([1] * 90)
