"""Response: how the arms answer to swept settings."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learnsim.analysis.estimates import Estimate
from learnsim.analysis.summary import Row, Summary
from learnsim.report.cautions import cautions
from learnsim.report.figures.axes import Axis, axis_of, names_axis
from learnsim.report.figures.panels import arms_shown, baseline_label, head, legend_below, replicates_label, title
from learnsim.report.figures.style import STYLES, colour_of
from learnsim.report.figures.titles import extremes_title
from learnsim.report.figures.value_limits import Limits, clipped, limits_of, within
from learnsim.report.labels import at_values, measure_label

MOST_ARMS, MOST_FACETS = 8, 4


def response_figure(summary: Summary) -> Figure:
    """Differences from the baseline over the setting with the most values, one column for each other combination."""
    design, rows = summary.results.design, list(summary.rows())
    arms, left_out = arms_shown(summary, MOST_ARMS)
    axis, places, rest = _along(summary)
    facets = list(dict.fromkeys(at_values(row.values, rest) for row in rows))
    shown = facets[:MOST_FACETS]
    width = (5.2, 3.6, 3.0, 2.6)[len(shown) - 1]
    figure = Figure(figsize=(width * len(shown), 5.4 + 0.2 * (len(arms) > 4)), layout="constrained")
    measures = design.headline[:2]
    grid = figure.subplots(len(measures), len(shown), sharex=True, sharey="row", squeeze=False)
    alone = len(design.arms) == 1
    lines: dict[str, Any] = {}
    for column, facet in enumerate(shown):
        for line, measure in enumerate(measures):
            panel = grid[line][column]
            for arm in arms:
                mine = [row for row in rows if row.arm == arm and at_values(row.values, rest) == facet]
                estimates, limits = [response_of(row, measure) for row in mine], limits_of(measure, difference=not alone)
                drawn = draw_line(panel, summary, arm, [places[row.point] for row in mine], estimates, limits)
                lines |= {arm: drawn} if drawn else {}
            if not alone:
                panel.axhline(0.0, color="#777777", lw=1)
            axis.label(panel, name=line == len(measures) - 1)
            if line == 0 and facet:
                title(panel, facet)
            if column == 0:
                panel.set_ylabel(measure_label(measure, difference=not alone))
    for some, measure in zip(grid, measures, strict=True):
        within(some[0], limits_of(measure, difference=not alone))  # now that all is drawn
    if lines and not alone:
        legend_below(figure, list(lines.values()), list(lines))
    head(
        figure,
        extremes_title(summary),
        baseline_label(summary),
        replicates_label(summary),
        "95 % intervals" if summary.repeated else "",
        f"first {len(shown)} of {len(facets)} combinations" if len(facets) > len(shown) else "",
        left_out,
        cautions=cautions(summary),
    )
    return figure


def response_of(row: Row, measure: str) -> Estimate:
    """Return what is shown of an arm at a point: its difference from the baseline; a lone arm's own mean."""
    return row.estimate(measure) if len(row.summary.results.design.arms) == 1 else row.difference(measure)


def draw_line(
    panel: Axes, summary: Summary, arm: str, at: list[float], estimates: list[Estimate], limits: Limits, **own: Any
) -> Any:
    """Draw an arm's estimates with their intervals, as far as they can be true; return what was drawn."""
    design = summary.results.design
    order = [place for place in np.argsort(at, kind="stable") if not math.isnan(estimates[place].mean)]
    shown = [estimates[place] for place in order]
    others = [name for name in design.arms if name != design.baseline] or list(design.arms)
    drawn: dict[str, Any] = {
        "color": colour_of(arm, design.arms, design.baseline),
        "ls": STYLES[others.index(arm) % len(STYLES)],
        **own,
    }
    if not shown:
        return None
    means, bounds = np.array([one.mean for one in shown]), np.array([clipped(one, limits) for one in shown])
    errors = np.nan_to_num(np.abs(bounds.T - means))
    look = {"marker": "o", "markersize": 4, "capsize": 2, "clip_on": False, **drawn}
    return panel.errorbar([at[place] for place in order], means, yerr=errors, **look)


def _along(summary: Summary) -> tuple[Axis, list[float], list[str]]:
    """The axis to draw along, each point's place on it, and the settings that are left for columns."""
    design = summary.results.design
    values = [design.points.values(number) for number in range(len(design.points))]
    if design.settings.design.kind == "zip" and len(design.swept) > 1:
        axis = names_axis(design.swept, [tuple(some.values()) for some in values])
        return axis, [float(number) for number in range(len(values))], []
    along = max(design.swept, key=lambda name: len(set(map(repr, (some[name] for some in values)))))
    axis = axis_of(design, along)
    return axis, axis.places([some[along] for some in values]).tolist(), [name for name in design.swept if name != along]
