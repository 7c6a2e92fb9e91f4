"""Curves: how mastery grows from session to session in each arm.
Knows results and summaries; fills one matplotlib figure.
"""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from learnsim.analysis.palette import BASELINE, colour_of
from learnsim.analysis.panels import arms_shown, head, plain_panels, times_told, title
from learnsim.analysis.summary import Summary
from learnsim.training.measures import SESSION_MEASURES

COLUMN = {name: place for place, name in enumerate(SESSION_MEASURES)}


def curves_figure(summary: Summary) -> Figure:
    """One panel an arm: mean mastery over the sessions, the band from the 10th to the 90th percentile of trainees."""
    results, design = summary.results, summary.results.design
    means, (arms, left_out) = results.mean_sessions(), arms_shown(summary)
    figure, grid = plain_panels(len(arms), height=2.1)
    baseline = means.get(design.baseline)
    for panel, arm in zip(grid, arms, strict=True):
        colour = colour_of(arm, design.arms, design.baseline)
        table = means[arm]
        sessions = np.arange(len(table))
        panel.fill_between(sessions, table[:, COLUMN["p10"]], table[:, COLUMN["p90"]], color=colour, alpha=0.2, lw=0)
        if arm != design.baseline and baseline is not None:
            for name, dashes in (("mean_mastery", "-"), ("p10", ":"), ("p90", ":")):
                panel.plot(np.arange(len(baseline)), baseline[:, COLUMN[name]], color=BASELINE, lw=1, ls=dashes)
        panel.plot(sessions, table[:, COLUMN["mean_mastery"]], color=colour, lw=2)
        title(panel, arm)
        panel.set(ylim=(0, 1), xlim=(0, max(1, len(table) - 1)))
    figure.supxlabel("session", fontsize=9, y=0.08 / figure.get_figheight(), va="bottom")
    figure.supylabel("mastery (0 to 1)", fontsize=9, x=0.08 / figure.get_figwidth(), ha="left")
    behind = f"grey: {design.baseline} (dotted: its percentiles)" if baseline is not None and len(design.arms) > 1 else ""
    head(
        figure,
        "Mean mastery, band: 10th to 90th percentile of trainees",
        behind,
        times_told(summary, "mean of "),
        left_out,
    )
    return figure
