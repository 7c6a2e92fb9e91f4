"""Results: what is read from the tables is what the tables say."""

import numpy as np
import pandas as pd
import pytest

from learnsim.experiments.storage.results import open_results
from learnsim.models.training.info import SESSION_MEASURES
from learnsim.settings import validate
from learnsim.workflow import run_experiment

ARMS = {"flat-lecture": {}, "hybrid": {}, "isolated-cells": {}}
SMALL = {"organisation": {"trainees": 24, "communities": 2, "cycle_length": 2}, "training": {"sessions": 6}, "arms": ARMS}


@pytest.fixture(scope="module", params=[{}, {"organisation.cell_size": [3, 6]}], ids=["one point", "two points"])
def results(request, tmp_path_factory):
    """More replicates than a row group holds, at one point and at two."""
    folder = tmp_path_factory.mktemp("results") / "small"
    settings = validate({**SMALL, "experiment": {"replicates": 130}, "sweep": request.param}, "test")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("learnsim.workflow.analyse", lambda *arguments, **named: None)
        run_experiment(settings, "test", folder, quiet=True)
    return open_results(folder)


def rows(results, name, point):
    table = pd.read_parquet(results.folder / f"{name}.parquet")
    return table[table["point"] == point] if "point" in table else table


def test_mean_sessions_are_the_means_over_replicates_of_what_is_known(results):
    for point in range(len(results.design.points)):
        expected = rows(results, "sessions", point).groupby(["arm", "session"])[list(SESSION_MEASURES)].mean()
        means = results.mean_sessions(point)
        assert means.keys() == ARMS.keys()
        for arm, mean in means.items():
            np.testing.assert_allclose(mean, expected.loc[arm].to_numpy(), rtol=1e-12, atol=1e-15)
    assert np.isnan(means["hybrid"][0, list(SESSION_MEASURES).index("evenness_speed")])  # nobody knows it before session 0


def test_the_mean_distribution_counts_every_trainee_of_every_replicate(results):
    for point in range(len(results.design.points)):
        table = rows(results, "distribution", point)
        means = results.mean_distribution(point)
        for arm in ARMS:
            counted = table[table["arm"] == arm].groupby("bin_low")["trainees"].sum().to_numpy()
            assert counted.sum() == 24 * 130
            np.testing.assert_allclose(means[arm], 100.0 * counted / counted.sum(), rtol=1e-12)


def test_a_measure_is_the_column_of_the_runs_by_point_arm_and_replicate(results):
    values = results.measure("gini")
    for point in range(len(results.design.points)):
        table = rows(results, "runs", point)
        for number, arm in enumerate(results.design.arms):
            mine = table[table["arm"] == arm].sort_values("replicate")["gini"].to_numpy()
            assert (values[point, number] == mine).all()


def test_the_last_row_of_an_ended_run_counts_for_all_later_sessions(tmp_path):
    world = {"organisation": {"trainees": 12, "communities": 1}, "beliefs": {"dimensions": 8, "periods": 60}}
    arms = {"flat-lecture": {}, "few-ties": {"preset": "isolated-cells", "rewiring": 0.3}}
    settings = validate({**world, "model": {"kind": "beliefs"}, "arms": arms, "experiment": {"replicates": 40}}, "test")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("learnsim.workflow.analyse", lambda *arguments, **named: None)
        run_experiment(settings, "test", tmp_path / "out", quiet=True)
    results = open_results(tmp_path / "out")
    table = rows(results, "sessions", 0)
    assert table.groupby(["arm", "replicate"]).size().nunique() > 3  # runs do end at different times
    measures = list(results.design.kind.session_measures)
    means = results.mean_sessions()
    for arm in arms:
        mine = table[table["arm"] == arm].pivot(index="session", columns="replicate", values=measures)
        whole = mine.reindex(range(table["session"].max() + 1)).ffill()
        for place, measure in enumerate(measures):
            np.testing.assert_allclose(means[arm][:, place], whole[measure].mean(axis=1), rtol=1e-12, atol=1e-15)
            late = results.at_session(measure, len(whole) - 2)[0, list(arms).index(arm)]
            assert late.tobytes() == whole[measure].loc[len(whole) - 2].to_numpy().tobytes()
