"""Shuffle kernels: the shuffle policies that ship, in machine code.
The compiled engine uses these, the agents engine the functions of ``shuffle.py``; both seat everybody alike.
Each fills ``new`` with the members of some cells in their new seats.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from learnsim.arrays import Floats, Indices, Longs
from learnsim.compiled import as_argument, kernel, phase
from learnsim.grouping.meetings import CYCLES, SQUARE_FILLED, Met, nobody_met
from learnsim.sorting import argsort


class Cells(NamedTuple):
    """A group that is to be seated anew, as a shuffle kernel sees it.

    Attributes
    ----------
    members : array (n,)
        In their present seats, cell by cell.
    offsets : array (cells + 1,)
        Where each cell begins and ends among the members.
    officers : array (cells,)
    draws, others : arrays (n,)
        Two uniform numbers of each member.
    fraction : float
        The share of the members who change seats.
    speed, mastery : arrays (trainees,) and (trainees, items)
        Of everybody in the organisation.
    met : Met
    """

    members: Indices
    offsets: Longs
    officers: Indices
    draws: Floats
    others: Floats
    fraction: float
    speed: Floats
    mastery: Floats
    met: Met


def none(cells, new):
    """Everybody stays."""
    for x in range(len(new)):
        new[x] = cells.members[x]


def random(cells, new):
    """A share of the members exchange seats at random."""
    members, draws, movers = cells.members, cells.draws.copy(), 0
    moving = np.zeros(len(members), dtype=np.int64)
    if cells.fraction < 1.0:
        lot = argsort(cells.others)
        for x in range(int(cells.fraction * len(members) + 0.5)):
            moving[lot[x]] = 1
    for x in range(len(members)):
        new[x] = members[x]
        if cells.fraction >= 1.0 or moving[x] == 1:
            moving[movers] = x
            draws[movers] = draws[x]
            movers += 1
    lot = argsort(draws[:movers])
    for x in range(movers):
        new[moving[x]] = members[moving[lot[x]]]


def rotate(cells, new):
    """Seat b moves b cells on, among the cells that have a seat b."""
    members, offsets = cells.members, cells.offsets
    count = len(offsets) - 1
    having = np.zeros(len(members), dtype=np.int64)
    for c in range(count):
        for seat in range(offsets[c + 1] - offsets[c]):
            having[seat] += 1
    for c in range(count):
        for seat in range(offsets[c + 1] - offsets[c]):
            new[offsets[(c + seat) % having[seat]] + seat] = members[offsets[c] + seat]


def least_met(cells, new):
    """People in random order take the free seat with the fewest earlier meetings."""
    queue, lot = cells.members.copy(), argsort(cells.draws)
    for x in range(len(queue)):
        queue[x] = cells.members[lot[x]]
    seat_least_met(queue, cells.offsets, cells.met, new)


def mixed_speed(cells, new):
    """Each stratum of the sorted speeds is dealt at random to the cells."""
    deal(cells.members, _by_speed(cells.members, cells.speed), cells.draws, cells.offsets, new)


def streamed(cells, new):
    """Equal speeds together."""
    rising = _by_speed(cells.members, cells.speed)
    for x in range(len(new)):
        new[x] = cells.members[rising[x]]


def complementary(cells, new):
    """A snake draft for who adds most."""
    members, by_number = cells.members.copy(), _by_number(cells.members)
    for x in range(len(members)):
        members[x] = cells.members[by_number[x]]
    snake_draft(members, cells.mastery, cells.offsets, new)


def officers_rotate(cells, new):
    """Only the officers move, one cell on."""
    members, offsets, officers = cells.members, cells.offsets, cells.officers
    seats = np.zeros(len(officers), dtype=np.int64)
    for c in range(len(officers)):
        for x in range(offsets[c], offsets[c + 1]):
            new[x] = members[x]
            if members[x] == officers[c]:
                seats[c] = x
    for c in range(len(officers)):
        new[seats[(c + 1) % len(officers)]] = members[seats[c]]


@phase
def _by_number(members):
    """Places in the group by trainee's number."""
    numbers = np.empty(len(members))
    for x in range(len(members)):
        numbers[x] = members[x]
    return argsort(numbers)


@phase
def _by_speed(members, speed):
    """Places in the group by rising learning speed, then trainee's number."""
    by_number, values = _by_number(members), np.empty(len(members))
    for x in range(len(members)):
        values[x] = speed[members[by_number[x]]]
    rising = argsort(values)
    for x in range(len(members)):
        rising[x] = by_number[rising[x]]
    return rising


@kernel
def deal(members, by_speed, draws, offsets, order):
    """Deal one member of each stratum to every cell; a last stratum that is too small to the first cells."""
    cells = len(offsets) - 1
    lots = np.empty(cells)
    for stratum in range((len(members) + cells - 1) // cells):
        first, some = stratum * cells, min(cells, len(members) - stratum * cells)
        for c in range(some):
            lots[c] = draws[by_speed[first + c]]
        lot = argsort(lots[:some])
        for c in range(some):
            order[offsets[c] + stratum] = members[by_speed[first + lot[c]]]


@kernel
def seat_least_met(queue, offsets, met, order):
    """Seat people one by one where the fewest have met them; ties go to the emptiest cell, then to the lowest.

    Only cells in which somebody sits whom the next person has met are compared one by one. All others are as good as
    each other, so the first of the emptiest will do: cells with equally many people are kept in ascending lists.
    """
    cells, count = len(offsets) - 1, len(queue)
    largest = 0
    for c in range(cells):
        largest = max(largest, int(offsets[c + 1] - offsets[c]))
    first, last = np.zeros(largest + 1, dtype=np.int64), np.zeros(largest + 1, dtype=np.int64)  # by people in the cell
    before, after, filled = (
        np.zeros(cells, dtype=np.int64), np.zeros(cells, dtype=np.int64), np.zeros(cells, dtype=np.int64)
    )
    for level in range(largest + 1):
        first[level], last[level] = -1, -1
    for c in range(cells):
        _append(c, filled[c], first, last, before, after)
    square, times = met.state[SQUARE_FILLED], met.times
    cycles = met.state[CYCLES] - met.state[CYCLES] * square
    mates, begin, end = _earlier_cellmates(queue, met.history, cycles)
    seated = np.zeros(len(met.partners), dtype=np.int64)  # in which cell everybody is by now, from 1; 0 is none
    meetings, touched = np.zeros(cells, dtype=np.int64), np.zeros(cells + 1, dtype=np.int64)
    for x in range(count):
        many = np.int64(0)
        if square:
            for y in range(x):
                many = _touch(seated[queue[y]] - 1, np.int64(times[queue[x], queue[y]]), meetings, touched, many)
        for cycle in range(len(mates)):
            for y in range(begin[cycle, x], end[cycle, x]):
                many = _touch(seated[mates[cycle, y]] - 1, np.int64(1), meetings, touched, many)
        best = -1
        for level in range(largest):
            c = first[level]
            while c >= 0 and meetings[c] > 0:
                c = after[c]
            if c >= 0:
                best = c
                break
        if best < 0:
            for k in range(many):
                c = touched[k]
                if filled[c] < offsets[c + 1] - offsets[c] and (best < 0 or _less(c, best, meetings, filled)):
                    best = c
        for k in range(many):
            meetings[touched[k]] = 0
        order[offsets[best] + filled[best]] = queue[x]
        seated[queue[x]] = best + 1
        _remove(best, filled[best], first, last, before, after)
        filled[best] += 1
        if filled[best] < offsets[best + 1] - offsets[best]:
            _append(best, filled[best], first, last, before, after)


@phase
def _touch(cell, more, meetings, touched, many):
    """Count meetings with somebody in a cell, if they sit in one yet; return how many cells have any."""
    if cell < 0 or more == 0:
        return many
    touched[many] = cell
    many += meetings[cell] == 0
    meetings[cell] += more
    return many


@phase
def _less(c, best, meetings, filled):
    """Whether a cell is better than the best: fewer meetings, then emptier, then the lower number."""
    if meetings[c] != meetings[best]:
        return meetings[c] < meetings[best]
    return filled[c] < filled[best] or (filled[c] == filled[best] and c < best)


@phase
def _append(c, level, first, last, before, after):
    """Put a cell into the ascending list of its level, mostly near its end."""
    lower = last[level]
    while lower > c:
        lower = before[lower]
    higher = first[level] if lower < 0 else after[lower]
    before[c], after[c] = lower, higher
    if lower < 0:
        first[level] = c
    else:
        after[lower] = c
    if higher < 0:
        last[level] = c
    else:
        before[higher] = c


@phase
def _remove(c, level, first, last, before, after):
    """Take a cell out of the list of its level."""
    if before[c] < 0:
        first[level] = after[c]
    else:
        after[before[c]] = after[c]
    if after[c] < 0:
        last[level] = before[c]
    else:
        before[after[c]] = before[c]


@phase
def _earlier_cellmates(queue, history, cycles):
    """The people of a queue by the cell that they were in, for each cycle, and where each one's cell begins and ends."""
    count = len(queue)
    mates, begin, end = (
        np.zeros((cycles, count), dtype=np.int32),
        np.zeros((cycles, count), dtype=np.int32),
        np.zeros((cycles, count), dtype=np.int32),
    )
    for cycle in range(cycles):
        low, high = len(history), -1
        for x in range(count):
            c = int(history[queue[x], cycle])
            if c >= 0:
                low, high = min(low, c), max(high, c)
        place = np.zeros(high - low + 2 if high >= low else 2, dtype=np.int64)
        for x in range(count):
            c = history[queue[x], cycle]
            if c >= 0:
                place[c - low + 1] += 1
        for c in range(len(place) - 1):
            place[c + 1] += place[c]
        for x in range(count):
            c = history[queue[x], cycle]
            if c >= 0:
                begin[cycle, x], end[cycle, x] = place[c - low], place[c - low + 1]
        for x in range(count):
            c = history[queue[x], cycle]
            if c >= 0:
                mates[cycle, place[c - low]] = queue[x]
                place[c - low] += 1
    return mates, begin, end


@kernel
def snake_draft(members, mastery, offsets, order):
    """Each cell in turn, there and back, takes who adds most to its best mastery per item; the first wins ties.

    ``members`` are in ascending order; ``mastery`` is everybody's. Who is taken leaves the list now and then.
    """
    cells, items, count = len(offsets) - 1, mastery.shape[1], len(members)
    best = np.zeros((cells, items))
    left, added = np.empty((items, count)), np.empty(count)
    who, taken = members.copy(), np.zeros(count, dtype=np.int64)
    for x in range(count):
        for j in range(items):
            left[j, x] = mastery[members[x], j]
    picked, draft, listed, gone = 0, 0, count, 0
    while picked < count:
        for turn in range(cells):
            c = turn if draft % 2 == 0 else cells - 1 - turn
            if offsets[c] + draft >= offsets[c + 1]:
                continue
            if 8 * gone > listed:
                listed, gone = _close_ranks(left, who, taken, listed), 0
            _add_up(left, best[c], added, listed)
            choice, most = -1, -1.0
            for x in range(listed):
                if added[x] > most and taken[x] == 0:
                    choice, most = x, added[x]
            taken[choice] = 1
            gone += 1
            order[offsets[c] + draft] = who[choice]
            for j in range(items):
                best[c, j] = max(best[c, j], left[j, choice])
            picked += 1
        draft += 1


@phase
def _add_up(left, best, added, listed):
    """What everybody would add to what a cell's best know."""
    for x in range(listed):
        added[x] = 0.0
    for j in range(len(best)):
        mine, known = left[j], best[j]
        for x in range(listed):
            added[x] += max(0.0, mine[x] - known)


@phase
def _close_ranks(left, who, taken, listed):
    """Drop those who are taken from the list; return how many are left."""
    y = 0
    for x in range(listed):
        if taken[x] == 0:
            for j in range(len(left)):
                left[j, y] = left[j, x]
            who[y], taken[y] = who[x], 0
            y += 1
    return y


@cache
def compiled_shuffle(policy: Callable[..., None]) -> Any:
    """Return a shuffle policy in machine code, for ``start_cycle``."""
    nobody, nothing = np.empty(0, dtype=np.int32), np.empty(0)
    cells = Cells(
        nobody, nobody.astype(np.int64), nobody, nothing, nothing, 1.0, nothing, np.empty((0, 0)), nobody_met(0, 0)
    )
    return as_argument(policy, cells, nobody)
