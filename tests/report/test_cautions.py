"""Cautions: a design that is too small for what it shows says so, in the answer and in the tables."""

import math

import numpy as np
import pytest

from helpers.made_up_results import answer_text, summary_of, tree_of
from learnsim.analysis.contrasts import BCA_FROM
from learnsim.analysis.importance import is_rough
from learnsim.report import cautions as module
from learnsim.report.cautions import FEW_REPLICATES, cautions, few_replicates
from learnsim.report.text_tables import contrast_table, sensitivity_table

TWO = {"flat-lecture": {}, "hybrid": {}}
RANGES = {"learning.help_effect": {"low": 0.0, "high": 1.0}, "prior.share": {"low": 0.0, "high": 1.0}}


def ends(arm, r, m, *x):
    return 0.3 + 0.01 * r + (arm == "hybrid") * (0.1 + 0.003 * (-1) ** r + 0.1 * sum(x))


def summary_with(kind, points, replicates=20, sweep=RANGES):
    return summary_of(tree_of(TWO, sweep, {"kind": kind, "points": points}), ends, replicates=replicates)


@pytest.mark.parametrize(
    ("replicates", "sentences"),
    [
        (1, ["With one replicate nothing shows how much of a difference is chance."]),
        (2, ["With 2 replicates no interval can be trusted."]),
        (FEW_REPLICATES - 1, [f"With {FEW_REPLICATES - 1} replicates no interval can be trusted."]),
        (FEW_REPLICATES, []),
    ],
)
def test_too_few_replicates_are_mentioned_in_the_answer(replicates, sentences):
    summary = summary_of(tree_of(TWO), ends, replicates=replicates)
    assert cautions(summary) == sentences and few_replicates(summary) == bool(sentences)
    text = answer_text(tree_of(TWO), ends, replicates=replicates)
    assert all(one in text for one in sentences) and ("replicates no interval" in text) == bool(sentences and replicates > 1)


@pytest.mark.parametrize(("kind", "points", "few"), [("latin-hypercube", 19, True), ("latin-hypercube", 20, False), ("sobol", 16, True), ("sobol", 32, False)])
def test_fewer_than_ten_points_for_each_setting_are_too_few(kind, points, few):
    assert any("too few for 2 swept settings" in one for one in cautions(summary_with(kind, points))) == few


def test_few_trajectories_are_too_few_to_rank_settings():
    assert cautions(summary_with("morris", 9)) == ["9 trajectories are too few to rank settings."]
    assert cautions(summary_with("morris", 10)) == []


def test_indices_with_intervals_wider_than_three_tenths_give_a_caution(monkeypatch):
    assert "wider than 0.3: too few points to rank settings." in cautions(summary_with("saltelli", 8))[0]
    monkeypatch.setattr(module, "WIDEST", 1e9)
    assert cautions(summary_with("saltelli", 8)) == []


def test_indices_of_an_arm_that_cannot_be_computed_are_no_caution():
    summary = summary_of(tree_of(TWO, RANGES, {"kind": "saltelli", "points": 4}), lambda *_: 0.4, replicates=9)
    assert cautions(summary) == []


def test_a_summary_of_failed_runs_has_no_cautions():
    summary = summary_of(tree_of(TWO), lambda *_: math.nan)
    assert cautions(summary) == [] and not few_replicates(summary)


@pytest.mark.parametrize(("kind", "rough"), [("latin-hypercube", True), ("sobol", True), ("saltelli", False), ("morris", False)])
def test_indices_of_points_that_were_not_drawn_for_them_are_labelled_rough(kind, rough):
    summary = summary_with(kind, 32 if kind != "morris" else 10)
    sheet = sensitivity_table(summary, "mean_mastery")
    assert is_rough(summary.results.design) == rough
    assert ("rough" in sheet.title) == rough and any(name.startswith("rough ") for name in sheet.header) == rough
    assert ("rough estimate" in sheet.note) == rough


@pytest.mark.parametrize(("replicates", "shown"), [(2, False), (BCA_FROM - 1, False), (BCA_FROM, True)])
def test_bca_intervals_are_shown_from_twenty_replicates_on(replicates, shown):
    summary = summary_of(tree_of(TWO), ends, replicates=replicates)
    sheet = contrast_table(summary, "mean_mastery")
    assert np.isnan(summary.contrasts["mean_mastery"].bca_low[0, 1]) != shown
    assert any("BCa" in heading for heading in sheet.header) == shown
    assert "difference [95 % t interval]" in sheet.header
    assert ("BCa is shown from 20 replicates on" in sheet.note) != shown
