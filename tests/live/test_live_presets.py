"""The presets of the GAN in two dimensions keep their promises."""

import pytest
import torch

from gan_models.live.points import PointRun
from gan_models.live.presets import PRESETS
from gan_models.live.settings import PointSettings
from tests.live.until import one_thread, preset, standing, train_until  # noqa: F401


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_the_fair_match_covers_the_ring(seed):
    run = preset("healthy", seed)

    def fair() -> bool:
        covered, good = standing(run)
        return covered == 8 and good >= 0.9

    assert train_until(run, fair, 3500, 250)


@pytest.mark.slow
def test_the_grid_is_covered():
    run = preset("grid", 2)
    assert run.target.name == "grid"
    assert train_until(run, lambda: standing(run)[0] == 25, 4000, 250)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_collapse_covers_three_modes_at_most_and_its_cure_all_eight(seed):
    run, seen = preset("collapse", seed), []
    for _ in range(6):
        run.train(200, 50)
        seen.append(standing(run)[0])
    assert max(seen[1:]) <= 3
    run.change(PRESETS["collapse"].cures[0].changes)
    assert train_until(run, lambda: standing(run)[0] == 8, 1500, 150)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_the_gradient_vanishes_a_hundredfold_and_the_cure_keeps_it(seed):
    run = preset("vanishing", seed)
    assert train_until(run, lambda: run.first_g_norm / run.g_norm >= 100, 600, 50)
    run.train(200, 50)
    assert run.first_g_norm / run.g_norm >= 100  # and it stays there
    cured = PointSettings(**{**PRESETS["vanishing"].settings, **PRESETS["vanishing"].cures[0].changes, "seed": seed})
    for healed in (run, PointRun(cured)):  # in the stuck run, and from the start with the same head start
        healed.change(PRESETS["vanishing"].cures[0].changes)
        norms = []
        for _ in range(200):
            healed.both()
            norms.append(healed.g_norm)
        typical = torch.tensor(norms[50:]).view(-1, 25).median(1).values
        assert healed.first_g_norm / typical.min() <= 10
        assert typical.max() / typical.min() <= 10


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_oscillation_swings_to_and_fro(seed):
    run, middles = preset("oscillation", seed), []
    for _ in range(60):
        run.train(60, 10)
        middles.append(run.generator(run.fixed_z).detach().mean(0))
    path = torch.stack(middles[10:])
    turns = (path[1:].sign() != path[:-1].sign()).sum(0)
    assert turns.max() >= 3 and path.std(0).max() > 0.15
    assert standing(run)[0] <= 3


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_without_clipping_scores_and_slopes_run_away(seed):
    free, bounded = preset("unclipped", seed), preset("unclipped", seed, **PRESETS["unclipped"].cures[0].changes)
    slopes, scores = [], []
    for run in (free, bounded):
        run.train(100, 150)
        at = run.shown_real.clone().requires_grad_(True)
        (slope,) = torch.autograd.grad(run.discriminator(at).sum(), at)
        slopes.append(slope.norm(dim=1).mean().item())
        scores.append(max(abs(run.d_real), abs(run.d_fake)))
    assert slopes[0] > 100 and scores[0] > 100
    assert 0.3 < slopes[1] < 3 and scores[1] < 10
