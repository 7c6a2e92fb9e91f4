"""Seating: a whole plan out of wishes. Pins come first, then those who are to sit together, wishes, everybody else."""

from __future__ import annotations

from itertools import islice

import numpy as np

from learnsim.arrays import Floats, Indices
from learnsim.planning.problem import Problem
from learnsim.planning.terms import blocks


def seat_people(problem: Problem, draws: Floats, wish: Indices | None = None) -> Indices:
    """Return a plan in which every cell is full, everybody present has one seat, and every pin is respected.

    Parameters
    ----------
    problem : Problem
    draws : array (cycles, people)
        Uniform numbers: in which order people are seated who have no wish, or not their wish.
    wish : array (cycles, people), optional
        In which cell each person would best sit, -1 for none; by the numbers of the problem's cells.
    """
    here, together = problem.attendance, blocks(problem)
    pins: dict[int, dict[int, int]] = {t: {} for t in range(problem.cycles)}
    for pin in problem.pins():
        pins[pin.cycle][pin.person] = pin.cell
    plan = np.full((problem.cycles, problem.people), -1, dtype=np.int32)
    for t in range(problem.cycles):
        if t in problem.fixed:
            plan[t] = problem.fixed[t]
            continue
        free = np.array(problem.seats(t), dtype=np.int32)
        for person, cell in pins[t].items():
            _seat(plan[t], free, person, cell)
        waiting = [int(i) for i in np.argsort(draws[t], kind="stable") if here[t, i] and plan[t, i] < 0]
        wished = np.full(problem.people, -1) if wish is None else wish[t]
        for block in together:
            group = [i for i in block if here[t, i] and plan[t, i] < 0]
            cells = [int(plan[t, i]) for i in block if plan[t, i] >= 0] + [int(wished[i]) for i in group if wished[i] >= 0]
            cells += [int(c) for c in np.argsort(-free, kind="stable")]
            room = next((c for c in cells if free[c] >= len(group)), None)
            if room is not None:
                for i in group:
                    _seat(plan[t], free, i, room)
        for i in waiting:
            if plan[t, i] < 0 and 0 <= wished[i] < len(free) and free[wished[i]] > 0:
                _seat(plan[t], free, i, int(wished[i]))
        left = iter(np.repeat(np.arange(len(free)), free).tolist())
        for i in waiting:
            if plan[t, i] < 0:
                plan[t, i] = next(left)
    return plan


def _seat(row: Indices, free: Indices, person: int, cell: int) -> None:
    row[person] = cell
    free[cell] -= 1


def named_cells(problem: Problem, design: Indices) -> Indices:
    """Return a design with its cells numbered as the problem's: where pins say so, then the fullest with the most seats."""
    here, wish = problem.attendance, np.full_like(design, -1)
    pins: dict[int, dict[int, int]] = {t: {} for t in range(problem.cycles)}
    for pin in problem.pins():
        pins[pin.cycle].setdefault(int(design[pin.cycle, pin.person]), pin.cell)
    for t in range(problem.cycles):
        if t in problem.fixed:
            continue
        seats = problem.seats(t)
        names: dict[int, int] = {}
        for old, new in pins[t].items():
            if old >= 0 and new not in names.values():
                names[old] = new
        among = design[t][here[t] & (design[t] >= 0)]
        filled = np.bincount(among, minlength=1)
        others = sorted((c for c in range(len(seats)) if c not in names.values()), key=lambda c: -seats[c])
        fullest = sorted((c for c in range(len(filled)) if c not in names and filled[c]), key=lambda c: -filled[c])
        names.update(zip(fullest, others, strict=False))
        for i in np.flatnonzero(here[t]):
            wish[t, i] = names.get(int(design[t, i]), -1)
    return wish


def designed_people(problem: Problem, cells: int, size: int) -> list[int]:
    """Return who takes which place of a design, row by row: people of one row seldom or never meet.

    First those who are pinned, since in a transversal design the first row stays in its cells; then lists of people who
    are to sit apart, each in a row of its own; then everybody else, those with the same feature beside each other.
    """
    rows: list[list[int]] = [[] for _ in range(size)]
    pinned = [pin.person for pin in problem.pins()]
    first = sorted(set(pinned), key=lambda i: (-pinned.count(i), i))[:cells]
    rows[0] = first
    placed = set(first)
    apart = [feature for feature in problem.features if feature.kind == "apart"]
    for feature in sorted(apart, key=lambda one: (not one.hard, -len(one.members))):
        todo = [i for i in dict.fromkeys(feature.members) if i not in placed]
        beside = [row for row in rows if set(row) & set(feature.members)]
        row = next((row for row in [*beside, *rows] if len(row) + len(todo) <= cells), None)
        if row is not None:
            row += todo
            placed |= set(todo)
    spread = [feature.members for feature in problem.features if feature.kind == "spread"]
    kind = {i: f for f, members in reversed([*enumerate(spread)]) for i in members}
    others = iter(sorted((i for i in range(problem.people) if i not in placed), key=lambda i: (kind.get(i, -1), i)))
    places: list[int] = []
    for row in rows:
        row += islice(others, cells - len(row))
        places += row + [-1] * (cells - len(row))
    return places
