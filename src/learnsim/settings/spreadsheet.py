"""Spreadsheet: a CSV file that a user wrote, as cells by line and column.
Knows only errors.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from learnsim.csv_files import ENCODING, as_meant
from learnsim.errors import SettingsError


@dataclass(frozen=True)
class Spreadsheet:
    """The cells of a CSV file, without the space around them.

    Attributes
    ----------
    file : Path
    header : list of str
        No name twice.
    lines : list of (int, list of str)
        The number of the line that a row begins on, and a cell for each column; empty lines are left out.
    """

    file: Path
    header: list[str]
    lines: list[tuple[int, list[str]]]

    def column(self, name: str) -> list[tuple[int, str]]:
        """Return the cells of a column, each with its line."""
        place = self.header.index(name)
        return [(number, row[place]) for number, row in self.lines]


def read_spreadsheet(path: str | Path, what: str, holds: str) -> Spreadsheet:
    """Read a CSV file with a line of column names.

    Parameters
    ----------
    path : str or Path
    what : str
        What such a file is called in an error.
    holds : str
        What its lines are.

    Raises
    ------
    SettingsError
        If it cannot be read, is empty, or its lines have not as many cells as the first.
    """
    file = Path(path)
    try:
        with file.open(newline="", encoding=ENCODING) as stream:
            rows = list(_numbered(csv.reader(stream, strict=True)))
    except FileNotFoundError:
        raise SettingsError(f"{file}: there is no such {what}") from None
    except IsADirectoryError:
        raise SettingsError(f"{file}: is a folder; a {what} is a CSV file") from None
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file}: is not UTF-8 text (byte {error.start}); save it as CSV in UTF-8") from None
    except csv.Error as error:
        raise SettingsError(f"{file}: cannot be read as CSV ({error})") from None
    if not rows or not any(cell.strip() for cell in rows[0][1]):
        blank = "line 1 is empty" if any(cell.strip() for _, row in rows for cell in row) else "is empty"
        raise SettingsError(f"{file}: {blank}; a {what} begins with a line of column names")
    header = [as_meant(name.strip()) for name in rows[0][1]]
    if len(header) == 1 and any(sign in header[0] for sign in ";\t|"):
        raise SettingsError(f"{file}: line 1 is {header[0]!r}; separate the columns by commas")
    for name in header:
        if header.count(name) > 1:
            raise SettingsError(f"{file}: line 1 names column {name!r} twice")
    filled = [(number, row) for number, row in rows[1:] if any(cell.strip() for cell in row)]
    lines = [(number, [as_meant(cell.strip()) for cell in row]) for number, row in filled]
    if not lines:
        raise SettingsError(f"{file}: has column names but no {holds}")
    for number, row in lines:
        if len(row) != len(header):
            raise SettingsError(f"{file}: line {number} has {len(row)} cells, the header has {len(header)}")
    return Spreadsheet(file, header, lines)


def _numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line it begins on; a quoted cell may go over several lines."""
    begins = 1
    for row in reader:
        yield begins, row
        begins = reader.line_num + 1
