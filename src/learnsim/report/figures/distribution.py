"""Distribution: who ends where, not only where the mean ends."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from learnsim.analysis.summary import Summary
from learnsim.report.cautions import cautions
from learnsim.report.figures.panels import arms_shown, head, plain_panels, replicates_label
from learnsim.report.figures.style import BASELINE, colour_of
from learnsim.report.figures.titles import share_above_title
from learnsim.report.figures.value_limits import within


def distribution_figure(summary: Summary) -> Figure:
    """One panel an arm: the share of people in each twentieth of their final standing."""
    results, design = summary.results, summary.results.design
    means, (arms, left_out) = results.mean_distribution(), arms_shown(summary)
    figure, grid = plain_panels(arms, height=1.9)
    bins = len(means[arms[0]])
    edges = np.arange(bins + 1) / bins
    baseline = means.get(design.baseline)
    for panel, arm in zip(grid, arms, strict=True):
        panel.set_axisbelow(True)
        colour = colour_of(arm, design.arms, design.baseline)
        panel.stairs(means[arm], edges, fill=True, alpha=0.45, color=colour, zorder=2)
        if arm != design.baseline and baseline is not None:
            panel.stairs(baseline, edges, color=BASELINE, lw=1.2, zorder=3)
        panel.set(xlim=(0, 1), ylim=(0, None), xticks=(0.0, 0.5, 1.0))
    within(grid[0], (0.0, 100.0))
    figure.supxlabel(f"final {design.kind.standing} (0 to 1)", fontsize=9, y=0.08 / figure.get_figheight(), va="bottom")
    figure.supylabel("people (%)", fontsize=9, x=0.08 / figure.get_figwidth(), ha="left")
    behind = f"outline: {design.baseline}" if baseline is not None and len(design.arms) > 1 else ""
    head(
        figure,
        share_above_title(summary, means),
        f"share of people in each twentieth of the final {design.kind.standing}",
        behind,
        replicates_label(summary, "mean of "),
        left_out,
        cautions=cautions(summary),
    )
    return figure
