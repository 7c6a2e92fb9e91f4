"""Results: what is read from the tables is what the tables say."""

import numpy as np
import pandas as pd
import pytest

from learnsim.experiments.results import open_results
from learnsim.settings import validate
from learnsim.training.measures import SESSION_MEASURES
from learnsim.workflow import run_experiment

ARMS = {"flat-lecture": {}, "hybrid": {}, "isolated-cells": {}}
SMALL = {"organisation": {"trainees": 24, "communities": 2}, "training": {"sessions": 6, "cycle_length": 2}, "arms": ARMS}


@pytest.fixture(scope="module", params=[{}, {"organisation.cell_size": [3, 6]}], ids=["one point", "two points"])
def results(request, tmp_path_factory):
    """More replicates than a row group holds, at one point and at two."""
    folder = tmp_path_factory.mktemp("results") / "small"
    settings = validate({**SMALL, "experiment": {"replicates": 130}, "sweep": request.param}, "test")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("learnsim.workflow.analyse", lambda *given, **named: None)
        run_experiment(settings, "test", folder, quiet=True)
    return open_results(folder)


def rows(results, name, point):
    table = pd.read_parquet(results.folder / f"{name}.parquet")
    return table[table["point"] == point] if "point" in table else table


def test_mean_sessions_are_the_means_over_replicates_of_what_is_known(results):
    for point in range(len(results.design.points)):
        expected = rows(results, "sessions", point).groupby(["arm", "session"])[list(SESSION_MEASURES)].mean()
        found = results.mean_sessions(point)
        assert found.keys() == ARMS.keys()
        for arm, mean in found.items():
            np.testing.assert_allclose(mean, expected.loc[arm].to_numpy(), rtol=1e-12, atol=1e-15)
    assert np.isnan(found["hybrid"][0, list(SESSION_MEASURES).index("evenness_speed")])  # nobody knows it before session 0


def test_the_mean_distribution_counts_every_trainee_of_every_replicate(results):
    for point in range(len(results.design.points)):
        table = rows(results, "distribution", point)
        found = results.mean_distribution(point)
        for arm in ARMS:
            counted = table[table["arm"] == arm].groupby("bin_low")["trainees"].sum().to_numpy()
            assert counted.sum() == 24 * 130
            np.testing.assert_allclose(found[arm], 100.0 * counted / counted.sum(), rtol=1e-12)


def test_a_measure_is_the_column_of_the_runs_by_point_arm_and_replicate(results):
    found = results.measure("gini")
    for point in range(len(results.design.points)):
        table = rows(results, "runs", point)
        for number, arm in enumerate(results.design.arms):
            mine = table[table["arm"] == arm].sort_values("replicate")["gini"].to_numpy()
            assert (found[point, number] == mine).all()
