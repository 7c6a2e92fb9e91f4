"""Timetable and schedule: the cells of a whole course, planned at once."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnsim.chance import Chance
from learnsim.grouping import Tree
from learnsim.grouping.cells import cell_sizes
from learnsim.grouping.timetable import timetable
from learnsim.people import draw_people
from learnsim.settings import PRESETS, Settings

SIZES = st.lists(st.integers(1, 6), min_size=1, max_size=6).map(tuple)


def partners_in(rows, sizes):
    """The number of distinct partners of each person of a timetable."""
    ends = np.cumsum((0, *sizes))
    met = np.zeros((len(rows[0]), len(rows[0])), dtype=bool)
    for row in rows:
        for first, end in pairwise(ends.tolist()):
            met[np.ix_(row[first:end], row[first:end])] = True
    return met.sum(axis=1) - 1


@pytest.mark.thorough
@settings(max_examples=50, deadline=None)
@given(SIZES, st.integers(1, 6))
def test_everybody_has_one_seat_in_each_cycle_of_a_timetable(sizes, cycles):
    rows = timetable(sizes, cycles)
    assert rows.shape == (cycles, sum(sizes)) and not rows.flags.writeable
    assert np.array_equal(rows[0], np.arange(sum(sizes)))
    assert (np.sort(rows, axis=1) == np.arange(sum(sizes))).all()


def test_a_prime_number_of_cells_meets_nobody_twice():
    for cells, size in ((5, 5), (7, 4), (11, 3)):
        assert (partners_in(timetable((size,) * cells, cells), (size,) * cells) == cells * (size - 1)).all()


def tree(cycles, **fields):
    settings = Settings().changed({"organisation.trainees": 23, "organisation.communities": 2})
    chance = Chance(3, 0, audit=True)
    return Tree(PRESETS["hybrid"][1]._replace(shuffle="schedule", **fields), draw_people(settings, chance, None), chance, 4, cycles)


@pytest.mark.parametrize("scope", ["community", "organisation"])
def test_a_schedule_plays_the_timetable_from_wherever_people_first_sat(scope):
    grown = tree(5, scope=scope)
    first = grown.plan.order.copy()
    ends = grown.plan.offsets[grown.plan.branches] if scope == "community" else grown.plan.offsets[[0, -1]]
    for cycle in range(1, 5):
        grown.regroup(10 * cycle, cycle)
        for low, high in pairwise(ends.tolist()):
            sizes = cell_sizes(high - low, 4).tolist() if scope == "community" else np.diff(grown.plan.offsets).tolist()
            assert np.array_equal(grown.plan.order[low:high], first[low:high][timetable(tuple(sizes), 5)[cycle]])
