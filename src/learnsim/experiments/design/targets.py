"""Targets: numbers that an experiment is compared with: published, exact, or computed elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterable

from learnsim.csvfile import Spreadsheet, read_spreadsheet
from learnsim.errors import SettingsError, did_you_mean, listed
from learnsim.experiments.design.design import Design, Target
from learnsim.experiments.design.point_lookup import PointLookup, is_number, number_of
from learnsim.settings.messages import shown
from learnsim.settings.sweep import is_setting

STATISTICS = ("mean", "sd", "difference", "effect", "share_above", "peak", "slope", "least_step")
PAIRED = ("difference", "effect", "share_above")  # of two arms on the same replicates
ALONG = ("peak", "slope", "least_step")  # over the values of one swept setting
SOURCES = ("exact", "published", "computed")
EXPECT = ("agrees", "differs")
LARGEST = 1e15  # of a number
LONGEST = {"panel": 200, "name": 200}  # letters: they stand in tables and figures
NEEDED = ("panel", "source", "arm")
NUMBERS = ("session", "low", "high", "error", "runs")
COLUMNS = (*NEEDED, "name", "statistic", "over", "measure", "session", "low", "high", "error", "runs", "expect")


def read_targets(path: str, source: str, design: Design) -> tuple[Target, ...]:
    """Read the targets of a design, one per line.

    Parameters
    ----------
    path : str
        A CSV file; see ``docs/EXPERIMENTS.md`` for its columns.
    source : str
        The experiment file's name, for errors.
    design : Design

    Raises
    ------
    SettingsError
        With line and column of the first invalid cell, its text, and what is allowed.
    """
    if "\0" in path:
        raise SettingsError(f"{source}: [experiment] targets = {path!r} is not a file's name")
    sheet = read_spreadsheet(path, "targets file", "targets", NEEDED, _fits)
    known = (*COLUMNS, *design.swept)
    for name in sheet.header:
        if name not in known:
            reason = f"is not known{did_you_mean(name, known)}"
            if is_setting(name):
                reason = f"is not swept over; swept are {', '.join(design.swept) or 'no settings'}"
            raise SettingsError(f"{sheet.file}: line 1, column {shown(name)} {reason}")
    for name in NEEDED:
        if name not in sheet.header:
            raise SettingsError(f"{sheet.file}: line 1 has no column {name}")
    reader = _Reader(sheet, design)
    return tuple(reader.target(number, cells) for number, cells in sheet.lines)


def _fits(column: str, text: str) -> bool:
    """Whether a text is valid in a column; checks the columns of numbers."""
    return column not in NUMBERS or not text or not math.isnan(number_of(text))


class _Reader:
    """Makes targets from lines; the design is read once."""

    def __init__(self, sheet: Spreadsheet, design: Design) -> None:
        self._file, self._header, self._design = sheet.file, sheet.header, design
        self._lookup = PointLookup(design)
        self._line, self._cells = 0, dict[str, str]()

    def target(self, line: int, cells: list[str]) -> Target:
        """Return the target of a line."""
        self._line, self._cells = line, dict(zip(self._header, cells, strict=True))
        statistic = self._one_of("statistic", STATISTICS, "mean")
        along, points = self._along(statistic) if statistic in ALONG else ("", self._point())
        low, high = self._range()
        if statistic == "share_above" and (low > 1.0 or high < 0.0):
            column = "low" if low > 1.0 else "high"
            raise self._error(column, f"{shown(self._cells[column])} leaves no share of replicates, from 0 to 1")
        session = self._whole("session", 0)
        if session is not None:
            self._check_session(session, points)
        error, runs = self._number("error", 0.0, LARGEST), self._whole("runs", 1)
        if error is not None and runs is not None:
            raise self._error("runs", f"both {runs} runs and an error are set; keep one of them")
        if statistic == "peak" and not (error is None and runs is None):
            column = "runs" if error is None else "error"
            raise self._error(column, "must be blank for 'peak', which is compared by its range")
        return Target(
            self._words("panel", self._text("panel")),
            self._words("name", self._cells.get("name", "")),
            self._one_of("source", SOURCES),
            statistic,
            arm := self._one_of("arm", self._design.arms),
            self._over(statistic, arm),
            self._measure(session, statistic),
            session,
            points,
            {name: value for name, value in self._design.points.values(points[0]).items() if name != along},
            along,
            low,
            high,
            error,
            runs,
            self._one_of("expect", EXPECT, "agrees"),
        )

    def _measure(self, session: int | None, statistic: str) -> str:
        measure = self._one_of("measure", self._design.kind.compared, self._design.measure)
        if session is not None and measure not in self._design.kind.session_measures:
            raise self._error("measure", f"{shown(measure)} belongs to a whole run, so session must be blank")
        spreads = self._design.kind.spreads
        if statistic == "effect" and measure not in spreads:
            allowed = f"it is for {', '.join(spreads)}" if spreads else "no measure of this model is one"
            raise self._error("measure", f"{shown(measure)} is no mean over people, which 'effect' needs; {allowed}")
        if statistic == "effect" and session is not None and spreads[measure] not in self._design.kind.session_measures:
            raise self._error("session", "must be blank, since the spread between people is known at the end only")
        return measure

    def _error(self, column: str, reason: str) -> SettingsError:
        return SettingsError(f"{self._file}: line {self._line}, column {column}: {reason}")

    def _text(self, column: str) -> str:
        if not self._cells[column]:
            raise self._error(column, "is empty")
        return self._cells[column]

    def _words(self, column: str, text: str) -> str:
        if not text.isprintable() or len(text) > LONGEST[column]:
            raise self._error(column, f"{shown(text)} must be one line of at most {LONGEST[column]} printable characters")
        return text

    def _one_of(self, column: str, known: Iterable[str], default: str = "") -> str:
        text = self._cells.get(column, "") or default or self._text(column)
        if text not in known:
            raise self._error(column, f"{shown(text)} is not known{did_you_mean(text, known)}")
        return text

    def _over(self, statistic: str, arm: str) -> str:
        text = self._cells.get("over", "")
        if statistic not in PAIRED:
            if text:
                reason = f"{shown(text)} must be blank for {statistic!r}; it is for {listed(PAIRED)}"
                raise self._error("over", reason)
            return ""
        if not text:
            raise self._error("over", f"is empty; {statistic!r} needs an arm that {arm!r} is compared with")
        if text == arm:
            raise self._error("over", f"{shown(text)} is the arm itself; name another one")
        return self._one_of("over", self._design.arms)

    def _number(self, column: str, least: float, beyond: float) -> float | None:
        """A number from ``least`` to below ``beyond``, or None where the cell is blank."""
        text = self._cells.get(column, "")
        if not text:
            return None
        value = number_of(text)
        if not least <= value < beyond:
            most = "" if not value >= beyond else f", below {beyond:g}"
            raise self._error(column, f"{shown(text)} must be a number of {least:g} or more{most}")
        return value

    def _whole(self, column: str, least: int) -> int | None:
        value = self._number(column, least, LARGEST)
        if value is not None and value != int(value):
            raise self._error(column, f"{shown(self._cells[column])} must be a whole number")
        return None if value is None else int(value)

    def _range(self) -> tuple[float, float]:
        texts = {column: self._cells.get(column, "") for column in ("low", "high")}
        if not any(texts.values()):
            raise self._error("low", "is empty, and so is high; write a number into low, or a range into low and high")
        values = {column: number_of(text) for column, text in texts.items() if text}
        for column, value in values.items():
            if math.isnan(value):
                raise self._error(column, f"{shown(texts[column])} must be a number, or inf")
            if abs(value) > LARGEST and "inf" not in texts[column].lower():
                raise self._error(column, f"{shown(texts[column])} must be from {-LARGEST:g} to {LARGEST:g}, or inf")
        low = values.get("low", -math.inf)
        high = values.get("high", low)
        if high < low:
            raise self._error("high", f"{shown(texts['high'])} must not be below low, which is {shown(texts['low'])}")
        if low == math.inf or high == -math.inf or (low, high) == (-math.inf, math.inf):
            raise self._error("high" if texts["high"] else "low", "leaves no number to compare results with")
        return low, high

    def _point(self) -> tuple[int, ...]:
        """The one point that the line refers to."""
        points = self._lookup.points(self._cells, self._error)
        if len(points) > 1:
            blank = self._lookup.blank(self._cells)
            column = blank[0] if blank else self._design.swept[-1]
            reason = "is blank" if blank else "has the same value at several points"
            raise self._error(column, f"{reason}, so the line refers to {len(points)} points; it must refer to one")
        return tuple(points)

    def _along(self, statistic: str) -> tuple[str, tuple[int, ...]]:
        """The swept setting left blank, and the points with all its values, in their order."""
        blank = self._lookup.blank(self._cells)
        if len(blank) != 1:
            reason = f"here {', '.join(blank)} are blank" if blank else "here none is blank"
            raise self._error("statistic", f"{statistic!r} needs exactly one swept setting that is left blank; {reason}")
        setting, points = blank[0], self._lookup.points(self._cells, self._error)
        if len(points) < 2:
            raise self._error(setting, "is blank, but has only one value where the other settings have these values")
        values = {point: self._design.points.values(point)[setting] for point in points}
        if all(map(is_number, values.values())):
            points.sort(key=lambda point: float(values[point]))
        elif statistic != "least_step":
            raise self._error("statistic", f"{statistic!r} needs numbers, and {setting} has other values")
        return setting, tuple(points)

    def _check_session(self, session: int, points: tuple[int, ...]) -> None:
        last = min(self._design.kind.sessions(self._design.points.settings(point)) for point in points)
        if session > last:
            clock = self._design.kind.clock
            raise self._error("session", f"'{session}' must be at most {last}, the number of {clock}s in a run")
