"""Quality: how many partners a plan gives, beside the most that any plan could, and which rules it breaks."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from learnsim.arrays import Indices, Longs
from learnsim.chance import PLANNING, Chance
from learnsim.planning.broken import broken_rules
from learnsim.planning.problem import Problem
from learnsim.planning.seating import seat_people
from learnsim.planning.terms import times_met


class Quality(NamedTuple):
    """What a plan is worth.

    Attributes
    ----------
    mean, minimum : float, int
        Distinct partners of a person in the course, without those met before; mean of all people, and the fewest.
    ideal : float
        A mean that no plan can exceed.
    repeats : int
        Meetings of pairs who had met before.
    partners : array (people,)
    broken : dict of str to int
        Cells that break a rule, counted over the cycles, by the rule's name; 0 where it is kept.
    """

    mean: float
    minimum: int
    ideal: float
    repeats: int
    partners: Longs
    broken: dict[str, int]


def quality(problem: Problem, cell: Indices) -> Quality:
    """Return how good a plan is.

    Parameters
    ----------
    problem : Problem
    cell : array (cycles, people)

    Examples
    --------
    >>> import numpy as np
    >>> from learnsim.planning import Problem, quality
    >>> pairs = Problem(sizes=[[2, 2]] * 3)
    >>> quality(pairs, np.array([[0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 1, 1]])).mean
    2.0
    """
    before = problem.met_before()
    times = times_met(problem, cell) - before
    partners = ((times > 0) & ~before).sum(axis=1)
    repeats = int(np.maximum(0, times - (~before).astype(np.int64))[np.triu_indices(problem.people, 1)].sum())
    broken = dict.fromkeys([feature.rule for feature in problem.features] + [one.name for one in problem.balances], 0)
    for one in broken_rules(problem, cell):
        broken[one.rule] += 1
    if problem.people == 0:
        return Quality(0.0, 0, 0.0, 0, partners, broken)
    return Quality(float(partners.mean()), int(np.min(partners)), ideal(problem), repeats, partners, broken)


def ideal(problem: Problem) -> float:
    """Return a mean number of distinct partners that no plan can exceed.

    With cells of one size m, everybody present, and c cycles it is min(n - 1, c (m - 1)). In general nobody has more
    partners than people to meet, or than the seats beside one's own in the largest cell of each cycle; and those in
    cells that cannot be filled with new people lose what others cannot gain.
    """
    here = problem.attendance.astype(np.int64)
    could = (here.T @ here > 0) & ~problem.met_before()
    np.fill_diagonal(could, False)
    people_to_meet = could.sum(axis=1)
    least, most, every = np.zeros(problem.people, dtype=np.int64), np.zeros(problem.people, dtype=np.int64), 0
    for t in range(problem.cycles):
        seats = np.array([size for size in problem.seats(t) if size > 0], dtype=np.int64)
        if len(seats):
            least += here[t] * (int(np.min(seats)) - 1)
            most += here[t] * (int(np.max(seats)) - 1)
            every += int((seats * (seats - 1)).sum())
    wasted = int(np.maximum(0, least - people_to_meet).sum())
    return min(every - wasted, int(np.minimum(people_to_meet, most).sum())) / max(1, problem.people)


def random_plan(problem: Problem, *, seed: int = 1) -> Indices:
    """Return a plan at random, for comparison: pins are respected, and no other rule.

    Parameters
    ----------
    problem : Problem
    seed : int

    Returns
    -------
    array (cycles, people)
    """
    draws = Chance(seed, 1).table(PLANNING, 0, np.arange(problem.people), problem.cycles).T
    return seat_people(replace(problem, features=()), draws)
