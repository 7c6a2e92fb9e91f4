"""Idle: settings and fields of arms that an experiment gives or sweeps, and that can change nothing in its model.

Whether a setting changes anything is found by changing it: with another of its values, every arm must read the same
of its world (``Reading``). So no setting can be forgotten, and none is called idle that is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from learnsim.errors import listed
from learnsim.experiments.points import Point, with_value
from learnsim.grouping.reading import Reading
from learnsim.kinds import reading_of
from learnsim.people import Roster, load_roster
from learnsim.settings import Settings
from learnsim.settings.arms import PRESETS
from learnsim.settings.kinds import reads, reads_of_arms
from learnsim.settings.sampling import Span
from learnsim.settings.swept import TABLES
from learnsim.settings.write import toml_value

SHARES = ("lecture", "briefing", "exchange")  # have to add up, so that they are given without being meant
CELLS = ("organisation", "training")  # how cells are made: an arm may do without
ARMS_NAMED = 3  # reasons in a sentence, each with its arms


class Idle:
    """Collects, point by point, what is idle at all of them; kept for a design, and told as warnings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._others = {**_others_swept(settings), **_usual(settings)}
        self._reasons: dict[str, dict[str, str]] = {full: {} for full in self._others}  # of each arm
        self._remarks: dict[str, set[str]] | None = None

    def look(self, point: Point) -> None:
        """Take one more point into account."""
        if not self._others and self._remarks is not None and not any(self._remarks.values()):
            return
        arms = tuple(self._settings.arms)
        here = {name: reading_of(point.settings, name, point.roster) for name in arms}
        remarks = {name: set(reading.remarks) for name, reading in here.items()}
        before = self._remarks
        self._remarks = remarks if before is None else {name: before[name] & remarks[name] for name in arms}
        for full in list(self._others):
            if self._counts(full, point, here):
                del self._others[full], self._reasons[full]

    def _counts(self, full: str, point: Point, here: dict[str, Reading]) -> bool:
        """Whether any arm reads something else with another value of a setting; its reasons are kept if none does."""
        concerned = [name for name in here if full.startswith(f"arms.{name}.")] if full.startswith("arms.") else list(here)
        for value in self._others[full]:
            if value == _value(point.settings, full):
                continue
            other = with_value(point.settings, full, value)
            for name in concerned:
                if reading_of(other, name, point.roster).values != here[name].values:
                    return True
        for name in concerned:
            self._reasons[full].setdefault(name, _reason(here[name], full))
        return False

    @property
    def reasons(self) -> dict[str, str]:
        """Dotted name of each setting that changes nothing, and why."""
        return {full: _joined(why) for full, why in self._reasons.items()}

    @property
    def warnings(self) -> list[str]:
        """What was found, a sentence each."""
        said = [f"[arms.{name}] {remark}" for name, remarks in (self._remarks or {}).items() for remark in sorted(remarks)]
        for full, why in self.reasons.items():
            if full in self._settings.sweep:
                if not self._balances(full):
                    said.append(f"[sweep] {full} changes nothing: {why}")
            else:
                table, _, key = full.rpartition(".")
                said.append(f"[{table}] {key} = {shown_value(_value(self._settings, full))} changes nothing: {why}")
        return said

    def _balances(self, full: str) -> bool:
        """Whether a swept share only makes up for a lecture that is swept too, and counts."""
        arm, _, key = full.rpartition(".")
        return key in SHARES and f"{arm}.lecture" in self._settings.sweep and f"{arm}.lecture" not in self._reasons


def idle_settings(settings: Settings, names: tuple[str, ...] = ()) -> dict[str, str]:
    """Return every setting that can change nothing in these arms, whatever its value, and why.

    Parameters
    ----------
    settings : Settings
        Without a sweep.
    names : tuple of str
        Arms or presets; all arms of the settings if left out.

    Returns
    -------
    dict of dotted name to reason
        ``table.key``, or ``arms.NAME.key`` for a field of an arm; a trait is one setting. What a run reads, if only to
        find that it comes to the same, is not among them.
    """
    names = names or tuple(settings.arms)
    roster: Roster | None = load_roster(settings)
    readings = {name: reading_of(settings, name, roster) for name in names}
    found: dict[str, str] = {}
    for table, fields in TABLES.items():
        for key in fields.model_fields:
            full = f"{table}.{key}"
            if reads(settings.model.kind, table, key) and all(_unread(each, full) for each in readings.values()):
                found[full] = _joined({name: _reason(each, full) for name, each in readings.items()})
    for name, each in readings.items():
        fields = [key.removeprefix("arm.") for key in each.reasons if key.startswith("arm.")]
        found |= {f"arms.{name}.{key}": each.reasons[f"arm.{key}"] for key in fields if _unread(each, f"arms.{name}.{key}")}
    return found


def _unread(reading: Reading, full: str) -> bool:
    name = _in_reading(full)
    return name in reading.reasons and name not in reading.values and f"of {name}" not in reading.values


def _in_reading(full: str) -> str:
    """Return a setting's name as a reading has it: ``arm.`` for a field of the arm, a whole trait for a part of it."""
    if full.startswith("arms."):
        return f"arm.{full.rpartition('.')[2]}"
    return ".".join(full.split(".")[:2])


def _reason(reading: Reading, full: str) -> str:
    return reading.reasons.get(_in_reading(full), "whatever it is, what follows from it is the same")


def _joined(why: dict[str, str]) -> str:
    """Say the reasons of several arms as one: each with its arms, unless there is but one."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in why.items():
        by_reason.setdefault(reason, []).append(name)
    if len(by_reason) == 1:
        return next(iter(by_reason))
    told = [
        f"{reason} ({'arms' if len(names) > 1 else 'arm'} {listed(names, most=2)})" for reason, names in by_reason.items()
    ]
    return listed(told, most=ARMS_NAMED, between="; ")


def shown_value(value: Any) -> str:
    """Return a setting's value as TOML, shortened."""
    text = toml_value(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _value(settings: Settings, full: str) -> Any:
    """Return the value that a setting has, as the file gives it for an arm's field."""
    table, _, rest = full.partition(".")
    if table == "arms":
        name, _, key = rest.rpartition(".")
        return getattr(settings.arms[name], key)
    value: Any = getattr(settings, table)
    for part in rest.split("."):
        value = getattr(value, part, None)
    return value


def _others_swept(settings: Settings) -> dict[str, tuple[Any, ...]]:
    """For each swept setting the values that every point's own is compared with: the ends of a range, or of a list."""
    ends: dict[str, tuple[Any, ...]] = {}
    for full, given in settings.sweep.items():
        low_high = (given.at(0.0), given.at(1.0)) if isinstance(given, Span) else (given[0], given[-1])
        ends[full] = low_high
    return ends


def _usual(settings: Settings) -> dict[str, tuple[Any, ...]]:
    """For each setting that the file gives another value than it would have: what it would be if it were left out."""
    return dict(_given(settings))


def _given(settings: Settings) -> Iterator[tuple[str, tuple[Any, ...]]]:
    swept, kind = settings.sweep, settings.model.kind
    for table, fields in TABLES.items():
        there = getattr(settings, table)
        for key in there.model_fields_set if table not in CELLS else ():
            usual, full = fields.model_fields[key].get_default(call_default_factory=True), f"{table}.{key}"
            met = any(name == full or name.startswith(f"{full}.") for name in swept)
            if reads(kind, table, key) and getattr(there, key) != usual and not met:
                yield full, (usual,)
    for name, arm in settings.arms.items():
        preset = PRESETS[arm.preset or name][1]._replace(formation=settings.organisation.formation)
        for key in arm.model_fields_set - {"preset", *SHARES}:
            value, full = getattr(arm, key), f"arms.{name}.{key}"
            if value is not None and value != getattr(preset, key) and full not in swept and reads_of_arms(kind, key):
                yield full, (getattr(preset, key),)
