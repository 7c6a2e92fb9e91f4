"""Cells: how many, how large, and who sits where."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.plans import plan_of
from learnsim.grouping.cells import cell_of_seats, cell_sizes, seats_by_index, unseated


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 2000), st.integers(1, 300))
def test_cell_sizes_add_up_and_differ_by_at_most_one_the_first_the_larger(people, cell_size):
    sizes = cell_sizes(people, cell_size)
    assert sizes.sum() == people
    assert sizes.min() >= 1
    assert sizes.max() - sizes.min() <= 1
    assert (np.diff(sizes) <= 0).all()
    assert len(sizes) == max(1, (2 * people + cell_size) // (2 * cell_size))


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 100), st.integers(1, 30))
def test_people_who_divide_evenly_get_cells_of_the_size_they_aimed_at(cells, cell_size):
    assert cell_sizes(cells * cell_size, cell_size).tolist() == [cell_size] * cells


@pytest.mark.parametrize(
    ("people", "cell_size", "sizes"),
    [
        (60, 6, [6] * 10),
        (7, 3, [4, 3]),
        (8, 3, [3, 3, 2]),
        (9, 6, [5, 4]),
        (8, 6, [8]),
        (2, 6, [2]),
        (1, 1, [1]),
        (5, 2, [2, 2, 1]),
    ],
)
def test_cell_sizes_worked_by_hand(people, cell_size, sizes):
    assert cell_sizes(people, cell_size).tolist() == sizes


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["cells", "community", "organisation"]), st.lists(st.integers(1, 40), min_size=1), st.integers(1, 9))
def test_an_empty_plan_has_the_cells_of_each_community_one_after_the_other(groups, communities, cell_size):
    plan = unseated(groups, np.array(communities), cell_size)
    together = [sum(communities)] if groups == "organisation" else communities
    sizes = [cell_sizes(people, cell_size) if groups == "cells" else [people] for people in together]
    assert np.diff(plan.offsets).tolist() == [int(size) for some in sizes for size in some]
    assert np.diff(plan.branches).tolist() == [len(some) for some in sizes]
    assert len(plan.order) == len(plan.cell) == sum(communities)
    assert (plan.order == -1).all()
    assert (plan.cell == -1).all()


def seated():
    """Two branches: trainees 4 2 0 in cells of two and one, trainees 1 3 in one cell."""
    branches = [
        (np.array([4, 2, 0], dtype=np.int32), np.array([2, 1])),
        (np.array([1, 3], dtype=np.int32), np.array([2])),
    ]
    return plan_of(branches, 5)


def test_a_plan_is_an_order_and_offsets():
    plan = seated()
    assert plan.cells == 3
    assert plan.order.tolist() == [4, 2, 0, 1, 3]
    assert plan.offsets.tolist() == [0, 2, 3, 5]
    assert plan.branches.tolist() == [0, 2, 3]
    assert plan.cell.tolist() == [1, 2, 0, 2, 0]
    assert plan.officers.tolist() == [-1, -1, -1]
    assert [plan.members(c).tolist() for c in range(3)] == [[4, 2], [0], [1, 3]]


def test_taking_another_seat_in_the_same_cell_is_not_moving():
    plan = seated()
    moved = plan.seat(np.array([2, 4, 1, 0, 3], dtype=np.int32))
    assert moved.tolist() == [True, True, False, False, False]
    assert plan.cell.tolist() == [2, 1, 0, 2, 0]


def test_without_groups_nobody_has_a_cell():
    plan = unseated("none", np.array([3, 1]), 2)
    assert plan.cells == 0
    assert plan.cell.tolist() == [-1] * 4
    assert plan.branches.tolist() == [0]


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 40), st.integers(1, 10), st.integers(0, 2**32))
def test_seats_by_index_list_every_cell_by_ascending_trainee(people, cell_size, seed):
    sizes = cell_sizes(people, cell_size)
    order = np.random.default_rng(seed).permutation(people).astype(np.int32)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    cell = cell_of_seats(order, offsets, people)
    assert np.array_equal(cell, cell_of_seats.py_func(order, offsets, people))
    seats = seats_by_index(order, offsets, cell)
    assert np.array_equal(seats, seats_by_index.py_func(order, offsets, cell))
    for c in range(len(sizes)):
        assert (cell[order[offsets[c] : offsets[c + 1]]] == c).all()
        assert order[seats[offsets[c] : offsets[c + 1]]].tolist() == sorted(order[offsets[c] : offsets[c + 1]])
