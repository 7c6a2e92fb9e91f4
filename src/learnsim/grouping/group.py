"""Group: what a policy may look at when it forms cells or chooses officers.
Policies see nothing else.
"""

from __future__ import annotations

import numpy as np

from learnsim.arrays import Floats, Indices, Integers, Longs
from learnsim.chance import OWN_POLICY, Chance
from learnsim.compiled import kernel
from learnsim.errors import ChanceError
from learnsim.grouping.cells import Layout
from learnsim.grouping.meetings import Meetings, Met
from learnsim.people import People


class Group:
    """Some people and the cells they share: a community, or the whole organisation.

    All arrays are in seat order, cell by cell, so entry x belongs to ``members[x]``.

    Attributes
    ----------
    members : array (n,)
        Trainees' numbers.
    officers : array (cells,)
        Trainee who is each cell's officer; -1 when cells are formed for the first time.
    session, cycle : int
        Now, counted from 0.
    fraction : float
        Share of the members who are to change seats; a policy that respects it is declared ``partial=True``.
    cycles : int
        How many cycles the run has.
    """

    def __init__(
        self,
        members: Indices,
        layout: Layout,
        officers: Indices,
        people: People,
        meetings: Meetings,
        chance: Chance | None,
        session: int,
        cycle: int,
        fraction: float = 1.0,
        cycles: int = 1,
    ) -> None:
        self.members, self.layout, self.officers = members, layout, officers
        self.session, self.cycle, self.fraction, self.cycles = session, cycle, fraction, cycles
        self._people, self._meetings, self._chance = people, meetings, chance

    def __len__(self) -> int:
        """Return the number of members."""
        return len(self.members)

    @property
    def sizes(self) -> Longs:
        """People in each cell, shape (cells,). A shuffle policy fills cell 0 first, then cell 1, and so on."""
        return self.layout.sizes

    @property
    def offsets(self) -> Longs:
        """Where each cell begins and ends among the members, shape (cells + 1,)."""
        return self.layout.offsets

    @property
    def cell(self) -> Longs:
        """The cell of each member, counted inside the group, shape (n,)."""
        return self.layout.cell

    @property
    def seat(self) -> Longs:
        """The seat of each member in their cell, shape (n,)."""
        return self.layout.seat

    @property
    def learning_speed(self) -> Floats:
        """Learning speeds, shape (n,)."""
        return self._people.learning_speed[self.members]

    @property
    def sociability(self) -> Floats:
        """Chances of approaching a cellmate, shape (n,)."""
        return self._people.sociability[self.members]

    @property
    def helpfulness(self) -> Floats:
        """How well each explains, shape (n,)."""
        return self._people.helpfulness[self.members]

    @property
    def mastery(self) -> Floats:
        """Mastery of each item, shape (n, items)."""
        return self._people.mastery[self.members]

    @property
    def mean_mastery(self) -> Floats:
        """Mean mastery over the items, shape (n,)."""
        return mean_rows(self._people.mastery, self.members)

    @property
    def history(self) -> Indices:
        """The cell of every trainee of the organisation in each earlier cycle, shape (trainees, cycles)."""
        return self._meetings.history[:, : self._meetings.cycles]

    @property
    def met(self) -> Met:
        """The arrays behind :attr:`history`, for machine code."""
        return self._meetings.met

    def meetings(self) -> Longs:
        """Return how many earlier cycles each pair of members shared a cell, shape (n, n)."""
        past = self.history[self.members]
        return ((past[:, None, :] == past[None, :, :]) & (past[:, None, :] >= 0)).sum(axis=2)

    def uniforms(self, index: int = 0, purpose: int = OWN_POLICY) -> Floats:
        """Return a uniform number in [0, 1) for each member, shape (n,).

        Each use needs an ``index`` of its own; the same address may not be drawn twice.

        Raises
        ------
        ChanceError
            If the policy is declared deterministic.
        """
        if self._chance is None:
            raise ChanceError("draws random numbers, and is declared deterministic; leave deterministic=True out")
        return self._chance.uniforms(purpose, self.session, self._people.address[self.members], index)


@kernel
def mean_rows(table: Floats, rows: Integers) -> Floats:
    """The mean of each of these rows of a table, summed from left to right."""
    out = np.empty(len(rows))
    for x in range(len(rows)):
        total = 0.0
        for j in range(table.shape[1]):
            total += table[rows[x], j]
        out[x] = total / table.shape[1]
    return out
