"""Names in CycleGAN files of the official layout (junyanz/pytorch-CycleGAN-and-pix2pix) to ours. Pure functions.

There, a generator is one numbered list of layers: ``1`` enters, ``4`` and ``7`` halve, ``10`` and on are residual
blocks with their convolutions at ``conv_block.1`` and ``conv_block.5`` (``6`` where dropout stands between), and then
two transposed convolutions and the last one follow at distances of 3. A discriminator's convolutions are ``0 2 5 8
11``. Some files put ``model.`` in front, some ``module.model.``; old ones hold running statistics of their instance
norms, which nothing ever used. A name that is none of these stays as it is, and strict loading then refuses the file
for it.
"""

import re
from collections.abc import Callable

from torch import Tensor

KeyMap = Callable[[dict[str, Tensor]], dict[str, Tensor]]
DISCRIMINATOR = {"0": "down1", "2": "down2", "5": "down3", "8": "mix", "11": "to_score"}
BLOCK = {"1": "first", "5": "second", "6": "second"}
UPIT_PARTS = ("G_A.", "G_B.", "D_A.", "D_B.")
STATISTICS = ("running_mean", "running_var", "num_batches_tracked")


def generator_from(blocks: int = 9, part: str = "", parts: tuple[str, ...] = ()) -> KeyMap:
    """A map for a generator with so many residual blocks; ``part`` of ``parts`` as in :func:`pick_part`."""
    last = 10 + blocks
    places = {"1": "enter", "4": "down1", "7": "down2", f"{last}": "up1", f"{last + 3}": "up2", f"{last + 7}": "leave"}

    def rename(layer: str) -> str | None:
        if layer in places:
            return places[layer]
        found = re.fullmatch(r"(\d+)\.(?:conv_)?block\.([156])", layer)
        if found and 10 <= int(found[1]) < last:
            return f"blocks.{int(found[1]) - 10}.{BLOCK[found[2]]}"
        return None

    return lambda state: renamed(pick_part(state, part, parts), rename)


def discriminator_from(part: str = "", parts: tuple[str, ...] = ()) -> KeyMap:
    """A map for a discriminator of 70x70 patches; ``part`` of ``parts`` as in :func:`pick_part`."""
    return lambda state: renamed(pick_part(state, part, parts), DISCRIMINATOR.get)


def pick_part(state: dict[str, Tensor], part: str, parts: tuple[str, ...]) -> dict[str, Tensor]:
    """The tensors whose names begin with ``part``, without it; those of the other ``parts`` are left behind."""
    others = tuple(p for p in parts if p != part)
    return {k.removeprefix(part): v for k, v in state.items() if not (others and k.startswith(others))}


def renamed(state: dict[str, Tensor], rename: Callable[[str], str | None]) -> dict[str, Tensor]:
    """``state`` with each layer's number replaced by what ``rename`` makes of it; statistics of norms are dropped."""
    result = {}
    for key, value in state.items():
        layer, _, leaf = key.removeprefix("module.").removeprefix("model.").rpartition(".")
        if leaf in STATISTICS:
            continue
        name = rename(layer) if leaf in ("weight", "bias") else None
        new = f"{name}.{leaf}" if name else key
        result[key if new in result else new] = value
    return result
