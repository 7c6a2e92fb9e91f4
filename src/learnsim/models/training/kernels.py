"""Kernels: the compiled engine. The sessions of one cycle, simulated over arrays.
Between cycles ``run.py`` takes over.

The order of events is the model; ``agents.py`` and docs/ODD.md describe it with the same numbers. A session goes
through the organisation block by block, each some whole cells that the processor's cache holds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from learnsim.arrays import Floats, Indices
from learnsim.compiled import long_kernel, phase
from learnsim.models.training.measures import BRIEFINGS, CONSULTATIONS, describe, describe_means
from learnsim.models.training.phases import (
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
from learnsim.models.training.rules import CALENDAR, engagement, lecture_item

BLOCK = 240  # seats that go through a session together, or more where a cell is larger


class State(NamedTuple):
    """All trainees and the cells they are in, as arrays; ``engaged`` is engagement in one's own community."""

    mastery: Floats
    learning_speed: Floats
    sociability: Floats
    helpfulness: Floats
    interest: Floats
    engaged: Floats
    tenure: Indices
    order: Indices
    seats: Indices
    offsets: Indices
    branches: Indices
    officers: Indices


@phase
def take_seats(state):
    """Lay everybody out in the order of their seats."""
    items, count = state.mastery.shape[1], len(state.order)
    seats = Seats(
        mastery=np.ones((items + 1, count)),
        speed=state.learning_speed[state.order],
        sociability=state.sociability[state.order],
        helpfulness=state.helpfulness[state.order],
        engaged=state.engaged[state.order],
        hears=np.empty(count),
        tenure=state.tenure[state.order],
        person=state.order.astype(np.uint32),
        ascending=state.seats.astype(np.uint32),
        first=np.empty(count, dtype=np.uint32),
        size=np.empty(count, dtype=np.int32),
        officer=np.empty(count, dtype=np.uint32),
    )
    for x in range(count):
        for j in range(items):
            seats.mastery[j + 1, x] = state.mastery[state.order[x], j]
    for c in range(len(state.officers)):
        first, end = state.offsets[c], state.offsets[c + 1]
        o = first
        while state.order[o] != state.officers[c]:
            o += 1
        for x in range(first, end):
            seats.first[x], seats.size[x], seats.officer[x] = first, end - first, o
    return seats


@phase
def leave_seats(seats, state):
    """Write what the sessions have changed back to everybody."""
    for x in range(len(seats.person)):
        i = seats.person[x]
        state.tenure[i] = seats.tenure[x]
        for j in range(state.mastery.shape[1]):
            state.mastery[i, j] = seats.mastery[j + 1, x]


@phase
def blocks_of(offsets):
    """The first cell of each block, and the end of the last."""
    blocks = [0]
    cells = len(offsets) - 1
    for c in range(1, cells):
        if offsets[c + 1] - offsets[blocks[-1]] > BLOCK:
            blocks.append(c)
    blocks.append(cells)
    return np.array(blocks)


@phase
def scratch_for(block, items):
    """Arrays for a block of so many seats."""
    return Scratch(
        gains=np.zeros((items, block)),
        close=np.empty(block),
        current=np.zeros(block, dtype=np.uint32),
        whether=np.empty(block),
        whom=np.empty(block),
        callers=np.empty(block, dtype=np.uint32),
        partners=np.empty(block, dtype=np.uint32),
        length=np.empty(block),
        helping=np.empty(block),
        working=np.empty(block),
        returning=np.empty(block),
        most=np.empty(block),
        best=np.empty(block, dtype=np.int64),
        mine=np.empty(block),
        theirs=np.empty(block),
        below=np.empty(block),
        helped=np.empty((items, block)),
        joint=np.empty((items, block)),
    )


@long_kernel
def simulate(first, last, state, parameters, key, quarters, means, sorted_means, counts, rows):
    """Simulate sessions first .. last-1; write row session+1 of ``rows`` and ``counts`` after each.

    ``counts`` holds how often each of ``COUNTED`` has happened so far.
    """
    items = state.mastery.shape[1]
    if len(state.officers) == 0:
        for session in range(first, last):
            counts[session + 1] = counts[session]
            lectured = lecture_item(session, parameters.sessions_per_item, items)
            learn_alone(state.mastery, state.learning_speed, state.interest, state.tenure, parameters, lectured)
            describe(state.mastery, parameters.mastery_threshold, quarters, means, sorted_means, rows[session + 1])
        return
    offsets, branches = state.offsets, state.branches
    cells, topics = len(state.officers), state.interest.shape[1]
    seats, blocks = take_seats(state), blocks_of(offsets)
    largest, several = 0, 0
    for b in range(len(blocks) - 1):
        largest = max(largest, offsets[blocks[b + 1]] - offsets[blocks[b]])
    scratch, column, standings = scratch_for(largest, items), np.empty(largest), np.empty(items)
    officers, helpers = np.empty(cells, dtype=np.int64), np.empty(cells)
    branch, before = np.empty(cells, dtype=np.int64), np.empty((items, cells))
    for c in range(cells):
        several += offsets[c + 1] - offsets[c] > 1
        officers[c] = seats.officer[offsets[c]]
        helpers[c] = seats.helpfulness[officers[c]]
    for g in range(len(branches) - 1):
        branch[branches[g] : branches[g + 1]] = g
    heard = -1
    for session in range(first, last):
        counts[session + 1] = counts[session]
        tally = counts[session + 1]
        lectured = lecture_item(session, parameters.sessions_per_item, items)
        if parameters.lecture > 0.0 and heard != lectured % topics:
            heard = lectured % topics
            for x in range(len(seats.hears)):
                seats.hears[x] = engagement(state.interest[seats.person[x], heard], parameters.interest_weight)
        if parameters.consultation > 0.0:
            for j in range(items):
                for c in range(cells):
                    before[j, c] = seats.mastery[j + 1, officers[c]]
        if parameters.throttle == CALENDAR:
            scratch.current[:] = lectured
        for b in range(len(blocks) - 1):
            block = blocks[b], blocks[b + 1]
            lo, hi = offsets[block[0]], offsets[block[1]]
            if parameters.throttle != CALENDAR:
                items_of_cells(lo, block, offsets, seats.mastery, parameters, standings, column, scratch.current)
            if parameters.lecture > 0.0:  # 2
                attend_lecture(lo, hi, seats, parameters, lectured, scratch.gains)
            if parameters.instruction > 0.0:  # 3
                meet_instructor(lo, block, offsets, officers, seats, parameters, scratch.current, scratch.gains)
            if parameters.consultation > 0.0:
                tally[CONSULTATIONS] += consult(
                    lo, block, branch, branches, officers, before, helpers, seats, parameters, session, key, scratch.gains
                )
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
        describe_means(means, parameters.mastery_threshold, quarters, sorted_means, rows[session + 1])  # 7
    leave_seats(seats, state)


@long_kernel
def simulate_runs(first, last, states, parameters, keys, quarters, means, sorted_means, counts, rows):
    """Simulate the same sessions of several runs, one after the other: tuples of what :func:`simulate` takes."""
    for x in range(len(states)):
        simulate(first, last, states[x], parameters[x], keys[x], quarters[x], means[x], sorted_means[x], counts[x], rows[x])
