"""Repetitions: the numbers beside the curves are those that an experiment with as many replicates has."""

import json

import numpy as np
import pytest

import learnsim
from helpers.our_models import OURS
from learnsim.grouping.preparation import prepare
from learnsim.models.registry import MODELS
from learnsim.playback.recording import recording_of
from learnsim.playback.repetitions import repetitions
from learnsim.settings import Settings, validate

SMALL = {"organisation": {"trainees": 24, "communities": 2, "cell_size": 3}, "training": {"sessions": 12}}
ARMS = {"hybrid": {}, "flat-lecture": {}}


@pytest.fixture(scope="module")
def bands():
    return repetitions(prepare(validate({**SMALL, "arms": ARMS}, "test")), ["hybrid", "flat-lecture"], 8)


def test_the_difference_is_that_of_learnsim_run(bands, tmp_path):
    """Its mean, its 95 % interval, and in how many replicates the arm is above the other."""
    asked = {**SMALL, "arms": ARMS, "experiment": {"replicates": 8, "baseline": "flat-lecture"}}
    table = learnsim.experiment(asked).run(tmp_path / "out").contrasts()
    row = table[(table["arm"] == "hybrid") & (table["measure"] == "mean_mastery")].iloc[0]
    difference = bands["difference"]
    half_width = (row["high"] - row["low"]) / 2  # tables have ten digits
    assert (difference["mean"], difference["half_width"]) == pytest.approx((row["difference"], half_width), rel=1e-8)
    assert difference["wins"] + 0.5 * (8 - difference["wins"] - difference["losses"]) == row["superiority"] * 8
    assert difference["wins"] > 0


def test_bands_lie_around_the_curves_of_all_replicates(bands):
    runs = [learnsim.run({**SMALL, "arms": ARMS}, arm="hybrid", replicate=replicate)["mean_mastery"] for replicate in range(8)]
    band = bands["arms"][0]["mean_mastery"]
    assert band["mean"] == pytest.approx(np.mean(runs, axis=0), rel=1e-12)
    assert band["low"] == pytest.approx(np.percentile(runs, 10, axis=0), rel=1e-12)
    assert band["high"] == pytest.approx(np.percentile(runs, 90, axis=0), rel=1e-12)
    curve = bands["difference_curve"]
    assert curve["mean"][-1] == pytest.approx(bands["difference"]["mean"], rel=1e-12)
    assert curve["low"][0] == curve["high"][0] == 0.0  # the same people


def test_nothing_comes_of_what_is_cancelled():
    asked = []
    prepared = prepare(Settings().changed({"organisation.trainees": 12, "training.sessions": 2}))
    assert repetitions(prepared, ["hybrid", "flat-lecture"], 5, lambda: len(asked) > 2 or asked.append(0)) is None
    assert len(asked) == 3


@pytest.mark.parametrize("kind", OURS)
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_any_model_has_bands_for_one_to_four_arms(kind, count):
    table, _, key = MODELS[kind].periods.partition(".")
    made = validate({"model": {"kind": kind}, "organisation": {"trainees": 24}, table: {key: 5}}, "test")
    arms = ["hybrid", "flat-lecture", "isolated-cells", "collective"][:count]
    there = repetitions(prepare(made), arms, 3)
    record = recording_of(prepare(made), arms)
    json.dumps(there, allow_nan=False)
    assert len(there["arms"]) == count and (there["difference"] is None) == (count == 1)
    for mine, arm in zip(there["arms"], record["arms"], strict=True):
        assert {*mine} <= {*arm["curves"]} and MODELS[kind].headline[0] in mine


def test_one_replicate_has_no_interval():
    prepared = prepare(Settings().changed({"organisation.trainees": 12, "training.sessions": 2}))
    assert repetitions(prepared, ["hybrid", "flat-lecture"], 1)["difference"]["half_width"] is None
