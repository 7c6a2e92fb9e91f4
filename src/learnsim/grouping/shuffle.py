"""Shuffles: how the cells of a group are formed anew at the beginning of a cycle.
Each policy takes a group and returns its members in their new seat order, cell by cell; sizes stay.
"""

from __future__ import annotations

import numpy as np

from learnsim.arrays import Indices, Longs
from learnsim.chance import REGROUP
from learnsim.grouping.group import Group
from learnsim.grouping.kernels import shuffle as kernels
from learnsim.grouping.kernels.shuffle import deal, seat_least_met, snake_draft
from learnsim.grouping.policies import shuffle_policy
from learnsim.grouping.timetable import timetable
from learnsim.sorting import argsort

ANY = ("community", "organisation")  # scopes


@shuffle_policy("none", machine_code=kernels.none, scopes=ANY, partial=True, between_cells=True, looks_at=())
def none(group: Group) -> Indices:
    """Everybody stays: fixed cells."""
    return group.members


@shuffle_policy("random", machine_code=kernels.random, scopes=ANY, partial=True, looks_at=())
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


@shuffle_policy("rotate", machine_code=kernels.rotate, between_cells=True, looks_at=())
def rotate(group: Group) -> Indices:
    """Seat b moves b cells on, among the cells that have a seat b (rotating schedules; Kirkman 1850)."""
    having = np.bincount(group.seat)
    target = (group.cell + group.seat) % having[group.seat]
    order = np.empty_like(group.members)
    order[group.offsets[target] + group.seat] = group.members
    return order


@shuffle_policy("least-met", machine_code=kernels.least_met, scopes=ANY, looks_at=())
def least_met(group: Group) -> Indices:
    """Greedy social golfer: people in random order take the free seat with the fewest earlier meetings.

    Ties go to the emptiest cell, then to the lowest (the problem: Harvey 2002, CSPLib 010).
    """
    queue = group.members[argsort(group.uniforms(0, REGROUP))]
    order = np.empty_like(queue)
    seat_least_met(queue, group.offsets.copy(), group.met, order)
    return order


@shuffle_policy("mixed-speed", machine_code=kernels.mixed_speed, composing=True, looks_at=["learning_speed"])
def mixed_speed(group: Group) -> Indices:
    """Every cell gets people of every speed: each stratum of the sorted speeds is dealt at random to the cells
    (heterogeneous grouping, Lou et al. 1996).
    """
    order = np.empty_like(group.members)
    deal(group.members, _by_speed(group), group.uniforms(0, REGROUP), group.offsets.copy(), order)
    return order


@shuffle_policy("streamed", machine_code=kernels.streamed, composing=True, looks_at=["learning_speed"])
def streamed(group: Group) -> Indices:
    """Equal speeds together (ability grouping, Slavin 1987)."""
    return group.members[_by_speed(group)]


@shuffle_policy("complementary", machine_code=kernels.complementary, composing=True, looks_at=["mastery"])
def complementary(group: Group) -> Indices:
    """Snake draft: each cell in turn takes who adds most to its best mastery per item (transactive memory,
    Wegner 1987; the jigsaw classroom, Aronson et al. 1978). The lowest number wins ties.
    """
    order = np.empty_like(group.members)
    snake_draft(np.argsort(group.members).astype(np.int32), group.mastery, group.offsets.copy(), order)
    return group.members[order]


@shuffle_policy(
    "officers-rotate",
    machine_code=kernels.officers_rotate,
    keeps_office=True,
    between_cells=True,
    looks_at=["officers"],
)
def officers_rotate(group: Group) -> Indices:
    """Only the officers move, one cell on, and keep office (boundary spanning, Tushman 1977)."""
    seats = np.flatnonzero(group.members == group.officers[group.cell])
    order = group.members.copy()
    order[np.roll(seats, -1)] = group.members[seats]
    return order


@shuffle_policy("schedule", scopes=ANY, between_cells=True, looks_at=())
def schedule(group: Group) -> Indices:
    """Every cycle in one plan, for the most distinct partners (Harvey 2002)."""
    rows = timetable(tuple(group.sizes.tolist()), max(group.cycles, group.cycle + 1))
    order = np.empty_like(group.members)
    order[np.argsort(rows[group.cycle])] = group.members[np.argsort(rows[group.cycle - 1])]
    return order


@shuffle_policy("plan", planned=True, looks_at=())
def plan(group: Group) -> Indices:
    """The cells and officers of [organisation] plan, cycle by cycle."""
    return group.members


def _by_speed(group: Group) -> Longs:
    """Return places in the group by rising learning speed, then trainee's number."""
    by_number = np.argsort(group.members)
    return by_number[argsort(group.learning_speed[by_number])]
