"""Comparison marks: how a target is drawn, and how a result."""

from __future__ import annotations

import math
from typing import Any

from matplotlib.axes import Axes

from learnsim.analysis.comparison import NORMAL, TargetComparison
from learnsim.experiments.design.design import Target

SOURCE_MARKS: dict[str, dict[str, Any]] = {
    "published": {"marker": "o", "markersize": 8.5},
    "computed": {"marker": "s", "markersize": 5.5},  # two at one place remain distinct
    "exact": {"marker": "D", "markersize": 6.5},
}
AGAINST: dict[str, Any] = {"ls": "", "mfc": "none", "mew": 1.3}
OURS: dict[str, Any] = {"marker": "o", "markersize": 4, "ls": "-", "lw": 1.5}
DIFFERS: dict[str, Any] = {"ls": "", "marker": "x", "color": "black", "markersize": 7, "mew": 1.2, "zorder": 6}
RANGE: dict[str, Any] = {"lw": 7, "alpha": 0.3, "solid_capstyle": "butt"}
ARROW = 20.0  # points: how long it is


def draw_target(panel: Axes, one: TargetComparison, place: float, colour: str, *, upright: bool) -> None:
    """Draw a number with its 95 % interval, or a range as a bar; along the y axis if upright, else along the x axis.

    Of a range that is open at one end, the other end is drawn, with an arrow into the range.
    """
    low, high = one.target.low, one.target.high
    if is_range(one.target):
        _line(panel, place, low, high, upright, color=colour, zorder=3, **RANGE)
        return
    half, end = NORMAL * one.target_error, high if math.isinf(low) else low
    if half > 0.0:
        _line(panel, place, end - half, end + half, upright, color=colour, lw=1.1, zorder=3)
    if low != high:
        length = -ARROW if math.isinf(low) else ARROW
        (x,), (y,) = _at(place, end, upright)
        tip = (0.0, length) if upright else (length, 0.0)
        arrow = {"arrowstyle": "<-", "color": colour, "shrinkA": 0, "shrinkB": 0}
        panel.annotate("", (x, y), tip, textcoords="offset points", arrowprops=arrow, zorder=3)
    panel.plot(*_at(place, end, upright), color=colour, zorder=4, **SOURCE_MARKS[one.target.source], **AGAINST)


def is_range(target: Target) -> bool:
    """Whether a target is a range with two ends."""
    return target.low < target.high and not math.isinf(target.low) and not math.isinf(target.high)


def draw_result(panel: Axes, one: TargetComparison, place: float, colour: str, *, upright: bool) -> None:
    """Draw the result with its 95 % interval; crossed out if it differs."""
    estimate = one.estimate
    if math.isnan(estimate.mean):
        return
    if not math.isnan(estimate.low):
        _line(panel, place, estimate.low, estimate.high, upright, color=colour, lw=1.5, zorder=5)
    panel.plot(*_at(place, estimate.mean, upright), color=colour, **{**OURS, "ls": ""}, zorder=5)
    if one.verdict == "differs":
        panel.plot(*_at(place, estimate.mean, upright), **DIFFERS)


def _line(panel: Axes, place: float, low: float, high: float, upright: bool, **look: Any) -> None:
    ends = [place, place], [low, high]
    panel.plot(*(ends if upright else ends[::-1]), **look)


def _at(place: float, value: float, upright: bool) -> tuple[list[float], list[float]]:
    return ([place], [value]) if upright else ([value], [place])
