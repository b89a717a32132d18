"""What every training script shares: arguments, moving average, resumable state, sample sheets."""

import argparse
import copy
import json
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torchvision.utils import make_grid, save_image

from gan_models.core.device import pick_device
from gan_models.core.errors import CheckpointError, DeviceUnavailable
from gan_models.training import processes
from gan_models.training.randomness import seed_everything


@dataclass
class Run:
    """A training run's settings, as given on the command line; the options' help says what each is."""

    data: Path
    out: Path
    minutes: float
    resume: Path | None
    device: torch.device
    seed: int
    threads: int
    steps: int = 0
    plan: float = 0.0
    save_minutes: float = 4.0
    save_steps: int = 0
    score_minutes: float = 0.0


def parse_run(description: str, data: str, minutes: float, extra=None, argv=None) -> tuple[Run, argparse.Namespace]:
    """The common options, and any that ``extra(parser)`` adds; also seeds all chance, and joins ``torchrun``'s others.

    ``argv`` is the command line without the program's name; ``None`` takes the process's own.
    """
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter, conflict_handler="resolve"
    )
    add = parser.add_argument
    add("--data", type=Path, default=Path(".data"), help=data)
    add("--out", type=Path, default=Path("runs"), help="folder for weights, sheets and state")
    add("--minutes", type=float, default=minutes, help="stop after this long")
    add("--steps", type=int, default=0, help="stop at this step, counted over resumed runs; 0 is never")
    add("--plan", type=float, default=0.0, help="minutes that all resumed runs take together; 0: this one is a whole")
    add("--resume", type=Path, help="a state file, or a folder with shipped weights, to go on from")
    add("--device", default="auto", help="auto, cpu, cuda or mps")
    add("--seed", type=int, default=0, help="a resumed state goes on with its own randomness")
    add("--threads", type=int, default=0, help="CPU threads; 0 lets PyTorch choose")
    add("--save-minutes", type=float, default=4.0, help="minutes between checkpoints")
    add("--save-steps", type=int, default=0, help="steps between checkpoints, in place of minutes")
    add("--score-minutes", type=float, default=0.0, help="minutes between scores, which find the best; 0 is never")
    if extra:
        extra(parser)
    args = parser.parse_args(argv)
    if args.resume and not args.resume.exists():
        parser.error(f"--resume {args.resume}: there is no such file or folder")
    seed_everything(args.seed, {})
    if args.threads:
        torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    try:
        device = processes.join(pick_device(args.device))
    except (ValueError, DeviceUnavailable) as error:
        parser.error(str(error))
    if device.type == "cuda":
        torch.backends.cudnn.benchmark = True
        torch.set_float32_matmul_precision("high")
    rest = (args.steps, args.plan, args.save_minutes, args.save_steps, args.score_minutes)
    return Run(args.data, args.out, args.minutes, args.resume, device, args.seed, args.threads, *rest), args


class MovingAverage:
    """An exponential moving average of a network's weights (Yazici et al., 2019); ``network`` is what ships.

    Not ``torch.optim.swa_utils.AveragedModel``: that averages whole numbers too, has no warm-up of the decay, and puts
    ``module.`` before every name of the weights that ship.

    Args:
        decay: of each update; less in the first ones, so that the start is soon forgotten.
        head_start: updates that count as done already: more make the first ones slower.
    """

    def __init__(self, network: nn.Module, decay: float, head_start: int = 0):
        self.source, self.decay, self.head_start = network, decay, head_start
        self.network = copy.deepcopy(network).eval().requires_grad_(False)

    @torch.no_grad()
    def update(self, source: nn.Module, step: int) -> None:
        """Draw the average towards ``source`` after step number ``step``, from 0; counters are copied."""
        step += self.head_start
        decay = min(self.decay, (1 + step) / (10 + step))
        pairs = list(zip(self.network.state_dict().values(), source.state_dict().values(), strict=True))
        floats = [(mine, theirs.to(mine.dtype)) for mine, theirs in pairs if mine.is_floating_point()]
        torch._foreach_lerp_(*map(list, zip(*floats, strict=True)), 1 - decay)  # one call: a GPU waits for each
        for mine, theirs in pairs:
            if not mine.is_floating_point():
                mine.copy_(theirs)


@contextmanager
def frozen(*networks: nn.Module):
    """Inside, the networks do not learn; gradients pass through them to their inputs."""
    for network in networks:
        network.requires_grad_(False)
    try:
        yield
    finally:
        for network in networks:
            network.requires_grad_(True)


def save_weights(network: nn.Module, path: Path, half: bool = False) -> None:
    """Write a network's state as safetensors, whole or not at all; ``half`` stores floats in 16 bits."""
    state = {k: v.detach().cpu().contiguous() for k, v in network.state_dict().items()}
    if half:
        state = {k: v.half() if v.is_floating_point() else v for k, v in state.items()}
    write_safely(state, path)


def save_state(
    path: Path,
    networks: dict[str, nn.Module],
    optimisers: dict[str, torch.optim.Optimizer],
    numbers: dict | None = None,
    tensors: dict[str, Tensor] | None = None,
) -> None:
    """Everything needed to go on, in one safetensors file, whole or not at all.

    Args:
        networks: modules, or anything whose ``state_dict`` holds tensors.
        optimisers: of which the moments are kept.
        numbers: what JSON can say; it stands in the file's header.
        tensors: more of them, by names that no network or optimiser has.
    """
    flat: dict[str, Tensor] = {k: v.contiguous() for k, v in (tensors or {}).items()}
    for name, network in networks.items():
        flat |= {f"{name}.{k}": v.detach().cpu().contiguous() for k, v in network.state_dict().items()}
    for name, optimiser in optimisers.items():
        for index, slots in optimiser.state_dict()["state"].items():
            flat |= {f"{name}.{index}.{k}": v.detach().cpu().contiguous() for k, v in slots.items()}
    write_safely(flat, path, {"numbers": json.dumps(numbers or {})})


def load_state(
    path: Path,
    networks: dict[str, nn.Module],
    optimisers: dict[str, torch.optim.Optimizer],
    optional: tuple[str, ...] = (),
) -> tuple[dict, dict[str, Tensor]]:
    """The inverse of :func:`save_state`: fills networks and optimisers, gives back the numbers and the other tensors.

    Names in ``optional`` may be missing.

    Raises:
        CheckpointError: the file is no state of these networks.
    """
    flat, numbers = read_state(path)

    def part(name: str) -> dict[str, Tensor]:
        names = [k for k in flat if k.startswith(name + ".")]
        return {k.removeprefix(name + "."): flat.pop(k) for k in names}

    for name, network in networks.items():
        if (found := part(name)) or name not in optional:
            try:
                network.load_state_dict(found)
            except RuntimeError as error:
                raise CheckpointError(f"{path} does not fit the network {name!r}: {error}") from error
    for name, optimiser in optimisers.items():
        state: dict[int, dict[str, Tensor]] = {}
        learning = [p for group in optimiser.param_groups for p in group["params"]]
        for key, value in part(name).items():
            index, slot = key.split(".", 1)
            if slot != "step":  # which stays on the CPU; moments lie in memory as their parameter does
                value = torch.empty_like(learning[int(index)], dtype=value.dtype).copy_(value)
            state.setdefault(int(index), {})[slot] = value
        optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})
    return numbers, flat


def read_state(path: Path) -> tuple[dict[str, Tensor], dict]:
    """Tensors and numbers of a state. Where the header has no numbers, those of a ``.json`` beside the file.

    Raises:
        CheckpointError: the file cannot be read.
    """
    try:
        flat = load_file(path)
        with safe_open(path, "pt") as file:
            header = file.metadata() or {}
    except Exception as error:  # safetensors raises many kinds
        raise CheckpointError(f"{path} cannot be read as a state: {error}") from error
    beside = path.with_suffix(".json")
    return flat, json.loads(header.get("numbers") or (beside.read_text() if beside.is_file() else "{}"))


def write_safely(tensors: dict[str, Tensor], path: Path, header: dict[str, str] | None = None) -> None:
    """A safetensors file under its name only when it is complete: what stood there before outlives a crash."""
    partial = path.with_suffix(".partial")
    save_file(tensors, partial, header)
    partial.replace(path)


def save_sheet(images: Tensor, path: Path, columns: int) -> None:
    """Images (N, C, H, W) in [-1, 1] as one PNG with ``columns`` pictures a row."""
    save_image(make_grid(images.float().cpu(), nrow=columns, padding=2, value_range=(-1, 1), normalize=True), path)
