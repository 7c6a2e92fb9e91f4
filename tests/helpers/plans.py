"""Plans: who sits where, made up by hand."""

import numpy as np

from learnsim.grouping.cells import SeatPlan, cell_of_seats, ends_of


def plan_of(branches, people):
    """The plan of these branches, each its people in seat order and its cells' sizes; no officers yet."""
    sizes = np.concatenate([sizes for _, sizes in branches])
    order = np.concatenate([order for order, _ in branches]).astype(np.int32)
    offsets, ends = ends_of(sizes), ends_of([len(sizes) for _, sizes in branches])
    officers = np.full(len(sizes), -1, dtype=np.int32)
    return SeatPlan(order, offsets, ends, officers, cell_of_seats(order, offsets, people))
