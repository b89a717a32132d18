"""Choosing the faces of the tab "Arithmetic" in real Chromium: from galleries, by number, by dragging."""

import pytest

from tests.browser.test_arithmetic_tab import GALLERY, answered, arithmetic, column, seen  # noqa: F401

pytestmark = pytest.mark.browser


def test_a_click_in_the_gallery_adds_to_the_active_column(page):
    page.click('.arithmetic [data-target="c"]')
    before = column(page, "c")
    face = page.locator(".arithmetic .grid button:has(.mark:empty)").first
    seed = face.get_attribute("data-seed")
    answered(page, face.click)
    assert column(page, "c") == [*before[1:], seed]  # the column was full, so its oldest face left
    assert page.inner_text(f'.arithmetic .grid [data-seed="{seed}"] .mark') == "C"
    assert "it is in C" in page.get_attribute(f'.arithmetic .grid [data-seed="{seed}"]', "aria-label")


def test_taking_faces_out_until_one_is_left(page):
    first = seen(page, '[data-column="b"] .mean')
    for left in (2, 1):
        answered(page, lambda: page.click('.arithmetic [data-column="b"] [data-seed] >> nth=0'))
        assert len(column(page, "b")) == left
    assert abs(seen(page, '[data-column="b"] .mean') - first).mean() > 2
    page.press('.arithmetic [data-column="b"] [data-seed]', "Enter")  # it says that it is disabled, and is
    assert len(column(page, "b")) == 1
    page.click('.arithmetic [data-column="b"] .free >> nth=0')
    assert page.get_attribute('.arithmetic [data-target="b"]', "aria-pressed") == "true"


def test_own_number_and_anyone(page):
    page.click('.arithmetic [data-target="b"]')
    page.fill(".arithmetic .number", "4711")
    answered(page, lambda: page.press(".arithmetic .number", "Enter"))
    assert column(page, "b")[-1] == "4711"
    answered(page, lambda: page.click(".arithmetic .anyone"))
    assert column(page, "b")[1] == "4711"
    page.fill(".arithmetic .number", "-3")
    page.click(".arithmetic .add")
    assert "whole number" in page.inner_text(".arithmetic .error")


def test_galleries_of_men_and_of_anyone(page):
    women = page.eval_on_selector_all(GALLERY, "all => all.map(b => b.dataset.seed)")
    page.click('.arithmetic [data-sort="Men"]')
    page.wait_for_function("s => document.querySelector('.arithmetic .grid button').dataset.seed !== s", arg=women[0])
    assert not set(women) & set(page.eval_on_selector_all(GALLERY, "all => all.map(b => b.dataset.seed)"))
    said = page.eval_on_selector_all(GALLERY, "all => all.map(b => b.dataset.said)")
    assert sum(" man" in f" {text}" for text in said) > 18
    page.click('.arithmetic [data-sort="Anyone"]')
    page.wait_for_function("document.querySelectorAll('.arithmetic .grid button').length === 24")
    assert "faces" in page.asked


def test_dragging_a_face_into_a_column(page):
    face = page.locator(".arithmetic .grid button:has(.mark:empty)").nth(3)
    seed = face.get_attribute("data-seed")
    answered(page, lambda: face.drag_to(page.locator('.arithmetic [data-column="b"] .mean')))
    assert seed in column(page, "b")
