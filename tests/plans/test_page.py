"""Page: the printed plan says who sits where in words, fits on paper, and hides names where it is asked to."""

import re

import pytest

from learnsim.plans.page import initials_of, plan_page, with_ids
from learnsim.plans.plan_words import date_words, joined
from learnsim.sorting import name_order

CM = 96 / 2.54  # pixels
PAPERS = {"A4": (21.0, 29.7), "Letter": (21.59, 27.94)}
MARGIN = 1.3


def text_of(page):
    """What a reader sees, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("</style>")[1]).split())


def test_the_page_holds_the_tree_each_cycle_a_slip_each_and_the_matrix(course):
    plan = course(13, cycles=3, plan='dates = ["2027-01-11", "2027-01-18", "2027-01-25"]', P02="2").plan()
    page = plan_page(plan, None)
    assert page.count('class="slip"') == 13 and page.count('class="page cycle"') == 3
    assert 'id="tree"' in page and page.count("<svg") == 1 and "http:" not in page.split("<svg")[0]
    text = text_of(page)
    assert "Cycle 2 Mon 18 Jan 2027" in text and "Absent: Name02" in text
    assert f"a person sits with {plan.quality().partners:.1f} different people on average" in text
    assert "What the model expects" not in text


def test_a_slip_says_who_is_with_whom(course):
    plan = course(6, cell_size=3, cycles=2).plan()
    text = text_of(plan_page(plan, None))
    i = 0
    there = next(place for place in plan.cells if i in plan.members(0, *place))
    leader = next(j for j in plan.members(0, *there) if plan.officer[0, j])
    others = [plan.roster.names[j] for j in plan.members(0, *there) if j not in (i, leader)]
    officer = "you" if leader == i else plan.roster.names[leader]
    assert f"Name01 1: Cell {there[1] + 1} ★ {officer}, {', '.join(others)}" in text


def test_rules_and_where_they_are_broken_stand_on_the_first_page(course):
    plan = course(15, rules='apart = [["P01", "P02"]]\nspread = ["Gender"]\nbalance = ["pretest"]').plan()
    text = text_of(plan_page(plan, None))
    assert "apart P01, P02 must hold holds" in text
    assert "spread Gender:f has a price" in text


def test_with_initials_no_name_is_on_the_page(course):
    plan = course(13).plan()
    page = plan_page(plan, None, initials=True)
    assert not any(name in page for name in plan.roster.names) and "N. 1" in page
    assert initials_of(["Lee, Ann Marie", "", "Bo Li"]) == ["L. A. M.", "?", "B. L."]


def test_dates_are_written_so_that_nobody_mistakes_day_and_month():
    assert date_words("2027-02-01") == "Mon 1 Feb 2027" and date_words("2027-02-01 14:30", year=False) == "Mon 1 Feb, 14:30"


@pytest.mark.thorough
@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize(("people", "communities", "size"), [(12, 1, 4), (30, 1, 5), (105, 3, 5), (240, 4, 6)])
def test_the_tree_fits_on_one_page_and_nothing_is_cut(course, chromium, people, communities, size, paper):
    plan = course(people, tuple("ABCD"[:communities]), cell_size=size, cycles=2).plan()
    width, height = (length - 2 * MARGIN for length in PAPERS[paper])
    sheet = chromium.new_page(viewport={"width": int(width * CM), "height": int(height * CM)})
    sheet.emulate_media(media="print")
    sheet.set_content(plan_page(plan, None))
    tree = sheet.locator("#tree").bounding_box()
    assert tree["height"] <= height * CM and tree["width"] <= width * CM + 1
    for card in ("#tree .card", ".cycle .card", ".slip", "#matrix svg"):
        boxes = sheet.evaluate(
            "name => [...document.querySelectorAll(name)].map(e => [e.getBoundingClientRect().right, "
            "e.getBoundingClientRect().height, e.scrollWidth - e.clientWidth])",
            card,
        )
        assert boxes and all(right <= width * CM + 2 and high <= height * CM and wide <= 1 for right, high, wide in boxes), card
    letters = sheet.evaluate("parseFloat(getComputedStyle(document.querySelector('.cycle .card li')).fontSize)")
    assert letters >= 13 * 96 / 72 - 0.1  # 13 points: read at arm's length
    sheet.close()


def test_names_are_sorted_as_people_sort_them():
    names = ["Person 10", "Zoe", "Ümit", "person 2", "Łukasz", "Đorđe", "Lea", "Eva"]
    assert sorted(names, key=name_order) == ["Đorđe", "Eva", "Lea", "Łukasz", "person 2", "Person 10", "Ümit", "Zoe"]


def test_names_with_commas_are_told_apart():
    assert joined(["Last, First", "Roe, Jane"]) == "Last, First; Roe, Jane"
    assert joined(["Ann", "Bo"]) == "Ann, Bo"


def test_two_people_of_one_name_are_told_apart_by_their_ids():
    assert with_ids(["Ann", "Bo", "Ann"], ["7", "8", "9"]) == ["Ann (7)", "Bo", "Ann (9)"]
