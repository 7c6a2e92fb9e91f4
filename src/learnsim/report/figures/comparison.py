"""Held figure: one panel for each panel of the targets, the numbers that an experiment is held against and those found.
Lays out one matplotlib figure, which its neighbours fill.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from learnsim.analysis.comparison import LIMIT, Finding
from learnsim.analysis.summary import Summary
from learnsim.report.cautions import cautions
from learnsim.report.figures.comparison_curves import Along, along_of, draw_curves
from learnsim.report.figures.comparison_marks import AGAINST, DIFFERS, OURS, RANGE, TOLD_BY, is_range
from learnsim.report.figures.comparison_rows import draw_rows, height_of_rows
from learnsim.report.figures.panels import head, legend_below, times_told, title
from learnsim.report.figures.titles import targets_seen

WIDE, ALONE = 9.0, 5.4  # inches: a panel of rows or two of curves side by side; a panel of curves alone
HIGHEST = 40.0  # inches of all panels: beyond that nobody scrolls, and far beyond no image file can go
HIGH, EACH, REST = 3.1, 0.3, 0.75  # of a panel of curves; of a row; of what stands around rows

Part = tuple[list[Finding], Along | None]


def held_figure(summary: Summary) -> Figure:
    """Draw every panel of the targets in the file's order: along a setting or the sessions, or a row for each number."""
    parts = [(some, along_of(some, summary.results.design)) for some in _panels(summary.findings)]
    lines = _as_high_as_can_be(_lines(parts))
    heights = [_height(some) for some in lines]
    across = max(len(some) for some in lines)
    wide = WIDE if across > 1 or any(along is None for _, along in parts) else ALONE
    figure = Figure(figsize=(wide, 0.9 + sum(heights)), layout="constrained")
    rooms = figure.subfigures(len(lines), 1, height_ratios=heights, squeeze=False).ravel().tolist()
    for room, some in zip(rooms, lines, strict=True):
        places = room.subplots(1, across if some[0][1] else 1, squeeze=False)[0]
        for panel, (found, along) in zip(places, some, strict=False):
            if along:
                draw_curves(panel, summary, found, along)
            else:
                draw_rows(panel, found)
            title(panel, found[0].target.panel)
        for panel in places[len(some) :]:
            panel.set_visible(False)
    shown = sum(len(found) for some in lines for found, _ in some)
    handles = _legend(summary)
    legend_below(figure, handles, [str(handle.get_label()) for handle in handles])
    head(
        figure,
        targets_seen(summary.findings),
        "open: the numbers that results are compared with; filled: found here",
        times_told(summary),
        "95 % intervals" if summary.repeated else "",
        "" if shown == len(summary.findings) else f"the first {shown:,} of {len(summary.findings):,} numbers",
        cautions=cautions(summary),
    )
    return figure


def _panels(findings: Sequence[Finding]) -> list[list[Finding]]:
    """The findings of each panel, in the order in which the file first names them."""
    found: dict[str, list[Finding]] = {}
    for one in findings:
        found.setdefault(one.target.panel, []).append(one)
    return list(found.values())


def _lines(parts: Sequence[Part]) -> list[list[Part]]:
    """What stands side by side: up to two panels of curves; a panel of rows has a line of its own."""
    lines: list[list[Part]] = []
    for part in parts:
        if lines and part[1] and len(lines[-1]) == 1 and lines[-1][0][1]:
            lines[-1].append(part)
        else:
            lines.append([part])
    return lines


def _height(line: Sequence[Part]) -> float:
    """Inches that a line of panels takes."""
    found, along = line[0]
    return HIGH if along else REST + max(EACH * len(found), height_of_rows(found))


def _as_high_as_can_be(lines: Sequence[list[Part]]) -> list[list[Part]]:
    """The first lines, as many as one figure can hold; of the last one's rows those that fit."""
    kept: list[list[Part]] = []
    left = HIGHEST
    for line in lines:
        if _height(line) > left:
            found, along = line[0]
            rows = int((left - REST) / EACH)
            return kept if along or rows < 1 else [*kept, [(found[:rows], None)]]
        kept.append(line)
        left -= _height(line)
    return kept


def _legend(summary: Summary) -> list[Line2D]:
    """What each mark is."""
    kinds = dict.fromkeys(one.target.told for one in summary.findings)
    handles = [Line2D([], [], color="black", label=told, **TOLD_BY[told], **AGAINST) for told in kinds]
    if any(is_range(one.target) for one in summary.findings):
        handles.append(Line2D([], [], color="black", label="range", **RANGE))
    handles.append(Line2D([], [], color="black", label="found here", **OURS))
    if any(one.verdict == "differs" for one in summary.findings):
        handles.append(Line2D([], [], label=f"differs (|z| ≥ {LIMIT:g})", **DIFFERS))
    return handles
