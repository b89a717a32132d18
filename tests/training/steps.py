"""What a step of a game moves."""

from collections.abc import Sequence

import torch
from torch import nn


def moved_by_steps(game, networks: Sequence[nn.Module], count: int) -> list[bool]:
    """Which of the networks so many steps of a game change. What the last one says is finite."""
    before = [[p.detach().clone() for p in network.parameters()] for network in networks]
    said = [game.one_step(0.1) for _ in range(count)][-1]
    assert all(torch.isfinite(value) for value in said.values())
    return [
        any(not torch.equal(a, b) for a, b in zip(was, network.parameters(), strict=True))
        for was, network in zip(before, networks, strict=True)
    ]
