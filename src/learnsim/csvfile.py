"""CSV file: writes CSV files that Excel opens correctly, reads them back, and reads those that users write.

Written files are UTF-8 with a byte order mark, by which Excel recognises the encoding. A text that begins like a formula
gets an apostrophe before it, so that no program runs it as a command; numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from learnsim.errors import SettingsError, shown
from learnsim.files import decoded, named, read_file

ENCODING = "utf-8-sig"  # reads files with and without the mark
MARK = "'"
FORMULA = re.compile(r"'*(\s*[=+\-@＝＋－＠]|[\t\r\n])")  # the text may begin with apostrophes: reading removes one
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?inf|nan")
SEARCHED = 20  # lines that are searched for column names, if the first has none
BLANKS = " \t"  # a separator with a blank after it is punctuation, unless the header is written so

Row = tuple[int, list[str]]


class RowWriter(Protocol):
    """A writer of rows."""

    def writerow(self, row: Iterable[Any], /) -> Any:
        """Write one row."""

    def writerows(self, rows: Iterable[Iterable[Any]], /) -> None:
        """Write several rows."""


class _SafeWriter:
    """A CSV writer that writes no text as a formula."""

    def __init__(self, stream: Any) -> None:
        self._writer = csv.writer(stream, lineterminator="\n")

    def writerow(self, row: Iterable[Any], /) -> None:
        self._writer.writerow([safe(cell) for cell in row])

    def writerows(self, rows: Iterable[Iterable[Any]], /) -> None:
        self._writer.writerows([safe(cell) for cell in row] for row in rows)


@contextmanager
def csv_writer(path: Path) -> Iterator[RowWriter]:
    """Open a writer of a new CSV file; a file that cannot be written completely is removed."""
    try:
        with path.open("w", newline="", encoding=ENCODING) as stream:
            yield _SafeWriter(stream)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def write_csv(path: Path, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Write a CSV file: a line of column names, and the rows."""
    with csv_writer(path) as writer:
        writer.writerow(header)
        writer.writerows(rows)


def read_csv(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Read a CSV file that learnsim wrote: its column names, and each row as a dictionary."""
    with path.open(newline="", encoding=ENCODING) as stream:
        header, *rows = [[as_meant(cell) for cell in row] for row in csv.reader(stream)] or [[]]
    return header, [dict(zip(header, [*row, *[""] * (len(header) - len(row))], strict=False)) for row in rows if row]


def safe(cell: Any) -> Any:
    """Return a cell as it is written: a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    if isinstance(cell, str) and FORMULA.match(cell) and not NUMBER.fullmatch(cell):
        return MARK + cell
    return cell


def as_meant(cell: str) -> str:
    """Return the text of a cell written by :func:`safe`."""
    return cell[1:] if cell.startswith(MARK) and FORMULA.match(cell) else cell


@dataclass(frozen=True)
class Spreadsheet:
    """The cells of a CSV file that a user wrote, without the space around them.

    Attributes
    ----------
    file : str
        Its path, for error messages.
    header : list of str
        The column names, all different.
    lines : list of (int, list of str)
        The line number on which a row begins, and one cell per column; empty lines are left out.
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
    """Read a user's CSV file with a line of column names.

    Parameters
    ----------
    path : str or Path
    what : str
        The name of such a file in error messages.
    holds : str
        What its lines contain.
    needed : tuple of str
        Columns that the file must have.
    fits : callable
        Whether a text is valid in a column: (column, text) to bool.

    Raises
    ------
    SettingsError
        If it cannot be read, is empty, a quotation mark joins lines by mistake, or a line has another number of cells than
        the first.
    """
    file = named(path)
    try:
        content = read_file(path, f"there is no such {what}", f"a {what} is a CSV file")
        if max(content[::2].count(0), content[1::2].count(0)) > len(content) // 4:
            raise SettingsError("is UTF-16 text; save it as CSV in UTF-8")
        text = decoded(content, "; save it as CSV in UTF-8")
        rows = list(numbered_rows(text))
        if not rows or not any(cell.strip() for cell in rows[0][1]):
            blank = "line 1 is empty" if any(cell.strip() for _, row in rows for cell in row) else "is empty"
            raise SettingsError(f"{blank}; a {what} begins with a line of column names")
        header = _header(rows, needed)
        filled = [(number, row) for number, row in rows[1:] if any(cell.strip() for cell in row)]
        lines = [(number, [as_meant(cell.strip()) for cell in row]) for number, row in filled]
        if not lines:
            raise SettingsError(f"has column names but no {holds}")
        check_quotes(text, rows, header, fits)
        for number, row in lines:
            if len(row) != len(header):
                raise SettingsError(f"line {number} has {len(row)} cells, but the header has {len(header)}")
    except SettingsError as error:
        raise SettingsError(f"{file}: {error}") from None
    return Spreadsheet(file, header, lines)


def numbered_rows(text: str, separator: str = ",") -> Iterator[Row]:
    """Yield each row with the number of the line on which it begins; a quoted cell may span several lines.

    Raises
    ------
    SettingsError
        With the reason only, if a quotation mark is not closed or a cell is too long.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=True)
    begins = 1
    try:
        for row in reader:
            yield begins, row
            begins = reader.line_num + 1
    except csv.Error as error:
        raise SettingsError(f"cannot be read as CSV ({_reason(str(error), begins, reader.line_num)})") from None


def _reason(error: str, begins: int, line: int) -> str:
    """Return the CSV reader's error in plain words."""
    if "end of data" in error:
        return f'line {begins} has a quotation mark (") that is never closed; close it or remove it'
    if "field larger" in error:
        return f"line {begins} has a cell of more than {csv.field_size_limit():,} characters"
    if "expected after" in error:
        since = f", in a cell that began on line {begins}," if line > begins else ""
        return f'line {line}{since} continues after a closing quotation mark ("); remove it, or write it twice inside a cell'
    return f"line {line}: {error}"


def _header(rows: list[Row], needed: tuple[str, ...]) -> list[str]:
    """Return the column names, no two of them the same."""
    header = [as_meant(name.strip()) for name in rows[0][1]]
    if any("\n" in name or "\r" in name for name in header):
        raise SettingsError('line 1 does not end where it should: a quotation mark (") is not closed there')
    if any("\0" in name for name in header):
        raise SettingsError("line 1 contains a NUL character; save the file as CSV in UTF-8")
    if header[0].lower().startswith("sep="):
        word = shown(",".join(header))
        raise SettingsError(f"line 1 is {word}, a command to Excel; remove that line, and separate the columns by commas")
    if len(header) == 1 and any(sign in header[0] for sign in ";\t|"):
        raise SettingsError(f"line 1 is {shown(header[0])}; separate the columns by commas")
    if not set(needed) <= set(header):
        later = (number for number, row in rows[1:SEARCHED] if set(needed) <= {cell.strip() for cell in row})
        number = next(later, None)
        if number is not None:
            raise SettingsError(f"line 1 has no column names, but line {number} does; remove the lines above it")
    name, count = Counter(header).most_common(1)[0]
    if count > 1 and name:
        raise SettingsError(f"line 1 names column {shown(name)} twice")
    if "" in header:
        which = [number for number, name in enumerate(header, 1) if not name]
        places = f"{len(which)} cells are empty, the first is cell" if len(which) > 1 else "empty is cell"
        cure = "name the column, or remove the commas at the ends of the lines"
        raise SettingsError(f"line 1, column '' is not known: {places} {which[0]}; {cure}")
    return header


def check_quotes(
    text: str, rows: list[Row], header: list[str], fits: Callable[[str, str], bool], *, separator: str = ",", top: int = 0
) -> None:
    """Check that no quotation mark has joined lines by mistake.

    A quoted cell may contain separators and line breaks. It contains rows by mistake if each of its lines, split at every
    separator, is a valid row of this file: as many cells as columns, and a valid text in each.

    Parameters
    ----------
    text : str
        The whole file.
    rows : list of Row
        All its rows.
    header : list of str
    fits : callable
        Whether a text is valid in a column.
    separator : str
    top : int
        Which of the rows has the column names.

    Raises
    ------
    SettingsError
        With the reason only.
    """
    if '"' not in text or len(header) == 1:
        return
    physical = list(io.StringIO(text, newline=None))
    below = rows[top + 1 :]
    ends = [number - 1 for number, _ in below[1:]] + [len(physical)]
    several = [(begins, end) for (begins, _), end in zip(below, ends, strict=True) if end > begins] if below else []
    punctuation = re.compile(f"{re.escape(separator)}[{BLANKS.replace(separator, '')}]")
    spaced = bool(punctuation.search(physical[rows[top][0] - 1]))
    for begins, end in several:
        inside = [line.rstrip("\n") for line in physical[begins - 1 : end] if line.strip()]
        if len(inside) < 2:
            continue
        if all((spaced or not punctuation.search(line)) and _is_row(line, header, fits, separator) for line in inside):
            mistake = f'line {begins}: a quotation mark (") joins lines {begins} to {end} into one row'
            raise SettingsError(f"{mistake}; remove it, or close it where the cell ends")


def _is_row(line: str, header: list[str], fits: Callable[[str, str], bool], separator: str) -> bool:
    cells = [cell.strip().strip('"') for cell in line.split(separator)]
    return len(cells) == len(header) and all(map(fits, header, cells))
