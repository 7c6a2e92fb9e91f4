"""Rules of learning: what one trainee gains from one source in one session.
Plain scalar functions; they draw nothing and remember nothing. Both engines call these and no others.

Only + - * / min max and comparisons, so that plain Python and machine code agree in every bit.
"""

from __future__ import annotations

from typing import Any

from learnsim.compiled import rule
from learnsim.sorting import sort_in_place

SLOWEST, MEDIAN, MEAN, FASTEST, CALENDAR = range(5)
THROTTLES = {"slowest": SLOWEST, "median": MEDIAN, "mean": MEAN, "fastest": FASTEST, "calendar": CALENDAR}


@rule
def gain(
    share: float, effect: float, speed: float, engaged: float, ready: float, level: float, start: float
) -> float:
    """Every learning event: a learner standing at ``start`` closes a share of the gap to ``level``."""
    return closed(pace(share, effect, speed, engaged), ready, level, start)


@rule
def pace(share: float, effect: float, speed: float, engaged: float) -> float:
    """The share of a gap that a fully ready learner closes in this time, whatever the item."""
    return share * effect * speed * engaged


@rule
def closed(pace: float, ready: float, level: float, start: float) -> float:
    """What a learner gains at this pace, standing at ``start``, from what is at ``level``."""
    return min(1.0, pace * ready) * max(0.0, level - start)


@rule
def readiness(below: float, prerequisite: float) -> float:
    """How ready a learner is for an item, given their mastery of the item before it."""
    return 1.0 - prerequisite * (1.0 - below)


@rule
def engagement(interest: float, interest_weight: float) -> float:
    """How engaged a learner is, given their interest in the topic."""
    return 1.0 - interest_weight * (1.0 - interest)


@rule
def rapport(tenure: int, other_tenure: int, size: int, initial_rapport: float, rapport_sessions: float) -> float:
    """How well two cellmates work together: the initial rapport, and 1 once they had the time to know such a cell."""
    together = min(tenure, other_tenure)
    needed = rapport_sessions * (size - 1)
    known = 1.0 if together >= needed else together / needed
    return initial_rapport + (1.0 - initial_rapport) * known


@rule
def council_effect(officers: int, span: int, full_effect: float, lecture_effect: float) -> float:
    """The effect of the instructor's work with so many officers: full up to the span, then ever more like a lecture."""
    if span <= 0 or officers <= span:
        return full_effect
    return lecture_effect + (full_effect - lecture_effect) * (span / officers)


@rule
def unblocked(misconception: float, persistence: float) -> float:
    """The share of right learning that a misconception of the item leaves."""
    return 1.0 - persistence * misconception


@rule
def misconception_left(misconception: float, gains: float, before: float, after: float, forgetting: float) -> float:
    """A misconception after the session, while mastery went from ``before`` to ``after``, both before forgetting.

    What is learned right replaces it in proportion; what is learned wrong fills only what is not right.
    """
    if before >= 1.0:
        return 0.0
    return min(misconception * ((1.0 - after) / (1.0 - before)) + gains, 1.0 - after) * (1.0 - forgetting)


@rule
def mastered(mastery: float, gains: float) -> float:
    """Mastery after the session's gains, before anything is forgotten."""
    return min(1.0, mastery + gains)


@rule
def lecture_item(session: int, sessions_per_item: int, items: int) -> int:
    """The item the lecture is at; it does not wait for anybody."""
    return (session // sessions_per_item) % items


@rule
def standing(throttle: int, mastery: Any, count: int) -> float:
    """The statistic of a cell's mastery of one item that decides whether the cell goes on.

    ``mastery`` is an array with the members' mastery in its first ``count`` places; the median sorts them.
    """
    if throttle == MEDIAN:
        sort_in_place(mastery[:count])
        middle = count // 2
        return mastery[middle] if count % 2 == 1 else (mastery[middle - 1] + mastery[middle]) / 2.0
    if throttle == MEAN:
        total = 0.0
        for x in range(count):
            total += mastery[x]
        return total / count
    extreme = mastery[0]
    for x in range(1, count):
        extreme = min(extreme, mastery[x]) if throttle == SLOWEST else max(extreme, mastery[x])
    return extreme


@rule
def current_item(standings: Any, items: int, threshold: float) -> int:
    """The first item below the threshold; if none is, the lowest."""
    lowest = 0
    for j in range(items):
        if standings[j] < threshold:
            return j
        if standings[j] < standings[lowest]:
            lowest = j
    return lowest


@rule
def retained(mastery: float, gains: float, forgetting: float) -> float:
    """Mastery after the session: the gains applied once, then a share forgotten."""
    return mastered(mastery, gains) * (1.0 - forgetting)
