"""Effective settings: those that the numbers of one arm depend on, and why they do not depend on the rest.

Everything starts as read: a setting that no rule of a model speaks of can never be called idle by mistake, and a
test that sweeps every declared setting finds the rule that is missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from learnsim.grouping.planned import plays_plan, seats_of
from learnsim.grouping.policies import OfficerProperties, ShuffleProperties, officer_properties, shuffle_properties
from learnsim.people import PlannedCells, Roster, count_trainees
from learnsim.settings import Settings
from learnsim.settings.arms import Arm, ArmTable
from learnsim.settings.declare import Table
from learnsim.settings.readers import reads, reads_of_arms
from learnsim.settings.sweep import tables
from learnsim.settings.traits import Beta, Constant, Trait, Uniform

LEAST = 0.05  # concentration below which weights may be too small for a number
SAME_CELLS = "the cells come out the same"
PLANNED = "the plan says who sits with whom"


class EffectiveSettings:
    """One arm at one point: facts about its cells and policies, and what is read of its settings.

    Two worlds with equal ``values`` give the same numbers in every bit.

    Attributes
    ----------
    settings : Settings
        Its settings need not go together.
    arm : Arm
    roster : Roster or None
    people : int
    values : dict
        What the run reads: a setting's dotted name (``arm.`` for a field of the arm), or a fact, to its value.
    reasons : dict
        Why a setting is not read.
    asks_shuffle : bool
        Whether the shuffle policy forms cells on which anything depends.
    remarks : list of str
        What may not be meant, though every setting that is given is read.
    """

    def __init__(self, settings: Settings, name: str, roster: Roster | None = None) -> None:
        self.settings, self.roster = settings, roster
        table = settings.arms.get(name, ArmTable())
        self.arm = arm = table.complete(table.preset or name, settings.organisation)
        self.people = count_trainees(settings, roster)
        names, fields = _names(settings.model.kind, tuple(tables().values()))
        self.values: dict[str, Any] = {f"{t}.{key}": getattr(getattr(settings, t), key) for t, key in names}
        self.values.update((f"arm.{key}", getattr(arm, key)) for key in fields)
        self.values["people"] = self.people
        self.values |= {f"parameters.{name}": value for name, value in settings.parameters.items()}
        if reads(settings.model.kind, "shocks"):
            self.values["shocks"] = tuple(settings.shocks)
        self.reasons: dict[str, str] = {}
        self.remarks: list[str] = []
        self.asks_shuffle = False
        del self.values["organisation.formation"]  # it stands in each arm that names no other
        if table.formation is not None:
            self.reasons["organisation.formation"] = "the arm names a formation of its own"
        if self.planned is not None:
            self.drop(("arm.formation", "organisation.formation"), "the plan says who is in which community")
            if not arm.phases:
                self.drop(("organisation.cell_size", "arm.fraction", "arm.scope"), PLANNED)

    def drop(self, names: str | Iterable[str], why: str) -> None:
        """Say that settings are not read; the first reason stays."""
        for name in (names,) if isinstance(names, str) else names:
            self.values.pop(name, None)
            self.reasons.setdefault(name, why)

    def reduce(self, name: str, fact: Any, why: str) -> None:
        """Say that only this fact about a setting is read; ``why`` is the reason where the fact is always the same."""
        if name in self.values:
            del self.values[name]
            self.values[f"of {name}"] = fact
            self.reasons.setdefault(name, why)

    @cached_property
    def planned(self) -> PlannedCells | None:
        """The plan that the arm plays, from the beginning or in a phase."""
        return self.roster.planned if self.roster and plays_plan(self.arm) else None

    @cached_property
    def cells(self) -> tuple[tuple[int, int, int], ...]:
        """The tree's branches, as (people, cells, how many branches are like this); empty where there are no groups.

        Of a plan, the branches of all its cycles that are different.
        """
        world, arm = self.settings.organisation, self.arm
        if self.planned is not None and arm.network == "cells":
            plans = [seats_of(self.planned, cycle) for cycle in range(self.planned.cycles)]
            there = {
                (int(plan.offsets[end] - plan.offsets[first]), end - first, 1)
                for plan in plans
                for first, end in pairwise(plan.branches.tolist())
            }
            return tuple(sorted(one for one in there if one[1]))
        if arm.groups == "none" or arm.network != "cells":
            return ()
        if arm.groups == "organisation":
            return ((self.people, 1, 1),)
        if arm.formation == "given" and self.roster:
            sizes = Counter(Counter(self.roster.community).values())
        else:
            small, larger = divmod(self.people, world.communities)
            sizes = Counter({small + 1: larger, small: world.communities - larger})
        size = world.cell_size
        return tuple(
            (people, 1 if arm.groups == "community" else max(1, (2 * people + size) // (2 * size)), times)
            for people, times in sorted(sizes.items())
            if times
        )

    @cached_property
    def grouped(self) -> bool:
        """Whether there are cells at all."""
        return bool(self.cells)

    @cached_property
    def sizes(self) -> list[int]:
        """The sizes that cells have, ascending."""
        if self.planned is not None and self.grouped:
            return sorted({int(size) for row in self.planned.cell for size in np.bincount(row[row >= 0])})
        return sorted({size for people, cells, _ in self.cells for size in (people // cells, -(-people // cells))})

    @cached_property
    def pairs(self) -> bool:
        """Whether anybody has a cellmate."""
        return self.grouped and self.sizes[-1] > 1

    @cached_property
    def several(self) -> bool:
        """Whether any branch has more cells than one, so that officers can see each other."""
        return any(cells > 1 for _, cells, _ in self.cells)

    @cached_property
    def branches(self) -> int:
        """The number of branches."""
        if self.planned is not None and self.grouped:
            return int(np.max(self.planned.community)) + 1
        return sum(times for *_, times in self.cells)

    @cached_property
    def only_cell(self) -> bool:
        """Whether each group that is shuffled is a single cell."""
        if self.planned is not None:  # somebody may have no seat now and then
            return False
        return not self.several and (self.branches == 1 or self.arm.scope == "community")

    @cached_property
    def shuffle(self) -> ShuffleProperties:
        """What is declared of the shuffle policy."""
        return shuffle_properties(self.arm.shuffle)

    @cached_property
    def officer(self) -> OfficerProperties:
        """What is declared of the officer policy."""
        return officer_properties(self.arm.officer)

    def same_officers(self, sessions: int, *, leaving: bool = False) -> bool:
        """Whether every cell has the same officer throughout so many sessions; ``leaving`` is whether novices come."""
        return (self.officer.stays and not self.moves(sessions)) or (self.officer.lasting and not leaving)

    def moves(self, sessions: int) -> bool:
        """Whether cells are formed anew within so many sessions, and not as they were."""
        arm = self.arm
        if arm.shuffle == "none" or not self.grouped or sessions <= self.settings.organisation.cycle_length:
            return False
        if self.planned is not None:
            played = self.planned.label[: -(-sessions // self.settings.organisation.cycle_length)]
            return bool((played != played[0]).any())
        return not self.shuffle.partial or any(movers > 1 for movers in self.movers)

    @property
    def movers(self) -> tuple[int, ...]:
        """How many members of each size of group change seats."""
        groups = sorted({people for people, *_ in self.cells})
        if self.arm.scope == "organisation":
            groups = [self.people]
        return tuple(int(self.arm.fraction * size + 0.5) if self.arm.fraction < 1.0 else size for size in groups)

    def seats(self, sessions: int, *, who: bool, order: bool, later: bool = True) -> bool:
        """Say what is read of shuffle, fraction and scope.

        Parameters
        ----------
        sessions : int
            Of the run.
        who : bool
            Whether it counts who is in which cell.
        order : bool
            Whether it counts where in a cell somebody sits.
        later : bool
            Whether it counts where somebody sits after the first cycle.

        Returns
        -------
        bool
            Whether a shuffle changes anything.
        """
        arm, moves = self.arm, self.moves(sessions) and later
        length = self.settings.organisation.cycle_length
        counts = order if self.only_cell else who
        if not self.grouped:
            why = "there are no groups"
        elif not counts:
            why = "there is one cell, in which seats do not count" if self.only_cell else "nothing depends on who meets whom"
        elif arm.shuffle == "none":
            why = "the cells are not shuffled"
        elif not moves:
            why = _within(sessions, length) or "nobody comes to see others by it"
        elif self.only_cell and self.shuffle.between_cells:
            why, moves = "there is only one cell to sit in", False
        else:
            why = ""
        first = arm.shuffle if (self.shuffle.composing or self.shuffle.planned) and counts else None
        afterwards = arm.shuffle if counts and moves else None
        self.asks_shuffle = first is not None or afterwards is not None
        self.reduce("arm.shuffle", (first, afterwards), why or "its policies come to the same")
        if not afterwards:
            self.drop(("arm.fraction", "arm.scope"), why)
            return False
        if self.shuffle.partial:
            self.reduce("arm.fraction", self.movers, "it comes to the same number of people")
        else:
            self.drop("arm.fraction", f"shuffle = {arm.shuffle!r} does not heed it")
        if self.branches < 2:
            self.drop("arm.scope", "there is only one community to shuffle in")
        return True

    def trait(self, name: str, *, value: bool, order: bool, drawn: bool = True) -> None:
        """Say what is read of a trait's distribution.

        Parameters
        ----------
        name : str
        value : bool
            Whether people's values count.
        order : bool
            Whether only counts who has more than whom.
        drawn : bool
            Whether anybody's is drawn; the roster may give everybody's.
        """
        full = f"people.{name}"
        distribution: Trait = getattr(self.settings.people, name)
        if not drawn:
            self.drop(full, f"the roster gives everybody's {name.replace('_', ' ')}")
        elif value:
            alike = constant(distribution)
            self.values[full] = distribution if alike is None else alike
        elif order:
            self.reduce(full, ranking(distribution), "only its order counts here: who has more than whom stays the same")
        else:
            self.drop(full, "nothing depends on it")

    def interests(self, *, value: bool, formed: bool, named: bool, drawn: bool) -> None:
        """Say what is read of how concentrated interests are.

        Parameters
        ----------
        value : bool
            Whether it counts how interested people are.
        formed : bool
            Whether communities form by interest.
        named : bool
            Whether the roster has everybody's interests: then communities form by those.
        drawn : bool
            Whether anybody's are drawn.
        """
        name = "people.interest_concentration"
        formed = formed and self.planned is None
        concentration, topics = self.settings.people.interest_concentration, self.settings.organisation.communities
        partly = self.roster is not None and self.roster.interest is not None and not named  # compared with drawn ones
        if named and not (drawn and value):
            self.drop(name, "the roster gives everybody's interests")
        elif topics == 1 or not (value or (formed and not named)):
            self.drop(name, "there is only one community" if topics == 1 else "nothing depends on who is interested in what")
        elif not value and topics == 2 and concentration >= LEAST and not partly:
            self.reduce(name, "first choice", "between two communities it only counts which of them people prefer")

    @property
    def moves_officers(self) -> bool:
        """Whether it depends on who is officer who moves; known once it is said what seats count for."""
        later = self.values.get("of arm.shuffle", (None, None))[1]
        return later is not None and (self.shuffle.looks_at is None or "officers" in self.shuffle.looks_at)

    def looked_at(self, what: str, *, by_officers: bool) -> tuple[bool, bool]:
        """Return whether a policy that counts may look at a trait's values, and whether at its order."""
        seen = [self.officer.looks_at] * by_officers + [self.shuffle.looks_at] * self.asks_shuffle
        return any(each is None for each in seen), any(each and what in each for each in seen)

    def tree(self, *, counts: bool, topics: bool, members: bool) -> None:
        """Say what is read of groups, cell size, communities and formation.

        Parameters
        ----------
        counts : bool
            Whether the sizes of cells and branches count.
        topics : bool
            Whether it counts how many topics people can be interested in.
        members : bool
            Whether it counts who is in which community.
        """
        groups = self.arm.groups
        why = SAME_CELLS if counts else "nothing depends on the cells"
        self.reduce("arm.groups", self.cells if counts else (), why)
        self.drop("organisation.cell_size", why if groups == "cells" else f"groups = {groups!r} has no cells of a size")
        community = "there are no communities in it" if groups in ("none", "organisation") else why
        self.reduce("organisation.communities", self.settings.organisation.communities if topics else None, community)
        if not members:
            one = "there is only one community" if self.settings.organisation.communities == 1 else ""
            self.drop("arm.formation", one or "nothing depends on who is in which community")
            self.reasons.setdefault("organisation.formation", self.reasons["arm.formation"])


    def why_no_cycles(self, sessions: int, *, unless: str = "no cells are shuffled, and no officers change") -> str:
        """Say why it does not count how long a cycle is."""
        return (_within(sessions, self.settings.organisation.cycle_length) if self.grouped else "") or unless


def _within(sessions: int, length: int) -> str:
    return f"a run of {sessions} ends within its first cycle of {length}" if sessions <= length else ""


@lru_cache(maxsize=8)
def _names(kind: str, there_are: tuple[type[Table], ...]) -> tuple[list[tuple[str, str]], list[str]]:
    """Every setting of a table, and every field of an arm, that a model reads: from the declarations there are now."""
    names = [(table, key) for table, there in tables().items() for key in there.model_fields if reads(kind, table, key)]
    return names, [key for key in Arm._fields if key != "preset" and reads_of_arms(kind, key)]


def constant(trait: Trait) -> float | None:
    """Return the value that everybody has, or None where people differ."""
    if isinstance(trait, Constant):
        return trait.value
    if isinstance(trait, Uniform):
        return trait.low if trait.low == trait.high else None
    spread = trait.sd if isinstance(trait, Beta) else trait.cv
    return trait.mean if spread == 0.0 else None


def ranking(trait: Trait) -> Any:
    """Return what decides who has more than whom: nothing, chance alone, or a distribution under which some are alike."""
    if constant(trait) is not None:
        return "alike"
    if isinstance(trait, Uniform) or (isinstance(trait, Beta) and min(trait.shape) >= 0.5):
        return "at random"
    return trait  # so skewed that several people have exactly 0 or 1
