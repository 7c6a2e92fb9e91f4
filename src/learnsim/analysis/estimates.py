"""Estimates: means over replicates with their intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from learnsim.arrays import Floats, Longs

CONFIDENCE = 0.95
ROUNDING = 1e-12  # what measures, all of them about 1 or above, differ by for no reason but rounding


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
    """Many estimates in arrays of one shape, as in :class:`Estimate`; of a measure, (points, arms)."""

    mean: Floats
    low: Floats
    high: Floats
    sd: Floats
    count: Longs

    def at(self, *place: int) -> Estimate:
        """Return one of them."""
        mean, low, high, sd = (float(array[place]) for array in (self.mean, self.low, self.high, self.sd))
        return Estimate(mean, low, high, sd, int(self.count[place]))


def estimates_of(values: Floats) -> Estimates:
    """Return means and 95 % t intervals over the last axis, of the values that are not missing (NaN)."""
    present = ~np.isnan(values)
    count = present.sum(axis=-1)
    lowest = np.where(present, values, np.inf).min(axis=-1, initial=np.inf)
    alike = lowest == np.where(present, values, -np.inf).max(axis=-1, initial=-np.inf)
    with np.errstate(invalid="ignore", divide="ignore"):
        # three times 0.1 is not 0.3: values that are all alike have that mean and no spread, whatever rounding says
        mean = np.where(alike, lowest, np.where(present, values, 0.0).sum(axis=-1) / count)
        squares = np.where(present, (values - mean[..., None]) ** 2, 0.0).sum(axis=-1)
        sd = np.sqrt(squares / np.where(count > 1, count - 1, np.nan))
        half = stdtrit(np.maximum(count - 1, 1), 0.5 + CONFIDENCE / 2.0) * sd / np.sqrt(count)
    return Estimates(mean, mean - half, mean + half, sd, count)


def beyond_rounding(values: Floats) -> Floats:
    """Return the values, and 0 for what is there by rounding only."""
    return np.where(np.abs(values) > ROUNDING, values, 0.0)


def varies(values: Floats) -> bool:
    """Whether values differ by more than rounding does."""
    return len(values) > 1 and float(np.ptp(values)) > ROUNDING
