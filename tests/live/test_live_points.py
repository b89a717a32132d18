"""The GAN in two dimensions: what it counts, what it sends, and that its presets do what they say."""

import base64
import math
import threading
import time

import numpy as np
import pytest
import torch

from gan_models.core.errors import BadRequest
from gan_models.live import point_frame, point_sets
from gan_models.live.points import PointRun
from gan_models.live.presets import PRESETS
from gan_models.live.sessions import Runs
from gan_models.live.settings import PointSettings
from gan_models.live.worker import Worker
from gan_models.training.losses import LOSSES
from tests.live.until import one_thread, preset, standing  # noqa: F401

# --- distributions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", point_sets.POINT_SETS)
def test_real_points_cover_everything_and_lie_within_three_sigma(name):
    target = point_sets.POINT_SETS[name]()
    points = target.sample(4000, torch.Generator().manual_seed(1))
    covered, good = target.judge(points)
    assert covered == target.pieces
    assert good > 0.985  # 98.9 % of a two-dimensional normal; more where pieces lie close together
    assert points.abs().max() < 1.2


def test_counting_modes_by_hand():
    ring = point_sets.ring()
    assert ring.pieces == 8
    on_three = ring.skeleton[:3].repeat(100, 1)
    assert ring.judge(on_three) == (3, 1.0)
    half_lost = torch.cat([on_three, torch.zeros(300, 2)])
    assert ring.judge(half_lost) == (3, 0.5)
    # 1000 points: a fair share is 125, and 25 of them make a mode count as covered
    crowd = torch.cat([ring.skeleton[:1].repeat(976, 1), ring.skeleton[1:2].repeat(24, 1)])
    assert ring.judge(crowd)[0] == 1
    crowd = torch.cat([ring.skeleton[:1].repeat(975, 1), ring.skeleton[1:2].repeat(25, 1)])
    assert ring.judge(crowd)[0] == 2
    just_outside = ring.skeleton[:1] + torch.tensor([[3.01 * ring.sigma, 0.0]])
    assert ring.judge(just_outside) == (0, 0.0)


def test_strokes_become_a_distribution_or_say_what_is_missing():
    line = [[x / 50 - 1, 0.0] for x in range(100)]
    target = point_sets.strokes(line)
    assert target.pieces == point_sets.PIECES and not target.modes
    assert target.judge(torch.tensor([[0.5, 0.0], [0.5, 0.5]]))[1] == 0.5
    for bad in ([], [[0, 0]], [[math.nan, 0]] * 30, [["a", 1]] * 30, [[1, 2, 3]] * 30, [None] * 30):
        with pytest.raises(BadRequest, match="raw"):
            point_sets.strokes(bad)
    assert len(point_sets.strokes(line * 40).skeleton) <= 600


# --- settings ---------------------------------------------------------------------------------------------------


def test_settings_from_a_page_are_brought_into_range():
    read = PointSettings.read({"batch": 10**9, "d_rate": -5, "seed": 3.0, "average": False, "nonsense": 1})
    assert (read.batch, read.d_rate, read.seed, read.average) == (256, 1e-5, 3, False)
    for bad in ({"loss": "none"}, {"points": "cat"}, {"batch": "many"}, {"r1": math.nan}, {"batch": None}):
        with pytest.raises(ValueError):
            PointSettings.read(bad)


def test_every_preset_and_cure_is_made_of_settings_and_explained():
    for entry in PRESETS.values():
        PointSettings(**entry.settings)
        assert len(entry.why.split(". ")) >= 2
        for cure in entry.cures:
            PointSettings(**{**entry.settings, **cure.changes})
    assert {"collapse", "vanishing", "oscillation", "unclipped"} <= {k for k, p in PRESETS.items() if p.cures}


# --- training ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", LOSSES)
def test_one_step_under_every_loss_moves_both_networks(loss):
    run = PointRun(PointSettings(loss=loss))
    before = [p.clone() for p in (*run.generator.parameters(), *run.discriminator.parameters())]
    run.both()
    after = [*run.generator.parameters(), *run.discriminator.parameters()]
    moved = [not torch.equal(a, b) for a, b in zip(before, after, strict=True)]
    assert sum(moved) >= len(moved) - 1  # a Wasserstein critic's last bias has no slope
    assert run.step == 1 and math.isfinite(run.g_loss) and run.g_norm > 0
    if LOSSES[loss].clip:
        assert max(p.abs().max() for p in run.discriminator.parameters()) <= LOSSES[loss].clip + 1e-6


@pytest.mark.parametrize(
    "brake", [{"r1": 1.0}, {"spectral": True}, {"spread": True}, {"unrolled": 2}, {"minibatch": True}]
)
def test_every_brake_changes_the_course_and_trains(brake):
    plain, braked = PointRun(PointSettings()), PointRun(PointSettings(**brake))
    for run in (plain, braked):
        run.train(60, 5)
    assert math.isfinite(braked.g_norm) and braked.g_norm > 0
    assert not torch.equal(plain.generator.body[0].weight, braked.generator.body[0].weight)
    braked.change(dict.fromkeys(brake, 0))
    braked.train(60, 2)
    assert braked.step == 7


def test_single_steps_move_only_their_own_network():
    run = PointRun(PointSettings())
    generator = [p.clone() for p in run.generator.parameters()]
    discriminator = [p.clone() for p in run.discriminator.parameters()]
    run.discriminator_step()
    assert all(torch.equal(a, b) for a, b in zip(generator, run.generator.parameters(), strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(discriminator, run.discriminator.parameters(), strict=True))
    discriminator = [p.clone() for p in run.discriminator.parameters()]
    run.generator_step()
    assert all(torch.equal(a, b) for a, b in zip(discriminator, run.discriminator.parameters(), strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(generator, run.generator.parameters(), strict=True))


@pytest.mark.parametrize("loss", ["non-saturating", "wgan-gp"])
def test_the_same_seed_gives_the_same_run_and_another_seed_another(loss):
    a, b, c = (PointRun(PointSettings(loss=loss, seed=s)) for s in (5, 5, 6))
    a.train(60, 12)
    torch.manual_seed(99)  # the global generator plays no part
    for _ in range(3):
        b.train(60, 4)
        point_frame.draw(b)  # nor does looking
    c.train(60, 12)
    assert torch.equal(a.generator.body[6].weight, b.generator.body[6].weight)
    assert not torch.equal(a.generator.body[6].weight, c.generator.body[6].weight)


def test_turning_knobs_keeps_the_networks():
    run = preset("collapse")
    run.train(60, 3)
    before = run.discriminator.first.weight.clone()
    run.change({"g_steps": 1, "r1": 0.1, "points": "grid", "seed": 9})
    assert torch.equal(before, run.discriminator.first.weight)
    assert run.settings.points == "ring" and run.settings.seed == 0 and run.settings.r1 == 0.1


@pytest.mark.alone
def test_a_slice_ends_by_steps_or_by_time():
    run = PointRun(PointSettings())
    assert run.train(60, 3) == 3 and run.step == 3
    assert 1 <= run.train(0.05, 10**6) < 1000


# --- frames -----------------------------------------------------------------------------------------------------


def shorts(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<i2").reshape(-1, 2) * (point_frame.EDGE / 32767)


def test_a_frame_holds_what_the_networks_say():
    run = PointRun(PointSettings(average=False))
    run.train(60, 20)
    frame = point_frame.draw(run)
    expected = run.generator(run.fixed_z)[:500].detach().numpy()
    assert np.allclose(shorts(frame["fake"]), expected.clip(-1.25, 1.25), atol=1e-4)
    assert len(shorts(frame["warped"])) == point_frame.LATTICE**2
    corner = run.generator(torch.tensor([[-1.0, -1.0]])).detach().numpy()
    assert np.allclose(shorts(frame["warped"])[0], corner.clip(-1.25, 1.25), atol=1e-4)
    field = np.frombuffer(base64.b64decode(frame["field"]), np.uint8).reshape(point_frame.FIELD, point_frame.FIELD)
    top_left = torch.tensor([[-point_frame.EDGE, point_frame.EDGE]])
    assert field[-1, 0] == pytest.approx(torch.sigmoid(run.discriminator(top_left)).item() * 255, abs=1)
    assert (frame["covered"], frame["good"]) == standing(run)
    arrow = shorts(frame["arrows"]).reshape(-1, 4)[0]
    at = torch.tensor(arrow[:2], dtype=torch.float32)[None]
    better = run.discriminator(at + 0.02 * torch.tensor(arrow[2:] - arrow[:2], dtype=torch.float32))
    assert better.item() > run.discriminator(at).item()  # it points to where the discriminator finds it more real
    assert run.discriminator.training


def test_a_frame_before_training_or_after_a_blow_up_can_be_sent():
    import json

    run = PointRun(PointSettings(loss="wgan"))
    assert point_frame.draw(run)["d_loss"] is None
    with torch.no_grad():
        run.generator.body[6].bias.fill_(math.nan)
        run.average.body[6].bias.fill_(math.nan)
    json.dumps(point_frame.draw(run), allow_nan=False)


HEAVIEST = {"unrolled": 8, "d_steps": 20, "g_steps": 20, "batch": 256, "r1": 10.0, "spread": True}


def test_the_clock_is_read_within_a_step():
    run = PointRun(PointSettings.read(HEAVIEST))
    run.discriminator_step()
    started = time.process_time()
    run.generator_step()  # the longest update there is
    update = time.process_time() - started
    for _ in range(3):
        started = time.process_time()
        assert run.train(0.01, 100_000) == 0
        assert time.process_time() - started < 0.01 + 4 * update, "a step is forty updates"
    assert run.step == 0


def test_a_run_does_not_depend_on_where_the_clock_stops_it():
    settings = PointSettings.read({"d_steps": 3, "g_steps": 2, "head_start": 2, "batch": 16})
    whole, sliced = PointRun(settings), PointRun(settings)
    for _ in range(6):
        whole.both()
    slices = 0
    while sliced.step < 6:
        sliced.train(1e-9, 1)  # one update
        slices += 1
    assert slices > 20
    assert sliced.step == whole.step
    for a, b in zip(whole.generator.parameters(), sliced.generator.parameters(), strict=True):
        assert torch.equal(a, b)
    assert sliced.rate > 0


@pytest.mark.alone
def test_one_heavy_learner_leaves_the_others_their_turns():
    runs = Runs(worker=Worker(threads=1))
    heavy, light = (
        runs.open(lambda: PointRun(PointSettings.read(HEAVIEST))),
        runs.open(lambda: PointRun(PointSettings())),
    )
    over = threading.Event()

    def learn() -> None:
        while not over.is_set():
            runs.use(heavy, lambda run: run.train(runs.share(0.05), 100_000))

    learner = threading.Thread(target=learn)
    learner.start()
    try:
        update = runs.use(heavy, lambda run: run.generator_step()).took
        turns = [runs.use(light, lambda run: run.train(runs.share(0.05), 100_000)) for _ in range(8)]
    finally:
        over.set()
        learner.join()
    assert sorted(turn.waited for turn in turns)[4] < 0.05 + 3 * update
    assert all(turn.answer for turn in turns)
