"""A small project to publish, and the command line on it, also in a process of its own."""

import dataclasses
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from huggingface_hub import HfApi
from safetensors.torch import save_file
from torch import nn

from gan_models import registry
from gan_models.core import checkpoint, store
from gan_models.publish import publish

RUN = "import sys; from tests.publish import project; sys.exit(project.run(*sys.argv[1:]))"
RUN_AND_LOAD = """
import pathlib, re, sys
from tests.publish import project
status = project.run(*sys.argv[1:])
card = project.publish.weights_files("me/w")["README.md"].decode()
project.store.CHECKPOINTS_DIR = pathlib.Path("nowhere")
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


def start(code: str, *args: str, tmp_path: Path, **environment: str) -> subprocess.CompletedProcess:
    """Python in a process of its own, where huggingface_hub reads its settings afresh."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "HUGGING_FACE", "SPACE_", "GAN_ATELIER"))}
    fixed = {"PYTHONPATH": str(publish.ROOT), "HF_HOME": str(tmp_path / "hf"), "HF_HUB_DISABLE_XET": "1"}
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


@pytest.fixture(name="root")
def project_on_disk(tmp_path, monkeypatch) -> Path:
    """The project with junk in it; from now on its weights are those that the registry knows."""
    folder = tmp_path / "project"
    for name, content in (PROJECT | dict.fromkeys(JUNK, b"junk")).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    for file, inputs in WEIGHTS.items():
        save_file(nn.Linear(inputs, 2).state_dict(), folder / "checkpoints" / file)
    monkeypatch.setattr(store, "CHECKPOINTS_DIR", folder / "checkpoints")
    monkeypatch.setattr(registry, "CHECKPOINTS", small_catalog(folder))
    return folder


@pytest.fixture(name="api")
def client(hub) -> HfApi:
    from loopback_hub import TOKEN  # known where tests run, and not where a process has just this file

    return HfApi(endpoint=hub.url, token=TOKEN)
