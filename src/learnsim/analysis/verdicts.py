"""Verdicts: at which points an arm is higher than the baseline, at which lower, and at which it is undecided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from learnsim.analysis.estimates import Estimate
from learnsim.analysis.summary import Summary
from learnsim.arrays import Flags, Floats

NAMES = ("higher", "lower", "equal", "undecided", "missing")


@dataclass(frozen=True)
class Verdicts:
    """An arm's difference from the baseline in one measure at every point, with its 95 % interval; NaN where missing."""

    mean: Floats
    low: Floats
    high: Floats

    @property
    def known(self) -> Floats:
        """The differences that are not missing."""
        return self.mean[~np.isnan(self.mean)]

    def where(self, verdict: str) -> Flags:
        """Return at which points the verdict is this one of :data:`NAMES`; without intervals the sign alone decides."""
        missing, blind = np.isnan(self.mean), np.isnan(self.low)
        low, high = np.where(blind, self.mean, self.low), np.where(blind, self.mean, self.high)
        equal = (low == 0.0) & (high == 0.0)
        masks: dict[str, Flags] = {
            "higher": low > 0.0,
            "lower": high < 0.0,
            "equal": equal,
            "undecided": (low <= 0.0) & (high >= 0.0) & ~equal,
            "missing": missing,
        }
        return masks[verdict]

    def count(self, verdict: str) -> int:
        """Return at how many points the verdict is this one."""
        return int(self.where(verdict).sum())

    @property
    def each(self) -> list[str]:
        """The verdict at every point."""
        verdicts = np.full(len(self.mean), "missing", dtype=object)
        for name in NAMES:
            verdicts[self.where(name)] = name
        return [str(name) for name in verdicts]


def verdicts_of(summary: Summary, arm: str, measure: str) -> Verdicts:
    """Return an arm's verdicts in one measure."""
    number = summary.results.design.arms.index(arm)
    difference = summary.contrasts[measure].difference
    return Verdicts(difference.mean[:, number], difference.low[:, number], difference.high[:, number])


def verdict_of(difference: Estimate) -> str:
    """Return the verdict on one difference."""
    mean, low, high = (np.array([value]) for value in (difference.mean, difference.low, difference.high))
    return Verdicts(mean, low, high).each[0]
