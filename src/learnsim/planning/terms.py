"""Terms: a problem as arrays of whole numbers, and what a plan costs by each term.

Costs are whole numbers, so that the change of a cost is exact and the same on every machine; ``UNIT`` is the price of
one repeated meeting.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from learnsim.arrays import Array, Flags, Floats, Indices, Longs
from learnsim.planning.problem import Balance, Feature, Problem

UNIT = 10_000
LARGEST_COST = 1 << 61  # of all rules that must hold together, in parts of UNIT: costs stay whole numbers of 64 bits
FURTHER = 0.25  # what each further person costs, where the first too many in a cell costs 1
SCALE = 1 << 20  # of a standard deviation


class Terms(NamedTuple):
    """What the kernels read of a problem: nothing here changes while they search.

    Attributes
    ----------
    offsets : array (cycles, cells + 1)
        Where each cell begins and ends among the seats of a cycle.
    movable, movables : arrays (cycles, people), (cycles,)
        Who may move, and how many.
    open_cycles : array
        Cycles that are still to be planned.
    weight : int
        Cost of a repeated meeting.
    has : array (people, features) of 0 and 1
    first, own : arrays (people + 1,), (...)
        The features of each person.
    table : array (features, cycles, cells)
        Where the penalties of a cell begin in ``penalties``, which are by the number of people who have the feature.
    penalties : array
    values : array (people, balances)
        In ``SCALE`` of a standard deviation above the mean.
    tolerances, prices : arrays (balances,)
    levels : array (people, items)
        Mastery as a cost; 0 in an item in which all are alike.
    pairs : array (cycles, cells)
        Pairs of people in each cell; 0 where composition is not asked for.
    small : array (cycles, cells)
        1 for cells that are smaller than others of their cycle.
    low, high : arrays (people, cycles), (cycles,)
        How often a person should have been in a smaller cell by the end of a cycle, at least and at most.
    even : int
    stay : array (cycles, people)
    stay_price : int
    mates : array (people, largest block)
        Others who are to sit with a person, -1 behind them.
    """

    offsets: Indices
    movable: Indices
    movables: Longs
    open_cycles: Longs
    weight: int
    has: Array
    first: Longs
    own: Longs
    table: Indices
    penalties: Longs
    values: Longs
    tolerances: Floats
    prices: Floats
    levels: Longs
    pairs: Longs
    small: Array
    low: Longs
    high: Longs
    even: int
    stay: Indices
    stay_price: int
    mates: Indices


def violation(kind: str, count: int, everybody: int, seats: int, people: int) -> float:
    """Return the violations in a cell in which so many of those with a feature sit.

    Parameters
    ----------
    kind : str
        Of the feature.
    count, everybody : int
        Those with the feature in the cell, and in the cycle.
    seats, people : int
        Everybody in the cell, and in the cycle.

    Examples
    --------
    >>> from learnsim.planning.terms import violation
    >>> violation("spread", count=3, everybody=5, seats=4, people=20)  # the fair share is 1
    1.25
    """
    if kind == "apart":
        return count * (count - 1) / 2
    if kind == "together":
        return count * (everybody - count) / 2
    if kind == "not_alone":
        return float(count == 1)
    if kind == "alike":
        many = min(count, seats - count)
    else:
        low = everybody * seats // people
        high = low + (everybody * seats % people > 0)
        many = max(low - count, count - high, 0)
    return 1.0 + FURTHER * (many - 1) if many > 0 else 0.0


def hard_price(problem: Problem) -> float:
    """Return the price of a violation of a hard rule: more than all that has a price can cost together.

    So a plan that breaks a hard rule once more is never the cheaper one, whatever else it saves.
    """
    seats = [count for t in range(problem.cycles) for count in problem.seats(t) if count]
    rules = [(feature, _worst(feature, seats)) for feature in problem.features]
    priced = _priced_at_most(problem, seats) + sum(feature.price * worst for feature, worst in rules if not feature.hard)
    hard = sum(worst for feature, worst in rules if feature.hard)
    return min(1.0 + priced, LARGEST_COST / UNIT / max(1.0, hard))


def _worst(feature: Feature, seats: list[int]) -> float:
    """The violations of a rule in all cells, at most."""
    many = len(feature.members)
    if feature.kind == "apart":
        return sum(min(many, count) * (min(many, count) - 1) / 2 for count in seats)
    if feature.kind == "together":
        return len(seats) * many * many / 8
    return sum(1.0 if feature.kind == "not_alone" else 1.0 + FURTHER * min(many, count) for count in seats)


def _priced_at_most(problem: Problem, seats: list[int]) -> float:
    """What meetings, composition, balances, small cells and an earlier plan can cost together, at most."""
    pairs = sum(count * (count - 1) / 2 for count in seats)
    total = pairs  # a meeting and a shortfall of composition cost 1 at most for each pair, by their weights
    for balance in problem.balances:
        farthest = float(np.max(np.abs(in_deviations(balance)), initial=0)) / SCALE / balance.tolerance
        total += len(seats) * balance.price * (1.0 + 0.1 * farthest * farthest)
    total += problem.even * problem.people * problem.cycles * (problem.cycles + 1) / 2
    return total + (0.0 if problem.stay is None else problem.stay_price * sum(seats))


def only_hard_rules(problem: Problem) -> Problem:
    """Return a problem without what has a price; its meetings still have one."""
    hard = [feature for feature in problem.features if feature.hard]
    return replace(problem, features=hard, balances=(), mastery=None, aim=0.0, even=0.0, stay=None)


def terms_of(problem: Problem) -> Terms:
    """Return the arrays of a problem."""
    cycles, people = problem.cycles, problem.people
    cells = max((len(problem.seats(t)) for t in range(cycles)), default=0)
    offsets = np.zeros((cycles, cells + 1), dtype=np.int32)
    for t in range(cycles):
        seats = problem.seats(t)
        offsets[t, 1:] = np.cumsum(seats + [0] * (cells - len(seats)))
    here = problem.attendance
    still = np.array([t for t in range(cycles) if t not in problem.fixed], dtype=np.int64)
    moves = here.copy()
    moves[list(problem.fixed)] = False
    for pin in problem.pins():
        moves[pin.cycle, pin.person] = False
    movable = np.full((cycles, max(people, 1)), -1, dtype=np.int32)
    for t in range(cycles):
        movable[t, : moves[t].sum()] = np.flatnonzero(moves[t])
    has = np.zeros((people, len(problem.features)), dtype=np.int8)
    for f, feature in enumerate(problem.features):
        has[list(feature.members), f] = 1
    table, penalties = _penalties(problem, offsets, here, has)
    values = np.zeros((people, len(problem.balances)), dtype=np.int64)
    for b, balance in enumerate(problem.balances):
        values[:, b] = in_deviations(balance)
    small = np.diff(offsets, axis=1)
    largest = small.max(axis=1, keepdims=True, initial=0)
    small = ((small > 0) & (small < largest)).astype(np.int8)
    low, high = shares_of_small_cells(offsets, small, here)
    counts = np.diff(offsets, axis=1).astype(np.int64)
    pairs = counts * (counts - 1) // 2 * (problem.aim > 0.0)
    pairs[list(problem.fixed)] = 0
    stay = np.full((cycles, people), -1, dtype=np.int32) if problem.stay is None else np.array(problem.stay, dtype=np.int32)
    return Terms(
        offsets,
        movable,
        moves.sum(axis=1).astype(np.int64),
        still[moves[still].sum(axis=1) > 1],
        round(UNIT * (1.0 - problem.aim)),
        has,
        np.concatenate([[0], np.cumsum(has.sum(axis=1, dtype=np.int64))]).astype(np.int64),
        np.nonzero(has)[1].astype(np.int64),
        table,
        penalties,
        values,
        np.array([balance.tolerance * SCALE for balance in problem.balances], dtype=np.float64),
        np.array([balance.price * UNIT for balance in problem.balances], dtype=np.float64),
        levels_of(problem),
        pairs,
        small,
        low,
        high,
        0 if not small.any() else round(UNIT * problem.even),
        stay,
        0 if problem.stay is None else round(UNIT * problem.stay_price),
        _mates(problem),
    )


def _penalties(problem: Problem, offsets: Indices, here: Flags, has: Array) -> tuple[Indices, Longs]:
    """Where the penalties of each feature, cycle and cell begin, and the penalties; each table stands once."""
    cycles, cells = offsets.shape[0], offsets.shape[1] - 1
    table = np.zeros((len(problem.features), cycles, cells), dtype=np.int32)
    every = [0] * (int(np.diff(offsets, axis=1).max(initial=0)) + 1)  # of cycles that were held: nothing
    places: dict[tuple[str, float, int, int, int], int] = {}
    dear = hard_price(problem)
    present = here.astype(np.int64) @ has.astype(np.int64)
    for f, feature in enumerate(problem.features):
        price = (dear if feature.hard else feature.price) * UNIT
        for t in range(cycles):
            if t in problem.fixed:
                continue
            everybody, people = int(present[t, f]), int(here[t].sum())
            for c in range(cells):
                seats = int(offsets[t, c + 1] - offsets[t, c])
                key = feature.kind, price, everybody, seats, people
                if key not in places:
                    places[key] = len(every)
                    every += [round(price * violation(feature.kind, k, everybody, seats, people)) for k in range(seats + 1)]
                table[f, t, c] = places[key]
    return table, np.array(every, dtype=np.int64)


def in_deviations(balance: Balance) -> Longs:
    """Return a balance's numbers as whole multiples of a small part of their standard deviation, above their mean."""
    numbers = np.asarray(balance.numbers, dtype=np.float64)
    known = numbers[~np.isnan(numbers)]
    if len(known) == 0 or np.ptp(known) == 0.0:
        return np.zeros(len(numbers), dtype=np.int64)
    return np.round(np.nan_to_num((numbers - known.mean()) / known.std()) * SCALE).astype(np.int64)


def levels_of(problem: Problem) -> Longs:
    """Return what each person's mastery of each item saves a cell per pair, between the lowest (0) and the best of all."""
    if problem.mastery is None or problem.aim == 0.0:
        return np.zeros((problem.people, 0), dtype=np.int64)
    mastery = np.asarray(problem.mastery, dtype=np.float64)
    low, high = np.min(mastery, axis=0), np.max(mastery, axis=0)
    share = (mastery - low) / np.where(high > low, high - low, 1.0)
    return np.round(share * (UNIT * problem.aim / max(1, mastery.shape[1]))).astype(np.int64)


def shares_of_small_cells(offsets: Indices, small: Array, here: Flags) -> tuple[Longs, Longs]:
    """Return how often each person should have been in a smaller cell by the end of each cycle, at least and at most.

    As even as can be: nobody more than once above the others, but those who were present too rarely.
    """
    cycles, people = here.shape
    low, high = np.zeros((people, cycles), dtype=np.int64), np.zeros(cycles, dtype=np.int64)
    seats = np.cumsum((np.diff(offsets, axis=1) * small).sum(axis=1))
    chances = np.cumsum(here, axis=0)
    level = 0
    for t in range(cycles):
        while np.minimum(chances[t], level + 1).sum() <= seats[t] and level < t + 1:
            level += 1
        low[:, t] = np.minimum(chances[t], level)
        high[t] = level + (low[:, t].sum() < seats[t])
    return low, high


def _mates(problem: Problem) -> Indices:
    """The others with whom each person is to sit together, of all lists that have somebody in common."""
    block = blocks(problem)
    widest = max((len(one) for one in block), default=1) - 1
    mates = np.full((problem.people, max(widest, 0)), -1, dtype=np.int32)
    for one in block:
        for person in one:
            mates[person, : len(one) - 1] = [other for other in one if other != person]
    return mates


def blocks(problem: Problem, present: Flags | None = None) -> list[list[int]]:
    """Return the people who are to sit together, lists that have somebody in common joined; blocks of one left out.

    Only those who are present count, if ``present``, shape (people,), says who is.
    """
    joined: list[set[int]] = []
    for feature in problem.features:
        if feature.kind == "together":
            whole = {i for i in feature.members if present is None or present[i]}
            apart = [one for one in joined if not one & whole]
            joined = [*apart, whole.union(*(one for one in joined if one & whole))]
    return sorted(sorted(one) for one in joined if len(one) > 1)


def term_costs(problem: Problem, terms: Terms, cell: Indices) -> dict[str, int]:
    """Return what a plan costs by each term, computed from nothing but the plan.

    Parameters
    ----------
    problem : Problem
    terms : Terms
        Of the problem.
    cell : array (cycles, people)

    Returns
    -------
    dict
        Cost in parts of ``UNIT`` by the name of a term: meetings, composition, evenness, stay, and each rule's name.
    """
    costs = {"meetings": terms.weight * int(np.maximum(0, times_met(problem, cell) - 1).sum() // 2)}
    counts = feature_counts(terms, cell)
    for f, feature in enumerate(problem.features):
        penalty = int(terms.penalties[terms.table[f].astype(np.int64) + counts[f]].sum())
        costs[feature.rule] = costs.get(feature.rule, 0) + penalty
    costs["composition"] = 0
    for t, c, members in members_of(terms, cell):
        if terms.pairs[t, c] and len(members):
            short = terms.levels.max(axis=0) - terms.levels[members].max(axis=0)
            costs["composition"] += int(terms.pairs[t, c] * short.sum())
    for b in range(terms.values.shape[1]):
        name = problem.balances[b].name
        tolerance, price = float(terms.tolerances[b]), float(terms.prices[b])
        costs[name] = costs.get(name, 0) + sum(
            balance_cost(int(terms.values[members, b].sum()), len(members), tolerance, price)
            for t, c, members in members_of(terms, cell)
            if t not in problem.fixed
        )
    times = np.cumsum(np.where(cell >= 0, np.take_along_axis(terms.small, np.maximum(cell, 0), axis=1), 0), axis=0).T
    costs["evenness"] = terms.even * int((np.maximum(0, times - terms.high) + np.maximum(0, terms.low - times)).sum())
    costs["stay"] = terms.stay_price * int(((terms.stay >= 0) & (cell >= 0) & (terms.stay != cell)).sum())
    return costs


def balance_cost(total: int, count: int, tolerance: float, price: float) -> int:
    """Return the cost of a cell whose values add up to a total; the kernels compute it in the same way."""
    if count == 0:
        return 0
    distance = abs(float(total)) / (count * tolerance)
    return int(price * (0.1 * distance * distance + (1.0 if distance >= 1.0 else 0.0)))


def times_met(problem: Problem, cell: Indices) -> Longs:
    """Return how often each pair has met, before the course and in it, shape (people, people)."""
    times = problem.met_before().astype(np.int64)
    for row in cell:
        order = np.argsort(row, kind="stable")
        order = order[row[order] >= 0]
        for members in np.split(order, np.flatnonzero(np.diff(row[order])) + 1):
            times[np.ix_(members, members)] += 1
    np.fill_diagonal(times, 0)
    return times


def feature_counts(terms: Terms, cell: Indices) -> Longs:
    """Return how many people with each feature sit in each cell, shape (features, cycles, cells)."""
    counts = np.zeros(terms.table.shape, dtype=np.int64)
    person, feature = np.nonzero(terms.has)
    for t, row in enumerate(cell):
        seated = row[person] >= 0
        np.add.at(counts, (feature[seated], t, row[person[seated]]), 1)
    return counts


def members_of(terms: Terms, cell: Indices) -> list[tuple[int, int, Longs]]:
    """Return the people of each cell: cycle, cell, members."""
    cells = terms.offsets.shape[1] - 1
    return [(t, c, np.flatnonzero(row == c)) for t, row in enumerate(cell) for c in range(cells)]
