"""Kernels: the compiled engine. The sessions of one cycle, simulated over arrays.
Between cycles ``run.py`` takes over.

The order of events is the model; ``agents.py`` and docs/ODD.md describe it with the same numbers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from learnsim.arrays import Floats, Indices
from learnsim.compiled import long_kernel
from learnsim.models.training.measures import BRIEFINGS, CONSULTATIONS, describe
from learnsim.models.training.phases import (
    Scratch,
    Span,
    apply,
    approach,
    attend_lecture,
    be_approached,
    brief,
    consult,
    draw_exchanges,
    item_of_cell,
    learn_alone,
    meet_instructor,
    whom_to_consult,
)
from learnsim.models.training.rules import CALENDAR, lecture_item


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


@long_kernel
def simulate(first, last, state, parameters, key, quarters, means, sorted_means, counts, rows):
    """Simulate sessions first .. last-1; write row session+1 of ``rows`` and ``counts`` after each.

    ``counts`` holds how often each of ``COUNTED`` has happened so far.
    """
    # arrays are taken out of the tuple once: each access through it would count references
    mastery, speed, sociability, helpfulness, interest, engaged, tenure, order, seats, offsets, branches, officers = state
    items = mastery.shape[1]
    cells = len(officers)
    largest = 1
    for c in range(cells):
        largest = max(largest, offsets[c + 1] - offsets[c])
    before = np.empty((cells, items))
    gains = np.zeros((largest, items))
    drawn = len(tenure) if parameters.exchange > 0.0 else 0
    scratch = Scratch(
        column=np.empty(largest),
        standings=np.empty(items),
        helped=np.empty(items),
        joint=np.empty(items),
        whether=np.empty(drawn),
        whom=np.empty(drawn),
        approached=np.empty(largest, dtype=np.int64),
        topic=np.empty(largest, dtype=np.int64),
    )
    for session in range(first, last):
        count = counts[session + 1]
        for x in range(len(count)):
            count[x] = counts[session, x]
        lectured = lecture_item(session, parameters.sessions_per_item, items)
        if parameters.exchange > 0.0:
            draw_exchanges(session, key, scratch.whether, scratch.whom)
        if cells == 0:
            learn_alone(mastery, speed, interest, tenure, parameters, lectured)
        for c in range(cells):
            for j in range(items):
                before[c, j] = mastery[officers[c], j]
        for g in range(len(branches) - 1):
            for c in range(branches[g], branches[g + 1]):
                span = Span(offsets[c], offsets[c + 1], officers[c])
                size = span.end - span.first
                current = lectured
                if parameters.throttle != CALENDAR:
                    current = item_of_cell(span, order, mastery, parameters, scratch)
                if parameters.lecture > 0.0:  # 2
                    attend_lecture(span, order, mastery, speed, interest, parameters, lectured, gains)
                if parameters.instruction > 0.0:  # 3
                    meet_instructor(span, order, mastery, speed, engaged, parameters, current, gains)
                if parameters.consultation > 0.0 and branches[g + 1] - branches[g] > 1:
                    x = whom_to_consult(c, branches[g], branches[g + 1], span.officer, session, key)
                    helper = helpfulness[officers[x]]
                    count[CONSULTATIONS] += consult(
                        span, helper, before[x], order, mastery, speed, engaged, parameters, gains
                    )
                if parameters.briefing > 0.0 and size > 1:  # 4
                    brief(span, order, mastery, speed, helpfulness, engaged, tenure, parameters, current, gains)
                    count[BRIEFINGS] += 1
                if parameters.exchange > 0.0 and size > 1:  # 5
                    approach(
                        span, order, mastery, speed, sociability, helpfulness, engaged, tenure, parameters, scratch, gains,
                        count,
                    )
                    be_approached(span, order, seats, mastery, speed, engaged, tenure, parameters, scratch, gains)
                apply(span, order, mastery, tenure, parameters, gains)  # 6
        describe(mastery, parameters.mastery_threshold, quarters, means, sorted_means, rows[session + 1])  # 7


@long_kernel
def simulate_runs(first, last, states, parameters, keys, quarters, means, sorted_means, counts, rows):
    """Simulate the same sessions of several runs, one after the other: tuples of what :func:`simulate` takes."""
    for x in range(len(states)):
        simulate(first, last, states[x], parameters[x], keys[x], quarters[x], means[x], sorted_means[x], counts[x], rows[x])
