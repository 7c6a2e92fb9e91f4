"""Peeling trajectory: coverage against density of the boxes that PRIM tries, one panel an arm, the chosen one marked."""

from __future__ import annotations

from matplotlib.figure import Figure

from learnsim.analysis.summary import Summary
from learnsim.report.cautions import cautions
from learnsim.report.figures.panels import head, title
from learnsim.report.figures.style import COLOURS
from learnsim.report.labels import measure_title

MOST_ARMS = 4


def peeling_figure(summary: Summary) -> Figure:
    """One panel an arm: from the whole space (right) inwards; the chosen box, and the one with the stated limits only."""
    peeled = [box for box in summary.boxes if len(box.peels) > 1]
    boxes, more = peeled[:MOST_ARMS], len(peeled) - MOST_ARMS
    figure = Figure(figsize=(1.2 + 3.2 * max(2, len(boxes)), 4.2), layout="constrained")
    for panel, box in zip(figure.subplots(1, len(boxes), squeeze=False)[0], boxes, strict=True):
        panel.plot([100.0 * one.coverage for one in box.peels], [100.0 * one.density for one in box.peels],
                   "o-", color="#999999", markersize=3, lw=1)  # fmt: skip
        chosen = box.peels[box.chosen]
        panel.plot(100.0 * chosen.coverage, 100.0 * chosen.density, "o", color=COLOURS[0], markersize=9, clip_on=False)
        if any(one.stated for one in box.limits):
            panel.plot(100.0 * box.stated.coverage, 100.0 * box.stated.density, "s", color=COLOURS[1], mfc="none",
                       markersize=10, clip_on=False)  # fmt: skip
        panel.set(xlim=(0, 102), ylim=(0, 102), xlabel="coverage (% of better points inside)")
        title(panel, box.arm)
    figure.axes[0].set_ylabel("density (% of points inside\nthat are better)")
    head(
        figure,
        "How well a box of settings tells where an arm is better",
        f"better than {summary.results.design.baseline} in {measure_title(summary.measure)}",
        "circle: the chosen box; square: with the limits that return in resamples only",
        f"{more} more arms are left out" if more > 0 else "",
        cautions=cautions(summary),
    )
    return figure
