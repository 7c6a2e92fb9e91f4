"""Figures: what an experiment found, drawn for a paper.
Knows results and summaries; each figure is one function that fills one matplotlib figure.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learnsim.analysis.palette import BASELINE, colour_of, save, style
from learnsim.analysis.response import response_figure
from learnsim.analysis.summary import Summary
from learnsim.analysis.tree import tree_figure
from learnsim.experiments.design import Design
from learnsim.experiments.results import Results
from learnsim.settings.sampling import LISTED
from learnsim.training.measures import BINS, SESSION_MEASURES

COLUMN = {name: place for place, name in enumerate(SESSION_MEASURES)}


def draw_figures(folder: Path, summary: Summary) -> None:
    """Draw every figure that fits the design into a folder, as PNG and SVG.

    Without a sweep: learning curves, final distributions, slow against fast learners, the organisation's tree.
    With one: the response to the settings swept over listed values, and the tree.
    """
    results, design = summary.results, summary.results.design
    folder.mkdir(exist_ok=True)
    with style():
        if design.swept and design.settings.design.kind in LISTED:
            save(response_figure(summary), folder, "response")
        elif not design.swept:
            save(curves_figure(results), folder, "learning_curves")
            save(distribution_figure(results), folder, "distribution")
            save(speeds_figure(summary), folder, "slow_and_fast")
        save(tree_figure(design), folder, "tree")


def curves_figure(results: Results) -> Figure:
    """One panel an arm: mean mastery over the sessions, the band from the 10th to the 90th percentile of trainees."""
    design, means = results.design, results.mean_sessions()
    others = _others(design)
    figure, panels = _panels(len(others), height=2.1)
    baseline = means[design.baseline]
    for panel, arm in zip(panels, others, strict=True):
        colour = colour_of(arm, design.arms, design.baseline)
        table = means[arm]
        sessions = np.arange(len(table))
        panel.fill_between(sessions, table[:, COLUMN["p10"]], table[:, COLUMN["p90"]], color=colour, alpha=0.2, lw=0)
        if arm != design.baseline:
            for name, dashes in (("mean_mastery", "-"), ("p10", ":"), ("p90", ":")):
                panel.plot(sessions, baseline[:, COLUMN[name]], color=BASELINE, lw=1, ls=dashes)
        panel.plot(sessions, table[:, COLUMN["mean_mastery"]], color=colour, lw=2)
        panel.set(title=arm, ylim=(0, 1), xlim=(0, max(1, len(table) - 1)))
    _label(figure, panels, "session", "mastery (0 to 1)")
    figure.suptitle(
        f"Mean mastery, band: 10th to 90th percentile of trainees; grey: {design.baseline} "
        f"(dotted: its percentiles); mean of {results.replicates_told} replicates",
        fontsize=9,
        x=0.01,
        ha="left",
    )
    return figure


def distribution_figure(results: Results) -> Figure:
    """One panel an arm: the share of trainees in each twentieth of final mean mastery."""
    design, means = results.design, results.mean_distribution()
    others = _others(design)
    figure, panels = _panels(len(others), height=1.9)
    edges = np.arange(BINS + 1) / BINS
    baseline = means[design.baseline]
    for panel, arm in zip(panels, others, strict=True):
        shares = means[arm]
        panel.set_axisbelow(True)
        panel.stairs(shares, edges, fill=True, alpha=0.45, color=colour_of(arm, design.arms, design.baseline), zorder=2)
        if arm != design.baseline:
            panel.stairs(baseline, edges, color=BASELINE, lw=1.2, zorder=3)
        panel.set(title=arm, xlim=(0, 1), ylim=(0, None))
    _label(figure, panels, "final mean mastery of a trainee (0 to 1)", "trainees (%)")
    figure.suptitle(
        f"Who ends where; outline: {design.baseline}; mean of {results.replicates_told} replicates",
        fontsize=9,
        x=0.01,
        ha="left",
    )
    return figure


def speeds_figure(summary: Summary) -> Figure:
    """A line an arm from its slowest to its fastest quarter, and from its quietest to its most outgoing one."""
    design, rows = summary.results.design, [row for row in summary.rows() if row.point == 0]
    figure = Figure(figsize=(7.2, 1.1 + 0.34 * len(rows)), layout="constrained")
    left, right = figure.subplots(1, 2, sharex=True, sharey=True)
    ranked = sorted(rows, key=lambda row: row.estimate("mean_mastery").mean)
    for panel, low, high, title in (
        (left, "slow_mean", "fast_mean", "learning speed: slowest quarter (open)\nto fastest quarter (filled)"),
        (right, "quiet_mean", "outgoing_mean", "sociability: quietest quarter (open)\nto most outgoing quarter (filled)"),
    ):
        for y, row in enumerate(ranked):
            colour = colour_of(row.arm, design.arms, design.baseline)
            ends = [row.estimate(low), row.estimate(high)]
            panel.plot([end.mean for end in ends], [y, y], color=colour, lw=2)
            for end, face in zip(ends, ("white", colour), strict=True):
                error = 0.0 if math.isnan(end.low) else end.half_width
                panel.errorbar(
                    end.mean, y, xerr=error, fmt="o", color=colour, markerfacecolor=face, markersize=6, capsize=2
                )
        panel.set_title(title)
        panel.set_xlabel("final mean mastery (0 to 1)")
        panel.set_yticks(range(len(ranked)), [row.arm for row in ranked])
    return figure


def _others(design: Design) -> tuple[str, ...]:
    """The arms that get a panel: all but the baseline, which stands behind each, unless it is alone."""
    return tuple(arm for arm in design.arms if arm != design.baseline) or design.arms


def _panels(count: int, height: float) -> tuple[Figure, list[Axes]]:
    """Make ``count`` panels in rows of up to four."""
    across = min(4, count)
    down = -(-count // across)
    figure = Figure(figsize=(max(4.2, 2.1 * across), 0.7 + height * down), layout="constrained")
    grid = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False).ravel().tolist()
    for panel in grid[count:]:
        panel.set_visible(False)
    for panel in grid[:count]:
        panel.tick_params(labelbottom=True)
    return figure, grid[:count]


def _label(figure: Figure, panels: list[Axes], x: str, y: str) -> None:
    figure.supxlabel(x, fontsize=9)
    figure.supylabel(y, fontsize=9)
