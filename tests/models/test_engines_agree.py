"""Both engines agree in every bit, in every world of random settings of the beliefs and the search model."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.random_settings import LONG, worlds
from learnsim.grouping.preparation import Prepared
from learnsim.models.beliefs.model import BeliefsModel
from learnsim.models.runs import run_arm, setup_of
from learnsim.models.search.model import SearchModel

MANY = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
FEWER = settings(MANY, max_examples=80)


def world_of_either_kind():
    return worlds("beliefs") | worlds("search")


def agree(world, replicate, trace):
    """Play with both engines, with a trace or without, and again the other way; return the compiled record."""
    configuration, roster = world
    compiled = run_arm(Prepared(configuration, roster), "x", replicate, engine="compiled", trace=trace)
    assert compiled.same_bits(run_arm(Prepared(configuration, roster), "x", replicate, engine="agents", trace=trace)) == []
    other = run_arm(Prepared(configuration, roster), "x", replicate, engine="compiled", trace=not trace)
    assert all(name.startswith("trace ") for name in compiled.same_bits(other))
    return compiled


@MANY
@given(worlds("beliefs"), LONG, st.booleans())
def test_both_engines_of_the_beliefs_model_agree_in_random_settings(world, replicate, trace):
    """Beliefs, code, reality, rates, cells and officers after every period, all measures, and how the run ended."""
    record = agree(world, replicate, trace)
    assert all(len(rows) == record.sessions + 1 for rows in record.measures.values())


@MANY
@given(worlds("search"), LONG, st.booleans())
def test_both_engines_of_the_search_model_agree_in_random_settings(world, replicate, trace):
    """Solutions, cells and officers after every period, all measures, ties, and when nothing could change any more."""
    record = agree(world, replicate, trace)
    periods = record.periods_to_settle + 1 if record.settled else record.settings.search.periods
    assert all(len(rows) == periods + 1 for rows in record.measures.values())


class RestlessBeliefs(BeliefsModel):
    """People with beliefs who are asked to go on whether or not anything can change."""

    def settles(self):
        return False


class RestlessSearch(SearchModel):
    """Searchers who are asked to go on whether or not anything can change."""

    def settles(self):
        return False


@MANY
@given(world_of_either_kind(), LONG)
def test_a_run_that_ended_early_would_not_have_changed_had_it_gone_on(world, replicate):
    """Whoever else would meet, and whatever is drawn: three more cycles leave everybody and the code as they were."""
    configuration, roster = world
    kind = configuration.model.kind
    record = run_arm(Prepared(configuration, roster), "x", replicate)
    ended = record.run_measures()["periods_to_settle"]
    if np.isnan(ended):
        return
    going_on = configuration.changed({f"{kind}.periods": int(ended) + 3 * configuration.organisation.cycle_length + 1})
    model = (RestlessBeliefs if kind == "beliefs" else RestlessSearch).of(setup_of(Prepared(going_on, roster), "x", replicate))
    while model.running:
        model.step()
    assert model.session == model.sessions
    compared = 2 if kind == "beliefs" else 1  # beliefs and code, or solutions; cells and officers may go on changing
    last = (record.beliefs, record.code) if kind == "beliefs" else (record.solutions,)
    for then, now in zip(last, model.state()[:compared], strict=True):
        assert then.tobytes() == now.tobytes()


@FEWER
@given(world_of_either_kind(), LONG)
def test_a_run_ends_when_nothing_can_change_and_not_before(world, replicate):
    """Something changed in the last period before the end, or could have; more time changes no bit."""
    configuration, roster = world
    kind = configuration.model.kind
    record = run_arm(Prepared(configuration, roster), "x", replicate, trace=True)
    if kind == "beliefs":
        ended, rows = record.periods_to_settle, record.trace.beliefs
        assert len(rows) == record.sessions + 1
    else:
        ended, rows = record.periods_to_settle, record.trace.solutions
        assert ended <= 0 or (rows[ended] != rows[ended - 1]).any()
    if ended >= 0:
        assert (rows[ended:] == rows[ended]).all()
        longer = run_arm(Prepared(configuration.changed({f"{kind}.periods": 80}), roster), "x", replicate, trace=True)
        assert longer.same_bits(record) == []


@FEWER
@given(world_of_either_kind(), LONG)
def test_repeating_the_last_row_to_the_end_changes_no_measure(world, replicate):
    """Exact, but for the mean over time, whose sum may be rounded in another order."""
    configuration, roster = world
    record = run_arm(Prepared(configuration, roster), "x", replicate)
    periods = getattr(configuration, configuration.model.kind).periods
    padded = {name: np.r_[rows, np.full(periods + 1 - len(rows), rows[-1])] for name, rows in record.measures.items()}
    filled = type(record)(**{**vars(record), "measures": padded}).run_measures()
    totals = record.run_measures()
    assert filled.keys() == totals.keys()
    over_time = (filled.pop("score_over_time", 0.0), totals.pop("score_over_time", 0.0))
    assert over_time[0] == pytest.approx(over_time[1], rel=1e-14)
    np.testing.assert_array_equal(list(filled.values()), list(totals.values()))


@FEWER
@given(world_of_either_kind(), LONG)
def test_a_replicate_begins_alike_in_every_arm(world, replicate):
    """Same people, same problem or reality, before anything is learned: only who sees whom is the arm's."""
    configuration, roster = world
    configuration = configuration.changed({f"{configuration.model.kind}.periods": 1, "arms.x.formation": configuration.arm("x").formation})
    first = [run_arm(Prepared(configuration, roster), arm, replicate, trace=True) for arm in ("x", "isolated-cells")]
    if configuration.model.kind == "beliefs":
        starts = [record.trace.beliefs[0].tobytes() + record.trace.reality[0].tobytes() for record in first]
    else:
        starts = [record.trace.solutions[0].tobytes() + np.float64(record.highest).tobytes() for record in first]
    assert starts[0] == starts[1]
