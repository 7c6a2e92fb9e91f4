"""Ties: who is tied to whom in one run of the search model, and how shuffles and new officers change it.
Both engines share it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from learnsim.arrays import Floats, Indices
from learnsim.chance import Chance
from learnsim.grouping import SeatPlan, Tree
from learnsim.grouping.cells import unseated
from learnsim.grouping.contacts import Contacts
from learnsim.models.search.networks import Ties, network_of
from learnsim.people import People, Roster, draw_people
from learnsim.settings import Arm, Settings


class Neighbourhood:
    """The ties of one run. Grouping policies see the value of everybody's solution as mastery of a single item.

    Parameters
    ----------
    settings : Settings
    arm : Arm
    chance : Chance
        Of ties, cells and officers.
    values : array (people,)
        Of everybody's starting solution.
    roster : Roster, optional
    people : People, optional
        Already drawn; only cells need them.
    common : Chance
        Of people, where they are not drawn yet.

    Attributes
    ----------
    ties : Ties
    plan : SeatPlan
        Without seats where the network is not made of cells.
    community : array (people,)
    changing : bool
        Whether ties change from cycle to cycle.
    reach : array (people,)
        Where they do, the group whose solutions can ever come to each person; -1 where ties never change.
    clipped : int
        Trait values that had to be clipped, where people were drawn to form cells.
    """

    def __init__(
        self,
        settings: Settings,
        arm: Arm,
        chance: Chance,
        values: Floats,
        roster: Roster | None = None,
        people: People | None = None,
        *,
        common: Chance,
    ) -> None:
        self._tree: Tree | None = None
        self.clipped = 0
        count = len(values)
        self.plan: SeatPlan = unseated("none", np.array([count]), 1)
        self.community: Indices = np.zeros(count, dtype=np.int32)
        address = np.arange(count, dtype=np.uint32)
        if arm.network == "cells":
            drawn = people if people is not None else draw_people(settings, common, roster)
            self._people = replace(drawn, mastery=values[:, None].copy())
            self.clipped, address = drawn.clipped, drawn.address
            self._tree = Tree.of_run(settings, arm, self._people, chance, settings.search.periods, roster=roster)
            self.plan, self.community = self._tree.plan, self._tree.community
        self.changing = self.plan.cells > 0 and (arm.shuffle != "none" or arm.council > 0.0)
        self._contacts = Contacts(self.plan, self.community, arm, chance, address, council=arm.council > 0.0)
        self.reach = self._contacts.reach if self.changing else np.full(count, -1, dtype=np.int32)
        self.ties: Ties = Ties(*self._contacts.now()) if self._tree else network_of(arm, count, chance)

    @property
    def lasting(self) -> Indices:
        """Pairs of people who are tied for good, shape (ties, 2): all ties; of cells, those that were rewired."""
        if self._tree:
            return self._contacts.rewired.lasting
        offsets, neighbours = self.ties.offsets, self.ties.neighbours
        pairs = np.stack([np.repeat(np.arange(len(offsets) - 1, dtype=np.int32), np.diff(offsets)), neighbours], axis=1)
        return pairs[pairs[:, 0] < pairs[:, 1]]

    @property
    def partners(self) -> Indices:
        """Distinct people with whom each has shared a cell, shape (people,); 0 where there are no cells."""
        return self._tree.meetings.partners if self._tree else np.zeros(len(self.community), dtype=np.int32)

    @property
    def times_officer(self) -> Indices:
        """In how many cycles each has been officer, shape (people,); 0 where there are no cells."""
        return self._tree.times_officer if self._tree else np.zeros(len(self.community), dtype=np.int32)

    def start_cycle(self, values: Floats, period: int) -> None:
        """Form the cells of a new cycle and choose their officers, by the values of everybody's solution now."""
        if self._tree is not None and self.changing:
            self._people.mastery[:, 0] = values
            self._tree.start_cycle(period)
            self.ties = Ties(*self._contacts.now())
