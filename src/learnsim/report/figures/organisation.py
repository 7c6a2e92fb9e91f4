"""Organisation figure: one run's communities, cells and people as a tree."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure

from learnsim.analysis.summary import Summary
from learnsim.errors import LearnsimError
from learnsim.grouping.cells import cell_sizes
from learnsim.grouping.planned import plays_plan
from learnsim.models.record import Record
from learnsim.report.figures.panels import head
from learnsim.report.figures.style import MASTERY
from learnsim.report.figures.titles import organisation_title
from learnsim.report.labels import at_values

MOST_TRAINEES = 600  # drawn one by one; above it a cell is one dot
PREFERRED = "hybrid"

FirstRun = Callable[[str], Record]  # replicate 0 of an arm at the first point


def organisation_arm(summary: Summary) -> str:
    """Return the arm whose tree is drawn: the hybrid, or the last whose first replicate was successful; else empty.

    An arm on a classic network has no tree, nor has one whose people all stand in one group or in none.
    """
    design = summary.results.design
    there, first = design.points.settings(0), summary.results.measure(design.kind.headline[0])[0, :, 0]
    went_well = [arm for arm, mean in zip(design.arms, first, strict=True) if not np.isnan(mean)]
    fine = [arm for arm in went_well if there.arm(arm).network == "cells" and _branches(summary, arm)]
    return PREFERRED if PREFERRED in fine else fine[-1] if fine else ""


def _branches(summary: Summary, name: str) -> bool:
    """Whether an arm's people stand in more than one community or cell."""
    try:
        point = summary.results.design.points[0]
    except LearnsimError:  # the roster is gone: the figure itself says so
        return True
    arm, people = point.settings.arm(name), point.prepared.trainees
    if point.roster and point.roster.planned is not None and plays_plan(arm):
        return bool(np.max(point.roster.planned.label) > 0)
    communities = len(set(point.roster.community)) if arm.formation == "given" and point.roster else 0
    communities = communities or min(point.settings.organisation.communities, people)
    cells = arm.groups == "cells" and len(cell_sizes(people, point.settings.organisation.cell_size)) > 1
    return cells or (communities > 1 and arm.groups != "organisation")


def organisation_figure(summary: Summary, first_run: FirstRun) -> Figure:
    """Organisation, communities, cells, trainees of replicate 0 at the end: colour is standing, size is speed."""
    arm = organisation_arm(summary)
    record = first_run(arm)
    figure = Figure(figsize=(7.2, 7.2), layout="constrained")
    panel = figure.subplots()
    panel.set_aspect("equal")
    panel.axis("off")
    dots = _draw(panel, record)
    bar = figure.colorbar(dots, ax=panel, shrink=0.5, pad=0.01)
    kind = summary.results.design.kind
    bar.set_label(f"final {kind.standing} (0 to 1)")
    faster = ", larger = learns faster" if np.ptp(record.speed) > 0.0 else ""
    many = len(record.cell) > MOST_TRAINEES
    head(
        figure,
        organisation_title(arm, len(np.unique(record.community)), len(record.officers), float(record.standing().mean())),
        f"replicate 0, after {len(record[kind.headline[0]]) - 1} {kind.clock}s",
        at_values(summary.results.design.points.values(0)),
        "centre: the organisation",
        "squares: communities",
        "dots: cells, by their mean" if many else f"dots: people{faster}",
        "" if many or not len(record.officers) else "ringed: learning officers",
    )
    return figure


def _draw(panel: Axes, record: Record) -> PathCollection:
    """Draw branches from the centre outwards; return the coloured dots."""
    means = record.standing()
    cell, branch = record.community, record.community
    if len(record.officers):
        cell = record.cell
        branch = np.searchsorted(record.branches[1:], cell, side="right").astype(np.int32)
        seatless = cell < 0  # in a plan's last cycle: they stand together in their community
        branch = np.where(seatless, record.community, branch)
        cell = np.where(seatless, len(record.officers) + record.community, cell)
    # everybody in order around the circle: by branch, then cell, then number
    ranked = np.lexsort((np.arange(len(cell)), cell, branch))
    angle = np.empty(len(cell))
    gaps = np.concatenate([[0], np.cumsum(1.2 * (np.diff(cell[ranked]) != 0) + 2.5 * (np.diff(branch[ranked]) != 0))])
    place = np.arange(len(cell)) + gaps
    angle[ranked] = 2.0 * np.pi * place / (place[-1] + 4.0)
    people = np.maximum(1, np.bincount(cell))
    angle_of, mean_of = (np.bincount(cell, weights=values) / people for values in (angle, means))
    lines, shades = [], []
    centres = []
    for b in np.unique(branch):
        at = _at(angle[branch == b].mean(), 0.38)
        lines.append(((0.0, 0.0), at))
        shades.append(1.6)
        panel.plot(*at, "s", color="#333333", markersize=7, zorder=3)
        for c in np.unique(cell[branch == b]):
            hub = _at(angle_of[c], 0.72)
            centres.append((hub, mean_of[c]))
            lines.append((at, hub))
            shades.append(0.9)
            if len(cell) <= MOST_TRAINEES:
                for i in np.flatnonzero(cell == c):
                    lines.append((hub, _at(angle[i], 1.0)))
                    shades.append(0.5)
    panel.add_collection(LineCollection(lines, colors="#aaaaaa", linewidths=shades, zorder=1))
    panel.plot(0, 0, "o", color="#333333", markersize=10, zorder=3)
    panel.set(xlim=(-1.08, 1.08), ylim=(-1.08, 1.08))
    if len(cell) > MOST_TRAINEES:
        spots = np.array([hub for hub, _ in centres])
        shade = [mean for _, mean in centres]
        return panel.scatter(spots[:, 0], spots[:, 1], c=shade, cmap=MASTERY, vmin=0, vmax=1, s=14, zorder=4)
    spots = np.array([_at(a, 1.0) for a in angle])
    ring = np.isin(np.arange(len(cell)), record.officers)
    size = 8.0 + 50.0 * record.speed
    dots = panel.scatter(spots[:, 0], spots[:, 1], c=means, cmap=MASTERY, vmin=0, vmax=1, s=size, zorder=4, lw=0)
    panel.scatter(spots[ring, 0], spots[ring, 1], s=size[ring] + 45, facecolors="none", edgecolors="#D55E00", zorder=5)
    return dots


def _at(angle: float, radius: float) -> tuple[float, float]:
    return float(radius * np.cos(angle)), float(radius * np.sin(angle))
