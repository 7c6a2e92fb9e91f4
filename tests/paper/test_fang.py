"""Fang, Lee & Schilling (2010), Organization Science 21:625-642: semi-isolated cells, and cells that are shuffled.

Published: performance at equilibrium is an inverted U in beta. Computed (an independent program, 60 runs): its values.
"""

import numpy as np
import pytest

from learnsim.beliefs.run import run_beliefs
from learnsim.settings import PRESETS
from learnsim.settings.beliefs import Beliefs
from learnsim.settings.tables import Organisation

CROWD = Organisation(trainees=280, communities=1, cell_size=7)
LASTING = {0.0: (0.033, 60), 0.05: (0.600, 20), 0.1: (0.886, 30), 0.15: (0.893, 30), 0.3: (0.838, 30), 1.0: (0.721, 30)}
REDRAWN = {1: (0.785, 25), 5: (0.778, 25), 20: (0.683, 25)}


def payoffs(preset, runs, cycle_length, rewiring=0.0):
    """Mean payoff over people at each period, shape (runs, periods + 1); every run reaches its equilibrium."""
    beliefs = Beliefs(dimensions=100, interdependence=5, rewiring=rewiring, periods=3000)
    records = [run_beliefs(beliefs, CROWD, PRESETS[preset][1], r, cycle_length=cycle_length) for r in range(runs)]
    assert all(record.settled for record in records)
    return np.array([record["mean_payoff"] for record in records])


@pytest.fixture(scope="module")
def lasting():
    return {beta: payoffs("isolated-cells", runs, 3000, beta) for beta, (_, runs) in LASTING.items()}


@pytest.fixture(scope="module")
def redrawn():
    return {tau: payoffs("shuffled-cells", runs, tau) for tau, (_, runs) in REDRAWN.items()}


def z(found, computed):
    """Both sides are means of runs with the same spread; the other side's are 60."""
    return (found.mean() - computed) / (found.std(ddof=1) * (1 / len(found) + 1 / 60) ** 0.5)


@pytest.mark.parametrize("beta", LASTING)
def test_performance_at_equilibrium_fits_the_computed_values(lasting, beta):
    assert abs(z(lasting[beta][:, -1], LASTING[beta][0])) < 4


@pytest.mark.published
def test_performance_is_an_inverted_u_in_beta_with_its_peak_at_a_small_beta(lasting):
    means = {beta: values[:, -1].mean() for beta, values in lasting.items()}
    assert max(means, key=means.__getitem__) in (0.1, 0.15)
    assert means[0.0] < means[0.05] < means[0.1]
    assert means[0.15] > means[0.3] > means[1.0] > means[0.0]


def test_early_on_performance_rises_with_beta_throughout(lasting):
    early = [values[:, 20].mean() for values in lasting.values()]
    assert early == sorted(early)


@pytest.mark.exact
def test_at_the_start_performance_is_a_third_to_the_power_of_the_interdependence(lasting):
    first = lasting[0.0][:, 0]
    assert abs(first.mean() - (1 / 3) ** 5) < 4 * first.std(ddof=1) / len(first) ** 0.5


@pytest.mark.parametrize("tau", REDRAWN)
def test_cells_redrawn_every_few_periods_fit_the_computed_values(redrawn, tau):
    assert abs(z(redrawn[tau][:, -1], REDRAWN[tau][0])) < 4


def test_shuffling_beats_isolation_by_far_and_stays_below_a_few_lasting_links(lasting, redrawn):
    for values in redrawn.values():
        assert lasting[0.0][:, -1].mean() + 0.5 < values[:, -1].mean() < lasting[0.1][:, -1].mean()
