"""One table of speed: ``python -m tests.benchmarks [--browser]``.

For each model the time of one picture and of 32, as the page computes them, beside the same network as it was trained
(no folded norms, default layout), beside the field's well-known network for the task, and beside what the machine's
arithmetic allows: the network's multiply-adds at the measured rate of a matrix product. Then start-up beside an empty
Gradio app, and memory. ``--browser`` adds the way from slider to picture in Chromium beside stock Gradio. CUDA too,
where there is one.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch.utils.flop_counter import FlopCounterMode

from gan_models import load
from gan_models.cgan.hub_networks import ConditionalDCGANGenerator
from gan_models.core.device import compute
from gan_models.core.precision import psnr, sample_picture
from gan_models.core.store import load_network
from gan_models.cyclegan.networks import ResNetGenerator
from gan_models.dcgan.hub_networks import TutorialGenerator
from gan_models.inpainting.hub_networks import AOTGenerator
from gan_models.registry import CHECKPOINTS
from tests.benchmarks.bench_digits import EMPTY, until_served
from tests.benchmarks.bench_load import resident_mb
from tests.conftest import free_port, started_app
from tests.visitor import REQUESTS, Visitor

Inputs = Callable[[int], tuple[torch.Tensor, ...]]


def holes(count: int) -> tuple[torch.Tensor, ...]:
    """Pictures of 128x128 with a box in the middle."""
    masks = torch.zeros(count, 1, 128, 128)
    masks[..., 40:80, 30:100] = 1
    return sample_picture(128).expand(count, -1, -1, -1), masks


def labelled(z_dim: int) -> Inputs:
    return lambda count: (torch.randn(count, z_dim), torch.arange(count) % 10)


def models(device: str) -> list[tuple[str, torch.nn.Module, str, Inputs, str, torch.nn.Module, Inputs]]:
    """(name, network as served, its checkpoint, its inputs, name of the well-known network, that, its inputs)."""
    digits, faces = load("digits", device, "embedded"), load("faces", device, "embedded")
    horses, painter = load("horse2zebra", device, "embedded"), load("inpainting", device, "embedded")
    cgan, dcgan = ConditionalDCGANGenerator(), TutorialGenerator()
    photo: Inputs = lambda count: (sample_picture(256).expand(count, -1, -1, -1),)  # noqa: E731
    noise: Inputs = lambda count: (*holes(count), torch.randn(count, painter.z_dim))  # noqa: E731
    return [
        ("digit, 28x28", digits.generator, "digits-generator", labelled(digits.z_dim),
         "conditional DCGAN, 64x64", cgan, labelled(cgan.z_dim)),
        ("face, 64x64", faces.generator, "faces-generator", lambda n: (torch.randn(n, faces.z_dim),),
         "DCGAN, width 64", dcgan, lambda n: (torch.randn(n, dcgan.z_dim),)),
        ("horse to zebra, 256x256", horses.generators["zebra"], "horse-to-zebra", photo,
         "CycleGAN, 9 blocks, width 64", ResNetGenerator(), photo),
        ("inpainting, 128x128", painter.generator, "inpainting-generator", noise,
         "AOT-GAN, 128x128", AOTGenerator(), holes),
    ]  # fmt: skip


@torch.inference_mode()
def median_ms(network: torch.nn.Module, inputs: tuple[torch.Tensor, ...], device: str, seconds: float = 3.0) -> float:
    """From inputs on the CPU to the answer on the CPU: the runs that fit into ``seconds``, after one to warm up."""
    times: list[float] = []
    while len(times) < 2 or sum(times[1:]) < 1000 * seconds:
        start = time.perf_counter()
        compute(network, torch.device(device), *inputs)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times[1:])


@torch.inference_mode()
def in_bfloat16(network: torch.nn.Module, inputs: tuple[torch.Tensor, ...], device: str) -> str:
    """The time in bfloat16, how close its pictures are to those of float32, and whether the page computes in it."""
    chosen, found = network.bfloat16_on, {}
    for kind in (device, None):
        network.bfloat16_on = kind
        found[kind] = compute(network, torch.device(device), *inputs)
    network.bfloat16_on = device
    took = median_ms(network, inputs, device, 2.0)
    network.bfloat16_on = chosen
    return f"{took:.1f}, {psnr(found[None], found[device]):.0f} dB{', used' if chosen else ''}"


@torch.inference_mode()
def arithmetic(network: torch.nn.Module, inputs: tuple[torch.Tensor, ...], device: str) -> float:
    """Floating-point operations of one forward pass, two for a multiply-add."""
    with FlopCounterMode(display=False) as counter:
        network(*(x.to(device) for x in inputs))
    return counter.get_total_flops()


def matrix_rate(device: str) -> float:
    """Operations a second in a product of two 1024 x 1024 matrices, float32, median of twenty."""
    a, b = torch.rand(1024, 1024, device=device), torch.rand(1024, 1024, device=device)
    times = []
    for _ in range(25):
        start = time.perf_counter()
        (a @ b).sum().item()
        times.append(time.perf_counter() - start)
    return 2 * 1024**3 / statistics.median(times[5:])


def table(device: str) -> None:
    rate = matrix_rate(device)
    print(f"\n{device}, {torch.get_num_threads()} threads, PyTorch {torch.__version__}, ms; "
          f"matrix product {rate / 1e9:.0f} GFLOP/s\n")  # fmt: skip
    print("| model | pictures | here | as trained | bfloat16 | the arithmetic alone | well-known network | its time |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, served, checkpoint, inputs, title, known, known_inputs in models(device):
        plain = load_network(CHECKPOINTS[checkpoint], "embedded")[0].to(device)
        known = known.eval().requires_grad_(False).to(device)
        for count in (1, 32):
            given = inputs(count)
            ours, trained = (median_ms(network, given, device) for network in (served, plain))
            rounded = in_bfloat16(served, given, device)
            least = 1000 * arithmetic(served, given, device) / rate
            theirs = median_ms(known, known_inputs(count), device)
            print(
                f"| {name} | {count} | {ours:.1f} | {trained:.1f} | {rounded} | {least:.1f} | {title} | {theirs:.1f} |",
                flush=True,
            )


def startup() -> None:
    seconds: dict[str, list[float]] = {"the app": [], "an empty Gradio app": []}
    for _ in range(3):
        for name, times in seconds.items():
            port = free_port()
            app = [sys.executable, "app.py", "--port", str(port), "--device", "cpu"]
            times.append(
                until_served(app if name == "the app" else [sys.executable, "-c", EMPTY.format(port=port)], port)
            )
    print("\nstart to a served page: " + ", ".join(f"{n} {statistics.median(t):.1f} s" for n, t in seconds.items()))


def memory() -> None:
    with tempfile.TemporaryDirectory() as folder, started_app(Path(folder)) as (url, process):
        served = resident_mb(process.pid)
        visitor = Visitor(url)
        for request in REQUESTS:
            visitor.ask(*request)
        print(f"resident memory: {served:.0f} MB when served, {resident_mb(process.pid):.0f} MB with every tab in use")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--browser", action="store_true", help="also slider to picture, in Chromium; two minutes more")
    browser = parser.parse_args().browser
    for device in ("cpu", *(("cuda",) if torch.cuda.is_available() else ())):
        table(device)
    startup()
    memory()
    if browser:
        subprocess.run([sys.executable, "-m", "tests.benchmarks.bench_sampling"], check=True)


if __name__ == "__main__":
    main()
