"""Cells of a plan: how many there are in each community and cycle, and how many people each seats."""

from __future__ import annotations

import numpy as np

from learnsim.arrays import Indices
from learnsim.grouping.cells import cell_sizes

LEAST = 2  # people of a cell, where there are more than one


def cells_in(numbers: Indices) -> int:
    """Return how many cells there are by the number of each person's, counted from 0; -1 is none."""
    return max(numbers.ravel().tolist(), default=-1) + 1


def sizes_in(present: int, cell_size: int, people: int) -> list[int]:
    """Return the seats of a community's cells in a cycle in which so many of its people are present.

    There are as many cells as with everybody, unless one of them would have less than two people.

    Examples
    --------
    >>> from learnsim.plans.cells import sizes_in
    >>> sizes_in(31, 5, 31), sizes_in(29, 5, 31), sizes_in(3, 2, 8)
    ([6, 5, 5, 5, 5, 5], [5, 5, 5, 5, 5, 4], [3])
    """
    cells = max(1, min(len(cell_sizes(people, cell_size)), present // LEAST))
    return [present // cells + (number < present % cells) for number in range(cells)]


def sizes_again(before: Indices, here: Indices, cell_size: int) -> list[int]:
    """Return the seats of the cells of a cycle that is planned again, so that as few people as possible have to move.

    Parameters
    ----------
    before : array (people,)
        The cell of each person in the earlier plan; -1 for those who are new, or were absent.
    here : array (people,)
        Whether each is present now.
    cell_size : int

    Examples
    --------
    >>> import numpy as np
    >>> from learnsim.plans.cells import sizes_again
    >>> sizes_again(np.array([0, 0, 0, 1, 1, 1]), np.array([1, 1, 1, 0, 1, 1]), 3)
    [3, 2]
    """
    here = np.asarray(here, dtype=bool)
    staying = before[here & (before >= 0)]
    count, cells = int(here.sum()), cells_in(before)
    fresh = len(sizes_in(count, cell_size, count))
    if cells == 0 or count < LEAST * cells or abs(cells - fresh) > max(1, fresh // 4):
        return sizes_in(count, cell_size, count)
    sizes = np.bincount(staying, minlength=cells)
    for _ in range(count - int(sizes.sum())):
        sizes[int(np.argmin(sizes))] += 1
    low, high = min(max(LEAST, cell_size - 1), count // cells), max(cell_size + 1, -(-count // cells))
    while int(np.min(sizes)) < low or int(np.max(sizes)) > high:
        sizes[int(np.argmax(sizes))] -= 1
        sizes[int(np.argmin(sizes))] += 1
    return [int(size) for size in sizes]
