"""Spreadsheet: a CSV file that a user wrote, as cells by line and column."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from learnsim.csvfile import as_meant
from learnsim.errors import SettingsError
from learnsim.files import decoded, named, read_file
from learnsim.settings.messages import shown

SEARCHED = 20  # lines in which column names are looked for, where the first has none
NO_ROW = re.compile(r",[ \t]")  # a separator with a blank after it is punctuation, unless the header is written so

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Spreadsheet:
    """The cells of a CSV file, without the space around them.

    Attributes
    ----------
    file : str
        Its path, as it may stand in a sentence.
    header : list of str
        No name twice.
    lines : list of (int, list of str)
        The number of the line that a row begins on, and a cell for each column; empty lines are left out.
    """

    file: str
    header: list[str]
    lines: list[Row]

    def columns(self) -> dict[str, list[tuple[int, str]]]:
        """Return the cells of every column, each with its line."""
        return {name: [(number, row[place]) for number, row in self.lines] for place, name in enumerate(self.header)}


def read_spreadsheet(
    path: str | Path, what: str, holds: str, needed: tuple[str, ...], fits: Callable[[str, str], bool]
) -> Spreadsheet:
    """Read a CSV file with a line of column names.

    Parameters
    ----------
    path : str or Path
    what : str
        What such a file is called in an error.
    holds : str
        What its lines are.
    needed : tuple of str
        Columns that it must have.
    fits : callable
        Whether a text could stand in the column of this name: (column, text) to bool.

    Raises
    ------
    SettingsError
        If it cannot be read, is empty, a quotation mark swallows lines, or its lines have not as many cells as the first.
    """
    place = named(path)
    try:
        content = read_file(path, f"there is no such {what}", f"a {what} is a CSV file")
        if max(content[::2].count(0), content[1::2].count(0)) > len(content) // 4:
            raise SettingsError("is UTF-16 text; save it as CSV in UTF-8")
        text = decoded(content, "; save it as CSV in UTF-8")
        rows = list(_numbered(text))
        if not rows or not any(cell.strip() for cell in rows[0][1]):
            blank = "line 1 is empty" if any(cell.strip() for _, row in rows for cell in row) else "is empty"
            raise SettingsError(f"{blank}; a {what} begins with a line of column names")
        header = _header(rows, needed)
        filled = [(number, row) for number, row in rows[1:] if any(cell.strip() for cell in row)]
        lines = [(number, [as_meant(cell.strip()) for cell in row]) for number, row in filled]
        if not lines:
            raise SettingsError(f"has column names but no {holds}")
        _check_quotes(text, rows, header, fits)
        for number, row in lines:
            if len(row) != len(header):
                raise SettingsError(f"line {number} has {len(row)} cells, the header has {len(header)}")
    except SettingsError as error:
        raise SettingsError(f"{place}: {error}") from None
    return Spreadsheet(place, header, lines)


def _numbered(text: str) -> Iterator[Row]:
    """Each row with the number of the line it begins on; a quoted cell may go over several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    begins = 1
    try:
        for row in reader:
            yield begins, row
            begins = reader.line_num + 1
    except csv.Error as error:
        raise SettingsError(f"cannot be read as CSV ({_reason(str(error), begins, reader.line_num)})") from None


def _reason(error: str, begins: int, line: int) -> str:
    """Say in plain words what the CSV reader stumbled over."""
    if "end of data" in error:
        return f'line {begins} has a quotation mark (") that is never closed; close it or take it out'
    if "field larger" in error:
        return f"line {begins} has a cell of more than {csv.field_size_limit():,} characters"
    if "expected after" in error:
        since = f", in a cell that began on line {begins}," if line > begins else ""
        return f'line {line}{since} goes on after a closing quotation mark ("); take it out, or write it twice inside a cell'
    return f"line {line}: {error}"


def _header(rows: list[Row], needed: tuple[str, ...]) -> list[str]:
    """Return the column names, no two of them the same."""
    header = [as_meant(name.strip()) for name in rows[0][1]]
    if any("\n" in name or "\r" in name for name in header):
        raise SettingsError('line 1 does not end with the line: a quotation mark (") is not closed there')
    if any("\0" in name for name in header):
        raise SettingsError("line 1 holds a NUL character; save the file as CSV in UTF-8")
    if header[0].lower().startswith("sep="):
        word = shown(",".join(header))
        raise SettingsError(f"line 1 is {word}, a word to Excel; take that line out, separate the columns by commas")
    if len(header) == 1 and any(sign in header[0] for sign in ";\t|"):
        raise SettingsError(f"line 1 is {shown(header[0])}; separate the columns by commas")
    if not set(needed) <= set(header):
        later = (number for number, row in rows[1:SEARCHED] if set(needed) <= {cell.strip() for cell in row})
        number = next(later, None)
        if number is not None:
            raise SettingsError(f"line 1 names no columns, line {number} does; take out the lines above it")
    name, count = Counter(header).most_common(1)[0]
    if count > 1 and name:
        raise SettingsError(f"line 1 names column {shown(name)} twice")
    if "" in header:
        which = [number for number, name in enumerate(header, 1) if not name]
        places = f"{len(which)} cells are empty, the first is cell" if len(which) > 1 else "empty is cell"
        cure = "name the column, or take out the commas at the ends of the lines"
        raise SettingsError(f"line 1, column '' is not known: {places} {which[0]}; {cure}")
    return header


def _check_quotes(text: str, rows: list[Row], header: list[str], fits: Callable[[str, str], bool]) -> None:
    """See that no quotation mark has swallowed lines.

    A quoted cell may hold commas and line breaks. It holds rows by mistake where each of its lines, cut at every comma,
    is a row of this file: as many cells as there are columns, and in each what could stand there.
    """
    if '"' not in text or len(header) == 1:
        return
    physical = list(io.StringIO(text, newline=None))
    ends = [number - 1 for number, _ in rows[1:]] + [len(physical)]
    several = [
        (begins, end) for (begins, row), end in zip(rows, ends, strict=True) if any("\n" in c or "\r" in c for c in row)
    ]
    spaced = bool(NO_ROW.search(physical[0]))
    for begins, end in several:
        swallowed = [line.rstrip("\n") for line in physical[begins - 1 : end] if line.strip()]
        if all((spaced or not NO_ROW.search(line)) and _is_row(line, header, fits) for line in swallowed):
            told = f'line {begins}: a quotation mark (") makes one row of lines {begins} to {end}'
            raise SettingsError(f"{told}; take it out, or close it where the cell ends")


def _is_row(line: str, header: list[str], fits: Callable[[str, str], bool]) -> bool:
    cells = [cell.strip().strip('"') for cell in line.split(",")]
    return len(cells) == len(header) and all(map(fits, header, cells))
