"""Meetings: who has shared a cell with whom, kept as each trainee's history of cells."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from learnsim.arrays import Flags, Indices, Longs
from learnsim.compiled import kernel

SQUARE_PEOPLE = 2_048  # up to so many people
SQUARE_CYCLES = 16  # and beyond so many cycles, a table says how often each pair has met: no search through long histories
CYCLES, SAME_CELLS, SQUARE_FILLED, NOVICES = range(4)  # places in ``Met.state``


class Met(NamedTuple):
    """What is known of everybody's cells so far, as arrays that machine code changes.

    Attributes
    ----------
    history, partners
        As in :class:`Meetings`.
    times : array (trainees, trainees), or empty
        In how many cycles each pair has shared a cell.
    state : array (4,)
        Cycles so far; whether nobody has changed cells yet, so that all who are in a cell have met; whether ``times`` is
        filled; whether somebody was replaced since the last cycle began.
    """

    history: Indices
    partners: Indices
    times: Indices
    state: Longs


def side_of_square(trainees: int, cycles: int) -> int:
    """Return how many people the table of pairs has on each side: all, or none where it would not pay."""
    return trainees if trainees <= SQUARE_PEOPLE and cycles > SQUARE_CYCLES else 0


def nobody_met(trainees: int, cycles: int) -> Met:
    """Return the state before the first cells are formed, with room for so many cycles."""
    square = side_of_square(trainees, cycles)
    return Met(
        np.full((trainees, cycles), -1, dtype=np.int32),
        np.zeros(trainees, dtype=np.int32),
        np.zeros((square, square), dtype=np.int32),
        np.array([0, 1, 0, 0]),
    )


class Meetings:
    """The cells that each trainee has been in, one column a cycle, and the partners that follow from it.

    A meeting counts from the moment the cells are formed. The meetings of a trainee who leaves are forgotten on
    both sides: partners are distinct people who are still here.

    Attributes
    ----------
    met : Met
        The arrays behind the others.
    """

    def __init__(self, trainees: int, cycles: int) -> None:
        self.met = nobody_met(trainees, cycles)

    @property
    def history(self) -> Indices:
        """The cell of each trainee in each cycle so far, shape (trainees, all cycles).

        -1 before they came, and where there are no groups.
        """
        return self.met.history

    @property
    def cycles(self) -> int:
        """Columns of the history that are filled so far."""
        return int(self.met.state[CYCLES])

    @property
    def partners(self) -> Indices:
        """Distinct people each has shared a cell with, shape (trainees,)."""
        return self.met.partners

    @property
    def mean_partners(self) -> float:
        """The mean of ``partners`` over all trainees."""
        return mean_partners(self.met.partners)

    @property
    def novices(self) -> bool:
        """Whether somebody was replaced since the last cycle began, who meets the others only in the next."""
        return bool(self.met.state[NOVICES])

    def note(self, cell: Indices, order: Indices, offsets: Indices, *, moved: bool = True) -> None:
        """Write down the cells of a new cycle, as in a seat plan, and whether anybody has changed cells."""
        note_cells(self.met, cell, order, offsets, moved)

    def forget(self, who: Longs) -> None:
        """Forget all meetings of these trainees, on both sides."""
        forget_meetings(self.met, who)


@kernel
def mean_partners(partners: Indices) -> float:
    """The mean number of partners."""
    total = 0
    for x in range(len(partners)):
        total += partners[x]
    return total / len(partners)


@kernel
def met_before(history: Indices, i: Any, p: Any, cycles: Any) -> int:
    """The number of earlier cycles in which i and p shared a cell."""
    met = 0
    for c in range(cycles):
        met += (history[i, c] >= 0) & (history[i, c] == history[p, c])
    return met


@kernel
def note_cells(met: Met, cell: Indices, order: Indices, offsets: Indices, moved: bool) -> None:
    """Write down the cells of a new cycle, and count who meets for the first time."""
    history, partners, times = met.history, met.partners, met.times
    cycle = met.state[CYCLES]
    for i in range(len(cell)):
        history[i, cycle] = cell[i]
    novices = met.state[NOVICES]
    met.state[CYCLES], met.state[NOVICES] = cycle + 1, 0
    if moved and cycle > 0:
        met.state[SAME_CELLS] = 0
    if met.state[SAME_CELLS]:
        for c in range(len(offsets) - 1):
            for x in range(offsets[c], offsets[c + 1]):
                partners[order[x]] = offsets[c + 1] - offsets[c] - 1
        return
    square = len(times) > 0
    if square and not met.state[SQUARE_FILLED]:
        for i in range(len(times)):
            for p in range(len(times)):
                times[i, p] = met_before(history, i, p, cycle)
        met.state[SQUARE_FILLED] = 1
    if not (square or moved or novices):
        return
    for c in range(len(offsets) - 1):
        for x in range(offsets[c], offsets[c + 1]):
            one = np.int64(order[x])
            for y in range(x + 1, offsets[c + 1]):
                other = np.int64(order[y])
                before = times[one, other] if square else met_before(history, one, other, cycle)
                if before == 0:
                    partners[one] += 1
                    partners[other] += 1
                if square:
                    times[one, other] += 1
                    times[other, one] += 1


@kernel
def forget_meetings(met: Met, who: Longs) -> None:
    """Forget all meetings of these trainees, on both sides."""
    history, partners, times = met.history, met.partners, met.times
    cycles = met.state[CYCLES]
    met.state[NOVICES] = 1
    gone = np.zeros(len(partners), dtype=np.bool_)
    for x in range(len(who)):
        gone[who[x]] = True
    if met.state[SAME_CELLS]:
        _leave_cells(history, cycles, who, partners)
    elif met.state[SQUARE_FILLED]:
        for x in range(len(who)):
            for p in range(len(partners)):
                partners[p] -= times[who[x], p] > 0 and not gone[p]
                times[who[x], p] = 0
                times[p, who[x]] = 0
    else:
        _leave_histories(history, cycles, who, gone, partners)
    for x in range(len(who)):
        partners[who[x]] = 0
        for c in range(cycles):
            history[who[x], c] = -1


@kernel
def _leave_cells(history: Indices, cycles: Any, who: Longs, partners: Indices) -> None:
    """Where cells have always been the same: everybody loses those of their cell who leave."""
    leaving = np.zeros(len(partners), dtype=np.int32)
    for x in range(len(who)):
        if cycles > 0 and history[who[x], cycles - 1] >= 0:
            leaving[history[who[x], cycles - 1]] += 1
    for i in range(len(partners)):
        if cycles > 0 and history[i, cycles - 1] >= 0:
            partners[i] -= leaving[history[i, cycles - 1]]


@kernel
def _leave_histories(history: Indices, cycles: Any, who: Longs, gone: Flags, partners: Indices) -> None:
    """Whoever has shared a cell with people who leave loses them as partners."""
    trainees = len(partners)
    member = np.empty(trainees, dtype=np.int32)
    end = np.empty(trainees + 1, dtype=np.int32)
    for c in range(cycles):
        _by_cell(history, c, end, member)
        for x in range(len(who)):
            cell = history[who[x], c]
            if cell < 0:
                continue
            for y in range(end[cell - 1] if cell > 0 else 0, end[cell]):
                p = np.int64(member[y])  # counted once: where they met first
                if not gone[p] and met_before(history, who[x], p, c) == 0:
                    partners[p] -= 1


@kernel
def _by_cell(history: Indices, cycle: int, end: Indices, member: Indices) -> None:
    """List everybody by their cell in one cycle, by counting; ``end`` becomes where each cell's list ends."""
    trainees = len(member)
    for c in range(len(end)):
        end[c] = 0
    for i in range(trainees):
        if history[i, cycle] >= 0:
            end[history[i, cycle] + 1] += 1
    for c in range(trainees):
        end[c + 1] += end[c]
    for i in range(trainees):
        if history[i, cycle] >= 0:
            member[end[history[i, cycle]]] = i
            end[history[i, cycle]] += 1
