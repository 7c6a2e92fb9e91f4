"""Findings: what an experiment says of each number that it is compared with."""

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

LIMIT = 4.0  # |z| from which a number found differs from the one it is compared with
NORMAL = 1.959963984540054  # half of a 95 % interval, in standard errors
ADDED = 2.0  # successes and failures thought of beside those counted (Agresti & Coull 1998)


@dataclass(frozen=True)
class Finding:
    """A target, and what was found.

    Attributes
    ----------
    target : Target
    estimate : Estimate
        The number found as its mean, with its 95 % interval; both missing (NaN) if no run went well.
    error : float
        Standard error of the number found; NaN with a single replicate, and for a peak.
    told_error : float
        Standard error of the target; 0 where it is known exactly.
    z : float
        Distance from the target, or from the nearer end of its range, over the root of both squared errors.
    """

    target: Target
    estimate: Estimate
    error: float
    told_error: float
    z: float

    @property
    def verdict(self) -> str:
        """Return ``agrees`` or ``differs``; ``missing`` if nothing can be said."""
        found = self.estimate.mean
        if self.target.statistic == "peak" and not math.isnan(found):
            return "agrees" if self.target.low - SAME <= found <= self.target.high + SAME else "differs"
        if math.isnan(self.z):
            return "missing"
        return "agrees" if abs(self.z) < LIMIT else "differs"

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the one that the target expects."""
        return self.verdict == self.target.expect


def findings_of(results: Results) -> tuple[Finding, ...]:
    """Return what was found of each of the design's targets, in their order."""
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
    found = []
    for target in results.design.targets:
        mine = values[target.measure, target.session][list(target.points)]  # points, arms, replicates
        over = mine[:, arms.index(target.over)] if target.over else None
        along = [results.design.points.values(point)[target.along] for point in target.points] if target.along else []
        found.append(finding_of(target, mine[:, arms.index(target.arm)], over, along))
    return tuple(found)


def finding_of(target: Target, mine: Floats, over: Floats | None = None, along: list[Any] | None = None) -> Finding:
    """Return what runs say of a target.

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
        return Finding(target, Estimate(at, math.nan, math.nan, math.nan, mine.shape[1]), math.nan, 0.0, math.nan)
    if target.statistic == "least_step":
        steps = estimates_of(np.diff(mine, axis=0))
        found = steps.at(0 if np.isnan(steps.mean).all() else int(np.nanargmin(steps.mean)))
    else:
        compared = mine if over is None else mine - over
        if target.statistic == "share_above":
            return _of_share(target, compared[0])
        found = estimates_of(compared).at(0)
    error = found.sd / math.sqrt(found.count) if found.count else math.nan
    told = found.sd / math.sqrt(target.runs) if target.runs else target.error or 0.0
    return Finding(target, found, error, told, _z(target, found.mean, error, told))


def _of_share(target: Target, apart: Floats) -> Finding:
    """The share of replicates that lie above 0. Its error is never 0, for 20 of 20 is not yet all (Agresti & Coull 1998)."""
    known = apart[~np.isnan(apart)]
    count, above = len(known), int((known > 0.0).sum())
    if not count:
        return Finding(target, Estimate(math.nan, math.nan, math.nan, math.nan, 0), math.nan, math.nan, math.nan)
    share = above / count
    middle = (above + ADDED) / (count + 2.0 * ADDED)
    error = math.sqrt(middle * (1.0 - middle) / (count + 2.0 * ADDED))
    low, high = max(0.0, middle - NORMAL * error), min(1.0, middle + NORMAL * error)
    told = target.error or 0.0
    if target.runs:
        there = min(1.0, max(0.0, _nearest(target, share)))
        told = math.sqrt(there * (1.0 - there) / target.runs)
    found = Estimate(share, low, high, math.sqrt(share * (1.0 - share)), count)
    return Finding(target, found, error, told, _z(target, share, error, told))


def _nearest(target: Target, found: float) -> float:
    """The number of the target's range that is nearest to the one found."""
    return min(target.high, max(target.low, found))


def _z(target: Target, found: float, error: float, told: float) -> float:
    distance = found - _nearest(target, found)
    if abs(distance) <= ROUNDING * max(1.0, abs(found)):
        return 0.0
    root = math.hypot(error, told)
    return math.copysign(math.inf, distance) if root == 0.0 else distance / root


def counts_of(findings: Iterable[Finding]) -> dict[tuple[str, bool], int]:
    """Return how many findings there are of each verdict, as expected (True) and not."""
    counts = {(verdict, known): 0 for verdict in ("agrees", "differs", "missing") for known in (True, False)}
    for one in findings:
        counts[one.verdict, one.as_expected] += 1
    return counts


def findings_told(findings: Iterable[Finding]) -> str:
    """Say how many numbers agree, how many differ, and whether that was expected."""
    counts = counts_of(findings)
    total, agree = sum(counts.values()), counts["agrees", True] + counts["agrees", False]
    said = [f"{agree} of {total} number{_s(total)} agree{_s(agree, 's', '')} (|z| < {LIMIT:g})"]
    for verdict, known, word, more in (
        ("differs", True, "differ", "as expected"),
        ("differs", False, "differ", "which was not expected"),
        ("agrees", False, "of those that agree should differ", ""),
        ("missing", False, "could not be compared", ""),
    ):
        count = counts[verdict, known]
        if count:
            verb = word + _s(count, "s", "") if word == "differ" else word
            said.append(f"{count} {verb}{', ' if more else ''}{more}")
    return "; ".join(said) + "."


def _s(count: int, one: str = "", many: str = "s") -> str:
    return one if count == 1 else many
