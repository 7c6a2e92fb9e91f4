"""Speeds: for whom each arm is good: slow against fast learners, quiet against outgoing ones."""

from __future__ import annotations

from matplotlib.figure import Figure

from learnsim.analysis.cautions import cautions
from learnsim.analysis.limits import clipped, limits_of, within
from learnsim.analysis.palette import colour_of
from learnsim.analysis.panels import head, times_told, title
from learnsim.analysis.seen import gaps_seen
from learnsim.analysis.summary import Summary


def speeds_figure(summary: Summary) -> Figure:
    """A line an arm from its slowest to its fastest quarter, and from its quietest to its most outgoing one."""
    design = summary.results.design
    rows = [row for row in summary.rows() if row.point == 0 and row.estimate("mean_mastery").count]
    figure = Figure(figsize=(8.0, 1.6 + 0.3 * len(rows)), layout="constrained")
    left, right = figure.subplots(1, 2, sharex=True, sharey=True)
    ranked = sorted(rows, key=lambda row: row.estimate("mean_mastery").mean)
    colours = [colour_of(row.arm, design.arms, design.baseline) for row in ranked]
    places = range(len(ranked))
    for panel, low, high, told in (
        (left, "slow_mean", "fast_mean", "Learning speed: slowest quarter (open) to fastest quarter (filled)"),
        (right, "quiet_mean", "outgoing_mean", "Sociability: quietest quarter (open) to most outgoing quarter (filled)"),
    ):
        ends = {name: [row.estimate(name) for row in ranked] for name in (low, high)}
        means = {name: [one.mean for one in some] for name, some in ends.items()}
        panel.hlines(places, means[low], means[high], colors=colours, lw=2)
        for name, faces in ((low, "white"), (high, colours)):
            for bounds in zip(*(clipped(one, limits_of(name)) for one in ends[name]), strict=True):
                panel.scatter(bounds, places, s=22, marker="|", c=colours, lw=1.2)
            panel.scatter(means[name], places, s=34, color=faces, edgecolors=colours, zorder=3)
        title(panel, told)
        panel.set_xlabel("final mean mastery (0 to 1)")
        panel.set_yticks(places, [row.arm for row in ranked])
        panel.set_ylim(-0.6, len(ranked) - 0.4)
    within(left, limits_of("slow_mean"), "x")
    head(
        figure,
        gaps_seen(summary),
        "final mean mastery of quarters of the trainees, the arm that ends highest on top",
        times_told(summary),
        "ticks: 95 % intervals" if summary.repeated else "",
        cautions=cautions(summary),
    )
    return figure
