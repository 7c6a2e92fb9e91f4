"""Annealing kernel: swaps are tried at random; those that cost are accepted ever more rarely (Kirkpatrick et al. 1983)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from learnsim.chance import PLANNING, philox
from learnsim.compiled import lean_kernel, lean_phase
from learnsim.planning.kernels.terms import (
    balance_change,
    composition_change,
    evenness_change,
    features_change,
    meetings_change,
    stay_change,
    swap,
)

LEVELS = 256  # temperatures from hot to cold
FEWEST = 64  # steps at each of them, where steps are few
BATCH = 512  # steps whose random words are drawn at once
MOST_SWAPS = 512  # of one compound move


class Schedule(NamedTuple):
    """How an annealing cools.

    Attributes
    ----------
    steps : int
        Swaps that are tried.
    hot, cooling : float
        The first temperature, and by what it is multiplied from level to level.
    enough : int
        A cost at which the search ends.
    relabel : int
        One in so many moves exchanges two people in all cycles; 0 is none.
    key : tuple of two int
    chain : int
        Number of the annealing: its random numbers are its own.
    """

    steps: int
    hot: float
    cooling: float
    enough: int
    relabel: int
    key: tuple[int, int]
    chain: int


@lean_kernel
def anneal(terms, seating, schedule, logarithms, best, moves, words):
    """Anneal a seating; fill ``best`` with the cells of the best plan, and return its cost less that of the first."""
    cell, order, times, counts, sums = seating.cell, seating.order, seating.times, seating.counts, seating.sums
    highest, second, smalls = seating.best, seating.second, seating.smalls
    offsets, movable, movables, open_cycles, mates = (
        terms.offsets, terms.movable, terms.movables, terms.open_cycles, terms.mates
    )
    has, first, own, table, penalties = terms.has, terms.first, terms.own, terms.table, terms.penalties
    values, tolerances, prices, levels, pairs = terms.values, terms.tolerances, terms.prices, terms.levels, terms.pairs
    small, low, high, stay = terms.small, terms.low, terms.high, terms.stay
    weight, even, stay_price = terms.weight, terms.even, terms.stay_price
    cycles, blocks = len(open_cycles), mates.shape[1] > 0
    cost = lowest = np.int64(0)
    unsaved = False
    _copy(cell, best)
    per_level = max(FEWEST, schedule.steps // LEVELS)
    temperature, cooling, steps, enough, relabel, chain = (
        schedule.hot, schedule.cooling, schedule.steps, schedule.enough, schedule.relabel, schedule.chain
    )
    left = per_level
    for step in range(steps if cycles > 0 else 0):
        left -= 1
        if left == 0:
            temperature *= cooling
            left = per_level
        if step % BATCH == 0:
            _draw(words, step, chain, schedule.key)
        x = step % BATCH
        w0, w1, w2, w3 = words[0, x], words[1, x], words[2, x], words[3, x]
        t = open_cycles[(w0 * cycles) >> 32]
        count = movables[t]
        a, b = movable[t, (w1 * count) >> 32], movable[t, (w2 * count) >> 32]
        if cell[t, a] == cell[t, b]:
            continue
        worth = temperature * logarithms[w3 >> 20]
        many = 1
        moves[0, 0], moves[0, 1], moves[0, 2] = t, a, b
        if relabel > 0 and (w3 & 0xFFFFF) % relabel == 0:
            many = _everywhere(cell, open_cycles, movable, movables, a, b, moves)
        elif blocks and (mates[a, 0] >= 0 or mates[b, 0] >= 0) and w3 & 1:
            many = _with_mates(cell, order, offsets, movable, movables, mates, t, a, b, w0, moves)
        change = np.int64(0)
        for x in range(many):
            if many > 1:
                t, a, b = moves[x, 0], moves[x, 1], moves[x, 2]
            change += features_change(first, own, has, table, penalties, counts, cell, t, a, b)
            if weight > 0:
                change += weight * meetings_change(order, offsets, times, cell, t, a, b)
            if values.shape[1] > 0:
                change += balance_change(values, tolerances, prices, sums, offsets, cell, t, a, b)
            if levels.shape[1] > 0:
                change += composition_change(levels, pairs, highest, second, cell, t, a, b)
            if even > 0:
                change += even * evenness_change(smalls, low, high, small, cell, t, a, b)
            if stay_price > 0:
                change += stay_price * stay_change(stay, cell, t, a, b)
            if many > 1:  # a compound move is made at once; it is taken back if it costs too much
                swap(terms, seating, t, a, b)
        keep = change <= worth
        if many > 1 and (not keep or (unsaved and change > 0)):
            for x in range(many - 1, -1, -1):
                swap(terms, seating, moves[x, 0], moves[x, 1], moves[x, 2])
        if not keep:
            continue
        if unsaved and change > 0:
            _copy(cell, best)
            unsaved = False
        elif many > 1:
            many = 0
        for x in range(many):
            swap(terms, seating, moves[x, 0], moves[x, 1], moves[x, 2])
        cost += change
        if cost < lowest:
            lowest, unsaved = cost, True
            if lowest <= enough:
                break
    if unsaved:
        _copy(cell, best)
    return lowest


@lean_phase
def _copy(cell, best):
    for t in range(cell.shape[0]):
        for i in range(cell.shape[1]):
            best[t, i] = cell[t, i]


@lean_phase
def _draw(words, first, chain, key):
    """Draw the random words of the next steps: in a loop that uses vector instructions."""
    for x in range(BATCH):
        step = first + x
        a, b, c, d = philox(step & 0xFFFFFFFF, step >> 32, PLANNING, chain, key[0], key[1])
        words[0, x], words[1, x], words[2, x], words[3, x] = a, b, c, d


@lean_phase
def _everywhere(cell, open_cycles, movable, movables, a, b, moves):
    """Two people exchange their seats in every cycle in which both may move: return how many swaps these are."""
    many = 0
    for x in range(len(open_cycles)):
        t = open_cycles[x]
        if cell[t, a] < 0 or cell[t, b] < 0 or cell[t, a] == cell[t, b] or many >= len(moves):
            continue
        if _may_move(movable, movables, t, a) and _may_move(movable, movables, t, b):
            moves[many, 0], moves[many, 1], moves[many, 2] = t, a, b
            many += 1
    return many


@lean_phase
def _may_move(movable, movables, t, i):
    """Whether a person may move in a cycle: the list of those who may is ascending."""
    low, high = 0, movables[t]
    while low < high:
        middle = (low + high) // 2
        if movable[t, middle] < i:
            low = middle + 1
        else:
            high = middle
    return low < movables[t] and movable[t, low] == i


@lean_phase
def _with_mates(cell, order, offsets, movable, movables, mates, t, a, b, word, moves):
    """Two people exchange cells, and those who are to sit with them and do go along; others make place."""
    many = 1
    for side in range(2):
        who, other = (a, b) if side == 0 else (b, a)
        here, there = cell[t, who], cell[t, other]
        first, count = offsets[t, there], offsets[t, there + 1] - offsets[t, there]
        for x in range(mates.shape[1]):
            mate = mates[who, x]
            if mate < 0 or many >= len(moves):
                break
            if cell[t, mate] != here or _chosen(moves, many, mate) or not _may_move(movable, movables, t, mate):
                continue
            for trial in range(count):  # somebody of the other cell who is bound to nobody that moves
                person = order[t, first + (word + trial) % count]
                if _chosen(moves, many, person) or _bound(mates, person, who, other):
                    continue
                if _may_move(movable, movables, t, person):
                    moves[many, 0], moves[many, 1], moves[many, 2] = t, mate, person
                    many += 1
                    break
    return many


@lean_phase
def _chosen(moves, many, person):
    """Whether a person is a part of a compound move already."""
    chosen = False
    for x in range(many):
        chosen |= moves[x, 1] == person or moves[x, 2] == person
    return chosen


@lean_phase
def _bound(mates, person, who, other):
    """Whether a person is to sit with one of two who move."""
    bound = False
    for x in range(mates.shape[1]):
        bound |= mates[person, x] == who or mates[person, x] == other
    return bound
