"""Held rows: numbers of many kinds, each a row of its own with what was found."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from learnsim.analysis.comparison import Finding
from learnsim.report.comparison_table import labels_of, z_told
from learnsim.report.figures.comparison_marks import draw_found, draw_target
from learnsim.report.figures.style import COLOURS
from learnsim.report.figures.text_width import height_of, wrapped
from learnsim.report.figures.value_limits import Limits, limits_of, limits_of_setting, within
from learnsim.report.labels import measure_label, setting_label

NAME, LETTERS = 3.4, 8.0  # inches and points of a row's name
APART = 0.16  # rows: how far a number and the one found stand from their row's middle


def draw_rows(panel: Axes, findings: Sequence[Finding]) -> None:
    """Draw a row for each number, from above: its name, the number, what was found just below it, and z."""
    for row, one in enumerate(findings):
        draw_target(panel, one, row - APART, "black", upright=False)
        draw_found(panel, one, row + APART, COLOURS[0], upright=False)
        told = f"z = {z_told(one.z)}" if one.target.statistic != "peak" else ""
        panel.annotate(told, (1.01, row), xycoords=("axes fraction", "data"), fontsize=7, va="center", annotation_clip=False)
    labels = _names(findings)
    panel.set_yticks(range(len(findings)), labels, fontsize=LETTERS)
    panel.set_ylim(len(findings) - 0.4, -0.6)
    panel.set_xlabel(_axis_told(findings))
    _limit(panel, findings)


def height_of_rows(findings: Sequence[Finding]) -> float:
    """Return how many inches the names of rows take, the highest of them in each row."""
    return len(findings) * max(height_of(name, LETTERS) for name in _names(findings))


def _names(findings: Sequence[Finding]) -> list[str]:
    return [wrapped(label, NAME, LETTERS) for label in labels_of(findings)]


def _limit(panel: Axes, findings: Sequence[Finding]) -> None:
    """Let the axis show no value that none of the numbers can have."""
    limits = [_limits_of(one) for one in findings]
    within(panel, (min(low for low, _ in limits), max(high for _, high in limits)), "x")


def _limits_of(one: Finding) -> Limits:
    target = one.target
    if target.statistic == "share_above":
        return 0.0, 1.0
    if target.statistic == "peak":
        return limits_of_setting(target.along)
    return limits_of(target.measure, difference=target.statistic != "mean")


def _axis_told(findings: Sequence[Finding]) -> str:
    """What the x axis shows, if it is the same for all rows."""
    kinds = {(one.target.statistic, one.target.measure, one.target.along, one.target.session is None) for one in findings}
    if len(kinds) > 1:
        return ""
    target = findings[0].target
    if target.statistic == "share_above":
        return "share of replicates (0 to 1)"
    if target.statistic == "peak":
        return setting_label(target.along)
    label = measure_label(target.measure, difference=target.statistic != "mean").replace("\n", " ")
    return label if target.session is None else label.removeprefix("final ")
