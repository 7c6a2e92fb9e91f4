"""Figures of what happens on the way: phases and shocks under curves, what a gain costs, communities that change."""

import numpy as np
import pytest
from matplotlib.text import Text

import learnsim
from helpers.figure_checks import run_of
from learnsim.analysis.summary import Summary
from learnsim.experiments.storage.results import open_results
from learnsim.report.figures.communities import changing_arm, communities_figure
from learnsim.report.figures.frontier import best_rows, frontier_figure
from learnsim.report.figures.gallery import figure_titles
from learnsim.report.figures.learning_curves import BAND, learning_curves_figure

SMALL = {"organisation": {"trainees": 36, "communities": 3, "cycle_length": 4}, "training": {"sessions": 12}}
ARMS = {
    "collective": {},
    "hybrid": {},
    "blended": {"preset": "flat-lecture", "phases": [{"from": 4, "preset": "hybrid"}, {"from": 8, "preset": "isolated-cells"}]},
}


@pytest.fixture(scope="module")
def summary_of(tmp_path_factory):
    def summary_of(**tables):
        folder = tmp_path_factory.mktemp("f") / "r"
        experiment = {"name": "r", "baseline": next(iter(tables["arms"])), "replicates": 4, **tables.pop("experiment", {})}
        learnsim.experiment({**SMALL, "experiment": experiment, **tables}).run(out=folder)
        return Summary(open_results(folder))

    return summary_of


def texts_of(figure):
    return " ".join(" ".join(text.get_text().split()) for text in figure.findobj(Text))


def test_a_strip_shows_phases_and_a_line_each_shock(summary_of):
    figure = learning_curves_figure(summary_of(arms=ARMS, shocks=[{"at": 3}, {"at": 3, "items": [2]}, {"at": 6}]))
    hybrid, blended = figure.axes
    strips = [patch for patch in blended.patches if patch.get_height() == BAND]
    assert [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in strips] == [(0, 4), (4, 8), (8, 12)]
    assert not hybrid.patches
    upright = [line for line in hybrid.lines if list(line.get_ydata()) == [0, 1]]
    assert sorted(float(line.get_xdata()[0]) for line in upright) == [3.0, 6.0]
    assert "phases of blended (hybrid from 4, isolated-cells from 8); dotted line: a shock" in texts_of(figure)


def test_the_frontier_is_of_those_that_none_beats_in_both(summary_of):
    """Checked against every pair of arms and points."""
    summary = summary_of(arms=ARMS, shocks=[{}], sweep={"learning.joint_effect": [0.1, 0.2, 0.4]})
    rows = [(row.estimate("outbreak_area").mean, row.estimate("mean_mastery").mean, row) for row in summary.rows()]
    unbeaten = [row for x, y, row in rows if not any((u <= x and v >= y) and (u, v) != (x, y) for u, v, _ in rows)]
    best = best_rows(summary)
    assert {(row.point, row.arm) for row in best} == {(row.point, row.arm) for row in unbeaten}
    assert 1 <= len(best) < len(rows)
    figure = frontier_figure(summary)
    assert figure.axes[0].get_xlabel() == "outbreak area (people)" and "mean mastery" in figure.axes[0].get_ylabel()
    assert best[-1].arm in figure.get_suptitle()


@pytest.mark.thorough
def test_an_experiment_may_name_what_its_gain_is_shown_against(summary_of):
    summary = summary_of(arms={"flat-lecture": {}, "hybrid": {}}, experiment={"against": "instructor_time"})
    assert "frontier" in figure_titles(summary)
    assert "instructor time" in frontier_figure(summary).axes[0].get_xlabel()
    assert "frontier" not in figure_titles(summary_of(arms={"hybrid": {}}))


def test_communities_over_time_are_those_of_the_first_run(summary_of):
    summary = summary_of(
        arms={"flat-lecture": {"formation": "random"}, "isolated-cells": {"formation": "random"}},
        communities={"mobility": 0.8, "slack": 2.0, "minimum": 9},
    )
    arm = changing_arm(summary)
    record = run_of(summary)(arm)
    sizes = record.community_sizes
    assert sizes.shape == (13, 3) and (sizes.sum(axis=1) == 36).all() and (sizes[0] == 12).all()
    assert np.array_equal(sizes.max(axis=1), record["largest_community"])
    assert np.array_equal((sizes > 0).sum(axis=1), record["living_communities"])
    assert np.array_equal(sizes[-1], np.bincount(record.community, minlength=3))
    figure = communities_figure(summary, run_of(summary))
    assert f"the largest of {sizes[-1].max()} people" in " ".join(figure.get_suptitle().split())
    still = summary_of(arms={"hybrid": {}}, communities={"drift": 0.1})
    assert changing_arm(still) == "" and "communities" not in figure_titles(still)
