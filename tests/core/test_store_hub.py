"""Weights from a Hub that behaves, misbehaves or is not there: the real client, on 127.0.0.1."""

import dataclasses
import threading
import time
from urllib.parse import urlsplit

import pytest
import torch
from conftest import free_port
from loopback_hub import loopback_hub

from gan_models.cgan.hub_networks import ConditionalDCGANGenerator
from gan_models.core import hub_adapter, store
from gan_models.core.checkpoint import Checkpoint
from gan_models.core.store import CheckpointError
from gan_models.registry import CHECKPOINTS
from tests.core.tiny_weights import DATA, FILE, REPO, cached_bytes, filled, from_hub, shelved, used


@pytest.fixture
def entry(tmp_path, monkeypatch) -> Checkpoint:
    return shelved(tmp_path, monkeypatch)


def test_hub_file_is_verified_and_loads(hub, entry, tmp_path):
    hub.add(REPO, {FILE: DATA}, tags=["v1"])
    loaded, located = store.load_network(entry, **from_hub(hub, tmp_path))
    assert (located.origin, located.notice) == ("hub", "")
    assert located.path.read_bytes() == DATA
    assert tmp_path / "cache" in located.path.parents
    x = torch.randn(5, 3)
    assert torch.equal(loaded(x), filled()(x))


def test_verified_copy_in_the_cache_needs_no_request(hub, entry, tmp_path):
    hub.add(REPO, {FILE: DATA}, tags=["v1"])
    first = store.locate(entry, **from_hub(hub, tmp_path))
    hub.requests.clear()
    assert store.locate(entry, **from_hub(hub, tmp_path)) == first
    assert hub.requests == []


def test_copy_damaged_in_the_cache_is_fetched_again(hub, entry, tmp_path):
    hub.add(REPO, {FILE: DATA}, tags=["v1"])
    path = store.locate(entry, **from_hub(hub, tmp_path)).path
    path.write_bytes(DATA[:-1])
    located = store.locate(entry, **from_hub(hub, tmp_path))
    assert located.origin == "hub"
    assert located.path.read_bytes() == DATA


def test_revision_of_the_entry_is_the_one_fetched(hub, entry, tmp_path):
    hub.add(REPO, {FILE: DATA}, tags=["v1"])
    hub.add(REPO, {FILE: b"another on main"})
    assert store.locate(entry, **from_hub(hub, tmp_path)).path.read_bytes() == DATA


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
def test_fault_falls_back_with_a_notice_and_leaves_nothing_wrong_behind(hub, entry, tmp_path, fault, cause):
    hub.add(REPO, {FILE: DATA}, tags=["v1"])
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
def test_healed_hub_serves_the_next_call(hub, entry, tmp_path, fault):
    hub.add(REPO, {FILE: DATA}, tags=["v1"])
    hub.faults[FILE] = fault
    with pytest.warns(UserWarning, match="ship with this project"):
        assert store.locate(entry, **from_hub(hub, tmp_path, deadline_s=0.7)).origin == "embedded"
    hub.faults.clear()
    located = store.locate(entry, **from_hub(hub, tmp_path))
    assert located.origin == "hub"
    assert located.path.read_bytes() == DATA
    assert cached_bytes(tmp_path) == {DATA}


def test_download_cut_once_is_resumed_where_it_stopped(hub, entry, tmp_path):
    hub.add(REPO, {FILE: DATA}, tags=["v1"])
    hub.faults[FILE] = "cut-once"
    located = store.locate(entry, **from_hub(hub, tmp_path))
    assert (located.origin, located.path.read_bytes()) == ("hub", DATA)
    assert [method for method, _ in hub.requests].count("GET") == 2


def test_missing_repository_and_revision_are_named(hub, entry, tmp_path):
    with pytest.warns(UserWarning, match="no such repository"):
        store.locate(entry, **from_hub(hub, tmp_path))
    hub.add(REPO, {FILE: DATA}, tags=["v0"])
    with pytest.warns(UserWarning, match="no such revision"):
        store.locate(entry, **from_hub(hub, tmp_path))


def test_refused_connection_falls_back_at_once(hub, entry, tmp_path):
    hub.url = f"http://127.0.0.1:{free_port()}"
    started = time.monotonic()
    with pytest.warns(UserWarning, match="cannot be reached"):
        located = store.locate(entry, **from_hub(hub, tmp_path))
    assert located.origin == "embedded"
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("fault", ["wrong", "404", "gated", "500", "silent"])
def test_without_an_embedded_copy_a_fault_is_an_error(hub, entry, tmp_path, fault):
    hub.add(REPO, {FILE: DATA}, tags=["v1"])
    hub.faults[FILE] = fault
    with pytest.raises(CheckpointError, match="The Hub"):
        store.locate(dataclasses.replace(entry, embedded=False), **from_hub(hub, tmp_path, deadline_s=0.7))


# The public conditional DCGAN


@pytest.fixture
def stranger(tmp_path) -> tuple[ConditionalDCGANGenerator, bytes]:
    """A random generator of the public layout, narrow so that the test is fast, and its file."""
    torch.manual_seed(3)
    original = used(ConditionalDCGANGenerator(width=4), (0.5, 1.5))
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


# Redirects


@pytest.mark.parametrize(
    "where", ["http://127.0.0.1:{port}/weights", "http://localhost:{port}/x", "http://127.0.0.2/x"]
)
def test_redirects_stay_with_the_host_that_was_asked(hub, entry, tmp_path, where):
    with loopback_hub() as canary:
        hub.add(REPO, {FILE: DATA}, tags=["v1"])
        hub.faults[FILE] = "to " + where.format(port=urlsplit(canary.url).port)
        with pytest.warns(UserWarning, match="sends us to a host that is not its own"):
            assert store.locate(entry, **from_hub(hub, tmp_path)).origin == "embedded"
        assert canary.requests == []
    assert cached_bytes(tmp_path) == set() and fetching() == []


def test_the_hubs_own_redirects_are_followed(hub, entry, tmp_path):
    hub.add(REPO, {FILE: DATA}, tags=["v1"])
    hub.add(REPO, {"other.safetensors": DATA}, tags=["v1"])
    hub.faults[FILE] = f"to {hub.url}/{REPO}/resolve/v1/other.safetensors"
    assert store.locate(entry, **from_hub(hub, tmp_path)).path.read_bytes() == DATA
    for host in ("huggingface.co", "cdn-lfs.hf.co", "cas-bridge.xethub.hf.co"):
        hub_adapter.Bounds(0, "https://huggingface.co").check(host, host)
    for host in ("hf.co.example.invalid", "evilhf.co", "127.0.0.1"):
        with pytest.raises(hub_adapter.Astray):
            hub_adapter.Bounds(0, "https://huggingface.co").check(host, host)
