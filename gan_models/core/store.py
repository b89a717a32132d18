"""From a catalog entry to a verified file, and from the file to a network in evaluation mode. Strict, or an error."""

import errno
import hashlib
import os
import threading
import warnings
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from gan_models.core import hub_adapter
from gan_models.core.checkpoint import Checkpoint
from gan_models.core.errors import CheckpointError

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


def fetch(entry: Checkpoint, deadline_s: float = HUB_DEADLINE_S, endpoint=None, cache_dir=None) -> Path:
    """A verified file from the Hub, kept in huggingface_hub's cache; a progress bar shows the download.

    A file in the cache with the hash that ``entry`` names needs no request. Else the Hub is asked once, plainly, before
    the download: the client would repeat a refused question for 23 seconds and wait minutes where a server is silent.
    It runs in a thread of its own, which ends when ``deadline_s`` seconds are over. A file of a stranger is compared
    with the SHA-256 that the Hub itself announces; with the Hub out of reach, a copy fetched earlier is used.

    Raises:
        CheckpointError: unreachable, too slow, not found, gated, or not the file it should be.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url

    cached = cached_file(entry, cache_dir)
    if cached and entry.sha256:
        return cached
    outcome: dict[str, object] = {}
    bounds = hub_adapter.until(deadline_s, endpoint)

    def download() -> None:
        where = {"revision": entry.revision, "endpoint": endpoint}
        try:
            with hub_adapter.bounded(bounds):
                url = hf_hub_url(entry.repo_id, entry.file, **where)
                etag = get_hf_file_metadata(url, timeout=deadline_s, endpoint=endpoint).etag
                path = Path(hf_hub_download(entry.repo_id, entry.file, cache_dir=cache_dir, **where))
            outcome["file"] = path, etag
        except Exception as error:
            known = error.__cause__ if isinstance(error, hub_adapter.GivenUp) else error
            if known is not None and bounds.until > 0:
                outcome["error"] = known

    worker = threading.Thread(target=download, name=f"fetch {entry.name}", daemon=True)
    worker.start()
    worker.join(deadline_s)
    bounds.cut()  # whatever it still listens to; a system that is asked for an address and is silent ends by itself
    worker.join(0.5)
    place = f"{entry.repo_id}/{entry.file}"
    if "file" not in outcome:
        if cached:
            return cached
        if "error" in outcome:
            raise CheckpointError(f"The Hub did not give {place}: {reason(outcome['error'])}.")
        raise CheckpointError(f"The Hub did not give {place} within {deadline_s:g} seconds.")
    path, etag = outcome["file"]
    expected = entry.sha256 or (etag if etag and len(etag) == 64 else None)  # large files bear their SHA-256 as etag
    if expected and sha256_of(path) != expected:
        forget(path)
        raise CheckpointError(f"The Hub's {place} is not the file it should be (wrong SHA-256).")
    return path


def cached_file(entry: Checkpoint, cache_dir=None) -> Path | None:
    """The copy that an earlier fetch left, if there is one; a copy with the wrong hash is deleted."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(entry.repo_id, entry.file, cache_dir=cache_dir, revision=entry.revision)
    if not isinstance(found, str):
        return None
    path = Path(found)
    if entry.sha256 and sha256_of(path) != entry.sha256:
        forget(path)
        return None
    return path


def forget(path: Path) -> None:
    """Delete a file of the Hub's cache together with the blob it points at, so that the next fetch starts afresh."""
    path.resolve().unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def reason(error: object) -> str:
    """A few plain words for what huggingface_hub raised."""
    from huggingface_hub import errors

    for kind, words in (
        (hub_adapter.Astray, "it sends us to a host that is not its own"),
        (errors.GatedRepoError, "the repository is gated; ask for access and log in with `hf auth login`"),
        (errors.RepositoryNotFoundError, "there is no such repository, or it is private"),
        (errors.RevisionNotFoundError, "the repository has no such revision"),
        (errors.RemoteEntryNotFoundError, "the repository has no such file"),
        (errors.OfflineModeIsEnabled, "HF_HUB_OFFLINE is set"),
        (errors.LocalEntryNotFoundError, "it cannot be reached"),
    ):
        if isinstance(error, kind):
            return words
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "the disk is full; make room where HF_HOME points"
    name = type(error).__name__
    if isinstance(error, errors.HfHubHTTPError):
        return f"it answered with status {error.response.status_code}"
    if name in ("ConnectError", "ConnectTimeout"):
        return "it cannot be reached"
    if name.endswith("Timeout"):
        return "it did not answer in time"
    return "the download broke off" if isinstance(error, OSError) or name.endswith("ProtocolError") else name


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else _sha256(file)


def _sha256(file) -> str:  # Python 3.10 lacks hashlib.file_digest
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


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
