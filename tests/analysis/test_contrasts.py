"""Contrasts: arms against the baseline, pair by pair of replicates with common random numbers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from learnsim.analysis import contrasts
from learnsim.analysis.contrasts import contrasts_of, holm, responses_of

NAN = math.nan
PS = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=12).map(np.array)


def pair(arm, base):
    """Two arms at one point, the baseline first; what is said of the other is at [0, 1]."""
    return contrasts_of(np.array([[base, arm]], dtype=float), 0, 1, bootstrap=False)


@pytest.mark.exact
def test_the_paired_t_test_is_scipys():
    rng = np.random.default_rng(2)
    values = rng.normal(size=(4, 3, 9))
    result = contrasts_of(values, 2, 1, bootstrap=False)
    for point, arm in np.ndindex(4, 2):
        test = stats.ttest_rel(values[point, arm], values[point, 2])
        interval = test.confidence_interval(0.95)
        assert result.p[point, arm] == pytest.approx(test.pvalue, rel=1e-10)
        assert result.difference.low[point, arm] == pytest.approx(interval.low, rel=1e-10)
        assert result.difference.high[point, arm] == pytest.approx(interval.high, rel=1e-10)


@pytest.mark.exact
def test_one_contrast_is_the_one_worked_by_hand():
    result = pair(arm=[3, 5, 5, 9], base=[2, 5, 6, 7])  # differences 1, 0, -1, 2: mean 1/2, variance 5/3
    assert result.difference.at(0, 1).mean == 0.5
    assert result.difference.sd[0, 1] == pytest.approx(math.sqrt(5 / 3), rel=1e-15)
    assert result.effect[0, 1] == pytest.approx(0.5 / math.sqrt(5 / 3), rel=1e-15)
    assert result.superiority[0, 1] == (2 + 0.5) / 4  # two wins and a tie
    assert result.reduction[0, 1] == pytest.approx((19 / 3 + 14 / 3) / (5 / 3), rel=1e-14)  # variances of both arms


def test_the_baseline_has_no_contrast_with_itself():
    result = pair(arm=[1, 2, 4], base=[1, 3, 5])
    for column in (result.difference.mean, result.effect, result.superiority, result.p, result.holm, result.reduction):
        assert math.isnan(column[0, 0])


def test_a_pair_counts_where_both_have_it():
    result = pair(arm=[3, NAN, 5, 9, 4], base=[2, 5, 6, 7, NAN])
    whole = pair(arm=[3, 5, 9], base=[2, 6, 7])
    assert result.difference.at(0, 1) == whole.difference.at(0, 1)
    for name in ("effect", "superiority", "p", "holm", "reduction"):
        assert getattr(result, name)[0, 1] == getattr(whole, name)[0, 1]


def test_one_replicate_has_a_difference_and_nothing_else():
    result = contrasts_of(np.array([[[2.0], [5.0]]]), 0, 1, bootstrap=True)
    assert result.difference.at(0, 1).mean == 3.0
    for name in ("effect", "p", "holm", "reduction", "bca_low", "bca_high"):
        assert math.isnan(getattr(result, name)[0, 1])


def test_arms_that_are_the_same_have_no_difference_and_p_of_one():
    result = pair(arm=[0.1, 0.7, 0.3], base=[0.1, 0.7, 0.3])
    assert (result.difference.mean[0, 1], result.p[0, 1], result.superiority[0, 1]) == (0.0, 1.0, 0.5)
    assert math.isnan(result.effect[0, 1]) and math.isnan(result.reduction[0, 1])


def test_a_constant_difference_has_no_standardised_effect_or_bootstrap():
    result = contrasts_of(np.array([[[0.0] * 3, [0.1] * 3]]), 0, 1, bootstrap=True)  # three times 0.1 is not 0.3
    assert result.difference.at(0, 1).sd == 0.0
    assert result.p[0, 1] == 0.0
    assert math.isnan(result.effect[0, 1]) and math.isnan(result.bca_low[0, 1])


def test_an_effect_in_sd_of_people_is_the_one_worked_by_hand():
    """Differences 1 and 3: mean 2. Variances within the arms 9, 16 and 1, 4: their mean is 7.5."""
    values, spread = np.array([[[1.0, 2.0], [2.0, 5.0]]]), np.array([[[3.0, 4.0], [1.0, 2.0]]])
    result = contrasts_of(values, 0, 1, bootstrap=False, spread=spread)
    assert result.effect_in_sd[0, 1] == pytest.approx(2.0 / math.sqrt(7.5), rel=1e-15)
    assert math.isnan(result.effect_in_sd[0, 0])
    assert math.isnan(contrasts_of(values, 0, 1, bootstrap=False).effect_in_sd[0, 1])


def test_an_effect_in_sd_counts_the_replicates_that_both_arms_have():
    values, spread = np.array([[[1.0, 2.0, NAN], [2.0, 5.0, 9.0]]]), np.array([[[3.0, 4.0, 50.0], [1.0, 2.0, 50.0]]])
    result = contrasts_of(values, 0, 1, bootstrap=False, spread=spread)
    assert result.effect_in_sd[0, 1] == pytest.approx(2.0 / math.sqrt(7.5), rel=1e-15)


def test_people_who_are_all_alike_have_no_effect_in_sd():
    result = contrasts_of(np.array([[[1.0], [2.0]]]), 0, 1, bootstrap=False, spread=np.zeros((1, 2, 1)))
    assert math.isnan(result.effect_in_sd[0, 1])


@given(arrays(float, (2, 3, 6), elements=st.integers(-50, 50)), arrays(float, (2, 1, 6), elements=st.integers(-50, 50)))
def test_random_numbers_that_all_arms_share_change_no_difference(values, noise):
    alone, shared = (contrasts_of(each, 0, 1, bootstrap=False) for each in (values, values + noise))
    for name in ("mean", "low", "high", "sd"):
        assert np.array_equal(getattr(alone.difference, name), getattr(shared.difference, name), equal_nan=True)
    assert np.array_equal(alone.p, shared.p, equal_nan=True)


@given(arrays(float, (1, 2, 8), elements=st.integers(-50, 50)))
def test_seen_from_the_other_arm_everything_is_turned_round(values):
    one, other = contrasts_of(values, 0, 1, bootstrap=False), contrasts_of(values, 1, 1, bootstrap=False)
    assert one.difference.mean[0, 1] == -other.difference.mean[0, 0]
    assert one.superiority[0, 1] == 1.0 - other.superiority[0, 0]
    assert one.p[0, 1] == other.p[0, 0]


@pytest.mark.exact
@pytest.mark.parametrize("shared", [0.0, 0.8, -0.5])
def test_common_random_numbers_reduce_the_variance_by_the_correlation(shared):
    """They divide it by 1 / (1 - correlation)."""
    replicates, rng = 100_000, np.random.default_rng(3)
    base, own = rng.normal(size=(2, replicates))
    result = pair(arm=shared * base + math.sqrt(1.0 - shared**2) * own, base=base)
    # 1/reduction = 1 - r; the sample correlation of normal pairs has standard error (1 - r^2)/sqrt(n)
    error = (1.0 - shared**2) / math.sqrt(replicates)
    assert abs((1.0 / result.reduction[0, 1] - (1.0 - shared)) / error) < 4.0


@pytest.mark.exact
def test_the_bootstrap_interval_is_scipys():
    for count in (20, 25, 400):  # in one batch, and in several
        values = np.random.default_rng(count).lognormal(size=(1, 2, count))
        result = contrasts_of(values, 0, 9, bootstrap=True)
        interval = stats.bootstrap(
            (values[0, 1] - values[0, 0],),
            np.mean,
            n_resamples=contrasts.RESAMPLES,
            method="BCa",
            batch=contrasts.BATCH // count,
            rng=np.random.default_rng(9),
        ).confidence_interval
        assert (result.bca_low[0, 1], result.bca_high[0, 1]) == pytest.approx((interval.low, interval.high), rel=1e-12)
        assert result.bca_low[0, 1] < result.difference.mean[0, 1] < result.bca_high[0, 1]


def test_very_many_contrasts_are_not_bootstrapped(monkeypatch):
    values = np.random.default_rng(5).normal(size=(3, 2, contrasts.BCA_FROM))
    assert not np.isnan(contrasts_of(values, 0, 1, bootstrap=True).bca_low[:, 1]).any()
    monkeypatch.setattr(contrasts, "MOST_BOOTSTRAPS", 2)
    assert np.isnan(contrasts_of(values, 0, 1, bootstrap=True).bca_low).all()


@pytest.mark.exact
def test_holms_rule_gives_what_is_worked_by_hand():
    # sorted: .005 x 4 = .02, .01 x 3 = .03, .03 x 2 = .06, .04 x 1 = .04, which may not be below the .06 before it
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02], rel=1e-15)
    assert holm(np.array([0.5, 0.4])).tolist() == [0.8, 0.8]
    assert holm(np.array([0.9, 0.6, 0.7])).tolist() == [1.0, 1.0, 1.0]


def test_missing_ps_stay_missing_and_do_not_count():
    result = holm(np.array([[NAN, 0.02], [0.01, NAN]]))
    assert np.array_equal(result, np.array([[NAN, 0.02], [0.02, NAN]]), equal_nan=True)
    assert np.isnan(holm(np.array([NAN, NAN]))).all()


@pytest.mark.exact
@given(PS)
def test_holm_lies_between_the_p_itself_and_bonferronis(p):
    result = holm(p)
    assert (result >= p).all() and (result <= np.minimum(1.0, len(p) * p)).all()


@pytest.mark.exact
@given(PS)
def test_holm_keeps_the_order(p):
    result, order = holm(p), np.argsort(p)
    assert (np.diff(result[order]) >= 0.0).all()


@pytest.mark.exact
@given(PS, st.randoms(use_true_random=False))
def test_holm_does_not_care_which_contrast_comes_first(p, random):
    order = list(range(len(p)))
    random.shuffle(order)
    assert np.array_equal(holm(p[order]), holm(p)[order])


@pytest.mark.exact
def test_holm_rejects_a_true_null_in_at_most_five_of_a_hundred_families():
    families = 4000
    p = np.random.default_rng(6).uniform(size=(families, 5))
    p[:, 3:] /= 1000.0  # two contrasts that are there; the other three are not
    wrong = np.mean([(holm(each)[:3] <= 0.05).any() for each in p])
    assert (wrong - 0.05) / math.sqrt(0.05 * 0.95 / families) < 4.0


def test_an_arm_answers_with_its_difference_and_a_lone_arm_with_its_mean(results_of):
    """The difference is from the baseline."""
    against = results_of({}, lambda x, replicate: 2.0 + replicate, replicates=3, arms=("linked-cells", "flat-lecture", "hybrid"))
    result = responses_of(against, "mean_mastery")
    assert {arm: values.tolist() for arm, values in result.items()} == {"linked-cells": [[0.0, 0.0, 0.0]], "hybrid": [[2.0, 3.0, 4.0]]}
    alone = results_of({}, lambda x, replicate: 2.0 + replicate, replicates=3, arms=("hybrid",))
    assert responses_of(alone, "mean_mastery")["hybrid"].tolist() == [[2.0, 3.0, 4.0]]
