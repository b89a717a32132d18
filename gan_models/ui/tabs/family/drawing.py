"""The family tree of GANs: drawn as a tree where there is room, told as a list on a phone."""

from dataclasses import dataclass

from gan_models.ui.tabs.family.prose import BRANCHES, FAMILY

CELL = (100, 52)  # of the drawing's grid, in units of the SVG; the second is pixels as well


@dataclass(frozen=True)
class Place:
    """The column (a year) and the row of a relative, both from 0."""

    column: int
    row: int


def years() -> list[int]:
    """The years in which somebody was born, in order: the columns."""
    return sorted({relative.year for relative in FAMILY})


def lay_out() -> tuple[dict[str, Place], dict[str, tuple[int, int]]]:
    """A place for each relative, and for each branch its first row and how many it has."""
    columns = {year: i for i, year in enumerate(years())}
    places: dict[str, Place] = {}
    bands: dict[str, tuple[int, int]] = {}
    top = 0
    for branch in BRANCHES:
        members = [relative for relative in FAMILY if relative.branch == branch]
        places |= {relative.key: Place(columns[relative.year], top + relative.row) for relative in members}
        bands[branch] = top, 1 + max(relative.row for relative in members)
        top += bands[branch][1]
    return places, bands


def curve(start: Place, end: Place) -> str:
    """An SVG path from the middle of one relative to another's, in the gaps between columns where it changes rows."""
    (x0, y0), (x1, y1) = (((p.column + 0.5) * CELL[0], (p.row + 0.5) * CELL[1]) for p in (start, end))
    if start.column != end.column:
        gap = x0 + 0.5 * CELL[0]
        turn = f"C{gap + 6:g} {y0:g} {gap - 6:g} {y1:g} {gap + 12:g} {y1:g}" if y0 != y1 else ""
        return f"M{x0:g} {y0:g}H{gap - 12:g}{turn}H{x1:g}"
    if abs(start.row - end.row) == 1:
        return f"M{x0:g} {y0:g}V{y1:g}"
    return f"M{x0:g} {y0:g}C{x0 + 0.7 * CELL[0]:g} {y0:g} {x0 + 0.7 * CELL[0]:g} {y1:g} {x0:g} {y1:g}"


def lines(places: dict[str, Place]) -> list[tuple[str, str, str, bool]]:
    """Every line of descent: its path, the keys of parent and child, and whether the parent is not the nearest one."""
    return [
        (curve(places[parent], places[child.key]), parent, child.key, i > 0)
        for child in FAMILY
        for i, parent in enumerate(child.parents)
    ]


def tree() -> dict:
    """What view.html draws; its list reads in order of time."""
    places, bands = lay_out()
    rows = sum(count for _, count in bands.values())
    return {
        "years": years(), "rows": rows, "width": len(years()) * CELL[0], "height": rows * CELL[1],
        "lanes": [(key, BRANCHES[key], top, count) for key, (top, count) in bands.items()],
        "lines": lines(places), "names": {relative.key: relative.name for relative in FAMILY},
        "relatives": [(relative, places[relative.key]) for relative in FAMILY],
    }  # fmt: skip
