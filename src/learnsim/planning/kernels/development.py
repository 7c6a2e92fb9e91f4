"""Development kernel: seeks a first cycle whose pairs all lie in different orbits of a cyclic group, by annealing."""

from __future__ import annotations

from learnsim.chance import PLANNING, philox
from learnsim.compiled import lean_kernel, lean_phase

HOT, COLD, ROUND = 0.5, 0.25, 500_000  # temperatures, and steps until it is heated again


@lean_kernel
def develop(order, first, last, people, orbit, counts, steps, key, best):
    """Change who sits where in the first cycles until no orbit is counted twice; return how many are too many at best.

    ``order`` has the people of each first cycle, cell by cell; ``first`` and ``last`` where the cell of each seat begins
    and ends; ``best`` is filled with the best order.
    """
    cost = 0
    for x in range(len(order)):
        for y in range(x + 1, last[x]):
            counts[orbit[order[x], order[y]]] += 1
            cost += counts[orbit[order[x], order[y]]] > 1
    worth, cycles = HOT, len(order) // people
    lowest = cost + 1
    for step in range(steps):
        if cost < lowest:
            lowest = cost
            for x in range(len(order)):
                best[x] = order[x]
            if cost == 0:
                break
        if step % 1000 == 0:
            worth = HOT - (HOT - COLD) * (step % ROUND) / ROUND
        w0, w1, w2, w3 = philox(step, 1, PLANNING, len(order), key[0], key[1])
        start = people * ((w3 * cycles) >> 32)
        x, y = start + ((w0 * people) >> 32), start + ((w1 * people) >> 32)
        if first[x] == first[y]:
            continue
        change = _exchange(order, first, last, orbit, counts, x, y)
        if change > 0 and w2 >= _chance(change, worth):
            _exchange(order, first, last, orbit, counts, x, y)
        else:
            cost += change
    return lowest


@lean_phase
def _exchange(order, first, last, orbit, counts, x, y):
    """Two people of different cells change seats; return the change of what is too many."""
    change = 0
    for turn in range(2):
        for side in range(2):
            seat = x if side == 0 else y
            for s in range(first[seat], last[seat]):
                if s != seat:
                    which = orbit[order[seat], order[s]]
                    change += int(counts[which] >= 1) if turn else -int(counts[which] >= 2)
                    counts[which] += 1 if turn else -1
        if turn == 0:
            order[x], order[y] = order[y], order[x]
    return change


@lean_phase
def _chance(change, worth):
    """Parts of 2^32 in which a change for the worse is accepted: 1 / (1 + x + x²/2 + x³/6 + x⁴/24), much like exp(-x)."""
    x = change / worth
    return 4294967296.0 / (1.0 + x * (1.0 + x * (0.5 + x * (1.0 / 6.0 + x / 24.0))))
