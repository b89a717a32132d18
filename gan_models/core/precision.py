"""Which precision a network computes in: bfloat16 where it is quicker and nobody could tell the pictures apart."""

import math
import statistics
import time

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gan_models.core.device import GAIN, compute, fast_bfloat16

EQUAL_DB = 40.0  # pictures this close to those of float32 count as the same
RUNS = 5


@torch.inference_mode()
def choose_precision(network: nn.Module, device: torch.device, *inputs: Tensor) -> nn.Module:
    """Let ``network`` compute in bfloat16 on ``device`` where that pays, measured with ``inputs``; else in float32.

    It pays where convolutions are quicker in bfloat16, the pictures, in [-1, 1], have a PSNR of at least 40 dB to those
    of float32, and a run takes at most 1/1.1 of the time. Measuring takes a dozen runs, and on machines where
    bfloat16 does not pay at all none. :func:`gan_models.core.device.compute` heeds the choice.

    Returns:
        The same network.
    """
    network.bfloat16_on = None
    if not fast_bfloat16(device):
        return network
    exact, slow = timed(network, device, inputs)
    network.bfloat16_on = device.type
    close, quick = timed(network, device, inputs)
    if psnr(exact, close) < EQUAL_DB or quick * GAIN > slow:
        network.bfloat16_on = None
    return network


def timed(network: nn.Module, device: torch.device, inputs: tuple[Tensor, ...]) -> tuple[Tensor, float]:
    """What the network makes of the inputs, and the median of :data:`RUNS` runs in seconds, after one to warm up."""
    made, times = compute(network, device, *inputs), []
    for _ in range(RUNS):
        started = time.perf_counter()
        compute(network, device, *inputs)
        times.append(time.perf_counter() - started)
    return made, statistics.median(times)


def sample_picture(side: int) -> Tensor:
    """Soft blotches of colour, (1, 3, side, side) in [-1, 1]: something to measure with where no picture is at hand."""
    coarse = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(0)) * 2 - 1
    return F.interpolate(coarse, size=(side, side), mode="bicubic").clamp(-1, 1)


def psnr(a: Tensor, b: Tensor) -> float:
    """Peak signal-to-noise ratio of two batches in [-1, 1], in dB; infinite where they are equal."""
    error = float((a - b).square().mean())
    return 10 * math.log10(4 / error) if error > 0 else math.inf if error == 0 else 0.0
