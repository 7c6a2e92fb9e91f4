"""Cells: who sits where, and how many seats each cell has. Membership is an order of trainees and offsets into it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from learnsim.arrays import Flags, Indices, Integers, Longs
from learnsim.compiled import kernel


@lru_cache(maxsize=256)
def cells_of(groups: str, communities: tuple[int, ...], cell_size: int) -> tuple[Indices, Indices]:
    """Return how many seats each cell has, and how many cells each branch of the tree.

    Parameters
    ----------
    groups : str
        Of the arm: who shares a cell.
    communities : tuple of int
        People in each.
    cell_size : int
        The sizes of a community's cells are as near to it as can be, and differ by at most one.

    Examples
    --------
    >>> from learnsim.grouping.cells import cells_of
    >>> sizes, cells = cells_of("cells", (13, 12), 6)
    >>> sizes.tolist(), cells.tolist()
    ([7, 6, 6, 6], [2, 2])
    """
    if groups == "none":
        return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32)
    people = np.array([sum(communities)] if groups == "organisation" else communities)
    cells = np.maximum(1, (2 * people + cell_size) // (2 * cell_size)) if groups == "cells" else np.ones_like(people)
    cells = np.where(people > 0, cells, 0)  # a community that has closed has none
    number = np.arange(cells.sum()) - np.repeat(np.cumsum(cells) - cells, cells)  # of each cell in its branch
    one_more = np.repeat(people % np.maximum(1, cells), cells)
    sizes = np.repeat(people // np.maximum(1, cells), cells) + (number < one_more)
    return _sealed(sizes.astype(np.int32)), _sealed(cells.astype(np.int32))


def cell_sizes(people: int, cell_size: int) -> Indices:
    """Return the sizes of the cells of one community of so many people."""
    return cells_of("cells", (people,), cell_size)[0]


def ends_of(sizes: Integers) -> Indices:
    """Return where each of some parts begins, and where the last ends: shape (parts + 1,)."""
    ends = np.zeros(len(sizes) + 1, dtype=np.int32)
    np.cumsum(sizes, out=ends[1:])
    return ends


@dataclass
class SeatPlan:
    """The organisation's tree at one moment: communities (branches), their cells, the seats in them.

    Attributes
    ----------
    order : array (seats,)
        Trainees in seat order, cell by cell; empty where there are no groups. Everybody has a seat, unless a plan is played.
    offsets : array (cells + 1,)
        Cell c has the seats ``offsets[c]`` to ``offsets[c + 1] - 1`` of ``order``.
    branches : array (branches + 1,)
        Branch g has the cells ``branches[g]`` to ``branches[g + 1] - 1``.
    officers : array (cells,)
        The trainee who is each cell's learning officer.
    cell : array (trainees,)
        The cell of each trainee, -1 where there are no groups, or the trainee has no seat.
    """

    order: Indices
    offsets: Indices
    branches: Indices
    officers: Indices
    cell: Indices

    @property
    def cells(self) -> int:
        """The number of cells."""
        return len(self.offsets) - 1

    def members(self, cell: int) -> Indices:
        """Return the trainees of a cell in seat order."""
        return self.order[self.offsets[cell] : self.offsets[cell + 1]]

    def become(self, other: SeatPlan) -> None:
        """Take over another plan's cells, seats and officers."""
        self.order, self.offsets, self.branches = other.order, other.offsets, other.branches
        self.officers, self.cell = other.officers, other.cell

    def seat(self, order: Indices) -> Flags:
        """Give everybody the seat that a new order says; return whose cell changed, shape (trainees,)."""
        before = self.cell
        self.order = order
        self.cell = cell_of_seats(order, self.offsets, len(before))
        return self.cell != before


def unseated(groups: str, communities: Integers, cell_size: int) -> SeatPlan:
    """Return the plan of an organisation's cells before anybody sits in them; see :func:`cells_of`."""
    sizes, cells = cells_of(groups, tuple(communities.tolist()), cell_size)
    trainees = int(communities.sum())
    return SeatPlan(
        np.full(trainees if len(sizes) else 0, -1, dtype=np.int32),
        ends_of(sizes),
        ends_of(cells),
        np.full(len(sizes), -1, dtype=np.int32),
        np.full(trainees, -1, dtype=np.int32),
    )


@kernel
def cell_of_seats(order: Indices, offsets: Indices, trainees: int) -> Indices:
    """The cell of each trainee."""
    cell = np.full(trainees, -1, dtype=np.int32)
    for c in range(len(offsets) - 1):
        for x in range(offsets[c], offsets[c + 1]):
            cell[order[x]] = c
    return cell


@kernel
def seats_by_index(order: Indices, offsets: Indices, cell: Indices) -> Indices:
    """For each cell its seats (places in ``order``) by ascending trainee, laid out like ``order``."""
    place = np.empty(len(cell), dtype=np.int32)
    for x in range(len(order)):
        place[order[x]] = x
    filled = offsets[:-1].copy()
    seats = np.empty(len(order), dtype=np.int32)
    for i in range(len(cell)):
        c = cell[i]
        if c >= 0:
            seats[filled[c]] = place[i]
            filled[c] += 1
    return seats


class Layout:
    """The seats of a group, cell by cell. Its arrays cannot be written to.

    Attributes
    ----------
    sizes : array (cells,)
        Seats in each cell.
    offsets : array (cells + 1,)
        Where each cell begins and ends among the seats.
    """

    def __init__(self, sizes: Integers) -> None:
        offsets = np.zeros(len(sizes) + 1, dtype=np.int64)
        np.cumsum(sizes, out=offsets[1:])
        self.sizes, self.offsets = _sealed(np.array(sizes, dtype=np.int64)), _sealed(offsets)

    @cached_property
    def cell(self) -> Longs:
        """The cell of each seat, shape (n,)."""
        return _sealed(np.repeat(np.arange(len(self.sizes)), self.sizes))

    @cached_property
    def seat(self) -> Longs:
        """The place of each seat in its cell, shape (n,)."""
        return _sealed(np.arange(self.offsets[-1]) - self.offsets[self.cell])


def _sealed(array: Any) -> Any:
    array.flags.writeable = False
    return array
