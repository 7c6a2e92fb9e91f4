"""Loops: the compiled engine. The sessions of one cycle, played over arrays.
Knows the rules, the measures and where chance is drawn; between cycles others take over.

The order of events is the model; ``agents.py`` and docs/ODD.md tell it with the same numbers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from learnsim.chance import CONSULT, EXCHANGE, one_of, two_uniforms
from learnsim.compiled import kernel
from learnsim.training.measures import describe
from learnsim.training.rules import (
    CALENDAR,
    current_item,
    engagement,
    gain,
    lecture_item,
    rapport,
    readiness,
    retained,
    standing,
)

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int32]


class Crew(NamedTuple):
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


@kernel
def play(first, last, crew, terms, quarters, means, sorted_means, counts, rows):  # type: ignore[no-untyped-def]
    """Play sessions first .. last-1; write row session+1 of ``rows`` and ``counts`` after each.

    ``counts`` holds, so far: consultations, briefings, exchanges among members, exchanges with an officer.
    """
    items = crew.mastery.shape[1]
    cells = len(crew.officers)
    largest = 1
    for c in range(cells):
        largest = max(largest, crew.offsets[c + 1] - crew.offsets[c])
    before = np.empty((cells, items))
    gains = np.empty((largest, items))
    column = np.empty(largest)
    standings = np.empty(items)
    approached = np.empty(largest, dtype=np.int64)
    topic = np.empty(largest, dtype=np.int64)
    for session in range(first, last):
        counts[session + 1] = counts[session]
        lectured = lecture_item(session, terms.sessions_per_item, items)
        if cells == 0:
            _learn_alone(crew, terms, lectured)
        for c in range(cells):
            before[c] = crew.mastery[crew.officers[c]]
        for g in range(len(crew.branches) - 1):
            for c in range(crew.branches[g], crew.branches[g + 1]):
                gains[: crew.offsets[c + 1] - crew.offsets[c]] = 0.0
                current = _current_item(c, crew, terms, lectured, column, standings)
                _attend_lecture(c, crew, terms, lectured, gains)  # 2
                _meet_in_council(c, g, crew, terms, session, current, before, gains, counts)  # 3
                _brief(c, crew, terms, current, gains, session, counts)  # 4
                _exchange(c, crew, terms, session, approached, topic, gains, counts)  # 5
                _apply(c, crew, terms, gains)  # 6
        describe(crew.mastery, terms.mastery_threshold, quarters, means, sorted_means, rows[session + 1])  # 7


@kernel
def _ready(mastery, i, j, prerequisite):  # type: ignore[no-untyped-def]
    return 1.0 if j == 0 else readiness(mastery[i, j - 1], prerequisite)


@kernel
def _lecture_gain(i, crew, terms, item):  # type: ignore[no-untyped-def]
    interest = crew.interest[i, item % crew.interest.shape[1]]
    return gain(
        terms.lecture,
        terms.lecture_effect,
        crew.learning_speed[i],
        engagement(interest, terms.interest_weight),
        _ready(crew.mastery, i, item, terms.prerequisite),
        1.0,
        crew.mastery[i, item],
    )


@kernel
def _learn_alone(crew, terms, lectured):  # type: ignore[no-untyped-def]
    for i in range(len(crew.tenure)):
        gained = _lecture_gain(i, crew, terms, lectured) if terms.lecture > 0.0 else 0.0
        for j in range(crew.mastery.shape[1]):
            crew.mastery[i, j] = retained(crew.mastery[i, j], gained if j == lectured else 0.0, terms.forgetting)
        crew.tenure[i] += 1


@kernel
def _current_item(c, crew, terms, lectured, column, standings):  # type: ignore[no-untyped-def]
    """The item the cell is at, by its members' mastery as the session began."""
    if terms.throttle == CALENDAR:
        return lectured
    lo, hi = crew.offsets[c], crew.offsets[c + 1]
    for j in range(len(standings)):
        for x in range(lo, hi):
            column[x - lo] = crew.mastery[crew.order[x], j]
        standings[j] = standing(terms.throttle, column, hi - lo)
        if standings[j] < terms.mastery_threshold:
            return j
    return current_item(standings, len(standings), terms.mastery_threshold)


@kernel
def _attend_lecture(c, crew, terms, lectured, gains):  # type: ignore[no-untyped-def]
    if terms.lecture > 0.0:
        lo = crew.offsets[c]
        for x in range(lo, crew.offsets[c + 1]):
            gains[x - lo, lectured] += _lecture_gain(crew.order[x], crew, terms, lectured)


@kernel
def _meet_in_council(c, g, crew, terms, session, current, before, gains, counts):  # type: ignore[no-untyped-def]
    """The officer learns from the instructor, then from one other officer of the branch."""
    o = crew.officers[c]
    lo = crew.offsets[c]
    seat = 0
    while crew.order[lo + seat] != o:
        seat += 1
    speed, engaged = crew.learning_speed[o], crew.engaged[o]
    if terms.instruction > 0.0:
        ready = _ready(crew.mastery, o, current, terms.prerequisite)
        gains[seat, current] += gain(
            terms.instruction, terms.council_effect, speed, engaged, ready, 1.0, crew.mastery[o, current]
        )
    first = crew.branches[g]
    others = crew.branches[g + 1] - first - 1
    if terms.consultation > 0.0 and others > 0:
        luck, _ = two_uniforms(terms.k0, terms.k1, session, int(o), CONSULT, 0)
        x = first + one_of(others, luck)
        if x >= c:
            x += 1
        effect = terms.help_effect * crew.helpfulness[crew.officers[x]]
        best, most = -1, 0.0
        for j in range(crew.mastery.shape[1]):
            ready = _ready(crew.mastery, o, j, terms.prerequisite)
            gained = gain(terms.consultation, effect, speed, engaged, ready, before[x, j], crew.mastery[o, j])
            if gained > most:
                best, most = j, gained
        if best >= 0:
            gains[seat, best] += most
            counts[session + 1, 0] += 1


@kernel
def _brief(c, crew, terms, current, gains, session, counts):  # type: ignore[no-untyped-def]
    """The officer explains the cell's current item to each other member."""
    lo, hi = crew.offsets[c], crew.offsets[c + 1]
    size = hi - lo
    if terms.briefing <= 0.0 or size < 2:
        return
    o = crew.officers[c]
    length = terms.briefing * terms.officers_share
    level = crew.mastery[o, current]
    for x in range(lo, hi):
        i = crew.order[x]
        if i == o:
            continue
        close = rapport(crew.tenure[i], crew.tenure[o], size, terms.r0, terms.rapport_sessions)
        gains[x - lo, current] += gain(
            length,
            terms.help_effect * crew.helpfulness[o] * close,
            crew.learning_speed[i],
            crew.engaged[i],
            _ready(crew.mastery, i, current, terms.prerequisite),
            level,
            crew.mastery[i, current],
        )
    counts[session + 1, 1] += 1


@kernel
def _exchange(c, crew, terms, session, approached, topic, gains, counts):  # type: ignore[no-untyped-def]
    """Members approach each other: help for the one who asks, joint work for both."""
    lo, hi = crew.offsets[c], crew.offsets[c + 1]
    size = hi - lo
    if terms.exchange <= 0.0 or size < 2:
        return
    o = crew.officers[c]
    mastery = crew.mastery
    for x in range(lo, hi):
        i = crew.order[x]
        approached[x - lo] = -1
        whether, whom = two_uniforms(terms.k0, terms.k1, session, int(i), EXCHANGE, 0)
        if whether >= crew.sociability[i]:
            continue
        y = lo + one_of(size - 1, whom)
        if y >= x:
            y += 1
        p = crew.order[y]
        length = terms.exchange * (terms.officers_share if i == o or p == o else 1.0)
        close = rapport(crew.tenure[i], crew.tenure[p], size, terms.r0, terms.rapport_sessions)
        helping = terms.help_effect * crew.helpfulness[p] * close
        working = terms.joint_effect * close
        speed, engaged = crew.learning_speed[i], crew.engaged[i]
        best, most, best_help, best_joint = -1, 0.0, 0.0, 0.0
        for j in range(mastery.shape[1]):
            mine, theirs = mastery[i, j], mastery[p, j]
            ready = _ready(mastery, i, j, terms.prerequisite)
            helped = gain(length, helping, speed, engaged, ready, theirs, mine)
            joint = gain(length, working, speed, engaged, ready, 1.0, max(mine, theirs))
            if helped + joint > most:
                best, most, best_help, best_joint = j, helped + joint, helped, joint
        if best >= 0:
            gains[x - lo, best] += best_help
            gains[x - lo, best] += best_joint
            approached[x - lo] = y
            topic[x - lo] = best
            counts[session + 1, 3 if i == o or p == o else 2] += 1
    for z in range(lo, hi):
        x = crew.seats[z]
        y = approached[x - lo]
        if y < 0:
            continue
        i, p, j = crew.order[x], crew.order[y], topic[x - lo]
        length = terms.exchange * (terms.officers_share if i == o or p == o else 1.0)
        close = rapport(crew.tenure[i], crew.tenure[p], size, terms.r0, terms.rapport_sessions)
        gains[y - lo, j] += gain(
            length,
            terms.joint_effect * close,
            crew.learning_speed[p],
            crew.engaged[p],
            _ready(mastery, p, j, terms.prerequisite),
            1.0,
            max(mastery[i, j], mastery[p, j]),
        )


@kernel
def _apply(c, crew, terms, gains):  # type: ignore[no-untyped-def]
    """Everyone changes at once; a session has passed."""
    lo = crew.offsets[c]
    for x in range(lo, crew.offsets[c + 1]):
        i = crew.order[x]
        for j in range(crew.mastery.shape[1]):
            crew.mastery[i, j] = retained(crew.mastery[i, j], gains[x - lo, j], terms.forgetting)
        crew.tenure[i] += 1
