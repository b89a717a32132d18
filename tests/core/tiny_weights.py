"""A tiny network whose weights lie in a checkpoints/ of their own, and on a Hub of our own."""

import dataclasses
import hashlib
from pathlib import Path

import pytest
import torch
from loopback_hub import Hub
from safetensors.torch import save
from torch import nn

from gan_models.core import store
from gan_models.core.checkpoint import Checkpoint
from gan_models.registry import CHECKPOINTS

REPO, FILE = "me/weights", "tiny.safetensors"


def tiny() -> nn.Module:
    return nn.Sequential(nn.Linear(3, 40), nn.BatchNorm1d(40), nn.Linear(40, 2))


def filled() -> nn.Module:
    """The network with weights, the same every time."""
    torch.manual_seed(0)
    network = tiny()
    network[1].running_mean.uniform_(-1, 1)
    return network.eval()


DATA = save(filled().state_dict())


def used(network: nn.Module, variances: tuple[float, float]) -> nn.Module:
    """The network, ready, with batch norms that have seen something."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.uniform_(-0.1, 0.1)
            module.running_var.uniform_(*variances)
            module.num_batches_tracked.fill_(7)
    return network.eval()


def shelved(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Checkpoint:
    """Its entry; its file lies, whole, in ``folder``/checkpoints, which is the place for weights from now on."""
    (folder / "checkpoints").mkdir()
    (folder / "checkpoints" / FILE).write_bytes(DATA)
    monkeypatch.setattr(store, "CHECKPOINTS_DIR", folder / "checkpoints")
    monkeypatch.delenv("SPACE_ID", raising=False)
    return dataclasses.replace(
        CHECKPOINTS["digits-generator"],
        name="tiny",
        build=tiny,
        file=FILE,
        sha256=hashlib.sha256(DATA).hexdigest(),
        repo_id=REPO,
        revision="v1",
    )


def from_hub(hub: Hub, tmp_path: Path, deadline_s: float = 10.0) -> dict:
    """How :mod:`gan_models.core.store` is told to ask our Hub."""
    return {"source": "hub", "deadline_s": deadline_s, "endpoint": hub.url, "cache_dir": tmp_path / "cache"}


def cached_bytes(folder: Path) -> set[bytes]:
    """Every blob left behind, incomplete ones too."""
    return {path.read_bytes() for path in folder.glob("cache/models--*/blobs/*") if path.is_file()}
