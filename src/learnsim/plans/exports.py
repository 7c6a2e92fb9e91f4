"""Exports of a plan: the files that learning platforms, video meetings and calendars read.

- Moodle: "Upload users" adds people to groups by ``username``, ``course1``, ``group1``, ``course2``, ...
- Canvas: a group set is imported by ``user_id`` and ``group_name``; a person is in one group of a set, so each cycle is one.
- Zoom: breakout rooms are assigned in advance by ``Pre-assign Room Name`` and ``Email Address``, for one meeting.
- Calendars: iCalendar (RFC 5545), an event per cycle.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
from collections.abc import Iterable, Sequence

from learnsim.csvfile import safe
from learnsim.plans.plan import Plan
from learnsim.plans.plan_words import joined

FOLDED = 75  # bytes of a line of a calendar
ADDRESS = "@"


def cell_name(plan: Plan, community: int, cell: int) -> str:
    """Return what a cell is called: ``Cell 2``, or ``Operations 2`` where there are several communities."""
    label = plan.communities[community] if len(plan.communities) > 1 else "Cell"
    return f"{label} {cell + 1}"


def moodle(plan: Plan) -> str:
    """Return a CSV file for Moodle's "Upload users": each person's group in every cycle, one column each."""
    course = plan.settings.plan.course or plan.name
    header = ["username"]
    for cycle in range(plan.cycles):
        header += [f"course{cycle + 1}", f"group{cycle + 1}"]
    rows = []
    for i, key in enumerate(usernames_of(plan)):
        row = [key]
        for cycle in range(plan.cycles):
            there = int(plan.cell[cycle, i])
            group = f"Cycle {cycle + 1} {cell_name(plan, int(plan.community[i]), there)}" if there >= 0 else ""
            row += [course if group else "", group]
        rows.append(row)
    return _csv(header, rows)


def usernames_of(plan: Plan) -> tuple[str, ...]:
    """Return each person's username in Moodle: the label of that name if everybody has one, else the id."""
    for label, values in plan.roster.labels.items():
        if _is_username(label) and all(values):
            return values
    return plan.roster.ids


def has_usernames(plan: Plan) -> bool:
    """Whether a column of the roster has the usernames."""
    return usernames_of(plan) is not plan.roster.ids or _is_username(plan.settings.roster.id or "")


def _is_username(column: str) -> bool:
    return "".join(column.split()).casefold() == "username"


def canvas(plan: Plan, cycle: int) -> str:
    """Return a CSV file for the import of a Canvas group set: the cells of one cycle. ``user_id`` is the SIS ID."""
    rows = ((plan.roster.ids[i], f"Cycle {cycle + 1} {cell_name(plan, *place)}") for place, i in _seated(plan, cycle))
    return _csv(("user_id", "group_name"), rows)


def breakout_rooms(plan: Plan, cycle: int) -> str:
    """Return a CSV file for breakout rooms that are assigned before a meeting: the cells of one cycle."""
    addresses = addresses_of(plan)
    rows = ((cell_name(plan, *place), addresses[i]) for place, i in _seated(plan, cycle))
    return _csv(("Pre-assign Room Name", "Email Address"), rows)


def addresses_of(plan: Plan) -> tuple[str, ...]:
    """Return each person's e-mail address: the id, or the label that has one for everybody; else the id."""
    roster = plan.roster
    for values in (roster.ids, *roster.labels.values()):
        if all(ADDRESS in value for value in values):
            return values
    return roster.ids


def has_addresses(plan: Plan) -> bool:
    """Whether everybody's e-mail address is known."""
    return all(ADDRESS in address for address in addresses_of(plan))


def calendar(plan: Plan) -> str:
    """Return the dates of the course as a calendar; empty if the plan has none.

    Cycles with a time are events of that length, others take the whole day.
    """
    if not plan.settings.plan.dates:
        return ""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//learnsim//plan//EN", "CALSCALE:GREGORIAN"]
    for cycle, text in enumerate(plan.dates):
        moment = datetime.datetime.fromisoformat(text)
        places = [
            f"{cell_name(plan, *place)}{f' ({plan.rooms[place]})' if place in plan.rooms else ''}: "
            + joined([plan.roster.names[i] for i in plan.members(cycle, *place)])
            for place in plan.cells
            if plan.members(cycle, *place)
        ]
        identity = hashlib.sha256(f"{plan.name}\0{cycle}\0{text}".encode()).hexdigest()[:32]
        lines += ["BEGIN:VEVENT", f"UID:{identity}@learnsim", f"DTSTAMP:{moment:%Y%m%dT%H%M%S}Z"]
        if len(text) > len("2027-01-11"):
            end = moment + datetime.timedelta(minutes=plan.settings.plan.minutes)
            lines += [f"DTSTART:{moment:%Y%m%dT%H%M%S}", f"DTEND:{end:%Y%m%dT%H%M%S}"]
        else:
            end = moment + datetime.timedelta(days=1)
            lines += [f"DTSTART;VALUE=DATE:{moment:%Y%m%d}", f"DTEND;VALUE=DATE:{end:%Y%m%d}"]
        lines += [
            f"SUMMARY:{_escaped(f'{plan.name}: cycle {cycle + 1} of {plan.cycles}')}",
            f"DESCRIPTION:{_escaped(chr(10).join(places))}",
            "TRANSP:OPAQUE",
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _escaped(text: str) -> str:
    """Return a text of a calendar."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return "\\n".join(text.splitlines())


def _folded(line: str) -> str:
    """Return a line of a calendar, folded so that no part has more than 75 bytes, and no letter is cut."""
    parts, part, size = [], "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > FOLDED:
            parts.append(part)
            part, size = " ", 1
        part += letter
        size += width
    return "\r\n".join([*parts, part])


def _seated(plan: Plan, cycle: int) -> Iterable[tuple[tuple[int, int], int]]:
    """Each person of a cycle with their cell, cell by cell, the officer first."""
    return ((place, i) for place in plan.cells for i in plan.members(cycle, *place))


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a CSV file without a byte order mark, which these platforms take for a part of the first name."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return stream.getvalue()
