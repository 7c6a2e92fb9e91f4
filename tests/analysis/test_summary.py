"""Summary: where a precision was promised, the interval is the one the promise holds for."""

import numpy as np
import pytest

from learnsim.analysis.summary import Summary
from learnsim.experiments.design.stopping import stein_interval


def promised(results_of, contrast, **settings):
    precision = {"contrast": contrast, "half_width": 0.1, "min": 5, "max": 100}
    rng = np.random.default_rng(1)
    draws = rng.normal(size=30)
    results = results_of({}, lambda x, replicate: draws[replicate], replicates=30, precision=precision, noise=1.0, **settings)
    return results, Summary(results)


@pytest.mark.parametrize("contrast", ["hybrid - flat-lecture", "flat-lecture - hybrid"])
def test_a_promised_contrast_has_steins_interval_in_either_order(results_of, contrast):
    results, summary = promised(results_of, contrast)
    values, precision = results.measure("mean_mastery")[0], results.design.precision
    mine = stein_interval(values[1] - values[0], precision)
    estimate = summary.contrasts["mean_mastery"].difference.at(0, 1)
    assert (estimate.low, estimate.high) == mine
    other = summary.contrasts["sd_mastery"].difference.at(0, 1)
    assert other.mean == estimate.mean and other.half_width != estimate.half_width


def test_a_promised_mean_has_steins_interval(results_of):
    results, summary = promised(results_of, "hybrid")
    estimate = summary.estimates["mean_mastery"].at(0, 1)
    assert (estimate.low, estimate.high) == stein_interval(results.measure("mean_mastery")[0, 1], results.design.precision)


def test_a_contrast_of_two_other_arms_changes_none_with_the_baseline(results_of):
    arms = ("flat-lecture", "linked-cells", "hybrid")
    results, summary = promised(results_of, "hybrid - linked-cells", arms=arms)
    values = results.measure("mean_mastery")[0]
    estimate = summary.contrasts["mean_mastery"].difference.at(0, 2)
    assert estimate.half_width == pytest.approx(2.045 * np.std(values[2] - values[0], ddof=1) / np.sqrt(30), rel=1e-3)
