"""Strata figure: how the people of each value of a label end in each arm."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from learnsim.analysis.summary import Summary
from learnsim.errors import shortened
from learnsim.report.cautions import cautions
from learnsim.report.figures.panels import arms_shown, head, legend_below, replicates_label
from learnsim.report.figures.style import colour_of
from learnsim.report.figures.value_limits import clipped, limits_of, within
from learnsim.report.labels import measure_label, measure_title
from learnsim.report.strata_sentences import LONGEST, strata_sentences
from learnsim.report.strata_table import values_shown

STEP, GAP = 0.17, 0.16  # inches from arm to arm of one value, and more from value to value


def strata_figure(summary: Summary, label: str) -> Figure:
    """A point with its interval for each value of a label in each arm; the first value on top."""
    strata, design = summary.strata, summary.results.design
    measure, (some, left_out) = strata.measure, arms_shown(summary)
    arms = [arm for arm in design.arms if arm in some or arm == design.baseline]
    values = values_shown(summary, label)
    each = STEP * len(arms) + GAP
    figure = Figure(figsize=(6.4, 1.3 + each * len(values)), layout="constrained")
    panel = figure.subplots()
    for row in strata.rows(label):
        arm, estimate = design.arms[row.arm], strata.estimate(measure, row)
        if row.point or arm not in arms or row.stratum not in values or not estimate.count:
            continue
        place = values.index(row.stratum) + (arms.index(arm) - (len(arms) - 1) / 2.0) * STEP / each
        colour = colour_of(arm, design.arms, design.baseline)
        panel.hlines(place, *clipped(estimate, limits_of(measure)), colors=colour, lw=1.4)
        panel.plot(estimate.mean, place, "o", ms=5, color=colour, mfc="white" if arm == design.baseline else colour)
    names = [f"{shortened(one.value, LONGEST)} ({one.people:,})" for one in values]
    panel.set_yticks(range(len(values)), names)
    panel.set_ylim(len(values) - 0.5, -0.5)
    panel.grid(visible=False, axis="y")
    panel.set_xlabel(measure_label(measure))
    within(panel, limits_of(measure), "x")
    handles = [
        Line2D([], [], ls="", marker="o", ms=5, color=colour, mfc="white" if arm == design.baseline else colour)
        for arm in arms
        for colour in [colour_of(arm, design.arms, design.baseline)]
    ]
    legend_below(figure, handles, arms)
    head(
        figure,
        (strata_sentences(summary, label) or [""])[0].rstrip("."),
        f"final {measure_title(measure)} by {label}, with the number of people",
        replicates_label(summary),
        "lines: 95 % intervals over replicates" if summary.repeated else "",
        left_out,
        cautions=cautions(summary),
    )
    return figure
