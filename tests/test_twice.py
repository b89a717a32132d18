"""A test that fails by chance has one more go; one that fails twice, or with many others, has failed."""

import pytest

import tests.__main__ as everything

FAILS = """
from pathlib import Path

def fails(name, times):
    seen = Path(__file__).with_name(name)
    before = seen.stat().st_size if seen.exists() else 0
    seen.write_text("x" * (before + 1))
    assert before >= times
"""


@pytest.mark.parametrize(
    ("bodies", "code", "runs"),
    [
        (["pass"], 0, [0]),
        (["fails('a', 1)", "pass", "fails('c', 0)"], 0, [2, 0, 1]),
        (["fails('a', 9)", "fails('b', 1)"], 1, [2, 2]),
        (["fails('a', 1)", "fails('b', 1)", "fails('c', 1)", "fails('d', 1)"], 1, [1, 1, 1, 1]),
    ],
)
def test_what_fails_has_one_more_go_and_no_more(monkeypatch, tmp_path, capfd, bodies, code, runs):
    monkeypatch.setattr(everything, "ROOT", tmp_path)
    tests = "\n".join(f"def test_{n}(): {body}" for n, body in enumerate(bodies))
    (tmp_path / "test_planted.py").write_text(FAILS + tests)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    assert everything.twice("-k", "test_") == code
    made = [tmp_path / name for name in "abcd"[: len(runs)]]
    assert [path.stat().st_size if path.exists() else 0 for path in made] == runs
    said = capfd.readouterr().out
    assert ("once more" in said) == (2 in runs)
    assert ("test_planted.py::test_0" in said.partition("once more")[2]) == (2 in runs)
