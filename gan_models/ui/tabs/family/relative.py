"""What is told of each member of the family tree."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Relative:
    """A GAN: its name, year and branch, whom it descends from (the nearest first), and what to say of it.

    Args:
        gist: a few words for a list.
        line: what it brought.
        tab, here: the tab that shows it, by its name in links, and what one meets there.
        recipe: a command that trains with it, if one does.
        row: the row inside its branch, from 0, that keeps its line clear of the others.
    """

    key: str
    name: str
    year: int
    branch: str
    parents: tuple[str, ...]
    authors: str
    title: str
    gist: str
    line: str
    tab: str
    here: str
    recipe: str = ""
    row: int = 0
