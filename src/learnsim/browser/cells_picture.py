"""Cells picture: the people of a model of the user's own on our organisation: dots, by cell and community."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from learnsim.arrays import Floats

if TYPE_CHECKING:
    from learnsim.browser.model_picture import Look

SIZE = 5.0  # inches
GAP = 0.7  # between cells, and twice that between communities; people are 1 apart
POINTS = 72.0  # in an inch
DOT = 0.62  # width of a dot
FRAME, RING = "#B5B5B5", "#000000"


def groups_of(model: Any) -> list[list[list[Any]]]:
    """Return the people by community and cell; a community without cells is one group."""
    if not model.cells:
        homes: dict[int, list[Any]] = {}
        for person in model.members:
            homes.setdefault(person.community, []).append(person)
        return [[homes[home]] for home in sorted(homes)]
    ends = model.tree.plan.branches.tolist()
    return [[cell.members for cell in model.cells[a:b]] for a, b in pairwise(ends)]


def places_of(groups: Sequence[Sequence[Sequence[Any]]]) -> tuple[list[list[Floats]], float, float, float]:
    """Return where everybody is: squares of people in squares of cells in squares of communities.

    Returns
    -------
    places : list of list of arrays (members, 2)
        By community and cell; (0, 0) is at the upper left.
    cell, community, whole : float
        How wide each is.
    """
    people = _columns(max((len(cell) for cells in groups for cell in cells), default=1))
    cells, communities = _columns(max(map(len, groups), default=1)), _columns(len(groups))
    of_cell = people + GAP
    of_community = cells * of_cell + 2 * GAP
    places = []
    for home, there in enumerate(groups):
        corners = _square(len(there), cells) * of_cell + _square(home + 1, communities)[home] * of_community
        places.append([corner + _square(len(cell), people) for corner, cell in zip(corners, there, strict=True)])
    return places, of_cell, of_community, communities * of_community


def _columns(count: int) -> int:
    return max(1, math.ceil(math.sqrt(count)))


def _square(count: int, columns: int) -> Floats:
    """The places of so many things in rows, shape (count, 2)."""
    number = np.arange(count)
    return np.stack([number % columns, number // columns], axis=1).astype(float)


def drawn_cells(model: Any, look: Look) -> Figure:
    """Return the picture of a model's people: dots in cells, officers ringed, communities framed."""
    groups = groups_of(model)
    places, of_cell, of_community, whole = places_of(groups)
    figure = Figure(figsize=(SIZE, SIZE))
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    size = (DOT * SIZE * POINTS / whole) ** 2
    portrayal = look.portrayal or look.colours.portrayal
    dots: dict[str, list[tuple[float, float, Any]]] = {}
    officers = []
    for home, there in enumerate(groups):
        corner = _square(home + 1, _columns(len(groups)))[home] * of_community - 0.5 - GAP / 2
        axes.add_patch(Rectangle(tuple(corner), *[of_community - GAP] * 2, fill=False, edgecolor=FRAME))
        for members, where in zip(there, places[home], strict=True):
            if model.cells:
                wide = of_cell - GAP
                axes.add_patch(Rectangle(tuple(where[0] - 0.5), wide, wide, color=FRAME, alpha=0.25, linewidth=0))
            for person, (x, y) in zip(members, where.tolist(), strict=True):
                style = portrayal(person)
                dots.setdefault(style.marker, []).append((x, y, style.color))
                if person.is_officer:
                    officers.append((x, y))
    for marker, them in dots.items():
        x, y, colours = zip(*them, strict=True)
        axes.scatter(x, y, s=size, c=colours, marker=marker, linewidths=0)
    if officers:
        x, y = zip(*officers, strict=True)
        axes.scatter(x, y, s=2 * size, facecolors="none", edgecolors=RING, linewidths=max(0.5, math.sqrt(size) / 8))
    axes.set_xlim(-0.5 - GAP, whole - 0.5)
    axes.set_ylim(whole - 0.5, -0.5 - GAP)
    axes.set_aspect("equal")
    axes.set_axis_off()
    return figure
