"""Comparison: the result beside each number that an experiment is compared with."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from learnsim.analysis.estimates import ROUNDING, Estimate, estimates_of
from learnsim.arrays import Floats
from learnsim.experiments.design.design import Target
from learnsim.experiments.design.point_lookup import SAME
from learnsim.experiments.storage.results import Results

LIMIT = 4.0  # |z| from which a result differs from its target
NORMAL = 1.959963984540054  # half of a 95 % interval, in standard errors
ADDED = 2.0  # successes and failures added to those counted (Agresti & Coull 1998)


@dataclass(frozen=True)
class TargetComparison:
    """A target, and the result beside it.

    Attributes
    ----------
    target : Target
    estimate : Estimate
        The result as its mean, with its 95 % interval; both missing (NaN) if every run failed.
    standard_error : float
        Standard error of the result; NaN with a single replicate, and for a peak.
    target_error : float
        Standard error of the target; 0 where it is known exactly.
    z : float
        Distance from the target, or from the nearer end of its range, over the root of both squared errors.
    """

    target: Target
    estimate: Estimate
    standard_error: float
    target_error: float
    z: float

    @property
    def verdict(self) -> str:
        """Return ``agrees`` or ``differs``; ``missing`` if they cannot be compared."""
        value = self.estimate.mean
        if self.target.statistic == "peak" and not math.isnan(value):
            return "agrees" if self.target.low - SAME <= value <= self.target.high + SAME else "differs"
        if math.isnan(self.z):
            return "missing"
        return "agrees" if abs(self.z) < LIMIT else "differs"

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the one that the target expects."""
        return self.verdict == self.target.expect


def comparisons_of(results: Results) -> tuple[TargetComparison, ...]:
    """Return the result beside each of the design's targets, in their order."""
    values: dict[tuple[str, int | None], Floats] = {}
    for target in results.design.targets:
        key = target.measure, target.session
        if key not in values:
            values[key] = (
                results.measure(target.measure)
                if target.session is None
                else results.at_session(target.measure, target.session)
            )
    arms = results.design.arms
    comparisons = []
    for target in results.design.targets:
        mine = values[target.measure, target.session][list(target.points)]  # points, arms, replicates
        over = mine[:, arms.index(target.over)] if target.over else None
        along = [results.design.points.values(point)[target.along] for point in target.points] if target.along else []
        comparisons.append(comparison_of(target, mine[:, arms.index(target.arm)], over, along))
    return tuple(comparisons)


def comparison_of(
    target: Target, mine: Floats, over: Floats | None = None, along: list[Any] | None = None
) -> TargetComparison:
    """Compare runs with a target.

    Parameters
    ----------
    target : Target
    mine : array (the target's points, replicates)
        The arm's values, NaN where missing.
    over : array of the same shape, optional
        Those of the arm that it is compared with.
    along : list, optional
        The values of the setting that the statistic goes along, one for each point.
    """
    if target.statistic == "peak":
        means = estimates_of(mine).mean
        at = math.nan if np.isnan(means).all() else float((along or [])[int(np.nanargmax(means))])
        return TargetComparison(target, Estimate(at, math.nan, math.nan, math.nan, mine.shape[1]), math.nan, 0.0, math.nan)
    if target.statistic == "least_step":
        steps = estimates_of(np.diff(mine, axis=0))
        estimate = steps.at(0 if np.isnan(steps.mean).all() else int(np.nanargmin(steps.mean)))
    else:
        compared = mine if over is None else mine - over
        if target.statistic == "share_above":
            return _of_share(target, compared[0])
        estimate = estimates_of(compared).at(0)
    error = estimate.sd / math.sqrt(estimate.count) if estimate.count else math.nan
    target_error = estimate.sd / math.sqrt(target.runs) if target.runs else target.error or 0.0
    return TargetComparison(target, estimate, error, target_error, _z(target, estimate.mean, error, target_error))


def _of_share(target: Target, differences: Floats) -> TargetComparison:
    """The share of replicates that lie above 0. Its error is never 0, for 20 of 20 is not yet all (Agresti & Coull 1998)."""
    known = differences[~np.isnan(differences)]
    count, above = len(known), int((known > 0.0).sum())
    if not count:
        return TargetComparison(target, Estimate(math.nan, math.nan, math.nan, math.nan, 0), math.nan, math.nan, math.nan)
    share = above / count
    middle = (above + ADDED) / (count + 2.0 * ADDED)
    error = math.sqrt(middle * (1.0 - middle) / (count + 2.0 * ADDED))
    low, high = max(0.0, middle - NORMAL * error), min(1.0, middle + NORMAL * error)
    target_error = target.error or 0.0
    if target.runs:
        there = min(1.0, max(0.0, _nearest(target, share)))
        target_error = math.sqrt(there * (1.0 - there) / target.runs)
    estimate = Estimate(share, low, high, math.sqrt(share * (1.0 - share)), count)
    return TargetComparison(target, estimate, error, target_error, _z(target, share, error, target_error))


def _nearest(target: Target, value: float) -> float:
    """The number of the target's range that is nearest to the result."""
    return min(target.high, max(target.low, value))


def _z(target: Target, value: float, error: float, target_error: float) -> float:
    distance = value - _nearest(target, value)
    if abs(distance) <= ROUNDING * max(1.0, abs(value)):
        return 0.0
    root = math.hypot(error, target_error)
    return math.copysign(math.inf, distance) if root == 0.0 else distance / root


def count_verdicts(comparisons: Iterable[TargetComparison]) -> dict[tuple[str, bool], int]:
    """Return how many comparisons have each verdict, as expected (True) and not."""
    counts = {(verdict, known): 0 for verdict in ("agrees", "differs", "missing") for known in (True, False)}
    for one in comparisons:
        counts[one.verdict, one.as_expected] += 1
    return counts
