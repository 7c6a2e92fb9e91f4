"""Fang, Lee & Schilling (2010), Organization Science 21:625-642: semi-isolated cells, and cells that are shuffled.

Published: performance at equilibrium is an inverted U in beta. Computed (an independent program, 60 runs): its values.
"""

import numpy as np
import pytest

from helpers.many_runs import believing, estimate_of, records_of

LASTING = {0.0: (0.033, 60), 0.05: (0.600, 20), 0.1: (0.886, 30), 0.15: (0.893, 30), 0.3: (0.838, 30), 1.0: (0.721, 30)}
COMPUTED = 60  # runs behind each computed number
REDRAWN = {1: (0.785, 25), 5: (0.778, 25), 20: (0.683, 25)}


def payoffs(preset, runs, cycle_length, rewiring=0.0):
    """Mean payoff over 280 people at the start, after 20 periods and at equilibrium, which every run reaches: (runs, 3)."""
    settings = believing(
        preset, 280, {"rewiring": rewiring}, organisation__cell_size=7, organisation__cycle_length=cycle_length,
        beliefs__dimensions=100, beliefs__interdependence=5, beliefs__periods=3000,
    )  # fmt: skip
    records = records_of(settings, runs)
    assert all(record.settled for record in records)
    rows = [record["mean_payoff"] for record in records]
    return np.array([(row[0], row[min(20, len(row) - 1)], row[-1]) for row in rows])


@pytest.fixture(scope="module")
def lasting():
    return {beta: payoffs("isolated-cells", runs, 3000, beta) for beta, (_, runs) in LASTING.items()}


@pytest.fixture(scope="module")
def redrawn():
    return {tau: payoffs("shuffled-cells", runs, tau) for tau, (_, runs) in REDRAWN.items()}


@pytest.mark.parametrize("beta", LASTING)
def test_performance_at_equilibrium_fits_the_computed_values(lasting, beta):
    assert abs(estimate_of(lasting[beta][:, -1]).z(LASTING[beta][0], COMPUTED)) < 4


@pytest.mark.published
def test_performance_is_an_inverted_u_with_its_peak_at_a_small_beta(lasting):
    means = {beta: values[:, -1].mean() for beta, values in lasting.items()}
    assert max(means, key=means.__getitem__) in (0.1, 0.15)
    assert means[0.0] < means[0.05] < means[0.1]
    assert means[0.15] > means[0.3] > means[1.0] > means[0.0]


def test_early_on_performance_rises_with_beta_throughout(lasting):
    early = [values[:, 1].mean() for values in lasting.values()]
    assert early == sorted(early)


@pytest.mark.exact
def test_performance_starts_at_a_third_to_the_power_of_interdependence(lasting):
    first = lasting[0.0][:, 0]
    assert abs(first.mean() - (1 / 3) ** 5) < 4 * first.std(ddof=1) / len(first) ** 0.5


@pytest.mark.parametrize("tau", REDRAWN)
def test_cells_redrawn_every_few_periods_fit_the_computed_values(redrawn, tau):
    assert abs(estimate_of(redrawn[tau][:, -1]).z(REDRAWN[tau][0], COMPUTED)) < 4


def test_shuffling_is_far_above_isolation_and_below_a_few_lasting_links(lasting, redrawn):
    for values in redrawn.values():
        assert lasting[0.0][:, -1].mean() + 0.5 < values[:, -1].mean() < lasting[0.1][:, -1].mean()
