"""Pairs of translators that one can open: ours, others from the Hub, and one's own."""

from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from gan_models.core.store import Located, load_network, load_strictly, read_tensors
from gan_models.cyclegan.checkpoints import CHECKPOINTS
from gan_models.cyclegan.networks import network_like
from gan_models.cyclegan.translator import Translator


def open_pair(folder: Path, kinds: tuple[str, str], device: torch.device) -> Translator:
    """A pair that somebody trained, from the four files that the training script writes, or the two translators alone.

    Raises:
        gan_models.core.store.CheckpointError: a translator or one of two critics is missing, or a file does not fit.
    """
    a, b = kinds

    def network(name: str) -> nn.Module:
        path = folder / f"{name}.safetensors"
        return load_strictly(network_like(read_tensors(path)), path)

    generators = {a: network(f"{b}_to_{a}"), b: network(f"{a}_to_{b}")}
    critics = [f"{kind}_critic" for kind in kinds]
    found = any((folder / f"{name}.safetensors").exists() for name in critics)
    discriminators = {kind: network(name) for kind, name in zip(kinds, critics, strict=True)} if found else {}
    return Translator(generators, discriminators, device, Located(folder, "own"))


def translators(
    kinds: tuple[str, str] = ("horse", "zebra"), suffix: str = "", critics: str | None = None, probe: str = ""
) -> Callable[[torch.device, str], Translator]:
    """Opens a pair of translators that has entries: ours, or with ``suffix`` a public pair from the Hub.

    Args:
        kinds: in the names of the entries, such as horse-to-zebra.
        critics: the suffix of their discriminators, "" for ours, which may judge a pair that came without any; None
            for a pair that nobody judges.
        probe: the entry of one fitted to just these networks.
    """
    a, b = kinds

    def opened(device: torch.device, weights: str) -> Translator:
        found: list[Located] = []

        def network(name: str, end: str = "") -> nn.Module:
            ours = "embedded" if suffix or (found and found[0].notice) else weights
            made, located = load_network(CHECKPOINTS[name + end], "hub" if end else ours)
            found.append(located)
            return made

        generators = {a: network(f"{b}-to-{a}", suffix), b: network(f"{a}-to-{b}", suffix)}
        discriminators = {} if critics is None else {kind: network(f"{kind}-critic", critics) for kind in kinds}
        return Translator(generators, discriminators, device, found[0], network(probe) if probe else None)

    return opened


PIPELINES = {
    "horse2zebra": translators(critics="", probe="horse-or-zebra"),
    "horse2zebra-upit": translators(suffix="-upit", critics="-upit"),
    "horse2zebra-ziyobek": translators(suffix="-ziyobek", critics=""),
    "horse2ink": translators(("horse", "ink")),
}
