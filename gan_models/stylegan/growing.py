"""Networks filled from smaller ones, so that training goes on where it was: of twice the size, or of more channels."""

import math

from torch import Tensor, nn

from gan_models.stylegan.layers import ToRGB
from gan_models.stylegan.networks import StyleGANGenerator


def grow(network: nn.Module, state: dict[str, Tensor]) -> None:
    """Fill ``network`` from one for half the size; its new layers begin as if they were not there.

    Raises:
        RuntimeError: what is in ``state`` does not fit.
    """
    mine = network.state_dict()
    network.load_state_dict(mine | state)
    new = [name for name, module in network.named_modules() if isinstance(module, ToRGB)]
    new += [name for name, module in network.named_modules() if name.rpartition(".")[0].endswith("down")]
    for name in new:
        for key in ("weight", "conv.weight"):
            if f"{name}.{key}" in mine and f"{name}.{key}" not in state:
                nn.init.zeros_(network.get_parameter(f"{name}.{key}"))


def widen(network: StyleGANGenerator, state: dict[str, Tensor]) -> None:
    """Fill ``network`` from one of fewer channels, so that it draws the same pictures (Chen et al., 2016, "Net2Net").

    The new channels have weights of their own, but nothing listens to them yet.

    Raises:
        RuntimeError: what is in ``state`` does not fit.
    """
    mine = network.state_dict()
    for key, new in mine.items():
        old = state[key].to(new)
        if old.shape == new.shape:
            mine[key] = old
            continue
        if key.endswith("conv.weight"):
            inputs = 0 if new.shape[-1] == 4 else 1  # those that enlarge have them first
            new.narrow(inputs, old.shape[inputs], new.shape[inputs] - old.shape[inputs]).zero_()
            if key.startswith("synthesis.to_rgb"):  # whose outputs are not brought back to unit variance
                old = old * math.sqrt(new.shape[inputs] / old.shape[inputs])
        new[tuple(slice(side) for side in old.shape)] = old
    network.load_state_dict(mine)
