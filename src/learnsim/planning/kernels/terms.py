"""Change kernels: what a swap of two people within a cycle changes in the cost of each term, and the swap itself."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from learnsim.arrays import Array, Indices, Longs
from learnsim.compiled import kernel, lean_kernel, lean_phase


class Seating(NamedTuple):
    """Who sits where, and what the terms count of it: all that a swap changes.

    Attributes
    ----------
    cell, place : arrays (cycles, people)
        The cell and the seat of each person, -1 if absent.
    order : array (cycles, people)
        The person on each seat.
    times : array (people, people)
        How often each pair has met.
    counts : array (cycles, cells, features)
    sums : array (cycles, cells, balances)
    best, second : arrays (cycles, cells, items)
        The highest and the second highest level.
    smalls : array (people, cycles)
        How often each person has been in a smaller cell by the end of a cycle.
    """

    cell: Indices
    place: Indices
    order: Indices
    times: Array
    counts: Array
    sums: Longs
    best: Longs
    second: Longs
    smalls: Longs


@kernel
def seated(terms, cell, times):
    """The seating of a plan; ``times`` is who has met before, and is counted on."""
    cycles, people = cell.shape
    cells = terms.offsets.shape[1] - 1
    own = cell.copy()
    place = np.full((cycles, people), -1, dtype=np.int32)
    order = np.full((cycles, people), -1, dtype=np.int32)
    counts = np.zeros((cycles, cells, terms.has.shape[1]), dtype=np.int16)
    sums = np.zeros((cycles, cells, terms.values.shape[1]), dtype=np.int64)
    best = np.zeros((cycles, cells, terms.levels.shape[1]), dtype=np.int64)
    second = np.zeros((cycles, cells, terms.levels.shape[1]), dtype=np.int64)
    smalls = np.zeros((people, cycles), dtype=np.int64)
    filled = np.zeros(cells, dtype=np.int64)
    for t in range(cycles):
        for c in range(cells):
            filled[c] = terms.offsets[t, c]
        for i in range(people):
            if t > 0:
                smalls[i, t] = smalls[i, t - 1]
            c = own[t, i]
            if c < 0:
                continue
            for s in range(terms.offsets[t, c], filled[c]):
                x = order[t, s]
                times[i, x] += 1
                times[x, i] += 1
            place[t, i], order[t, filled[c]] = filled[c], i
            filled[c] += 1
            smalls[i, t] += terms.small[t, c]
            for f in range(terms.first[i], terms.first[i + 1]):
                counts[t, c, terms.own[f]] += 1
            for b in range(sums.shape[2]):
                sums[t, c, b] += terms.values[i, b]
            _add_levels(terms, best, second, t, c, i)
    return Seating(own, place, order, times, counts, sums, best, second, smalls)


@lean_phase
def _add_levels(terms, best, second, t, c, i):
    """Count one more person in the best and the second best of a cell."""
    for item in range(best.shape[2]):
        level = terms.levels[i, item]
        if level > best[t, c, item]:
            second[t, c, item] = best[t, c, item]
            best[t, c, item] = level
        elif level > second[t, c, item]:
            second[t, c, item] = level


@lean_phase
def meetings_change(order, offsets, times, cell, t, a, b):
    """Pairs who met before cost one repeated meeting each: how many more there are."""
    change, here, there = 0, cell[t, a], cell[t, b]
    for s in range(offsets[t, here], offsets[t, here + 1]):
        x = order[t, s]
        if x != a:
            change += int(times[b, x] >= 1) - int(times[a, x] >= 2)
    for s in range(offsets[t, there], offsets[t, there + 1]):
        x = order[t, s]
        if x != b:
            change += int(times[a, x] >= 1) - int(times[b, x] >= 2)
    return change


@lean_phase
def features_change(first, own, has, table, penalties, counts, cell, t, a, b):
    """A feature that one of the two has, and the other has not, is counted once less here and once more there."""
    change = np.int64(0)
    for side in range(2):
        one, other = (a, b) if side == 0 else (b, a)
        here, there = cell[t, one], cell[t, other]
        for x in range(first[one], first[one + 1]):
            f = own[x]
            if has[other, f] == 0:
                low = table[f, t, here] + counts[t, here, f]
                high = table[f, t, there] + counts[t, there, f]
                change += penalties[low - 1] - penalties[low] + penalties[high + 1] - penalties[high]
    return change


@lean_phase
def balance_change(values, tolerances, prices, sums, offsets, cell, t, a, b):
    """The sums of both cells change by the difference of the two."""
    here, there, change = cell[t, a], cell[t, b], 0
    seats_here, seats_there = offsets[t, here + 1] - offsets[t, here], offsets[t, there + 1] - offsets[t, there]
    for k in range(values.shape[1]):
        more = values[b, k] - values[a, k]
        for side in range(2):
            total, seats = (sums[t, here, k], seats_here) if side == 0 else (sums[t, there, k], seats_there)
            after = total + more if side == 0 else total - more
            change += _balance(after, seats, tolerances[k], prices[k]) - _balance(total, seats, tolerances[k], prices[k])
    return change


@lean_phase
def _balance(total, count, tolerance, price):
    """The cost of a cell whose values add up to a total."""
    distance = abs(float(total)) / (count * tolerance)
    return int(price * (0.1 * distance * distance + (1.0 if distance >= 1.0 else 0.0)))


@lean_phase
def composition_change(levels, pairs, best, second, cell, t, a, b):
    """A cell loses its best level in what one of the two knew best, and takes that of the other."""
    here, there, change = cell[t, a], cell[t, b], 0
    pairs_here, pairs_there = pairs[t, here], pairs[t, there]
    for item in range(levels.shape[1]):
        of_a, of_b = levels[a, item], levels[b, item]
        top, next_to_top = best[t, here, item], second[t, here, item]
        change += pairs_here * (top - max(next_to_top if of_a == top else top, of_b))
        top, next_to_top = best[t, there, item], second[t, there, item]
        change += pairs_there * (top - max(next_to_top if of_b == top else top, of_a))
    return change


@lean_phase
def evenness_change(smalls, low, high, small, cell, t, a, b):
    """One of the two has been in a smaller cell once more from here on, the other once less: how many more are uneven."""
    more, change = small[t, cell[t, b]] - small[t, cell[t, a]], 0
    if more != 0:
        for later in range(t, len(high)):
            for side in range(2):
                i, extra = (a, more) if side == 0 else (b, -more)
                times, least, most = smalls[i, later], low[i, later], high[later]
                change += max(0, times + extra - most) + max(0, least - times - extra)
                change -= max(0, times - most) + max(0, least - times)
    return change


@lean_phase
def stay_change(stay, cell, t, a, b):
    """How many more people sit elsewhere than in the earlier plan."""
    here, there = cell[t, a], cell[t, b]
    return int(stay[t, a] == here) - int(stay[t, a] == there) + int(stay[t, b] == there) - int(stay[t, b] == here)


@lean_phase
def swap(terms, seating, t, a, b):
    """Two people of different cells change seats."""
    cell, place, order, times = seating.cell, seating.place, seating.order, seating.times
    counts, sums, smalls = seating.counts, seating.sums, seating.smalls
    here, there = cell[t, a], cell[t, b]
    for s in range(terms.offsets[t, here], terms.offsets[t, here + 1]):
        x = order[t, s]
        if x != a:
            times[a, x] -= 1
            times[x, a] -= 1
            times[b, x] += 1
            times[x, b] += 1
    for s in range(terms.offsets[t, there], terms.offsets[t, there + 1]):
        x = order[t, s]
        if x != b:
            times[b, x] -= 1
            times[x, b] -= 1
            times[a, x] += 1
            times[x, a] += 1
    cell[t, a], cell[t, b] = there, here
    place[t, a], place[t, b] = place[t, b], place[t, a]
    order[t, place[t, a]], order[t, place[t, b]] = a, b
    for k in range(terms.first[a], terms.first[a + 1]):
        counts[t, here, terms.own[k]] -= 1
        counts[t, there, terms.own[k]] += 1
    for k in range(terms.first[b], terms.first[b + 1]):
        counts[t, there, terms.own[k]] -= 1
        counts[t, here, terms.own[k]] += 1
    for k in range(sums.shape[2]):
        more = terms.values[b, k] - terms.values[a, k]
        sums[t, here, k] += more
        sums[t, there, k] -= more
    if terms.levels.shape[1] > 0:
        _find_levels(terms, seating, t, here)
        _find_levels(terms, seating, t, there)
    more = terms.small[t, there] - terms.small[t, here]
    if more != 0:
        for later in range(t, smalls.shape[1]):
            smalls[a, later] += more
            smalls[b, later] -= more


@lean_phase
def _find_levels(terms, seating, t, c):
    """The best and the second best of a cell, found anew."""
    best, second = seating.best, seating.second
    for item in range(best.shape[2]):
        best[t, c, item] = 0
        second[t, c, item] = 0
    for s in range(terms.offsets[t, c], terms.offsets[t, c + 1]):
        _add_levels(terms, best, second, t, c, seating.order[t, s])


@lean_kernel
def try_swap(terms, seating, t, a, b, changes):
    """Fill the change of each term (meetings, features, balances, composition, evenness, stay), and swap."""
    cell, offsets = seating.cell, terms.offsets
    changes[0] = terms.weight * meetings_change(seating.order, offsets, seating.times, cell, t, a, b)
    changes[1] = features_change(
        terms.first, terms.own, terms.has, terms.table, terms.penalties, seating.counts, cell, t, a, b
    )
    changes[2] = balance_change(terms.values, terms.tolerances, terms.prices, seating.sums, offsets, cell, t, a, b)
    changes[3] = composition_change(terms.levels, terms.pairs, seating.best, seating.second, cell, t, a, b)
    changes[4] = terms.even * evenness_change(seating.smalls, terms.low, terms.high, terms.small, cell, t, a, b)
    changes[5] = terms.stay_price * stay_change(terms.stay, cell, t, a, b)
    swap(terms, seating, t, a, b)
