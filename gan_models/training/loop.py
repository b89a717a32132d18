"""What every training script shares: arguments, moving average, resumable state, a clock, sample sheets."""

import argparse
import copy
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torchvision.utils import make_grid, save_image
from tqdm import tqdm

from gan_models.core.device import pick_device


@dataclass
class Run:
    """A training run's settings, as given on the command line. ``minutes`` is the budget of wall time."""

    data: Path
    out: Path
    minutes: float
    resume: Path | None
    device: torch.device
    seed: int
    threads: int


def parse_run(description: str, data: str, minutes: float, extra=None) -> tuple[Run, argparse.Namespace]:
    """The common options, and any that ``extra(parser)`` adds; also seeds torch."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(".data"), help=data)
    parser.add_argument("--out", type=Path, default=Path("runs"), help="folder for weights, sheets and state")
    parser.add_argument("--minutes", type=float, default=minutes, help="stop after this long")
    parser.add_argument("--resume", type=Path, help="a state file, or a folder with shipped weights, to go on from")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0 lets PyTorch choose")
    if extra:
        extra(parser)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    if args.threads:
        torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    device = pick_device(args.device)
    return Run(args.data, args.out, args.minutes, args.resume, device, args.seed, args.threads), args


def clock(minutes: float, label: str, now=time.monotonic):
    """Yield (step, progress from 0 to 1) until the time is used up, with a progress bar in seconds.

    ``now`` tells the time in seconds; ``time.process_time`` counts the processor's, which is fair on a busy machine.
    """
    start = now()
    with tqdm(total=int(minutes * 60), unit="s", desc=label, mininterval=5) as bar:
        step = 0
        while (spent := now() - start) < minutes * 60:
            yield step, spent / (minutes * 60)
            step += 1
            bar.n = int(spent)
            bar.set_postfix(step=step, refresh=False)
            bar.update(0)


class MovingAverage:
    """An exponential moving average of a network's weights (Yazici et al., 2019); ``network`` is what ships."""

    def __init__(self, network: nn.Module, decay: float):
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def update(self, source: nn.Module, step: int) -> None:
        decay = min(self.decay, (1 + step) / (10 + step))
        for mine, theirs in zip(self.network.state_dict().values(), source.state_dict().values(), strict=True):
            if mine.is_floating_point():
                mine.lerp_(theirs.to(mine.dtype), 1 - decay)
            else:
                mine.copy_(theirs)


def save_weights(network: nn.Module, path: Path, half: bool = False) -> None:
    """Write a network's state as safetensors, whole or not at all; ``half`` stores floats in 16 bits."""
    state = {k: v.detach().cpu().contiguous() for k, v in network.state_dict().items()}
    if half:
        state = {k: v.half() if v.is_floating_point() else v for k, v in state.items()}
    write_safely(state, path)


def save_state(path: Path, networks: dict[str, nn.Module], optimisers: dict[str, torch.optim.Optimizer]) -> None:
    """Everything needed to go on: networks and the optimisers' moments, in one safetensors file."""
    flat: dict[str, Tensor] = {}
    for name, network in networks.items():
        flat |= {f"{name}.{k}": v.detach().cpu().contiguous() for k, v in network.state_dict().items()}
    for name, optimiser in optimisers.items():
        for index, slots in optimiser.state_dict()["state"].items():
            flat |= {f"{name}.{index}.{k}": v.detach().cpu().contiguous() for k, v in slots.items()}
    write_safely(flat, path)


def load_state(path: Path, networks: dict[str, nn.Module], optimisers: dict[str, torch.optim.Optimizer]) -> None:
    """The inverse of :func:`save_state`."""
    flat = load_file(path)

    def part(name: str) -> dict[str, Tensor]:
        return {k.removeprefix(name + "."): v for k, v in flat.items() if k.startswith(name + ".")}

    for name, network in networks.items():
        network.load_state_dict(part(name))
    for name, optimiser in optimisers.items():
        state: dict[int, dict[str, Tensor]] = {}
        for key, value in part(name).items():
            index, slot = key.split(".", 1)
            state.setdefault(int(index), {})[slot] = value
        optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})


def write_safely(tensors: dict[str, Tensor], path: Path) -> None:
    partial = path.with_suffix(".partial")
    save_file(tensors, partial)
    partial.replace(path)


def save_sheet(images: Tensor, path: Path, columns: int) -> None:
    """Images (N, C, H, W) in [-1, 1] as one PNG with ``columns`` pictures a row."""
    save_image(make_grid(images.float().cpu(), nrow=columns, padding=2, value_range=(-1, 1), normalize=True), path)
