"""Measures: what is recorded of code and people after each period.
Both engines call these.
"""

from __future__ import annotations

import numpy as np

from learnsim.arrays import Floats, Indices, Signs
from learnsim.compiled import kernel
from learnsim.models.beliefs.info import SESSION_MEASURES
from learnsim.models.beliefs.rules import performance, points

CODE_KNOWLEDGE, MEAN_KNOWLEDGE, DIVERSITY, MEAN_PAYOFF, BEST_PAYOFF = range(len(SESSION_MEASURES))


@kernel
def describe(
    beliefs: Signs, code: Signs, reality: Signs, interdependence: int, scratch: Indices, scores: Indices, row: Floats
) -> None:
    """Fill ``row`` with the session measures, and ``scores`` with each person's points.

    Parameters
    ----------
    beliefs : array (people, dimensions)
    code, reality : arrays (dimensions,)
    interdependence : int
    scratch : array (2, dimensions), int32
        Becomes, for each dimension, the balance of beliefs and how many people have one.
    scores : array (people,), int32
    row : array (len(SESSION_MEASURES),)
    """
    people, dimensions = beliefs.shape
    balance, believers = scratch[0], scratch[1]
    balance[:] = 0
    believers[:] = 0
    total, best = 0, 0
    for i in range(people):
        for j in range(dimensions):
            balance[j] += beliefs[i, j]
        for j in range(dimensions):
            believers[j] += beliefs[i, j] != 0
        score = points(beliefs[i], reality, dimensions, interdependence)
        scores[i] = score
        total += score
        best = max(best, score)
    knowledge, differing = 0, 0
    for j in range(dimensions):
        knowledge += int(balance[j]) * int(reality[j])
        plus = (int(believers[j]) + int(balance[j])) // 2
        minus = int(believers[j]) - plus
        differing += plus * minus + int(believers[j]) * (people - int(believers[j]))
    pairs = people * (people - 1) // 2
    row[CODE_KNOWLEDGE] = performance(code, reality, dimensions) / dimensions
    row[MEAN_KNOWLEDGE] = knowledge / (people * dimensions)
    row[DIVERSITY] = differing / (pairs * dimensions) if pairs > 0 else 0.0
    row[MEAN_PAYOFF] = total / (people * dimensions)
    row[BEST_PAYOFF] = best / dimensions


def stratum_measures(beliefs: Signs, reality: Signs, interdependence: int) -> dict[str, float]:
    """Return the measures of some people alone, as the same measures are of all; one person has no diversity (NaN).

    Parameters
    ----------
    beliefs : array (members, dimensions)
    reality : array (dimensions,)
    interdependence : int
    """
    members, dimensions = beliefs.shape
    scratch, scores = np.zeros((2, dimensions), dtype=np.int32), np.zeros(members, dtype=np.int32)
    row = np.zeros(len(SESSION_MEASURES))
    describe(beliefs, reality, reality, interdependence, scratch, scores, row)
    measures = dict(zip(SESSION_MEASURES, row.tolist(), strict=True))
    del measures["code_knowledge"]  # it is nobody's
    return measures | ({"diversity": float("nan")} if members < 2 else {})


def session_measures(rows: Floats) -> dict[str, Floats]:
    """Return every session measure as an array (periods + 1,), from rows that :func:`describe` filled in."""
    return dict(zip(SESSION_MEASURES, rows.T.copy(), strict=True))
