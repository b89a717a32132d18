"""bfloat16: only where the hardware has it, the pictures stay the same, and it is quicker."""

import pytest
import torch

from gan_models import load
from gan_models.core import precision
from gan_models.core.device import compute
from gan_models.core.precision import choose_precision, psnr, sample_picture

CPU = torch.device("cpu")


@pytest.fixture
def generous(monkeypatch):
    """A machine that claims to multiply in bfloat16, and a clock by which that takes so many seconds instead of one."""

    def set_up(bfloat16_s: float = 0.5):
        monkeypatch.setattr(precision, "fast_bfloat16", lambda device: True)
        monkeypatch.setattr(precision, "RUNS", 1)
        honest = precision.timed

        def timed(network, device, inputs):
            made, _ = honest(network, device, inputs)
            return made, bfloat16_s if network.bfloat16_on else 1.0

        monkeypatch.setattr(precision, "timed", timed)

    return set_up


def test_machines_without_it_measure_nothing(monkeypatch):
    monkeypatch.setattr(precision, "fast_bfloat16", lambda device: False)
    monkeypatch.setattr(precision, "timed", None)
    assert choose_precision(torch.nn.Linear(2, 2), CPU, torch.zeros(1, 2)).bfloat16_on is None


def test_compute_heeds_the_choice():
    network, x = torch.nn.Conv2d(3, 8, 3).requires_grad_(False), torch.rand(1, 3, 16, 16)
    exact = compute(network, CPU, x)
    network.bfloat16_on = "cpu"
    rounded = compute(network, CPU, x)
    assert rounded.dtype == torch.float32 and 30 < psnr(exact, rounded) < 80
    network.bfloat16_on = "cuda"  # what was found for another device says nothing about this one
    assert torch.equal(exact, compute(network, CPU, x))


@pytest.mark.parametrize(("seconds", "chosen"), [(0.5, "cpu"), (0.95, None), (2.0, None)])
def test_it_must_be_quicker(generous, seconds, chosen):
    generous(seconds)
    network = torch.nn.Conv2d(3, 3, 3)
    assert choose_precision(network, CPU, sample_picture(32)).bfloat16_on == chosen


def test_it_must_give_the_same_pictures(generous):
    generous()

    class Touchy(torch.nn.Module):
        def forward(self, x):
            return (torch.nn.functional.conv2d(x, torch.ones(1, 3, 3, 3)).float() * 300).sin()

    assert choose_precision(Touchy(), CPU, sample_picture(32)).bfloat16_on is None


@pytest.mark.parametrize("name", ["digits", "faces", "inpainting", "horse2zebra"])
def test_our_networks_draw_the_same_pictures(generous, name, capsys):
    generous()
    pipeline = load(name, "cpu", "embedded")
    z = torch.randn(4, getattr(pipeline, "z_dim", 1), generator=torch.Generator().manual_seed(5))
    network, inputs = {
        "digits": lambda: (pipeline.generator, (z, torch.arange(4))),
        "faces": lambda: (pipeline.generator, (z,)),
        "inpainting": lambda: (pipeline.generator, (sample_picture(128), torch.ones(1, 1, 128, 128).tril(), z[:1])),
        "horse2zebra": lambda: (pipeline.generators["zebra"], (sample_picture(256),)),
    }[name]()
    chosen = network.bfloat16_on
    found = {}
    for kind in ("cpu", None):
        network.bfloat16_on = kind
        found[kind] = compute(network, CPU, *inputs)
    close = psnr(found[None], found["cpu"])
    with capsys.disabled():
        print(f" {name}: {close:.1f} dB", end="")
    assert chosen == "cpu" and close > 40
