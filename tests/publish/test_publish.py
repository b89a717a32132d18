"""Publishing weights with the real client: what a dry run lists is what lands, byte for byte, on a Hub on 127.0.0.1."""

import dataclasses
import hashlib
import re
import runpy
import socket
import sys

import pytest
import torch
from huggingface_hub import HfApi
from loopback_hub import TOKEN
from safetensors.torch import save_file

from gan_models import registry
from gan_models.core import checkpoint, store
from gan_models.publish import cards, publish
from tests.publish.project import (
    PROJECT,
    RUN,
    RUN_AND_LOAD,
    WEIGHTS,
    client,  # noqa: F401
    front_matter,
    listed,
    project_on_disk,  # noqa: F401
    space_expected,
    start,
)

# Dry runs


def test_dry_runs_list_exactly_the_files_and_contact_nobody(root, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    done = start(RUN, str(root), "space", "--repo-id", "me/demo", "--dry-run", tmp_path=tmp_path, HF_ENDPOINT=nobody)
    assert (done.returncode, done.stderr) == (0, "")
    sizes = listed(done.stdout)
    assert set(sizes) == space_expected()
    assert sizes["app.py"] == len(PROJECT["app.py"])
    total = re.search(r"([\d,]+)  bytes in (\d+) files", done.stdout)
    assert int(total[1].replace(",", "")) == sum(sizes.values())
    assert int(total[2]) == len(sizes)


def test_dry_run_of_the_weights_makes_no_request(root, hub, api, capsys):
    assert publish.main(["weights", "--repo-id", "me/w", "--dry-run"], api=api) == 0
    sizes = listed(capsys.readouterr().out)
    assert set(sizes) == {*WEIGHTS, "README.md"}
    assert all(sizes[file] == (root / "checkpoints" / file).stat().st_size for file in WEIGHTS)
    assert hub.requests == []


# Weights


def test_weights_land_byte_identical_and_load_as_their_card_tells(root, hub, tmp_path):
    settings = {"HF_ENDPOINT": hub.url, "HF_TOKEN": TOKEN, "GAN_ATELIER_WEIGHTS_REPO": "me/w"}
    args = (str(root), "weights", "--repo-id", "me/w", "--private")
    done = start(RUN_AND_LOAD, *args, tmp_path=tmp_path, **settings)
    assert done.returncode == 0, done.stderr
    url, loaded = done.stdout.splitlines()
    assert url == f"{hub.url}/me/w"
    assert loaded == "hub Linear(in_features=3, out_features=2, bias=True)"
    held = hub.files("me/w", revision=checkpoint.OUR_REVISION)
    assert held == hub.files("me/w")
    assert set(held) == {*WEIGHTS, "README.md", ".gitattributes"}
    for file in WEIGHTS:
        assert held[file] == (root / "checkpoints" / file).read_bytes()
    assert held["README.md"].decode() == cards.weights_card(cards.embedded_entries(), "me/w")
    assert hub.repos["model", "me/w"].created_with["visibility"] == "private"
    assert [path for _, path in hub.requests].count("/api/models/me/w/commit/main") == 1


def test_model_card_states_what_the_catalog_knows(root):
    entries = cards.embedded_entries()
    facts, body = front_matter(cards.weights_card(entries, "me/w").encode())
    assert facts["license"] == "apache-2.0"
    assert facts["library_name"] == "pytorch"
    assert facts["datasets"] == ["ylecun/mnist"]
    assert "gan" in facts["tags"]
    for entry in entries:
        for fact in (entry.file, entry.sha256, entry.summary, entry.training_data, entry.paper, "28x28"):
            assert fact in body
    assert "| Judge's accuracy | 5 % |" in body
    assert "## Limits" in body
    assert "## Non-commercial research only" in body  # MNIST is used that way here


def test_model_card_of_mixed_origins(root):
    first, second = cards.embedded_entries()
    first = dataclasses.replace(first, training_data="pictures drawn for this project")
    faces = dataclasses.replace(second, training_data="CelebA, for non-commercial research", licence="other-terms")
    facts, body = front_matter(cards.weights_card([first, faces], "me/w").encode())
    assert facts["license"] == "other"
    note = body.split("## Non-commercial research only")[1].split("##")[0]
    assert "second.safetensors" in note
    assert "first.safetensors" not in note


def test_publishing_the_same_weights_twice_is_fine_but_a_taken_tag_is_told(root, hub, api, capsys):
    assert publish.main(["weights", "--repo-id", "me/w"], api=api) == 0
    assert publish.main(["weights", "--repo-id", "me/w"], api=api) == 0
    tagged = hub.files("me/w", revision="v1")
    save_file({"weight": torch.zeros(2, 3), "bias": torch.ones(2)}, root / "checkpoints/first.safetensors")
    changed = store.sha256_of(root / "checkpoints/first.safetensors")
    registry.CHECKPOINTS["first"] = dataclasses.replace(registry.CHECKPOINTS["first"], sha256=changed)
    capsys.readouterr()
    assert publish.main(["weights", "--repo-id", "me/w"], api=api) == 1
    (line,) = [line for line in capsys.readouterr().err.splitlines() if "tag" in line]
    assert "v1 exists already" in line
    assert "OUR_REVISION" in line
    assert hub.files("me/w", revision="v1") == tagged
    assert hub.files("me/w")["first.safetensors"] == (root / "checkpoints/first.safetensors").read_bytes()


def test_damaged_weights_are_not_published(root, hub, api, capsys):
    (root / "checkpoints/first.safetensors").write_bytes(b"damaged")
    assert publish.main(["weights", "--repo-id", "me/w"], api=api) == 1
    assert "first.safetensors is damaged" in capsys.readouterr().err
    assert hub.requests == []


# Refusals


@pytest.mark.parametrize("command", ["weights", "space"])
def test_wrong_token_and_no_token_give_one_clear_line(root, hub, capsys, command):
    for token, status, words in (("hf_wrong", 1, "not valid (401)"), (None, 2, "No Hub token: run `hf auth login`")):
        api = HfApi(endpoint=hub.url, token=token)
        assert publish.main([command, "--repo-id", "me/r"], api=api, root=root) == status
        (line,) = capsys.readouterr().err.splitlines()
        assert words in line
    assert not hub.repos


@pytest.mark.parametrize(
    ("request_kind", "status", "words"),
    [
        ("create", 403, "may not write"),
        ("commit", 403, "may not write"),
        ("lfs", 403, "may not write"),
        ("tag", 400, "Bad request"),
    ],
)
def test_refused_upload_gives_one_clear_line(root, hub, api, capsys, request_kind, status, words):
    hub.refuse[request_kind] = status
    assert publish.main(["weights", "--repo-id", "me/w"], api=api) == 1
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("The Hub did not take me/w: ")]
    assert len(lines) == 1
    assert words in lines[0]


def test_hub_out_of_reach_gives_one_clear_line(root, hub, capsys):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = HfApi(endpoint=f"http://127.0.0.1:{free.getsockname()[1]}", token=TOKEN)
    assert publish.main(["weights", "--repo-id", "me/w"], api=nobody) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("The Hub did not take me/w: ")


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["everything", "--repo-id", "me/w"], "invalid choice: 'everything'"),
        (["weights"], "--repo-id"),
        (["weights", "--repo-id", "w"], "lacks its owner"),
        (["weights", "--repo-id", "me/a b"], "me/a b"),
    ],
)
def test_wrong_usage_gives_one_line_and_status_2(capsys, argv, words):
    with pytest.raises(SystemExit) as stopped:
        publish.main(argv)
    assert stopped.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line


@pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning")
def test_module_runs_by_its_name(root, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["publish", "weights", "--repo-id", "me/w", "--dry-run"])
    with pytest.raises(SystemExit) as stopped:
        runpy.run_module("gan_models.publish.publish", run_name="__main__")
    assert stopped.value.code == 0
    assert set(listed(capsys.readouterr().out)) == {*WEIGHTS, "README.md"}


def test_small_files_hash_to_what_the_small_catalog_says(root):
    for entry in cards.embedded_entries():
        assert hashlib.sha256((root / "checkpoints" / entry.file).read_bytes()).hexdigest() == entry.sha256
