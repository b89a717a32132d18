"""Training in several processes: ``torchrun --nproc-per-node 2 -m gan_models.FAMILY.train``.

Every process holds the same networks and draws pictures of its own; gradients are averaged before each step of an
optimiser, as ``DistributedDataParallel`` does. That wrapper is not used: it wants one forward pass a backward pass, and
a GAN's step has several, through networks that take turns at learning. Alone, each function here does nothing.
"""

import atexit
import os
from collections.abc import Iterable

import torch
import torch.distributed as dist
from torch import Tensor, nn


def count() -> int:
    """How many processes train together."""
    return dist.get_world_size() if dist.is_initialized() else 1


def rank() -> int:
    """Which of them this is; number 0 saves and logs."""
    return dist.get_rank() if dist.is_initialized() else 0


def join(device: torch.device) -> torch.device:
    """Meet the others that ``torchrun`` started, until the program ends: over gloo, and over NCCL where there is CUDA.

    Each process gets a GPU of its own; gives back which.

    Raises:
        ValueError: there are fewer GPUs than processes, or the device cannot be shared; the text says what to do.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) < 2:
        return device
    if device.type == "cuda":
        place = int(os.environ["LOCAL_RANK"])
        if place >= torch.cuda.device_count():
            raise ValueError(f"each process needs a GPU of its own, and there are {torch.cuda.device_count()}")
        device = torch.device("cuda", place)
        torch.cuda.set_device(device)
    elif device.type != "cpu":
        raise ValueError(f"several processes cannot share {device}: use --device cpu")
    if not dist.is_initialized():
        dist.init_process_group("cpu:gloo,cuda:nccl" if device.type == "cuda" else "gloo")
        atexit.register(dist.destroy_process_group)
    return device


@torch.no_grad()
def average(tensors: Iterable[Tensor]) -> None:
    """Each floating tensor becomes its mean over all processes, in place; all of one type travel as one message."""
    if count() == 1:
        return
    kinds: dict[torch.dtype, list[Tensor]] = {}
    for tensor in tensors:
        kinds.setdefault(tensor.dtype, []).append(tensor)
    for group in kinds.values():
        message = torch.cat([t.flatten() for t in group])
        dist.all_reduce(message)
        message /= count()
        for tensor, part in zip(group, message.split([t.numel() for t in group]), strict=True):
            tensor.copy_(part.view(tensor.shape))


@torch.no_grad()
def share(networks: Iterable[nn.Module]) -> None:
    """Everyone gets the parameters and buffers of process 0."""
    if count() > 1:
        for network in networks:
            for tensor in network.state_dict().values():
                mine = tensor.contiguous()
                dist.broadcast(mine, 0)
                tensor.copy_(mine)


def agree(value: float) -> float:
    """What process 0 says: clocks differ, and all have to stop at the same step."""
    if count() == 1:
        return value
    said = torch.tensor(value, dtype=torch.float64)
    dist.broadcast(said, 0)
    return said.item()


def gather(value: object) -> list:
    """The values of all processes, in order of rank."""
    if count() == 1:
        return [value]
    found: list = [None] * count()
    dist.all_gather_object(found, value)
    return found
