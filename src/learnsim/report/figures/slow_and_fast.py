"""Slow and fast: for whom each arm is good: slow against fast learners, quiet against outgoing ones."""

from __future__ import annotations

from matplotlib.figure import Figure

from learnsim.analysis.summary import Summary
from learnsim.report.cautions import cautions
from learnsim.report.figures.panels import head, replicates_label, title
from learnsim.report.figures.style import colour_of
from learnsim.report.figures.titles import gaps_title
from learnsim.report.figures.value_limits import clipped, limits_of, within
from learnsim.report.labels import measure_title


def slow_and_fast_figure(summary: Summary) -> Figure:
    """A line an arm from its lowest to its highest quarter, a panel a trait: slowest to fastest, for example."""
    design = summary.results.design
    quarters, mean = design.kind.quarters, design.kind.headline[0]
    rows = [row for row in summary.rows() if row.point == 0 and row.estimate(mean).count]
    figure = Figure(figsize=(8.0, 1.6 + 0.3 * len(rows)), layout="constrained")
    panels = figure.subplots(1, len(quarters), sharex=True, sharey=True, squeeze=False)[0]
    ranked = sorted(rows, key=lambda row: row.estimate(mean).mean)
    colours = [colour_of(row.arm, design.arms, design.baseline) for row in ranked]
    places = range(len(ranked))
    for panel, pair in zip(panels, quarters, strict=True):
        low, high = pair.low, pair.high
        ends = {name: [row.estimate(name) for row in ranked] for name in (low, high)}
        means = {name: [one.mean for one in some] for name, some in ends.items()}
        panel.hlines(places, means[low], means[high], colors=colours, lw=2)
        for name, faces in ((low, "white"), (high, colours)):
            for bounds in zip(*(clipped(one, limits_of(name)) for one in ends[name]), strict=True):
                panel.scatter(bounds, places, s=22, marker="|", c=colours, lw=1.2)
            panel.scatter(means[name], places, s=34, color=faces, edgecolors=colours, zorder=3)
        title(panel, f"{pair.trait}: {pair.lowest} quarter (open) to {pair.highest} quarter (filled)")
        panel.set_xlabel(f"final {measure_title(mean)} (0 to 1)")
        panel.set_yticks(places, [row.arm for row in ranked])
        panel.set_ylim(-0.6, len(ranked) - 0.4)
    within(panels[0], limits_of(quarters[0].low), "x")
    head(
        figure,
        gaps_title(summary),
        f"final {measure_title(mean)} of quarters of the trainees, the arm that ends highest on top",
        replicates_label(summary),
        "ticks: 95 % intervals" if summary.repeated else "",
        cautions=cautions(summary),
    )
    return figure
