"""Tables: reads the table in a file as programs write it: which encoding, which separator, where the column names are."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import islice, repeat
from pathlib import Path
from typing import NamedTuple

from learnsim.csvfile import MARK, Row, as_meant, check_quotes, numbered_rows
from learnsim.errors import SettingsError, shown
from learnsim.files import named, read_file
from learnsim.people.workbook import OLD_WORKBOOK, WORKBOOK, workbook_rows

SEPARATORS = (",", ";", "\t", "|")
SEARCHED = 20  # rows among which the column names are looked for
SEP_LINE = re.compile(r'\s*"?sep=([^\r\n"])"?[ \t,;|]*(?=\r|\n|$)', re.IGNORECASE)  # what Excel reads a separator from
CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
LINE_BREAK = re.compile(r"\s*[\r\n]+\s*")
UTF8_SAVED = "save it as CSV in UTF-8"
BROKEN = 'line {} does not end where it should: a quotation mark (") is not closed there'
FORM = "a {} is a CSV file or an Excel workbook"


class Match(NamedTuple):
    """How well a row fits as the row of column names: names that are known, or that look like known ones; and its width."""

    known: int
    alike: int
    width: int


@dataclass
class Sheet:
    """The cells of a table, without the blanks around them.

    Attributes
    ----------
    file : str
        Its path, for error messages.
    header : list of str
        The column names as they stand in the file; a column without a name, and without cells, is left out.
    top : int
        The line of the column names.
    lines : list of int
        The line of each row; rows without any text are left out.
    columns : list of list of str
        The cells of each column, one per row.
    decimal_comma : bool
        Whether ``0,5`` is a number here, since no comma separates the cells.
    notes : list of str
        What was found out about the file that its reader may want to check.
    """

    file: str
    header: list[str]
    top: int
    lines: list[int]
    columns: list[list[str]]
    decimal_comma: bool
    notes: list[str] = field(default_factory=list)
    quotes: Callable[[Callable[[str, str], bool]], None] | None = None

    def check_quotes(self, fits: Callable[[str, str], bool]) -> None:
        """Check that no quotation mark has joined rows, where ``fits`` says which text is valid in which column."""
        if self.quotes is not None:
            self.quotes(fits)

    def drop(self, rows: Iterable[int]) -> None:
        """Leave out rows by their place."""
        gone = set(rows)
        if gone:
            self.lines = [line for place, line in enumerate(self.lines) if place not in gone]
            self.columns = [[cell for place, cell in enumerate(cells) if place not in gone] for cells in self.columns]


def read_sheet(
    path: str | Path,
    known: Callable[[str], bool],
    alike: Callable[[str], bool],
    content: bytes | None = None,
    *,
    what: str = "roster",
    holds: str = "people",
) -> Sheet:
    """Read the table in a user's file: CSV with any usual separator and encoding, or the first sheet of a workbook.

    Parameters
    ----------
    path : str or Path
    known : callable
        Whether a text is the name of a column that is looked for; by these the line of names and the separator are found.
    alike : callable
        Whether a text only looks like such a name.
    content : bytes, optional
        Of the file, if it is not on this machine's disk.
    what, holds : str
        The name of such a file in error messages, and what its lines contain.

    Raises
    ------
    SettingsError
        With the reason only, if the file has no table that can be read.
    """
    if content is None:
        content = read_file(path, f"there is no such {what}", FORM.format(what))
    notes: list[str] = []
    text, separator = "", ""
    if content.startswith(WORKBOOK):
        rows = workbook_rows(content, notes)
    elif content.startswith(OLD_WORKBOOK):
        raise SettingsError("is a workbook of Excel 97 to 2003; save it as .xlsx, or as CSV in UTF-8")
    else:
        text = _text_of(content, notes, what)
        separator, text = _separator_of(text, known, alike)
        rows = list(numbered_rows(text, separator))
    _, place = _best(rows[:SEARCHED], known, alike)
    if place is None:
        place = next((place for place, (_, row) in enumerate(rows) if any(map(str.strip, row))), None)
    if place is None:
        raise SettingsError(f"is empty; a {what} begins with a line of column names")
    sheet = _sheet(named(path), rows, place, notes, separator, holds)
    if text:
        header = [cell.strip() for cell in rows[place][1]]
        sheet.quotes = partial(check_quotes, text, rows, header, separator=separator, top=place)
    return sheet


# Encodings -----------------------------------------------------------------------------------------


def _text_of(content: bytes, notes: list[str], what: str) -> str:
    """Return the text of a file in one of the usual encodings; what had to be guessed is noted."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise SettingsError(f"is damaged UTF-16 text (byte {error.start}); {UTF8_SAVED}") from None
    if b"\0" in content:
        text = _unmarked(content)
        if text:
            notes.append("is read as UTF-16")
            return text
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = error.start
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        raise SettingsError(f"is neither UTF-8 nor Windows-1252 text (byte {where}); {UTF8_SAVED}") from None
    if CONTROL.search(text):
        raise SettingsError(f"is not a text; {FORM.format(what)}")
    strange = next(line for line in text.splitlines() if not line.isascii())
    notes.append(f"is not UTF-8 and is read as Windows-1252, so that a line is {shown(strange.strip())}")
    return text


def _unmarked(content: bytes) -> str:
    """Return a text in UTF-16 without a mark at its beginning, or an empty text if it is none."""
    low, high = content[1::2].count(0), content[::2].count(0)
    try:
        text = content.decode("utf-16-le" if low >= high else "utf-16-be")
    except UnicodeDecodeError:
        return ""
    is_text = "\0" not in text and (low + high) * 8 >= len(content) and re.search(r"[\r\n]", text) is not None
    return text if is_text else ""


# Separators and column names -----------------------------------------------------------------------


def _separator_of(text: str, known: Callable[[str], bool], alike: Callable[[str], bool]) -> tuple[str, str]:
    """Return what separates the cells, and the text without a line that only says so."""
    asked = SEP_LINE.match(text)
    if asked and asked[1] not in SEPARATORS:
        raise SettingsError(f"line 1 says {shown(asked[0].strip())}; separate the columns by commas, semicolons or tabs")
    if asked:
        return asked[1], text[: asked.start(1) - len("sep=")].rstrip('"') + text[asked.end() :]
    best = {separator: _best(_first_rows(text, separator), known, alike)[0] for separator in SEPARATORS}
    top = max(best.values())
    candidates = [separator for separator, match in best.items() if match == top]
    if len(candidates) > 1:  # a single column: the separator is the one that stands in no cell
        candidates.sort(key=lambda separator: sum(len(row) != top.width for row in _all_rows(text, separator)))
    return candidates[0], text


def _first_rows(text: str, separator: str) -> list[Row]:
    return [(number, row) for number, row in enumerate(islice(_all_rows(text, separator), SEARCHED))]


def _all_rows(text: str, separator: str) -> Iterable[list[str]]:
    """Yield the rows up to the first that cannot be read."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        yield from (row for row in reader if row)
    except csv.Error:
        return


def _best(rows: list[Row], known: Callable[[str], bool], alike: Callable[[str], bool]) -> tuple[Match, int | None]:
    """Return how well the best row fits as the row of column names, and its place; none if no row fits at all."""
    best, where, widest = Match(0, 0, 0), None, 0
    for place, (_, row) in enumerate(rows):
        names = {as_meant(LINE_BREAK.sub(" ", cell.strip())) for cell in row}
        match = Match(sum(map(known, names)), sum(map(alike, names)), len(row))
        widest = max(widest, len(row))
        if match[:2] > best[:2]:
            best, where = match, place
    return (best, where) if where is not None else (Match(0, 0, widest), None)


def _sheet(file: str, rows: list[Row], place: int, notes: list[str], separator: str, holds: str) -> Sheet:
    """Return the table below the column names, each row with as many cells as there are columns.

    In a workbook, where nothing separates the cells, every line ends with its last filled cell.
    """
    top, names = rows[place]
    above = [number for number, row in rows[:place] if any(map(str.strip, row))]
    if above:
        notes.append(f"has the column names on line {top}; what stands above them is left out")
    header = [as_meant(cell.strip()) for cell in names]
    if any("\0" in name for name in header):
        raise SettingsError(f"line {top} contains a NUL character; {UTF8_SAVED}")
    table = [(number, row) for number, row in rows[place + 1 :] if "".join(row).strip()]
    if not table and any(LINE_BREAK.search(name) for name in header):
        raise SettingsError(BROKEN.format(top))
    if not table:
        raise SettingsError(f"has column names but no {holds}")
    width, short = len(header), []
    for number, row in table:
        if len(row) == width:
            continue
        if len(row) > width and "".join(row[width:]).strip():
            cure = "; a cell that holds a comma needs quotation marks around it" if separator == "," else ""
            raise SettingsError(f"line {number} has {len(row)} cells, but the header has {width}{cure}")
        if len(row) < width and separator:
            short.append(number)
            if width > 2 and "".join(row) == row[0] and number == table[-1][0]:
                raise SettingsError(f"line {number} has only {shown(row[0])}; take the line out, or write {width} cells")
        row.extend([""] * (width - len(row)))
        del row[width:]
    if short:
        more = f" and {len(short) - 1:,} more have" if len(short) > 1 else " has"
        notes.append(f"line {short[0]}{more} fewer cells than there are columns: what is missing counts as not known")
    columns = [_stripped(cells) for cells in zip(*(row for _, row in table), strict=True)]
    kept = [number for number, name in enumerate(header) if name or any(columns[number])]
    lines = [number for number, _ in table]
    return Sheet(file, [header[k] for k in kept], top, lines, [columns[k] for k in kept], separator != ",", notes)


def _stripped(cells: tuple[str, ...]) -> list[str]:
    """Return cells without the blanks around them, and without the mark before what is no formula."""
    texts = list(map(str.strip, cells))
    return [as_meant(text) for text in texts] if any(map(str.startswith, texts, repeat(MARK))) else texts
