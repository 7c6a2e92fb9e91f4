"""Layout: the positions of communities, cells and people in the picture.

The organisation is in the middle, its communities around it, their cells around each community's hub, and the members of
a cell around their cell's centre. Positions belong to seats, not to people: when cells are shuffled, people move.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from learnsim.arrays import Floats
from learnsim.grouping import Tree

MOST_PEOPLE = 600  # drawn one by one where there are cells; above it a cell is one dot
GOLDEN = math.pi * (3.0 - math.sqrt(5.0))


class Layout(NamedTuple):
    """Positions in the unit square, y downwards.

    Attributes
    ----------
    hubs : array (communities, 2)
    radius : float
        Of a community.
    cells : array (cells, 2)
    cell_radius : float
    people : array (trainees, 2)
        By trainee's number.
    dot : float
        Radius of a trainee of medium size, or of a cell where cells are dots.
    """

    hubs: Floats
    radius: float
    cells: Floats
    cell_radius: float
    people: Floats
    dot: float


def layout_of(tree: Tree) -> Layout:
    """Return the current positions."""
    plan, count = tree.plan, len(tree.community)
    branches = plan.branches
    groups = len(branches) - 1 if plan.cells else int(np.max(tree.community)) + 1
    hubs, radius = _hubs(groups)
    people = np.empty((count, 2))
    if not plan.cells:
        reach = 0.94 * radius
        for group in range(groups):
            members = np.flatnonzero(tree.community == group)
            people[members] = hubs[group] + reach * _sunflower(len(members))
        dot = min(0.011, 0.62 * reach / math.sqrt(max(1, int(np.max(np.bincount(tree.community))))))
        return Layout(hubs, radius, np.empty((0, 2)), 0.0, people, dot)
    most = int(np.max(np.diff(branches)))
    cell_radius = _cell_radius(radius, most)
    cells = np.empty((plan.cells, 2))
    for group in range(groups):
        first, last = int(branches[group]), int(branches[group + 1])
        cells[first:last] = hubs[group] + _around(last - first, radius, cell_radius)
    seatless = np.flatnonzero(plan.cell < 0)  # in a plan's cycle: they stand at their community's hub
    people[seatless] = hubs[tree.community[seatless]]
    largest = int(np.max(np.diff(plan.offsets)))
    for cell in range(plan.cells):
        seated = plan.members(cell)
        people[seated] = cells[cell] + 0.66 * cell_radius * _ring(len(seated), largest)
    dot = min(0.011, 0.30 * cell_radius, 0.9 * cell_radius / math.sqrt(max(1, largest)))
    return Layout(hubs, radius, cells, cell_radius, people, dot if count <= MOST_PEOPLE else 0.8 * cell_radius)


def _hubs(groups: int) -> tuple[Floats, float]:
    """The centres of so many equal circles inside the unit square, and their radius; the middle stays free."""
    if groups == 1:
        return np.array([[0.5, 0.5]]), 0.47
    if groups <= 8:  # touching each other around the organisation, as large as the square allows
        angles = -math.pi / 2 + 2.0 * math.pi * (np.arange(groups) + 0.5 * (groups % 2 == 0)) / groups
        places = np.column_stack([np.cos(angles), np.sin(angles)]) / math.sin(math.pi / groups)
        low, high = places.min(axis=0) - 1.0, places.max(axis=0) + 1.0
        scale = 1.0 / float(np.max(high - low))
        return 0.5 + scale * (places - (low + high) / 2.0), 0.96 * scale
    columns = math.ceil(math.sqrt(groups))
    places = (np.column_stack([np.arange(groups) % columns, np.arange(groups) // columns]) + 0.5) / columns
    return places, 0.47 / columns


def _cell_radius(radius: float, cells: int) -> float:
    """The largest radius at which so many cells fit into rings around a hub."""
    low, high = 0.0, radius
    for _ in range(40):
        middle = (low + high) / 2.0
        low, high = (middle, high) if _capacity(radius, middle) >= cells else (low, middle)
    return low


def _rings(radius: float, cell: float) -> list[tuple[float, int]]:
    """The radius of each ring and the number of cells that fit, from the outermost inwards; the hub stays free."""
    rings, at = [], radius - cell
    while at >= 1.6 * cell:
        rings.append((at, int(math.pi / math.asin(min(1.0, 1.04 * cell / at)))))
        at -= 2.08 * cell
    return rings


def _capacity(radius: float, cell: float) -> int:
    return sum(capacity for _, capacity in _rings(radius, cell)) if cell > 0.0 else 1 << 30


def _around(count: int, radius: float, cell: float) -> Floats:
    """Places of so many cells around a hub at the origin: rings filled in proportion to their capacity."""
    rings = _rings(radius, cell)
    capacity = sum(places for _, places in rings)
    places: list[tuple[float, float]] = []
    left, seats = count, capacity
    for at, most in rings:
        here = min(most, math.ceil(left * most / seats)) if seats else left
        seats, left = seats - most, left - here
        angles = (2.0 * math.pi * (k + 0.5) / here - math.pi / 2 for k in range(here))
        places += [(at * math.cos(angle), at * math.sin(angle)) for angle in angles]
    return np.array(places[:count]).reshape(-1, 2)


def _ring(count: int, largest: int) -> Floats:
    """Places of a cell's members in the unit circle: a ring, or a disc where a ring would be too crowded."""
    if largest > 12:
        return _sunflower(count)
    angles = 2.0 * np.pi * np.arange(count) / count - np.pi / 2
    return (count > 1) * np.column_stack([np.cos(angles), np.sin(angles)])


def _sunflower(count: int) -> Floats:
    """So many places spread evenly over the unit disc (Vogel 1979)."""
    number = np.arange(count)
    radius, angle = np.sqrt((number + 0.5) / max(1, count)), GOLDEN * number
    return radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
