"""Value limits: what values a measure, a difference or a setting can have, so that no axis shows others."""

from __future__ import annotations

import math
from typing import Literal

from matplotlib.axes import Axes

from learnsim.analysis.estimates import Estimate
from learnsim.models.registry import model_with
from learnsim.report.labels import declaration_of

Limits = tuple[float, float]

LEAST, AROUND = 1e-6, 1e-3  # what an axis spans at least; what it shows around a single value
OF_UNITS = ("mastery", "share", "score", "ratio")  # from 0 to 1; what is counted in other units is 0 or more


def limits_of(measure: str, *, difference: bool = False) -> Limits:
    """Return the lowest and the highest value that a measure, or a difference of two of its values, can have."""
    kind = model_with(measure)
    assert kind is not None
    unit = kind.measures[measure][1]
    low, high = kind.limits.get(measure, (0.0, 1.0 if unit in OF_UNITS else math.inf))
    return (low - high, high - low) if difference else (low, high)


def limits_of_setting(setting: str) -> Limits:
    """Return the lowest and the highest number that a dotted setting can have."""
    declared = declaration_of(setting)
    low, high = -math.inf, math.inf
    for limit in declared.metadata if declared else ():
        low = float(getattr(limit, "ge", getattr(limit, "gt", low)))
        high = float(getattr(limit, "le", getattr(limit, "lt", high)))
    return low, high


def clipped(estimate: Estimate, limits: Limits) -> tuple[float, float]:
    """Return an estimate's interval as far as it can be true; (NaN, NaN) where there is none."""
    low, high = limits
    if math.isnan(estimate.low):
        return math.nan, math.nan
    return min(max(estimate.low, low), estimate.mean), max(min(estimate.high, high), estimate.mean)


def within(panel: Axes, limits: Limits, direction: Literal["x", "y"] = "y") -> None:
    """Let a panel's axis show nothing that lies beyond these limits."""
    ask, give = (panel.get_xlim, panel.set_xlim) if direction == "x" else (panel.get_ylim, panel.set_ylim)
    low, high = ask()
    if abs(high - low) < LEAST:  # rounding is no difference
        low, high = low - AROUND, high + AROUND
    if low > high:
        give(min(low, limits[1]), max(high, limits[0]))
    else:
        give(max(low, limits[0]), min(high, limits[1]))
