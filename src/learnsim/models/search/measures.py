"""Measures: what is recorded of everybody's solution after each period, and of a run as a whole.
Both engines call these.
"""

from __future__ import annotations

import numpy as np

from learnsim.arrays import Floats, Longs
from learnsim.compiled import kernel
from learnsim.models.search.info import SESSION_MEASURES
from learnsim.models.search.rules import score

MEAN_SCORE, BEST_SCORE, DISTINCT_SOLUTIONS, AT_OPTIMUM = range(len(SESSION_MEASURES))


@kernel
def describe(
    solutions: Longs, values: Floats, highest: float, exponent: int, ordered: Longs, row: Floats
) -> None:
    """Fill ``row`` with the measures of a period, in the order of :data:`SESSION_MEASURES`.

    ``solutions`` and their ``values`` have shape (people,); ``ordered`` becomes the solutions in ascending order.
    """
    count = len(solutions)
    total, best, top = 0.0, 0.0, 0
    for i in range(count):
        mine = score(values[i], highest, exponent)
        total += mine
        best = max(best, mine)
        top += 1 if values[i] == highest else 0
        ordered[i] = solutions[i]
    ordered.sort()
    distinct = 1
    for i in range(1, count):
        distinct += 1 if ordered[i] != ordered[i - 1] else 0
    row[MEAN_SCORE] = total / count
    row[BEST_SCORE] = best
    row[DISTINCT_SOLUTIONS] = distinct
    row[AT_OPTIMUM] = top / count


@kernel
def scores(values: Floats, highest: float, exponent: int) -> Floats:
    """The scores of solutions of these values, shape (people,)."""
    out = np.empty(len(values))
    for i in range(len(values)):
        out[i] = score(values[i], highest, exponent)
    return out


def stratum_measures(solutions: Longs, values: Floats, highest: float, exponent: int) -> dict[str, float]:
    """Return the measures of some people alone, as the same measures are of all; arrays (members,)."""
    row = np.zeros(len(SESSION_MEASURES))
    describe(solutions, values, highest, exponent, np.empty_like(solutions), row)
    return dict(zip(SESSION_MEASURES, row.tolist(), strict=True))


def session_measures(rows: Floats) -> dict[str, Floats]:
    """Return every session measure as an array (periods + 1,), from what :func:`describe` filled in."""
    return dict(zip(SESSION_MEASURES, rows.T.copy(), strict=True))


def score_over_time(scores: Floats, periods: int) -> float:
    """Return the mean of ``mean_score`` over all rows of so many periods; the last row holds for those not simulated."""
    return float(scores.sum() + scores[-1] * (periods + 1 - len(scores))) / (periods + 1)
