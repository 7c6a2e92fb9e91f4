"""Kernels: the compiled engine. A whole run over arrays, in one call that lets go of the interpreter lock.

The order of events is the model; ``agents.py`` and docs/ODD.md describe it with the same numbers. A session goes
through the organisation block by block, each some whole cells that the processor's cache holds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from learnsim.arrays import Addresses, Flags, Floats, Indices, Longs
from learnsim.compiled import kernel, long_kernel, phase
from learnsim.grouping.cells import seats_by_index
from learnsim.grouping.meetings import CYCLES, forget_meetings, mean_partners
from learnsim.models.training.measures import BRIEFINGS, CONSULTATIONS, describe_means, fill_quarters, mean_of_some
from learnsim.models.training.phases import (
    Council,
    Scratch,
    Seats,
    apply,
    approach,
    attend_lecture,
    brief,
    compare,
    consult,
    get_close,
    items_of_cells,
    learn_alone,
    meet_instructor,
    settle,
    weigh,
)
from learnsim.models.training.rules import CALENDAR, council_effect, engagement, lecture_item

BLOCK = 240  # seats that go through a session together, or more where a cell is larger


class Trainees(NamedTuple):
    """All trainees, as arrays (trainees, ...); ``engaged`` is engagement in one's own community, ``address`` where each
    person's random numbers are.
    """

    mastery: Floats
    learning_speed: Floats
    sociability: Floats
    helpfulness: Floats
    interest: Floats
    engaged: Floats
    tenure: Indices
    address: Addresses


class Novices(NamedTuple):
    """Who takes whose seat at the end of each cycle of a call; arrays (novices, ...).

    Attributes
    ----------
    ends : array (cycles + 1,)
        Those of the call's cycle c are ``ends[c]`` to ``ends[c + 1] - 1``.
    who : whose seats they take, ascending in each cycle
    """

    ends: Longs
    who: Longs
    learning_speed: Floats
    sociability: Floats
    helpfulness: Floats
    interest: Floats
    mastery: Floats


class Measured(NamedTuple):
    """What is recorded; the arrays over sessions have one row more, before the first.

    Attributes
    ----------
    rows, counts : arrays (sessions + 1, ...)
        See :func:`~learnsim.models.training.measures.session_measures`; ``counts`` is how often so far.
    partners : array (sessions + 1,)
    quarters : array (4, trainees // 4)
        Who is slowest, fastest, quietest and most outgoing now.
    means, sorted_means : arrays (trainees,)
    stayed : array (trainees,) of bool, or (0,) where nobody ever leaves
        Who has never left.
    stayers, officers_lost : arrays (sessions + 1,)
        The mean mastery of those, and how many officers have left so far.
    """

    rows: Floats
    counts: Longs
    partners: Floats
    quarters: Indices
    means: Floats
    sorted_means: Floats
    stayed: Flags
    stayers: Floats
    officers_lost: Longs


@phase
def seats_for(trainees, items, hearers):
    """Arrays for so many people in the order of their seats, and so many who hear lectures."""
    mastery, numbers, hears = np.empty((items + 1, trainees)), np.empty((4, trainees)), np.empty((1, hearers))
    places, lengths = np.zeros((5, trainees), dtype=np.uint32), np.zeros((2, trainees), dtype=np.int32)
    for x in range(trainees):
        mastery[0, x] = 1.0
    return Seats(
        mastery, numbers[0], numbers[1], numbers[2], numbers[3], hears[0], lengths[0], places[0], places[1], places[2],
        lengths[1], places[3], places[4],
    )


@phase
def council_of(organisation, items, parameters):
    """Arrays for what officers know of each other; who meets whom never changes."""
    cells, branches = len(organisation.officers), organisation.branches
    council = Council(
        np.zeros(cells, dtype=np.int64), np.empty(cells), np.empty((items, cells)),
        np.zeros(cells, dtype=np.int64), np.zeros(cells, dtype=np.int64), np.empty(cells),
    )
    for g in range(len(branches) - 1):
        effect = council_effect(
            branches[g + 1] - branches[g], parameters.span, parameters.council_effect, parameters.lecture_effect
        )
        for c in range(branches[g], branches[g + 1]):
            council.first[c], council.end[c], council.effect[c] = branches[g], branches[g + 1], effect
    return council


@phase
def take_seats(trainees, organisation, seats, council):
    """Lay everybody out in the order of their seats."""
    order, offsets = organisation.order, organisation.offsets
    ascending = seats_by_index(order, offsets, organisation.cell)
    for x in range(len(order)):
        i = order[x]
        seats.person[x], seats.ascending[x], seats.tenure[x] = i, ascending[x], trainees.tenure[i]
        seats.address[x] = trainees.address[i]
        seats.speed[x], seats.sociability[x] = trainees.learning_speed[i], trainees.sociability[i]
        seats.helpfulness[x], seats.engaged[x] = trainees.helpfulness[i], trainees.engaged[i]
        for j in range(trainees.mastery.shape[1]):
            seats.mastery[j + 1, x] = trainees.mastery[i, j]
    for c in range(len(organisation.officers)):
        first, end = offsets[c], offsets[c + 1]
        o = first
        while order[o] != organisation.officers[c]:
            o += 1
        for x in range(first, end):
            seats.first[x], seats.size[x], seats.officer[x] = first, end - first, o
        council.officers[c], council.helpfulness[c] = o, seats.helpfulness[o]


@phase
def leave_seats(seats, trainees):
    """Write what the sessions have changed back to everybody."""
    for x in range(len(seats.person)):
        i = seats.person[x]
        trainees.tenure[i] = seats.tenure[x]
        for j in range(trainees.mastery.shape[1]):
            trainees.mastery[i, j] = seats.mastery[j + 1, x]


@kernel
def engage(trainees, community, interest_weight):
    """Everybody's engagement with their own community's topic."""
    for i in range(len(community)):
        trainees.engaged[i] = engagement(trainees.interest[i, community[i]], interest_weight)


def take_over(first, end, novices, trainees, met):
    """Novices take the seats of those who leave, with the cell's office if they had it, and have met nobody yet."""
    forget_meetings(met, novices.who[first:end])
    for n in range(first, end):
        i = novices.who[n]
        trainees.learning_speed[i], trainees.sociability[i] = novices.learning_speed[n], novices.sociability[n]
        trainees.helpfulness[i], trainees.tenure[i] = novices.helpfulness[n], 0
        for g in range(trainees.interest.shape[1]):
            trainees.interest[i, g] = novices.interest[n, g]
        for j in range(trainees.mastery.shape[1]):
            trainees.mastery[i, j] = novices.mastery[n, j]


def nobody_leaves(first, end, novices, trainees, met):
    """What takes the place of :func:`take_over` where nobody is ever replaced, and is compiled sooner."""


@phase
def measure(trainees, organisation, parameters, session, measured):
    """Describe everybody after so many sessions: at the start, and when novices have come."""
    fill_quarters(trainees.learning_speed, trainees.sociability, measured.quarters)
    engage(trainees, organisation.community, parameters.interest_weight)
    for i in range(len(measured.means)):
        total = 0.0
        for j in range(trainees.mastery.shape[1]):
            total += trainees.mastery[i, j]
        measured.means[i] = total / trainees.mastery.shape[1]
    describe_means(
        measured.means, parameters.mastery_threshold, measured.quarters, measured.sorted_means, measured.rows[session]
    )
    measured.partners[session] = mean_partners(organisation.met.partners)
    measured.stayers[session] = mean_of_some(measured.means, measured.stayed)


@phase
def lose(who, first, end, organisation, session, measured):
    """Note who leaves, and how many of them are officers."""
    for n in range(first, end):
        i = who[n]
        measured.stayed[i] = False
        c = organisation.cell[i]
        measured.officers_lost[session] += c >= 0 and organisation.officers[c] == i


@phase
def blocks_of(offsets):
    """The first cell of each block, and the end of the last."""
    cells, last = len(offsets) - 1, 0
    blocks = np.zeros(max(2, len(offsets)), dtype=np.int64)
    for c in range(1, cells):
        if offsets[c + 1] - offsets[blocks[last]] > BLOCK:
            last += 1
            blocks[last] = c
    blocks[last + 1] = cells
    return blocks[: last + 2]


@phase
def scratch_for(block, items):
    """Arrays for a block of so many seats."""
    gains, helped, joint = np.empty((items, block)), np.empty((items, block)), np.empty((items, block))
    numbers, places, best = np.empty((11, block)), np.zeros((3, block), dtype=np.uint32), np.zeros(block, dtype=np.int64)
    for j in range(items):
        for x in range(block):
            gains[j, x] = 0.0
    return Scratch(
        gains=gains,
        close=numbers[0],
        current=places[0],
        whether=numbers[1],
        whom=numbers[2],
        callers=places[1],
        partners=places[2],
        length=numbers[3],
        helping=numbers[4],
        working=numbers[5],
        returning=numbers[6],
        most=numbers[7],
        best=best,
        mine=numbers[8],
        theirs=numbers[9],
        below=numbers[10],
        helped=helped,
        joint=joint,
    )


@long_kernel
def simulate(
    first, last, trainees, organisation, policies, start_cycle, shuffle, take_over, parameters, cycle_length, key, novices,
    measured,
):
    """Simulate sessions first .. last-1, and write what is measured after each.

    Before session 0 and at the beginning of each cycle, groups are formed by ``start_cycle`` and the policy ``shuffle``.
    Where a policy is the user's own, Python has formed them, and calls once for each cycle. At a cycle's end novices
    come by ``take_over``.
    """
    items, cells = trainees.mastery.shape[1], len(organisation.officers)
    offsets, counts, means, draws = organisation.offsets, measured.counts, measured.means, measured.sorted_means
    if first == 0:
        if policies.officer >= 0 and organisation.met.state[CYCLES] == 0:
            start_cycle(organisation, policies, shuffle, first, first, key, trainees, means, draws)
        measure(trainees, organisation, parameters, first, measured)
    hearers = len(organisation.order) if parameters.lecture > 0.0 else 0
    seats, blocks = seats_for(len(organisation.order), items, hearers), blocks_of(offsets)
    largest = np.int64(0)
    for b in range(len(blocks) - 1):
        largest = max(largest, np.int64(offsets[blocks[b + 1]] - offsets[blocks[b]]))
    scratch, column, standings = scratch_for(largest, items), np.empty(largest), np.empty(items)
    council, heard, several, partners = council_of(organisation, items, parameters), -1, 0, 0.0
    for c in range(cells):
        several += offsets[c + 1] - offsets[c] > 1
    for session in range(first, last):
        cycle = session // cycle_length
        if session % cycle_length == 0 and session > 0 and policies.officer >= 0:  # 1
            start_cycle(organisation, policies, shuffle, session, cycle, key, trainees, means, draws)
        if session % cycle_length == 0 or session == first:
            take_seats(trainees, organisation, seats, council)
            partners = mean_partners(organisation.met.partners)
            heard = -1
        lectured, tally = lecture_item(session, parameters.sessions_per_item, items), counts[session + 1]
        for k in range(len(tally)):
            tally[k] = counts[session, k]
        if cells == 0:
            learn_alone(trainees, parameters, lectured, means)
        if parameters.lecture > 0.0 and heard != lectured % trainees.interest.shape[1]:
            heard = lectured % trainees.interest.shape[1]
            for x in range(len(seats.person)):
                seats.hears[x] = engagement(trainees.interest[seats.person[x], heard], parameters.interest_weight)
        for j in range(items if parameters.consultation > 0.0 else 0):
            for c in range(cells):
                council.mastery[j, c] = seats.mastery[j + 1, council.officers[c]]
        for x in range(largest if parameters.throttle == CALENDAR else 0):
            scratch.current[x] = lectured
        for b in range(len(blocks) - 1):
            block = blocks[b], blocks[b + 1]
            lo, hi = offsets[block[0]], offsets[block[1]]
            if parameters.throttle != CALENDAR:
                items_of_cells(lo, block, offsets, seats.mastery, parameters, standings, column, scratch.current)
            if parameters.lecture > 0.0:  # 2
                attend_lecture(lo, hi, seats, parameters, lectured, scratch.gains)
            if parameters.instruction > 0.0:  # 3
                meet_instructor(lo, block, council, seats, parameters, scratch.current, scratch.gains)
            if parameters.consultation > 0.0:
                tally[CONSULTATIONS] += consult(lo, block, council, seats, parameters, session, key, scratch.gains)
            if parameters.briefing > 0.0 or parameters.exchange > 0.0:
                get_close(lo, hi, seats, parameters, scratch.close)
            if parameters.briefing > 0.0:  # 4
                brief(lo, hi, seats, parameters, scratch)
            if parameters.exchange > 0.0:  # 5
                pairs = approach(lo, hi, session, key, seats, parameters, scratch)
                weigh(lo, hi, pairs, seats, parameters, scratch)
                compare(lo, pairs, seats.mastery, parameters.prerequisite, scratch)
                settle(lo, hi, pairs, seats.mastery, seats.officer, parameters.prerequisite, scratch, tally)
            apply(lo, hi, seats, parameters, scratch.gains, means)  # 6
        if parameters.briefing > 0.0:
            tally[BRIEFINGS] += several
        describe_means(  # 7
            means, parameters.mastery_threshold, measured.quarters, measured.sorted_means, measured.rows[session + 1]
        )
        measured.partners[session + 1] = partners
        if len(measured.stayed) > 0:
            measured.stayers[session + 1] = mean_of_some(means, measured.stayed)
            measured.officers_lost[session + 1] = measured.officers_lost[session]
        if session + 1 == last or (session + 1) % cycle_length == 0:
            leave_seats(seats, trainees)
        if (session + 1) % cycle_length == 0:  # 6, at the cycle's last session
            start, end = novices.ends[cycle - first // cycle_length], novices.ends[cycle - first // cycle_length + 1]
            if end > start:
                take_over(start, end, novices, trainees, organisation.met)
                lose(novices.who, start, end, organisation, session + 1, measured)
                measure(trainees, organisation, parameters, session + 1, measured)
