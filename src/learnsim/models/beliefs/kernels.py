"""Kernels: the compiled engine of the beliefs model. Periods, simulated over arrays until nothing can change any more.
Between groupings ``run.py`` takes over.

The order of events is the model; ``agents.py`` and ``model.py`` describe it with the same numbers. A random number is
only made where something could change: every number has an address, so those that nobody needs cost nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from learnsim.arrays import Addresses, Flags, Floats, Indices, Signs
from learnsim.chance import TURNOVER, draw_one, two_uniforms
from learnsim.compiled import kernel, long_kernel
from learnsim.models.beliefs.measures import describe
from learnsim.models.beliefs.parameters import AT_A_CYCLES_START, AT_ANY_TIME
from learnsim.models.beliefs.purposes import (
    ACTION,
    BELIEF,
    CODE_LEARNING,
    FROM_CODE,
    FROM_CONTACTS,
    LEARNER,
    REALITY,
    TURBULENCE,
)
from learnsim.models.beliefs.rules import first_belief, majority, performance, points, rate, side, taught
from learnsim.sorting import argsort


class State(NamedTuple):
    """Who believes what, and space for what they will believe; made once a run.

    Attributes
    ----------
    beliefs, after : arrays (people, dimensions)
    code, code_after, reality : arrays (dimensions,)
    rates : array (people,)
        Each person's chance p1.
    gone : array (people,)
        Whether the person was replaced since somebody last asked.
    scores : array (people,)
        Points of each, as of the latest row.
    acted : array (dimensions,)
    scratch : array (2, dimensions)
    chances : array (people + 1,)
        The chance that the code follows a lead of so many.
    address : array (people,)
        Where each person's random numbers are.
    """

    beliefs: Signs
    after: Signs
    code: Signs
    code_after: Signs
    reality: Signs
    rates: Floats
    gone: Flags
    scores: Indices
    acted: Signs
    scratch: Indices
    chances: Floats
    address: Addresses


class Cells(NamedTuple):
    """Cells in which all see each other, with no other ties than between the officers of a branch.

    Attributes
    ----------
    order, offsets, officers
        As in a :class:`~learnsim.grouping.cells.SeatPlan`; no cells where the contacts of each person are listed.
    branches : array (branches + 1,)
        As there, of branches whose officers see each other; none if they do not.
    """

    order: Indices
    offsets: Indices
    branches: Indices
    officers: Indices


@long_kernel
def simulate(first, last, state, parameters, key, starts, contacts, cells, reach, rows):
    """Simulate periods first .. last-1, and write row period+1 of ``rows`` after each.

    Returns the first row at which nothing can change any more, and stops there; -1 if that is not seen. Once everybody
    believes what the code says, nothing can change: March's equilibrium. Person i's contacts are
    ``contacts[starts[i] : starts[i + 1]]``, or those of ``cells`` if there are any, and can ever be those with the same
    ``reach[i]``.
    """
    beliefs, after, code, code_after, reality, rates, gone, scores, acted, scratch, chances, address = state
    figures = parameters.figures
    never_settles = parameters.turnover > 0.0 or parameters.turbulence > 0.0
    for period in range(first, last):
        after[:] = beliefs
        code_after[:] = code
        unsettled = False
        if parameters.has_code:
            unsettled |= _hear_code(period, beliefs, after, code, rates, figures, key, address)  # 2
        if parameters.has_contacts and len(cells.officers) > 0:
            unsettled |= _follow_cells(
                period, beliefs, after, scores, cells, scratch, parameters.adoption, key, address
            )  # 3
        elif parameters.has_contacts:
            unsettled |= _follow(
                period, beliefs, after, scores, starts, contacts, scratch[0], parameters.adoption, key, address
            )
        if parameters.code_asks:
            unsettled |= _ask(  # 4
                period, beliefs, code, code_after, reality, acted, scratch[0], chances, figures, key, address
            )
        if not unsettled and not never_settles:
            at_start = parameters.settles == AT_A_CYCLES_START and period % parameters.cycle_length == 0
            if parameters.settles == AT_ANY_TIME or at_start or not parameters.has_contacts or _pay_alike(scores, reach):
                return period
            for t in range(period, last):  # until others meet
                rows[t + 1] = rows[period]
            return -1
        beliefs[:] = after  # 5
        code[:] = code_after
        if parameters.turnover > 0.0:
            _replace(period, beliefs, rates, gone, parameters, key, address)  # 6
        if parameters.turbulence > 0.0:
            _turn(period, reality, parameters.turbulence, key)  # 7
        describe(beliefs, code, reality, parameters.interdependence, scratch, scores, rows[period + 1])  # 8
    return -1


@kernel
def begin(state, parameters, key):
    """Draw reality, what everybody believes before period 0, and how fast they learn."""
    for j in range(len(state.reality)):
        state.reality[j] = side(draw_one(key[0], key[1], 0, 0, REALITY, j))
    for i in range(len(state.beliefs)):
        _arrive(0, i, int(state.address[i]), state.beliefs, state.rates, parameters, key)


@kernel
def chances_by_lead(code_learning, chances):
    """Fill ``chances[k]`` with the rule's ``code_chance(code_learning, k)``: the same products, each made once."""
    missed = 1.0
    for k in range(len(chances)):
        chances[k] = 1.0 - missed
        missed = missed * (1.0 - code_learning)


@kernel
def _arrive(period, i, address, beliefs, rates, parameters, key):
    for block in range((beliefs.shape[1] + 1) // 2):
        one, other = two_uniforms(key[0], key[1], period, address, BELIEF, block)
        beliefs[i, 2 * block] = first_belief(one)
        if 2 * block + 1 < beliefs.shape[1]:
            beliefs[i, 2 * block + 1] = first_belief(other)
    uniform = draw_one(key[0], key[1], period, address, LEARNER, 0) if parameters.fast_share > 0.0 else 1.0
    rates[i] = rate(parameters.slow, parameters.fast, parameters.fast_share, uniform)


@kernel
def _pay_alike(scores, reach):
    """Whether nobody does better than anybody they can ever meet: then nobody will ever follow anybody."""
    first = np.full(len(scores), -1, dtype=np.int32)  # of each group
    for i in range(len(scores)):
        group = reach[i]
        if first[group] < 0:
            first[group] = scores[i]
        elif first[group] != scores[i]:
            return False
    return True


@kernel
def _hear_code(period, beliefs, after, code, rates, figures, key, address):
    """2. People learn from the code; whether anybody could."""
    unsettled = False
    for i in range(beliefs.shape[0]):
        if rates[i] <= 0.0:
            continue
        drawn, one, other = -1, 0.0, 0.0
        for j in range(beliefs.shape[1]):
            if code[j] == 0 or beliefs[i, j] == code[j]:
                continue
            unsettled = True
            if j >> 1 != drawn:
                drawn = j >> 1
                one, other = two_uniforms(key[0], key[1], period, int(address[i]), FROM_CODE, drawn)
            if (one if j & 1 == 0 else other) < rates[i]:
                after[i, j] = taught(beliefs[i, j], code[j], figures)
    return unsettled


@kernel
def _follow(period, beliefs, after, scores, starts, contacts, votes, adoption, key, address):
    """3. People learn from the majority of the contacts who do better; whether anybody could."""
    unsettled = False
    for i in range(beliefs.shape[0]):
        votes[:] = 0
        superior = False
        for x in range(starts[i], starts[i + 1]):
            other = contacts[x]
            if scores[other] > scores[i]:
                superior = True
                for j in range(beliefs.shape[1]):
                    votes[j] += beliefs[other, j]
        if superior:
            unsettled |= _adopt(period, i, int(address[i]), beliefs, after, votes, adoption, key)
    return unsettled


@kernel
def _follow_cells(period, beliefs, after, scores, cells, scratch, adoption, key, address):
    """3. The same for whole cells at once: by falling score, so that the votes of those who do better add up."""
    order, offsets, branches, officers = cells
    better, votes = scratch
    unsettled = False
    for g in range(max(1, len(branches) - 1)):
        begin, end = (branches[g], branches[g + 1]) if len(branches) > 1 else (0, len(officers))
        for c in range(begin, end):
            first, size = offsets[c], offsets[c + 1] - offsets[c]
            falling = np.empty(size)
            for x in range(size):
                falling[x] = -scores[order[first + x]]
            rank = argsort(falling)
            better[:] = 0
            counted = 0
            for x in range(size):
                i = order[first + rank[x]]
                while scores[order[first + rank[counted]]] > scores[i]:
                    for j in range(beliefs.shape[1]):
                        better[j] += beliefs[order[first + rank[counted]], j]
                    counted += 1
                superior = counted > 0
                votes[:] = better
                if i == officers[c] and len(branches) > 1:
                    for d in range(begin, end):
                        if scores[officers[d]] > scores[i] and d != c:
                            superior = True
                            for j in range(beliefs.shape[1]):
                                votes[j] += beliefs[officers[d], j]
                if superior:
                    unsettled |= _adopt(period, i, int(address[i]), beliefs, after, votes, adoption, key)
    return unsettled


@kernel
def _adopt(period, i, address, beliefs, after, votes, adoption, key):
    """Perhaps believe what the majority does; whether that could change anything."""
    unsettled = False
    drawn, one, two = -1, 0.0, 0.0
    for j in range(beliefs.shape[1]):
        wanted = majority(votes[j])
        if wanted == 0 or wanted == beliefs[i, j]:
            continue
        unsettled = True
        if j >> 1 != drawn:
            drawn = j >> 1
            one, two = two_uniforms(key[0], key[1], period, address, FROM_CONTACTS, drawn)
        if (one if j & 1 == 0 else two) < adoption:
            after[i, j] = wanted
    return unsettled


@kernel
def _ask(period, beliefs, code, code_after, reality, acted, votes, chances, figures, key, address):
    """4. The code learns from the majority of the people who do better than it; whether it could, now or by chance."""
    people, dimensions = beliefs.shape
    standing = performance(code, reality, dimensions) if figures else points(code, reality, dimensions, 1)
    votes[:] = 0
    unsettled = False
    for i in range(people):
        if figures:
            drawn, one, other = -1, 0.0, 0.0
            for j in range(dimensions):
                acted[j] = beliefs[i, j]
                if acted[j] == 0:
                    unsettled = True
                    if j >> 1 != drawn:
                        drawn = j >> 1
                        one, other = two_uniforms(key[0], key[1], period, int(address[i]), ACTION, drawn)
                    acted[j] = side(one if j & 1 == 0 else other)
            done = performance(acted, reality, dimensions)
        else:
            acted[:] = beliefs[i]
            done = points(acted, reality, dimensions, 1)
        if done > standing:
            for j in range(dimensions):
                votes[j] += acted[j]
    for j in range(dimensions):
        wanted = majority(votes[j])
        if wanted != 0 and wanted != code[j]:
            unsettled = True
            if draw_one(key[0], key[1], period, 0, CODE_LEARNING, j) < chances[abs(votes[j])]:
                code_after[j] = wanted
    return unsettled


@kernel
def _replace(period, beliefs, rates, gone, parameters, key, address):
    """6. Each person may be replaced by a novice."""
    for i in range(beliefs.shape[0]):
        where = int(address[i])
        if draw_one(key[0], key[1], period, where, TURNOVER, 0) < parameters.turnover:
            _arrive(period + 1, i, where, beliefs, rates, parameters, key)
            gone[i] = True


@kernel
def _turn(period, reality, turbulence, key):
    """7. Each dimension of reality may turn over."""
    for j in range(len(reality)):
        if draw_one(key[0], key[1], period, 0, TURBULENCE, j) < turbulence:
            reality[j] = -reality[j]
