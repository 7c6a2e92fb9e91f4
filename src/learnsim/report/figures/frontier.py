"""Frontier: a model's main measure against another one, such as what it costs: which arms no other arm beats in both."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from learnsim.analysis.summary import Row, Summary
from learnsim.report.cautions import cautions
from learnsim.report.columns import more_is_better
from learnsim.report.figures.panels import head, legend_below, replicates_label
from learnsim.report.figures.style import BASELINE, colour_of
from learnsim.report.figures.value_limits import clipped, limits_of, within
from learnsim.report.labels import arm_words, level, measure_label, measure_title

MARKERS = "osD^vP*X"
FAR_APART = 8.0  # times the median, beyond which the axis is logarithmic above 1
FEW = 40  # points of an arm, above which their intervals are not drawn


def frontier_figure(summary: Summary) -> Figure:
    """Every arm at every point: the main measure upwards, the other one to the right, and a line through the best."""
    design = summary.results.design
    up, right = design.kind.headline[0], design.against
    figure = Figure(figsize=(6.4, 4.8), layout="constrained")
    panel = figure.subplots()
    handles: list[Any] = []
    for number, arm in enumerate(design.arms):
        rows = [row for row in summary.rows() if row.arm == arm]
        known = [row for row in rows if not math.isnan(row.estimate(up).mean + row.estimate(right).mean)]
        if not known:
            continue
        colour = colour_of(arm, design.arms, design.baseline)
        look: dict[str, Any] = {"color": colour, "marker": MARKERS[number % len(MARKERS)]}
        x, y = ([row.estimate(name).mean for row in known] for name in (right, up))
        if len(known) <= FEW:
            xs, ys = (_errors(known, name) for name in (right, up))
            panel.errorbar(x, y, xerr=xs, yerr=ys, ls="", lw=0.8, clip_on=False, **look)
        handles.append(panel.plot(x, y, ls="", ms=5 if len(known) <= FEW else 3, clip_on=False, label=arm, **look)[0])
    best = best_rows(summary)
    edge = panel.plot(
        [row.estimate(right).mean for row in best], [row.estimate(up).mean for row in best], color=BASELINE, lw=1, ls=":"
    )
    panel.set_xlabel(measure_label(right))
    panel.set_ylabel(measure_label(up))
    within(panel, limits_of(up))
    within(panel, limits_of(right), "x")
    spread = np.array([abs(row.estimate(right).mean) for row in summary.rows() if row.estimate(right).count])
    if np.max(spread) > FAR_APART * max(1.0, float(np.median(spread))):
        panel.set_xscale("symlog", linthresh=1.0)  # so that those near 0 can be told apart
        panel.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    legend_below(figure, [*handles, *edge], [*(str(each.get_label()) for each in handles), "not beaten in both"])
    head(
        figure,
        _title(summary, best),
        f"{measure_title(up)} against {measure_title(right)}, {'every point' if design.swept else 'every arm'}",
        replicates_label(summary, "means of "),
        "95 % intervals" if summary.repeated and len(design.points) <= FEW else "",
        cautions=cautions(summary),
    )
    return figure


def best_rows(summary: Summary) -> list[Row]:
    """Return the arms and points that no other beats in both measures, along the one to the right.

    Less of the measure to the right counts as better, unless it is known that more is.
    """
    design = summary.results.design
    up, right = design.kind.headline[0], design.against
    sign = -1.0 if more_is_better(right) else 1.0
    rows = [row for row in summary.rows() if not math.isnan(row.estimate(up).mean + row.estimate(right).mean)]
    ranked = sorted(rows, key=lambda row: (sign * row.estimate(right).mean, -row.estimate(up).mean))
    best: list[Row] = []
    for row in ranked:
        if not best or row.estimate(up).mean > best[-1].estimate(up).mean:
            best.append(row)
    return best


def _errors(rows: list[Row], measure: str) -> Any:
    limits = limits_of(measure)
    bounds = np.array([clipped(row.estimate(measure), limits) for row in rows])
    return np.nan_to_num(np.abs(bounds.T - np.array([row.estimate(measure).mean for row in rows])))


def _title(summary: Summary, best: list[Row]) -> str:
    design = summary.results.design
    up, right = design.kind.headline[0], design.against
    if not best:
        return f"{measure_title(up)} against {measure_title(right)}".capitalize()
    first, last = best[0], best[-1]
    where = "" if not design.swept else " at one of its points"
    text = f"{arm_words(last.arm)} ends highest{where}, at {level(up, last.estimate(up).mean)}"
    end = "most" if more_is_better(right) else "least"
    if first.arm == last.arm:
        return f"{text}, and has the {end} {measure_title(right)}"
    low = level(up, first.estimate(up).mean)
    return f"{text}; {arm_words(first.arm)} has the {end} {measure_title(right)}, and ends at {low}"
