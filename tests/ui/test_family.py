"""The family tree: everybody has a place, descends from somebody older, and leads to a tab."""

import itertools
import re
from pathlib import Path

from gan_models.ui import app
from gan_models.ui.tabs.family import drawing as family
from gan_models.ui.tabs.family import prose as prose_family
from gan_models.ui.tabs.family.prose import BRANCHES, FAMILY
from gan_models.ui.view import render

ROOT = Path(__file__).resolve().parents[2]
BY_KEY = {relative.key: relative for relative in FAMILY}


def test_everybody_descends_from_the_first_and_from_nobody_younger():
    assert len(BY_KEY) == len(FAMILY) >= 18
    assert [r.key for r in FAMILY if not r.parents] == ["gan"]
    for relative in FAMILY:
        assert len(set(relative.parents)) == len(relative.parents)
        assert all(BY_KEY[parent].year <= relative.year for parent in relative.parents)
        seen, at = set(), relative
        while at.parents:
            assert at.key not in seen
            seen.add(at.key)
            at = BY_KEY[at.parents[0]]
        assert at.key == "gan"


def test_the_list_is_in_order_of_time_and_parents_come_first():
    assert [r.year for r in FAMILY] == sorted(r.year for r in FAMILY)
    order = [r.key for r in FAMILY]
    assert all(order.index(parent) < i for i, r in enumerate(FAMILY) for parent in r.parents)


def test_places_differ_and_lie_in_their_branch_and_year():
    places, bands = family.lay_out()
    assert len(set(places.values())) == len(FAMILY)
    for relative in FAMILY:
        place, (top, count) = places[relative.key], bands[relative.branch]
        assert family.years()[place.column] == relative.year
        assert top <= place.row < top + count
    edges = sorted(bands.values())
    assert list(bands) == list(BRANCHES)
    assert all(a + n == b for (a, n), (b, _) in itertools.pairwise(edges))


def test_lines_change_rows_between_columns_only():
    path = family.curve(family.Place(0, 2), family.Place(3, 5))
    assert path.startswith("M50 130H88C")  # level until the gap after its column, which begins at 95
    assert path.endswith("112 286H350")  # then along the child's row
    assert family.curve(family.Place(0, 1), family.Place(2, 1)) == "M50 78H88H250"
    assert family.curve(family.Place(3, 0), family.Place(3, 1)) == "M350 26V78"
    assert family.curve(family.Place(3, 0), family.Place(3, 2)) == "M350 26C420 26 420 130 350 130"  # around row 1


def test_no_main_line_runs_behind_a_stranger():
    """The line to the nearest ancestor runs along the child's row; nobody may stand there in between."""
    places, _ = family.lay_out()
    taken = set(places.values())
    for relative in FAMILY:
        for parent in relative.parents[:1]:
            start, end = places[parent], places[relative.key]
            between = {family.Place(column, end.row) for column in range(start.column + 1, end.column)}
            assert not between & taken, relative.name


def test_the_drawing_has_a_line_for_every_parent_and_a_button_for_everybody():
    page = render("tabs/family/view.html", lead="", cite="", **family.tree())
    drawn = set(re.findall(r'data-from="(\w+)" data-to="(\w+)"', page))
    assert drawn == {(parent, r.key) for r in FAMILY for parent in r.parents}
    assert len(re.findall(r'<button type="button" class="name"', page)) == len(FAMILY)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) == 2 * len(FAMILY)
    assert set(re.findall(r'aria-controls="([^"]+)"', page)) <= set(ids)
    assert page.count("<li") == page.count("</li>") == len(FAMILY)
    assert "http" not in page


def test_every_link_leads_to_a_tab_of_this_page():
    assert {r.tab for r in FAMILY} <= {tab.slug for tab in app.TABS}


def test_every_recipe_is_a_program_that_takes_these_arguments():
    for recipe in {r.recipe for r in FAMILY if r.recipe}:
        module, *options = re.fullmatch(r"python -m gan_models\.(\w+\.\w+)((?: \S+)*)", recipe).groups()
        source = ROOT / "gan_models" / (module.replace(".", "/") + ".py")
        assert "def main(" in source.read_text(encoding="utf-8")
        for option in re.findall(r"--\w+", options[0]):
            assert f'"{option}"' in source.read_text(encoding="utf-8")


def test_words_are_there_and_plain():
    for relative in FAMILY:
        for words in (relative.line, relative.here, relative.gist, relative.title, relative.authors):
            assert words.strip() == words != ""
        assert relative.line.endswith(".")
        assert len(relative.line) < 260
        assert len(relative.gist) < 40
        assert "!" not in relative.line + relative.here + relative.gist
    assert "!" not in prose_family.LEAD
