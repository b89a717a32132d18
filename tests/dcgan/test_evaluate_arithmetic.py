"""How often sums of faces keep their promises: who is drawn, who counts as found."""

import pytest
import torch

from gan_models.dcgan.attributes import CATEGORIES
from gan_models.dcgan.evaluate_arithmetic import EXEMPLARS, TASKS, draw_triples, exemplars, found, interval


def test_triples_hold_nobody_twice():
    members = [torch.arange(10), torch.arange(5, 15), torch.arange(8, 20)]
    triples = draw_triples(members, 50, torch.Generator().manual_seed(1))
    assert triples.shape == (50, 3 * EXEMPLARS)
    for row in triples.tolist():
        assert len(set(row)) == 9
        for k, allowed in enumerate(members):
            assert set(row[3 * k : 3 * k + 3]) <= set(allowed.tolist())
    assert len({tuple(row) for row in triples.tolist()}) == 50


def test_exemplars_are_as_sure_as_asked():
    answers = torch.tensor([[0.95, 0.02, 0.1, 0, 0, 0], [0.85, 0.02, 0.1, 0, 0, 0], [0.95, 0.15, 0.1, 0, 0, 0]])
    women = CATEGORIES["smiling-women"]
    assert exemplars(answers, women, 0.8).tolist() == [0, 1, 2]
    assert exemplars(answers, women, 0.9).tolist() == [0]


def test_found_wants_every_promise():
    answers = torch.tensor([[0.9, 0.9, 0, 0, 0, 0], [0.9, 0.1, 0, 0, 0, 0], [0.4, 0.6, 0, 0, 0, 0]])
    assert found(answers, TASKS[0].promised).tolist() == [
        [True, True, True], [False, True, False], [False, False, True],
    ]  # fmt: skip
    assert found(torch.tensor([[0, 0.4, 0.6, 0, 0, 0]]), TASKS[1].promised).tolist() == [[True, True, True]]


def test_interval_is_wilsons():
    low, high = interval(0.85, 200)
    assert low == pytest.approx(0.794, abs=1e-3)
    assert high == pytest.approx(0.893, abs=1e-3)
    assert interval(1.0, 10)[1] == 1.0
