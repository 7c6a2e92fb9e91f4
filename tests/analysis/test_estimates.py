"""Estimates: means over replicates, and t intervals that contain the truth as often as they say."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from learnsim.analysis.estimates import estimates_of, varies

NAN = math.nan


@pytest.mark.exact
def test_the_interval_of_one_to_five_is_the_one_worked_by_hand():
    estimate = estimates_of(np.array([[1.0, 2.0, 3.0, 4.0, 5.0]])).at(0)
    # s^2 = 10/4, half-width = 2.776445 * sqrt(2.5 / 5), 2.776445 from a printed table of t with 4 degrees of freedom
    assert (estimate.mean, estimate.count) == (3.0, 5)
    assert estimate.sd == math.sqrt(2.5)
    assert estimate.half_width == pytest.approx(2.776445 * math.sqrt(0.5), abs=1e-6)


@pytest.mark.exact
def test_the_interval_is_scipys():
    values = np.random.default_rng(1).normal(size=(3, 2, 11))
    estimate = estimates_of(values)
    for place in np.ndindex(3, 2):
        interval = stats.ttest_1samp(values[place], 0.0).confidence_interval(0.95)
        assert estimate.low[place] == pytest.approx(interval.low, rel=1e-12)
        assert estimate.high[place] == pytest.approx(interval.high, rel=1e-12)


@pytest.mark.exact
@pytest.mark.parametrize("count", [2, 3, 10])
def test_the_interval_holds_the_mean_of_normal_values_as_often_as_promised(count):
    experiments = 40_000
    estimate = estimates_of(np.random.default_rng(count).normal(3.0, 2.0, size=(experiments, count)))
    covered = np.mean((estimate.low <= 3.0) & (estimate.high >= 3.0))
    assert abs(covered - 0.95) / math.sqrt(0.95 * 0.05 / experiments) < 4.0


def test_missing_values_do_not_count():
    some, all_of_them = estimates_of(np.array([[1.0, NAN, 3.0, NAN, 8.0]])), estimates_of(np.array([[1.0, 3.0, 8.0]]))
    assert some.at(0) == all_of_them.at(0)


def test_one_value_has_a_mean_and_no_interval():
    estimate = estimates_of(np.array([[2.5, NAN]])).at(0)
    assert (estimate.mean, estimate.count) == (2.5, 1)
    assert all(map(math.isnan, (estimate.low, estimate.high, estimate.sd)))


@pytest.mark.parametrize("values", [[[NAN, NAN]], [[]]])
def test_no_value_has_nothing(values):
    estimate = estimates_of(np.array(values)).at(0)
    assert estimate.count == 0
    assert all(map(math.isnan, (estimate.mean, estimate.low, estimate.high, estimate.sd)))


@pytest.mark.exact
@given(st.floats(-1e6, 1e6), st.integers(2, 50))
def test_values_that_are_all_alike_have_no_spread(value, count):
    estimate = estimates_of(np.full((1, count), value)).at(0)
    assert (estimate.mean, estimate.low, estimate.high, estimate.sd) == (value, value, value, 0.0)


@given(arrays(float, st.integers(2, 20), elements=st.integers(-1000, 1000)))
def test_the_order_of_replicates_does_not_matter(values):
    one, other = estimates_of(values[None]).at(0), estimates_of(values[None, ::-1]).at(0)
    assert one.mean == other.mean
    assert one.sd == pytest.approx(other.sd, rel=1e-12)
    assert one.low <= one.mean <= one.high


def test_rounding_is_no_variation():
    assert not varies(np.array([0.1 * 3, 0.3]))
    assert not varies(np.array([1.0]))
    assert varies(np.array([1.0, 1.0 + 1e-9]))
