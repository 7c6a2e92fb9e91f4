"""Effects: what a grid's settings do alone and in pairs, worked by hand and compared with what must be true of any grid."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from learnsim.analysis.effects import effects_of

R0, JOINT, FORGET = "learning.initial_rapport", "learning.joint_effect", "learning.forgetting"
TWO = {R0: [0.0, 1.0], JOINT: [0.0, 0.5, 1.0]}
CUBE = {R0: [0.0, 1.0], JOINT: [0.0, 1.0], FORGET: [0.0, 1.0]}


def means_of(effects):
    """Each effect's mean under its settings and levels."""
    return {one.settings + one.levels: one.estimate.mean for one in effects.effects}


def shares(effects):
    return {one.settings: one.share for one in effects.shares}


@pytest.mark.exact
def test_the_effects_of_a_two_by_two_grid_are_those_worked_by_hand(results_of):
    # cells 0 4 / 8 20: rows 2 and 14, columns 4 and 12, mean 8; the corner 20 is 2 above 14 + 12 - 8
    cells = {(0.0, 0.0): 0.0, (0.0, 1.0): 4.0, (1.0, 0.0): 8.0, (1.0, 1.0): 20.0}
    effects = effects_of(results_of({R0: [0.0, 1.0], JOINT: [0.0, 1.0]}, lambda x, replicate: cells[tuple(x)]), "mean_mastery")
    assert [one.settings for one in effects.effects] == [(R0,)] * 2 + [(JOINT,)] * 2 + [(R0, JOINT)] * 4
    assert [one.levels for one in effects.effects][4:] == [("0", "0"), ("0", "1"), ("1", "0"), ("1", "1")]
    assert [one.estimate.mean for one in effects.effects] == [-6.0, 6.0, -4.0, 4.0, 2.0, -2.0, -2.0, 2.0]
    # variance 36 + 16 + 4
    assert shares(effects) == {(R0,): 36 / 56, (JOINT,): 16 / 56, (R0, JOINT): 4 / 56, (): 0.0}
    assert {(one.arm, one.measure) for one in (*effects.effects, *effects.shares)} == {("hybrid", "mean_mastery")}


@pytest.mark.exact
def test_the_interval_of_an_effect_is_the_t_interval_over_replicates(results_of):
    draws = np.random.default_rng(1).normal(size=(6, 8))
    points = [(a, b) for a in TWO[R0] for b in TWO[JOINT]]
    effects = effects_of(results_of(TWO, lambda x, replicate: draws[points.index(tuple(x)), replicate], replicates=8), "gini")
    grid = draws.reshape(2, 3, 8)
    first = grid[0].mean(axis=0) - grid.mean(axis=(0, 1))
    cell = grid[1, 2] - grid[1].mean(axis=0) - grid[:, 2].mean(axis=0) + grid.mean(axis=(0, 1))
    for levels, by_hand in ((("0",), first), (("1", "1"), cell)):
        one = next(effect for effect in effects.effects if effect.levels == levels)
        interval = stats.ttest_1samp(by_hand, 0.0).confidence_interval(0.95)
        assert one.estimate.low == pytest.approx(interval.low, rel=1e-9)
        assert one.estimate.high == pytest.approx(interval.high, rel=1e-9)
        assert one.estimate.count == 8


@pytest.mark.exact
def test_people_and_random_numbers_that_all_points_share_widen_no_interval(results_of):
    effects = effects_of(results_of(TWO, lambda x, replicate: 4.0 * x[0] + 1000.0 * replicate, replicates=5), "gini")
    assert {levels: value for levels, value in means_of(effects).items() if value} == {(R0, "0"): -2.0, (R0, "1"): 2.0}
    assert all(one.estimate.sd == 0.0 for one in effects.effects)


@pytest.mark.exact
def test_a_setting_that_does_nothing_has_an_effect_of_exactly_zero(results_of):
    answers = {0.0: 0.1, 0.5: 0.7, 1.0: 0.3}  # whose sums depend on the order
    effects = effects_of(results_of(TWO, lambda x, replicate: answers[x[1]] / (3 + replicate), replicates=3), "gini")
    idle = [one.estimate for one in effects.effects if R0 in one.settings]
    assert {(one.mean, one.low, one.high) for one in idle} == {(0.0, 0.0, 0.0)}
    assert shares(effects)[JOINT,] == pytest.approx(1.0, rel=1e-14)


@given(arrays(float, (6, 4), elements=st.integers(-1000, 1000)))
def test_effects_add_up_to_zero_and_with_the_mean_to_the_grid(results_of, cells):
    points = [(a, b) for a in TWO[R0] for b in TWO[JOINT]]
    effects = effects_of(results_of(TWO, lambda x, replicate: cells[points.index(tuple(x)), replicate], replicates=4), "gini")
    mean = means_of(effects)
    for a, b in points:
        levels = (f"{a:g}", f"{b:g}")
        parts = mean[R0, levels[0]] + mean[JOINT, levels[1]] + mean[(R0, JOINT, *levels)]
        assert cells.mean() + parts == pytest.approx(cells[points.index((a, b))].mean(), abs=1e-9)
    assert sum(mean[R0, f"{a:g}"] for a in TWO[R0]) == pytest.approx(0.0, abs=1e-9)
    for b in TWO[JOINT]:
        assert sum(mean[R0, JOINT, f"{a:g}", f"{b:g}"] for a in TWO[R0]) == pytest.approx(0.0, abs=1e-9)


@given(arrays(float, (8, 2), elements=st.integers(-1000, 1000)))
def test_shares_lie_between_0_and_1_and_add_up_to_1_unless_nothing_varies(results_of, cells):
    corner = lambda x: int(4 * x[0] + 2 * x[1] + x[2])  # noqa: E731
    effects = shares(effects_of(results_of(CUBE, lambda x, replicate: cells[corner(x), replicate], replicates=2), "gini"))
    if np.ptp(cells.mean(axis=1)) == 0.0:
        assert all(map(math.isnan, effects.values()))
    else:
        assert sum(effects.values()) == pytest.approx(1.0, abs=1e-12)
        assert all(0.0 <= share <= 1.0 + 1e-12 for share in effects.values())


@pytest.mark.exact
@pytest.mark.parametrize(
    ("answer", "whose"),
    [
        (lambda a, b, c: 3.0 * b, (JOINT,)),
        (lambda a, b, c: (2 * a - 1) * (2 * c - 1), (R0, FORGET)),
        (lambda a, b, c: (2 * a - 1) * (2 * b - 1) * (2 * c - 1), ()),
    ],
)
def test_one_setting_a_pair_or_all_three_may_hold_the_whole_variance(results_of, answer, whose):
    effects = shares(effects_of(results_of(CUBE, lambda x, replicate: answer(*x)), "gini"))
    assert len(effects) == 3 + 3 + 1
    assert {settings: share for settings, share in effects.items() if share} == {whose: 1.0}


def test_a_replicate_that_lacks_a_point_does_not_count(results_of):
    whole = results_of(TWO, lambda x, replicate: x[0] * replicate + x[1], replicates=4)
    broken = results_of(TWO, lambda x, replicate: x[0] * replicate + x[1], replicates=5)
    broken.measure("gini")[3, 0, 4] = math.nan
    assert effects_of(broken, "gini") == effects_of(whole, "gini")


def test_effects_are_missing_where_no_replicate_has_the_whole_grid(results_of):
    results = results_of(TWO, lambda x, replicate: x[0], replicates=2)
    results.measure("gini")[1] = math.nan
    effects = effects_of(results, "gini")
    assert all(one.estimate.count == 0 and math.isnan(one.estimate.mean) for one in effects.effects)
    assert len(effects.shares) == 4 and all(math.isnan(one.share) for one in effects.shares)


def test_one_replicate_gives_effects_without_intervals(results_of):
    effects = effects_of(results_of(TWO, lambda x, replicate: x[0]), "gini")
    assert means_of(effects)[R0, "1"] == 0.5
    assert all(math.isnan(one.estimate.low) for one in effects.effects)


def test_shares_are_missing_where_nothing_varies(results_of):
    effects = effects_of(results_of(TWO, lambda x, replicate: 0.25 * replicate, replicates=3), "gini")
    assert all(math.isnan(one.share) for one in effects.shares)
    assert set(means_of(effects).values()) == {0.0}


def test_an_arm_that_is_alone_answers_with_its_own_mean(results_of):
    alone = effects_of(results_of(TWO, lambda x, replicate: x[0], replicates=2, arms=("hybrid",)), "gini")
    assert means_of(alone)[R0, "0"] == -0.5
    assert alone == effects_of(results_of(TWO, lambda x, replicate: x[0], replicates=2), "gini")  # as against a baseline of 0


def test_every_arm_but_the_baseline_has_effects(results_of):
    effects = effects_of(results_of(TWO, lambda x, replicate: x[0], arms=("hybrid", "flat-lecture", "linked-cells")), "gini")
    assert list(dict.fromkeys(one.arm for one in effects.effects)) == ["hybrid", "linked-cells"]


def test_levels_are_named_as_in_the_sweep_unless_there_is_only_one(results_of):
    sweep = {"training.sessions": [20, 3], "prior.by": ["person", "item"], R0: [0.25], "learning.forgetting": [1e-05, 0.1]}
    effects = effects_of(results_of(sweep, lambda x, replicate: float(x[0])), "gini")
    assert [one.levels[0] for one in effects.effects if len(one.levels) == 1] == ["20", "3", "person", "item", "1e-05", "0.1"]
    assert not any(R0 in one.settings for one in (*effects.effects, *effects.shares))


@pytest.mark.parametrize("sweep", [{}, {R0: [0.5]}])
def test_a_single_point_has_no_effects(results_of, sweep):
    assert effects_of(results_of(sweep, lambda x, replicate: 1.0), "gini") == effects_of(results_of({}, lambda x, replicate: 1.0), "gini")
    assert effects_of(results_of(sweep, lambda x, replicate: 1.0), "gini").effects == ()


def test_a_design_that_is_no_grid_has_no_effects(results_of):
    effects = effects_of(results_of({R0: [0.0, 1.0], JOINT: [0.0, 1.0]}, lambda x, replicate: x[0], kind="zip"), "gini")
    assert (effects.effects, effects.shares) == ((), ())
