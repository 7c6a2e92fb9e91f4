"""Model: the base of a model of the user's own on our organisation. The step is a table of contents."""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from sys import modules
from typing import Any, ClassVar

import numpy as np

from learnsim.arrays import Floats
from learnsim.chance import OWN_MODEL, Chance
from learnsim.errors import RunError, SettingsError, did_you_mean
from learnsim.grouping import Tree
from learnsim.models.base import AgentsModel, take_seats
from learnsim.models.mesa.parameters import Declared, declared_by
from learnsim.models.mesa.run import number_of
from learnsim.models.own.agents import Cell, Person
from learnsim.models.own.declared import measures_of, own_declared
from learnsim.models.record import own_stream
from learnsim.people import draw_people
from learnsim.settings import Arm, Settings, validate

MESA_SEED = OWN_MODEL  # purpose of the number that seeds Mesa's own random numbers
NAMED = 2**31  # purposes with a name are above it


class _Declared(Declared):
    """What a class on our organisation declares; a model is made of an arm and settings."""

    def arguments(self, values: Mapping[str, Any], seed: int) -> dict[str, Any]:
        """Return the keyword arguments with which a model is made."""
        settings = values["settings"]
        read = validate(settings, "settings") if isinstance(settings, dict) else settings
        return {**values, "settings": read, "seed": seed}


class OrganisationModel(AgentsModel):
    """A model of one's own on our organisation: people in communities and cells with officers, which are shuffled.

    A class that inherits from it says how everybody starts (``begin``), what happens in a period (``period``), and what is
    measured (``MEASURES`` and ``measure_now``). Its settings are class attributes, declared by ``learnsim.setting``; an
    experiment file has them under ``[parameters]``. People, cells, officers and shuffles come from the arm.

    Attributes
    ----------
    MEASURES : dict of name to (meaning, unit) or (meaning, unit, "more" or "less")
        Of a period; the last word says which end is good. Arms are compared by the first.
    STANDING : str
        What a person's standing is, for a class that defines ``standing``.
    members : list of Person, by number
    cells : list of Cell
        Empty where the arm has no groups.
    people : People
        Their traits and interests; the same in every arm of a replicate.
    tree : Tree
        Who is in which community and cell, and who has met whom.
    arm : Arm
        The complete arm: ``model.arm.exchange`` is its share of a period for exchange.

    Examples
    --------
    >>> from learnsim import OrganisationModel, setting
    >>> class Yawn(OrganisationModel):
    ...     catches: float = setting(0.5, "chance that a yawn is catching", unit="probability", ge=0.0, le=1.0)
    ...     MEASURES = {"yawning": ("share of people who yawn", "share")}
    ...
    ...     def begin(self):
    ...         for person in self.members:
    ...             person.yawns = person.number == 0
    ...
    ...     def period(self):
    ...         chance = self.draw("catches")
    ...         for cell in self.cells:
    ...             if any(person.yawns for person in cell.members):
    ...                 for person in cell.members:
    ...                     person.yawns |= bool(chance[person.number] < self.catches)
    ...
    ...     def measure_now(self):
    ...         return {"yawning": sum(person.yawns for person in self.members) / len(self.members)}
    >>> model = Yawn("isolated-cells", catches=1.0)
    >>> model.step()
    >>> model.measure("yawning") == len(model.members[0].cell.members) / 240
    True
    """

    KIND = "organisation"
    MEASURES: ClassVar[Mapping[str, Any]] = {}
    STANDING: ClassVar[str] = ""

    def __init__(self, arm: str | Arm = "hybrid", settings: Any = None, *args: Any, **kwargs: Any) -> None:
        own = declared_by(type(self)).parameters
        changes = {f"parameters.{name}" if name in own else name: value for name, value in kwargs.items()}
        super().__init__(arm, settings, *args, **changes)

    @classmethod
    def own_settings(cls) -> Declared:
        """Return the settings that the class declares."""
        return _Declared(*own_declared(cls, OrganisationModel))

    @classmethod
    def usual_settings(cls) -> Settings:
        """Return the settings of a model to which none are passed."""
        file = getattr(modules.get(cls.__module__), "__file__", None) or ""
        place = file if file.endswith(".py") and Path(file).is_file() else cls.__module__
        model = {"kind": cls.KIND, "class": f"{place}:{cls.__name__}", "reporters": [*measures_of(cls)]}
        return validate({"model": model}, cls.__name__)

    def mesa_seed(self, arm: str) -> int:
        """Return the seed of ``model.random`` and ``model.rng``: the same in every arm of a replicate."""
        chance = Chance(self.seed, self.replicate, own_stream(self.settings, arm))
        return int(chance.uniform(MESA_SEED, 0, 0) * 2**32)

    @property
    def sessions(self) -> int:
        """Periods at most."""
        return self.settings.model.steps

    @property
    def councils(self) -> list[list[Person]]:
        """The officers who meet, community by community; nobody where the arm has no council."""
        if not self.cells or self.arm.council <= 0.0:
            return []
        ends = self.tree.plan.branches.tolist()
        return [[cell.officer for cell in self.cells[a:b]] for a, b in pairwise(ends)]

    def organise(self) -> None:
        """Create people in their communities and cells, and let them begin."""
        declared = declared_by(type(self))
        values = self.settings.parameters
        declared.check(values, "[parameters]")
        declared.check_complete(values, "[parameters]")
        for name, one in declared.parameters.items():
            if name in (*vars(self), "datacollector", *_OURS):
                raise SettingsError(
                    f"{declared.name}: the setting {name!r} has the name of something that every model has; call it by "
                    "another name"
                )
            setattr(self, name, one.checked(values[name]) if name in values else one.default)
        type(self).check_arm(self.arm)
        drawn = draw_people(self.settings, self.common_chance, self.prepared.roster)
        self.people = replace(drawn, mastery=np.zeros((len(drawn), 1)), misconception=np.zeros((0, 0)))
        self.tree = Tree.of_run(
            self.settings, self.arm, self.people, self.chance, self.sessions, roster=self.prepared.roster
        )
        self.members = [Person(self, number, int(home)) for number, home in enumerate(self.tree.community)]
        self._beginning = True
        self._seat()
        self.begin()
        self._beginning = False
        self.start_standing = self.final_standing()
        self._rows = [self._measured()]

    def step(self) -> None:
        """One period; after the last one, nothing."""
        if not self.running:
            return
        if self.session and self.session % self.cycle_length == 0:
            self._regroup()  # 1
        self.period()  # 2
        self.session += 1
        self._rows.append(self._measured())  # 3
        self.datacollector.collect(self)
        self.running = self.running and self.session < self.sessions

    def _regroup(self) -> None:
        """1. The shuffle policy forms the cells of a new cycle; officers are chosen anew, by everybody's standing."""
        standing = self.final_standing()
        if len(standing):
            self.people.mastery[:, 0] = standing
        self.tree.start_cycle(self.session)
        self._seat()

    def _seat(self) -> None:
        """Put everybody where the tree says."""
        self.cells = [Cell(number) for number in range(self.tree.plan.cells)]
        take_seats(self.tree.plan, self.cells, self.members)

    def _measured(self) -> dict[str, float]:
        """3. Ask for the measures, and see that they are those that are declared, and numbers."""
        values, names, stage = self.measure_now(), type(self).MEASURES, f"step {self.session}" if self.session else "begin"
        where = f"{type(self).__name__}.measure_now"
        if not isinstance(values, Mapping):
            raise RunError(f"{where} returned {type(values).__name__}; it should be a dictionary of name to number", stage)
        for name in values:
            if name not in names:
                hint = did_you_mean(str(name), names)
                raise RunError(f"{where} returned {name!r}, which MEASURES does not declare{hint}", stage)
        numbers = {}
        for name in names:
            if name not in values:
                raise RunError(f"{where} did not return {name!r}, which MEASURES declares", stage)
            number = number_of(values[name])
            if number is None:
                what = f"{type(values[name]).__name__} {str(values[name])[:40]!r}"
                raise RunError(f"{where} returned for {name!r} no number but {what}", stage)
            numbers[name] = number
        return numbers

    def measures(self) -> dict[str, Floats]:
        """Return every measure so far, arrays (session + 1,)."""
        return {name: np.array([row[name] for row in self._rows]) for name in type(self).MEASURES}

    def measure(self, name: str) -> float:
        """Return a measure as of the latest period."""
        return self._rows[-1][name]

    def final_standing(self) -> Floats:
        """Return everybody's standing now, shape (people,); (0,) if the class does not say what that is."""
        if type(self).standing is OrganisationModel.standing:
            return np.empty(0)
        values = np.asarray(self.standing(), dtype=np.float64)
        if values.shape != (len(self.members),) or not ((values >= 0.0) & (values <= 1.0)).all():
            what = f"shape {values.shape}, {values.min(initial=math.inf):g} to {values.max(initial=-math.inf):g}"
            raise RunError(
                f"{type(self).__name__}.standing returned {what}; it should be a number from 0 to 1 for each of "
                f"{len(self.members)} people",
                f"step {self.session}",
            )
        return values

    def draw(self, purpose: str, index: int = 0) -> Floats:
        """Return a random number in [0, 1) for each person, the same in every arm of a replicate.

        The number of a person depends on seed, replicate, period, person, purpose and index alone, so that another arm, in
        which other things happen, does not use it for something else.

        Parameters
        ----------
        purpose : str
            What the numbers are for, in a word or two.
        index : int
            For several numbers of the same purpose in the same period.

        Returns
        -------
        array (people,)

        Raises
        ------
        ChanceError
            If they were drawn before in this period.
        """
        chance = self.common_chance if self._beginning else self.chance
        number = NAMED + zlib.crc32(f"{'begin ' if self._beginning else ''}{purpose}".encode()) % NAMED
        return chance.uniforms(number, self.session, self.people.address, index)

    @classmethod
    def check_arm(cls, arm: Arm) -> None:
        """Raise a SettingsError for an arm that the model cannot run; it can run all if this is not defined."""

    def begin(self) -> None:
        """Say how everybody starts; people sit in their first cells."""
        raise NotImplementedError

    def period(self) -> None:
        """Play one period."""
        raise NotImplementedError

    def measure_now(self) -> Mapping[str, float]:
        """Return the value of each measure now; None where it is missing."""
        raise NotImplementedError

    def standing(self) -> Any:
        """Return how well everybody does, from 0 to 1, shape (people,): for policies, distributions, rosters."""
        raise NotImplementedError


_OURS = ("people", "tree", "members", "cells", "start_standing", "measure_now")
