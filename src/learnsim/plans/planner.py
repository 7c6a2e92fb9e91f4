"""Planner: makes the plan of a course from its settings and roster, or makes an earlier one again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from learnsim.arrays import Flags, Indices
from learnsim.errors import SettingsError, listed
from learnsim.grouping.preparation import Prepared
from learnsim.planning import Broken, Problem, contradictions, search
from learnsim.plans.cells import LEAST, sizes_again, sizes_in
from learnsim.plans.communities import communities_again, communities_for
from learnsim.plans.earlier import Earlier, met_before
from learnsim.plans.officers import appoint, leaders, pins_of
from learnsim.plans.people import Attendees
from learnsim.plans.plan import BrokenRule, Plan
from learnsim.plans.rooms import rooms_for
from learnsim.plans.rules import RulesOfPeople
from learnsim.settings import Settings

STAY_PRICE = 100.0  # of a person who moves when a plan is made again, in repeated meetings: few move, whatever it costs
MOST_SENTENCES = 5
SECONDS, LEAST_SECONDS = 4.0, 0.5  # of the search, for all people and for one community, on a usual machine
LARGEST = 20_000  # people of one community: what a search knows of every pair must fit into memory


def cycles_of(settings: Settings) -> int:
    """Return how many cycles a plan has: as the file says, as many as dates, or as the sessions come to."""
    if settings.plan.cycles is not None:
        return settings.plan.cycles
    if settings.plan.dates:
        return len(settings.plan.dates)
    return max(1, -(-settings.training.sessions // settings.organisation.cycle_length))


def make_plan(prepared: Prepared, name: str, earlier: Earlier | None = None) -> Plan:
    """Return the plan of a course.

    Parameters
    ----------
    prepared : Prepared
        Settings with a roster.
    name : str
        What the plan is called.
    earlier : Earlier, optional
        A plan that is made again: its first cycles were held, and in the others as few people as possible move.

    Raises
    ------
    SettingsError
        If there is no roster, or rules contradict each other or the people.
    """
    return _Planner(prepared, name, earlier).plan()


def check_plan(prepared: Prepared) -> str:
    """Check what can be checked of a plan before the search: people, rules, contradictions and rooms; say what it plans.

    Raises
    ------
    SettingsError
        As :func:`make_plan`.
    """
    planner = _Planner(prepared, "plan", None)
    problems = planner.problems()[0]
    planner.rooms(problems)
    cells = sum(max(map(len, problem.sizes), default=0) for problem in problems)
    cycles = f"{planner.cycles} {'cycle' if planner.cycles == 1 else 'cycles'}"
    return f"a plan of {cycles} for {len(planner.people):,} people in {cells:,} {'cell' if cells == 1 else 'cells'}"


class _Planner:
    """Makes one plan, community by community."""

    def __init__(self, prepared: Prepared, name: str, earlier: Earlier | None) -> None:
        if prepared.roster is None:
            raise SettingsError(
                f'{prepared.source}: a plan needs people: name their file, [organisation] roster = "people.csv"'
            )
        self.settings, self.roster, self.source = prepared.settings, prepared.roster, prepared.source
        self.name, self.earlier = name, earlier
        self.cycles = cycles_of(self.settings)
        self.people = Attendees(self.settings, self.roster, self.cycles, self.source)
        if earlier is None:
            self.community, self.communities = communities_for(self.settings, self.roster)
        else:
            self.community, self.communities = communities_again(
                earlier.labels(self.roster), self.roster, self.settings, earlier.communities
            )
        self.rules = RulesOfPeople(self.settings.plan.rules, self.people)
        self.before = None if earlier is None else earlier.cells(self.roster, self.communities, self.cycles)
        self.met = met_before(self.settings.plan.history, self.roster)
        self.fixed_officers: set[int] = set()

    def problems(self) -> tuple[list[Problem], list[list[int]]]:
        """Return what is planned in each community, and its people.

        Raises
        ------
        SettingsError
            If a community is too large, or rules contradict each other.
        """
        homes = [self.people.in_community(self.community, home) for home in range(len(self.communities))]
        for label, people in zip(self.communities, homes, strict=True):
            if len(people) > LARGEST:
                raise SettingsError(
                    f"{self.source}: {label} has {len(people):,} people; a plan can have {LARGEST:,} in one community: "
                    "divide it"
                )
        problems = [self._problem(people) for people in homes]
        self._check(problems, homes)
        return problems, homes

    def plan(self) -> Plan:
        """Return the plan."""
        problems, homes = self.problems()
        rooms = self.rooms(problems)
        cell = np.full((self.cycles, len(self.people)), -1, dtype=np.int32)
        broken: list[BrokenRule] = []
        for home, (problem, people) in enumerate(zip(problems, homes, strict=True)):
            if people:
                share = len(people) / len(self.people)
                solution = search(problem, seed=self.settings.plan.seed, seconds=max(LEAST_SECONDS, SECONDS * share))
                cell[:, people] = solution.cell
                broken += [self._named(one, home, people) for one in solution.broken]
        officer = appoint(self.people, cell, self.community, self.fixed_officers, self._earlier_officers(cell))
        return Plan(
            settings=self.settings,
            roster=self.roster,
            name=self.name,
            communities=self.communities,
            community=self.community,
            cell=cell,
            officer=officer,
            rooms=rooms,
            problems=problems,
            broken=tuple(sorted(broken, key=lambda one: (not one.hard, one.cycle, one.community, one.cell))),
            moved=self._moved(cell),
            first_coming=len(self._past()),
            notes=(*self._notes(), *self._of_cells(cell)),
        )

    def _problem(self, people: Sequence[int]) -> Problem:
        """Return what is planned in one community."""
        plan, size = self.settings.plan, self.settings.organisation.cell_size
        here = np.ascontiguousarray(self.people.present[:, people])
        fixed = {t: self.before[t, people] for t in self._past()} if self.before is not None else {}
        features, balances, pins = self.rules.of_community(people)
        if self.before is None:
            sizes = [sizes_in(int(row.sum()), size, len(people)) for row in here]
        else:
            sizes = [sizes_again(self.before[t, people], here[t], size) for t in range(self.cycles)]
        if plan.officers != "each-cycle" and people:
            place = {number: x for x, number in enumerate(people)}
            pinned = {number for number, *_ in self.rules.pins}
            cells = [len(row) for row in sizes]
            chosen = self._leaders(people, max(cells), pinned)
            self.fixed_officers |= set(chosen.values())
            pins += pins_of(chosen, place, cells, self.people.present, rotating=plan.officers == "rotating")
        mastery = None
        if plan.weight > 0.0:
            known = self.people.mastery('[plan] aim = "learn"')[list(people)]
            mastery = np.where(np.isnan(known), np.nanmean(known) if np.isfinite(known).any() else 0.0, known)
        return Problem(
            sizes=sizes,
            present=here,
            met=self._met_in(people),
            features=features,
            balances=balances,
            mastery=mastery,
            aim=plan.weight,
            pinned=pins,
            fixed=fixed,
            stay=None if self.before is None else np.ascontiguousarray(self.before[:, people]),
            stay_price=STAY_PRICE,
        )

    def _leaders(self, people: Sequence[int], cells: int, pinned: set[int]) -> dict[int, int]:
        """Return who leads each cell of a community for the whole course: as in the earlier plan, or else others.

        Those who go from cell to cell are named by their cell of cycle 1.
        """
        bound = self.rules.bound(people)
        if self.earlier is None or self.before is None:
            return dict(enumerate(leaders(self.people, people, cells, bound, pinned)))
        start = min(len(self._past()), self.earlier.cycles - 1)
        leads = self.earlier.leads(self.roster, start)
        people = [i for i in people if self.roster.ids[i] not in self.earlier.left]
        led = {int(self.before[start, i]): i for i in people if leads[i] and self.before[start, i] >= 0}
        if self.settings.plan.officers == "rotating":
            led = {(number - start) % cells: i for number, i in led.items()}
        others = [i for i in leaders(self.people, people, len(people), bound, pinned) if i not in led.values()]
        vacant = [number for number in range(cells) if number not in led]
        return {**led, **dict(zip(vacant, others, strict=False))}

    def _met_in(self, people: Sequence[int]) -> list[tuple[int, int]]:
        """Return the pairs of a community who have met before the course, by their places in it."""
        place = {number: x for x, number in enumerate(people)}
        return [(place[i], place[j]) for i, j in sorted(self.met) if i in place and j in place]

    def _past(self) -> range:
        """The cycles that were held already."""
        return range(0 if self.earlier is None else min(self.earlier.past, self.cycles))

    def _check(self, problems: list[Problem], homes: list[list[int]]) -> None:
        left = set() if self.earlier is None else {self.roster.ids.index(key) for key in self.earlier.left}
        sentences = self.rules.conflicts(self.community, self.communities, left)
        if not sentences:
            for problem, people in zip(problems, homes, strict=True):
                if people:
                    sentences += contradictions(problem, [self.people.called(number) for number in people].__getitem__)
        if sentences:
            more = f"; and {len(sentences) - MOST_SENTENCES} more" if len(sentences) > MOST_SENTENCES else ""
            raise SettingsError(
                f"{self.source}: [plan.rules] contradict each other: {'; '.join(sentences[:MOST_SENTENCES])}{more}"
            )

    def rooms(self, problems: list[Problem]) -> dict[tuple[int, int], str]:
        """Return the room of each cell."""
        largest: dict[tuple[int, int], int] = {}
        for home, problem in enumerate(problems):
            for row in problem.sizes:
                for number, size in enumerate(row):
                    largest[home, number] = max(largest.get((home, number), 0), int(size))
        ordered = {cell: largest[cell] for cell in sorted(largest) if largest[cell]}
        return rooms_for(ordered, self.settings.plan.rooms, self.source)

    def _named(self, one: Broken, home: int, people: Sequence[int]) -> BrokenRule:
        return BrokenRule(
            one.rule,
            one.hard,
            one.cycle + 1,
            self.communities[home],
            one.cell + 1,
            tuple(people[place] for place in one.people),
        )

    def _earlier_officers(self, cell: Indices) -> Flags | None:
        """Return who was officer in the earlier plan and stays so: in past cycles, and where nobody leads for the course
        whoever still sits in the cell.
        """
        if self.earlier is None or self.before is None:
            return None
        officer = np.zeros((self.cycles, len(self.people)), dtype=np.bool_)
        for t in range(self.cycles):
            led = self.earlier.leads(self.roster, t)
            if t in self._past():
                officer[t] = led
            elif not self.fixed_officers:
                officer[t] = led & (cell[t] >= 0) & (cell[t] == self.before[t]) & self.people.may_lead
        return officer

    def _moved(self, cell: Indices) -> int:
        """How many seats of the coming cycles are others than in the earlier plan."""
        if self.before is None:
            return 0
        coming = slice(len(self._past()), self.cycles)
        both = (self.before[coming] >= 0) & (cell[coming] >= 0)
        return int((both & (self.before[coming] != cell[coming])).sum())

    def _notes(self) -> tuple[str, ...]:
        notes = []
        unnamed = self.settings.organisation.formation != "given" and self.roster.interest is None
        if self.earlier is None and unnamed and len(self.communities) > 1:
            notes.append("The roster names neither communities nor interests: people were divided at random.")
        if not self.roster.has_ids:
            notes.append("The roster has neither ids nor names; people are known by their lines.")
        if self.earlier is not None:
            coming, left, joined = self.earlier.past + 1, self.earlier.left, self.earlier.joined(self.roster)
            if left:
                have = f"{listed(left)} {'has' if len(left) == 1 else 'have'} left"
                notes.append(f"{have}: absent from cycle {coming} on; the cycles before are as they were held.")
            if joined:
                notes.append(f"New from cycle {coming} on: {listed(joined)}.")
        return tuple(notes)

    def _of_cells(self, cell: Indices) -> list[str]:
        """Say of absences and sizes of cells what is perhaps not as intended."""
        notes, size = [], self.settings.organisation.cell_size
        length = self.settings.organisation.cycle_length if self.settings.roster.absent_in == "sessions" else 1
        for number, missed in enumerate(self.roster.absent):
            if max(missed, default=0) > self.cycles * length:
                what = "session" if length > 1 else "cycle"
                notes.append(
                    f"{self.people.called(number)} is absent in {what} {max(missed)}, but the course has "
                    f"{self.cycles * length}."
                )
        for t, row in enumerate(cell):
            if (row < 0).all():
                notes.append(f"Nobody is present in cycle {t + 1}.")
            seats, counts = np.unique(np.stack([self.community, row])[:, row >= 0], axis=1, return_counts=True)
            for home, number in seats[:, counts == 1].T.tolist():
                alone = int(np.flatnonzero((self.community == home) & (row == number))[0])
                who = self.people.called(alone)
                notes.append(f"{who} is alone in cycle {t + 1}: nobody else of the community is present.")
        largest = max(np.bincount(self.community).tolist(), default=0)
        if size < LEAST:
            notes.append(f"cell_size = {size}: nobody shall sit alone, so cells have {LEAST} people.")
        elif size > largest:
            notes.append(f"cell_size = {size}, but no community has more than {largest} people: each is one cell.")
        return notes


def without_hard(settings: Settings, kinds: Sequence[str]) -> Settings:
    """Return settings in which rules of these kinds need not hold, but cost as others do."""
    hard = [kind for kind in settings.plan.rules.hard if kind not in kinds]
    return settings.changed({"plan.rules.hard": hard})


def hard_sentences(plan: Plan) -> list[str]:
    """Say which rules that must hold a plan breaks, with cycle, cell and people."""
    sentences = []
    for one in plan.broken:
        if one.hard:
            community = f" of {one.community}" if len(plan.communities) > 1 else ""
            people = listed([plan.roster.ids[i] for i in one.people])
            sentences.append(f"{one.rule}: broken in cycle {one.cycle}, cell {one.cell}{community}, by {people}")
    return sentences
