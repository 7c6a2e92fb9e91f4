"""Reporters: what each model reporter of a Mesa model of the user's own gave, step by step and at the end."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from learnsim.analysis.summary import Summary
from learnsim.report.cautions import cautions
from learnsim.report.figures.panels import MOST, TITLE, head, legend_below, replicates_label
from learnsim.report.figures.style import colour_of
from learnsim.report.figures.text_width import wrapped
from learnsim.report.figures.titles import highest_title
from learnsim.report.labels import measure_title

WIDTH, HEIGHT, ACROSS = 2.6, 2.1, 4  # of a panel, in inches; panels in a row
BARS = 12  # of the runs of all arms together


def reporter_curves_figure(summary: Summary) -> Figure:
    """One panel a reporter: its mean over the replicates after each step, a line for each arm."""
    results, design = summary.results, summary.results.design
    means = results.mean_sessions()

    def draw(panel: Axes, place: int, name: str) -> None:
        for arm, table in means.items():
            panel.plot(np.arange(len(table)), table[:, place], color=colour_of(arm, design.arms, design.baseline), lw=1.6)
        panel.set_xlabel(design.kind.clock, fontsize=9)
        panel.xaxis.set_major_locator(MaxNLocator("auto", integer=True, min_n_ticks=1))

    figure = _panels(summary, draw)
    text = f"each model reporter after each {design.kind.clock}"
    runs = replicates_label(summary, "mean of ")
    head(figure, highest_title(summary, summary.measure), text, runs, cautions=cautions(summary))
    return figure


def reporter_ends_figure(summary: Summary) -> Figure:
    """One panel a reporter: how often its last value was how high, an outline for each arm."""
    results, design = summary.results, summary.results.design

    def draw(panel: Axes, place: int, name: str) -> None:
        values = results.measure(name)[0]
        seen = values[~np.isnan(values)]
        if not len(seen):
            return
        low, high = float(seen.min()), float(seen.max())
        edges = np.linspace(low, high if high > low else low + 1.0, BARS + 1)
        for number, arm in enumerate(design.arms):
            there = values[number][~np.isnan(values[number])]
            counts = np.histogram(there, edges)[0] * 100.0 / max(1, len(there))
            colour = colour_of(arm, design.arms, design.baseline)
            panel.stairs(counts, edges, color=colour, fill=True, alpha=0.25)
            panel.stairs(counts, edges, color=colour, lw=1.2)
        panel.set_ylim(0, None)

    figure = _panels(summary, draw)
    figure.supylabel("runs (%)", fontsize=9)
    title = f"Where {measure_title(summary.measure)} ends in each run"
    head(figure, title, "last value of each model reporter", replicates_label(summary, ""), cautions=cautions(summary))
    return figure


def _panels(summary: Summary, draw: Callable[[Axes, int, str], None]) -> Figure:
    """Return a figure with a panel for each reporter, the one that arms are compared by first."""
    design = summary.results.design
    names = list(design.kind.session_measures)
    order = sorted(range(len(names)), key=lambda place: names[place] != summary.measure)[:MOST]
    across = min(ACROSS, len(order))
    down = -(-len(order) // across)
    figure = Figure(figsize=(max(4.2, WIDTH * across), 1.1 + HEIGHT * down), layout="constrained")
    grid = figure.subplots(down, across, squeeze=False).ravel().tolist()
    for panel in grid[len(order) :]:
        panel.set_visible(False)
    for panel, place in zip(grid, order, strict=False):
        draw(panel, place, names[place])
        panel.set_title(wrapped(measure_title(names[place]), WIDTH - 0.5, TITLE), fontsize=TITLE)
    handles = [Line2D([], [], color=colour_of(arm, design.arms, design.baseline), lw=2) for arm in design.arms]
    legend_below(figure, handles, [f"{arm}*" if arm == design.baseline else arm for arm in design.arms])
    return figure
