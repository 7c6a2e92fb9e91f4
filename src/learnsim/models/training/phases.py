"""Phases: what happens in a cell in one session of the compiled engine, each phase a function over arrays.
``kernels.py`` says in which order they come.
"""

from __future__ import annotations

from typing import NamedTuple

from learnsim.arrays import Floats, Longs
from learnsim.chance import one_of, two_uniforms
from learnsim.compiled import kernel, phase
from learnsim.models.training.measures import AMONG_MEMBERS, WITH_OFFICER
from learnsim.models.training.purposes import CONSULT, EXCHANGE
from learnsim.models.training.rules import current_item, engagement, gain, rapport, readiness, retained, standing


class Span(NamedTuple):
    """One cell: its members are ``order[first:end]``, and who is its officer."""

    first: int
    end: int
    officer: int


class Scratch(NamedTuple):
    """Arrays that a session fills and nobody reads after it.

    Attributes
    ----------
    column : array (largest cell,)
    standings, helped, joint : arrays (items,)
    whether, whom : arrays (trainees,), or empty without exchange
        Random numbers: whether somebody approaches another, and whom.
    approached, topic : arrays (largest cell,)
        Whose seat each member approaches, and on which item.
    """

    column: Floats
    standings: Floats
    helped: Floats
    joint: Floats
    whether: Floats
    whom: Floats
    approached: Longs
    topic: Longs


@kernel
def draw_exchanges(session, key, whether, whom):
    """Everybody's random numbers of the exchange: whether they approach somebody, and whom."""
    for i in range(len(whether)):
        whether[i], whom[i] = two_uniforms(key[0], key[1], session, i, EXCHANGE, 0)


@kernel
def _ready(mastery, i, j, prerequisite):
    return 1.0 if j == 0 else readiness(mastery[i, j - 1], prerequisite)


@kernel
def _lecture_gain(i, mastery, speed, interest, parameters, item):
    engaged = engagement(interest[i, item % interest.shape[1]], parameters.interest_weight)
    ready = _ready(mastery, i, item, parameters.prerequisite)
    return gain(parameters.lecture, parameters.lecture_effect, speed[i], engaged, ready, 1.0, mastery[i, item])


@kernel
def learn_alone(mastery, speed, interest, tenure, parameters, lectured):
    """The whole session of an organisation without groups."""
    for i in range(len(tenure)):
        gained = _lecture_gain(i, mastery, speed, interest, parameters, lectured)
        for j in range(mastery.shape[1]):
            mastery[i, j] = retained(mastery[i, j], gained if j == lectured else 0.0, parameters.forgetting)
        tenure[i] += 1


@phase
def item_of_cell(span, order, mastery, parameters, scratch):
    """The item the cell is at, by its members' mastery as the session began."""
    lo, hi, _ = span
    column, standings = scratch.column, scratch.standings
    for j in range(len(standings)):
        for x in range(lo, hi):
            column[x - lo] = mastery[order[x], j]
        standings[j] = standing(parameters.throttle, column, hi - lo)
        if standings[j] < parameters.mastery_threshold:
            return j
    return current_item(standings, len(standings), parameters.mastery_threshold)


@phase
def attend_lecture(span, order, mastery, speed, interest, parameters, lectured, gains):
    """The cell's members hear the lecture."""
    lo, hi, _ = span
    for x in range(lo, hi):
        gains[x - lo, lectured] += _lecture_gain(order[x], mastery, speed, interest, parameters, lectured)


@kernel
def _seat_of(o, lo, order):
    seat = 0
    while order[lo + seat] != o:
        seat += 1
    return seat


@phase
def meet_instructor(span, order, mastery, speed, engaged, parameters, current, gains):
    """The instructor works with the officer on the cell's current item."""
    lo, _, o = span
    ready = _ready(mastery, o, current, parameters.prerequisite)
    gains[_seat_of(o, lo, order), current] += gain(
        parameters.instruction, parameters.council_effect, speed[o], engaged[o], ready, 1.0, mastery[o, current]
    )


@kernel
def whom_to_consult(c, first, end, o, session, key):
    """The cell of one other officer of the branch."""
    uniform, _ = two_uniforms(key[0], key[1], session, int(o), CONSULT, 0)
    x = first + one_of(end - first - 1, uniform)
    return x + 1 if x >= c else x


@phase
def consult(span, helper, theirs, order, mastery, speed, engaged, parameters, gains):
    """The officer learns from another, on the item that gives most; how many consultations that makes."""
    lo, _, o = span
    effect = parameters.help_effect * helper
    best, most = -1, 0.0
    for j in range(mastery.shape[1]):
        ready = _ready(mastery, o, j, parameters.prerequisite)
        gained = gain(parameters.consultation, effect, speed[o], engaged[o], ready, theirs[j], mastery[o, j])
        if gained > most:
            best, most = j, gained
    if best < 0:
        return 0
    gains[_seat_of(o, lo, order), best] += most
    return 1


@phase
def brief(span, order, mastery, speed, helpfulness, engaged, tenure, parameters, current, gains):
    """The officer explains the cell's current item to each other member."""
    lo, hi, o = span
    length = parameters.briefing * parameters.officers_share
    for x in range(lo, hi):
        i = order[x]
        if i == o:
            continue
        close = rapport(tenure[i], tenure[o], hi - lo, parameters.initial_rapport, parameters.rapport_sessions)
        effect = parameters.help_effect * helpfulness[o] * close
        ready = _ready(mastery, i, current, parameters.prerequisite)
        gains[x - lo, current] += gain(
            length, effect, speed[i], engaged[i], ready, mastery[o, current], mastery[i, current]
        )


@phase
def approach(span, order, mastery, speed, sociability, helpfulness, engaged, tenure, parameters, scratch, gains, count):
    """Members approach others, for help and joint work on the item that gives most."""
    lo, hi, o = span
    _, _, helped, joint, whether, whom, approached, topic = scratch
    for x in range(lo, hi):
        i = order[x]
        approached[x - lo] = -1
        if whether[i] >= sociability[i]:
            continue
        y = lo + one_of(hi - lo - 1, whom[i])
        if y >= x:
            y += 1
        p = order[y]
        with_officer = i == o or p == o
        length = parameters.exchange * (parameters.officers_share if with_officer else 1.0)
        close = rapport(tenure[i], tenure[p], hi - lo, parameters.initial_rapport, parameters.rapport_sessions)
        helping = parameters.help_effect * helpfulness[p] * close
        working = parameters.joint_effect * close
        below = 1.0
        quick, keen = speed[i], engaged[i]
        for j in range(mastery.shape[1]):
            mine, theirs = mastery[i, j], mastery[p, j]
            ready = 1.0 if j == 0 else readiness(below, parameters.prerequisite)
            below = mine
            helped[j] = gain(length, helping, quick, keen, ready, theirs, mine)
            joint[j] = gain(length, working, quick, keen, ready, 1.0, max(mine, theirs))
        best = largest(helped, joint)
        if best >= 0:
            gains[x - lo, best] += helped[best]
            gains[x - lo, best] += joint[best]
            approached[x - lo] = y
            topic[x - lo] = best
            count[WITH_OFFICER if with_officer else AMONG_MEMBERS] += 1


@kernel
def largest(helped, joint):
    """The first item whose two gains are the largest together; -1 if nothing is to be gained."""
    best, most = -1, 0.0
    for j in range(len(helped)):
        total = helped[j] + joint[j]
        best = j if total > most else best
        most = total if total > most else most
    return best


@phase
def be_approached(span, order, seats, mastery, speed, engaged, tenure, parameters, scratch, gains):
    """Those who were approached gain from the joint work too, by ascending number of who approached."""
    lo, hi, o = span
    approached, topic = scratch.approached, scratch.topic
    for z in range(lo, hi):
        x = seats[z]
        y = approached[x - lo]
        if y < 0:
            continue
        i, p, j = order[x], order[y], topic[x - lo]
        length = parameters.exchange * (parameters.officers_share if i == o or p == o else 1.0)
        close = rapport(tenure[i], tenure[p], hi - lo, parameters.initial_rapport, parameters.rapport_sessions)
        working = parameters.joint_effect * close
        ready = _ready(mastery, p, j, parameters.prerequisite)
        start = max(mastery[i, j], mastery[p, j])
        gains[y - lo, j] += gain(length, working, speed[p], engaged[p], ready, 1.0, start)


@phase
def apply(span, order, mastery, tenure, parameters, gains):
    """Everyone changes at once; a session has passed."""
    lo, hi, _ = span
    for x in range(lo, hi):
        i = order[x]
        for j in range(mastery.shape[1]):
            mastery[i, j] = retained(mastery[i, j], gains[x - lo, j], parameters.forgetting)
            gains[x - lo, j] = 0.0
        tenure[i] += 1
