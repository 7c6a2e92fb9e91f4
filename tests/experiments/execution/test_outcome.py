"""Outcome: what is kept of a run, and that it travels and is stored without losing a bit."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from learnsim.experiments.execution.outcome import histogram, outcome_of
from learnsim.experiments.storage.part_files import decode, encode
from learnsim.models.registry import MODELS
from learnsim.models.runs import run_arm
from learnsim.settings import validate

WORLDS = {
    "training": {"training": {"sessions": 6}},
    "beliefs": {"beliefs": {"dimensions": 10}},
    "search": {"search": {"loci": 6, "interactions": 2, "periods": 40}},
}


@settings(max_examples=50, deadline=None, derandomize=True)
@given(arrays(float, st.integers(0, 60), elements=st.integers(0, 319).map(lambda x: (x + 0.5) / 320)))
def test_the_distribution_counts_everybody_in_one_of_twenty_bins(means):
    assert histogram(means).tolist() == np.histogram(means, bins=20, range=(0, 1))[0].tolist()
    assert histogram(means).sum() == len(means)


def test_full_mastery_falls_into_the_last_bin_and_none_into_the_first():
    counts = histogram(np.array([0.0, 0.0, 0.5, 1.0, 1.0, 1.0]))
    assert counts.tolist() == [2] + [0] * 9 + [1] + [0] * 8 + [3]


@pytest.mark.thorough
@pytest.mark.parametrize("kind", WORLDS)
def test_an_outcome_has_the_records_numbers_and_comes_back_in_every_bit(kind):
    """Of a run of any model."""
    world = {"model": {"kind": kind}, "organisation": {"trainees": 12, "communities": 2}, **WORLDS[kind]}
    record = run_arm(validate({**world, "arms": {"hybrid": {}}}, "test"), "hybrid", 3)
    outcome = outcome_of(7, record)
    assert outcome.sessions.shape == (len(record[MODELS[kind].headline[0]]), len(MODELS[kind].session_measures))
    assert dict(zip(MODELS[kind].names, outcome.totals.tolist(), strict=True)) == pytest.approx(record.run_measures(), nan_ok=True)
    assert outcome.distribution.sum() == 12
    for again in (pickle.loads(pickle.dumps(outcome)), *decode(encode([outcome]))):
        for name in ("sessions", "totals", "distribution"):
            assert getattr(again, name).tobytes() == getattr(outcome, name).tobytes()
            assert getattr(again, name).shape == getattr(outcome, name).shape
        assert (again.point, again.arm, again.replicate, again.failed) == (7, "hybrid", 3, False)


def test_no_model_names_a_measure_twice():
    for kind in MODELS.values():
        assert len(kind.names) == len(set(kind.names))
