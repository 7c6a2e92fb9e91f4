"""CSV files: the one way in which learnsim writes them, so that Excel opens them as what they are, and reads them back.

UTF-8 with a byte order mark, by which Excel knows the letters. A text that begins like a formula is written with an
apostrophe before it, so that no program takes a name for a command; numbers stay numbers.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

ENCODING = "utf-8-sig"  # reads files with and without the mark
MARK = "'"
FORMULA = re.compile(r"'*(\s*[=+\-@＝＋－＠]|[\t\r\n])")  # apostrophes may be the text's own: reading takes away one
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?inf|nan")


class Rows(Protocol):
    """What writes rows."""

    def writerow(self, row: Iterable[Any], /) -> Any:
        """Write one row."""

    def writerows(self, rows: Iterable[Iterable[Any]], /) -> None:
        """Write several."""


class _Careful:
    """A CSV writer through which no text becomes a formula."""

    def __init__(self, stream: Any) -> None:
        self._writer = csv.writer(stream, lineterminator="\n")

    def writerow(self, row: Iterable[Any], /) -> None:
        self._writer.writerow([safe(cell) for cell in row])

    def writerows(self, rows: Iterable[Iterable[Any]], /) -> None:
        self._writer.writerows([safe(cell) for cell in row] for row in rows)


@contextmanager
def csv_writer(path: Path) -> Iterator[Rows]:
    """Give a writer of a new CSV file; a file that cannot be written to its end is not left behind."""
    try:
        with path.open("w", newline="", encoding=ENCODING) as stream:
            yield _Careful(stream)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def write_csv(path: Path, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Write a CSV file: a line of column names, and the rows."""
    with csv_writer(path) as writer:
        writer.writerow(header)
        writer.writerows(rows)


def read_csv(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Read a CSV file that learnsim wrote: its column names, and each row by them, every text as it was meant."""
    with path.open(newline="", encoding=ENCODING) as stream:
        header, *rows = [[as_meant(cell) for cell in row] for row in csv.reader(stream)] or [[]]
    return header, [dict(zip(header, [*row, *[""] * (len(header) - len(row))], strict=False)) for row in rows if row]


def safe(cell: Any) -> Any:
    """Return what to write for a cell: a text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if isinstance(cell, str) and FORMULA.match(cell) and not NUMBER.fullmatch(cell):
        return MARK + cell
    return cell


def as_meant(cell: str) -> str:
    """Return the text of which :func:`safe` made this cell."""
    return cell[1:] if cell.startswith(MARK) and FORMULA.match(cell) else cell
