"""Roster: real people from a CSV file, in place of drawn ones.
A missing column is drawn; a bad cell is an error that names line and column.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from learnsim.arrays import Floats
from learnsim.csvfile import read_spreadsheet
from learnsim.errors import SettingsError, did_you_mean
from learnsim.settings.messages import shown

TRAIT_COLUMNS = {
    "learning_speed": "learning_speed",
    "speed": "learning_speed",
    "sociability": "sociability",
    "helpfulness": "helpfulness",
}
INTEREST = re.compile("interest(_.+)?")
LONGEST = 200  # letters of a community's name
SHOWN = 12  # columns named in an error
NUMBERED = re.compile("[0-9]{1,6}")  # what an interest column may be numbered by


@dataclass(frozen=True)
class Roster:
    """What a roster says of its people; a missing key, ``None`` or an empty tuple means: to be drawn.

    Attributes
    ----------
    ids : tuple of str, one a person
    traits : dict of name to array (people,), values in [0, 1]
    interest : array (people, interest columns) with each row's maximum 1, or None
    community : tuple of str, one a person; empty if there is no such column
    """

    ids: tuple[str, ...]
    traits: dict[str, Floats] = field(default_factory=dict)
    interest: Floats | None = None
    community: tuple[str, ...] = ()


def read_roster(path: str | Path) -> Roster:
    """Read a CSV file with a header line: ``id``, and any of ``learning_speed`` (or ``speed``), ``sociability``,
    ``helpfulness``, ``community``, and an interest in each community: ``interest_1``, ``interest_2``, ..., or
    ``interest_`` and a word, in the file's order.

    Raises
    ------
    SettingsError
        With line and column of the first bad cell.
    """
    if "\0" in str(path):
        raise SettingsError(f"[organisation] roster = {str(path)!r} is not a file's name")
    sheet = read_spreadsheet(path, "roster", "people", ("id",), _fits)
    file = sheet.file
    _check_header(file, sheet.header)
    columns = sheet.columns()
    for column in ("id", "community"):
        for number, text in columns.get(column, ()):
            if "\0" in text:
                raise SettingsError(f"{file}: line {number}, column {column}: holds a NUL character")
    ids = tuple(text for _, text in columns["id"])
    seen: dict[str, int] = {}
    for number, text in columns["id"]:
        if not _is_visible(text):
            raise SettingsError(f"{file}: line {number}, column id: is empty")
        if text in seen:
            raise SettingsError(f"{file}: line {number}, column id: {shown(text)} stands on line {seen[text]} already")
        seen[text] = number
    traits = {
        trait: np.array([_share(file, number, name, text) for number, text in columns[name]])
        for name, trait in TRAIT_COLUMNS.items()
        if name in columns
    }
    return Roster(ids, traits, _interest(file, columns), _community(file, columns))


def _is_number(column: str) -> bool:
    return column in TRAIT_COLUMNS or INTEREST.fullmatch(column) is not None


def _number(text: str) -> float:
    """Return the number that a text is, or NaN if it is none."""
    try:
        return float(text) if "_" not in text else math.nan  # Python takes 0_1 for 1
    except ValueError:
        return math.nan


def _fits(column: str, text: str) -> bool:
    """Whether a text could stand in a column."""
    return not _is_number(column) or not text or 0.0 <= _number(text) <= 1.0


def _is_visible(text: str) -> bool:
    return any(sign.isprintable() and not sign.isspace() for sign in text)


def _short(column: str) -> str:
    return column if len(column) <= LONGEST else f"{column[:LONGEST]}..."


def _check_header(file: str, header: list[str]) -> None:
    for name in header:
        if name not in ("id", "community") and not _is_number(name):
            known = ["id", "community", *TRAIT_COLUMNS, "interest_1"]
            hint = did_you_mean(name, known)
            cure = "" if "did you mean" in hint else "; rename the column, or take it out"
            raise SettingsError(f"{file}: line 1, column {shown(name)} is not known{hint}{cure}")
    if "id" not in header:
        raise SettingsError(f"{file}: line 1 has no column id")
    if "speed" in header and "learning_speed" in header:
        raise SettingsError(f"{file}: line 1 has both speed and learning_speed; they are the same, keep one")


def _share(file: str, number: int, column: str, text: str) -> float:
    value = _number(text)
    if not 0.0 <= value <= 1.0:
        decimal = re.fullmatch(r"[01],[0-9]+", text) is not None
        blank = f"; without a column {_short(column)} everybody's is drawn" * (not text)
        cure = "; write a point for the comma" if decimal else blank
        place = f"{file}: line {number}, column {_short(column)}"
        raise SettingsError(f"{place}: {shown(text)} must be a number from 0 to 1{cure}")
    return value


def _interest(file: str, columns: dict[str, list[tuple[int, str]]]) -> Floats | None:
    names = [name for name in columns if INTEREST.fullmatch(name)]
    if not names:
        return None
    numbers = [name.removeprefix("interest_") for name in names]
    if all(number.isdecimal() for number in numbers):
        plain = all(map(NUMBERED.fullmatch, numbers))
        names = [name for _, name in sorted(zip(map(int, numbers), names, strict=True))] if plain else names
        if names != [f"interest_{number}" for number in range(1, len(names) + 1)]:
            there = ", ".join(map(_short, names if len(names) <= SHOWN else [*names[:SHOWN], "..."]))
            raise SettingsError(f"{file}: line 1 has {there}; number them interest_1 to interest_{len(names)}")
    table = np.array([[_share(file, number, name, text) for number, text in columns[name]] for name in names]).T
    best = table.max(axis=1)
    for (number, _), top in zip(columns["id"], best, strict=True):
        if top == 0.0:
            raise SettingsError(f"{file}: line {number}: all interests are 0; one must be above it")
    return np.ascontiguousarray(table / best[:, None])


def _community(file: str, columns: dict[str, list[tuple[int, str]]]) -> tuple[str, ...]:
    for number, text in columns.get("community", []):
        if not _is_visible(text):
            raise SettingsError(f"{file}: line {number}, column community: is empty")
        if len(text) > LONGEST:
            raise SettingsError(f"{file}: line {number}, column community: has {len(text):,} letters, at most {LONGEST}")
    return tuple(text for _, text in columns.get("community", []))
