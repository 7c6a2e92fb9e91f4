"""Plan file: who sits with whom in every cycle of a course, from the CSV file of a plan.
A bad cell of the file is an error that names line and column.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from learnsim.arrays import Indices
from learnsim.csvfile import Spreadsheet, read_spreadsheet
from learnsim.errors import SettingsError, did_you_mean
from learnsim.settings.messages import shown
from learnsim.sorting import label_order

NEEDED = ("cycle", "community", "cell", "person")
COLUMNS = ("cycle", "date", "community", "cell", "room", "person", "name", "role")
ROLES = ("officer", "member")
DIGITS = 6  # of a cycle's number


class Seat(NamedTuple):
    """One line of a plan: the cycle, counted from 0; the names of community and cell; the person's number; who leads."""

    cycle: int
    community: str
    cell: str
    person: int
    officer: bool = False


class PlannedCells(NamedTuple):
    """A plan of a whole course.

    Attributes
    ----------
    community : array (people,)
        Each person's community. They are numbered by their sorted names, numbers by value.
    cell : array (cycles, people)
        The cell of each person in each cycle, numbered over the whole organisation, those of a community together; -1 for
        who has no seat in the cycle.
    label : array (cycles, people)
        The same over the whole plan: whoever has the same number in two cycles sits in the cell of the same name.
    officers : tuple of arrays (cells,), one a cycle
        Who leads each cell; -1 where the plan names nobody.
    """

    community: Indices
    cell: Indices
    label: Indices
    officers: tuple[Indices, ...]

    @property
    def cycles(self) -> int:
        """The number of cycles."""
        return len(self.cell)


def planned_cells(seats: Iterable[Seat], people: int, topics: Sequence[str] = ()) -> PlannedCells:
    """Return the plan that these seats make: each person in one community, at most one seat in a cycle.

    Parameters
    ----------
    seats : iterable of Seat
    people : int
    topics : sequence of str
        The communities in the order of the people's interests, if their names are these; otherwise they are sorted.

    Examples
    --------
    >>> from learnsim.people.plan_file import Seat, planned_cells
    >>> plan = planned_cells([Seat(0, "north", "1", 0), Seat(0, "north", "1", 1), Seat(1, "north", "1", 1)], 2)
    >>> plan.cell.tolist()
    [[0, 0], [-1, 0]]
    """
    every = list(seats)
    cycles = 1 + max(seat.cycle for seat in every)
    names = {seat.community for seat in every}
    ordered = list(topics) if names == set(topics) else sorted(names, key=label_order)
    number = {name: place for place, name in enumerate(ordered)}
    cells = sorted({(number[s.community], label_order(s.cell)) for s in every})
    label_of = {name: place for place, name in enumerate(cells)}
    community = np.zeros(people, dtype=np.int32)
    label = np.full((cycles, people), -1, dtype=np.int32)
    leaders: list[dict[int, int]] = [{} for _ in range(cycles)]
    for seat in every:
        community[seat.person] = number[seat.community]
        here = label_of[number[seat.community], label_order(seat.cell)]
        label[seat.cycle, seat.person] = here
        if seat.officer:
            leaders[seat.cycle][here] = seat.person
    cell = np.full_like(label, -1)
    officers = []
    for row, numbered, leading in zip(label, cell, leaders, strict=True):
        there = np.unique(row[row >= 0])
        numbered[row >= 0] = np.searchsorted(there, row[row >= 0])
        officers.append(np.array([leading.get(here, -1) for here in there.tolist()], dtype=np.int32))
    return PlannedCells(community, cell, label, tuple(officers))


def read_plan(path: str | Path, ids: Sequence[str], topics: Sequence[str] = ()) -> PlannedCells:
    """Read a plan: a CSV file with the columns ``cycle``, ``community``, ``cell``, ``person`` (the id), and perhaps ``role``
    (officer or member), ``date``, ``room`` and ``name``.

    Parameters
    ----------
    path : str or Path
    ids : sequence of str
        The people of the roster, in its order.
    topics : sequence of str
        As for :func:`planned_cells`.

    Raises
    ------
    SettingsError
        With line and column of the first bad cell.
    """
    if "\0" in str(path):
        raise SettingsError(f"[organisation] plan = {str(path)!r} is not a file's name")
    sheet = read_spreadsheet(path, "plan", "people", NEEDED, _fits)
    _check_header(sheet)
    return planned_cells(_seats(sheet, ids), len(ids), topics)


def check_seats(
    file: str, planned: PlannedCells, ids: Sequence[str], absent: Sequence[Sequence[int]], sessions: int
) -> None:
    """See that whoever has no seat in a cycle is absent in it.

    Parameters
    ----------
    file : str
        The plan's name, for the error.
    planned : PlannedCells
    ids : sequence of str
    absent : sequence of sequences of int, one a person, or empty
        The numbers of the cycles in which each is absent, counted from 1; or of the sessions.
    sessions : int
        The sessions of a cycle, if these are numbers of sessions; 0 if they are numbers of cycles.

    Raises
    ------
    SettingsError
        With the first person and cycle.
    """
    for cycle, person in np.argwhere(planned.cell < 0).tolist():
        away = absent[person] if absent else ()
        needed = range(cycle * sessions + 1, (cycle + 1) * sessions + 1) if sessions else (cycle + 1,)
        if not set(needed) <= set(away):
            raise SettingsError(
                f"{file}: {shown(ids[person])} has no seat in cycle {cycle + 1}, and the roster does not say that they are "
                "absent in it; give them a seat, or name the cycle in the roster's column of absences"
            )


def _fits(column: str, text: str) -> bool:
    """Whether a text could stand in a column."""
    return column != "cycle" or text.isdecimal()


def _check_header(sheet: Spreadsheet) -> None:
    for name in sheet.header:
        if name not in COLUMNS:
            hint = did_you_mean(name, COLUMNS)
            cure = "" if "did you mean" in hint else "; rename the column, or take it out"
            raise SettingsError(f"{sheet.file}: line 1, column {shown(name)} is not known{hint}{cure}")
    for name in NEEDED:
        if name not in sheet.header:
            raise SettingsError(f"{sheet.file}: line 1 has no column {name}; a plan needs {', '.join(NEEDED)}")


def _seats(sheet: Spreadsheet, ids: Sequence[str]) -> list[Seat]:
    """Return the seats of a plan's lines, each checked against those before it."""
    number_of = {person: number for number, person in enumerate(ids)}
    columns = sheet.columns()
    roles = columns.get("role", [(line, "") for line, _ in sheet.lines])
    seats: list[Seat] = []
    seen: dict[tuple[int, int], int] = {}  # line of a person in a cycle
    homes: dict[int, tuple[str, int]] = {}  # community of a person, and the line that says so
    leaders: dict[tuple[int, str, str], tuple[str, int]] = {}  # officer of a cell, and the line
    rows = zip(*(columns[name] for name in NEEDED), roles, strict=True)
    for (line, cycle), (_, community), (_, cell), (_, person), (_, role) in rows:
        where = f"{sheet.file}: line {line}, column"
        for name, text in (("community", community), ("cell", cell), ("person", person)):
            if not text or "\0" in text:
                raise SettingsError(f"{where} {name}: {'holds a NUL character' if text else 'is empty'}")
        if not (cycle.isdecimal() and len(cycle) <= DIGITS and int(cycle) > 0):
            raise SettingsError(f"{where} cycle: {shown(cycle)} must be a cycle's number: 1, 2, 3 and so on")
        if person not in number_of:
            raise SettingsError(f"{where} person: {shown(person)} is not in the roster{did_you_mean(person, ids)}")
        i, t = number_of[person], int(cycle) - 1
        if (t, i) in seen:
            raise SettingsError(f"{where} person: {shown(person)} is in cycle {t + 1} on line {seen[t, i]} already")
        home, before = homes.setdefault(i, (community, line))
        if home != community:
            raise SettingsError(
                f"{where} community: {shown(person)} is in {shown(community)}, and in {shown(home)} on line {before}; "
                "communities stay as they are in a plan"
            )
        if role.lower() not in ("", *ROLES):
            raise SettingsError(f"{where} role: {shown(role)} must be {' or '.join(ROLES)}")
        leads = role.lower() == "officer"
        if leads and (t, community, cell) in leaders:
            other, before = leaders[t, community, cell]
            raise SettingsError(
                f"{where} role: {shown(person)} leads cell {shown(cell)} in cycle {t + 1}, and so does {shown(other)} on "
                f"line {before}; a cell has one officer"
            )
        if leads:
            leaders[t, community, cell] = person, line
        seen[t, i] = line
        seats.append(Seat(t, community, cell, i, leads))
    _check_whole(sheet.file, seats, ids)
    return seats


def _check_whole(file: str, seats: Sequence[Seat], ids: Sequence[str]) -> None:
    """See that no cycle and nobody is missing."""
    cycles = {seat.cycle for seat in seats}
    missing = next((t for t in range(max(cycles)) if t not in cycles), None)
    if missing is not None:
        gap = f"has {max(cycles) + 1}, but no {missing + 1}"
        raise SettingsError(f"{file}: column cycle {gap}; number the cycles from 1 on without a gap")
    there = {seat.person for seat in seats}
    nobody = next((i for i in range(len(ids)) if i not in there), None)
    if nobody is not None:
        raise SettingsError(f"{file}: column person: {shown(ids[nobody])} of the roster is in no cycle")
