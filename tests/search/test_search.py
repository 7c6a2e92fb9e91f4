"""Search over a network: what must hold in every run, small cases by hand, and the model as a Mesa model."""

from itertools import pairwise

import mesa
import numpy as np
import pytest

from learnsim.chance import EXPLORE, Chance
from learnsim.errors import ChanceError, SettingsError
from learnsim.people import draw_people
from learnsim.search.agents import Searcher
from learnsim.search.landscape import landscape_of
from learnsim.search.measures import SESSION_MEASURES, describe, run_measures
from learnsim.search.model import SearchModel
from learnsim.search.run import run_search
from learnsim.settings import Settings
from learnsim.settings.search import Search

BOTH = pytest.mark.parametrize("engine", ["agents", "compiled"])
SMALL = Settings().changed({"organisation.trainees": 30, "organisation.communities": 2, "training.cycle_length": 5})


def values_of(record, landscape):
    return landscape.values[record.trace.solutions]


# Small cases by hand -------------------------------------------------------------------------------


@pytest.mark.exact
@BOTH
def test_the_best_solution_travels_one_tie_a_period_where_nothing_else_can_be_found(engine):
    """Exact: two peaks, 00 and 11, and no way between them; the better one walks along the line."""
    # values of 00, 01, 10, 11: own bit first, then the other's
    contributions = np.array([[0.5, 0.0, 0.0, 1.0], [0.5, 0.0, 0.0, 1.0]])
    landscape = landscape_of(np.array([[1], [0]]), contributions)
    assert landscape.values.tolist() == [0.5, 0.0, 0.0, 1.0]
    made = Settings().changed({"organisation.trainees": 12})
    search = Search(loci=2, interactions=1, network="line", periods=30)
    record = run_search(made, search, replicate=2, engine=engine, landscape=landscape, trace=True)
    best = record.trace.solutions == 0b11
    for now, then in pairwise(best):
        told = now | np.r_[now[1:], False] | np.r_[False, now[:-1]]
        assert (then >= told).all()  # whoever has it keeps it, and gives it to both sides
        assert not (then & ~told & (landscape.values[record.trace.solutions[0]] == 0.5)).any()  # nobody leaves a peak alone
    assert record["at_optimum"][-1] == 1.0


@pytest.mark.exact
@BOTH
def test_equally_good_neighbours_teach_nothing(engine):
    """Exact: on a flat landscape nobody ever moves, and the run ends at once."""
    landscape = landscape_of(np.empty((3, 0), dtype=np.int64), np.full((3, 2), 0.5))
    record = run_search(
        SMALL, Search(loci=3, interactions=0, network="full", periods=9), engine=engine, landscape=landscape, trace=True
    )
    assert (record.trace.solutions == record.trace.solutions[0]).all()
    assert record.rest == 0
    assert record["mean_score"].tolist() == [1.0] * 10


# What holds in every run ---------------------------------------------------------------------------


@pytest.mark.exact
@pytest.mark.parametrize("network", ["line", "lattice", "small-world", "full", "isolated", "cells"])
def test_on_one_smooth_hill_everybody_ends_at_the_top(network):
    """Exact: without interactions every solution but the best has a better one a bit away."""
    for replicate in range(5):
        record = run_search(SMALL, Search(interactions=0, network=network, periods=2000), "hybrid", replicate)
        assert record["mean_score"][-1] == 1.0 and record["at_optimum"][-1] == 1.0
        assert record["distinct_solutions"][-1] == 1.0 and record.rest > 0


@pytest.mark.exact
@BOTH
def test_everybody_in_a_full_network_is_next_at_least_where_the_best_is_now(engine):
    search = Search(loci=10, interactions=4, network="full", periods=30)
    for replicate in range(3):
        record = run_search(SMALL, search, replicate=replicate, engine=engine)
        again = run_search(SMALL, search, replicate=replicate, engine=engine, trace=True)
        assert record["mean_score"].tolist() == again["mean_score"].tolist()
        model = SearchModel(search, settings=SMALL, replicate=replicate)
        worth = values_of(again, model.landscape)
        assert (worth[1:].min(axis=1) >= worth[:-1].max(axis=1)).all()


@pytest.mark.parametrize("network", ["line", "cells", "isolated"])
def test_nobody_ever_takes_a_worse_solution(network):
    search = Search(loci=10, interactions=4, network=network, periods=40)
    worth = values_of(run_search(SMALL, search, trace=True), SearchModel(search, settings=SMALL).landscape)
    assert (np.diff(worth, axis=0) >= 0.0).all()


def test_nobody_comes_by_a_solution_except_from_a_neighbour_or_by_one_bit():
    search = Search(loci=10, interactions=4, network="line", periods=40)
    record = run_search(SMALL, search, trace=True)
    for now, then in pairwise(record.trace.solutions.tolist()):
        for i in range(30):
            if then[i] != now[i] and then[i] not in (now[p] for p in record.ties.of(i)):
                assert (then[i] ^ now[i]).bit_count() == 1


def test_isolated_cells_search_apart_and_a_council_brings_solutions_across():
    search = Search(loci=12, interactions=6, network="cells", periods=500)
    apart = [run_search(SMALL, search, "isolated-cells", r)["distinct_solutions"][-1] for r in range(5)]
    linked = [run_search(SMALL, search, "linked-cells", r)["distinct_solutions"][-1] for r in range(5)]
    assert min(apart) > 2
    assert max(linked) <= 2  # at most one for each community


def test_all_networks_of_a_replicate_share_problem_and_starting_solutions():
    records = [run_search(SMALL, Search(loci=9, network=network), trace=True) for network in ("line", "full", "cells")]
    assert len({record.trace.solutions[0].tobytes() for record in records}) == 1
    assert len({record.highest for record in records}) == 1
    assert records[0].trace.solutions[0].tobytes() != run_search(SMALL, Search(loci=9), "hybrid", 1, trace=True).trace.solutions[0].tobytes()


@BOTH
def test_people_already_drawn_make_the_same_run_and_are_not_changed(engine):
    people = draw_people(SMALL, Chance(1, 2), None)
    before = people.mastery.copy()
    search = Search(loci=8, interactions=3, periods=20)
    given = run_search(SMALL, search, "hybrid", 2, engine=engine, people=people, trace=True)
    assert given.same_bits(run_search(SMALL, search, "hybrid", 2, engine=engine, trace=True)) == []
    assert (people.mastery == before).all()


def test_final_scores_have_the_mean_that_the_last_row_tells():
    record = run_search(SMALL, Search(loci=8, interactions=3, network="line", periods=5))
    assert record.scores.mean() == pytest.approx(record["mean_score"][-1], abs=1e-15)
    assert record.scores.max() == record["best_score"][-1]


def test_rows_after_the_end_repeat_the_last():
    record = run_search(SMALL, Search(loci=6, interactions=1, network="full", periods=50))
    assert 0 <= record.rest < 50
    for name in SESSION_MEASURES:
        assert len(record[name]) == 51
        assert (record[name][record.rest :] == record[name][record.rest]).all()
    assert list(record.to_frame().columns) == list(SESSION_MEASURES)


# Measures ------------------------------------------------------------------------------------------


def test_measures_of_four_people_by_hand():
    solutions, values = np.array([5, 3, 5, 0]), np.array([0.5, 0.25, 0.5, 0.0])
    for describing in (describe, describe.py_func):
        row = np.empty(4)
        describing(solutions, values, 0.5, 2, np.empty_like(solutions), row)
        assert row.tolist() == [(1.0 + 0.25 + 1.0 + 0.0) / 4, 1.0, 3.0, 0.5]
    assert solutions.tolist() == [5, 3, 5, 0]


def test_a_run_that_never_rested_has_no_time_of_rest():
    measures = {"mean_score": np.array([0.0, 0.5, 1.0])}
    assert run_measures(measures, 2) == {"mean_score": 1.0, "periods_to_rest": 2.0, "mean_over_time": 0.5}
    assert np.isnan(run_measures(measures, -1)["periods_to_rest"])


# The Mesa model ------------------------------------------------------------------------------------


def test_every_searcher_is_an_agent_and_knows_the_neighbours_themselves():
    model = SearchModel(Search(loci=6, interactions=2, network="line"), settings=SMALL, seed=3)
    assert isinstance(model, mesa.Model) and {type(agent) for agent in model.agents} == {Searcher}
    assert [searcher.index for searcher in model.searchers] == list(range(30))
    assert [other.index for other in model.searchers[4].neighbours] == [3, 5]


def test_the_data_collector_has_every_measure_in_every_row():
    search = Search(loci=8, interactions=3, network="cells", periods=12)
    model = SearchModel(search, settings=SMALL, rng=4)
    while model.running:
        model.step()
    model.step()
    frame = model.datacollector.get_model_vars_dataframe()
    record = run_search(SMALL.changed({"experiment.seed": 4}), search)
    assert len(frame) == model.session + 1
    for name in SESSION_MEASURES:
        np.testing.assert_array_equal(frame[name].to_numpy(dtype=float), record[name][: len(frame)])


def test_a_model_of_no_periods_is_not_running():
    model = SearchModel(Search(loci=4, interactions=1, periods=0), settings=SMALL)
    model.step()
    assert not model.running and model.session == 0
    assert len(run_search(SMALL, Search(loci=4, interactions=1, periods=0))["mean_score"]) == 1


def test_drawing_the_same_luck_twice_is_an_error():
    model = SearchModel(Search(loci=6, interactions=2, network="isolated"), settings=SMALL)
    model.step()
    with pytest.raises(ChanceError):
        model.chance.uniform(EXPLORE, 0, 7)


def test_an_unknown_arm_is_told_by_name():
    with pytest.raises(SettingsError, match="did you mean hybrid"):
        run_search(SMALL, Search(loci=4, interactions=1), "hybird")
