"""Columns: which column of a roster means what, by the settings of ``[roster]`` or by the usual names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches

from learnsim.errors import SettingsError, listed, shown
from learnsim.people.cells import LONGEST, short
from learnsim.people.exports import AUTOMATIC, plain_name
from learnsim.people.spelling import bare, nearest
from learnsim.people.tables import BROKEN, LINE_BREAK, Sheet
from learnsim.settings.roster import OTHERS, TRAITS, RosterColumns

USUAL = ("id", "name", "community", *TRAITS, "speed", "pretest", "officer", "absent")  # what counts without [roster]
INTEREST = re.compile("interest(_.+)?")
NUMBERED = re.compile("[0-9]{1,6}")  # what an interest column may be numbered by
SHOWN = 12  # columns named in an error
ALIKE = 0.75  # likeness of two names from which one may be a misspelling of the other


@dataclass
class Meanings:
    """The place of each column by what it means; None, or empty, if there is none.

    Attributes
    ----------
    id, community, officer, absent : int or None
    name, pretest : list of int
    traits : dict of trait to place
    interests : dict of topic to place
    labels : dict of label to place
    """

    id: int | None = None
    name: list[int] = field(default_factory=list)
    community: int | None = None
    traits: dict[str, int] = field(default_factory=dict)
    interests: dict[str, int] = field(default_factory=dict)
    pretest: list[int] = field(default_factory=list)
    labels: dict[str, int] = field(default_factory=dict)
    officer: int | None = None
    absent: int | None = None

    @property
    def numbers(self) -> set[int]:
        """The columns in which numbers from 0 to 1 stand."""
        return {*self.traits.values(), *self.interests.values()}

    @property
    def used(self) -> set[int]:
        """All columns that mean something."""
        single = (self.id, self.community, self.officer, self.absent)
        there = {place for place in single if place is not None}
        return there | self.numbers | {*self.name, *self.pretest, *self.labels.values()}


class Names:
    """Which names of columns are looked for in a file."""

    def __init__(self, columns: RosterColumns) -> None:
        self._explicit = {column for _, column in columns.uses()}
        self._known = self._explicit | set(USUAL)
        self._alike = {bare(name) for name in self._known}

    def known(self, name: str) -> bool:
        """Whether a text is the name of a column that is looked for."""
        return bool(name) and (name in self._known or plain_name(name) in self._explicit or bool(INTEREST.fullmatch(name)))

    def alike(self, name: str) -> bool:
        """Whether a text differs from such a name only in case, blanks or accents."""
        return bool(name) and len(name) < 1000 and bare(name) in self._alike


def meanings_of(sheet: Sheet, columns: RosterColumns) -> Meanings:
    """Return what the columns of a table mean.

    Raises
    ------
    SettingsError
        With the reason only: a column that is named is not there, or one that is there is neither named nor ignored.
    """
    return _Reader(sheet, columns).meanings()


class _Reader:
    def __init__(self, sheet: Sheet, columns: RosterColumns) -> None:
        self._sheet, self._settings = sheet, columns
        self._where = f"line {sheet.top}"
        self._header = [LINE_BREAK.sub(" ", name) for name in sheet.header]
        self._explicit = {column for _, column in columns.uses()}
        self._places: dict[str, list[int]] = {}
        for place, name in enumerate(self._header):
            self._places.setdefault(name, []).append(place)
        self._plain: dict[str, list[int]] = {}
        for place, name in enumerate(self._header):
            self._plain.setdefault(plain_name(name), []).append(place)

    def meanings(self) -> Meanings:
        asked = self._settings
        self._check_broken()
        there = Meanings()
        there.id = self._single("id")
        there.name = [self._place("name", name) for name in asked.name] or self._usual("name")
        by_interest = {topic: self._place("interests", column) for topic, column in asked.interests.items()}
        there.community = self._single("community") if not by_interest else None
        there.traits = self._traits()
        there.interests = by_interest or self._usual_interests()
        if asked.pretest is not None:
            there.pretest = [self._place("pretest", column) for column in asked.pretest.column]
        else:
            there.pretest = self._usual("pretest")
        there.labels = {label: self._place("labels", label) for label in asked.labels}
        there.officer, there.absent = self._single("officer"), self._single("absent")
        if asked.ignore != OTHERS:
            for column in asked.ignore:
                self._place("ignore", column)
        self._check_others(there)
        return there

    def _single(self, key: str) -> int | None:
        """Return the place of the column that a setting names, or else of the column with the usual name."""
        column = getattr(self._settings, key)
        return self._place(key, column) if column else next(iter(self._usual(key)), None)

    def _usual(self, name: str) -> list[int]:
        """Return the place of the column with a usual name, unless a setting names it for something else."""
        if name in self._explicit or name not in self._places:
            return []
        return [self._once(name, self._places[name])]

    def _once(self, name: str, places: list[int]) -> int:
        if len(places) > 1:
            raise SettingsError(f"{self._where} names column {shown(name)} twice")
        return places[0]

    def _place(self, key: str, column: str) -> int:
        """Return the place of a column that a setting names."""
        places = self._places.get(column) or self._plain.get(column)
        if not places:
            hint = nearest(column, filter(None, self._header))
            raise SettingsError(f"{self._where} has no column {shown(column)}, which [roster] {key} names{hint}")
        return self._once(column, places)

    def _traits(self) -> dict[str, int]:
        places = {trait: place for trait in TRAITS if (place := self._single(trait)) is not None}
        speed = self._usual("speed")
        if speed and "learning_speed" in places and not self._settings.learning_speed:
            raise SettingsError(f"{self._where} has both speed and learning_speed; they are the same, keep one")
        if speed and not self._settings.learning_speed:
            places["learning_speed"] = speed[0]
        return places

    def _usual_interests(self) -> dict[str, int]:
        names = [name for name in self._places if INTEREST.fullmatch(name) and name not in self._explicit]
        numbers = [name.removeprefix("interest_") for name in names]
        if numbers and all(number.isdecimal() for number in numbers):
            plain = all(map(NUMBERED.fullmatch, numbers))
            names = [name for _, name in sorted(zip(map(int, numbers), names, strict=True))] if plain else names
            if names != [f"interest_{number}" for number in range(1, len(names) + 1)]:
                there = ", ".join(map(short, names if len(names) <= SHOWN else [*names[:SHOWN], "..."]))
                raise SettingsError(f"{self._where} has {there}; number them interest_1 to interest_{len(names)}")
        return {name.removeprefix("interest_"): self._once(name, self._places[name]) for name in names}

    def _check_broken(self) -> None:
        """Check that a name over several lines is meant: a quotation mark that is not closed looks the same."""
        for raw, name in zip(self._sheet.header, self._header, strict=True):
            if ("\n" in raw or "\r" in raw) and name not in self._explicit:
                raise SettingsError(BROKEN.format(self._sheet.top))

    def _check_others(self, there: Meanings) -> None:
        """Check that every column that means nothing is ignored on purpose."""
        ignored, used = self._settings.ignore, there.used
        if ignored == OTHERS:
            return
        places = {self._place("ignore", column) for column in ignored}
        for place, name in enumerate(self._header):
            if place in used or place in places or name in AUTOMATIC:
                continue
            if not name:
                line, text = next(
                    (line, cell) for line, cell in zip(self._sheet.lines, self._sheet.columns[place], strict=True) if cell
                )
                raise SettingsError(
                    f"{self._where}, cell {place + 1} is empty, but line {line} has {shown(text)} below it; "
                    "name the column, or take it out"
                )
            if len(self._places[name]) > 1:
                self._once(name, self._places[name])
            raise SettingsError(self._unknown(name))

    def _unknown(self, name: str) -> str:
        usual = [*(each for each in USUAL if each not in self._explicit), "interest_1"]
        word, plain = shown(short(name)), bare(name[:LONGEST])
        near = [each for each in usual if bare(each) == plain] or get_close_matches(plain, usual, n=1, cutoff=ALIKE)
        hint = f"did you mean {near[0]}? If not," if near else f"known are {listed(sorted(usual))};"
        cure = f'say under [roster] what it is, for example labels = [{word}] or id = {word}, or ignore = "{OTHERS}"'
        return f"{self._where}, column {word} is not known; {hint} {cure}"
