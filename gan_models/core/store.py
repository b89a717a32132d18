"""From a catalog entry to a verified file, and from the file to a network in evaluation mode. Strict, or an error."""

import os
import warnings
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from gan_models.core.checkpoint import Checkpoint, sha256_of
from gan_models.core.errors import CheckpointError
from gan_models.core.hub_files import fetch, forget

CHECKPOINTS_DIR = Path(__file__).resolve().parents[2] / "checkpoints"
SOURCES = ("auto", "embedded", "hub")
HUB_DEADLINE_S = 20.0


@dataclass(frozen=True)
class Located:
    """A verified file. ``origin`` is "embedded" or "hub"; ``notice`` tells the user of a fallback, or is empty."""

    path: Path
    origin: str
    notice: str = ""


def on_space() -> bool:
    """Whether this is a Hugging Face Space."""
    return bool(os.environ.get("SPACE_ID"))


def locate(entry: Checkpoint, source: str = "auto", deadline_s: float = HUB_DEADLINE_S, **hub) -> Located:
    """A verified local file for ``entry``.

    Args:
        source: see :func:`gan_models.load`.
        deadline_s: how long to wait for the Hub, in seconds, all retries together.
        hub: ``endpoint`` and ``cache_dir`` for huggingface_hub.

    Raises:
        CheckpointError: neither place has a usable file.
    """
    if source not in SOURCES:
        raise ValueError(f"unknown weights source {source!r}; choose one of {', '.join(SOURCES)}")
    if source == "auto":
        source = "hub" if on_space() or not entry.embedded else "embedded"
    if source == "embedded":
        return Located(embedded_file(entry), "embedded")
    try:
        return Located(fetch(entry, deadline_s, **hub), "hub")
    except CheckpointError as error:
        if not entry.embedded:
            raise
        notice = f"{error} Using the weights that ship with this project instead."
        warnings.warn(notice, stacklevel=2)
        return Located(embedded_file(entry), "embedded", notice)


def embedded_file(entry: Checkpoint) -> Path:
    """The file in ``checkpoints/``, its hash checked."""
    path = CHECKPOINTS_DIR / entry.file
    if not entry.embedded:
        raise CheckpointError(f"{entry.name} does not ship with this project; load it with weights='hub'.")
    if not path.is_file():
        raise CheckpointError(f"{path.name} is missing from checkpoints/; restore it with `git checkout checkpoints`.")
    if sha256_of(path) != entry.sha256:
        raise CheckpointError(f"{path.name} is damaged (wrong SHA-256); restore it with `git checkout checkpoints`.")
    return path


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Tensors of a safetensors file, or of a PyTorch file opened with ``weights_only=True``: no code in it ever runs.

    Raises:
        CheckpointError: the file is neither, is cut off, or holds something other than finite real tensors.
    """
    try:
        if path.suffix == ".safetensors":
            state = load_file(path)
        else:
            state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # safetensors and the unpickler raise many kinds
        why = "it is a web page" if is_web_page(path) else type(error).__name__
        raise CheckpointError(f"{path.name} cannot be read as weights: {why}.") from error
    state = state.get("state_dict", state) if isinstance(state, dict) else state
    if not isinstance(state, dict) or not all(
        isinstance(k, str) and isinstance(v, Tensor) and v.layout == torch.strided for k, v in state.items()
    ):
        raise CheckpointError(f"{path.name} holds something other than named tensors.")
    for name, tensor in state.items():
        if tensor.is_complex():
            raise CheckpointError(f"{path.name} holds complex numbers, in {name}.")
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            raise CheckpointError(f"{path.name} holds numbers that are none (NaN or infinity), in {name}.")
    return state


def is_web_page(path: Path) -> bool:
    """Whether a file begins as HTML does: what a server or a proxy sends in place of a file."""
    try:
        with path.open("rb") as file:
            return file.read(200).lstrip()[:1] == b"<"
    except OSError:
        return False


def load_strictly(network: nn.Module, path: Path, key_map=None) -> nn.Module:
    """Fill ``network`` from the file, name for name and shape for shape; float32, evaluation mode, no gradients.

    Raises:
        CheckpointError: a name or a shape differs.
    """
    state = read_tensors(path)
    try:
        state = key_map(state) if key_map else state
    except (KeyError, IndexError, ValueError, RuntimeError, AttributeError) as error:
        raise CheckpointError(f"{path.name} does not fit {type(network).__name__}: {type(error).__name__}.") from error
    try:
        network.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in state.items()}, strict=True)
    except RuntimeError as error:
        first = str(error).splitlines()[-1].strip()
        raise CheckpointError(f"{path.name} does not fit {type(network).__name__}: {first}") from error
    return network.eval().requires_grad_(False)


def load_network(entry: Checkpoint, source: str = "auto", **hub) -> tuple[nn.Module, Located]:
    """The network of ``entry``, filled, and where its weights came from. Raises as :func:`locate`."""
    located = locate(entry, source, **hub)
    try:
        return load_strictly(entry.build(), located.path, entry.key_map), located
    except CheckpointError:
        if located.origin == "hub":
            forget(located.path)
        raise
