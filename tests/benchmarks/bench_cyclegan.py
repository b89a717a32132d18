"""How fast a picture is translated: ``python -m tests.benchmarks.bench_cyclegan``.

One 256x256 picture through our generator and through the paper's (9 blocks, width 64), both in float32 and in the
same run, taking turns; medians. The paper's also with PyTorch's own instance norm, as it was published. Speed does not
depend on what the weights are, so untrained ones serve. Then the discriminator, and on a GPU the same again there.
"""

import argparse
import statistics
import time

import torch
import torch.nn.functional as F
from torch import nn

from gan_models.cyclegan.networks import PatchDiscriminator, ResNetGenerator
from gan_models.registry import CHECKPOINTS

OURS = "ours, the light form"


class PlainNorm(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.instance_norm(x)


def as_published() -> nn.Module:
    """The paper's generator with PyTorch's instance norm."""
    network = ResNetGenerator()
    for part in (network, *network.blocks):
        part.norm = PlainNorm()
    return network


def prepared(network: nn.Module, device: torch.device) -> nn.Module:
    return network.eval().to(device, memory_format=torch.channels_last)


def milliseconds(networks: dict[str, nn.Module], device: torch.device, repeats: int, own: bool) -> dict[str, float]:
    """Medians, the networks taking turns; ``own`` counts the process's own processor time instead of the wall's."""
    picture = torch.rand(1, 3, 256, 256, device=device).mul(2).sub(1).contiguous(memory_format=torch.channels_last)
    clock = time.process_time if own else time.perf_counter
    times: dict[str, list[float]] = {name: [] for name in networks}
    with torch.inference_mode():
        for turn in range(repeats + 1):
            for name, network in networks.items():
                start = clock()
                network(picture)
                if device.type == "cuda":
                    torch.cuda.synchronize(device)
                if turn:  # the first is a warm-up
                    times[name].append((clock() - start) * 1000)
    return {name: statistics.median(found) for name, found in times.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--threads", type=int, default=0, help="0 lets PyTorch choose")
    parser.add_argument("--own", action="store_true", help="processor time of this process, for a busy machine")
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    devices = [torch.device("cpu")] + ([torch.device("cuda")] if torch.cuda.is_available() else [])
    for device in devices:
        networks = {
            OURS: prepared(CHECKPOINTS["horse-to-zebra"].build(), device),
            "paper's, width 64, 9 blocks": prepared(ResNetGenerator(), device),
            "paper's, PyTorch's instance norm": prepared(as_published(), device),
            "our critic": prepared(CHECKPOINTS["zebra-critic"].build(), device),
            "the paper's critic, width 64": prepared(PatchDiscriminator(64), device),
        }
        found = milliseconds(networks, device, args.repeats, args.own)
        what = f"{torch.get_num_threads()} threads" if device.type == "cpu" else torch.cuda.get_device_name(device)
        print(f"{device.type}, {what}, torch {torch.__version__}, one 256x256 picture, float32, ms:")
        for name, value in found.items():
            size = sum(p.numel() for p in networks[name].parameters())
            print(f"  {name:34} {value:8.1f}   {size / 1e6:6.2f} M parameters, {size * 2 / 1e6:5.1f} MB in 16 bits")
        ours, paper = found[OURS], found["paper's, width 64, 9 blocks"]
        print(f"  ours is {paper / ours:.1f} times as fast as the paper's")


if __name__ == "__main__":
    main()
