"""Roster: real people from a file, in place of drawn ones.
What the file does not say of a person is drawn; a bad cell is an error that names line and column.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from learnsim.arrays import Addresses, Flags, Floats
from learnsim.chance import addresses_of
from learnsim.errors import SettingsError, shown
from learnsim.files import named
from learnsim.people.cells import ColumnOfCells, is_blank, is_unknown, number_of
from learnsim.people.columns import Meanings, Names, meanings_of
from learnsim.people.exports import clean
from learnsim.people.plan_file import PlannedCells
from learnsim.people.spelling import is_visible, listed
from learnsim.people.tables import Sheet, read_sheet
from learnsim.settings.roster import RosterColumns
from learnsim.sorting import label_order


@dataclass(frozen=True)
class Roster:
    """What a roster says of its people, in the order of its lines; what is empty or ``None`` it does not say of anybody.

    Attributes
    ----------
    ids : tuple of str
        One per person, all different.
    traits : dict of str to array (people,)
        Values in [0, 1]; NaN where a person's is not known, and is drawn.
    interest : array (people, topics) or None
        Each row's maximum is 1; a row of NaN where a person's are not known, and are drawn.
    community : tuple of str
        One per person.
    names : tuple of str
        What is shown of each person; the id where there is no name.
    topics : tuple of str
        The names of the columns of ``interest``.
    pretest : array (people, 1) or (people, items), or None
        Prior mastery, a share in [0, 1], of all items or of each; NaN where it is not known, and is drawn.
    labels : dict of str to tuple of str
        The value of each person by label; "" where it is not known.
    officer : array (people,) of bool, or None
        Who may be officer.
    absent : tuple of tuple of int
        The cycles or sessions, counted from 1, in which each person is absent.
    has_ids : bool
        Whether people are known by an id or a name, and not only by their line.
    notes : tuple of str
        What the reader of the file found out about it, to be checked by its user.
    planned : PlannedCells or None
        The plan of [organisation] plan, for the people in this order.
    """

    ids: tuple[str, ...]
    traits: dict[str, Floats] = field(default_factory=dict)
    interest: Floats | None = None
    community: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    pretest: Floats | None = None
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    officer: Flags | None = None
    absent: tuple[tuple[int, ...], ...] = ()
    has_ids: bool = True
    notes: tuple[str, ...] = ()
    planned: PlannedCells | None = None

    def __post_init__(self) -> None:
        if not self.names:
            object.__setattr__(self, "names", self.ids)

    def knows_trait(self, trait: str) -> bool:
        """Whether everybody's trait is known."""
        return trait in self.traits and not bool(np.isnan(self.traits[trait]).any())

    @property
    def knows_interests(self) -> bool:
        """Whether everybody's interests are known."""
        return self.interest is not None and not bool(np.isnan(self.interest).any())

    @property
    def knows_pretest(self) -> bool:
        """Whether everybody's prior mastery of every item is known."""
        return self.pretest is not None and not bool(np.isnan(self.pretest).any())

    @cached_property
    def address(self) -> Addresses:
        """Where each person's random numbers are, shape (people,): at a hash of the id, or else the number of the line."""
        return addresses_of(self.ids) if self.has_ids else np.arange(len(self.ids), dtype=np.uint32)

    def by_id(self) -> Roster:
        """Return the same people by ascending id (numbers by value): the order of the lines then changes nothing.

        People who are only known by their line stay as they are.
        """
        if not self.has_ids:
            return self
        order = sorted(range(len(self.ids)), key=lambda place: label_order(self.ids[place]))

        def ordered(values: tuple[Any, ...]) -> tuple[Any, ...]:
            return tuple(values[place] for place in order) if values else ()

        return replace(
            self,
            ids=ordered(self.ids),
            traits={name: values[order] for name, values in self.traits.items()},
            interest=None if self.interest is None else np.ascontiguousarray(self.interest[order]),
            community=ordered(self.community),
            names=ordered(self.names),
            pretest=None if self.pretest is None else np.ascontiguousarray(self.pretest[order]),
            labels={name: ordered(values) for name, values in self.labels.items()},
            officer=None if self.officer is None else self.officer[order],
            absent=ordered(self.absent),
        )


def read_roster(path: str | Path, columns: RosterColumns | None = None, content: bytes | None = None) -> Roster:
    r"""Read a file of real people: CSV as any program writes it, or the first sheet of an Excel workbook.

    Parameters
    ----------
    path : str or Path
    columns : RosterColumns, optional
        What its columns mean. Without them, and for what they leave open, the usual names count: ``id``, ``name``,
        ``community``, ``learning_speed`` (or ``speed``), ``sociability``, ``helpfulness``, ``pretest``, ``officer``,
        ``absent``, and an interest in each community's topic: ``interest_1``, ``interest_2``, ..., or ``interest_`` and a
        word, in the file's order.
    content : bytes, optional
        Of the file, if it is not on this machine's disk; the path then only names it.

    Raises
    ------
    SettingsError
        With line and column of the first mistake, and what to do about it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "people.csv"
    ...     _ = file.write_text("id;community;learning_speed\nP1;Blue;0,5\nP2;Red;-\n")
    ...     roster = read_roster(file)
    >>> roster.ids, roster.community, roster.traits["learning_speed"].tolist()
    (('P1', 'P2'), ('Blue', 'Red'), [0.5, nan])
    """
    if "\0" in str(path):
        raise SettingsError(f"[organisation] roster = {str(path)!r} is not a file's name")
    file, columns = named(path), columns or RosterColumns()
    names = Names(columns)
    try:
        sheet = read_sheet(path, names.known, names.alike, content)
        meanings = meanings_of(sheet, columns)
        numeric = {sheet.header[place] for place in meanings.numbers}
        points = {sheet.header[place] for place in meanings.pretest}
        sheet.check_quotes(lambda column, text: _fits(column, text, numeric, points, decimal_comma=sheet.decimal_comma))
    except SettingsError as error:
        raise SettingsError(f"{file}: {error}") from None
    maxima = clean(sheet)
    if not sheet.lines:
        raise SettingsError(f"{file}: has column names but no people")
    return _Reader(sheet, meanings, columns, maxima).roster()


def _fits(column: str, text: str, numeric: set[str], points: set[str], *, decimal_comma: bool) -> bool:
    """Whether a text could stand in a column."""
    if (column not in numeric and column not in points) or is_unknown(text):
        return True
    value = number_of(text, decimal_comma=decimal_comma)
    return 0.0 <= value <= 1.0 if column in numeric else value >= 0.0


class _Reader:
    """Makes a roster of a table whose columns are known."""

    def __init__(self, sheet: Sheet, meanings: Meanings, settings: RosterColumns, maxima: dict[str, float]) -> None:
        self._sheet, self._meanings, self._settings, self._maxima = sheet, meanings, settings, maxima

    def roster(self) -> Roster:
        """Return what the table says of its people."""
        sheet, means = self._sheet, self._meanings
        for place in means.used:
            self._check_text(place)
        shown_names = self._names()
        ids, has_ids = self._ids(shown_names)
        apart = means.name and means.id is not None  # else the ids are the names
        names = tuple(name or one for name, one in zip(shown_names, ids, strict=True)) if apart else ids
        return Roster(
            ids=ids,
            traits={trait: self._cells(place).shares() for trait, place in means.traits.items()},
            interest=self._interest(),
            community=() if means.community is None else self._cells(means.community).labels(needed=True),
            names=names,
            topics=tuple(means.interests),
            pretest=self._pretest(),
            labels={label: self._cells(place).labels(needed=False) for label, place in means.labels.items()},
            officer=None if means.officer is None else self._cells(means.officer).flags(),
            absent=() if means.absent is None else self._cells(means.absent).absences(),
            has_ids=has_ids,
            notes=tuple(sheet.notes),
        )

    def _cells(self, place: int) -> ColumnOfCells:
        sheet = self._sheet
        return ColumnOfCells(sheet.file, sheet.header[place], sheet.lines, sheet.columns[place], sheet.decimal_comma)

    def _check_text(self, place: int) -> None:
        cells = self._sheet.columns[place]
        if "\0" in "".join(cells):
            where = next(number for number, cell in enumerate(cells) if "\0" in cell)
            raise self._cells(place).error(where, "holds a NUL character")

    def _names(self) -> list[str]:
        """Return everybody's name, "" where it is not known."""
        columns = [self._sheet.columns[place] for place in self._meanings.name]
        parts = [["" if is_blank(cell) else " ".join(cell.split()) for cell in cells] for cells in columns]
        return [" ".join(filter(None, name)) for name in zip(*parts, strict=True)]

    def _ids(self, names: list[str]) -> tuple[tuple[str, ...], bool]:
        """Return everybody's id: of its column, or else the name, or else the line."""
        sheet, place = self._sheet, self._meanings.id
        if place is None and not self._meanings.name:
            return tuple(f"line {line}" for line in sheet.lines), False
        column = self._cells(place if place is not None else self._meanings.name[0])
        ids = column.cells if place is not None else self._numbered(names)
        cure = '; name a column that every person has, for example [roster] id = "Email"'
        for number, text in enumerate(ids) if not all(ids) or not all(map(str.isprintable, ids)) else ():
            if not is_visible(text):
                raise column.error(number, "is empty" + cure * (self._settings.id != "" or place is None))
        if len(set(ids)) < len(ids):
            first: dict[str, int] = {}
            for number, text in enumerate(ids):
                if text in first:
                    raise column.error(number, f"{shown(text)} stands on line {sheet.lines[first[text]]} already")
                first[text] = number
        return tuple(ids), True

    def _numbered(self, names: list[str]) -> list[str]:
        """Return names that are all different: people of one name have a number behind it, in the order of the lines."""
        times, taken, count = Counter(filter(is_visible, names)), {*names}, Counter[str]()
        several = [name for name, number in times.items() if number > 1]
        different = list(names)
        for place, name in enumerate(names):
            if times[name] > 1:
                while different[place] in taken:
                    count[name] += 1
                    different[place] = f"{name} {count[name]}"
                taken.add(different[place])
        if several:
            example = listed([one for one, name in zip(different, names, strict=True) if name == several[0]])
            self._sheet.notes.append(
                f"has more than one person called {listed(several)}: they are numbered in the order of the lines ({example})"
            )
        return different

    def _interest(self) -> Floats | None:
        places = [*self._meanings.interests.values()]
        if not places:
            return None
        columns = [self._cells(place) for place in places]
        table = np.array([column.shares() for column in columns]).T
        unknown = np.isnan(table)
        partly = np.flatnonzero(unknown.any(axis=1) & ~unknown.all(axis=1))
        if len(partly):
            person = int(partly[0])
            column = columns[int(np.flatnonzero(unknown[person])[0])]
            raise column.error(person, "is not known, but other interests are; write 0 for none, or leave out all of them")
        best = table.max(axis=1)
        if (best == 0.0).any():
            line = self._sheet.lines[int((best == 0.0).argmax())]
            raise SettingsError(f"{self._sheet.file}: line {line}: all interests are 0; one must be above it")
        return np.ascontiguousarray(table / best[:, None])

    def _pretest(self) -> Floats | None:
        places = self._meanings.pretest
        if not places:
            return None
        shares = []
        asked = self._settings.pretest.maximum if self._settings.pretest else None
        for place in places:
            column = self._cells(place)
            stated = self._maxima.get(column.name)
            if stated and asked and stated != asked:
                raise SettingsError(
                    f"{column.file}: column {column.name} is out of {stated:g} points there, "
                    f"but [roster] pretest maximum = {asked:g}; leave maximum out"
                )
            if stated and not asked:
                self._sheet.notes.append(f"has {stated:g} points as the most of {column.name}")
            shares.append(column.points(asked or stated))
        return np.ascontiguousarray(np.array(shares).T)
