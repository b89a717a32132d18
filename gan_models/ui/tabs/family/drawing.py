"""The family tree of GANs: drawn as a tree where there is room, told as a list on a phone."""

from dataclasses import dataclass
from html import escape

from gan_models.ui.tabs.family.prose import BRANCHES, FAMILY, Relative

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


def drawing(places: dict[str, Place], rows: int) -> str:
    """All lines of descent as one SVG that stretches with the page."""
    paths = [
        f'<path d="{curve(places[parent], places[child.key])}" data-from="{parent}" data-to="{child.key}"'
        f"{' class=' + chr(34) + 'also' + chr(34) if i else ''}/>"
        for child in FAMILY
        for i, parent in enumerate(child.parents)
    ]
    box = f"0 0 {len(years()) * CELL[0]} {rows * CELL[1]}"
    return f'<svg class="lines" viewBox="{box}" preserveAspectRatio="none" aria-hidden="true">{"".join(paths)}</svg>'


def entry(relative: Relative, place: Place, names: dict[str, str]) -> str:
    """A relative: a button with its name, and what there is to say of it."""
    after = " and ".join(names[parent] for parent in relative.parents)
    descends = f'<p class="quiet">Descends from {after}.</p>' if after else ""
    recipe = f'<p class="quiet">To train it: <code>{escape(relative.recipe)}</code></p>' if relative.recipe else ""
    parents, when = " ".join(relative.parents), f'<span class="when">{relative.year}</span>'
    return (
        f'<li style="--c:{place.column};--r:{place.row}" data-branch="{relative.branch}">'
        f'<button type="button" class="name" id="kin-{relative.key}" data-key="{relative.key}" '
        f'data-parents="{parents}" aria-expanded="false" aria-controls="about-{relative.key}">'
        f'<b>{relative.name}</b> {when}<span class="gist">{relative.gist}</span></button>'
        f'<div class="about" id="about-{relative.key}" role="region" aria-labelledby="kin-{relative.key}" hidden>'
        f'<h3>{relative.name} {when}</h3><p class="line">{relative.line}</p>'
        f'<p class="here">{relative.here} <button type="button" class="go" data-tab="{relative.tab}">'
        f"Open {relative.tab.replace('-', ' ').capitalize()}</button></p>{recipe}{descends}"
        f'<p class="quiet cite">{relative.authors}, <em>{escape(relative.title)}</em>, {relative.year}</p></div></li>'
    )


def tree() -> str:
    """The whole drawing as HTML; its list reads in order of time."""
    places, bands = lay_out()
    rows = sum(count for _, count in bands.values())
    names = {relative.key: relative.name for relative in FAMILY}
    heads = "".join(f'<span style="--c:{i}">{year}</span>' for i, year in enumerate(years()))
    lanes = "".join(
        f'<span style="--r:{top};--n:{count}" data-branch="{key}">{BRANCHES[key]}</span>'
        for key, (top, count) in bands.items()
    )
    items = "".join(entry(relative, places[relative.key], names) for relative in FAMILY)
    return (
        f'<div class="tree" style="--columns:{len(years())};--rows:{rows}">'
        f'<div class="years" aria-hidden="true">{heads}</div>'
        f'<div class="lanes" aria-hidden="true">{lanes}</div>{drawing(places, rows)}<ol class="kin">{items}</ol></div>'
    )
