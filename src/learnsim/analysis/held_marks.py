"""Held marks: how a number that results are held against is drawn, and how one that was found.
Knows findings and matplotlib's axes.
"""

from __future__ import annotations

import math
from typing import Any

from matplotlib.axes import Axes

from learnsim.analysis.findings import NORMAL, Finding

TOLD_BY: dict[str, dict[str, Any]] = {
    "published": {"marker": "o"},
    "computed": {"marker": "s"},
    "exact": {"marker": "D"},
}
AGAINST: dict[str, Any] = {"ls": "", "markersize": 8, "mfc": "none", "mew": 1.3}
OURS: dict[str, Any] = {"marker": "o", "markersize": 4, "ls": "-", "lw": 1.5}
DIFFERS: dict[str, Any] = {"ls": "", "marker": "x", "color": "black", "markersize": 9, "mew": 1.3, "zorder": 6}


def draw_target(panel: Axes, one: Finding, place: float, colour: str, *, upright: bool) -> None:
    """Draw a number with its 95 % interval, or a range as a bar; along the y axis if upright, else along the x axis.

    Of a range that is open at one end, the other end is drawn, with an arrow into the range.
    """
    low, high = one.target.low, one.target.high
    look = {"color": colour, **TOLD_BY[one.target.told], **AGAINST, "zorder": 4}
    half = NORMAL * one.told_error
    ends = [end for end in dict.fromkeys((low, high)) if not math.isinf(end)]
    across = "yerr" if upright else "xerr"
    if len(ends) == 2:
        _line(panel, place, low, high, upright, color=colour, lw=7, alpha=0.3, solid_capstyle="butt", zorder=3)
        return
    for end in ends:
        panel.errorbar(*_at(place, end, upright), **{across: half} if half > 0.0 else {}, capsize=3, elinewidth=1.1, **look)
        if math.isinf(low) or math.isinf(high):
            arrow = ("^" if math.isinf(high) else "v") if upright else (">" if math.isinf(high) else "<")
            at = _at(place, end, upright)
            panel.plot(*at, marker=arrow, markersize=4, color=colour, ls="", zorder=4)


def draw_found(panel: Axes, one: Finding, place: float, colour: str, *, upright: bool) -> None:
    """Draw what was found with its 95 % interval; crossed out if it differs."""
    found = one.estimate
    if math.isnan(found.mean):
        return
    if not math.isnan(found.low):
        _line(panel, place, found.low, found.high, upright, color=colour, lw=1.5, zorder=5)
    panel.plot(*_at(place, found.mean, upright), color=colour, **{**OURS, "ls": ""}, zorder=5)
    if one.verdict == "differs":
        panel.plot(*_at(place, found.mean, upright), **DIFFERS)


def _line(panel: Axes, place: float, low: float, high: float, upright: bool, **look: Any) -> None:
    ends = [place, place], [low, high]
    panel.plot(*(ends if upright else ends[::-1]), **look)


def _at(place: float, value: float, upright: bool) -> tuple[list[float], list[float]]:
    return ([place], [value]) if upright else ([value], [place])
