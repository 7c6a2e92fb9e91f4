"""Broken rules: which cell breaks which rule in which cycle."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from learnsim.arrays import Indices
from learnsim.planning.problem import Problem
from learnsim.planning.terms import SCALE, in_deviations, violation


class Broken(NamedTuple):
    """A rule that a cell breaks.

    Attributes
    ----------
    rule : str
        The rule's name.
    cycle, cell : int
        Counted from 0.
    people : tuple of int
        Those of the cell whom the rule is about; of a balance, the whole cell.
    hard : bool
        Whether the rule must hold.
    """

    rule: str
    cycle: int
    cell: int
    people: tuple[int, ...]
    hard: bool = False


def broken_rules(problem: Problem, cell: Indices) -> list[Broken]:
    """Return the rules that a plan breaks, each once per cycle and cell: hard ones first, then by cycle and cell.

    Parameters
    ----------
    problem : Problem
    cell : array (cycles, people)
        The plan.

    Examples
    --------
    >>> import numpy as np
    >>> from learnsim.planning import Feature, Problem, broken_rules
    >>> problem = Problem(sizes=[[2, 2]], features=[Feature("apart", [0, 3], name="quarrel")])
    >>> broken_rules(problem, np.array([[0, 1, 1, 0]]))
    [Broken(rule='quarrel', cycle=0, cell=0, people=(0, 3), hard=False)]
    """
    everyone: dict[tuple[bool, int, int, str], set[int]] = {}
    numbers = [in_deviations(balance) for balance in problem.balances]
    for t in range(problem.cycles):
        if t in problem.fixed:
            continue
        people, row = int((cell[t] >= 0).sum()), cell[t]
        cells = [np.flatnonzero(row == c) for c in range(len(problem.seats(t)))]
        for feature in problem.features:
            there = row[list(feature.members)]
            counts = np.bincount(there[there >= 0], minlength=len(cells))
            for c, count in enumerate(counts.tolist()):
                if violation(feature.kind, count, int(counts.sum()), len(cells[c]), people) > 0.0:
                    key = not feature.hard, t, c, feature.rule
                    everyone.setdefault(key, set()).update(i for i in feature.members if row[i] == c)
        for balance, values in zip(problem.balances, numbers, strict=True):
            for c, members in enumerate(cells):
                if len(members) and abs(float(values[members].sum())) >= len(members) * balance.tolerance * SCALE:
                    everyone.setdefault((True, t, c, balance.name), set()).update(members.tolist())
    return [
        Broken(rule, t, c, tuple(sorted(who)), not priced)
        for (priced, t, c, rule), who in sorted(everyone.items(), key=lambda one: one[0])
    ]
