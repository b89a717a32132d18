"""The rules of the house: imports point one way, importing is free, weights are what their entries say."""

import ast
import hashlib
import inspect
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import gradio as gr
import pytest
from safetensors import safe_open

import gan_models
from gan_models.classifiers.checkpoints import CHECKPOINTS as CLASSIFIERS
from gan_models.core.store import CHECKPOINTS_DIR
from gan_models.registry import CHECKPOINTS, PIPELINES
from gan_models.registry import FAMILIES as REGISTERED
from gan_models.ui.app import TABS
from gan_models.ui.model_pool import ModelPool
from gan_models.ui.tab import GROUPS

ROOT = Path(__file__).resolve().parents[1]
SHARED = {"core", "data", "training", "metrics", "classifiers"}
REST = {"registry", "publish", "ui"}
FOLDERS = sorted(path.parent.name for path in (ROOT / "gan_models").glob("*/__init__.py"))
FAMILIES = [name for name in FOLDERS if name not in SHARED | REST]  # whatever is no other room is a family's
BELOW = {  # what each room may import beside itself
    "core": set(),
    "data": {"core"},
    "training": {"core", "data"},
    "metrics": {"core", "data"},
    "classifiers": {"core", "data", "training", "metrics"},
    **dict.fromkeys(FAMILIES, SHARED),
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


def test_a_family_has_its_parts():
    named = {package.__name__.rpartition(".")[2] for package in REGISTERED}
    for name in FAMILIES:
        parts = {path.name for path in (ROOT / "gan_models" / name).iterdir()}
        told = ["__init__.py", "networks.py", "checkpoints.py", "pipeline.py", "train.py", "evaluate.py", "card.md"]
        assert name in named or "card.md" not in parts, f"{name} is not named in registry.py"
        if name in named and not any(
            entry.embedded for entry in import_module(f"gan_models.{name}").CHECKPOINTS.values()
        ):
            told = [part for part in told if part not in ("train.py", "evaluate.py")]  # others trained and measured
        assert name not in named or parts >= set(told), f"{name} lacks {sorted(set(told) - parts)}"
    for package in REGISTERED:
        assert package.__doc__ and package.CHECKPOINTS and package.PIPELINES


@pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.folder)
def test_a_tab_has_its_parts(tab):
    folder = ROOT / "gan_models/ui/tabs" / tab.folder
    told = {"__init__.py", "prose.py", "view.html", "view.css", "view.js"}
    assert {path.name for path in folder.iterdir()} >= told
    assert tab.title and tab.about.endswith(".") and "\n" not in tab.about and tab.group in GROUPS
    with gr.Blocks():
        handlers = tab.build(ModelPool("cpu", "embedded"))
    assert not handlers.asks or handlers.name == tab.folder
    assert {example["ask"] for example in handlers.examples} <= set(handlers.asks)
    assert bool(handlers.examples) == bool(handlers.asks), "examples of what pages ask, for load tests and fuzzing"


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
    assert len(CHECKPOINTS) == sum(len(f.CHECKPOINTS) for f in REGISTERED) + len(CLASSIFIERS)
    assert len(PIPELINES) == sum(len(f.PIPELINES) for f in REGISTERED)


def test_the_rule_notices_a_wrong_import(tmp_path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text("def late():\n    from gan_models.ui import prose\n")
    assert rooms_imported(wrong) == {"ui"}


def run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    ).stdout.strip()


def test_import_is_free():
    """No PyTorch, no output at import; the page's modules as well."""
    assert run("import sys, gan_models; print('torch' in sys.modules)") == "False"
    assert run("import sys, gan_models.ui.app; print('torch' in sys.modules)") == "False"
    tabs = "gan_models.ui.tabs"  # a folder for their files comes before Gradio
    commands = ", ".join(f"{tabs}{name}.__main__" for name in ("", ".draw", ".horses", ".restore"))
    assert run(f"import sys, {commands}; print('gradio' in sys.modules)") == "False"
    heavy = "{'torchvision', 'torch._dynamo', 'triton'}"  # what no page needs, and takes hundreds of megabytes
    assert run(f"import sys, gan_models.registry, gan_models.live.worker; print({heavy} & {{*sys.modules}})") == "set()"


@pytest.mark.alone
def test_import_is_quick():
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
    assert sum((ROOT / f).stat().st_size for f in files if f.endswith(".safetensors")) < 80_000_000


def public_functions(module):
    """What is public in a module, by name; a method that says nothing stands for the one below it."""
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", "") != module.__name__:
            continue
        if inspect.isfunction(thing) or inspect.isclass(thing):
            yield name, thing
        for method, made in vars(thing).items() if inspect.isclass(thing) else ():
            made = getattr(made, "__func__", getattr(made, "fget", made))  # class and static methods, properties
            if not method.startswith("_") and inspect.isfunction(made) and made.__module__ == module.__name__:
                bases = [vars(base) for base in thing.__mro__ if base.__module__.startswith("gan_models.")]
                yield (
                    f"{name}.{method}",
                    next((base[method] for base in bases if getattr(base.get(method), "__doc__", 0)), made),
                )


def test_whatever_is_public_says_what_it_does():
    names = {module.name for module in pkgutil.walk_packages(gan_models.__path__, "gan_models.")}
    names = sorted(name for name in names if not name.endswith("__main__"))
    mute = [f"{name}: {what}" for name in names for what, it in public_functions(import_module(name)) if not it.__doc__]
    assert not mute, "\n".join(mute)
    assert len(names) > 100
