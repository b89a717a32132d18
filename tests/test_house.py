"""The rules of the house: imports point one way, importing is free, weights are what their entries say."""

import ast
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from safetensors import safe_open

from gan_models.classifiers.checkpoints import CHECKPOINTS as CLASSIFIERS
from gan_models.core.store import CHECKPOINTS_DIR
from gan_models.registry import CHECKPOINTS, PIPELINES
from gan_models.registry import FAMILIES as FAMILY_PACKAGES
from gan_models.ui.app import TABS

ROOT = Path(__file__).resolve().parents[1]
FAMILIES = {"dcgan", "cgan", "cyclegan", "inpainting", "live", "pix2pix", "stylegan"}
BELOW = {  # what each room may import beside itself
    "core": set(),
    "data": {"core"},
    "training": {"core", "data"},
    "metrics": {"core", "data"},
    "classifiers": {"core", "data", "training", "metrics"},
    **{
        family: {"core", "data", "training", "metrics", "classifiers"} for family in sorted(FAMILIES)
    },  # workers must agree on the order of tests
}
BELOW["registry"] = {*BELOW}
BELOW["publish"] = BELOW["ui"] = {*BELOW}


def imported(path: Path) -> set[str]:
    """The names of our modules, and of what is taken from them, that a file imports anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name for name in names if name.startswith("gan_models.")}


def rooms_imported(path: Path) -> set[str]:
    """The rooms of the package that a file imports."""
    return {name.split(".")[1] for name in imported(path)}


def files_of(room: str) -> list[Path]:
    place = ROOT / "gan_models" / room
    return [place.with_suffix(".py")] if place.with_suffix(".py").exists() else list(place.rglob("*.py"))


def test_every_room_is_known():
    found = {path.stem for path in (ROOT / "gan_models").iterdir() if path.name != "__pycache__"}
    assert found - {"__init__"} == set(BELOW)


@pytest.mark.parametrize("room", BELOW)
def test_imports_point_one_way(room):
    assert files_of(room)
    for path in files_of(room):
        found = rooms_imported(path) & set(BELOW)
        assert found <= BELOW[room] | {room}, f"{path} imports {sorted(found - BELOW[room])}"


def test_a_tab_imports_no_other_tab():
    tabs = {path.name for path in (ROOT / "gan_models/ui/tabs").iterdir() if (path / "__init__.py").exists()}
    assert tabs == {tab.folder for tab in TABS}
    for tab in tabs:
        for path in (ROOT / "gan_models/ui/tabs" / tab).rglob("*.py"):
            found = {parts[3] for name in imported(path) if (parts := name.split("."))[1:3] == ["ui", "tabs"]}
            assert found & tabs <= {tab}, f"{path} imports {sorted(found)}"


def test_families_share_no_name():
    assert len(CHECKPOINTS) == sum(len(f.CHECKPOINTS) for f in FAMILY_PACKAGES) + len(CLASSIFIERS)
    assert len(PIPELINES) == sum(len(f.PIPELINES) for f in FAMILY_PACKAGES)


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
def test_an_entry_tells_the_truth(entry):
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
