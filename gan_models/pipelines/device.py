"""Where to compute: the CPU, an NVIDIA GPU, an Apple GPU or a ZeroGPU Space."""

import torch

DEVICES = ("auto", "cpu", "cuda", "mps")


class DeviceUnavailable(RuntimeError):
    """The device asked for is not on this machine."""


def pick_device(name: str = "auto") -> torch.device:
    """``auto`` takes CUDA, then Apple's MPS, then the CPU. Any other name must exist on this machine.

    Raises:
        ValueError: the name is not one of :data:`DEVICES`.
        DeviceUnavailable: this machine has no such device; the text says what to use instead.
    """
    kind = name.split(":")[0]
    if kind not in DEVICES:
        raise ValueError(f"unknown device {name!r}; choose one of {', '.join(DEVICES)}")
    have = {"cpu": True, "cuda": torch.cuda.is_available, "mps": torch.backends.mps.is_available}
    if kind == "auto":
        return torch.device(next(k for k in ("cuda", "mps", "cpu") if have[k] is True or have[k]()))
    if have[kind] is not True and not have[kind]():
        raise DeviceUnavailable(f"this machine has no {kind} device; use --device auto or --device cpu")
    return torch.device(name)


def fast_bfloat16(device: torch.device) -> bool:
    """Whether bfloat16 pays here: on CUDA, and on CPUs with AVX-512 BF16 or AMX; elsewhere it is emulated, slowly."""
    if device.type == "cpu":
        return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return device.type == "cuda" and torch.cuda.is_bf16_supported()
