"""Box table: what is said of the box of settings in which an arm is better, and the same numbers in boxes.csv."""

import csv

import pytest

import learnsim
from helpers.made_up_results import summary_of
from learnsim.analysis.boxes import Box, BoxLimit, Peel
from learnsim.analysis.summary import Summary
from learnsim.errors import ResultsError
from learnsim.report.box_table import box_sentence, box_table
from learnsim.report.csv_files import box_statistics

WHOLE = Peel(1.0, 0.4, 1.0)
TREE = {
    "experiment": {"name": "drawn", "replicates": 3, "baseline": "flat-lecture"},
    "organisation": {"trainees": 24, "communities": 2, "cycle_length": 2},
    "training": {"sessions": 4},
    "design": {"kind": "sobol", "points": 128},
    "sweep": {
        "learning.initial_rapport": {"low": 0.0, "high": 1.0},
        "organisation.cell_size": {"low": 2, "high": 9},
        "prior.by": ["item", "person"],
    },
    "arms": {"flat-lecture": {}, "hybrid": {}, "isolated-cells": {}},
}


def box(*limits, points=100, wins=40, stated=WHOLE):
    return Box("hybrid", "mean_mastery", points, wins, (WHOLE,), 0, limits, stated, 1.0)


def limit(setting, side, value, *, stated=True):
    return BoxLimit(setting, side, value, 0.9, stated)


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (box(points=0, wins=0), "hybrid cannot be compared with flat-lecture at any point."),
        (box(wins=0), "hybrid is better than flat-lecture at none of 100 points."),
        (box(points=1200, wins=1200), "hybrid is better than flat-lecture at all 1,200 points."),
        (box(points=19, wins=4), "hybrid is better than flat-lecture at 4 of 19 points, too few to look for a box of settings."),
        (box(), "hybrid is better than flat-lecture at 40 of 100 points, and no box of settings is shown to tell where."),
        (
            box(limit("x", "from", 0.5, stated=False)),
            "hybrid is better than flat-lecture at 40 of 100 points, and no box of settings is shown to tell where.",
        ),
    ],
)
def test_why_there_is_no_box(made, sentence):
    assert box_sentence(made, "flat-lecture") == sentence


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ([limit("x", "from", 0.12345)], "x is at least 0.123"),
        ([limit("x", "to", 4)], "x is at most 4"),
        ([limit("x", "from", 2), limit("x", "to", 4)], "x is 2 to 4"),
        ([limit("x", "without", "a"), limit("x", "without", "b")], "x is not a or b"),
        ([limit("x", "from", 2), limit("y", "to", 0.5), limit("z", "from", 9, stated=False)], "x is at least 2 and y is at most 0.5"),
    ],
)
def test_only_the_stated_limits_are_said(limits, words):
    said = box_sentence(box(*limits, stated=Peel(0.75, 0.9, 1 / 3)), "flat-lecture")
    assert said == (
        f"hybrid is better than flat-lecture mostly where {words}: 75 % of the points at which it is better are inside this box "
        "(coverage), and it is better at 90 % of the points inside (density), compared with 40 % of all points."
    )


@pytest.fixture(scope="module")
def drawn():
    """The hybrid is better from rapport .5 on where prior knowledge is by item; isolated cells are better nowhere."""

    def value(arm, replicate, measure, rapport, size, by):
        better = arm == "hybrid" and rapport >= 0.5 and by == "item"
        return 0.5 + 0.1 * better - 0.1 * (arm == "isolated-cells")

    return summary_of(TREE, value)


@pytest.fixture(scope="module")
def least(drawn):
    """The lowest rapport that was drawn of those that make the hybrid better."""
    points = drawn.results.design.points
    rapports = [points.values(number)["learning.initial_rapport"] for number in range(len(points))]
    return min(one for one in rapports if one >= 0.5)


def test_a_known_box_is_the_table(drawn, least):
    table = box_table(drawn)
    assert table.header == ("arm", "setting", "limit", "stated", "returns")
    arms, settings, limits, stated, returns = zip(*table.rows, strict=True)
    assert set(arms) == {"hybrid"} and set(stated) == {"yes"} and set(returns) == {"100 %"}
    assert settings == ("learning.initial_rapport", "prior.by") and limits == (f"at least {least:.3g}", "not person")
    assert f"mostly where learning.initial_rapport is at least {least:.3g} and prior.by is not person: 100 % of the points" in table.note
    assert "isolated-cells is better than flat-lecture at none of 128 points." in table.note
    assert table.note.endswith("if boxes of the resamples are better on the points left out of them.")


def test_a_limit_that_is_not_stated_is_in_the_table_as_such(drawn):
    summary = Summary(drawn.results)
    summary.__dict__["boxes"] = (box(limit("x", "from", 2, stated=False), limit("y", "to", 0.5)),)
    assert box_table(summary).rows == [("hybrid", "x", "at least 2", "no", "90 %"), ("hybrid", "y", "at most 0.5", "yes", "90 %")]


def test_the_csv_file_has_the_limits_and_one_row_of_an_arm_without(drawn, least):
    there = box_statistics(drawn)
    rows = [dict(zip(there.columns, row, strict=True)) for row in there.rows]
    assert [(one["arm"], one["setting"], one["limit"], one["value"]) for one in rows] == [
        ("hybrid", "learning.initial_rapport", "from", f"{least:.10g}"),
        ("hybrid", "prior.by", "without", "person"),
        ("isolated-cells", "", "", ""),
    ]
    assert {(one["coverage"], one["density"], one["mass"]) for one in rows[:2]} == {("1", "1", "0.25")}
    assert rows[2]["returns"] == rows[2]["stated"] == "" and rows[2]["density"] == "0"


def test_a_grid_has_no_box():
    grid = {**TREE, "design": {"kind": "grid"}, "sweep": {"organisation.cell_size": [3, 6]}}
    summary = summary_of(grid, lambda arm, replicate, measure, size: 0.5)
    assert summary.boxes == () and box_table(summary) is None and box_statistics(summary) is None


def test_results_have_the_same_boxes_in_python_and_in_their_file(tmp_path):
    small = {**TREE, "design": {"kind": "latin-hypercube", "points": 24}}
    results = learnsim.experiment(small).run(tmp_path / "out")
    frame = results.boxes()
    with (tmp_path / "out" / "boxes.csv").open(newline="", encoding="utf-8-sig") as file:
        header, *rows = csv.reader(file)
    assert header == list(frame.columns) and len(rows) == len(frame) >= 2
    assert [row[0] for row in rows] == list(frame["arm"]) and set(frame["arm"]) == {"hybrid", "isolated-cells"}
    for column in ("returns", "coverage", "density", "mass"):
        written = [float(row[header.index(column)] or "nan") for row in rows]
        assert written == pytest.approx(list(frame[column]), nan_ok=True), column


def test_results_of_a_grid_say_why_they_have_no_boxes(tmp_path):
    grid = {**TREE, "design": {"kind": "grid"}, "sweep": {"organisation.cell_size": [3, 6]}}
    results = learnsim.experiment(grid).run(tmp_path / "out")
    assert not (tmp_path / "out" / "boxes.csv").exists()
    with pytest.raises(ResultsError, match="has no boxes, since it draws no points or has one arm only"):
        results.boxes()
