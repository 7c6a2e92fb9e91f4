"""Cells: what the text in a cell of a roster means: a number, points, yes or no, absences, or nothing known."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from learnsim.arrays import Flags, Floats
from learnsim.errors import SettingsError, shown

LONGEST = 200  # letters of a community's name or a label
BLANK = frozenset({"", "-", "\u2013", "\u2014", "n/a", "#n/a"})  # nothing is known, in small letters
UNKNOWN = BLANK | {"na"}  # the same where numbers stand
YES = frozenset({"yes", "y", "true", "1", "x", "ja", "j", "wahr", "oui", "vrai", "si", "s\u00ed", "sim", "verdadero"})
NO = BLANK | {"no", "n", "false", "0", "nein", "falsch", "non", "faux", "n\u00e3o", "falso"}
ABSENT = re.compile(r"([0-9]{1,9})(?:\s*[-\u2013]\s*([0-9]{1,9}))?")
MOST_ABSENT = 10_000  # cycles or sessions in a cell

Value = TypeVar("Value")


def number_of(text: str, *, decimal_comma: bool = False) -> float:
    """Return the number that a text is, or NaN if it is none.

    Examples
    --------
    >>> number_of("0.5"), number_of("0,5", decimal_comma=True), number_of("0,5")
    (0.5, 0.5, nan)
    """
    if decimal_comma and "," in text and "." not in text:
        text = text.replace(",", ".", 1)
    try:
        return float(text) if "_" not in text else math.nan  # Python takes 0_1 for 1
    except ValueError:
        return math.nan


def is_unknown(text: str) -> bool:
    """Whether a cell of a column of numbers says that nothing is known."""
    return text.lower() in UNKNOWN


def is_blank(text: str) -> bool:
    """Whether a cell of a column of words says that nothing is known."""
    return text.lower() in BLANK


def short(column: str) -> str:
    """Return a column's name for an error message."""
    name = " ".join(column.split())
    return name if len(name) <= LONGEST else f"{name[:LONGEST]}..."


@dataclass(frozen=True)
class ColumnOfCells:
    """One column of a roster, with what an error message says of its place.

    Attributes
    ----------
    file : str
    name : str
    lines : list of int
    cells : list of str
    decimal_comma : bool
    """

    file: str
    name: str
    lines: list[int]
    cells: list[str]
    decimal_comma: bool

    def error(self, place: int, reason: str) -> SettingsError:
        """Return the error of a cell."""
        return SettingsError(f"{self.file}: line {self.lines[place]}, column {short(self.name)}: {reason}")

    def shares(self) -> Floats:
        """Return numbers from 0 to 1, one per person; NaN where nothing is known."""
        return np.array(self._each(self._share))

    def points(self, maximum: float | None) -> Floats:
        """Return shares of the most points, one per person; NaN where nothing is known."""
        return np.array(self._each(lambda text, place: self._point(text, place, maximum)))

    def flags(self) -> Flags:
        """Return yes or no, one per person; a blank cell is no."""
        return np.array(self._each(self._flag), dtype=np.bool_)

    def absences(self) -> tuple[tuple[int, ...], ...]:
        """Return the numbers of cycles or sessions, one tuple per person."""
        return tuple(self._each(self._absence))

    def labels(self, *, needed: bool) -> tuple[str, ...]:
        """Return words, one per person, "" where nothing is known, which is an error if they are needed."""
        return tuple(self._each(lambda text, place: self._label(text, place, needed=needed)))

    def _each(self, meaning: Callable[[str, int], Value]) -> list[Value]:
        """Return the meaning of each cell; equal texts are read once, at their first place."""
        known: dict[str, Value] = {}
        for place, text in enumerate(self.cells):
            if text not in known:
                known[text] = meaning(text, place)
        return [known[text] for text in self.cells]

    def _share(self, text: str, place: int) -> float:
        if is_unknown(text):
            return math.nan
        value = number_of(text, decimal_comma=self.decimal_comma)
        if not 0.0 <= value <= 1.0:
            decimal = re.fullmatch(r"[01],[0-9]+", text) is not None
            cure = "; write a point for the comma" if decimal and not self.decimal_comma else ""
            raise self.error(place, f"{shown(text)} must be a number from 0 to 1{cure}")
        return value

    def _point(self, text: str, place: int, maximum: float | None) -> float:
        if is_unknown(text):
            return math.nan
        most, unit = maximum or 1.0, "" if maximum else "; say how many points are the most: [roster] pretest maximum"
        number = text
        if text.endswith("%"):
            number, most, unit = text[:-1].strip(), 100.0, ""
        value = number_of(number, decimal_comma=self.decimal_comma)
        if not 0.0 <= value <= most:
            unit = unit if value > most else ""
            raise self.error(place, f"{shown(text)} must be a number from 0 to {most:g}{'%' * (number != text)}{unit}")
        return value / most

    def _flag(self, text: str, place: int) -> bool:
        word = text.lower()
        if word not in YES and word not in NO:
            raise self.error(place, f"{shown(text)} must be yes or no")
        return word in YES

    def _absence(self, text: str, place: int) -> tuple[int, ...]:
        if is_unknown(text):
            return ()
        numbers: set[int] = set()
        for part in re.split(r"\s*[;,]\s*", text.strip(" ;,")):
            match = ABSENT.fullmatch(part)
            first = int(match[1]) if match else 0
            last = int(match[2] or match[1]) if match else 0
            if not 1 <= first <= last:
                raise self.error(place, f"{shown(text)} must be numbers counted from 1, and ranges, for example 3; 7-9")
            if last - first + len(numbers) >= MOST_ABSENT:
                raise self.error(place, f"{shown(text)} names more than {MOST_ABSENT:,} numbers")
            numbers.update(range(first, last + 1))
        return tuple(sorted(numbers))

    def _label(self, text: str, place: int, *, needed: bool) -> str:
        if is_blank(text) or not any(sign.isprintable() and not sign.isspace() for sign in text):
            if needed:
                word = "is empty" if not text or not text.isprintable() else f"{shown(text)} is no name"
                raise self.error(place, f"{word}; everybody needs a community here")
            return ""
        if len(text) > LONGEST:
            raise self.error(place, f"has {len(text):,} letters, at most {LONGEST}")
        return text
