"""The rules of the house: imports point one way, importing is free, weights are what the catalog says."""

import ast
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from safetensors import safe_open

from gan_models.registry import CHECKPOINTS
from gan_models.core.store import CHECKPOINTS_DIR

ROOT = Path(__file__).resolve().parents[1]
MAY_IMPORT = {
    "networks": set(),
    "weights": {"networks"},
    "pipelines": {"networks", "weights"},
    "ui": {"networks", "weights", "pipelines"},
    "metrics": {"networks", "weights", "pipelines"},
    "training": {"networks", "weights", "pipelines", "metrics"},
}
EXCEPTIONS = {
    ("ui/learn.py", "training"),  # the tab that trains live
    ("metrics/digits.py", "training"),  # reads MNIST, when run as a program
    ("metrics/faces.py", "training"),  # reads CelebA, when run as a program
    ("metrics/game.py", "training"),  # reads MNIST, when run as a program
    ("metrics/inpainting.py", "training"),  # reads portraits and draws holes, when run as a program
    ("metrics/cyclegan.py", "training"),  # reads horses and zebras, when run as a program
}


def rooms_imported(path: Path) -> set[str]:
    """The rooms of the package that a file imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {parts[1] for n in names if (parts := n.split("."))[0] == "gan_models" and len(parts) > 1}


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_point_one_way(room):
    files = list((ROOT / "gan_models" / room).rglob("*.py"))
    assert files
    for path in files:
        name = path.relative_to(ROOT / "gan_models").as_posix()
        allowed = MAY_IMPORT[room] | {room} | {to for file, to in EXCEPTIONS if file == name}
        found = {r for r in rooms_imported(path) if r in MAY_IMPORT}
        assert found <= allowed, f"{name} imports {sorted(found - allowed)}"


def test_the_rule_notices_a_wrong_import(tmp_path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text("def late():\n    from gan_models.ui import prose\n")
    assert rooms_imported(wrong) == {"ui"}


def run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    ).stdout.strip()


@pytest.mark.alone
def test_import_is_free():
    """No PyTorch, no output, nothing slow at import; the page's modules as well."""
    assert run("import sys, gan_models; print('torch' in sys.modules)") == "False"
    assert run("import sys, gan_models.ui.app; print('torch' in sys.modules)") == "False"
    took = float(run("import time; t = time.perf_counter(); import gan_models; print(time.perf_counter() - t)"))
    assert took < 0.1


@pytest.mark.parametrize("entry", CHECKPOINTS.values(), ids=lambda e: e.name)
def test_catalog_tells_the_truth(entry):
    network = entry.build()
    assert sum(p.numel() for p in network.parameters()) == entry.parameters
    if not entry.embedded:
        return
    path = CHECKPOINTS_DIR / entry.file
    assert hashlib.sha256(path.read_bytes()).hexdigest() == entry.sha256
    assert path.stat().st_size < 10_000_000
    with safe_open(path, "pt") as file:
        assert set(file.keys()) == set(network.state_dict())
    assert entry.metrics


def test_digit_weights_are_small():
    names = ("digits_generator", "digits_critic", "digit_judge", "digits_directions")
    assert sum((CHECKPOINTS_DIR / f"{n}.safetensors").stat().st_size for n in names) < 8_000_000


def test_everything_in_git_is_safe_and_small():
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.splitlines()
    assert not [f for f in files if f.endswith((".pth", ".pt", ".pkl", ".ckpt", ".npy", ".npz", ".zip", ".log"))]
    assert sum((ROOT / f).stat().st_size for f in files if f.endswith(".safetensors")) < 30_000_000
