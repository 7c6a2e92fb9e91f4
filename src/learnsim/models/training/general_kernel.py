"""General kernel: sessions in which people may have misconceptions, be taught wrong, or be absent; person by person.
``kernels.py`` is much faster where none of that can be; where both can play a run they agree in every bit.

The order of events is that of ``agents.py`` and docs/ODD.md, with the same numbers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from learnsim.arrays import Floats, Longs
from learnsim.chance import draw_two, one_of
from learnsim.compiled import long_kernel, phase
from learnsim.grouping.meetings import mean_partners
from learnsim.models.training.measures import (
    AMONG_MEMBERS,
    BRIEFINGS,
    CONSULTATIONS,
    WITH_OFFICER,
    Advice,
    Ever,
    describe,
    describe_more,
)
from learnsim.models.training.purposes import ABSENCE, CONSULT, EXCHANGE
from learnsim.models.training.rules import (
    CALENDAR,
    council_effect,
    current_item,
    engagement,
    gain,
    lecture_item,
    mastered,
    misconception_left,
    rapport,
    readiness,
    standing,
    unblocked,
)


class State(NamedTuple):
    """What may be wrong, and who may be absent.

    Attributes
    ----------
    misconception : array (trainees, items)
    lecturer, instructor : arrays (items,)
        How wrong each item is taught.
    absent_until : array (trainees,)
        The session from which each is back.
    ever : Ever
    advice : Advice
    """

    misconception: Floats
    lecturer: Floats
    instructor: Floats
    absent_until: Longs
    ever: Ever
    advice: Advice


class Roles(NamedTuple):
    """What each person is in a session.

    Attributes
    ----------
    seat : array (trainees,)
        The person's place in the order of seats.
    officer : array (trainees,)
        The officer of the person's cell, -1 where there are no cells.
    present : array (trainees,)
        0 for who is absent, else 1.
    """

    seat: Longs
    officer: Longs
    present: Floats


@phase
def find_roles(organisation):
    """Everybody's seat and officer; all are present."""
    count = len(organisation.cell)
    seat, officer, present = np.zeros(count, dtype=np.int64), np.full(count, -1), np.ones(count)
    for c in range(len(organisation.officers)):
        for x in range(organisation.offsets[c], organisation.offsets[c + 1]):
            seat[organisation.order[x]], officer[organisation.order[x]] = x, organisation.officers[c]
    return Roles(seat, officer, present)


@phase
def find_absent(session, key, about, absent_until, roles, address):
    """Who is absent from a session."""
    for i in range(len(roles.present)):
        away = session < absent_until[i]
        if about.absence > 0.0 and (roles.officer[i] == i or not about.officers_only):
            uniform, _ = draw_two(key[0], key[1], session, np.int64(address[i]), ABSENCE, 0)
            away |= uniform < about.absence
        roles.present[i] = 0.0 if away else 1.0


@phase
def learn(i, j, share, effect, right, wrong, engaged, trainees, misconception, parameters, persistence):
    """What a person gains on an item, right and wrong, from a source that is right and wrong to these levels."""
    mine = trainees.mastery[i, j]
    ready = readiness(trainees.mastery[i, j - 1] if j > 0 else 1.0, parameters.prerequisite)
    free, speed = unblocked(misconception[i, j], persistence), trainees.learning_speed[i]
    return (
        gain(share, effect, speed, engaged, ready * free, right, mine),
        gain(share, effect, speed, engaged, ready, wrong, misconception[i, j]),
    )


@phase
def find_item(c, organisation, trainees, misconception, parameters, column, standings):
    """The item that a cell is at, by what its members seem to master."""
    first, end = organisation.offsets[c], organisation.offsets[c + 1]
    for j in range(len(standings)):
        for x in range(first, end):
            i = organisation.order[x]
            column[x - first] = trainees.mastery[i, j] + misconception[i, j]
        standings[j] = standing(parameters.throttle, column, end - first)
    return current_item(standings, len(standings), parameters.mastery_threshold)


@phase
def work_together(i, j, length, effect, start, trainees, misconception, parameters, persistence):
    """What a person gains on an item by working it out with another; the best of the two stands at ``start``."""
    ready = readiness(trainees.mastery[i, j - 1] if j > 0 else 1.0, parameters.prerequisite)
    ready *= unblocked(misconception[i, j], persistence)
    return gain(length, effect, trainees.learning_speed[i], trainees.engaged[i], ready, 1.0, start)


@phase
def consult(o, other, session, trainees, misconception, parameters, persistence, present, learned, mislearned, helped):
    """An officer learns from another, on the item that gives most; return whether anything was learned."""
    share = parameters.consultation * (present[o] * present[other])
    effect = parameters.help_effect * trainees.helpfulness[other]
    best, most, right, wrong = -1, 0.0, 0.0, 0.0
    for j in range(trainees.mastery.shape[1]):
        k, m = learn(
            o, j, share, effect, trainees.mastery[other, j], misconception[other, j], trainees.engaged[o],
            trainees, misconception, parameters, persistence,
        )
        if k + m > most:
            best, most, right, wrong = j, k + m, k, m
    if best >= 0:
        helped[other] += right
        learned[o, best] += right
        mislearned[o, best] += wrong
    return best >= 0


@phase
def exchange(i, p, length, close, trainees, misconception, parameters, about, learned, mislearned, helped):
    """A person is helped by another and works with them, on the item that gives most; return which, or -1."""
    helping, working = parameters.help_effect * trainees.helpfulness[p] * close, parameters.joint_effect * close
    best, most, right, wrong, joint = -1, 0.0, 0.0, 0.0, 0.0
    for j in range(trainees.mastery.shape[1]):
        k, m = learn(
            i, j, length, helping, trainees.mastery[p, j], misconception[p, j], trainees.engaged[i],
            trainees, misconception, parameters, about.persistence,
        )
        start = max(trainees.mastery[i, j] + misconception[i, j], trainees.mastery[p, j] + misconception[p, j])
        g = work_together(i, j, length, working, start, trainees, misconception, parameters, about.persistence)
        if (k + m) + g > most:
            best, most, right, wrong, joint = j, (k + m) + g, k, m, g
    if best >= 0:
        helped[p] += right
        learned[i, best] += right
        mislearned[i, best] += wrong
        learned[i, best] += (1.0 - about.joint_wrong) * joint
        mislearned[i, best] += about.joint_wrong * joint
    return best


@phase
def apply_all(trainees, misconception, parameters, learned, mislearned, means):
    """Everyone changes at once; a session has passed. ``means`` becomes each person's mean mastery."""
    items = trainees.mastery.shape[1]
    for i in range(len(means)):
        total = 0.0
        for j in range(items):
            before = trainees.mastery[i, j]
            after = mastered(before, learned[i, j])
            wrong = misconception_left(misconception[i, j], mislearned[i, j], before, after, parameters.forgetting)
            trainees.mastery[i, j], misconception[i, j] = after * (1.0 - parameters.forgetting), wrong
            learned[i, j] = mislearned[i, j] = 0.0
            total += trainees.mastery[i, j]
        means[i] = total / items
        trainees.tenure[i] += 1


@long_kernel
def simulate_general(first, last, trainees, state, organisation, parameters, about, key, measured, more):
    """Simulate sessions first .. last-1 of one cycle, and write what is measured after each.

    ``more`` is an array (sessions + 1, MORE), of which :func:`describe_more` fills the rows.
    """
    mastery, wrong, order, offsets = trainees.mastery, state.misconception, organisation.order, organisation.offsets
    count, items = mastery.shape
    cell, officers, branches = organisation.cell, organisation.officers, organisation.branches
    cells = len(officers)
    roles = find_roles(organisation)
    present, topics = roles.present, trainees.interest.shape[1]
    learned, mislearned = np.zeros((count, items)), np.zeros((count, items))
    column, standings, current = np.empty(count), np.empty(items), np.zeros(max(1, cells), dtype=np.int64)
    partner, item = np.full(count, -1), np.full(count, -1)
    asked, helped = state.advice.asked, state.advice.helped
    working, length = np.empty(count), np.empty(count)
    partners = mean_partners(organisation.met.partners)
    for session in range(first, last):
        lectured = lecture_item(session, parameters.sessions_per_item, items)
        tally = measured.counts[session + 1]
        for what in range(len(tally)):
            tally[what] = measured.counts[session, what]
        find_absent(session, key, about, state.absent_until, roles, trainees.address)
        for c in range(cells):
            current[c] = lectured
            if parameters.throttle != CALENDAR:
                current[c] = find_item(c, organisation, trainees, wrong, parameters, column, standings)

        if parameters.lecture > 0.0:  # 2
            for i in range(count):
                hears = engagement(trainees.interest[i, lectured % topics], parameters.interest_weight)
                k, m = learn(
                    i, lectured, parameters.lecture * present[i], parameters.lecture_effect,
                    1.0 - state.lecturer[lectured], state.lecturer[lectured], hears,
                    trainees, wrong, parameters, about.persistence,
                )
                learned[i, lectured] += k
                mislearned[i, lectured] += m

        for g in range(len(branches) - 1):  # 3
            officers_here = branches[g + 1] - branches[g]
            effect = council_effect(officers_here, parameters.span, parameters.council_effect, parameters.lecture_effect)
            for c in range(branches[g], branches[g + 1]):
                o, j = np.int64(officers[c]), current[c]
                if parameters.instruction > 0.0:
                    k, m = learn(
                        o, j, parameters.instruction * present[o], effect, 1.0 - state.instructor[j], state.instructor[j],
                        trainees.engaged[o], trainees, wrong, parameters, about.persistence,
                    )
                    learned[o, j] += k
                    mislearned[o, j] += m
                if parameters.consultation > 0.0 and officers_here > 1:
                    uniform, _ = draw_two(key[0], key[1], session, np.int64(trainees.address[o]), CONSULT, 0)
                    x = branches[g] + one_of(officers_here - 1, uniform)
                    other = np.int64(officers[x + (x >= c)])
                    asked[other] += present[o] > 0.0
                    tally[CONSULTATIONS] += consult(
                        o, other, session, trainees, wrong, parameters, about.persistence, present, learned, mislearned,
                        helped,
                    )

        for i in range(count):  # 4
            item[i] = -1
            c = int(cell[i])
            size = int(offsets[c + 1] - offsets[c]) if c >= 0 else 0
            if size < 2:
                continue
            o, j = np.int64(roles.officer[i]), current[c]
            if parameters.briefing > 0.0 and o == i:
                tally[BRIEFINGS] += present[i] > 0.0
            elif parameters.briefing > 0.0:
                near = rapport(
                    trainees.tenure[i], trainees.tenure[o], size, parameters.initial_rapport, parameters.rapport_sessions
                )
                k, m = learn(
                    i, j, parameters.briefing * parameters.officers_share * (present[o] * present[i]),
                    parameters.help_effect * trainees.helpfulness[o] * near, mastery[o, j], wrong[o, j],
                    trainees.engaged[i], trainees, wrong, parameters, about.persistence,
                )
                learned[i, j] += k
                mislearned[i, j] += m
                helped[o] += k
            if parameters.exchange > 0.0:  # 5
                whether, whom = draw_two(key[0], key[1], session, np.int64(trainees.address[i]), EXCHANGE, 0)
                if whether >= trainees.sociability[i]:
                    continue
                x = offsets[c] + one_of(size - 1, whom)
                p = np.int64(order[x + (x >= roles.seat[i])])
                asked[p] += present[i] > 0.0
                with_officer = (o == i) | (o == p)
                close = rapport(
                    trainees.tenure[i], trainees.tenure[p], size, parameters.initial_rapport, parameters.rapport_sessions
                )
                together = parameters.exchange * (parameters.officers_share if with_officer else 1.0)
                partner[i], working[i] = p, parameters.joint_effect * close
                length[i] = together * (present[i] * present[p])
                item[i] = exchange(i, p, length[i], close, trainees, wrong, parameters, about, learned, mislearned, helped)
                tally[WITH_OFFICER] += item[i] >= 0 and with_officer
                tally[AMONG_MEMBERS] += item[i] >= 0 and not with_officer

        for i in range(count):  # who was approached, by ascending number of those who approached
            j, p = item[i], partner[i]
            if j >= 0:
                start = max(mastery[i, j] + wrong[i, j], mastery[p, j] + wrong[p, j])
                g = work_together(p, j, length[i], working[i], start, trainees, wrong, parameters, about.persistence)
                learned[p, j] += (1.0 - about.joint_wrong) * g
                mislearned[p, j] += about.joint_wrong * g

        apply_all(trainees, wrong, parameters, learned, mislearned, measured.means)  # 6
        describe(  # 7
            mastery, parameters.mastery_threshold, measured.quarters, measured.means, measured.sorted_means,
            measured.rows[session + 1],
        )
        describe_more(
            wrong, measured.means, about.noticed, cell, cells, organisation.community, state.ever, more[session + 1]
        )
        measured.partners[session + 1] = partners
