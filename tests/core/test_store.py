"""Weights from checkpoints/, and files that hold none."""

import dataclasses
import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from gan_models.core import store
from gan_models.core.checkpoint import Checkpoint
from gan_models.core.store import CheckpointError
from tests.core.tiny_weights import DATA, FILE, REPO, filled, from_hub, shelved, tiny


@pytest.fixture
def entry(tmp_path, monkeypatch) -> Checkpoint:
    return shelved(tmp_path, monkeypatch)


# checkpoints/


def test_embedded_file_is_found_and_gives_the_same_outputs(entry):
    loaded, located = store.load_network(entry, "embedded")
    assert (located.origin, located.notice, located.path) == ("embedded", "", store.CHECKPOINTS_DIR / FILE)
    x = torch.randn(5, 3)
    assert torch.equal(loaded(x), filled()(x))
    assert not loaded.training
    assert not any(parameter.requires_grad for parameter in loaded.parameters())


def test_missing_embedded_file_says_how_to_restore_it(entry):
    (store.CHECKPOINTS_DIR / FILE).unlink()
    with pytest.raises(CheckpointError, match=r"tiny\.safetensors is missing.*git checkout checkpoints"):
        store.locate(entry)


def test_damaged_embedded_file_says_how_to_restore_it(entry):
    (store.CHECKPOINTS_DIR / FILE).write_bytes(DATA[:-1] + bytes([DATA[-1] ^ 1]))
    with pytest.raises(CheckpointError, match=r"tiny\.safetensors is damaged.*git checkout checkpoints"):
        store.locate(entry)


def test_embedded_is_refused_for_a_checkpoint_that_does_not_ship(entry):
    with pytest.raises(CheckpointError, match="weights='hub'"):
        store.locate(dataclasses.replace(entry, embedded=False), "embedded")


def test_unknown_source_lists_the_known_ones(entry):
    with pytest.raises(ValueError, match="auto, embedded, hub"):
        store.locate(entry, "internet")


# auto


def test_auto_asks_the_hub_nothing_at_home(hub, entry, tmp_path):
    hub.add(REPO, {FILE: DATA}, tags=["v1"])
    assert store.locate(entry, **from_hub(hub, tmp_path) | {"source": "auto"}).origin == "embedded"
    assert hub.requests == []


def test_auto_uses_the_hub_on_a_space(hub, entry, tmp_path, monkeypatch):
    monkeypatch.setenv("SPACE_ID", "me/space")
    hub.add(REPO, {FILE: DATA}, tags=["v1"])
    assert store.locate(entry, **from_hub(hub, tmp_path) | {"source": "auto"}).origin == "hub"


def test_auto_uses_the_hub_where_nothing_is_embedded(hub, entry, tmp_path):
    hub.add(REPO, {FILE: DATA}, tags=["v1"])
    stranger = dataclasses.replace(entry, embedded=False)
    assert store.locate(stranger, **from_hub(hub, tmp_path) | {"source": "auto"}).origin == "hub"


# Strictness


def change(entry, state: dict) -> Checkpoint:
    """``entry`` with another file in checkpoints/, its hash correct."""
    path = store.CHECKPOINTS_DIR / FILE
    save_file(state, path)
    return dataclasses.replace(entry, sha256=store.sha256_of(path))


def test_missing_extra_and_misshapen_tensors_are_refused(entry):
    state = filled().state_dict()
    without = {key: value for key, value in state.items() if key != "2.bias"}
    for wrong, word in (
        (without, r"2\.bias"),
        (state | {"3.bias": torch.zeros(2)}, r"3\.bias"),
        (state | {"0.weight": torch.zeros(40, 4)}, r"0\.weight"),
    ):
        with pytest.raises(CheckpointError, match=f"does not fit Sequential.*{word}"):
            store.load_network(change(entry, wrong), "embedded")


def test_half_precision_file_loads_as_float32(entry):
    halves = {k: v.half() if v.is_floating_point() else v for k, v in filled().state_dict().items()}
    loaded, _ = store.load_network(change(entry, halves), "embedded")
    assert loaded[0].weight.dtype == torch.float32
    assert loaded[1].num_batches_tracked.dtype == torch.int64
    assert torch.equal(loaded[0].weight, filled()[0].weight.half().float())


def test_text_and_cut_files_are_not_weights(tmp_path):
    for name, content in (("a.safetensors", b"hello"), ("b.safetensors", DATA[:-40]), ("c.pth", b"<html>")):
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
def test_weights_that_are_no_weights_are_refused_in_words(tmp_path, change, words):
    torch.save(change(filled().state_dict()), tmp_path / "odd.pth")
    with pytest.raises(CheckpointError, match=f"odd.pth holds .*{words}"):
        store.load_strictly(tiny(), tmp_path / "odd.pth")


def test_a_web_page_is_called_one(tmp_path):
    for name in ("a.safetensors", "b.pth"):
        (tmp_path / name).write_bytes(b"\n<!doctype html><title>Sign in</title>" + b" " * 300)
        with pytest.raises(CheckpointError, match=f"{name} cannot be read as weights: it is a web page"):
            store.read_tensors(tmp_path / name)


def test_a_key_map_that_finds_nothing_says_that_the_file_does_not_fit(tmp_path):
    (tmp_path / "odd.safetensors").write_bytes(DATA)
    with pytest.raises(CheckpointError, match="does not fit Sequential: KeyError"):
        store.load_strictly(tiny(), tmp_path / "odd.safetensors", lambda state: {"x": state["main.0.weight"]})
