"""The state of every source of chance that a training draws from, as named tensors that a state file can hold."""

import random

import numpy as np
import torch
from torch import Tensor


def random_state(device: torch.device, generators: dict[str, torch.Generator]) -> dict[str, Tensor]:
    """PyTorch's state on the CPU and on ``device``, NumPy's, Python's, and those of ``generators`` by their names."""
    _, keys, place, spare, normal = np.random.get_state()
    _, words, gauss = random.getstate()
    found = {
        "torch": torch.get_rng_state(),
        "numpy": torch.tensor([*keys.tolist(), place, spare]),
        "numpy_normal": torch.tensor(normal, dtype=torch.float64),
        "python": torch.tensor(words),
        "python_normal": torch.tensor(float("nan") if gauss is None else gauss, dtype=torch.float64),
    }
    if device.type != "cpu":
        found[device.type] = getattr(torch, device.type).get_rng_state()
    return found | {f"generator_{name}": generator.get_state() for name, generator in generators.items()}


def set_random_state(state: dict[str, Tensor], device: torch.device, generators: dict[str, torch.Generator]) -> None:
    """The inverse of :func:`random_state`. What ``state`` says of devices and generators that are not here is left."""
    torch.set_rng_state(state["torch"])
    *keys, place, spare = state["numpy"].tolist()
    np.random.set_state(("MT19937", np.array(keys, np.uint32), place, spare, state["numpy_normal"].item()))
    gauss = state["python_normal"].item()
    random.setstate((3, tuple(state["python"].tolist()), None if gauss != gauss else gauss))
    if device.type in state:
        getattr(torch, device.type).set_rng_state(state[device.type])
    for name, generator in generators.items():
        if f"generator_{name}" in state:
            generator.set_state(state[f"generator_{name}"])


def seed_everything(seed: int, generators: dict[str, torch.Generator]) -> None:
    """Begin all of them anew from one number."""
    torch.manual_seed(seed)
    np.random.seed(seed % 2**32)
    random.seed(seed)
    for generator in generators.values():
        generator.manual_seed(seed)
