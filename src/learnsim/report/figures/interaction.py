"""Interaction: whether what one swept setting does depends on the other; parallel lines say that it does not."""

from __future__ import annotations

import matplotlib
from matplotlib.figure import Figure

from learnsim.analysis.summary import Summary
from learnsim.report.cautions import cautions
from learnsim.report.figures.axes import axis_of
from learnsim.report.figures.panels import LEGEND, arms_shown, baseline_label, head, label_legend, replicates_label, title
from learnsim.report.figures.response import draw_line, response_of
from learnsim.report.figures.style import MASTERY, STYLES
from learnsim.report.figures.text_width import wrapped
from learnsim.report.figures.titles import interaction_title
from learnsim.report.figures.value_limits import limits_of, within
from learnsim.report.labels import measure_label, plain, setting_label

MOST_ARMS, MOST_LINES = 4, 8
BESIDE = 1.6  # inches of the words beside the panels


def interaction_figure(summary: Summary) -> Figure:
    """A column an arm, and a row for each of two settings along the axis: the other setting's values are the lines."""
    design, rows = summary.results.design, list(summary.rows())
    arms, left_out = arms_shown(summary, MOST_ARMS)
    alone = len(design.arms) == 1
    width = 3.1 if len(arms) > 1 else 4.2
    figure = Figure(figsize=(width * len(arms) + BESIDE + 0.5, 5.6), layout="constrained")
    grid = figure.subplots(2, len(arms), sharey=True, squeeze=False)
    cut, limits = False, limits_of(summary.measure, difference=not alone)
    for line, (along, other) in enumerate((design.swept, design.swept[::-1])):
        axis, values = axis_of(design, along), axis_of(design, other).values
        step = -(-len(values) // MOST_LINES)
        cut = cut or step > 1
        colours = matplotlib.colormaps[MASTERY].resampled(1 + len(values[::step]))
        for column, arm in enumerate(arms):
            panel, drawn = grid[line][column], {}
            for number, value in enumerate(values[::step]):
                mine = [row for row in rows if row.arm == arm and plain(row.values[other]) == plain(value)]
                at = axis.places([row.values[along] for row in mine]).tolist()
                look = {"color": colours(number), "ls": STYLES[number % len(STYLES)], "lw": 1.2}
                estimates = [response_of(row, summary.measure) for row in mine]
                if lines := draw_line(panel, summary, arm, at, estimates, limits, **look):
                    drawn[plain(value)] = lines
            axis.label(panel)
            if not alone:
                panel.axhline(0.0, color="#777777", lw=1)
            if line == 0:
                title(panel, arm)
        legend = grid[line][-1].legend(
            list(drawn.values()),
            ["-"] * len(drawn),
            title=wrapped(setting_label(other), BESIDE, LEGEND),
            title_fontsize=LEGEND,
            fontsize=LEGEND,
            alignment="left",
            loc="center left",
            bbox_to_anchor=(1.0, 0.5),
        )
        label_legend(legend, list(drawn), BESIDE - 0.5)
    for some in grid:
        within(some[0], limits)  # now that all is drawn
    figure.supylabel(measure_label(summary.measure, difference=not alone).replace("\n", " "), fontsize=9)
    head(
        figure,
        interaction_title(summary),
        baseline_label(summary),
        "where lines are not parallel, the settings interact",
        replicates_label(summary),
        "95 % intervals" if summary.repeated else "",
        f"lines for {MOST_LINES} values at most" if cut else "",
        left_out,
        cautions=cautions(summary),
    )
    return figure
