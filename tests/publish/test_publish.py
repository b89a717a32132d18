"""Publishing with the real client: what a dry run lists is what lands, byte for byte, on a Hub on 127.0.0.1."""

import dataclasses
import hashlib
import os
import re
import runpy
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import torch
import yaml
from huggingface_hub import HfApi
from loopback_hub import TOKEN, loopback_hub
from safetensors.torch import save_file
from torch import nn

from gan_models import registry
from gan_models.core import checkpoint, store
from gan_models.publish import cards, publish

RUN = "import sys, test_publish; sys.exit(test_publish.run(*sys.argv[1:]))"
RUN_AND_LOAD = """
import pathlib, re, sys, test_publish
status = test_publish.run(*sys.argv[1:])
card = test_publish.publish.weights_files("me/w")["README.md"].decode()
test_publish.store.CHECKPOINTS_DIR = pathlib.Path("nowhere")
exec(re.search("```python(.*?)```", card, re.DOTALL)[1])
print(where.origin, network)
sys.exit(status)
"""
PROJECT = {
    "app.py": b"print('the demo')\n",
    "requirements.txt": b"gradio\ntorch\n",
    "LICENSE": b"Apache License\n",
    "README.md": "# GAN Atelier\n\nZebras \u2013 [why](.github/MORE.md#why), [where](https://example.org).\n".encode(),
    ".github/MORE.md": b"# More\n",
    "gan_models/__init__.py": b"",
    "gan_models/ui/app.py": b"import gradio\n",
    "gan_models/ui/tabs/learn/view.js": b"let latest = 0;\n",
    "checkpoints/README.md": b"# Cards\n",
}
JUNK = (
    ".gitignore",
    ".ci/run",
    "tests/test_app.py",
    "gan_models/__pycache__/app.cpython-312.pyc",
    "gan_models/ui/.cache/x.bin",
    "gan_models/.DS_Store",
    "checkpoints/epoch_3.pth",
    "checkpoints/train.log",
    "runs/1/sample.png",
    "pyproject.toml",
)
WEIGHTS = {"first.safetensors": 3, "second.safetensors": 5}


THIRD_PARTY = [
    "NimaBoscarino/aot-gan-celebahq", "Ziyobek/cyclegan-horse2zebra", "huggan/dcgan-celeba-faces",
    "huggan/pggan-celebahq-1024", "hussamalafandi/DCGAN_CelebA", "hussamalafandi/cGAN-MNIST",
    "osanseviero/BigGAN-deep-128", "tmabraham/horse2zebra_cyclegan",
]  # fmt: skip


def small_catalog(root: Path) -> dict[str, checkpoint.Checkpoint]:
    """Two tiny entries whose files lie in ``root``/checkpoints, and the stranger of the real catalog."""
    base = registry.CHECKPOINTS["digits-generator"]
    entries = {"digits-cgan-mnist": registry.CHECKPOINTS["digits-cgan-mnist"]}
    for file, inputs in WEIGHTS.items():
        entries[file[:-12]] = dataclasses.replace(
            base,
            name=file[:-12],
            file=file,
            sha256=store.sha256_of(root / "checkpoints" / file),
            build=lambda inputs=inputs: nn.Linear(inputs, 2),
            parameters=2 * inputs + 2,
            metrics={"Judge's accuracy": f"{inputs} %"},
            repo_id=checkpoint.OUR_REPO,
        )
    return entries


def run(root: str, *argv: str) -> int:
    """In a process of its own: the command line on the small project."""
    store.CHECKPOINTS_DIR = Path(root) / "checkpoints"
    registry.CHECKPOINTS = small_catalog(Path(root))
    return publish.main(argv, root=Path(root))


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    """A small project on disk, with junk in it, that the catalog knows."""
    folder = tmp_path / "project"
    for name, content in (PROJECT | dict.fromkeys(JUNK, b"junk")).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    for file, inputs in WEIGHTS.items():
        save_file(nn.Linear(inputs, 2).state_dict(), folder / "checkpoints" / file)
    monkeypatch.setattr(store, "CHECKPOINTS_DIR", folder / "checkpoints")
    monkeypatch.setattr(registry, "CHECKPOINTS", small_catalog(folder))
    return folder


@pytest.fixture
def hub(monkeypatch, tmp_path):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "no-token"))
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with loopback_hub() as server:
        yield server


@pytest.fixture
def api(hub) -> HfApi:
    return HfApi(endpoint=hub.url, token=TOKEN)


def start(code: str, *args: str, tmp_path: Path, **environment: str) -> subprocess.CompletedProcess:
    """Python in a process of its own, where huggingface_hub reads its settings afresh."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "HUGGING_FACE", "SPACE_", "GAN_ATELIER"))}
    here = Path(__file__).parent
    paths = os.pathsep.join(map(str, (publish.ROOT, here, here.parent)))
    fixed = {"PYTHONPATH": paths, "HF_HOME": str(tmp_path / "hf"), "HF_HUB_DISABLE_XET": "1"}
    command = [sys.executable, *(("-c", code) if code else ()), *args]
    return subprocess.run(
        command, env=kept | fixed | environment, capture_output=True, text=True, timeout=120, check=False
    )


def listed(text: str) -> dict[str, int]:
    """Path to size, as a dry run prints them."""
    return {name: int(size.replace(",", "")) for size, name in re.findall(r"^ *([\d,]+)  (\S+)$", text, re.MULTILINE)}


def front_matter(readme: bytes) -> tuple[dict, str]:
    head, body = re.fullmatch(r"---\n(.*?)\n---\n(.*)", readme.decode(), re.DOTALL).groups()
    return yaml.safe_load(head), body


def space_expected() -> set[str]:
    return set(PROJECT) | {f"checkpoints/{file}" for file in WEIGHTS}


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


# Space


def test_space_lands_byte_identical_with_its_variable(root, hub, api, capsys):
    hub.add("me/w", dict.fromkeys(WEIGHTS, b"x"), tags=[checkpoint.OUR_REVISION])
    args = ["space", "--repo-id", "me/demo", "--weights-repo", "me/w"]
    assert publish.main(args, api=api, root=root) == 0
    assert capsys.readouterr().out.strip() == f"{hub.url}/spaces/me/demo"
    held = hub.files("me/demo", "space")
    assert set(held) - {".gitattributes"} == space_expected()
    for name in space_expected() - {"README.md"}:
        assert held[name] == (root / name).read_bytes(), name
    facts, body = front_matter(held["README.md"])
    assert body.strip() == PROJECT["README.md"].decode().strip()
    assert facts["preload_from_hub"] == ["me/w first.safetensors,second.safetensors"]
    space = hub.repos["space", "me/demo"]
    assert space.variables == {"GAN_ATELIER_WEIGHTS_REPO": "me/w"}
    assert space.created_with["sdk"] == "gradio"


def test_space_front_matter_holds_every_key():
    facts, _ = front_matter(cards.space_card("# Readme\n", "me/w").encode())
    assert facts["title"] == "GAN Atelier"
    assert facts["emoji"] == "🎨"
    assert {facts["colorFrom"], facts["colorTo"]} <= {"red", "yellow", "green", "blue", "indigo", "purple", "pink"}
    assert (facts["sdk"], facts["sdk_version"]) == ("gradio", version("gradio"))
    assert facts["python_version"] == "3.12"
    assert (facts["app_file"], facts["license"]) == ("app.py", "apache-2.0")
    assert facts["models"] == ["me/w", *THIRD_PARTY]
    files = {entry.file for entry in cards.embedded_entries()}
    (preload,) = facts["preload_from_hub"]
    assert preload.split()[0] == "me/w"
    assert set(preload.split()[1].split(",")) == files
    assert 10 < len(facts["short_description"]) <= 60
    assert "gan" in facts["tags"]


def test_space_update_takes_old_modules_out_and_leaves_foreign_files(root, hub, api):
    assert publish.main(["space", "--repo-id", "me/demo"], api=api, root=root) == 0
    hub.add("me/demo", hub.files("me/demo", "space") | {"notes.txt": b"mine"}, kind="space")
    (root / "gan_models/ui/tabs/learn/view.js").unlink()
    (root / "app.py").write_bytes(b"print('again')\n")
    assert publish.main(["space", "--repo-id", "me/demo"], api=api, root=root) == 0
    held = hub.files("me/demo", "space")
    assert set(held) == space_expected() - {"gan_models/ui/tabs/learn/view.js"} | {"notes.txt", ".gitattributes"}
    assert held["app.py"] == b"print('again')\n"


def test_space_without_published_weights_preloads_nothing_and_says_so(root, hub, api, capsys):
    assert publish.main(["space", "--repo-id", "me/demo"], api=api, root=root) == 0
    assert "does not hold our weights" in capsys.readouterr().out
    facts, _ = front_matter(hub.files("me/demo", "space")["README.md"])
    assert "preload_from_hub" not in facts
    assert facts["models"] == ["hussamalafandi/cGAN-MNIST"]  # the one of the small catalog
    assert hub.repos["space", "me/demo"].variables == {}


def test_space_with_a_weights_repository_that_lacks_them_is_not_pushed(root, hub, api, capsys):
    hub.add("me/w", {"first.safetensors": b"x"}, tags=[checkpoint.OUR_REVISION])
    assert publish.main(["space", "--repo-id", "me/d", "--weights-repo", "me/w"], api=api, root=root) == 1
    assert "weights --repo-id me/w` first" in capsys.readouterr().err
    assert ("space", "me/d") not in hub.repos


@pytest.mark.parametrize("name", ["app.py", "requirements.txt", "LICENSE", "README.md"])
def test_space_needs_every_part_of_the_project(root, hub, api, capsys, name):
    (root / name).unlink()
    assert publish.main(["space", "--repo-id", "me/demo"], api=api, root=root) == 1
    assert capsys.readouterr().err.startswith(f"{name} is missing from {root}")
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
