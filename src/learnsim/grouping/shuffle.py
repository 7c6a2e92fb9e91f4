"""Shuffles: how the cells of a group are formed anew at the beginning of a cycle.
Each policy takes a group and returns its members in their new seat order, cell by cell; sizes stay.
"""

from __future__ import annotations

import numpy as np

from learnsim.arrays import Indices, Longs
from learnsim.chance import REGROUP
from learnsim.compiled import kernel
from learnsim.grouping.group import Group
from learnsim.grouping.meetings import met_before
from learnsim.grouping.policies import shuffle_policy
from learnsim.sorting import argsort

ANY = ("community", "organisation")  # scopes


@shuffle_policy("none", scopes=ANY, partial=True, between_cells=True, looks_at=())
def none(group: Group) -> Indices:
    """Everybody stays: fixed cells."""
    return group.members


@shuffle_policy("random", scopes=ANY, partial=True, looks_at=())
def random(group: Group) -> Indices:
    """A uniform permutation of the seats, or of the seats of a share ``fraction`` of the members (the essay)."""
    draws = group.uniforms(0, REGROUP)
    if group.fraction >= 1.0:
        return group.members[argsort(draws)]
    count = int(group.fraction * len(group) + 0.5)
    movers = np.sort(argsort(group.uniforms(1, REGROUP))[:count])
    order = group.members.copy()
    order[movers] = group.members[movers[argsort(draws[movers])]]
    return order


@shuffle_policy("rotate", between_cells=True, looks_at=())
def rotate(group: Group) -> Indices:
    """Seat b moves b cells on, among the cells that have a seat b (rotating schedules; Kirkman 1850)."""
    having = np.bincount(group.seat)
    target = (group.cell + group.seat) % having[group.seat]
    order = np.empty_like(group.members)
    order[group.offsets[target] + group.seat] = group.members
    return order


@shuffle_policy("least-met", scopes=ANY, looks_at=())
def least_met(group: Group) -> Indices:
    """Greedy social golfer: people in random order take the free seat with the fewest earlier meetings.

    Ties go to the emptiest cell, then to the lowest (the problem: Harvey 2002, CSPLib 010).
    """
    queue = group.members[argsort(group.uniforms(0, REGROUP))]
    return _least_met(queue, group.offsets, group.history)


@shuffle_policy("mixed-speed", composing=True, looks_at=["learning_speed"])
def mixed_speed(group: Group) -> Indices:
    """Every cell gets people of every speed: each stratum of the sorted speeds is dealt at random to the cells
    (heterogeneous grouping, Lou et al. 1996).
    """
    return _dealt(group.members, _by_speed(group), group.uniforms(0, REGROUP), group.offsets)


@shuffle_policy("streamed", composing=True, looks_at=["learning_speed"])
def streamed(group: Group) -> Indices:
    """Equal speeds together (ability grouping, Slavin 1987)."""
    return group.members[_by_speed(group)]


@shuffle_policy("complementary", composing=True, looks_at=["mastery"])
def complementary(group: Group) -> Indices:
    """Snake draft: each cell in turn takes who adds most to its best mastery per item (transactive memory,
    Wegner 1987; the jigsaw classroom, Aronson et al. 1978). The lowest number wins ties.
    """
    candidates = np.argsort(group.members)
    return _snake_draft(group.members[candidates], group.mastery[candidates], group.offsets)


@shuffle_policy("officers-rotate", keeps_office=True, between_cells=True, looks_at=["officers"])
def officers_rotate(group: Group) -> Indices:
    """Only the officers move, one cell on, and keep office (boundary spanning, Tushman 1977)."""
    seats = np.flatnonzero(group.members == group.officers[group.cell])
    order = group.members.copy()
    order[np.roll(seats, -1)] = group.members[seats]
    return order


def _by_speed(group: Group) -> Longs:
    """Return places in the group by rising learning speed, then trainee's number."""
    by_number = np.argsort(group.members)
    return by_number[argsort(group.learning_speed[by_number])]


@kernel
def _dealt(members, by_speed, draws, offsets):  # type: ignore[no-untyped-def]
    """Deal one member of each stratum to every cell; a last stratum that is too small to the first cells."""
    cells = len(offsets) - 1
    order = np.empty_like(members)
    for stratum in range(-(-len(members) // cells)):
        part = by_speed[stratum * cells : (stratum + 1) * cells]
        lot = argsort(draws[part])
        for c in range(len(part)):
            order[offsets[c] + stratum] = members[part[lot[c]]]
    return order


@kernel
def _least_met(queue, offsets, history):  # type: ignore[no-untyped-def]
    cells = len(offsets) - 1
    order = np.empty(len(queue), dtype=np.int32)
    filled = np.zeros(cells, dtype=np.int64)
    for x in range(len(queue)):
        best, best_met = -1, 0
        for c in range(cells):
            if offsets[c] + filled[c] >= offsets[c + 1]:
                continue
            met = 0
            for y in range(offsets[c], offsets[c] + filled[c]):
                met += met_before(history, queue[x], order[y], history.shape[1])
            if best < 0 or met < best_met or (met == best_met and filled[c] < filled[best]):
                best, best_met = c, met
        order[offsets[best] + filled[best]] = queue[x]
        filled[best] += 1
    return order


@kernel
def _snake_draft(members, mastery, offsets):  # type: ignore[no-untyped-def]
    cells, items = len(offsets) - 1, mastery.shape[1]
    order = np.empty(len(members), dtype=np.int32)
    taken = np.zeros(len(members), dtype=np.bool_)
    best = np.zeros((cells, items))
    picked = 0
    draft = 0
    while picked < len(members):
        for turn in range(cells):
            c = turn if draft % 2 == 0 else cells - 1 - turn
            if offsets[c] + draft >= offsets[c + 1]:
                continue
            choice, most = -1, -1.0
            for x in range(len(members)):
                if taken[x]:
                    continue
                added = 0.0
                for j in range(items):
                    added += max(0.0, mastery[x, j] - best[c, j])
                if added > most:
                    choice, most = x, added
            taken[choice] = True
            order[offsets[c] + draft] = members[choice]
            for j in range(items):
                best[c, j] = max(best[c, j], mastery[choice, j])
            picked += 1
        draft += 1
    return order
