"""Weights from checkpoints/ and from a Hub that behaves, misbehaves or is not there: the real client, on 127.0.0.1."""

import dataclasses
import hashlib
import pickle
import socket
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import torch
from loopback_hub import Hub, loopback_hub
from safetensors.torch import save, save_file
from torch import nn

from gan_models.cgan.hub_networks import ConditionalDCGANGenerator
from gan_models.core import hub_adapter, store
from gan_models.core.checkpoint import Checkpoint
from gan_models.core.store import CheckpointError
from gan_models.registry import CHECKPOINTS

REPO, FILE = "me/weights", "tiny.safetensors"


def tiny() -> nn.Module:
    return nn.Sequential(nn.Linear(3, 40), nn.BatchNorm1d(40), nn.Linear(40, 2))


@pytest.fixture(autouse=True)
def no_account(monkeypatch, tmp_path):
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "no-token"))
    for name in ("SPACE_ID", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def hub():
    with loopback_hub() as server:
        yield server


@pytest.fixture
def network() -> nn.Module:
    torch.manual_seed(0)
    filled = tiny()
    filled[1].running_mean.uniform_(-1, 1)
    return filled.eval()


@pytest.fixture
def data(network) -> bytes:
    return save(network.state_dict())


@pytest.fixture
def entry(data, tmp_path, monkeypatch) -> Checkpoint:
    """A tiny checkpoint that lies, whole, in a checkpoints/ of its own."""
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    (folder / FILE).write_bytes(data)
    monkeypatch.setattr(store, "CHECKPOINTS_DIR", folder)
    return dataclasses.replace(
        CHECKPOINTS["digits-generator"],
        name="tiny",
        build=tiny,
        file=FILE,
        sha256=hashlib.sha256(data).hexdigest(),
        repo_id=REPO,
        revision="v1",
    )


def from_hub(hub: Hub, tmp_path: Path, deadline_s: float = 10.0) -> dict:
    return {"source": "hub", "deadline_s": deadline_s, "endpoint": hub.url, "cache_dir": tmp_path / "cache"}


def cached_bytes(folder: Path) -> set[bytes]:
    """Every blob left behind, incomplete ones too."""
    return {path.read_bytes() for path in folder.glob("cache/models--*/blobs/*") if path.is_file()}


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


# checkpoints/


def test_embedded_file_is_found_and_gives_the_same_outputs(entry, network):
    loaded, located = store.load_network(entry, "embedded")
    assert (located.origin, located.notice, located.path) == ("embedded", "", store.CHECKPOINTS_DIR / FILE)
    x = torch.randn(5, 3)
    assert torch.equal(loaded(x), network(x))
    assert not loaded.training
    assert not any(parameter.requires_grad for parameter in loaded.parameters())


def test_missing_embedded_file_says_how_to_restore_it(entry):
    (store.CHECKPOINTS_DIR / FILE).unlink()
    with pytest.raises(CheckpointError, match=r"tiny\.safetensors is missing.*git checkout checkpoints"):
        store.locate(entry)


def test_damaged_embedded_file_says_how_to_restore_it(entry, data):
    (store.CHECKPOINTS_DIR / FILE).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(CheckpointError, match=r"tiny\.safetensors is damaged.*git checkout checkpoints"):
        store.locate(entry)


def test_embedded_is_refused_for_a_checkpoint_that_does_not_ship(entry):
    with pytest.raises(CheckpointError, match="weights='hub'"):
        store.locate(dataclasses.replace(entry, embedded=False), "embedded")


def test_unknown_source_lists_the_known_ones(entry):
    with pytest.raises(ValueError, match="auto, embedded, hub"):
        store.locate(entry, "internet")


# The Hub


def test_hub_file_is_verified_and_loads(hub, entry, network, data, tmp_path):
    hub.add(REPO, {FILE: data}, tags=["v1"])
    loaded, located = store.load_network(entry, **from_hub(hub, tmp_path))
    assert (located.origin, located.notice) == ("hub", "")
    assert located.path.read_bytes() == data
    assert tmp_path / "cache" in located.path.parents
    x = torch.randn(5, 3)
    assert torch.equal(loaded(x), network(x))


def test_verified_copy_in_the_cache_needs_no_request(hub, entry, data, tmp_path):
    hub.add(REPO, {FILE: data}, tags=["v1"])
    first = store.locate(entry, **from_hub(hub, tmp_path))
    hub.requests.clear()
    assert store.locate(entry, **from_hub(hub, tmp_path)) == first
    assert hub.requests == []


def test_copy_damaged_in_the_cache_is_fetched_again(hub, entry, data, tmp_path):
    hub.add(REPO, {FILE: data}, tags=["v1"])
    path = store.locate(entry, **from_hub(hub, tmp_path)).path
    path.write_bytes(data[:-1])
    located = store.locate(entry, **from_hub(hub, tmp_path))
    assert located.origin == "hub"
    assert located.path.read_bytes() == data


def test_revision_of_the_entry_is_the_one_fetched(hub, entry, data, tmp_path):
    hub.add(REPO, {FILE: data}, tags=["v1"])
    hub.add(REPO, {FILE: b"another on main"})
    assert store.locate(entry, **from_hub(hub, tmp_path)).path.read_bytes() == data


def fetching() -> list[str]:
    """The threads that still download something, half a second from now."""
    for _ in range(5):
        names = [thread.name for thread in threading.enumerate() if thread.name.startswith("fetch")]
        if not names:
            break
        time.sleep(0.1)
    return names


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("wrong", "not the file it should be"),
        ("short", "broke off"),
        ("404", "no such file"),
        ("401", "status 401"),
        ("gated", "gated"),
        ("500", "status 500"),
        ("cut", "broke off"),
        ("silent", "did not answer in time|within 1.5 seconds"),
        ("silent-body", "within 1.5 seconds"),
        ("trickle", "within 1.5 seconds"),
        ("trickle-head", "within 1.5 seconds"),
        ("later", "status 429"),
        ("page", "not the file it should be"),
    ],
)
def test_fault_falls_back_with_a_notice_and_leaves_nothing_wrong_behind(hub, entry, data, tmp_path, fault, cause):
    hub.add(REPO, {FILE: data}, tags=["v1"])
    hub.faults[FILE] = fault
    started = time.monotonic()
    with pytest.warns(UserWarning, match=cause):
        located = store.locate(entry, **from_hub(hub, tmp_path, deadline_s=1.5))
    assert time.monotonic() - started < 2.5
    assert located.origin == "embedded"
    assert located.path == store.CHECKPOINTS_DIR / FILE
    assert f"{REPO}/{FILE}" in located.notice
    assert "ship with this project" in located.notice
    assert not list(tmp_path.glob("cache/models--*/snapshots/*/*"))
    assert fetching() == [], "nobody is left behind"
    if fault in ("cut", "silent-body", "trickle"):  # what came so far is kept, to go on there
        assert all(path.name.endswith(".incomplete") for path in tmp_path.glob("cache/models--*/blobs/*"))
    else:
        assert cached_bytes(tmp_path) == set()


@pytest.mark.parametrize("fault", ["wrong", "short", "404", "gated", "500", "cut", "silent"])
def test_healed_hub_serves_the_next_call(hub, entry, data, tmp_path, fault):
    hub.add(REPO, {FILE: data}, tags=["v1"])
    hub.faults[FILE] = fault
    with pytest.warns(UserWarning, match="ship with this project"):
        assert store.locate(entry, **from_hub(hub, tmp_path, deadline_s=0.7)).origin == "embedded"
    hub.faults.clear()
    located = store.locate(entry, **from_hub(hub, tmp_path))
    assert located.origin == "hub"
    assert located.path.read_bytes() == data
    assert cached_bytes(tmp_path) == {data}


def test_download_cut_once_is_resumed_where_it_stopped(hub, entry, data, tmp_path):
    hub.add(REPO, {FILE: data}, tags=["v1"])
    hub.faults[FILE] = "cut-once"
    located = store.locate(entry, **from_hub(hub, tmp_path))
    assert (located.origin, located.path.read_bytes()) == ("hub", data)
    assert [method for method, _ in hub.requests].count("GET") == 2


def test_missing_repository_and_revision_are_named(hub, entry, data, tmp_path):
    with pytest.warns(UserWarning, match="no such repository"):
        store.locate(entry, **from_hub(hub, tmp_path))
    hub.add(REPO, {FILE: data}, tags=["v0"])
    with pytest.warns(UserWarning, match="no such revision"):
        store.locate(entry, **from_hub(hub, tmp_path))


def test_refused_connection_falls_back_at_once(hub, entry, tmp_path):
    hub.url = f"http://127.0.0.1:{closed_port()}"
    started = time.monotonic()
    with pytest.warns(UserWarning, match="cannot be reached"):
        located = store.locate(entry, **from_hub(hub, tmp_path))
    assert located.origin == "embedded"
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("fault", ["wrong", "404", "gated", "500", "silent"])
def test_without_an_embedded_copy_a_fault_is_an_error(hub, entry, data, tmp_path, fault):
    hub.add(REPO, {FILE: data}, tags=["v1"])
    hub.faults[FILE] = fault
    with pytest.raises(CheckpointError, match="The Hub"):
        store.locate(dataclasses.replace(entry, embedded=False), **from_hub(hub, tmp_path, deadline_s=0.7))


# auto


def test_auto_asks_the_hub_nothing_at_home(hub, entry, data, tmp_path):
    hub.add(REPO, {FILE: data}, tags=["v1"])
    assert store.locate(entry, **from_hub(hub, tmp_path) | {"source": "auto"}).origin == "embedded"
    assert hub.requests == []


def test_auto_uses_the_hub_on_a_space(hub, entry, data, tmp_path, monkeypatch):
    monkeypatch.setenv("SPACE_ID", "me/space")
    hub.add(REPO, {FILE: data}, tags=["v1"])
    assert store.locate(entry, **from_hub(hub, tmp_path) | {"source": "auto"}).origin == "hub"


def test_auto_uses_the_hub_where_nothing_is_embedded(hub, entry, data, tmp_path):
    hub.add(REPO, {FILE: data}, tags=["v1"])
    stranger = dataclasses.replace(entry, embedded=False)
    assert store.locate(stranger, **from_hub(hub, tmp_path) | {"source": "auto"}).origin == "hub"


# Strictness


def change(entry, state: dict) -> Checkpoint:
    """``entry`` with another file in checkpoints/, its hash correct."""
    path = store.CHECKPOINTS_DIR / FILE
    save_file(state, path)
    return dataclasses.replace(entry, sha256=store.sha256_of(path))


def test_missing_extra_and_misshapen_tensors_are_refused(entry, network):
    state = network.state_dict()
    without = {key: value for key, value in state.items() if key != "2.bias"}
    for wrong, word in (
        (without, r"2\.bias"),
        (state | {"3.bias": torch.zeros(2)}, r"3\.bias"),
        (state | {"0.weight": torch.zeros(40, 4)}, r"0\.weight"),
    ):
        with pytest.raises(CheckpointError, match=f"does not fit Sequential.*{word}"):
            store.load_network(change(entry, wrong), "embedded")


def test_half_precision_file_loads_as_float32(entry, network):
    halves = {k: v.half() if v.is_floating_point() else v for k, v in network.state_dict().items()}
    loaded, _ = store.load_network(change(entry, halves), "embedded")
    assert loaded[0].weight.dtype == torch.float32
    assert loaded[1].num_batches_tracked.dtype == torch.int64
    assert torch.equal(loaded[0].weight, network[0].weight.half().float())


def test_text_and_cut_files_are_not_weights(tmp_path, data):
    for name, content in (("a.safetensors", b"hello"), ("b.safetensors", data[:-40]), ("c.pth", b"<html>")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CheckpointError, match=f"{name} cannot be read as weights"):
            store.read_tensors(tmp_path / name)


def test_pytorch_file_of_something_else_is_refused(tmp_path):
    torch.save({"weight": torch.zeros(1), "epoch": 3}, tmp_path / "mixed.pth")
    with pytest.raises(CheckpointError, match="other than named tensors"):
        store.read_tensors(tmp_path / "mixed.pth")


class Attack:
    """Unpickled carelessly, this creates a file."""

    def __init__(self, target: Path):
        self.target = target

    def __reduce__(self):
        return Path.touch, (self.target,)


def test_pickle_that_would_run_code_is_refused_and_does_not_run(tmp_path):
    target = tmp_path / "the code ran"
    torch.save({"weight": Attack(target)}, tmp_path / "new.pth")
    torch.save({"weight": Attack(target)}, tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    (tmp_path / "bare.pth").write_bytes(pickle.dumps(Attack(target)))
    for name in ("new.pth", "old.pth", "bare.pth"):
        with pytest.raises(CheckpointError, match=f"{name} cannot be read as weights"):
            store.read_tensors(tmp_path / name)
    assert not target.exists()
    pickle.loads((tmp_path / "bare.pth").read_bytes())
    assert target.exists(), "the attack is harmless, so this test shows nothing"


# The public conditional DCGAN


@pytest.fixture
def stranger(tmp_path) -> tuple[ConditionalDCGANGenerator, bytes]:
    """A random generator of the public layout, narrow so that the test is fast, and its file."""
    torch.manual_seed(3)
    original = ConditionalDCGANGenerator(width=4).eval()
    for module in original.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.uniform_(-0.1, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    torch.save(original.state_dict(), tmp_path / "made.pth")
    return original, (tmp_path / "made.pth").read_bytes()


def narrow_entry() -> Checkpoint:
    return dataclasses.replace(CHECKPOINTS["digits-cgan-mnist"], build=lambda: ConditionalDCGANGenerator(width=4))


def test_public_generator_comes_from_the_hub_and_draws_the_same(hub, stranger, tmp_path):
    original, data = stranger
    hub.add("hussamalafandi/cGAN-MNIST", {"generator.pth": data})
    loaded, located = store.load_network(narrow_entry(), **from_hub(hub, tmp_path) | {"source": "auto"})
    assert located.origin == "hub"
    z, labels = torch.randn(10, 100), torch.arange(10)
    pictures = loaded(z, labels)
    assert pictures.shape == (10, 1, 64, 64)
    assert pictures.abs().max() <= 1
    assert torch.equal(pictures, original(z, labels).detach())
    assert torch.allclose(loaded(z, torch.eye(10)), pictures, atol=1e-6)


def test_strangers_file_is_held_against_the_hash_the_hub_announces(hub, stranger, tmp_path):
    hub.add("hussamalafandi/cGAN-MNIST", {"generator.pth": stranger[1]})
    hub.faults["generator.pth"] = "wrong"
    with pytest.raises(CheckpointError, match="not the file it should be"):
        store.load_network(narrow_entry(), **from_hub(hub, tmp_path))
    assert cached_bytes(tmp_path) == set()
    hub.faults.clear()
    assert store.load_network(narrow_entry(), **from_hub(hub, tmp_path))[1].origin == "hub"


def test_strangers_file_that_does_not_fit_is_not_kept(hub, stranger, tmp_path):
    torch.save({"other": torch.zeros(2)}, tmp_path / "other.pth")
    hub.add("hussamalafandi/cGAN-MNIST", {"generator.pth": (tmp_path / "other.pth").read_bytes()})
    with pytest.raises(CheckpointError, match="does not fit ConditionalDCGANGenerator"):
        store.load_network(narrow_entry(), **from_hub(hub, tmp_path))
    assert cached_bytes(tmp_path) == set()


def test_strangers_file_in_the_cache_serves_while_the_hub_is_away(hub, stranger, tmp_path):
    hub.add("hussamalafandi/cGAN-MNIST", {"generator.pth": stranger[1]})
    first = store.locate(narrow_entry(), **from_hub(hub, tmp_path))
    hub.faults["generator.pth"] = "500"
    assert store.locate(narrow_entry(), **from_hub(hub, tmp_path)) == first


# What is no file of weights


@pytest.mark.parametrize(
    "where", ["http://127.0.0.1:{port}/weights", "http://localhost:{port}/x", "http://127.0.0.2/x"]
)
def test_redirects_stay_with_the_host_that_was_asked(hub, entry, data, tmp_path, where):
    with loopback_hub() as canary:
        hub.add(REPO, {FILE: data}, tags=["v1"])
        hub.faults[FILE] = "to " + where.format(port=urlsplit(canary.url).port)
        with pytest.warns(UserWarning, match="sends us to a host that is not its own"):
            assert store.locate(entry, **from_hub(hub, tmp_path)).origin == "embedded"
        assert canary.requests == []
    assert cached_bytes(tmp_path) == set() and fetching() == []


def test_the_hubs_own_redirects_are_followed(hub, entry, data, tmp_path):
    hub.add(REPO, {FILE: data}, tags=["v1"])
    hub.add(REPO, {"other.safetensors": data}, tags=["v1"])
    hub.faults[FILE] = f"to {hub.url}/{REPO}/resolve/v1/other.safetensors"
    assert store.locate(entry, **from_hub(hub, tmp_path)).path.read_bytes() == data
    for host in ("huggingface.co", "cdn-lfs.hf.co", "cas-bridge.xethub.hf.co"):
        hub_adapter.Bounds(0, "https://huggingface.co").check(host, host)
    for host in ("hf.co.example.invalid", "evilhf.co", "127.0.0.1"):
        with pytest.raises(hub_adapter.Astray):
            hub_adapter.Bounds(0, "https://huggingface.co").check(host, host)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda state: state | {"0.bias": torch.full((40,), torch.nan)}, "numbers that are none .*0.bias"),
        (lambda state: state | {"0.bias": torch.full((40,), torch.inf)}, "numbers that are none .*0.bias"),
        (lambda state: state | {"0.bias": torch.zeros(40, dtype=torch.complex64)}, "complex numbers, in 0.bias"),
        (lambda state: dict(enumerate(state.values())), "other than named tensors"),
        (lambda state: state | {"0.bias": torch.zeros(40).to_sparse()}, "other than named tensors"),
    ],
)
def test_weights_that_are_no_weights_are_refused_in_words(network, tmp_path, change, words):
    torch.save(change(network.state_dict()), tmp_path / "odd.pth")
    with pytest.raises(CheckpointError, match=f"odd.pth holds .*{words}"):
        store.load_strictly(tiny(), tmp_path / "odd.pth")


def test_a_web_page_is_called_one(tmp_path):
    for name in ("a.safetensors", "b.pth"):
        (tmp_path / name).write_bytes(b"\n<!doctype html><title>Sign in</title>" + b" " * 300)
        with pytest.raises(CheckpointError, match=f"{name} cannot be read as weights: it is a web page"):
            store.read_tensors(tmp_path / name)


def test_a_key_map_that_finds_nothing_says_that_the_file_does_not_fit(network, tmp_path, data):
    (tmp_path / "odd.safetensors").write_bytes(data)
    with pytest.raises(CheckpointError, match="does not fit Sequential: KeyError"):
        store.load_strictly(tiny(), tmp_path / "odd.safetensors", lambda state: {"x": state["main.0.weight"]})
