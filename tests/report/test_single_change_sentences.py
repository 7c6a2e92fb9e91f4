"""Single changes: arms that differ in one field are paired, and the answer says what the field adds, as far as it is known."""

import pytest

from helpers.made_up_results import answer_text, summary_of, tree_of
from learnsim.analysis.single_changes import single_changes_of
from learnsim.report.single_change_sentences import single_changes_sentence

NESTED = {name: {} for name in ("flat-lecture", "isolated-cells", "shuffled-cells", "linked-cells", "hybrid")}
ENDS = {"flat-lecture": 0.30, "isolated-cells": 0.500, "shuffled-cells": 0.480, "linked-cells": 0.504, "hybrid": 0.490}


def ends(values):
    return lambda arm, r, m, *x: values[arm] + 0.0001 * r * len(arm)


def parts(arms, values, sweep=None, kind="training", replicates=20):
    tree = {**tree_of(arms, sweep), "model": {"kind": kind}}
    changes = single_changes_of(summary_of(tree, ends(values), replicates=replicates), {"training": "mean_mastery"}.get(kind, "mean_payoff"))
    return {(one.field, one.without, one.arm): one for one in changes}


def test_presets_are_resolved_before_they_are_compared():
    changes = parts(NESTED, ENDS)
    assert set(changes) == {
        ("council", "isolated-cells", "linked-cells"),  # the instructor goes with the council
        ("council", "shuffled-cells", "hybrid"),
        ("shuffle", "isolated-cells", "shuffled-cells"),
        ("shuffle", "linked-cells", "hybrid"),
    }
    one = changes["council", "isolated-cells", "linked-cells"]
    assert one.verdict == "adds" and one.estimate.mean == pytest.approx(0.004 + 0.0001 * 9.5 * -2, abs=1e-9)


def test_a_field_that_can_change_nothing_is_no_difference():
    arms = {"flat-lecture": {}, "hybrid": {"shuffle": "none"}, "shuffled": {"preset": "hybrid", "scope": "organisation"}}
    assert set(parts(arms, dict.fromkeys(arms, 0.5))) == {("shuffle", "hybrid", "shuffled")}


def test_arms_that_differ_in_two_fields_are_no_part():
    arms = {"flat-lecture": {}, "hybrid": {}, "both": {"preset": "hybrid", "shuffle": "rotate", "officer": "random"}}
    assert parts(arms, dict.fromkeys(arms, 0.5)) == {}


def test_time_that_moves_from_one_use_to_another_is_one_change():
    arms = {"hybrid": {}, "talk": {"preset": "hybrid", "briefing": 0.4, "exchange": 0.6}}
    assert set(parts(arms, dict.fromkeys(arms, 0.5))) == {("time", "hybrid", "talk")}
    text = answer_text(tree_of(arms), ends({"hybrid": 0.5, "talk": 0.6}), replicates=20)
    assert "Of the single changes, more briefing and less exchange adds 9.8 points" in text


def test_of_many_values_each_is_compared_with_the_one_that_is_off():
    arms = {"flat-lecture": {}, **{name: {"preset": "hybrid", "shuffle": name} for name in ("rotate", "none", "least-met", "random")}}
    changes = parts(arms, dict.fromkeys(arms, 0.5))
    assert set(changes) == {("shuffle", "none", name) for name in ("rotate", "least-met", "random")}


def test_a_swept_field_is_compared_only_where_it_is_the_same_everywhere():
    arms = {"flat-lecture": {}, "hybrid": {}, "other": {"preset": "hybrid", "officer": "random"}}
    sweep = {"arms.other.council": [0.1, 0.3]}
    assert parts(arms, dict.fromkeys(arms, 0.5), sweep) == {}  # two fields at .1
    fixed = {**arms, "other": {"preset": "hybrid"}}
    assert parts(fixed, dict.fromkeys(arms, 0.5), {"arms.other.council": [0.1, 0.2]}) == {}  # no one value to tell
    last = {**arms, "third": {"preset": "hybrid", "shuffle": "none"}}
    assert set(parts(last, dict.fromkeys(last, 0.5), {"arms.other.council": [0.1, 0.2]})) == {("shuffle", "third", "hybrid")}


def test_the_beliefs_model_compares_only_fields_that_it_reads():
    arms = {"isolated-cells": {}, "few": {"preset": "isolated-cells", "rewiring": 0.1}, "same": {"preset": "isolated-cells", "briefing": 0.4, "exchange": 0.6}}
    changes = parts(arms, {"isolated-cells": 0.3, "few": 0.5, "same": 0.3}, kind="beliefs")
    assert set(changes) == {("rewiring", "isolated-cells", "few"), ("rewiring", "isolated-cells", "few")}


def test_nested_arms_are_described_by_what_each_field_adds():
    text = answer_text(tree_of(NESTED, question="What does the hybrid gain?"), ends(ENDS), replicates=20)
    assert "Of the single changes" in text and "shuffling every 10 sessions costs " in text and "the council adds " in text


def test_a_change_that_adds_here_and_costs_there_is_described_for_both():
    values = {**ENDS, "hybrid": 0.470, "shuffled-cells": 0.480}
    summary = summary_of(tree_of(NESTED), lambda arm, r, m: values[arm] + 0.001 * r, replicates=20)
    text = single_changes_sentence(summary, "mean_mastery", "hybrid")[0].versions[0]
    assert "the council adds 0.4 points to isolated-cells but costs 1 point for shuffled-cells" in text
    assert "shuffling every 10 sessions costs 2 to 3.4 points" in text


def test_a_part_whose_interval_holds_zero_shows_no_difference():
    arms = {"flat-lecture": {}, "linked-cells": {}, "hybrid": {}}
    value = lambda arm, r, m: {"flat-lecture": 0.3, "linked-cells": 0.5}.get(arm, 0.5 + 0.05 * (-1) ** r) + 0.001 * r  # noqa: E731
    text = answer_text(tree_of(arms), value, replicates=20)
    assert "these replicates show no difference for shuffling" in text


def test_a_part_that_changes_no_bit_changes_nothing():
    arms = {"flat-lecture": {}, "linked-cells": {}, "hybrid": {}}
    text = answer_text(tree_of(arms), lambda arm, r, m: (0.3 if arm == "flat-lecture" else 0.5) + 0.001 * r, replicates=20)
    assert "Of the single changes, shuffling changes nothing." in text


def test_one_replicate_decides_nothing_about_parts():
    text = answer_text(tree_of(NESTED), ends(ENDS), replicates=1)
    assert "these replicates show no difference" in text and "the council adds" not in text


def test_a_field_that_takes_many_values_is_described_by_its_ends():
    arms = {"flat-lecture": {}, **{name: {"preset": "hybrid", "shuffle": name} for name in ("none", "rotate", "least-met", "random", "streamed")}}
    values = {"flat-lecture": 0.3, "none": 0.5, "rotate": 0.49, "least-met": 0.48, "random": 0.47, "streamed": 0.46}
    text = answer_text(tree_of(arms), lambda arm, r, m: values[arm] + 0.001 * r, replicates=20)
    assert "shuffling every 10 sessions costs 1 (rotate) to 4 points (streamed)" in text


def test_words_stand_for_the_values_of_a_field():
    arms = {"flat-lecture": {}, "hybrid": {}, "chance": {"preset": "hybrid", "formation": "random"}}
    text = answer_text(tree_of(arms), ends({"flat-lecture": 0.3, "hybrid": 0.5, "chance": 0.4}), replicates=20)
    assert "forming communities at random instead of by interest costs 10 points" in text


def test_over_a_sweep_parts_are_averages_over_its_points():
    tree = tree_of(NESTED, {"learning.initial_rapport": [0.1, 0.5]})
    text = answer_text(tree, ends(ENDS), replicates=20)
    assert "on average over the points, " in text
