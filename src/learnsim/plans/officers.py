"""Officers of a plan: who leads which cell in which cycle."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from learnsim.arrays import Flags, Indices
from learnsim.planning import Pin
from learnsim.plans.people import Attendees

UNNAMED = 1e6  # cost of an officer whom the roster does not name


def leaders(
    people: Attendees, community: Sequence[int], cells: int, bound: dict[int, set[int]], taken: Collection[int]
) -> list[int]:
    """Return who leads a community's cells where the same people do for the whole course, one per cell.

    Those come first whom the roster names as officers, then those who know most, then by id. Of people who must sit
    together only one leads; nobody leads whose seat is pinned.

    Parameters
    ----------
    people : Attendees
    community : sequence of int
        Its people.
    cells : int
    bound : dict of int to set of int
        Who must sit with whom.
    taken : collection of int
        Who cannot lead.
    """
    presence = people.present.sum(axis=0)
    order = sorted(community, key=lambda i: (not people.may_lead[i], -int(presence[i]), -float(people.standing[i]), i))
    chosen: list[int] = []
    for number in order:
        if len(chosen) < cells and number not in taken and not any(number in bound[other] for other in chosen):
            chosen.append(number)
    return chosen


def pins_of(
    officers: dict[int, int], place: dict[int, int], cells: Sequence[int], present: Flags, *, rotating: bool
) -> list[Pin]:
    """Return where each officer sits in each cycle: in the same cell, or one cell on in each cycle.

    Parameters
    ----------
    officers : dict of cell to person
        By their cell in cycle 1.
    place : dict of int to int
        Each person's place in the community.
    cells : sequence of int
        The number of cells in each cycle.
    present : array (cycles, people)
    rotating : bool
    """
    pins = []
    for cycle, count in enumerate(cells):
        for number, officer in officers.items():
            cell = (number + cycle) % max(count, 1) if rotating else number
            fits = max(officers) < count if rotating else number < count
            if present[cycle, officer] and fits:
                pins.append(Pin(place[officer], cell, cycle))
    return pins


def appoint(
    people: Attendees, cell: Indices, community: Indices, fixed: Collection[int], earlier: Flags | None = None
) -> Flags:
    """Return who is officer in each cycle, one per cell: shape (cycles, people).

    An officer who is fixed leads the cell in which they sit. All other cells together take officers so that nobody leads
    more often than need be: first those whom the roster names, and of these rather who knows more.

    Parameters
    ----------
    people : Attendees
    cell : array (cycles, people)
        Within the community; -1 if absent.
    community : array (people,)
    fixed : collection of int
        Those who lead for the whole course.
    earlier : array (cycles, people), optional
        Officers of an earlier plan, who stay so; of cells that have none all are False.
    """
    officer = np.zeros(cell.shape, dtype=np.bool_) if earlier is None else earlier.copy()
    vacant: list[tuple[int, list[int]]] = []
    for cycle in range(len(cell)):
        for members in _members(cell[cycle], community):
            before = [i for i in members if officer[cycle, i]]
            leading = [i for i in members if i in fixed]
            if before:
                officer[cycle, before[1:]] = False  # of two cells that were joined
            elif leading:
                officer[cycle, leading[0]] = True
            else:
                vacant.append((cycle, members))
    chosen = _shared_out([members for _, members in vacant], people, officer.sum(axis=0).tolist())
    for (cycle, _), person in zip(vacant, chosen, strict=True):
        officer[cycle, person] = True
    return officer


def _members(cell: Indices, community: Indices) -> list[list[int]]:
    """Return the people of each cell of a cycle."""
    members: dict[tuple[int, int], list[int]] = {}
    for i, (home, number) in enumerate(zip(community.tolist(), cell.tolist(), strict=True)):
        if number >= 0:
            members.setdefault((home, number), []).append(i)
    return [members[place] for place in sorted(members)]


def _shared_out(cells: Sequence[Sequence[int]], people: Attendees, times: Sequence[int]) -> list[int]:
    """Return an officer for each cell so that the offices are shared out as evenly as can be: a matching of least cost.

    The n-th office of a person costs n; ``times`` is how many each has had already.
    """
    if not cells:
        return []
    rank = np.empty(len(people))
    rank[np.argsort(-people.standing, kind="stable")] = np.arange(len(people)) / len(people)
    could = np.bincount([i for members in cells for i in members], minlength=len(people)).tolist()
    first = np.concatenate([[0], np.cumsum(could)]).tolist()  # each person's offices, as columns
    rows, columns, costs = [], [], []
    for row, members in enumerate(cells):
        for i in members:
            for office in range(could[i]):
                rows.append(row)
                columns.append(first[i] + office)
                unnamed = 0.0 if people.may_lead[i] else UNNAMED
                costs.append(unnamed + (1.0 + times[i] + office) ** 2 + float(rank[i]) / len(cells))
    offices = csr_array((costs, (rows, columns)), shape=(len(cells), first[-1]))
    matched = min_weight_full_bipartite_matching(offices)[1]
    return (np.searchsorted(np.array(first), matched, side="right") - 1).tolist()
