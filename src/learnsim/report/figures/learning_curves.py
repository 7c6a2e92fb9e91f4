"""Learning curves: how what is learned grows from session to session in each arm."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from learnsim.analysis.summary import Summary
from learnsim.experiments.design.design import Design
from learnsim.report.cautions import cautions
from learnsim.report.figures.panels import arms_shown, head, plain_panels, replicates_label
from learnsim.report.figures.style import BASELINE, colour_of
from learnsim.report.figures.titles import highest_title
from learnsim.report.figures.value_limits import limits_of, within
from learnsim.report.labels import measure_label, measure_title

BAND = 0.05  # of a panel's height
PHASES, SHOCK = ("#cccccc", "#777777"), "#A13D00"


def curve_of(design: Design) -> str:
    """Return the measure whose curves are drawn: the one that arms are compared by, if it is one of every session."""
    return design.measure if design.measure in design.kind.session_measures else design.kind.headline[0]


def _draw_phases(panel: Axes, design: Design, arm: str, sessions: int) -> None:
    """Draw a strip under a curve, in which every other phase of the arm is dark, and a line at each shock."""
    starts = [0, *(phase.start for phase in design.settings.arm(arm).phases if 0 < phase.start < sessions)]
    if len(starts) > 1:
        for number, (first, end) in enumerate(zip(starts, [*starts[1:], sessions], strict=True)):
            panel.axvspan(first, end, ymax=BAND, color=PHASES[number % len(PHASES)], lw=0)
    for at in {shock.at for shock in design.settings.shocks}:
        panel.axvline(at, color=SHOCK, lw=1, ls=(0, (1, 2)))


def _events_label(design: Design, arms: list[str]) -> str:
    """Say what the strips and lines of phases and shocks are; empty if there are none."""
    parts = []
    for arm in arms:
        phases = design.settings.arm(arm).phases
        words = ", ".join(f"{phase.arm.preset} from {phase.start}" for phase in phases)
        parts += [f"strip below: phases of {arm} ({words})"] if phases else []
    return "; ".join([*parts, *(["dotted line: a shock"] if design.settings.shocks else [])])


def learning_curves_figure(summary: Summary) -> Figure:
    """One panel an arm: a measure over the sessions; the band around it too, if the model has one."""
    results, design = summary.results, summary.results.design
    means, (arms, left_out) = results.mean_sessions(), arms_shown(summary)
    measure = curve_of(design)
    band = design.kind.band if measure == design.kind.headline[0] else ()
    column = {name: place for place, name in enumerate(design.kind.session_measures)}
    figure, grid = plain_panels(arms, height=2.1)
    baseline = means.get(design.baseline)
    for panel, arm in zip(grid, arms, strict=True):
        colour = colour_of(arm, design.arms, design.baseline)
        table = means[arm]
        sessions = np.arange(len(table))
        if band:
            low, high = (table[:, column[name]] for name in band)
            panel.fill_between(sessions, low, high, color=colour, alpha=0.2, lw=0)
        if arm != design.baseline and baseline is not None:
            for name, dashes in ((measure, "-"), *((name, ":") for name in band)):
                panel.plot(np.arange(len(baseline)), baseline[:, column[name]], color=BASELINE, lw=1, ls=dashes)
        panel.plot(sessions, table[:, column[measure]], color=colour, lw=2)
        _draw_phases(panel, design, arm, len(table) - 1)
        panel.set_xlim(0, max(1, len(table) - 1))
    shown = np.concatenate([means[arm][:, column[measure]] for arm in arms])
    if np.nanmin(shown) >= 0.0 and np.nanmax(shown) <= 1.0:
        grid[0].set_ylim(0, 1)
    within(grid[0], limits_of(measure))
    grid[0].xaxis.set_major_locator(MaxNLocator("auto", integer=True, min_n_ticks=1))  # sessions are whole
    figure.supxlabel(design.kind.clock, fontsize=9, y=0.08 / figure.get_figheight(), va="bottom")
    label = "mastery (0 to 1)" if band else measure_label(measure).removeprefix("final ")
    figure.supylabel(label, fontsize=9, x=0.08 / figure.get_figwidth(), ha="left")
    dotted = " (dotted: its percentiles)" if band else ""
    behind = f"grey: {design.baseline}{dotted}" if baseline is not None and len(design.arms) > 1 else ""
    text = f"{measure_title(measure)} after each {design.kind.clock}"
    head(
        figure,
        highest_title(summary, measure),
        f"{text}, band: 10th to 90th percentile of trainees" if band else text,
        behind,
        replicates_label(summary, "mean of "),
        _events_label(design, arms),
        left_out,
        cautions=cautions(summary),
    )
    return figure
