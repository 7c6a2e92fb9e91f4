"""Meetings: partners counted from histories equal those counted from a full matrix."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from learnsim.grouping.cells import cell_of_seats, cell_sizes
from learnsim.grouping.meetings import Meetings, _count_new, _forget, met_before


class Matrix:
    """Who has met whom, as a square: the plain way."""

    def __init__(self, trainees):
        self.met = np.zeros((trainees, trainees), dtype=int)

    def note(self, cell):
        together = (cell[:, None] == cell[None, :]) & (cell[:, None] >= 0)
        np.fill_diagonal(together, False)
        self.met += together

    def forget(self, who):
        self.met[who, :] = 0
        self.met[:, who] = 0

    @property
    def partners(self):
        return (self.met > 0).sum(axis=1)


def seated(order, sizes):
    """Cell, order and offsets as the tree hands them over."""
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    order = order.astype(np.int32)
    return cell_of_seats(order, offsets, len(order)), order, offsets


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_partners_equal_a_full_matrixs_count_also_after_people_leave(data):
    people = data.draw(st.integers(1, 25))
    sizes = cell_sizes(people, data.draw(st.integers(1, 9)))
    cycles = data.draw(st.integers(1, 7))
    meetings, matrix = Meetings(people, cycles), Matrix(people)
    order = np.arange(people)
    for _ in range(cycles):
        order = data.draw(st.one_of(st.just(order), st.permutations(range(people)).map(np.array)))
        cell, seats, offsets = seated(order, sizes)
        meetings.note(cell, seats, offsets)
        matrix.note(cell)
        assert np.array_equal(meetings.partners, matrix.partners)
        who = np.array(sorted(data.draw(st.sets(st.integers(0, people - 1), max_size=4))), dtype=np.int64)
        meetings.forget(who)
        matrix.forget(who)
        assert np.array_equal(meetings.partners, matrix.partners)
    for i in range(people):
        for p in range(people):
            if i != p:
                assert met_before(meetings.history, i, p, meetings.cycles) == matrix.met[i, p]


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 20), st.integers(1, 6), st.integers(0, 2**32))
def test_compiled_counting_equals_plain_python(people, cell_size, seed):
    rng = np.random.default_rng(seed)
    sizes = cell_sizes(people, cell_size)
    history = np.full((people, 3), -1, dtype=np.int32)
    compiled, plain = np.zeros(people, dtype=np.int32), np.zeros(people, dtype=np.int32)
    for cycle in range(3):
        cell, order, offsets = seated(rng.permutation(people), sizes)
        history[:, cycle] = cell
        _count_new(history, cycle, order, offsets, compiled)
        _count_new.py_func(history, cycle, order, offsets, plain)
    assert np.array_equal(compiled, plain)
    who = np.unique(rng.integers(0, people, 3))
    copy = history.copy()
    _forget(history, 3, who, compiled)
    _forget.py_func(copy, 3, who, plain)
    assert np.array_equal(compiled, plain)
    assert np.array_equal(history, copy)


def test_cycles_in_which_nobody_moves_bring_no_partners():
    meetings = Meetings(4, 3)
    plan = seated(np.array([0, 1, 2, 3]), [2, 2])
    meetings.note(*plan)
    meetings.note(*plan, unchanged=True)
    assert meetings.partners.tolist() == [1, 1, 1, 1]
    assert meetings.cycles == 2
    assert met_before(meetings.history, 0, 1, 2) == 2


def test_without_groups_nobody_meets():
    meetings = Meetings(3, 2)
    cell = np.full(3, -1, dtype=np.int32)
    meetings.note(cell, np.empty(0, dtype=np.int32), np.zeros(1, dtype=np.int32))
    assert meetings.partners.tolist() == [0, 0, 0]
    assert met_before(meetings.history, 0, 1, 1) == 0


def test_a_novice_meets_the_old_cell_anew():
    meetings = Meetings(4, 2)
    plan = seated(np.array([0, 1, 2, 3]), [4])
    meetings.note(*plan)
    meetings.forget(np.array([2]))
    assert meetings.partners.tolist() == [2, 2, 0, 2]
    meetings.note(*plan)
    assert meetings.partners.tolist() == [3, 3, 3, 3]


def test_two_who_leave_together_are_forgotten_once():
    meetings = Meetings(4, 2)
    meetings.note(*seated(np.array([0, 1, 2, 3]), [4]))
    meetings.forget(np.array([1, 2]))
    assert meetings.partners.tolist() == [1, 0, 0, 1]


def test_somebody_met_twice_is_forgotten_once():
    meetings = Meetings(3, 3)
    for _ in range(3):
        meetings.note(*seated(np.array([0, 1, 2]), [3]))
    meetings.forget(np.array([0]))
    assert meetings.partners.tolist() == [0, 1, 1]


def test_nobody_leaving_changes_nothing():
    meetings = Meetings(3, 1)
    meetings.note(*seated(np.array([0, 1, 2]), [3]))
    meetings.forget(np.empty(0, dtype=np.int64))
    assert meetings.partners.tolist() == [2, 2, 2]
