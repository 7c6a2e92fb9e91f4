"""Workbook: a plan as an Excel file, the same bytes for the same plan."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from learnsim.csvfile import safe
from learnsim.plans.exports import cell_name
from learnsim.plans.plan import Plan
from learnsim.plans.plan_rows import COLUMNS

CREATED = datetime.datetime(2020, 1, 1)
MATRIX = 400  # people up to whom who met whom is written as a square
LETTER_WIDTH, WIDEST = 1.2, 40.0


def workbook(plan: Plan) -> bytes | None:
    """Return a plan as an Excel workbook, or ``None`` if openpyxl is not installed.

    Its sheets: the plan by person (a column per cycle), the whole plan (a row per person and cycle), who met whom, and
    how good it is.
    """
    try:
        from openpyxl import Workbook  # an extra that not everybody installs
    except ImportError:
        return None
    book = Workbook()
    book.properties.created = book.properties.modified = CREATED
    book.properties.creator = "learnsim"
    first = book.active
    first.title = "By person"
    cycles = [f"cycle {cycle + 1}" + (f"\n{date}" if date else "") for cycle, date in enumerate(plan.dates)]
    _fill(first, ["person", "name", "community", *cycles], (_of_person(plan, i) for i in range(len(plan.community))))
    _fill(book.create_sheet("Plan"), COLUMNS, plan.rows())
    if len(plan.community) <= MATRIX:
        people = [*plan.roster.names]
        rows = ([name, *row] for name, row in zip(people, plan.meetings.tolist(), strict=True))
        _fill(book.create_sheet("Who met whom"), ["times in one cell", *people], rows)
    quality = plan.quality()
    facts: list[Sequence[Any]] = [
        ("partners of a person, on average", round(quality.partners, 2)),
        ("at most", round(quality.ideal, 2)),
        ("at random", round(quality.random, 2)),
        ("fewest partners of anybody", quality.fewest),
        *((f"times broken: {rule}", times) for rule, times in quality.broken.items()),
    ]
    _fill(book.create_sheet("Quality"), ["what", "value"], facts)
    stream = io.BytesIO()
    book.save(stream)
    return _timeless(stream.getvalue())


def _of_person(plan: Plan, i: int) -> list[Any]:
    places = []
    for cycle in range(plan.cycles):
        there = int(plan.cell[cycle, i])
        place = (int(plan.community[i]), there)
        room = f", {plan.rooms[place]}" if place in plan.rooms else ""
        places.append(
            "absent" if there < 0 else f"{cell_name(plan, *place)}{room}{', officer' * bool(plan.officer[cycle, i])}"
        )
    return [plan.roster.ids[i], plan.roster.names[i], plan.communities[plan.community[i]], *places]


def _fill(sheet: Any, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table: the header stays in view, and columns are as wide as their texts."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    widths = [max(map(len, str(name).split("\n"))) for name in header]
    sheet.append([safe(name) for name in header])
    for row in rows:
        sheet.append([safe(cell) for cell in row])
        widths = [max(width, len(str(cell))) for width, cell in zip(widths, row, strict=True)]
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = min(WIDEST, 2.0 + LETTER_WIDTH * width)
    for cell in sheet[1]:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "C2" if len(header) > 2 else "A2"


def _timeless(content: bytes) -> bytes:
    """Return an archive without the time at which it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _with_dates(content)
            new.writestr(zipfile.ZipInfo(name, CREATED.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _with_dates(core: bytes) -> bytes:
    """Return the properties of a workbook with the day on which all of ours are made."""
    text = core.decode()
    for tag in ("dcterms:created", "dcterms:modified"):
        start = text.find(">", text.find(f"<{tag}")) + 1
        end = text.find(f"</{tag}>")
        if 0 < start < end:
            text = f"{text[:start]}{CREATED:%Y-%m-%dT%H:%M:%SZ}{text[end:]}"
    return text.encode()
