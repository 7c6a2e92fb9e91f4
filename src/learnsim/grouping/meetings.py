"""Meetings: who has shared a cell with whom, kept as each trainee's history of cells and never as a square matrix."""

from __future__ import annotations

import numpy as np

from learnsim.arrays import Indices, Longs
from learnsim.compiled import kernel


class Meetings:
    """The cells that each trainee has been in, one column a cycle, and the partners that follow from it.

    A meeting counts from the moment the cells are formed. The meetings of a trainee who leaves are forgotten on
    both sides: partners are distinct people who are still here.

    Attributes
    ----------
    history : array (trainees, cycles)
        The cell of each trainee in each cycle so far; -1 before they came, and where there are no groups.
    cycles : int
        Columns filled so far.
    partners : array (trainees,)
        Distinct people each has shared a cell with.
    """

    def __init__(self, trainees: int, cycles: int) -> None:
        self.history = np.full((trainees, cycles), -1, dtype=np.int32)
        self.cycles = 0
        self.partners = np.zeros(trainees, dtype=np.int32)

    @property
    def mean_partners(self) -> float:
        """The mean of ``partners`` over all trainees."""
        return _total(self.partners) / len(self.partners)

    def note(self, cell: Indices, order: Indices, offsets: Indices, *, unchanged: bool = False) -> None:
        """Write down the cells of a new cycle; ``unchanged`` says that nobody can have met anybody new."""
        self.history[:, self.cycles] = cell
        if not unchanged:
            _count_new(self.history, self.cycles, order, offsets, self.partners)
        self.cycles += 1

    def forget(self, who: Longs) -> None:
        """Forget all meetings of these trainees, on both sides."""
        _forget(self.history, self.cycles, who, self.partners)


@kernel
def _total(numbers):  # type: ignore[no-untyped-def]
    total = 0
    for x in range(len(numbers)):
        total += numbers[x]
    return total


@kernel
def met_before(history, i, p, cycles):  # type: ignore[no-untyped-def]
    """The number of earlier cycles in which i and p shared a cell."""
    met = 0
    for c in range(cycles):
        if history[i, c] >= 0 and history[i, c] == history[p, c]:
            met += 1
    return met


@kernel
def _count_new(history, cycles, order, offsets, partners):  # type: ignore[no-untyped-def]
    for c in range(len(offsets) - 1):
        lo, hi = offsets[c], offsets[c + 1]
        if cycles == 0:
            for x in range(lo, hi):
                partners[order[x]] = hi - lo - 1
            continue
        for x in range(lo, hi):
            i = order[x]
            for y in range(x + 1, hi):
                p = order[y]
                if met_before(history, i, p, cycles) == 0:
                    partners[i] += 1
                    partners[p] += 1


@kernel
def _forget(history, cycles, who, partners):  # type: ignore[no-untyped-def]
    trainees = len(partners)
    gone = np.zeros(trainees, dtype=np.bool_)
    for x in range(len(who)):
        gone[who[x]] = True
    member = np.empty(trainees, dtype=np.int32)
    for c in range(cycles):  # everybody by their cell in this cycle, by counting
        cells = 0
        for i in range(trainees):
            cells = max(cells, history[i, c] + 1)
        end = np.zeros(cells + 1, dtype=np.int32)
        for i in range(trainees):
            if history[i, c] >= 0:
                end[history[i, c] + 1] += 1
        for x in range(cells):
            end[x + 1] += end[x]
        filled = end[:-1].copy()
        for i in range(trainees):
            if history[i, c] >= 0:
                member[filled[history[i, c]]] = i
                filled[history[i, c]] += 1
        for x in range(len(who)):
            i = who[x]
            if history[i, c] < 0:
                continue
            for y in range(end[history[i, c]], end[history[i, c] + 1]):
                p = member[y]  # counted once: where they met first
                if not gone[p] and met_before(history, i, p, c) == 0:
                    partners[p] -= 1
    for x in range(len(who)):
        partners[who[x]] = 0
        for c in range(cycles):
            history[who[x], c] = -1
