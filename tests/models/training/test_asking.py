"""Whom everybody asks, session by session, as a trace has it; both engines."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.random_settings import trainings
from learnsim.models.runs import run_arm
from learnsim.settings import Settings

SIX = [[0.0], [0.2], [0.4], [0.6], [0.8], [1.0]]
CELLS = {"groups": "cells", "exchange": 1.0, "organisation.cell_size": 3, "training.sessions": 4}


@pytest.mark.exact
def test_who_is_certain_to_approach_somebody_approaches_a_cellmate_in_every_session(run_both_engines):
    trace = run_both_engines(SIX, sociability=1.0, **CELLS).trace
    assert (trace.asked[0] == -1).all() and (trace.consulted == -1).all()
    for row, cell in zip(trace.asked[1:], trace.played_cell[1:], strict=True):
        assert (row != np.arange(6)).all() and (cell[row] == cell).all()


@pytest.mark.exact
def test_who_is_not_sociable_at_all_approaches_nobody(run_both_engines):
    assert (run_both_engines(SIX, sociability=[0, 0, 0, 1, 1, 1], **CELLS).trace.asked[1:, :3] == -1).all()


@pytest.mark.exact
def test_each_officer_consults_the_only_other_one(run_both_engines):
    council = {"council": 0.5, "briefing": 0.5, "exchange": 0.5}
    trace = run_both_engines(SIX, **{**CELLS, **council}).trace
    one, other = trace.officers[0]
    assert (trace.consulted[1:, one] == other).all() and (trace.consulted[1:, other] == one).all()
    assert (np.delete(trace.consulted, [one, other], axis=1) == -1).all()


@pytest.mark.exact
def test_who_is_absent_asks_nobody_and_can_be_asked(run_both_engines):
    away = {"training.absence": 1.0, "training.absent": "officers", "organisation.cell_size": 2}
    trace = run_both_engines(SIX, sociability=1.0, **{**CELLS, **away}).trace
    officers = trace.officers[0]
    members = np.setdiff1d(np.arange(6), officers)
    assert (trace.asked[1:, officers] == -1).all() and np.isin(trace.asked[1:, members], officers).all()
    assert trace.absent[1:, officers].all() and not trace.absent[:, members].any() and not trace.absent[0].any()


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(trainings(), st.integers(0, 2**32))
def test_people_are_asked_as_often_as_advice_is_counted(configuration, replicate):
    """Wherever advice is counted, ``asked_cv`` follows from the trace."""
    counted = configuration.changed({"training.advice": "counted"})
    record = run_arm(counted, "x", replicate, engine="compiled", trace=True)
    both = np.concatenate([record.trace.asked, record.trace.consulted]).ravel()
    asked = np.bincount(both[both >= 0], minlength=record.trace.asked.shape[1])
    expected = np.std(asked) / np.mean(asked) if asked.any() else np.nan
    assert np.array_equal(record.run_measures()["asked_cv"], expected, equal_nan=True)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(trainings(), st.integers(0, 2**32))
def test_everybody_asks_in_the_cell_and_the_council_of_the_session(configuration, replicate):
    """Also where communities evolve at its end, so that people sit elsewhere after it."""
    trace = run_arm(configuration, "x", replicate, trace=True).trace
    for row in range(1, len(trace.cell)):
        cell, officers, branches = (getattr(trace, f"played_{name}")[row] for name in ("cell", "officers", "branches"))
        askers = np.flatnonzero(trace.asked[row] >= 0)
        assert (cell[askers] == cell[trace.asked[row, askers]]).all() and (cell[askers] >= 0).all()
        askers = np.flatnonzero(trace.consulted[row] >= 0)
        assert np.isin(askers, officers).all() and np.isin(trace.consulted[row, askers], officers).all()
        branch = np.searchsorted(branches[branches >= 0], cell, side="right")
        assert (branch[askers] == branch[trace.consulted[row, askers]]).all()


def test_where_everything_can_be_learned_all_who_ask_cost_helpers_time():
    """The measure counts pairs that learn; at first everybody can."""
    made = Settings().changed({"organisation.trainees": 60, "training.sessions": 8, "training.advice": "uncounted"})
    record = run_arm(made, "isolated-cells", trace=True)
    arm, several = made.arm("isolated-cells"), len(record.officers)
    exchanges = (record.trace.asked >= 0).sum(axis=1).cumsum()
    expected = several * arm.briefing * np.arange(9) + arm.exchange * exchanges
    assert arm.council == 0.0 and record["helper_time"] == pytest.approx(expected, rel=1e-12)


def test_whom_somebody_asks_is_found_only_where_a_trace_is_wanted(monkeypatch):
    from learnsim.models.training import run

    called, find = [], run.find_asked
    monkeypatch.setattr(run, "find_asked", lambda *arguments: called.append(arguments[0]) or find(*arguments))
    made = Settings().changed({"organisation.trainees": 12, "training.sessions": 3})
    for general in ("uncounted", "counted"):
        for trace in (False, True):
            called.clear()
            run_arm(made.changed({"training.advice": general}), "hybrid", trace=trace)
            assert called == ([0, 1, 2] if trace else [])
