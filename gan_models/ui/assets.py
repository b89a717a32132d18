"""The files that the browser gets: those that tabs share in ``ui/static``, and those of a tab beside its modules."""

from pathlib import Path

STATIC = Path(__file__).parent / "static"


def static(name: str) -> str:
    """The text of a file in ``ui/static``."""
    return (STATIC / name).read_text(encoding="utf-8")


def beside(module: str, name: str) -> str:
    """The text of a file in the folder of a module, whose ``__file__`` is given: ``beside(__file__, "view.css")``."""
    return (Path(module).parent / name).read_text(encoding="utf-8")
