"""Runs in the plane, and training that stops once it has shown what it should."""

from collections.abc import Callable

import pytest
import torch

from gan_models.live.points import PointRun
from gan_models.live.presets import PRESETS
from gan_models.live.settings import PointSettings


@pytest.fixture(autouse=True)
def one_thread():
    """As on the server: small layers are slower on many threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def preset(name: str, seed: int = 0, **changes) -> PointRun:
    return PointRun(PointSettings(**{**PRESETS[name].settings, "seed": seed, **changes}))


def standing(run: PointRun) -> tuple[int, float]:
    shown = run.average if run.settings.average else run.generator
    return run.target.judge(shown(run.fixed_z).detach().nan_to_num(99.0))


def train_until(run, reached: Callable[[], bool], steps: int, every: int) -> bool:
    """Train until ``reached()``, looked at every so many steps, but no more than ``steps``; whether it was."""
    for _ in range(0, steps, every):
        run.train(280, every)
        if reached():
            return True
    return False
