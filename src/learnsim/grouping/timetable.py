"""Timetable: the cells of a whole course at once, so that people meet as many others as they can."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from learnsim.arrays import Indices, Longs
from learnsim.planning import Problem, quality, search

SEARCHED = 400  # people up to whom a better timetable than rotation is sought, where rotation repeats meetings
STEPS = 400_000  # swaps that are tried, a fraction of a second

@lru_cache(maxsize=64)
def timetable(sizes: tuple[int, ...], cycles: int) -> Longs:
    """Return who sits where in each cycle: shape (cycles, people).

    Entry (t, x) is the person who has seat x in cycle t, numbered by their seats in cycle 0.

    Parameters
    ----------
    sizes : tuple of int
        People in each cell; they stay.
    cycles : int

    Notes
    -----
    Rotation, where nobody meets anybody twice by it; else the better of rotation and a search (:mod:`learnsim.planning`).

    Examples
    --------
    >>> from learnsim.grouping.timetable import timetable
    >>> timetable((2, 2), 2).tolist()
    [[0, 1, 2, 3], [0, 3, 2, 1]]
    """
    rows = rotations(sizes, cycles)
    problem = Problem(sizes=[list(sizes)] * cycles, fixed={0: np.repeat(np.arange(len(sizes)), sizes)})
    rotated = _cells(rows, sizes)
    if cycles > 1 and len(sizes) > 1 and sum(sizes) <= SEARCHED and quality(problem, rotated).repeats:
        sought = search(problem, seed=1, steps=STEPS).cell
        if quality(problem, sought).mean > quality(problem, rotated).mean:
            rows = np.argsort(sought, axis=1, kind="stable")
    rows.flags.writeable = False
    return rows


def _cells(rows: Longs, sizes: tuple[int, ...]) -> Indices:
    """Return the cell of each person in each cycle, shape (cycles, people)."""
    cells = np.empty(rows.shape, dtype=np.int32)
    for cell, row in zip(cells, rows, strict=True):
        cell[row] = np.repeat(np.arange(len(sizes)), sizes)
    return cells


def rotations(sizes: tuple[int, ...], cycles: int) -> Longs:
    """Return the timetable of rotating schedules: seat b moves b cells on in each cycle, among the cells that have a seat b.

    For a prime number of cells, not below their size, nobody meets anybody twice in as many cycles (Kirkman 1850).
    """
    counts = np.array(sizes)
    first = np.cumsum(counts) - counts
    rows = np.empty((cycles, counts.sum()), dtype=np.int64)
    for seat in range(max(sizes)):
        ring = first[counts > seat] + seat  # those with this seat, cell by cell
        for t in range(cycles):
            rows[t, np.roll(ring, -t * seat)] = ring
    return rows
