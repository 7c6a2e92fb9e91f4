"""Roster: real people from a CSV file, in place of drawn ones.
Knows errors and spreadsheets. A missing column is drawn; a bad cell is an error that names line and column.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from learnsim.errors import SettingsError, did_you_mean
from learnsim.settings.spreadsheet import read_spreadsheet

TRAIT_COLUMNS = {
    "learning_speed": "learning_speed",
    "speed": "learning_speed",
    "sociability": "sociability",
    "helpfulness": "helpfulness",
}
INTEREST = re.compile("interest(_.+)?")


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
    traits: dict[str, npt.NDArray[np.float64]] = field(default_factory=dict)
    interest: npt.NDArray[np.float64] | None = None
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
    file = Path(path)
    if "\0" in str(file):
        raise SettingsError(f"[organisation] roster = {str(file)!r} is not a file's name")
    sheet = read_spreadsheet(file, "roster", "people")
    _check_header(file, sheet.header)
    columns = {name: sheet.column(name) for name in sheet.header}
    ids = tuple(text for _, text in columns["id"])
    seen: dict[str, int] = {}
    for number, text in columns["id"]:
        if not text or "\0" in text:
            raise SettingsError(f"{file}: line {number}, column id: {'is empty' if not text else 'holds a NUL character'}")
        if text in seen:
            raise SettingsError(f"{file}: line {number}, column id: {text!r} stands on line {seen[text]} already")
        seen[text] = number
    traits = {
        trait: np.array([_share(file, number, name, text) for number, text in columns[name]])
        for name, trait in TRAIT_COLUMNS.items()
        if name in columns
    }
    return Roster(ids, traits, _interest(file, columns), _community(file, columns))


def _check_header(file: Path, header: list[str]) -> None:
    for name in header:
        if name not in ("id", "community", *TRAIT_COLUMNS) and not INTEREST.fullmatch(name):
            known = ["id", "community", *TRAIT_COLUMNS, "interest_1"]
            raise SettingsError(f"{file}: line 1, column {name!r} is not known{did_you_mean(name, known)}")
    if "id" not in header:
        raise SettingsError(f"{file}: line 1 has no column id")
    if "speed" in header and "learning_speed" in header:
        raise SettingsError(f"{file}: line 1 has both speed and learning_speed; they are the same, keep one")


def _share(file: Path, number: int, column: str, text: str) -> float:
    try:
        value = float(text) if "_" not in text else math.nan  # Python takes 0_1 for 1
    except ValueError:
        value = math.nan
    if not 0.0 <= value <= 1.0:
        raise SettingsError(f"{file}: line {number}, column {column}: {text!r} must be a number from 0 to 1")
    return value


def _interest(file: Path, columns: dict[str, list[tuple[int, str]]]) -> npt.NDArray[np.float64] | None:
    names = [name for name in columns if INTEREST.fullmatch(name)]
    if not names:
        return None
    numbers = [name.removeprefix("interest_") for name in names]
    if all(number.isdecimal() for number in numbers):
        names = [name for _, name in sorted(zip(map(int, numbers), names, strict=True))]
        if names != [f"interest_{number}" for number in range(1, len(names) + 1)]:
            raise SettingsError(f"{file}: line 1 has {', '.join(names)}; number them interest_1 to interest_{len(names)}")
    table = np.array([[_share(file, number, name, text) for number, text in columns[name]] for name in names]).T
    best = table.max(axis=1)
    for (number, _), top in zip(columns["id"], best, strict=True):
        if top == 0.0:
            raise SettingsError(f"{file}: line {number}: all interests are 0; one must be above it")
    return np.ascontiguousarray(table / best[:, None])


def _community(file: Path, columns: dict[str, list[tuple[int, str]]]) -> tuple[str, ...]:
    for number, text in columns.get("community", []):
        if not text:
            raise SettingsError(f"{file}: line {number}, column community: is empty")
    return tuple(text for _, text in columns.get("community", []))
