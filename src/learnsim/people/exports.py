"""Exports: what Moodle, Canvas and Brightspace add to a list of people, so that it is not taken for people or their data."""

from __future__ import annotations

import re

from learnsim.people.cells import number_of
from learnsim.people.tables import Sheet

AUTOMATIC = (  # columns of an export's own that say nothing of a person
    "Last downloaded from this course",  # Moodle
    "Zuletzt aus diesem Kurs geladen",  # Moodle in German
    "End-of-Line Indicator",  # Brightspace
)
NUMBERED = ("OrgDefinedId", "Username")  # Brightspace writes # before each, so that no spreadsheet changes them
POINTS = re.compile(r"<[^<>]*MaxPoints:\s*([0-9.,]+)[^<>]*>\s*$", re.IGNORECASE)  # in a column's name, as in Brightspace
SUFFIX = re.compile(r"\s*(<[^<>]*>|\([0-9]+\))\s*$")  # what Brightspace and Canvas add to the name of a test
CANVAS = {"Student", "ID", "Section"}
POINTS_ROW = "Points Possible"
POSTING = {"Manual Posting", "Muted"}
TEST_STUDENT = "Student, Test"
SCHOOL_IDS = ("SIS User ID", "Integration ID")


def plain_name(column: str) -> str:
    """Return a column's name without what a learning platform adds to it.

    Examples
    --------
    >>> plain_name("Pre-test (101)"), plain_name("Pre-test Points Grade <Numeric MaxPoints:10>")
    ('Pre-test', 'Pre-test Points Grade')
    """
    return SUFFIX.sub("", column) or column


def clean(sheet: Sheet) -> dict[str, float]:
    """Take out of a table what is no person, note it, and return the points that are the most in each column.

    Returns
    -------
    dict of str to float
        Column name to maximum, where the file states one.
    """
    maxima = {name: _points(stated[1]) for name in sheet.header if (stated := POINTS.search(name))}
    _unnumber(sheet)
    if set(sheet.header) >= CANVAS:
        maxima |= _canvas(sheet)
    return {name: most for name, most in maxima.items() if most > 0.0}


def _points(text: str) -> float:
    value = number_of(text.strip(), decimal_comma=True)
    return value if value > 0.0 else 0.0  # NaN: no number, as Canvas's (read only)


def _unnumber(sheet: Sheet) -> None:
    """Take away the # before names and numbers that Brightspace writes."""
    for name in NUMBERED:
        if sheet.header.count(name) == 1:
            place = sheet.header.index(name)
            cells = sheet.columns[place]
            if any(cells) and all(cell.startswith("#") for cell in cells if cell):
                sheet.columns[place] = [cell.removeprefix("#") for cell in cells]
                sheet.notes.append(f"has # before each {name}, which is left out")


def _canvas(sheet: Sheet) -> dict[str, float]:
    """Take out the rows of Canvas that are no people, and return the points that are the most in each column."""
    cells = dict(zip(sheet.header, sheet.columns, strict=False))
    gone: list[int] = []
    maxima: dict[str, float] = {}
    for place, (student, number) in enumerate(zip(cells["Student"], cells["ID"], strict=True)):
        line = sheet.lines[place]
        if student == POINTS_ROW and not number:
            gone.append(place)
            maxima |= {name: _points(column[place]) for name, column in zip(sheet.header, sheet.columns, strict=True)}
            sheet.notes.append(f"has the most points of each test on line {line}")
        elif not student and not number and {column[place] for column in sheet.columns} - {""} <= POSTING:
            gone.append(place)
        elif student == TEST_STUDENT and not any(cells[name][place] for name in SCHOOL_IDS if name in cells):
            gone.append(place)
            sheet.notes.append(f"has Canvas's test student on line {line}, {TEST_STUDENT!r}, who is left out")
    sheet.drop(gone)
    return maxima
