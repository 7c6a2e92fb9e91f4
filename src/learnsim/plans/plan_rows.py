"""Plan rows: a plan as a table with a row per person and cycle, written as ``plan.csv`` and read back."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from learnsim.csvfile import read_spreadsheet
from learnsim.errors import SettingsError, shown

COLUMNS = ("cycle", "date", "community", "cell", "room", "person", "name", "role")
NEEDED = ("cycle", "community", "cell", "person")
OFFICER, MEMBER = "officer", "member"


class Row(NamedTuple):
    """One person in one cycle; ``person`` is the id, cycles and cells are counted from 1."""

    cycle: int
    date: str
    community: str
    cell: int
    room: str
    person: str
    name: str
    role: str


def read_rows(path: str | Path) -> list[Row]:
    """Read a ``plan.csv``, whoever is in it.

    Raises
    ------
    SettingsError
        With the line and column of the first bad cell.
    """
    sheet = read_spreadsheet(path, "plan", "people", NEEDED, _fits)
    missing = [name for name in NEEDED if name not in sheet.header]
    if missing:
        raise SettingsError(f"{sheet.file}: line 1 has no column {missing[0]}; a plan has {', '.join(COLUMNS)}")
    rows = []
    for line, cells in sheet.lines:
        by_name = dict(zip(sheet.header, cells, strict=True))
        for column in ("cycle", "cell"):
            if not _fits(column, by_name[column]):
                raise SettingsError(
                    f"{sheet.file}: line {line}, column {column}: {shown(by_name[column])} must be a whole number, 1 or more"
                )
        date, room, name, role = (by_name.get(column, "") for column in ("date", "room", "name", "role"))
        cycle, cell = int(by_name["cycle"]), int(by_name["cell"])
        rows.append(Row(cycle, date, by_name["community"], cell, room, by_name["person"], name, role))
    return rows


def _fits(column: str, text: str) -> bool:
    return column not in ("cycle", "cell") or (text.isascii() and text.isdecimal() and int(text[:9]) > 0 and len(text) <= 9)
