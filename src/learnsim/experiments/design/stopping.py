"""Stopping: how many replicates give an interval of a wanted width and keep its coverage.

Stein's two-stage rule (Stein 1945, Annals of Mathematical Statistics 16, 243-258). The first ``min`` replicates give a
variance; from it alone follows how many replicates the wanted half-width h takes: n = max(min, ceil(t^2 s^2 / h^2)), with
t of min - 1 degrees of freedom. Since n depends on the first variance only, and a normal sample's mean does not depend on
its variance, mean +- t s / sqrt(n) covers with exactly the stated probability. Looking at the interval after every replicate
and stopping when it is narrow enough would cover less often than stated.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import stdtrit

from learnsim.arrays import Floats
from learnsim.settings.sampling import Precision


def replicates_needed(first: Floats, precision: Precision) -> int:
    """Return how many replicates the wanted half-width takes in all, at most ``precision.max``.

    Parameters
    ----------
    first : array (precision.min,)
        The first stage's values; missing ones (NaN) are left out, and as many more replicates are taken.
    precision : Precision
    """
    present = first[~np.isnan(first)]
    if len(present) < 2:
        return len(first)
    root = _unit_width(present, precision) / precision.half_width
    needed = root * root * len(first) / len(present)  # a product may be infinite, where a power is an error
    return min(precision.max, max(len(first), math.ceil(needed))) if math.isfinite(needed) else precision.max


def stein_interval(values: Floats, precision: Precision) -> tuple[float, float]:
    """Return the interval of the mean of all values, by the first stage's variance; NaN where it is missing."""
    present, first = values[~np.isnan(values)], values[: precision.min]
    first = first[~np.isnan(first)]
    if len(first) < 2:
        return math.nan, math.nan
    half = _unit_width(first, precision) / math.sqrt(len(present))
    mean = float(present.mean())
    return mean - half, mean + half


def _unit_width(first: Floats, precision: Precision) -> float:
    """Half-width of the interval times the root of the number of replicates."""
    quantile = float(stdtrit(len(first) - 1, 0.5 + precision.confidence / 2.0))
    return quantile * float(first.std(ddof=1))
