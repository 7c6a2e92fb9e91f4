"""Comparison: the result beside each number that an experiment is compared with."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import chdtri

from learnsim.analysis.estimates import CONFIDENCE, ROUNDING, Estimate, estimates_of
from learnsim.arrays import Floats
from learnsim.experiments.design.design import Target
from learnsim.experiments.design.point_lookup import SAME
from learnsim.experiments.storage.results import Results

LIMIT = 4.0  # |z| from which a result differs from its target
NORMAL = 1.959963984540054  # half of a 95 % interval, in standard errors
TAIL = (1.0 - CONFIDENCE) / 2.0
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
    known: dict[tuple[str, int | None], Floats] = {}

    def values(measure: str, target: Target) -> Floats:
        """A measure at the target's points: array (points, arms, replicates)."""
        key = measure, target.session
        if key not in known:
            at_end = target.session is None
            known[key] = results.measure(measure) if at_end else results.at_session(measure, target.session)
        return known[key][list(target.points)]

    arms, spreads = results.design.arms, results.design.kind.spreads
    comparisons = []
    for target in results.design.targets:
        mine, place = values(target.measure, target), arms.index(target.arm)
        over = mine[:, arms.index(target.over)] if target.over else None
        mine = mine[:, place]
        if target.statistic == "effect" and over is not None:
            people = values(spreads[target.measure], target)[:, [place, arms.index(target.over)]]
            pooled = _pooled_sd(people)
            mine, over = mine / pooled, over / pooled
        along = [results.design.points.values(point)[target.along] for point in target.points] if target.along else []
        comparisons.append(comparison_of(target, mine, over, along))
    return tuple(comparisons)


def _pooled_sd(people: Floats) -> float:
    """The root of the mean variance between people within arms (Cohen 1988), as in ``contrasts.csv``; NaN if it is 0."""
    paired = ~np.isnan(people).any(axis=1)
    variance = float(np.mean((people**2).mean(axis=1)[paired])) if paired.any() else 0.0
    return math.sqrt(variance) if variance > 0.0 else math.nan


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
    if target.statistic == "sd":
        return _of_sd(target, mine[0])
    if target.statistic == "slope":
        x = np.array(along, dtype=np.float64)
        x -= x.mean()
        estimate = estimates_of((x[:, None] * mine).sum(axis=0) / (x**2).sum()).at()
    elif target.statistic == "least_step":
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


def _of_sd(target: Target, values: Floats) -> TargetComparison:
    """The standard deviation over replicates, with the interval that it has for normal values (chi-square)."""
    sd, count = estimates_of(values).at().sd, int((~np.isnan(values)).sum())
    if count < 2:
        missing = Estimate(math.nan, math.nan, math.nan, math.nan, count)
        return TargetComparison(target, missing, math.nan, math.nan, math.nan)
    free = count - 1
    low, high = (sd * math.sqrt(free / float(chdtri(free, tail))) for tail in (TAIL, 1.0 - TAIL))
    error = sd / math.sqrt(2.0 * free)
    target_error = max(0.0, target.low) / math.sqrt(2.0 * max(1, target.runs - 1)) if target.runs else target.error or 0.0
    estimate = Estimate(sd, low, high, math.nan, count)
    return TargetComparison(target, estimate, error, target_error, _z(target, sd, error, target_error))


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
