"""Earlier plans: one that is made again because somebody is absent, joins or leaves, and who has met before a course."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from learnsim.arrays import Flags, Indices
from learnsim.errors import SettingsError
from learnsim.people import Roster
from learnsim.plans.plan_rows import OFFICER, Row, read_rows


@dataclass(frozen=True)
class Earlier:
    """A plan that is made again.

    Attributes
    ----------
    rows : list of Row
        Who sat where.
    past : int
        The number of cycles that were held already; they stay as they are.
    left : tuple of str
        The ids of those who sat in one of these and are in no cycle to come.
    """

    rows: list[Row]
    past: int
    left: tuple[str, ...] = ()

    def joined(self, roster: Roster) -> list[str]:
        """Return the ids of those of a roster who are in no cycle of the earlier plan."""
        known = {row.person for row in self.rows}
        return [key for key in roster.ids if key not in known]

    @cached_property
    def communities(self) -> tuple[str, ...]:
        """What its communities are called, in the order in which they are written."""
        return tuple(dict.fromkeys(row.community for row in self.rows))

    @cached_property
    def cycles(self) -> int:
        """The number of its cycles."""
        return max(row.cycle for row in self.rows)

    def labels(self, roster: Roster) -> list[str | None]:
        """Return what each person's community was called; ``None`` for those who were not in it."""
        label = {row.person: row.community for row in self.rows}
        return [label.get(key) for key in roster.ids]

    def cells(self, roster: Roster, communities: tuple[str, ...], cycles: int) -> Indices:
        """Return each person's cell, shape (cycles, people): -1 for who was absent or not in it.

        After its last cycle there is none.
        """
        number = {key: place for place, key in enumerate(roster.ids)}
        cell = np.full((cycles, len(number)), -1, dtype=np.int32)
        for row in self.rows:
            if row.cycle <= cycles and row.person in number:
                cell[row.cycle - 1, number[row.person]] = row.cell - 1
        return cell

    def leads(self, roster: Roster, cycle: int) -> Flags:
        """Return who was officer in a cycle, counted from 0: shape (people,)."""
        officers = {row.person for row in self.rows if row.cycle == cycle + 1 and row.role == OFFICER}
        return np.array([key in officers for key in roster.ids], dtype=np.bool_)


def met_before(path: str, roster: Roster) -> set[tuple[int, int]]:
    """Return the pairs of people of a roster who sat together in an earlier course, by number; none without a file.

    People of that course who are not in the roster count for nothing.

    Raises
    ------
    SettingsError
        If the file cannot be read.
    """
    if not path:
        return set()
    number = {key: place for place, key in enumerate(roster.ids)}
    together: dict[tuple[int, str, int], list[int]] = {}
    for row in read_rows(path):
        if row.person in number:
            together.setdefault((row.cycle, row.community, row.cell), []).append(number[row.person])
    if not together:
        raise SettingsError(f"{path}: nobody of the roster is in this earlier plan; its column person has other ids")
    return {pair for members in together.values() for pair in combinations(sorted(set(members)), 2)}
