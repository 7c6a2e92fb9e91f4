"""People of a plan: who they are by id or name, what is known of them, and when they are absent."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from learnsim.arrays import Flags, Floats, Indices
from learnsim.errors import SettingsError, did_you_mean, shown
from learnsim.people import Roster
from learnsim.people.spelling import bare
from learnsim.settings import Settings

NUMBERS = ("pretest", "learning_speed", "sociability", "helpfulness")
MINIMUM = 2  # of a kind of people, so that nobody is the only one


class Attendees:
    """The people of a roster as the rules of a plan speak of them.

    Parameters
    ----------
    settings : Settings
    roster : Roster
    cycles : int
        Of the plan.
    source : str
        The file, for errors.
    """

    def __init__(self, settings: Settings, roster: Roster, cycles: int, source: str) -> None:
        self.settings, self.roster, self.cycles, self.source = settings, roster, cycles, source

    def __len__(self) -> int:
        """Return the number of people."""
        return len(self.roster.ids)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What is shown of each person: the name, or the id."""
        return self.roster.names or self.roster.ids

    def called(self, person: int) -> str:
        """Return a person's id, with the name if that is another."""
        name, key = self.names[person], self.roster.ids[person]
        return key if name == key else f"{key} ({name})"

    @cached_property
    def _by_id(self) -> dict[str, int]:
        return {key: number for number, key in enumerate(self.roster.ids)}

    def number(self, text: str, place: str) -> int:
        """Return the number of the person with this id, or with this name if nobody else has it.

        Raises
        ------
        SettingsError
            If there is no such person; ``place`` says where the text stands.
        """
        if text in self._by_id:
            return self._by_id[text]
        named = [number for number, name in enumerate(self.names) if name == text]
        if len(named) == 1:
            return named[0]
        if named:
            ids = ", ".join(self.roster.ids[number] for number in named)
            raise SettingsError(f"{self.source}: {place}: {len(named)} people are called {shown(text)}; write the id: {ids}")
        known = [*self.roster.ids, *self.names]
        raise SettingsError(f"{self.source}: {place}: {shown(text)} is nobody of the roster{did_you_mean(text, known)}")

    @cached_property
    def present(self) -> Flags:
        """Who is there, shape (cycles, people)."""
        there = np.ones((self.cycles, len(self)), dtype=np.bool_)
        per_cycle = self.settings.organisation.cycle_length if self.settings.roster.absent_in == "sessions" else 1
        for person, numbers in enumerate(self.roster.absent):
            cycles = [(number - 1) // per_cycle for number in set(numbers)]
            missed = np.bincount(np.array(cycles, dtype=np.int64), minlength=self.cycles)
            there[missed[: self.cycles] >= per_cycle, person] = False  # in the whole cycle
        return there

    def column(self, name: str, place: str) -> tuple[str, ...]:
        """Return each person's value of a label, or of the community.

        Raises
        ------
        SettingsError
            If the roster has no such label.
        """
        if name in self.roster.labels:
            return self.roster.labels[name]
        if name == "community" and self.roster.community:
            return self.roster.community
        cure = f"; [roster] labels = [{shown(name)}] makes a column a label"
        known = [*self.roster.labels]
        hint = did_you_mean(name, known) if known else ""
        raise SettingsError(f"{self.source}: {place}: {shown(name)} is not a label of the roster{hint}{cure}")

    def kinds(self, text: str, place: str) -> dict[str, list[int]]:
        """Return the people of each kind that a rule names: ``"Gender:f"`` is one kind, ``"Language"`` one per value.

        Raises
        ------
        SettingsError
            If there is no such label, or nobody has this value.
        """
        column, sign, value = text.rpartition(":")
        if not sign or text in self.roster.labels:
            values = self.column(text, place)
            return {
                f"{text}:{one}": [number for number, mine in enumerate(values) if mine == one]
                for one in dict.fromkeys(values)
                if one
            }
        values = self.column(column, place)
        people = [number for number, mine in enumerate(values) if mine == value]
        if not people:
            alike = [mine for mine in dict.fromkeys(values) if bare(mine) == bare(value)]
            hint = did_you_mean(value, [*filter(None, dict.fromkeys(values))])
            hint = f"; did you mean {column}:{alike[0]}?" if alike else hint
            raise SettingsError(f"{self.source}: {place}: nobody has {column} = {shown(value)}{hint}")
        return {text: people}

    def numbers(self, name: str, place: str) -> Floats:
        """Return a number of each person, NaN where it is not known: the pretest's mean, a trait, or a label.

        Raises
        ------
        SettingsError
            If there is no such number.
        """
        if name == "pretest":
            return self.mastery(place).mean(axis=1)
        if name in self.roster.traits:
            return self.roster.traits[name]
        values = self.column(name, place)
        try:
            numbers = np.array([float(value.replace(",", ".")) if value else np.nan for value in values])
        except ValueError:
            wrong = next(value for value in values if value and not _is_number(value))
            raise SettingsError(f"{self.source}: {place}: {name} has {shown(wrong)}, which is not a number") from None
        return numbers

    def mastery(self, place: str) -> Floats:
        """Return what everybody knows before the course, shape (people, items); NaN where it is not known.

        Raises
        ------
        SettingsError
            If the roster has no pretest.
        """
        if self.roster.pretest is None:
            cure = 'name its column, for example [roster] pretest = {column = "Quiz 1", maximum = 20}'
            raise SettingsError(f"{self.source}: {place} needs what people know before the course; {cure}")
        return self.roster.pretest

    @cached_property
    def standing(self) -> Floats:
        """How much each knows before the course, for who should lead: the pretest's mean, 0 where it is not known."""
        if self.roster.pretest is None:
            return np.zeros(len(self))
        known = np.isfinite(self.roster.pretest)
        total = np.where(known, self.roster.pretest, 0.0).sum(axis=1)
        return np.asarray(total / np.maximum(1, known.sum(axis=1)))

    @cached_property
    def may_lead(self) -> Flags:
        """Who may be officer: those whom the roster names, or everybody if it names none."""
        officers = self.roster.officer
        everybody = np.ones(len(self), dtype=np.bool_)
        return everybody if officers is None or not officers.any() else officers

    def in_community(self, community: Indices, number: int) -> list[int]:
        """Return the people of a community, ascending."""
        return np.flatnonzero(community == number).tolist()


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True
