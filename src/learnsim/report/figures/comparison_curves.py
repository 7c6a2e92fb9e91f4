"""Comparison curves: targets along a swept setting or along the sessions, and the curves of the results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from learnsim.analysis.comparison import TargetComparison
from learnsim.analysis.estimates import Estimates, estimates_of
from learnsim.analysis.summary import Summary
from learnsim.experiments.design.design import Design, Target
from learnsim.report.figures.axes import axis_of
from learnsim.report.figures.comparison_marks import OURS, draw_result, draw_target
from learnsim.report.figures.panels import label_legend
from learnsim.report.figures.style import COLOURS, STYLES
from learnsim.report.figures.text_width import width_of
from learnsim.report.figures.value_limits import limits_of, within
from learnsim.report.labels import at_values, measure_label

MOST = len(COLOURS)  # curves that a reader can distinguish
SESSION = "session"
LEGEND, BROADEST = 7.0, 2.2  # points and inches of a legend's words

Curve = tuple[str, tuple[tuple[str, str], ...]]  # an arm, and the other settings' values in words


@dataclass(frozen=True)
class Along:
    """What the numbers of a panel lie along.

    Attributes
    ----------
    setting : str
        A swept setting, or "session".
    varying : tuple of str
        Other settings, in which the panel's curves differ.
    """

    setting: str
    varying: tuple[str, ...]

    def curve(self, target: Target) -> Curve:
        """Return which curve a target belongs to."""
        return target.arm, tuple((name, repr(target.values[name])) for name in target.values if name != self.setting)

    def label(self, target: Target, *, arms: bool) -> str:
        """Return what the target's curve is called among the others."""
        parts = [target.arm] if arms or not self.varying else []
        return ", ".join([*parts, *([at_values(target.values, self.varying)] if self.varying else [])])


def along_of(comparisons: Sequence[TargetComparison], design: Design) -> Along | None:
    """Return what the numbers of a panel lie along: the sessions, or the number setting with the most values; else None.

    They do if all of them are means of one measure, at different sessions, or all at the same one at different values of
    a setting.
    """
    targets = [one.target for one in comparisons]
    sessions = {target.session for target in targets}
    if any(target.statistic != "mean" for target in targets) or len({target.measure for target in targets}) > 1:
        return None
    varying = {name: len({repr(target.values[name]) for target in targets}) for name in design.swept}
    numbers = [name for name in design.swept if varying[name] > 1 and axis_of(design, name).kind != "names"]
    if len(sessions) == 1 and numbers:
        setting = max(numbers, key=varying.__getitem__)
    elif None not in sessions:
        setting = SESSION
    else:
        return None
    along = Along(setting, tuple(name for name in design.swept if varying[name] > 1 and name != setting))
    curves = {along.curve(target) for target in targets}
    return along if len(curves) <= MOST and (len(curves) < len(targets) or setting == SESSION) else None


def draw_curves(panel: Axes, summary: Summary, comparisons: Sequence[TargetComparison], along: Along) -> None:
    """Draw the panel: each curve of the results, whole, with its 95 % band, and on it the targets."""
    arms = len({one.target.arm for one in comparisons}) > 1
    curves: dict[Curve, list[TargetComparison]] = {}
    for one in comparisons:
        curves.setdefault(along.curve(one.target), []).append(one)
    names: list[str] = []
    for number, some in enumerate(curves.values()):
        colour, dashes = COLOURS[number], STYLES[number]
        look = {"color": colour, "ls": dashes}
        names.append(along.label(some[0].target, arms=arms))
        if along.setting == SESSION:
            _draw_sessions(panel, summary, some[0].target, look)
        else:
            _draw_values(panel, summary, some[0].target, along, look)
        for one in some:
            place = float(one.target.session or 0) if along.setting == SESSION else float(one.target.values[along.setting])
            draw_target(panel, one, place, colour, upright=True)
            draw_result(panel, one, place, colour, upright=True)
    label = measure_label(comparisons[0].target.measure)
    if along.setting == SESSION:
        panel.set_xlabel(summary.results.design.kind.clock)
        within(panel, (0.0, np.inf), "x")
        panel.xaxis.set_major_locator(MaxNLocator("auto", integer=True, min_n_ticks=1))  # sessions are whole
        label = label.removeprefix("final ")
    else:
        axis_of(summary.results.design, along.setting).label(panel)
        session, clock = comparisons[0].target.session, summary.results.design.kind.clock
        label = label if session is None else f"{label.removeprefix('final ')}, {clock} {session}"
    panel.set_ylabel(label)
    within(panel, limits_of(comparisons[0].target.measure))
    if len(curves) > 1:
        handles = [Line2D([], [], color=COLOURS[n], ls=STYLES[n]) for n in range(len(names))]
        legend = panel.legend(handles, ["-"] * len(names), fontsize=LEGEND, handlelength=3.0)
        label_legend(legend, names, min(BROADEST, max(width_of(name, LEGEND) for name in names) + 0.01))


def _draw_sessions(panel: Axes, summary: Summary, target: Target, look: dict[str, Any]) -> None:
    """An arm's mean from session to session."""
    means = summary.results.mean_sessions(target.points[0])
    if target.arm in means:
        values = means[target.arm][:, list(summary.results.design.kind.session_measures).index(target.measure)]
        panel.plot(np.arange(len(values)), values, lw=1.5, **look)


def _draw_values(panel: Axes, summary: Summary, target: Target, along: Along, look: dict[str, Any]) -> None:
    """An arm's mean at all values of a setting, where the other settings are the target's."""
    design, others = summary.results.design, [name for name in target.values if name != along.setting]
    at: dict[float, int] = {}
    for number in range(len(design.points)):
        values = design.points.values(number)
        if all(values[name] == target.values[name] for name in others):
            at[float(values[along.setting])] = number
    estimates, arm = _estimates(summary, target), design.arms.index(target.arm)
    order = sorted(at)
    points = [at[value] for value in order]
    low, high = estimates.low[points, arm], estimates.high[points, arm]
    if not np.isnan(low).all():
        panel.fill_between(order, low, high, color=look["color"], alpha=0.2, lw=0)
    panel.plot(order, estimates.mean[points, arm], **{**OURS, **look})


def _estimates(summary: Summary, target: Target) -> Estimates:
    if target.session is None:
        return summary.estimates[target.measure]
    return estimates_of(summary.results.at_session(target.measure, target.session))
