"""The report in a real browser: what it shows of the arms, when it draws the organisation, and how it prints."""

import re

import pytest

import learnsim

PAPER = 718  # pixels between the margins of an A4 page
ARMS = {"flat-lecture": {}, "isolated-cells": {}, "hybrid": {}, "hybrid-rotating": {"preset": "hybrid", "officer": "rotating"}}


def run(folder, arms=ARMS, **organisation):
    """Run a small experiment and return the folder of its results."""
    tables = {
        "experiment": {"name": folder.name, "replicates": 4},
        "organisation": {"trainees": 24, "communities": 2, "cell_size": 4, **organisation},
        "training": {"sessions": 4},
        "arms": arms,
    }
    learnsim.experiment(tables).run(folder)
    return folder


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return run(tmp_path_factory.mktemp("report") / "small")


@pytest.fixture
def report(results, chromium):
    """The report of the small experiment, opened."""
    page = chromium.new_page(viewport={"width": PAPER, "height": 1000})
    page.goto((results / "report.html").as_uri())
    yield page
    page.close()


def test_the_arms_table_shows_only_the_fields_that_differ(report):
    shown = report.locator("table:visible").first.locator("th").all_inner_texts()
    assert "officer" in shown and "lecture" in shown and "network" not in shown and "fraction" not in shown
    assert not report.get_by_text("fraction", exact=True).is_visible()
    report.locator("summary").first.click()
    assert report.get_by_text("fraction", exact=True).first.is_visible()


@pytest.mark.parametrize(
    ("organisation", "arms", "drawn"),
    [
        ({"communities": 1}, {"flat-lecture": {}, "collective": {}}, False),
        ({"communities": 1}, {"flat-lecture": {}, "isolated-cells": {}}, True),
        ({"communities": 2}, {"flat-lecture": {}, "collective": {}}, True),
    ],
)
def test_an_organisation_is_drawn_only_where_it_has_parts(tmp_path, organisation, arms, drawn):
    folder = run(tmp_path / "r", arms, **organisation)
    assert (folder / "figures" / "tree.png").exists() == drawn
    assert ("The organisation." in (folder / "report.html").read_text(encoding="utf-8")) == drawn


def test_on_paper_nothing_is_wider_than_the_page(report):
    report.emulate_media(media="print")
    wide = report.evaluate(
        """limit => [...document.querySelectorAll("table, figure, p, pre, h1, h2")]
            .filter(one => one.getClientRects().length && one.getBoundingClientRect().right > limit + 1 && !one.closest(".broad"))
            .map(one => one.outerHTML.slice(0, 80))""",
        PAPER,
    )
    assert wide == []
    assert not report.locator("nav").is_visible()


def test_wide_tables_are_printed_on_pages_that_lie_on_their_side(report):
    pdf = report.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    lying = [float(wide) > float(high) for wide, high in boxes]
    assert any(lying) and not all(lying) and len(boxes) <= 20
