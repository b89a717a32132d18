"""What a picture costs a device: ``python -m tests.benchmarks.bench_latency [--device cuda]``.

Networks of every kind as they ship, without the page around them, so that this runs where neither Gradio nor a browser
is: milliseconds from numbers on the CPU to pictures on the CPU, the median of what fits into three seconds after two
calls to warm up, thirty at most.
"""

import argparse
import statistics
import time

import torch

from gan_models.core.device import compute, pick_device
from gan_models.core.store import load_network
from gan_models.registry import CHECKPOINTS

ROWS = {  # checkpoint -> how many pictures at a time
    "digits-generator": (1, 32), "faces-generator": (1, 25), "stylegan-generator": (1, 25, 256),
    "horse-to-zebra": (1, 8, 32), "inpainting-generator": (1, 4, 32),
    "srgan-inventive": (1,),
}  # fmt: skip
SIDES = {"horse-to-zebra": 256, "inpainting-generator": 128, "srgan-inventive": 128}


def numbers(name: str, network: torch.nn.Module, count: int) -> tuple[torch.Tensor, ...]:
    """What the network wants, for so many pictures."""
    noise = torch.randn(count, getattr(network, "z_dim", 1))
    if side := SIDES.get(name):
        pictures = torch.rand(count, getattr(network, "in_channels", 3), side, side) * 2 - 1
        if name != "inpainting-generator":
            return (pictures,)
        masks = torch.zeros(count, 1, side, side)
        masks[..., side // 4 : side // 2, side // 4 : side // 2] = 1
        return pictures, masks, noise
    return (noise, torch.arange(count) % 10) if name == "digits-generator" else (noise,)


@torch.inference_mode()
def median_ms(network: torch.nn.Module, device: torch.device, given: tuple[torch.Tensor, ...]) -> float:
    """Of one call."""
    times: list[float] = []
    while len(times) < 3 or (len(times) < 32 and sum(times[2:]) < 3000):
        start = time.perf_counter()
        compute(network, device, *given)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times[2:])


def main() -> None:
    """The command of this file's head."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    device = pick_device(parser.parse_args().device)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    named = torch.cuda.get_device_name() if device.type == "cuda" else f"{torch.get_num_threads()} threads"
    print(f"{device} ({named}), PyTorch {torch.__version__}, ms\n\n| network | pictures | ms |\n| --- | --- | --- |")
    for name, counts in ROWS.items():
        network = load_network(CHECKPOINTS[name], "embedded")[0].eval().to(device)
        for count in counts:
            print(f"| {name} | {count} | {median_ms(network, device, numbers(name, network, count)):.1f} |", flush=True)


if __name__ == "__main__":
    main()
