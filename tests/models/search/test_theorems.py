"""Search over a network: what must hold in every run, small cases by hand, and its measures."""

from itertools import pairwise

import numpy as np
import pytest

from learnsim.chance import Chance
from learnsim.errors import SettingsError
from learnsim.models.runs import run_arm
from learnsim.models.search.info import SESSION_MEASURES
from learnsim.models.search.landscape import draw_landscape, landscape_of
from learnsim.models.search.measures import describe, score_over_time
from learnsim.models.search.run import Problem, draw_shared
from learnsim.settings.search import Search

BOTH = pytest.mark.parametrize("engine", ["agents", "compiled"])


def values_of(record):
    """The value of everybody's solution after every period."""
    landscape = draw_landscape(record.settings.search, Chance(record.seed, record.replicate))
    return landscape.values[record.trace.solutions]


# Small cases by hand -------------------------------------------------------------------------------


@pytest.mark.exact
def test_the_best_solution_travels_one_tie_a_period(run_both_engines):
    """Exact: two peaks, 00 and 11, and no way between them; the better one walks along the line."""
    # values of 00, 01, 10, 11: own bit first, then the other's
    contributions = np.array([[0.5, 0.0, 0.0, 1.0], [0.5, 0.0, 0.0, 1.0]])
    landscape = landscape_of(np.array([[1], [0]]), contributions)
    assert landscape.values.tolist() == [0.5, 0.0, 0.0, 1.0]
    record = run_both_engines(
        "line", people=12, replicate=2, shared=Problem(landscape, None), trace=True,
        loci=2, interactions=1, periods=30,
    )  # fmt: skip
    best = record.trace.solutions == 0b11
    for now, then in pairwise(best):
        reached = now | np.r_[now[1:], False] | np.r_[False, now[:-1]]
        assert (then >= reached).all()  # whoever has it keeps it, and gives it to both sides
        assert not (then & ~reached & (landscape.values[record.trace.solutions[0]] == 0.5)).any()  # nobody leaves a peak alone
    assert record["at_optimum"][-1] == 1.0


@pytest.mark.exact
def test_equally_good_neighbours_teach_nothing(run_both_engines):
    """Exact: on a flat landscape nobody ever moves, and the run ends with the period that shows it."""
    landscape = landscape_of(np.empty((3, 0), dtype=np.int64), np.full((3, 2), 0.5))
    record = run_both_engines(
        "full", shared=Problem(landscape, None), trace=True, loci=3, interactions=0, periods=9
    )
    assert (record.trace.solutions == record.trace.solutions[0]).all()
    assert record.periods_to_settle == 0
    assert record["mean_score"].tolist() == [1.0] * 2


# What holds in every run ---------------------------------------------------------------------------


@pytest.mark.exact
@pytest.mark.parametrize("network", ["line", "lattice", "small-world", "random", "full", "isolated", "cells"])
def test_on_one_smooth_hill_everybody_ends_at_the_top(run_compiled, network):
    """Exact: without interactions every solution but the best has a better one a bit away."""
    for replicate in range(5):
        record = run_compiled(network, replicate=replicate, interactions=0, periods=2000)
        assert record["mean_score"][-1] == 1.0 and record["at_optimum"][-1] == 1.0
        assert record["distinct_solutions"][-1] == 1.0 and record.periods_to_settle > 0


@pytest.mark.exact
def test_everybody_in_a_full_network_gets_to_the_best_of_now_next_period(run_both_engines):
    for replicate in range(3):
        options = {"replicate": replicate, "loci": 10, "interactions": 4, "periods": 30}
        record, again = run_both_engines("full", **options), run_both_engines("full", **options, trace=True)
        assert record["mean_score"].tolist() == again["mean_score"].tolist()
        worth = values_of(again)
        assert (worth[1:].min(axis=1) >= worth[:-1].max(axis=1)).all()


@pytest.mark.parametrize("network", ["line", "cells", "isolated"])
def test_nobody_ever_takes_a_worse_solution(run_compiled, network):
    worth = values_of(run_compiled(network, loci=10, interactions=4, periods=40, trace=True))
    assert (np.diff(worth, axis=0) >= 0.0).all()


def test_nobody_comes_by_a_solution_except_from_a_neighbour_or_by_one_bit(run_compiled):
    record = run_compiled("line", loci=10, interactions=4, periods=40, trace=True)
    for now, then in pairwise(record.trace.solutions.tolist()):
        for i in range(30):
            if then[i] != now[i] and then[i] not in (now[p] for p in record.ties.of(i)):
                assert (then[i] ^ now[i]).bit_count() == 1


def test_isolated_cells_search_apart_and_a_council_brings_solutions_across(run_compiled):
    rough = {"loci": 12, "interactions": 6, "periods": 500}
    apart, linked = (
        [run_compiled("cells", preset, replicate=r, **rough)["distinct_solutions"][-1] for r in range(5)]
        for preset in ("isolated-cells", "linked-cells")
    )
    assert min(apart) > 2
    assert max(linked) <= 2  # at most one for each community


def test_lasting_ties_to_other_cells_bring_solutions_across_too(run_compiled):
    rough = {"loci": 12, "interactions": 6, "periods": 500}
    for replicate in range(5):
        apart = run_compiled("cells", "isolated-cells", replicate=replicate, **rough)
        tied = run_compiled("cells", "isolated-cells", replicate=replicate, changes={"rewiring": 0.5}, **rough)
        assert tied["distinct_solutions"][-1] < apart["distinct_solutions"][-1]
        assert tied["distinct_solutions"][-1] == 1  # ties to anywhere make one organisation of it


def test_all_networks_of_a_replicate_share_problem_and_starting_solutions(run_compiled):
    records = [run_compiled(network, loci=9, trace=True) for network in ("line", "full", "cells")]
    assert len({record.trace.solutions[0].tobytes() for record in records}) == 1
    assert len({record.highest for record in records}) == 1
    other = run_compiled("full", replicate=1, loci=9, trace=True)
    assert records[0].trace.solutions[0].tobytes() != other.trace.solutions[0].tobytes()


@BOTH
def test_people_and_problem_drawn_before_make_the_same_run_and_stay(settings_of, engine):
    settings = settings_of(loci=8, interactions=3, periods=20)
    shared = draw_shared(settings, 2, None)
    assert shared.people is not None  # whom cells need
    before = shared.people.mastery.copy(), shared.landscape.values.copy()
    record = run_arm(settings, "x", 2, engine=engine, shared=shared, trace=True)
    assert record.same_bits(run_arm(settings, "x", 2, engine=engine, trace=True)) == []
    assert (shared.people.mastery == before[0]).all()
    assert (shared.landscape.values == before[1]).all()


def test_final_scores_have_the_mean_that_the_last_row_tells(run_compiled):
    record = run_compiled("line", loci=8, interactions=3, periods=5)
    assert record.standing().mean() == pytest.approx(record["mean_score"][-1], abs=1e-15)
    assert record.standing().max() == record["best_score"][-1]


def test_a_run_has_rows_up_to_the_period_that_shows_its_rest(run_both_engines):
    record = run_both_engines("full", loci=6, interactions=1, periods=50)
    assert 0 <= record.periods_to_settle < 50
    for name in SESSION_MEASURES:
        assert len(record[name]) == record.periods_to_settle + 2
        assert record[name][-1] == record[name][record.periods_to_settle]
    assert list(record.to_frame().columns) == list(SESSION_MEASURES)
    assert len(run_both_engines("isolated", loci=9, interactions=1, periods=3)["mean_score"]) == 4


# Measures ------------------------------------------------------------------------------------------


def test_measures_of_four_people_by_hand():
    solutions, values = np.array([5, 3, 5, 0]), np.array([0.5, 0.25, 0.5, 0.0])
    for describing in (describe, describe.py_func):
        row = np.empty(4)
        describing(solutions, values, 0.5, 2, np.empty_like(solutions), row)
        assert row.tolist() == [(1.0 + 0.25 + 1.0 + 0.0) / 4, 1.0, 3.0, 0.5]
    assert solutions.tolist() == [5, 3, 5, 0]


def test_the_score_over_time_counts_the_last_row_for_every_period_after_it():
    scores = np.array([0.0, 0.5, 1.0])
    assert score_over_time(scores, 2) == 0.5
    assert score_over_time(scores, 5) == (0.0 + 0.5 + 4.0) / 6


def test_a_run_that_never_settled_has_no_periods_to_settle(run_compiled):
    totals = run_compiled("line", loci=12, interactions=6, periods=1).run_measures()
    assert totals["settled"] == 0.0 and np.isnan(totals["periods_to_settle"])


# What settings decide ------------------------------------------------------------------------------


def test_an_unknown_arm_is_an_error_with_its_name(settings_of):
    with pytest.raises(SettingsError, match="did you mean hybrid"):
        run_arm(settings_of(loci=4, interactions=1), "hybird")


def test_the_problem_is_the_one_that_its_table_and_its_replicate_say(settings_of):
    shared = draw_shared(settings_of(loci=7, interactions=2), 3, None)
    assert shared.landscape.values.tobytes() == draw_landscape(Search(loci=7, interactions=2), Chance(1, 3)).values.tobytes()
