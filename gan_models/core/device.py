"""Where to compute: the CPU, an NVIDIA GPU, an Apple GPU or a ZeroGPU Space; and what to do when its memory is full."""

import contextlib
import copy
import functools
import itertools
import os
import time
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager

import torch
from torch import Tensor, nn

from gan_models.core.errors import DeviceUnavailable

DEVICES = ("auto", "cpu", "cuda", "mps")
LEND_S = 20  # seconds for which a ZeroGPU Space lends its GPU to one heavy call; most take less than one
GAIN = 1.1  # how much quicker bfloat16 must be to be worth a different number in the last place
HEAVY = 50  # faces in one call from which on a lent GPU pays
ON_ZERO_GPU = os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")

UNSHARED = contextlib.nullcontext()

Run = Callable[..., Tensor]


def pick_device(name: str = "auto") -> torch.device:
    """``auto`` takes CUDA, then Apple's MPS, then the CPU. Any other name must exist on this machine.

    On a ZeroGPU Space ``auto`` is the CPU: a GPU is there only for the calls that borrow it, see :func:`compute`.

    Raises:
        ValueError: the name is not one of :data:`DEVICES`.
        DeviceUnavailable: this machine has no such device; the text says what to use instead.
    """
    kind = name.split(":")[0]
    if kind not in DEVICES:
        raise ValueError(f"unknown device {name!r}; choose one of {', '.join(DEVICES)}")
    if kind == "auto" and ON_ZERO_GPU:
        return torch.device("cpu")
    have = {"cpu": True, "cuda": torch.cuda.is_available, "mps": torch.backends.mps.is_available}
    if kind == "auto":
        return torch.device(next(k for k in ("cuda", "mps", "cpu") if have[k] is True or have[k]()))
    if have[kind] is not True and not have[kind]():
        raise DeviceUnavailable(f"this machine has no {kind} device; use --device auto or --device cpu")
    return torch.device(name)


@functools.cache
def fast_bfloat16(device: torch.device) -> bool:
    """Whether bfloat16 pays on ``device``: a short convolution takes at most 1/:data:`GAIN` of float32's time.

    Measured once a process and device, in about a tenth of a second, because flags mislead: some processors list
    AVX-512 BF16 and are slower with it.
    """
    if device.type == "mps":
        return False  # neither autocast nor bfloat16 is certain to be there
    x, weight = torch.ones(4, 64, 32, 32, device=device), torch.ones(64, 64, 3, 3, device=device)

    @torch.inference_mode()
    def seconds(kind: torch.dtype) -> float:
        pages, kernel = (t.to(kind, memory_format=torch.channels_last) for t in (x, weight))
        started = time.perf_counter()
        torch.nn.functional.conv2d(pages, kernel, padding=1).sum().item()  # a number is read, so a GPU has to finish
        return time.perf_counter() - started

    runs = [(seconds(torch.float32), seconds(torch.bfloat16)) for _ in range(8)]
    slow, quick = (min(times[2:]) for times in zip(*runs, strict=True))  # in turns, the best: others may be busy
    return quick * GAIN < slow


def compute(
    network: nn.Module, device: torch.device, *inputs: Tensor | None,
    run: Run | None = None, busy: AbstractContextManager = UNSHARED, heavy: bool = False,
) -> Tensor:  # fmt: skip
    """``network(*inputs)`` on ``device``; the result float32 on the CPU.

    Where the device has no memory left, this one call is computed on the CPU, by a copy of the network.

    Args:
        inputs: on any device; ``None`` is handed on.
        run: what to call instead of the network itself, with the network first: a function of a module's top level,
            such as ``DCGANGenerator.draft``, so that it can be sent to another process.
        busy: a lock to hold while computing.
        heavy: on a ZeroGPU Space, borrow the GPU for this call; without one to be had it stays on the CPU.
    """
    run = run or nn.Module.__call__
    if heavy and ON_ZERO_GPU:
        try:
            return run_on_cuda(network, run, *inputs)
        except Exception as error:  # no quota, no GPU free: the visitor gets pictures all the same
            warnings.warn(f"no GPU was lent ({type(error).__name__}); computing on the CPU", stacklevel=2)
    with busy:
        try:
            return _run_on(device, network, run, *inputs)
        except RuntimeError as error:
            if device.type == "cpu" or not out_of_memory(error):
                raise
        # Outside the handler, whose traceback held on to tensors on the device.
        warnings.warn(f"no memory left on {device}; this call is computed on the CPU", stacklevel=2)
        free_cache(device)
        return _run_on(torch.device("cpu"), on_cpu(network), run, *inputs)


def _run_on(device: torch.device, network: nn.Module, run: Run, *inputs: Tensor | None) -> Tensor:
    quick = getattr(network, "bfloat16_on", None) == device.type  # see gan_models.core.precision
    with torch.autocast(device.type, torch.bfloat16) if quick else UNSHARED:
        return run(network, *(x if x is None else x.to(device) for x in inputs)).float().cpu()


@torch.inference_mode()
def run_on_cuda(network: nn.Module, run: Run, *inputs: Tensor | None) -> Tensor:
    """What a ZeroGPU Space runs in a process of its own, which has the GPU for at most :data:`LEND_S` seconds."""
    device = torch.device("cuda")
    return _run_on(device, network.to(device), run, *inputs)


if ON_ZERO_GPU:
    import spaces

    run_on_cuda = spaces.GPU(duration=LEND_S)(run_on_cuda)


def out_of_memory(error: BaseException) -> bool:
    """Whether a device had no memory left: CUDA, cuDNN, cuBLAS and MPS say so in different ways."""
    if isinstance(error, torch.OutOfMemoryError):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and ("out of memory" in text or "alloc_failed" in text)


def free_cache(device: torch.device) -> None:
    """Give back what PyTorch keeps in reserve on the device."""
    with contextlib.suppress(RuntimeError, AssertionError):  # a device in trouble may refuse even that
        {"cuda": torch.cuda.empty_cache, "mps": torch.mps.empty_cache}.get(device.type, lambda: None)()


def on_cpu(network: nn.Module) -> nn.Module:
    """A copy of the network on the CPU. The original stays where it is, and its device needs no memory for this."""
    known = {}
    for tensor in itertools.chain(network.parameters(), network.buffers()):
        here = tensor.detach().cpu()
        known[id(tensor)] = nn.Parameter(here, requires_grad=False) if isinstance(tensor, nn.Parameter) else here
    return copy.deepcopy(network, known)
