"""What is written for readers agrees with the code: figures with their entries, commands with their modules, links."""

import re
import subprocess
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from gan_models.core.store import CHECKPOINTS_DIR
from gan_models.publish import cards
from gan_models.ui.app import TABS

ROOT = Path(__file__).resolve().parents[1]
KEPT = subprocess.run(["git", "ls-files", "*README.md", ".github/*.md"], cwd=ROOT, capture_output=True, text=True)
PAGES = [ROOT / name for name in KEPT.stdout.split()]
TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
COMMANDS = [
    (page, module, arguments)
    for page, text in TEXTS.items()
    for module, arguments in re.findall(r"python -m ((?:gan_models|tests)[\w.]*)([^`\n#]*)", text)
    if f"{module.replace('.', '/')}.py\n" not in text  # CONTRIBUTING.md runs what it has one write
]


def test_readme_is_short():
    assert ROOT / "README.md" in PAGES
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 120


def test_readme_tells_of_every_tab():
    rows = "\n".join(f"| {tab.title} | {tab.about} |" for tab in TABS)
    assert f"| tab | what you do there |\n| --- | --- |\n{rows}\n\n" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_page_of_checkpoints_is_what_the_entries_say(monkeypatch, capsys, tmp_path):
    assert cards.main([]) == 0
    monkeypatch.setattr(cards, "CHECKPOINTS_DIR", tmp_path)
    (tmp_path / "README.md").write_text("# What shipped once\n")
    assert cards.main([]) == 1
    assert "--write" in capsys.readouterr().err
    assert cards.main(["--write"]) == 0
    assert (tmp_path / "README.md").read_bytes() == (CHECKPOINTS_DIR / "README.md").read_bytes()


def test_every_file_that_ships_is_told_of():
    told = (CHECKPOINTS_DIR / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in CHECKPOINTS_DIR.iterdir() if f"`{path.name}`" not in told] == ["README.md"]


def test_links_lead_somewhere():
    for page in PAGES:
        for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            assert link.startswith("https://") or (page.parent / link.partition("#")[0]).exists(), f"{page}: {link}"


@pytest.mark.parametrize(("page", "module", "arguments"), COMMANDS)
def test_a_command_names_a_module_and_options_that_exist(page, module, arguments, monkeypatch, capsys):
    spec = find_spec(module)
    assert spec, f"{page} runs {module}, which is not there"
    asked = set(re.findall(r"(?<!\S)--[a-z][\w-]*", arguments))
    if not asked:  # modules that take none start their work at once
        return
    first = arguments.split()[:1] if arguments[:2].strip(" -") else []  # a command of its own, such as "weights"
    monkeypatch.setattr("sys.argv", [module, *first, "--help"])
    with pytest.raises(SystemExit, match="0"):
        import_module(f"{module}.__main__" if spec.submodule_search_locations else module).main()
    known = set(re.findall(r"--[a-z][\w-]*", capsys.readouterr().out))
    assert asked <= known, f"{page}: {module} knows {sorted(known)}"
