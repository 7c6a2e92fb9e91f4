"""Officer kernels: the officer policies that ship, in machine code.
The compiled engines use these, the agents engine the functions of ``officers.py``; both choose the same people.
"""

from __future__ import annotations

import numpy as np

from learnsim.chance import OFFICER, draw_two
from learnsim.compiled import kernel, phase

RANDOM, FASTEST, MOST_KNOWLEDGEABLE, MOST_HELPFUL, ROTATING, STAY = range(6)
IN_OFFICE = 2.0  # more than anybody's mean mastery


@phase
def score(policy, person, seat, size, session, cycle, key, people, officer):
    """What one member of a cell, in this seat of so many, has in their favour; ``officer`` led the cell until now."""
    if policy == RANDOM:
        first, _ = draw_two(key[0], key[1], session, np.int64(people.address[person]), OFFICER, 0)
        return first
    if policy == FASTEST:
        return people.learning_speed[person]
    if policy == STAY and person == officer:
        return IN_OFFICE
    if policy in (MOST_KNOWLEDGEABLE, STAY):
        total = 0.0
        for j in range(people.mastery.shape[1]):
            total += people.mastery[person, j]
        return total / people.mastery.shape[1]
    if policy == MOST_HELPFUL:
        return people.helpfulness[person]
    return 1.0 if seat == cycle % size else 0.0


@phase
def choose(policy, order, offsets, session, cycle, key, people, officers):
    """The member of each cell with the highest score takes office; the lowest number wins ties."""
    for c in range(len(officers)):
        size = np.int64(offsets[c + 1] - offsets[c])
        best, most = np.int64(order[offsets[c]]), -1.0
        for seat in range(size):
            person = np.int64(order[offsets[c] + seat])
            mine = score(policy, person, seat, size, session, cycle, key, people, officers[c])
            if mine > most or (mine == most and person < best):
                best, most = person, mine
        officers[c] = best


@kernel
def highest(score, order, offsets):
    """For each cell the trainee with the highest score; the lowest number wins ties."""
    officers = np.empty(len(offsets) - 1, dtype=np.int32)
    for c in range(len(officers)):
        best = offsets[c]
        for x in range(offsets[c] + 1, offsets[c + 1]):
            if score[x] > score[best] or (score[x] == score[best] and order[x] < order[best]):
                best = x
        officers[c] = order[best]
    return officers
