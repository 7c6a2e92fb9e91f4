"""Meetings: partners counted from histories equal those counted from a full matrix."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnsim.grouping.cells import cell_of_seats, cell_sizes
from learnsim.grouping.meetings import Meetings, forget_meetings, met_before, nobody_met, note_cells


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


@pytest.mark.parametrize("room", [7, 20])
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_partners_equal_a_full_matrixs_count_also_after_people_leave(room, data):
    """Whether histories are searched or, with many cycles, pairs are counted; and while nobody has moved."""
    people = data.draw(st.integers(1, 25))
    sizes = cell_sizes(people, data.draw(st.integers(1, 9)))
    cycles = data.draw(st.integers(1, 7))
    meetings, matrix = Meetings(people, room), Matrix(people)
    order = np.arange(people)
    for _ in range(cycles):
        before = order
        order = data.draw(st.one_of(st.just(order), st.permutations(range(people)).map(np.array)))
        cell, seats, offsets = seated(order, sizes)
        meetings.note(cell, seats, offsets, moved=not np.array_equal(before, order))
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


@pytest.mark.parametrize("cycles", [3, 20])
@settings(max_examples=20, deadline=None)
@given(st.integers(2, 20), st.integers(1, 6), st.integers(0, 2**32))
def test_compiled_counting_equals_plain_python(cycles, people, cell_size, seed):
    """Also where a table of pairs is kept, as with many cycles."""
    rng = np.random.default_rng(seed)
    sizes = cell_sizes(people, cell_size)
    compiled, plain = nobody_met(people, cycles), nobody_met(people, cycles)
    cell, order, offsets = seated(rng.permutation(people), sizes)
    for moved in rng.integers(0, 2, 3).astype(bool):
        if moved:
            cell, order, offsets = seated(rng.permutation(people), sizes)
        who = np.unique(rng.integers(0, people, 3))
        note_cells(compiled, cell, order, offsets, moved)
        note_cells.py_func(plain, cell, order, offsets, moved)
        forget_meetings(compiled, who)
        forget_meetings.py_func(plain, who)
        for one, other in zip(compiled, plain, strict=True):
            assert np.array_equal(one, other)


def test_cycles_in_which_nobody_moves_bring_no_partners():
    meetings = Meetings(4, 3)
    plan = seated(np.array([0, 1, 2, 3]), [2, 2])
    meetings.note(*plan)
    meetings.note(*plan, moved=False)
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
