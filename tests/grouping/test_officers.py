"""Officers: who links a cell to the others."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from learnsim.chance import Chance
from learnsim.grouping import OFFICERS, Group
from learnsim.grouping.cells import Layout, cell_sizes
from learnsim.grouping.group import mean_rows
from learnsim.grouping.kernels.officers import highest
from learnsim.grouping.meetings import Meetings
from learnsim.people import People

OURS = list(OFFICERS)


def chosen(name, sizes, order, *, speed=None, helpfulness=None, mastery=None, officers=None, cycle=0, seed=1):
    """The officers that a policy chooses."""
    count = len(order)
    flat = np.full(count, 0.5)
    people = People(
        flat if speed is None else np.array(speed),
        flat,
        flat if helpfulness is None else np.array(helpfulness),
        np.ones((count, 1)),
        np.zeros((count, 2)) if mastery is None else np.array(mastery),
    )
    nobody = np.full(len(sizes), -1, dtype=np.int32) if officers is None else np.array(officers, dtype=np.int32)
    order = np.array(order, dtype=np.int32)
    chance = Chance(seed, 0, audit=True)
    group = Group(order, Layout(np.array(sizes)), nobody, people, Meetings(count, 1), chance, 10 * cycle, cycle)
    score = np.asarray(OFFICERS[name](group), dtype=float)
    return highest(score, order, group.offsets).tolist()


def test_every_officer_policy_says_what_it_does_in_a_docstring():
    assert all(OFFICERS[name].__doc__ for name in OURS)


def test_the_fastest_learns_fastest():
    assert chosen("fastest", [2, 2], [3, 1, 2, 0], speed=[0.9, 0.2, 0.3, 0.1]) == [1, 0]


def test_the_most_helpful_explains_best():
    assert chosen("most-helpful", [2, 2], [3, 1, 2, 0], helpfulness=[0.9, 0.2, 0.3, 0.1]) == [1, 0]


def test_the_most_knowledgeable_knows_most_over_all_items():
    mastery = [[1.0, 0.0], [0.6, 0.6], [0.0, 0.1], [0.2, 0.0]]
    assert chosen("most-knowledgeable", [2, 2], [0, 1, 2, 3], mastery=mastery) == [1, 3]


@pytest.mark.parametrize("name", ["fastest", "most-knowledgeable", "most-helpful"])
def test_the_lowest_number_wins_a_tie_wherever_it_sits(name):
    assert chosen(name, [3, 2], [4, 1, 3, 2, 0]) == [1, 0]


def test_in_turn_everybody_of_a_fixed_cell_holds_office():
    """Worked by hand: seats 0, 1, 2 of the larger cell, seats 0, 1, 0 of the smaller."""
    order = [4, 1, 3, 2, 0]
    assert [chosen("rotating", [3, 2], order, cycle=cycle) for cycle in range(4)] == [[4, 2], [1, 0], [3, 2], [4, 0]]


def test_by_lot_every_member_is_equally_likely_in_every_cell():
    counts = np.zeros(5)
    for seed in range(2000):
        counts[chosen("random", [3, 2], [4, 1, 3, 2, 0], seed=seed)] += 1
    assert stats.chisquare(counts[[4, 1, 3]]).pvalue > 1e-4
    assert stats.chisquare(counts[[2, 0]]).pvalue > 1e-4


@pytest.mark.parametrize("name", OURS)
@settings(max_examples=30, deadline=None)
@given(people=st.integers(1, 30), cell_size=st.integers(1, 8), cycle=st.integers(0, 9), seed=st.integers(0, 2**32))
def test_every_cells_officer_is_one_of_its_members(name, people, cell_size, cycle, seed):
    rng = np.random.default_rng(seed)
    sizes, order = cell_sizes(people, cell_size), rng.permutation(people)
    officers = chosen(name, sizes, order, speed=rng.random(people), cycle=cycle, seed=seed)
    for officer, members in zip(officers, np.split(order, np.cumsum(sizes)[:-1]), strict=True):
        assert officer in members


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 30), st.integers(1, 8), st.integers(0, 2**32))
def test_the_highest_score_takes_office_and_compiled_equals_plain_python(people, cell_size, seed):
    rng = np.random.default_rng(seed)
    order = rng.permutation(people).astype(np.int32)
    offsets = np.concatenate([[0], np.cumsum(cell_sizes(people, cell_size))])
    score = rng.integers(0, 3, people).astype(float)
    officers = highest(score, order, offsets)
    assert np.array_equal(officers, highest.py_func(score, order, offsets))
    for c, officer in enumerate(officers):
        seats = range(offsets[c], offsets[c + 1])
        assert officer == min((-score[x], order[x]) for x in seats)[1]


def test_scores_may_be_negative_or_infinite():
    order, offsets = np.arange(4, dtype=np.int32), np.array([0, 2, 4])
    assert highest(np.array([-2.0, -1.0, -np.inf, -np.inf]), order, offsets).tolist() == [1, 2]
    assert highest(np.array([0.0, np.inf, np.inf, 1.0]), order, offsets).tolist() == [1, 2]


def test_a_mean_is_summed_from_left_to_right():
    table = np.array([[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]])
    total = 0.0
    for value in table[0].tolist():
        total += value
    rows = np.array([0])
    assert mean_rows(table, rows)[0] == mean_rows.py_func(table, rows)[0] == total / 9


def test_whoever_stays_in_a_cell_stays_its_officer_and_others_follow_who_know_most():
    """Cell 0 keeps its officer, who knows least; the officer of cell 1 sits in cell 0 now."""
    mastery = [[0.1], [0.9], [0.5], [0.2], [0.8], [0.3]]
    order = [0, 1, 4, 2, 3, 5]
    assert chosen("stay", [3, 3], order, mastery=mastery, officers=[0, 4]) == [0, 2]
    assert chosen("stay", [3, 3], order, mastery=mastery) == chosen("most-knowledgeable", [3, 3], order, mastery=mastery)
