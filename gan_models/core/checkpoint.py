"""What is known of a weights file, as data.

Ours lie in ``checkpoints/`` and, once published, in a repository on the Hugging Face Hub, with the same SHA-256 in both
places. Other people's stay on the Hub, and bring their own architecture and key map. Each family lists its own.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from torch import Tensor, nn

from gan_models.core import key_maps

OUR_REPO = os.environ.get("GAN_ATELIER_WEIGHTS_REPO", "gan-atelier/weights")
OUR_REVISION = "v1"


@dataclass(frozen=True)
class Checkpoint:
    """What is known of one weights file.

    Attributes:
        name: unique; lower case, hyphens.
        build: makes the untrained network that the file fills, strictly.
        file: file name, in ``checkpoints/`` where ``embedded``, and in the Hub repository.
        sha256: of the whole file; None for a stranger's file whose bytes we do not vouch for: such a file is opened
            as tensors only and must fit the network exactly, or it is refused.
        embedded: whether the file ships in ``checkpoints/``.
        repo_id, revision: where it lies on the Hub, and at which commit or tag.
        key_map: the file's tensors, renamed to ours.
        resolution: height and width in pixels. ``channels`` 1 or 3; ``pixel_range`` what the network takes or makes.
        parameters: learned numbers in the network.
        training_data, licence, paper, summary: for the model card. ``training``: how long and how, where we trained it.
        metrics: name and measured value, for the model card.
    """

    name: str
    build: Callable[[], nn.Module]
    file: str
    sha256: str | None
    repo_id: str
    revision: str
    resolution: int
    channels: int
    parameters: int
    training_data: str
    licence: str
    paper: str
    summary: str
    training: str = ""
    embedded: bool = True
    pixel_range: tuple[float, float] = (-1.0, 1.0)
    key_map: Callable[[dict[str, Tensor]], dict[str, Tensor]] = key_maps.unchanged
    metrics: dict[str, str] = field(default_factory=dict)


def ours(**facts) -> Checkpoint:
    """An entry for weights that we trained and ship."""
    return Checkpoint(repo_id=OUR_REPO, revision=OUR_REVISION, licence="apache-2.0", **facts)


def by_name(*entries: Checkpoint) -> dict[str, Checkpoint]:
    """The entries under their names."""
    return {entry.name: entry for entry in entries}


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else _sha256(file)


def _sha256(file) -> str:  # Python 3.10 lacks hashlib.file_digest
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()
