"""CONTRIBUTING.md's family and tab, taken from the page: built in a copy of the project, trained and played with."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gan_models.core.checkpoint import sha256_of
from gan_models.core.store import CHECKPOINTS_DIR
from tests.conftest import ROOT, started_app
from tests.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BLOCK = re.compile(r"```\w+ (gan_models/\S+)\n(.*?)```\n", re.DOTALL)
LISTS = {  # where the page tells one to write the name
    "gan_models/registry.py": ("from gan_models import (\n    ", "FAMILIES = ("),
    "gan_models/ui/app.py": ("from gan_models.ui.tabs import ", "tab.TAB for tab in ("),
}
OPENED = """
from gan_models import list_models, load
from gan_models.publish.cards import checkpoints_page
boards = load("checkers", "cpu", "embedded").sample(seeds=[1, 2])
print("checkers" in list_models(), [(board.mode, board.size) for board in boards], boards[0] != boards[1])
print("## checkers" in checkpoints_page(), "The game of 2014" in checkpoints_page())
"""


def run(root: Path, *words: str) -> str:
    done = subprocess.run([sys.executable, *words], cwd=root, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project with the page's files in it, trained for some steps, and named in both lists."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "gan_models", root / "gan_models", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", root)
    (root / "checkpoints").mkdir()
    for file in CHECKPOINTS_DIR.iterdir():
        (root / "checkpoints" / file.name).symlink_to(file)
    for name, text in BLOCK.findall((ROOT / ".github/CONTRIBUTING.md").read_text(encoding="utf-8")):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    entry = root / "gan_models/checkers/checkpoints.py"
    run(root, "-m", "gan_models.checkers.train", "--steps", "40", "--threads", "1", "--device", "cpu")
    made = shutil.copy(root / "runs/checkers_generator.safetensors", root / "checkpoints")
    entry.write_text(entry.read_text().replace("SHA-256 of the file", sha256_of(Path(made))))
    for name, places in LISTS.items():
        text = (root / name).read_text()
        for place in places:
            assert text.count(place) == 1
            text = text.replace(place, f"{place}checkers, ")
        (root / name).write_text(text)
    return root


def test_the_files_are_as_tidy_as_ours(project):
    files = [name for name, _ in BLOCK.findall((ROOT / ".github/CONTRIBUTING.md").read_text(encoding="utf-8"))]
    assert len(files) == 12
    python = [str(project / name) for name in files if name.endswith(".py")]
    config = ["--config", str(ROOT / "pyproject.toml")]
    run(ROOT, "-m", "ruff", "check", *config, *python)
    run(ROOT, "-m", "ruff", "format", "--check", *config, *python)


def test_the_family_opens_by_its_name(project):
    told = run(project, "-c", OPENED).splitlines()
    assert told == ["True [('RGB', (16, 16)), ('RGB', (16, 16))] True", "True True"]


def test_the_tab_paints_in_the_real_app(project, chromium, tmp_path):
    with started_app(tmp_path, root=project) as (url, _):
        answer = Visitor(url, timeout=200).ask("checkers", {"ask": "paint", "seed": 7})
        assert answer["url"].startswith("data:image/png") and "embedded weights" in answer["facts"]
        assert "whole number" in Visitor(url).ask("checkers", {"ask": "paint", "seed": "x"})["error"]
        page = chromium.new_page()
        page.goto(f"{url}/#checkers?seed=7")
        page.wait_for_selector("#checkers [data-state=ready] >> visible=true", timeout=90_000)
        assert page.get_attribute("#checkers .board", "src") == answer["url"]
        page.click("#checkers .surprise")
        page.wait_for_function("url => document.querySelector('#checkers .board').src !== url", arg=answer["url"])
        assert page.inner_text("#checkers .error") == ""
        assert re.search(r"#checkers\?seed=\d+$", page.url)
        assert "Checkers" in page.locator("#ga-tabs button").all_inner_texts()
        page.close()
