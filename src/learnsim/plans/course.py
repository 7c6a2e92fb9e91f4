"""Course: what a plan is made of: an experiment file or a roster alone, and an earlier plan that is made again."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from learnsim.errors import SettingsError, did_you_mean, shown
from learnsim.grouping.preparation import Prepared, prepare
from learnsim.people import Roster, read_roster
from learnsim.plans.changes import absences_of_changes, with_those_who_left
from learnsim.plans.communities import settings_of_communities
from learnsim.plans.earlier import Earlier
from learnsim.plans.experiment import ROSTER, ROWS
from learnsim.plans.folder import SETTINGS
from learnsim.plans.forecast import RANDOM
from learnsim.plans.plan import Plan
from learnsim.plans.plan_rows import read_rows
from learnsim.plans.planner import cycles_of, make_plan
from learnsim.settings import Settings, load, validate
from learnsim.settings.load import with_changes

TABLES = (".csv", ".tsv", ".txt", ".xlsx")  # how the name of a roster ends


class Course(NamedTuple):
    """What a plan is made of, and what it will be called."""

    prepared: Prepared
    name: str
    earlier: Earlier | None = None

    def plan(self) -> Plan:
        """Return the plan."""
        return make_plan(self.prepared, self.name, self.earlier)


def course_of(
    source: str | Path | Mapping[str, Any] | Settings,
    assignments: Iterable[str] = (),
    options: Mapping[str, Any] | None = None,
) -> Course:
    """Return the course of an experiment file, a roster, a dictionary of tables or settings.

    Parameters
    ----------
    source : str, Path, dict of tables, or Settings
        A file that ends as a table does (.csv, .tsv, .txt, .xlsx) is a roster.
    assignments : iterable of str
        Of the command line: ``"table.key=value"``.
    options : mapping, optional
        Dotted settings and their values, applied last.

    Raises
    ------
    SettingsError
        If it cannot be read, or has no people.
    """
    if isinstance(source, Settings):
        return _course(source, "settings", "plan")
    if isinstance(source, Mapping):
        return _course(validate(source, "settings"), "settings", "plan")
    path = Path(source)
    if path.suffix.lower() in TABLES:
        tree = {"organisation": {"roster": os.path.realpath(path)}}
        settings = with_changes(tree, str(source), assignments, options or {})
        return _course(settings, str(source), path.stem)
    return _course(load(source, assignments, options), str(source), path.stem)


def course_again(
    folder: Path,
    course: Course | None,
    absent: Sequence[str],
    start: int | None,
    assignments: Iterable[str] = (),
    options: Mapping[str, Any] | None = None,
) -> Course:
    """Return the course of a plan that is made again.

    Parameters
    ----------
    folder : Path
        Of the earlier plan.
    course : Course or None
        With a new roster; the earlier plan's own settings and roster if left out.
    absent : sequence of str
        ``"P04:4"``, ``"P04:4-6"``: who will be absent in which cycles.
    start : int, optional
        The first cycle that may change, counted from 1. If left out, the first one of ``absent``, or the first one whose
        date has not passed.
    assignments, options
        As for :func:`course_of`, where no course is passed.

    Raises
    ------
    SettingsError
        If the folder has no plan, or it is not clear from when on it may change.
    """
    for name in (SETTINGS, ROWS, ROSTER):
        if not (folder / name).is_file():
            raise SettingsError(f"{folder}: has no {name}; --again needs the folder of a plan, for example plans/course")
    if course is None:
        course = _course(load(folder / SETTINGS, assignments, options), str(folder / SETTINGS), "")
        course = course._replace(name=course.prepared.settings.experiment.name)
    prepared, roster = course.prepared, course.prepared.roster
    assert roster is not None  # a course has people
    staying, earlier = set(roster.ids), Earlier(read_rows(folder / ROWS), 0)
    named = [_absence(text, roster) for text in absent]
    cycles = cycles_of(prepared.settings)
    first = start or min((min(numbers) for _, numbers in named), default=0) or _by_date(prepared.settings)
    if not first:
        raise SettingsError("--again: from which cycle on may the plan change? Write for example --from 3")
    if first > cycles:
        raise SettingsError(f"--again: there is no cycle {first}; the course has {cycles}")
    roster = _with_absences(prepared.settings, roster, named)
    before = read_roster(folder / ROSTER, load(folder / SETTINGS).roster)
    seated = {row.person for row in earlier.rows if row.cycle < first}
    roster = with_those_who_left(roster, before, seated)
    changes = absences_of_changes(roster, staying, earlier.rows, first - 1, cycles)
    roster = _with_absences(prepared.settings, roster, changes)
    left = tuple(key for key in roster.ids if key not in staying)
    return Course(replace(prepared, roster=roster), course.name, replace(earlier, past=first - 1, left=left))


def _course(settings: Settings, source: str, name: str) -> Course:
    """Return a course with the people of the settings' roster, without the plan and the arms of an earlier one."""
    tree = settings.model_dump(exclude_unset=True, exclude={"sweep", "arms"})
    for key in ("baseline", "targets", "precision", "measure", "against"):
        tree.get("experiment", {}).pop(key, None)
    played = tree.get("organisation", {}).pop("plan", "")
    base = "hybrid" if "hybrid" in settings.arms else RANDOM if played and RANDOM in settings.arms else ""
    if base:
        tree["arms"] = {"hybrid": settings.arms[base].model_dump(exclude_none=True, exclude={"phases"})}
    settings = validate(tree, source)
    if not settings.organisation.roster:
        raise SettingsError(f'{source}: a plan needs people: name their file, [organisation] roster = "people.csv"')
    try:
        roster = read_roster(settings.organisation.roster, settings.roster)
    except SettingsError as error:
        raise SettingsError(f"{source}: {error}") from error.__cause__
    prepared = prepare(settings_of_communities(settings, roster), source, roster)
    named = settings.experiment.name if "name" in settings.experiment.model_fields_set else ""
    return Course(prepared, named or _file_name(name))


def _file_name(text: str) -> str:
    """Return a text as the name of a folder."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "_.-") else "_" for sign in text)
    return plain if plain[:1].isalnum() else f"plan{plain}"


def _absence(text: str, roster: Roster) -> tuple[int, list[int]]:
    """Return who is absent and in which cycles, from ``P04:4`` or ``P04:4-6;8``."""
    who, sign, numbers = text.rpartition(":")
    cycles: list[int] = []
    for part in numbers.replace(",", ";").split(";"):
        low, _, high = part.strip().partition("-")
        if low.isdecimal() and (high or low).isdecimal() and len(part) < 12:
            cycles += range(int(low), int(high or low) + 1)
        else:
            sign = ""
    if not sign or not cycles or min(cycles) < 1:
        raise SettingsError(
            f'--absent {shown(text)}: write the id and the cycles, for example --absent "P04:4" or "P04:4-6"'
        )
    if who not in roster.ids:
        named = [number for number, name in enumerate(roster.names) if name == who]
        if len(named) != 1:
            raise SettingsError(
                f"--absent {shown(text)}: {shown(who)} is nobody of the roster{did_you_mean(who, roster.ids)}"
            )
        return named[0], cycles
    return roster.ids.index(who), cycles


def _with_absences(settings: Settings, roster: Roster, named: Sequence[tuple[int, list[int]]]) -> Roster:
    """Return the roster with further absences, in cycles or sessions as its own are."""
    if not named:
        return roster
    absent = [set(numbers) for numbers in roster.absent or [()] * len(roster.ids)]
    length = settings.organisation.cycle_length if settings.roster.absent_in == "sessions" else 1
    for person, cycles in named:
        absent[person] |= {number for cycle in cycles for number in range((cycle - 1) * length + 1, cycle * length + 1)}
    return replace(roster, absent=tuple(tuple(sorted(numbers)) for numbers in absent))


def _by_date(settings: Settings) -> int:
    """Return the first cycle whose date has not passed, counted from 1; 0 without dates."""
    now = datetime.datetime.now().isoformat(" ", "minutes")
    dates = settings.plan.dates  # a day without a time is over when the next one begins
    return next((cycle + 1 for cycle, date in enumerate(dates) if date >= now[: len(date)]), len(dates) + 1) if dates else 0
