"""Changes of a roster during a course: those who have left keep their seats of the cycles that were held, and those who
join were absent from them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import numpy as np

from learnsim.arrays import Floats
from learnsim.people import Roster
from learnsim.plans.plan_rows import Row

Absences = list[tuple[int, list[int]]]  # people by number, and the cycles, counted from 1


def with_those_who_left(roster: Roster, before: Roster, seated: Collection[str]) -> Roster:
    """Return a roster with the people of an earlier one who have left since, by ascending id.

    Parameters
    ----------
    roster : Roster
    before : Roster
        The roster of the earlier plan.
    seated : collection of str
        The ids of those who had a seat in a cycle that was held.

    Returns
    -------
    Roster
        What the earlier roster does not say of them is not known.
    """
    if not (roster.has_ids and before.has_ids):
        return roster
    left = [i for i, key in enumerate(before.ids) if key in seated and key not in set(roster.ids)]
    if not left:
        return roster
    unknown = np.full(len(left), np.nan)
    officer = np.zeros(len(before.ids), dtype=np.bool_) if before.officer is None else before.officer
    same_topics = before.topics == roster.topics
    community = before.community or ("",) * len(before.ids)
    return replace(
        roster,
        ids=roster.ids + tuple(before.ids[i] for i in left),
        names=roster.names + tuple(before.names[i] for i in left),
        traits={
            name: np.concatenate([values, before.traits[name][left] if name in before.traits else unknown])
            for name, values in roster.traits.items()
        },
        interest=_joined(roster.interest, before.interest if same_topics else None, left),
        pretest=_joined(roster.pretest, before.pretest, left),
        community=roster.community and roster.community + tuple(community[i] for i in left),
        labels={
            name: values + tuple(before.labels[name][i] if name in before.labels else "" for i in left)
            for name, values in roster.labels.items()
        },
        officer=None if roster.officer is None else np.concatenate([roster.officer, officer[left]]),
        absent=roster.absent and roster.absent + ((),) * len(left),
    ).by_id()


def absences_of_changes(
    roster: Roster, staying: Collection[str], rows: Iterable[Row], past: int, cycles: int
) -> Absences:
    """Return when those who join or have left are absent: from what was held without them, and from what is to come.

    Parameters
    ----------
    roster : Roster
        With those who have left.
    staying : collection of str
        The ids of those who have not.
    rows : iterable of Row
        The earlier plan.
    past, cycles : int
        The cycles that were held, and all.
    """
    seated = {(row.person, row.cycle) for row in rows}
    absences = []
    for number, key in enumerate(roster.ids):
        missed = [cycle for cycle in range(1, past + 1) if (key, cycle) not in seated]
        missed += range(past + 1, cycles + 1) if key not in staying else ()
        if missed:
            absences.append((number, missed))
    return absences


def _joined(values: Floats | None, before: Floats | None, left: list[int]) -> Floats | None:
    """Return what is known of the people of a roster and of those who have left, who may be known in another way."""
    if values is None:
        return None
    if before is not None and before.shape[1] == values.shape[1]:
        return np.concatenate([values, before[left]])
    return np.concatenate([values, np.full((len(left), values.shape[1]), np.nan)])
