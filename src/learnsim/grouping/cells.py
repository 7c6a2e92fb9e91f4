"""Cells: who sits where, and how many seats each cell has. Membership is an order of trainees and offsets into it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from learnsim.arrays import Flags, Indices, Integers, Longs
from learnsim.compiled import kernel


def cell_sizes(people: int, cell_size: int) -> Longs:
    """Return the sizes of the cells of one community: as near to ``cell_size`` as can be, differing by at most one."""
    cells = max(1, (2 * people + cell_size) // (2 * cell_size))
    sizes = np.full(cells, people // cells)
    sizes[: people % cells] += 1
    return sizes


@dataclass
class SeatPlan:
    """The organisation's tree at one moment: communities (branches), their cells, the seats in them.

    Attributes
    ----------
    order : array (trainees,)
        Trainees in seat order, cell by cell; empty where there are no groups.
    offsets : array (cells + 1,)
        Cell c has the seats ``offsets[c]`` to ``offsets[c + 1] - 1`` of ``order``.
    branches : array (branches + 1,)
        Branch g has the cells ``branches[g]`` to ``branches[g + 1] - 1``.
    officers : array (cells,)
        The trainee who is each cell's learning officer.
    cell : array (trainees,)
        The cell of each trainee, -1 where there are no groups.
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

    def seat(self, order: Indices) -> Flags:
        """Give everybody the seat that a new order says; return whose cell changed, shape (trainees,)."""
        before = self.cell
        self.order = order
        self.cell = cell_of_seats(order, self.offsets, len(before))
        return self.cell != before


def empty_plan(trainees: int) -> SeatPlan:
    """Return the plan of an organisation without groups."""
    nothing = np.empty(0, dtype=np.int32)
    zero = np.zeros(1, dtype=np.int32)
    return SeatPlan(nothing, zero, zero.copy(), nothing.copy(), np.full(trainees, -1, dtype=np.int32))


def plan_of(branches: list[tuple[Indices, Longs]], trainees: int) -> SeatPlan:
    """Return the plan of these branches, each its trainees in seat order and its cells' sizes; no officers yet."""
    sizes = np.concatenate([sizes for _, sizes in branches])
    order = np.concatenate([order for order, _ in branches]).astype(np.int32)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    ends = np.concatenate([[0], np.cumsum([len(sizes) for _, sizes in branches])]).astype(np.int32)
    officers = np.full(len(sizes), -1, dtype=np.int32)
    return SeatPlan(order, offsets, ends, officers, cell_of_seats(order, offsets, trainees))


@kernel
def cell_of_seats(order, offsets, trainees):  # type: ignore[no-untyped-def]
    """The cell of each trainee."""
    cell = np.full(trainees, -1, dtype=np.int32)
    for c in range(len(offsets) - 1):
        for x in range(offsets[c], offsets[c + 1]):
            cell[order[x]] = c
    return cell


@kernel
def seats_by_index(order, offsets, cell):  # type: ignore[no-untyped-def]
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


def _sealed(array: Longs) -> Longs:
    array.flags.writeable = False
    return array
