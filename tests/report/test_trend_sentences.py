"""Trend sentences: a trend is claimed only where the estimates and their intervals support it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.made_up_results import answer_text, summary_of, tree_of
from learnsim.analysis.trends import SLACK, shape_of, trend_of

TWO = {"flat-lecture": {}, "hybrid": {}}
CYCLES = {"organisation.cycle_length": [1, 5, 10, 20, 60]}


def along(means, spread=0.0, replicates=20):
    """Values (levels, replicates) with these means, each level wavering in a way of its own."""
    noise = np.random.default_rng(0).normal(size=(len(means), replicates))
    noise = (noise - noise.mean(axis=1, keepdims=True)) / noise.std(axis=1, ddof=1, keepdims=True)
    return np.array(means)[:, None] + spread * noise


@pytest.mark.parametrize(
    ("means", "spread", "shape"),
    [
        ([-0.14, -0.09, -0.04, -0.01, 0.0], 0.005, "up"),
        ([0.5, 0.4, 0.1], 0.01, "down"),
        ([0.5, 0.1, 0.102, 0.098], 0.02, "down"),  # a step back that is small and not decided
        ([0.1, 0.3, 0.5, 0.2], 0.01, "peak"),
        ([0.5, 0.1, 0.4], 0.01, "trough"),
        ([0.0, 0.5, 1.0, 0.95], 0.001, "peak"),  # a step back that is small, but decided
        ([0.1, 0.1, 0.1], 0.05, "none"),
        ([0.10, 0.12, 0.11, 0.13], 0.2, "none"),
        ([0.1, 0.4, 0.2, 0.5], 0.01, "unclear"),
        ([0.0, 0.5, 0.3, 0.8], 0.4, "unclear"),  # the step back is not decided, but is no small one
        ([0.3, 0.3, 0.3], 0.0, "none"),
    ],
)
def test_a_trend_is_what_estimates_with_their_intervals_support(means, spread, shape):
    assert shape_of(along(means, spread))[0] == shape


@given(st.lists(st.floats(-0.5, 0.5), min_size=3, max_size=7), st.floats(0.001, 0.5), st.integers(0, 1000), st.integers(2, 30))
@settings(max_examples=200, deadline=None)
def test_whatever_is_called_a_trend_has_no_decided_step_back(means, spread, seed, replicates):
    """Its ends lie apart."""
    values = np.array(means)[:, None] + spread * np.random.default_rng(seed).normal(size=(len(means), replicates))
    shape, _ = shape_of(values)
    if shape not in ("up", "down"):
        return
    sign = 1.0 if shape == "up" else -1.0
    mean = sign * values.mean(axis=1)
    assert mean[-1] > mean[0] and stats.ttest_rel(values[-1], values[0]).pvalue < 0.05
    pairs = [(a, b) for a in range(len(mean)) for b in range(a + 1, len(mean))]
    for a, b in pairs:
        assert mean[a] - mean[b] <= SLACK * (mean[-1] - mean[0]) + 1e-12
        if mean[b] < mean[a]:
            assert stats.ttest_rel(values[b], values[a]).pvalue > 0.05 / len(pairs) - 1e-12


def lead(of_cycle, spread=0.002):
    wavers = np.random.default_rng(1).normal(size=30)
    return lambda arm, r, m, cycle, *x: 0.5 + (arm == "hybrid") * (of_cycle[cycle] + spread * wavers[r])


def test_what_costs_less_the_longer_the_cycle_is_described_so():
    text = answer_text(tree_of(TWO, CYCLES), lead({1: -0.14, 5: -0.04, 10: -0.02, 20: 0.0, 60: 0.0}), replicates=20)
    assert "The larger the cycle length, the less hybrid falls behind: 14 points behind at 1, " in text
    assert text.split("14 points behind at 1, ")[1].split(".")[0].endswith("no difference is shown from 20 on")


def test_a_lead_that_turns_is_described_with_its_turning_point():
    text = answer_text(tree_of(TWO, CYCLES), lead({1: 0.05, 5: 0.1, 10: 0.3, 20: 0.2, 60: 0.1}), replicates=20)
    assert "Along the cycle length, the difference rises from 5 points ahead at 1 to 30 ahead at 10, and then falls" in text


def test_a_lead_without_order_has_no_clear_trend():
    text = answer_text(tree_of(TWO, CYCLES), lead({1: 0.05, 5: 0.3, 10: 0.1, 20: 0.4, 60: 0.2}), replicates=20)
    assert "Along the cycle length, there is no clear trend." in text and "The larger" not in text


def test_one_replicate_shows_no_trend():
    text = answer_text(tree_of(TWO, CYCLES), lead({1: 0.05, 5: 0.1, 10: 0.2, 20: 0.3, 60: 0.4}), replicates=1)
    assert "larger the cycle length" not in text and "trend" not in text


def test_two_values_are_no_trend():
    tree = tree_of(TWO, {"organisation.cycle_length": [1, 5]})
    assert trend_of(summary_of(tree, lead({1: 0.1, 5: 0.2})), "hybrid", "mean_mastery", "organisation.cycle_length") is None


def test_values_without_an_order_have_no_trend():
    tree = tree_of(TWO, {"training.throttle": ["slowest", "mean", "fastest"]})
    summary = summary_of(tree, lambda arm, r, m, x: 0.5 + 0.1 * len(x) * (arm == "hybrid"))
    assert trend_of(summary, "hybrid", "mean_mastery", "training.throttle") is None


def test_values_are_followed_in_their_order_not_in_the_files():
    tree = tree_of(TWO, {"organisation.cycle_length": [60, 1, 10]})
    trend = trend_of(summary_of(tree, lead({1: 0.1, 10: 0.2, 60: 0.3}), replicates=20), "hybrid", "mean_mastery", "organisation.cycle_length")
    assert trend.levels == (1, 10, 60) and trend.shape == "up"


def test_a_trend_that_another_setting_reverses_is_stated_as_an_average():
    tree = tree_of(TWO, {**CYCLES, "prior.by": ["item", "person"]})
    sign = {"item": 1.0, "person": -0.3}
    value = lambda arm, r, m, cycle, by: 0.5 + 0.0005 * r * (arm == "hybrid") + (arm == "hybrid") * sign[by] * 0.01 * cycle  # noqa: E731
    text = answer_text(tree, value, replicates=20)
    assert "on average over the other settings, the larger the cycle length, " in text.lower()
    same = answer_text(tree, lambda arm, r, m, cycle, by: value(arm, r, m, cycle, "item"), replicates=20)
    assert "on average over the other settings" not in same.lower() and "The larger the cycle length, " in same


def test_a_lone_arms_own_mean_has_a_trend_too():
    text = answer_text(tree_of({"hybrid": {}}, CYCLES), lead({1: 0.0, 5: 0.1, 10: 0.2, 20: 0.3, 60: 0.4}), replicates=20)
    assert "The larger the cycle length, the higher the mean mastery: 50 of a hundred points at 1, 70 at 10, 90 at 60." in text
