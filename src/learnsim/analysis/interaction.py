"""Interaction: whether what one swept setting does depends on the other; parallel lines say that it does not.
Knows summaries; fills one matplotlib figure.
"""

from __future__ import annotations

import matplotlib
from matplotlib.figure import Figure

from learnsim.analysis.axis import axis_of
from learnsim.analysis.palette import MASTERY, STYLES
from learnsim.analysis.panels import arms_shown, head, times_told, title
from learnsim.analysis.response import draw_line, response_of
from learnsim.analysis.summary import Summary
from learnsim.analysis.words import measure_label, plain, setting_label

MOST_ARMS, MOST_LINES = 4, 8


def interaction_figure(summary: Summary) -> Figure:
    """A column an arm, and a row for each of two settings along the axis: the other setting's values are the lines."""
    design, rows = summary.results.design, list(summary.rows())
    arms, left_out = arms_shown(summary, MOST_ARMS)
    alone = len(design.arms) == 1
    width = 3.1 if len(arms) > 1 else 4.2
    figure = Figure(figsize=(width * len(arms) + 1.7, 5.6), layout="constrained")
    grid = figure.subplots(2, len(arms), sharey=True, squeeze=False)
    cut = False
    for line, (along, other) in enumerate((design.swept, design.swept[::-1])):
        axis, values = axis_of(design, along), axis_of(design, other).values
        step = -(-len(values) // MOST_LINES)
        cut = cut or step > 1
        colours = matplotlib.colormaps[MASTERY].resampled(1 + len(values[::step]))
        for column, arm in enumerate(arms):
            panel = grid[line][column]
            for number, value in enumerate(values[::step]):
                mine = [row for row in rows if row.arm == arm and plain(row.values[other]) == plain(value)]
                at = axis.places([row.values[along] for row in mine]).tolist()
                look = {"color": colours(number), "ls": STYLES[number % len(STYLES)], "label": plain(value), "lw": 1.2}
                draw_line(panel, summary, arm, at, [response_of(row, summary.measure) for row in mine], **look)
            axis.label(panel)
            if not alone:
                panel.axhline(0.0, color="#777777", lw=1)
            if line == 0:
                title(panel, arm, width)
        grid[line][-1].legend(
            title=setting_label(other).replace(" (", "\n("),
            title_fontsize=8,
            fontsize=8,
            alignment="left",
            loc="center left",
            bbox_to_anchor=(1.0, 0.5),
        )
    figure.supylabel(measure_label(summary.measure, difference=not alone).replace("\n", " "), fontsize=9)
    head(
        figure,
        f"{design.baseline} alone" if alone else f"Against {design.baseline} (0) on the same people and luck",
        "where lines are not parallel, the settings interact",
        times_told(summary),
        "95 % intervals" if summary.repeated else "",
        f"lines for {MOST_LINES} values at most" if cut else "",
        left_out,
    )
    return figure
