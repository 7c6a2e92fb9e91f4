"""Estimates: means over replicates with their intervals.
Knows numbers only; scipy's special functions for the quantiles of t.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

CONFIDENCE = 0.95

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A mean over replicates with its interval.

    Attributes
    ----------
    mean, low, high : float
        NaN where missing; the interval is missing with fewer than two replicates.
    sd : float
        Standard deviation over replicates (ddof 1).
    count : int
        Replicates in which the measure is not missing.
    """

    mean: float
    low: float
    high: float
    sd: float
    count: int

    @property
    def half_width(self) -> float:
        """Half of the interval's width."""
        return (self.high - self.low) / 2.0


@dataclass(frozen=True)
class Estimates:
    """Estimates of one measure at every point and arm: arrays (points, arms), as in :class:`Estimate`."""

    mean: Floats
    low: Floats
    high: Floats
    sd: Floats
    count: npt.NDArray[np.int64]

    def at(self, point: int, arm: int) -> Estimate:
        """Return one of them."""
        mean, low, high, sd = (float(array[point, arm]) for array in (self.mean, self.low, self.high, self.sd))
        return Estimate(mean, low, high, sd, int(self.count[point, arm]))


def estimates_of(values: Floats) -> Estimates:
    """Return means and 95 % t intervals over the last axis, of the values that are not missing (NaN)."""
    present = ~np.isnan(values)
    count = present.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(present, values, 0.0).sum(axis=-1) / count
        squares = np.where(present, (values - mean[..., None]) ** 2, 0.0).sum(axis=-1)
        sd = np.sqrt(squares / np.where(count > 1, count - 1, np.nan))
        half = stdtrit(np.maximum(count - 1, 1), 0.5 + CONFIDENCE / 2.0) * sd / np.sqrt(count)
    return Estimates(mean, mean - half, mean + half, sd, count)
