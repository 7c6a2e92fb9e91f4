"""Held rows: numbers of many kinds, each a row of its own with what was found.
Knows findings; fills one panel of a figure.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes

from learnsim.analysis.findings import Finding
from learnsim.analysis.held import labels_of, z_told
from learnsim.analysis.held_marks import draw_found, draw_target
from learnsim.analysis.palette import COLOURS
from learnsim.analysis.words import measure_label, setting_label

LETTERS = 48  # of a row's name in a line
APART = 0.16  # rows: how far a number and the one found stand from their row's middle


def draw_rows(panel: Axes, findings: Sequence[Finding]) -> None:
    """Draw a row for each number, from above: its name, the number, what was found just below it, and z."""
    for row, one in enumerate(findings):
        draw_target(panel, one, row - APART, "black", upright=False)
        draw_found(panel, one, row + APART, COLOURS[0], upright=False)
        told = f"z = {z_told(one.z)}" if one.target.statistic != "peak" else ""
        panel.annotate(told, (1.01, row), xycoords=("axes fraction", "data"), fontsize=7, va="center", annotation_clip=False)
    labels = [textwrap.fill(label, LETTERS) for label in labels_of(findings)]
    panel.set_yticks(range(len(findings)), labels, fontsize=8)
    panel.set_ylim(len(findings) - 0.4, -0.6)
    panel.set_xlabel(_axis_told(findings))


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
