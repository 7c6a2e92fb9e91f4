"""Phases: what happens in one session of the compiled engine, each phase a function over a block of seats.
``kernels.py`` says in which order they come.

People are laid out in the order of their seats, and their mastery item by item, so that loops over people use vector
instructions. Everything that is summed for one person is summed in the order of ``agents.py``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from learnsim.arrays import Addresses, Floats, Indices, Longs
from learnsim.chance import draw_pairs, draw_two, one_of
from learnsim.compiled import phase
from learnsim.models.training.measures import AMONG_MEMBERS, WITH_OFFICER
from learnsim.models.training.purposes import CONSULT, EXCHANGE
from learnsim.models.training.rules import (
    MEAN,
    closed,
    current_item,
    engagement,
    gain,
    pace,
    rapport,
    readiness,
    retained,
    standing,
)


class Seats(NamedTuple):
    """Everybody in the order of their seats, for the sessions of one cycle; arrays (seats,) but for the first.

    Attributes
    ----------
    mastery : array (items + 1, seats)
        Row j + 1 is of item j; row 0 is all ones, for what stands before the first item.
    speed, sociability, helpfulness, engaged, tenure
        As in the state.
    hears : engagement in the topic of the lecture
    person : whose seat it is
    ascending : the seats of each cell by ascending number of the person, laid out like ``person``
    first, size, officer : the cell's first seat, how many it has, and which one its officer has
    address : where the person's random numbers are
    """

    mastery: Floats
    speed: Floats
    sociability: Floats
    helpfulness: Floats
    engaged: Floats
    hears: Floats
    tenure: Indices
    person: Indices
    ascending: Indices
    first: Indices
    size: Indices
    officer: Indices
    address: Addresses


class Council(NamedTuple):
    """The officers, cell by cell; arrays (cells,) but for the third.

    Attributes
    ----------
    officers : the seat of each
    helpfulness
    mastery : array (items, cells)
        As the session began.
    first, end : the first cell of the cell's branch, and the one after its last
    effect : of the instructor's work
    """

    officers: Longs
    helpfulness: Floats
    mastery: Floats
    first: Longs
    end: Longs
    effect: Floats


class Scratch(NamedTuple):
    """Arrays of one block that a session fills and nobody reads after it.

    Attributes
    ----------
    gains : array (items, block)
        What everybody has gained so far in this session.
    close : array (block,)
        Each person's rapport with a cellmate of the same tenure.
    current : array (block,)
        The item that the cell is at.
    whether, whom, callers, partners, length, helping, working, returning, most : arrays (block,)
        Of the exchange: random numbers; who approaches whom, by seat in the block; for how long, at which pace.
    best : array (block,)
        On which item.
    mine, theirs, below : arrays (block,)
        What is compared at the moment.
    helped, joint : arrays (items, block)
        Gains of each item.
    """

    gains: Floats
    close: Floats
    current: Longs
    whether: Floats
    whom: Floats
    callers: Longs
    partners: Longs
    length: Floats
    helping: Floats
    working: Floats
    returning: Floats
    most: Floats
    best: Longs
    mine: Floats
    theirs: Floats
    below: Floats
    helped: Floats
    joint: Floats


@phase
def learn_alone(trainees, parameters, lectured, means):
    """The whole session of an organisation without groups; ``means`` becomes each person's mean mastery."""
    mastery, speed, interest, tenure = trainees.mastery, trainees.learning_speed, trainees.interest, trainees.tenure
    for i in range(len(tenure)):
        engaged = engagement(interest[i, lectured % interest.shape[1]], parameters.interest_weight)
        ready = readiness(mastery[i, lectured - 1] if lectured > 0 else 1.0, parameters.prerequisite)
        gained = gain(
            parameters.lecture, parameters.lecture_effect, speed[i], engaged, ready, 1.0, mastery[i, lectured]
        )
        total = 0.0
        for j in range(mastery.shape[1]):
            mastery[i, j] = retained(mastery[i, j], gained if j == lectured else 0.0, parameters.forgetting)
            total += mastery[i, j]
        means[i] = total / mastery.shape[1]
        tenure[i] += 1


@phase
def items_of_cells(lo, cells, offsets, mastery, parameters, standings, column, current):
    """The item that each cell of a block is at, by its members' mastery as the session began."""
    items = len(standings)
    for c in range(cells[0], cells[1]):
        first, end = offsets[c], offsets[c + 1]
        for j in range(items):
            if parameters.throttle == MEAN:
                total = 0.0
                for x in range(first, end):
                    total += mastery[j + 1, x]
                standings[j] = total / (end - first)
            else:
                for x in range(first, end):
                    column[x - first] = mastery[j + 1, x]
                standings[j] = standing(parameters.throttle, column, end - first)
            if standings[j] < parameters.mastery_threshold:
                break
        item = current_item(standings, items, parameters.mastery_threshold)
        for x in range(first - lo, end - lo):
            current[x] = item


@phase
def attend_lecture(lo, hi, seats, parameters, lectured, gains):
    """The block's members hear the lecture."""
    before, start = seats.mastery[lectured, lo:hi], seats.mastery[lectured + 1, lo:hi]
    speed, hears, gained = seats.speed[lo:hi], seats.hears[lo:hi], gains[lectured, : hi - lo]
    share, effect, prerequisite = parameters.lecture, parameters.lecture_effect, parameters.prerequisite
    for x in range(hi - lo):
        gained[x] += gain(share, effect, speed[x], hears[x], readiness(before[x], prerequisite), 1.0, start[x])


@phase
def meet_instructor(lo, cells, council, seats, parameters, current, gains):
    """The instructor works with each officer on their cell's current item."""
    for c in range(cells[0], cells[1]):
        o = council.officers[c]
        j = current[o - lo]
        ready = readiness(seats.mastery[j, o], parameters.prerequisite)
        gains[j, o - lo] += gain(
            parameters.instruction, council.effect[c], seats.speed[o], seats.engaged[o], ready, 1.0,
            seats.mastery[j + 1, o],
        )


@phase
def consult(lo, cells, council, seats, parameters, session, key, gains):
    """Each officer learns from another one of the branch, on the item that gives most; return how many did."""
    mastery, before = seats.mastery, council.mastery
    consulted = 0
    for c in range(cells[0], cells[1]):
        first, end = council.first[c], council.end[c]
        if end - first < 2:
            continue
        o = council.officers[c]
        uniform, _ = draw_two(key[0], key[1], session, np.int64(seats.address[o]), CONSULT, 0)
        x = first + one_of(end - first - 1, uniform)
        x += x >= c
        effect = parameters.help_effect * council.helpfulness[x]
        quick = pace(parameters.consultation, effect, seats.speed[o], seats.engaged[o])
        best, most = -1, 0.0
        for j in range(len(gains)):
            ready = readiness(mastery[j, o], parameters.prerequisite)
            gained = closed(quick, ready, before[j, x], mastery[j + 1, o])
            best = j if gained > most else best
            most = gained if gained > most else most
        if best >= 0:
            gains[best, o - lo] += most
            consulted += 1
    return consulted


@phase
def get_close(lo, hi, seats, parameters, close):
    """Each person's rapport with a cellmate of the same tenure; with any other, it is the smaller one of the two."""
    tenure, size, near = seats.tenure[lo:hi], seats.size[lo:hi], close[: hi - lo]
    initial, sessions = parameters.initial_rapport, parameters.rapport_sessions
    for x in range(hi - lo):
        near[x] = rapport(tenure[x], tenure[x], size[x], initial, sessions)


@phase
def brief(lo, hi, seats, parameters, scratch):
    """Officers explain their cell's current item to each other member (to themselves, which teaches nothing)."""
    count = hi - lo
    mastery, prerequisite = seats.mastery, parameters.prerequisite
    helpfulness, officer = seats.helpfulness, seats.officer
    current, close, gains = scratch.current, scratch.close, scratch.gains
    below, mine, theirs, effect = (
        scratch.below[:count], scratch.mine[:count], scratch.theirs[:count], scratch.helping[:count]
    )
    for x in range(count):
        j, o = current[x], officer[lo + x]
        below[x], mine[x], theirs[x] = mastery[j, lo + x], mastery[j + 1, lo + x], mastery[j + 1, o]
        effect[x] = parameters.help_effect * helpfulness[o] * min(close[x], close[o - lo])
    share = parameters.briefing * parameters.officers_share
    speed, engaged = seats.speed[lo:hi], seats.engaged[lo:hi]
    for x in range(count):
        effect[x] = pace(share, effect[x], speed[x], engaged[x])
    for x in range(count):
        mine[x] = closed(effect[x], readiness(below[x], prerequisite), theirs[x], mine[x])
    for x in range(count):
        gains[current[x], x] += mine[x]


@phase
def approach(lo, hi, session, key, seats, parameters, scratch):
    """List who approaches whom, cell by cell and there by ascending number; return how many."""
    count = hi - lo
    sociability, size, first = seats.sociability[lo:hi], seats.size[lo:hi], seats.first[lo:hi]
    ascending, whether, whom = seats.ascending[lo:hi], scratch.whether[:count], scratch.whom[:count]
    draw_pairs(key, session, seats.address[lo:hi], np.int64(EXCHANGE), np.int64(0), whether, whom)
    partner, callers, partners = scratch.best, scratch.callers, scratch.partners
    for x in range(count):
        y = first[x] - lo + one_of(size[x] - 1, whom[x])
        partner[x] = y + (y >= x)
    n = 0
    for z in range(count):
        x = ascending[z] - lo
        callers[n], partners[n] = x, partner[x]
        n += (whether[x] < sociability[x]) & (size[x] > 1)
    return n


@phase
def weigh(lo, hi, n, seats, parameters, scratch):
    """For how long each pair works together, and at which pace both learn: from help, and from the joint work."""
    speed, engaged, helpfulness = seats.speed[lo:hi], seats.engaged[lo:hi], seats.helpfulness[lo:hi]
    officer, close = seats.officer[lo:hi], scratch.close
    callers, partners = scratch.callers[:n], scratch.partners[:n]
    length, helping, working, returning = (
        scratch.length[:n], scratch.helping[:n], scratch.working[:n], scratch.returning[:n]
    )
    for k in range(n):
        x, y = callers[k], partners[k]
        o = officer[x] - lo
        length[k] = parameters.exchange * (parameters.officers_share if (o == x) | (o == y) else 1.0)
        near = min(close[x], close[y])
        helping[k] = pace(length[k], parameters.help_effect * helpfulness[y] * near, speed[x], engaged[x])
        working[k] = pace(length[k], parameters.joint_effect * near, speed[x], engaged[x])
        returning[k] = pace(length[k], parameters.joint_effect * near, speed[y], engaged[y])


@phase
def compare(lo, n, mastery, prerequisite, scratch):
    """What help and joint work on each item would give to those who approach others, and which item gives most."""
    callers, partners, best, most = scratch.callers[:n], scratch.partners[:n], scratch.best[:n], scratch.most[:n]
    helping, working = scratch.helping[:n], scratch.working[:n]
    mine, theirs, ready = scratch.mine[:n], scratch.theirs[:n], scratch.below[:n]
    for k in range(n):
        ready[k], most[k], best[k] = 1.0, 0.0, -1
    for j in range(len(scratch.helped)):
        here, helped, joint = mastery[j + 1, lo:], scratch.helped[j, :n], scratch.joint[j, :n]
        for k in range(n):
            mine[k], theirs[k] = here[callers[k]], here[partners[k]]
        for k in range(n):
            helped[k] = closed(helping[k], ready[k], theirs[k], mine[k])
        for k in range(n):
            joint[k] = closed(working[k], ready[k], 1.0, max(mine[k], theirs[k]))
        for k in range(n):
            total = helped[k] + joint[k]
            best[k] = j if total > most[k] else best[k]
            most[k] = total if total > most[k] else most[k]
        for k in range(n):
            ready[k] = readiness(mine[k], prerequisite)


@phase
def settle(lo, hi, n, mastery, officer, prerequisite, scratch, tally):
    """Who approaches gains help and joint work on the best item; who is approached gains from the joint work too."""
    callers, partners, best = scratch.callers[:n], scratch.partners[:n], scratch.best[:n]
    helped, joint, gains, returning = scratch.helped, scratch.joint, scratch.gains, scratch.returning
    with_officer, among_members = 0, 0
    for k in range(n):
        j, x = best[k], callers[k]
        if j >= 0:
            gains[j, x] = (gains[j, x] + helped[j, k]) + joint[j, k]
            o = officer[lo + x] - lo
            met = (o == x) | (o == partners[k])
            with_officer += met
            among_members += not met
    tally[WITH_OFFICER] += with_officer
    tally[AMONG_MEMBERS] += among_members
    for k in range(n):
        j, x, y = best[k], callers[k], partners[k]
        if j >= 0:
            start = max(mastery[j + 1, lo + x], mastery[j + 1, lo + y])
            gains[j, y] += closed(returning[k], readiness(mastery[j, lo + y], prerequisite), 1.0, start)


@phase
def apply(lo, hi, seats, parameters, gains, means):
    """Everyone changes at once; a session has passed. ``means`` becomes each person's mean mastery, by number."""
    count, items = hi - lo, len(gains)
    forgetting = parameters.forgetting
    for j in range(items):
        mastery, gained = seats.mastery[j + 1, lo:hi], gains[j, :count]
        for x in range(count):
            mastery[x] = retained(mastery[x], gained[x], forgetting)
        for x in range(count):
            gained[x] = 0.0
    total = gains[0, :count]
    for j in range(items):
        mastery = seats.mastery[j + 1, lo:hi]
        for x in range(count):
            total[x] += mastery[x]
    person, tenure = seats.person[lo:hi], seats.tenure[lo:hi]
    for x in range(count):
        means[person[x]] = total[x] / items
    for x in range(count):
        total[x] = 0.0
        tenure[x] += 1
