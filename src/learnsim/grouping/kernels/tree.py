"""Tree kernels: communities, cells and officers in machine code, where all policies of an arm ship.
``tree.py`` is the same in Python, for any policy; both form the same groups.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from learnsim.arrays import Indices
from learnsim.chance import FORM_COMMUNITIES, REGROUP, draw_pairs
from learnsim.compiled import phase
from learnsim.grouping.cells import SeatPlan
from learnsim.grouping.communities import FORMATIONS, fill_communities, size_of
from learnsim.grouping.kernels.officers import choose
from learnsim.grouping.kernels.shuffle import Cells
from learnsim.grouping.meetings import NOVICES, Met, note_cells
from learnsim.grouping.policies import officer_properties, shuffle_properties
from learnsim.settings import Arm
from learnsim.sorting import argsort

INTEREST, RANDOM, GIVEN = range(len(FORMATIONS))


class Policies(NamedTuple):
    """How an arm's groups are formed, in numbers.

    Attributes
    ----------
    formation : int
        The place of the formation among :data:`~learnsim.grouping.communities.FORMATIONS`.
    officer : int
        The officer policy's number among the kernels; -1 for one of the user's own.
    shuffled, composing, keeps_office : bool
        Whether cells are ever shuffled, and what the shuffle policy declares.
    across : bool
        Whether people are shuffled across communities.
    fraction : float
        The share of the members who change seats.
    """

    formation: int
    officer: int
    shuffled: bool
    composing: bool
    keeps_office: bool
    across: bool
    fraction: float


def policies_of(arm: Arm) -> Policies:
    """Return how an arm's groups are formed."""
    shuffle, officer = shuffle_properties(arm.shuffle), officer_properties(arm.officer)
    return Policies(
        list(FORMATIONS).index(arm.formation),
        officer.machine_code,
        arm.shuffle != "none",
        shuffle.composing,
        shuffle.keeps_office,
        arm.scope == "organisation",
        float(arm.fraction),
    )


class Organisation(NamedTuple):
    """The organisation of one run, as arrays that machine code changes.

    Attributes
    ----------
    community : array (trainees,)
    order, offsets, branches, officers, cell
        As in a :class:`~learnsim.grouping.cells.SeatPlan`.
    met : Met
    times_officer : array (trainees,), or (0,) where that is not counted
        In how many cycles each has been officer.
    """

    community: Indices
    order: Indices
    offsets: Indices
    branches: Indices
    officers: Indices
    cell: Indices
    met: Met
    times_officer: Indices


def organisation_of(community: Indices, plan: SeatPlan, met: Met, *, counted: int = 0) -> Organisation:
    """Return the organisation of a plan, sharing its arrays; for so many people it is counted how often each is officer."""
    times = np.zeros(counted, dtype=np.int32)
    return Organisation(community, plan.order, plan.offsets, plan.branches, plan.officers, plan.cell, met, times)


def start_cycle(organisation, policies, shuffle, session, cycle, key, people, draws, others):
    """Form the cells of a cycle and choose officers; before the first, form communities too.

    Whoever changes cells has spent no session in the new one. ``draws`` and ``others``, arrays (trainees,), hold random
    numbers for the moment.
    """
    order, offsets, branches = organisation.order, organisation.offsets, organisation.branches
    cell, officers = organisation.cell, organisation.officers
    if cycle == 0:
        _form_communities(policies.formation, people, session, key, organisation.community)
        _list_branches(organisation)
    moved = 0
    if cycle == 0 or policies.shuffled:
        new = np.zeros(len(order), dtype=np.int32)
        addresses = np.zeros(len(order), dtype=np.uint32)
        for x in range(len(order)):
            addresses[x] = people.address[order[x]]
        draw_pairs(key, session, addresses, np.int64(REGROUP), np.int64(0), draws, others)
        across = policies.across and cycle > 0
        for g in range(min(1, len(officers)) if across else len(branches) - 1):
            begin, end = branches[g], branches[len(branches) - 1 if across else g + 1]
            first, last = offsets[begin], offsets[end]
            if cycle > 0 or policies.composing:
                within = np.zeros(end - begin + 1, dtype=np.int64)
                for c in range(end - begin + 1):
                    within[c] = offsets[begin + c] - first
                cells = Cells(
                    order[first:last], within, officers[begin:end], draws[first:last], others[first:last],
                    policies.fraction, people.learning_speed, people.mastery, organisation.met,
                )
                shuffle(cells, new[first:last])
            else:  # at random
                lot = argsort(draws[first:last])
                for x in range(last - first):
                    new[first + x] = order[first + lot[x]]
        for c in range(len(officers)):
            for x in range(offsets[c], offsets[c + 1]):
                order[x] = new[x]
                if cell[new[x]] != c:
                    cell[new[x]] = c
                    people.tenure[new[x]] = 0
                    moved += 1
    if cycle == 0 or policies.shuffled or organisation.met.state[NOVICES]:
        note_cells(organisation.met, cell, order, offsets, moved > 0)
    if cycle > 0 and policies.keeps_office:
        before = officers.copy()
        for c in range(len(officers)):
            officers[cell[before[c]]] = before[c]
    else:
        choose(policies.officer, order, offsets, session, cycle, key, people, officers)
    for c in range(len(officers) if len(organisation.times_officer) > 0 else 0):
        organisation.times_officer[officers[c]] += 1


@phase
def _list_branches(organisation):
    """Seat everybody by ascending number in each branch of the tree."""
    order, offsets, branches, community = (
        organisation.order, organisation.offsets, organisation.branches, organisation.community
    )
    filled = np.zeros(len(branches), dtype=np.int64)
    for g in range(len(branches)):
        filled[g] = offsets[branches[g]]
    for i in range(len(order)):
        g = community[i] if len(branches) > 2 else 0
        order[filled[g]] = i
        filled[g] += 1


@phase
def _form_communities(formation, people, session, key, community):
    """Form communities by interest or at random; those that a roster gives stand in ``community`` already."""
    trainees, communities = people.interest.shape
    if formation == INTEREST:
        fill_communities(people.interest, community)
    elif formation == RANDOM:
        draws, others = np.empty(trainees), np.empty(trainees)
        draw_pairs(key, session, people.address, np.int64(FORM_COMMUNITIES), np.int64(0), draws, others)
        lot = argsort(draws)
        x = 0
        for g in range(communities):
            for _ in range(size_of(g, trainees, communities)):
                community[lot[x]] = g
                x += 1
