"""Layout: how many seats each cell of a group has. It never changes during a run, so all cycles share one."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from learnsim.arrays import Integers, Longs


class Layout:
    """The seats of a group, cell by cell. Its arrays cannot be written to.

    Attributes
    ----------
    sizes : array (cells,)
        Seats in each cell.
    offsets : array (cells + 1,)
        Where each cell begins and ends among the seats.
    """

    def __init__(self, sizes: Integers) -> None:
        offsets = np.zeros(len(sizes) + 1, dtype=np.int64)
        np.cumsum(sizes, out=offsets[1:])
        self.sizes, self.offsets = _sealed(np.array(sizes, dtype=np.int64)), _sealed(offsets)

    @cached_property
    def cell(self) -> Longs:
        """The cell of each seat, shape (n,)."""
        return _sealed(np.repeat(np.arange(len(self.sizes)), self.sizes))

    @cached_property
    def seat(self) -> Longs:
        """The place of each seat in its cell, shape (n,)."""
        return _sealed(np.arange(self.offsets[-1]) - self.offsets[self.cell])


def _sealed(array: Longs) -> Longs:
    array.flags.writeable = False
    return array
