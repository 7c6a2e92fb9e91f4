"""Contacts: whom each person can look at. Cellmates, lasting ties to people elsewhere, and officers each other.
Both engines share it.

A rewired tie is lost to the two seats and belongs to two persons for good: a person who moves to another seat takes
the lasting ties along, and gets the ties of the new seat.
"""

from __future__ import annotations

from math import inf
from typing import NamedTuple

import numpy as np

from learnsim.arrays import Addresses, Flags, Indices, Longs
from learnsim.chance import REWIRING, Chance, draw_one, one_of
from learnsim.compiled import kernel
from learnsim.errors import SettingsError
from learnsim.grouping import SeatPlan
from learnsim.grouping.policies import shuffle_properties
from learnsim.settings import Arm, Settings


class Rewired(NamedTuple):
    """What rewiring did to the ties inside cells.

    Attributes
    ----------
    intact : array (ties,)
        For each pair of seats of a cell, cell by cell, whether the tie stayed; empty if all did.
    lasting : array (rewired ties, 2)
        Pairs of persons of different cells.
    """

    intact: Flags
    lasting: Indices


class Contacts:
    """Whom everybody can look at in one run, as cells and officers change.

    Parameters
    ----------
    plan : SeatPlan
        Of the run; it changes from cycle to cycle.
    community : array (people,)
    arm : Arm
    chance : Chance
    address : array (people,)
        Where each person's random numbers are.
    council : bool
        Whether the officers of a community see each other.

    Attributes
    ----------
    rewired : Rewired
    reach : array (people,)
        See :func:`reach_of`; where a plan is played, the community.
    """

    def __init__(
        self, plan: SeatPlan, community: Indices, arm: Arm, chance: Chance, address: Addresses, *, council: bool
    ) -> None:
        self._plan, self._council = plan, council
        self.rewired = rewire(plan, arm.rewiring, chance.key, address)
        self.reach = community if shuffle_properties(arm.shuffle).planned else reach_of(plan, arm, self.rewired)

    def now(self) -> tuple[Indices, Indices]:
        """Return whom everybody can look at now, as :func:`contacts_of` does."""
        return contacts_of(self._plan, self.rewired, self._council)


def rewire(plan: SeatPlan, rewiring: float, key: tuple[int, int], address: Addresses | None = None) -> Rewired:
    """Rewire each tie between cellmates, with this chance, to a person of another cell drawn uniformly.

    Which of the two keeps the tie is drawn too (Fang, Lee & Schilling 2010 leave it open). Where there is only one
    cell there is nobody elsewhere, and nothing is rewired.
    """
    address = np.arange(len(plan.cell), dtype=np.uint32) if address is None else address
    if rewiring <= 0.0 or plan.cells < 2:
        return Rewired(np.empty(0, dtype=np.bool_), np.empty((0, 2), dtype=np.int32))
    return Rewired(*_rewired(plan.order, plan.offsets, rewiring, key, address))


def contacts_of(plan: SeatPlan, ties: Rewired, council: bool) -> tuple[Indices, Indices]:
    """Return whom everybody can look at now: person i at ``contacts[starts[i] : starts[i + 1]]``, ascending.

    Nobody counts twice, however they are tied.

    Returns
    -------
    starts : array (people + 1,)
    contacts : array (sum of everybody's contacts,)
    """
    branches = plan.branches if council else np.zeros(1, dtype=np.int32)
    return _contacts(len(plan.cell), plan.order, plan.offsets, branches, plan.officers, ties.intact, ties.lasting)


def reach_of(plan: SeatPlan, arm: Arm, ties: Rewired) -> Indices:
    """Return the group from which somebody can ever come to each person's sight, however cells and officers change.

    Shape (people,): the branch of the tree they are in, or 0 for everybody where shuffles or ties cross branches.
    """
    across = arm.scope == "organisation" and arm.shuffle != "none"
    if across or len(ties.lasting) or not plan.cells:
        return np.zeros(len(plan.cell), dtype=np.int32)
    return (np.searchsorted(plan.branches, plan.cell, side="right") - 1).astype(np.int32)


@kernel
def _rewired(
    order: Indices, offsets: Indices, rewiring: float, key: tuple[int, int], address: Addresses
) -> tuple[Flags, Indices]:
    pairs = 0
    for c in range(len(offsets) - 1):
        size = offsets[c + 1] - offsets[c]
        pairs += size * (size - 1) // 2
    intact = np.ones(pairs, dtype=np.bool_)
    lasting = np.empty((pairs, 2), dtype=np.int32)
    pair, moved = 0, 0
    for c in range(len(offsets) - 1):
        lo, hi = offsets[c], offsets[c + 1]
        for x in range(lo, hi):
            for y in range(x + 1, hi):
                i, index = int(address[order[x]]), 4 * int(y - lo)
                if draw_one(key[0], key[1], 0, i, REWIRING, index) < rewiring:
                    intact[pair] = False
                    seat = one_of(len(order) - (hi - lo), draw_one(key[0], key[1], 0, i, REWIRING, index + 1))
                    first = draw_one(key[0], key[1], 0, i, REWIRING, index + 2) < 0.5
                    lasting[moved, 0] = order[x] if first else order[y]
                    lasting[moved, 1] = order[seat + (hi - lo) if seat >= lo else seat]
                    moved += 1
                pair += 1
    return intact, lasting[:moved].copy()


@kernel
def _contacts(
    people: int, order: Indices, offsets: Indices, branches: Indices, officers: Indices, intact: Flags, lasting: Indices
) -> tuple[Indices, Indices]:
    most = 2 * len(lasting)
    for c in range(len(offsets) - 1):
        size = int(offsets[c + 1] - offsets[c])
        most += size * (size - 1)
    for g in range(len(branches) - 1):
        cells = int(branches[g + 1] - branches[g])
        most += cells * (cells - 1)
    ties = np.empty(most, dtype=np.int64)  # person * people + contact
    filled, pair = 0, 0
    for c in range(len(offsets) - 1):
        for x in range(offsets[c], offsets[c + 1]):
            for y in range(x + 1, offsets[c + 1]):
                if len(intact) == 0 or intact[pair]:
                    filled = _tie(int(order[x]), int(order[y]), people, ties, filled)
                pair += 1
    for t in range(len(lasting)):
        filled = _tie(int(lasting[t, 0]), int(lasting[t, 1]), people, ties, filled)
    for g in range(len(branches) - 1):
        for c in range(branches[g], branches[g + 1]):
            for d in range(c + 1, branches[g + 1]):
                filled = _tie(int(officers[c]), int(officers[d]), people, ties, filled)
    ties = np.sort(ties[:filled])
    starts = np.zeros(people + 1, dtype=np.int32)
    contacts = np.empty(filled, dtype=np.int32)
    distinct = 0
    for t in range(filled):
        if t > 0 and ties[t] == ties[t - 1]:
            continue
        contacts[distinct] = ties[t] % people
        distinct += 1
        starts[ties[t] // people + 1] += 1
    for i in range(people):
        starts[i + 1] += starts[i]
    return starts, contacts[:distinct].copy()


@kernel
def _tie(i: int, p: int, people: int, ties: Longs, filled: int) -> int:
    ties[filled] = i * people + p
    ties[filled + 1] = p * people + i
    return filled + 2


MOST_TIES = 2**31 - 1  # places of a person's contacts are 32-bit numbers


def largest_group(settings: Settings, people: int, unlisted: float = inf) -> int:
    """Return how many people see each other in the largest group of any arm, were communities equally large.

    Parameters
    ----------
    settings : Settings
    people : int
    unlisted : float
        Groups of so many people or more whose contacts need not be listed, unless ties are rewired; they do not count.

    Raises
    ------
    SettingsError
        If all their ties are more than can be counted.
    """
    arms = {name: settings.arm(name) for name in settings.arms}
    sizes = {name: _group_size(arm, settings, people) for name, arm in arms.items()}
    sizes = {name: size if size < unlisted or arms[name].rewiring > 0.0 else 0 for name, size in sizes.items()}
    name, largest = max(sizes.items(), key=lambda item: item[1], default=("", min(people, settings.organisation.cell_size)))
    if people * largest > MOST_TIES:
        raise SettingsError(
            f"[arms.{name}] {people:,} people who see {largest:,} each have more ties than the {MOST_TIES:,} that there "
            "can be; take fewer [organisation] trainees, or smaller groups"
        )
    return largest


def _group_size(arm: Arm, settings: Settings, people: int) -> int:
    world = settings.organisation
    if arm.network == "random":
        return max(1, round(arm.density * people))
    if arm.network != "cells":
        return people if arm.network == "full" else 1
    community = -(-people // world.communities)
    sizes = {"none": 1, "cells": min(community, world.cell_size), "community": community, "organisation": people}
    return sizes[arm.groups]
