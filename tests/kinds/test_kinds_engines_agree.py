"""Both engines tell one story, in every bit, in every world that the models of beliefs and of search can be played in."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import LONG, worlds

from learnsim.models.beliefs.model import BeliefsModel
from learnsim.models.runs import run_arm, setup_of
from learnsim.models.search.model import SearchModel

MANY = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
FEWER = settings(MANY, max_examples=80)


def world_of_either_kind():
    return worlds("beliefs") | worlds("search")


def agree(world, replicate, trace):
    """Play with both engines, with a trace or without, and again the other way; return the compiled record."""
    made, roster = world
    compiled = run_arm(made, "x", replicate, engine="compiled", roster=roster, trace=trace)
    assert compiled.same_bits(run_arm(made, "x", replicate, engine="agents", roster=roster, trace=trace)) == []
    other = run_arm(made, "x", replicate, engine="compiled", roster=roster, trace=not trace)
    assert all(name.startswith("trace ") for name in compiled.same_bits(other))
    return compiled


@MANY
@given(worlds("beliefs"), LONG, st.booleans())
def test_both_engines_of_the_beliefs_model_agree_in_every_bit_over_random_configurations(world, replicate, trace):
    """Beliefs, code, reality, rates, cells and officers after every period, all measures, and how the run ended."""
    record = agree(world, replicate, trace)
    assert all(len(rows) == record.ended + 1 for rows in record.measures.values())


@MANY
@given(worlds("search"), LONG, st.booleans())
def test_both_engines_of_the_search_model_agree_in_every_bit_over_random_configurations(world, replicate, trace):
    """Solutions, cells and officers after every period, all measures, ties, and when nothing could change any more."""
    record = agree(world, replicate, trace)
    played = record.rest + 1 if record.rest >= 0 else record.settings.search.periods
    assert all(len(rows) == played + 1 for rows in record.measures.values())


class NeverStill(BeliefsModel):
    """People with beliefs who are asked to go on whether or not anything can change."""

    def stands_still(self):
        return False


class NeverAtRest(SearchModel):
    """Searchers who are asked to go on whether or not anything can change."""

    def nothing_can_change(self):
        return False


@MANY
@given(world_of_either_kind(), LONG)
def test_a_run_that_ended_early_would_not_have_changed_had_it_gone_on(world, replicate):
    """Whoever else would meet, and whatever the luck: three more cycles leave everybody and the code as they were."""
    made, roster = world
    kind = made.model.kind
    found = run_arm(made, "x", replicate, roster=roster)
    ended = found.run_measures()["periods_to_settle"]
    if np.isnan(ended):
        return
    going_on = made.changed({f"{kind}.periods": int(ended) + 3 * made.organisation.cycle_length + 1})
    model = (NeverStill if kind == "beliefs" else NeverAtRest).of(setup_of(going_on, "x", replicate, roster=roster))
    while model.running:
        model.step()
    assert model.session == model.sessions
    kept = 2 if kind == "beliefs" else 1  # beliefs and code, or solutions; cells and officers may go on changing
    last = (found.beliefs, found.code) if kind == "beliefs" else (found.solutions,)
    for then, now in zip(last, model.state()[:kept], strict=True):
        assert then.tobytes() == now.tobytes()


@FEWER
@given(world_of_either_kind(), LONG)
def test_a_run_ends_when_nothing_can_change_and_not_before(world, replicate):
    """Something changed in the last period before the end, or could have; more time changes no bit."""
    made, roster = world
    kind = made.model.kind
    found = run_arm(made, "x", replicate, roster=roster, trace=True)
    if kind == "beliefs":
        ended, rows = found.ended if found.settled else -1, found.trace.beliefs
        assert len(rows) == found.ended + 1
    else:
        ended, rows = found.rest, found.trace.solutions
        assert ended <= 0 or (rows[ended] != rows[ended - 1]).any()
    if ended >= 0:
        assert (rows[ended:] == rows[ended]).all()
        longer = run_arm(made.changed({f"{kind}.periods": 80}), "x", replicate, roster=roster, trace=True)
        assert longer.same_bits(found) == []


@FEWER
@given(world_of_either_kind(), LONG)
def test_the_measures_of_a_run_are_the_same_whether_the_last_row_is_repeated_to_the_end_or_not(world, replicate):
    """Exact, but for the mean over time, whose sum may be rounded in another order."""
    made, roster = world
    record = run_arm(made, "x", replicate, roster=roster)
    periods = getattr(made, made.model.kind).periods
    padded = {name: np.r_[rows, np.full(periods + 1 - len(rows), rows[-1])] for name, rows in record.measures.items()}
    filled = type(record)(**{**vars(record), "measures": padded}).run_measures()
    found = record.run_measures()
    assert filled.keys() == found.keys()
    over_time = (filled.pop("score_over_time", 0.0), found.pop("score_over_time", 0.0))
    assert over_time[0] == pytest.approx(over_time[1], rel=1e-14)
    np.testing.assert_array_equal(list(filled.values()), list(found.values()))


@FEWER
@given(world_of_either_kind(), LONG)
def test_a_replicate_begins_alike_in_every_arm(world, replicate):
    """Same people, same problem or reality, before anything is learned: only who sees whom is the arm's."""
    made, roster = world
    made = made.changed({f"{made.model.kind}.periods": 1, "arms.x.formation": made.arm("x").formation})
    first = [run_arm(made, arm, replicate, roster=roster, trace=True) for arm in ("x", "isolated-cells")]
    if made.model.kind == "beliefs":
        starts = [record.trace.beliefs[0].tobytes() + record.trace.reality[0].tobytes() for record in first]
    else:
        starts = [record.trace.solutions[0].tobytes() + np.float64(record.highest).tobytes() for record in first]
    assert starts[0] == starts[1]
