"""Model: the beliefs model in Mesa. The step is a table of contents; people and code do the work."""

from __future__ import annotations

import numpy as np

from learnsim.arrays import Floats, Signs
from learnsim.chance import TURNOVER
from learnsim.grouping import Tree
from learnsim.grouping.contacts import Contacts
from learnsim.models.base import AgentsModel, take_seats
from learnsim.models.beliefs.agents import Cell, Code, Person
from learnsim.models.beliefs.info import SESSION_MEASURES
from learnsim.models.beliefs.measures import describe, session_measures
from learnsim.models.beliefs.parameters import AT_A_CYCLES_START, AT_ANY_TIME, parameters_of
from learnsim.models.beliefs.people import people_of
from learnsim.models.beliefs.purposes import BELIEF, LEARNER, REALITY, TURBULENCE
from learnsim.models.beliefs.record import Trace
from learnsim.models.beliefs.rules import first_belief, rate, side


class BeliefsModel(AgentsModel):
    """One run of one arm of the beliefs model, by Mesa agents.

    Its parameters are those of :class:`~learnsim.models.base.AgentsModel`. The step that finds that nothing can change
    any more ends the run and adds no row to the DataCollector.

    Attributes
    ----------
    people : list of Person, by number
    code : Code
    reality : list of int
    cells : list of Cell
    """

    KIND = "beliefs"

    @property
    def sessions(self) -> int:
        """Periods at most."""
        return self.settings.beliefs.periods

    def begin(self) -> None:
        """Draw reality and what people believe, form cells, and write down what they know before period 0."""
        self.parameters = parameters_of(self.settings, self.arm)
        self._novices: list[int] = []
        dimensions, organisation = self.settings.beliefs.dimensions, self.settings.organisation
        self.reality = [side(u) for u in self.common_chance.table(REALITY, 0, np.arange(1), dimensions)[0].tolist()]
        self.code = Code(self, dimensions)
        self.cells: list[Cell] = []
        self.people = [Person(self, i) for i in range(self.prepared.trainees)]
        for person in self.people:
            self._arrive(person, 0)
        known = self.beliefs(), np.array(self.reality, dtype=np.int8), self.rates()
        self._seen = people_of(*known, organisation.communities, self.common_chance, self.prepared.roster)
        turnover = self.parameters.turnover
        self.tree = Tree.of_run(
            self.settings, self.arm, self._seen, self.chance, self.sessions, roster=self.prepared.roster, turnover=turnover
        )
        self.contacts = Contacts(
            self.tree.plan,
            self.tree.community,
            self.arm,
            self.chance,
            self.prepared.address,
            council=self.parameters.council,
        )
        self._reach = self.contacts.reach.tolist()
        self._meet()
        self._rows: list[Floats] = []
        self._write_row()

    def step(self) -> None:
        """One period; after the last one, or once nothing can change any more, nothing."""
        if not self.running:
            return
        if self.session % self.cycle_length == 0 and self.session > 0:
            self.regroup()  # 1
        for person in self.people:
            person.begin_period()
        self.agents.shuffle_do("step")  # 2, 3: hear the code, follow contacts
        if self.parameters.code_asks:
            self.code.ask()  # 4
        if self.settles():
            self.periods_to_settle, self.running = self.session, False
            return
        self.agents.do("advance")  # 5
        self.code.advance()
        self.turn_over()  # 6
        self.turn_reality()  # 7
        self.session += 1
        self.record()  # 8
        self.running = self.session < self.sessions

    def regroup(self) -> None:
        """1. The shuffle policy forms the cells of a new cycle; officers are chosen anew."""
        state = self.state()
        self._seen.mastery[:] = state.beliefs == state.reality
        self._seen.learning_speed[:] = state.rates
        self.forget_leavers()
        self.tree.start_cycle(self.session)
        self._meet()

    def forget_leavers(self) -> None:
        """Forget whom those have met who have left since the cycle began."""
        if self._novices:
            self.tree.replace(np.array(sorted(set(self._novices))))
            self._novices = []

    def settles(self) -> bool:
        """Whether nothing can change any more: everybody believes the code, or nobody could learn, whoever meets."""
        parameters = self.parameters
        if parameters.never_settles:
            return False
        if any(person.unsettled for person in self.people) or self.code.unsettled:
            return False
        at_start = parameters.settles == AT_A_CYCLES_START and self.session % self.cycle_length == 0
        kinds = {(self._reach[person.index], person.score) for person in self.people}
        alike = len(kinds) == len(set(self._reach))
        return parameters.settles == AT_ANY_TIME or at_start or not parameters.has_contacts or alike

    def turn_over(self) -> None:
        """6. Each person may be replaced by a novice, who takes place, seat and ties."""
        if self.parameters.turnover > 0.0:
            for person in self.people:
                if self.chance.uniform(TURNOVER, self.session, person.address) < self.parameters.turnover:
                    self._arrive(person, self.session + 1)
                    self._novices.append(person.index)

    def turn_reality(self) -> None:
        """7. Each dimension of reality may turn over."""
        if self.parameters.turbulence > 0.0:
            draws = [self.chance.uniform(TURBULENCE, self.session, 0, j) for j in range(len(self.reality))]
            self.reality = [-r if u < self.parameters.turbulence else r for r, u in zip(self.reality, draws, strict=True)]

    def record(self) -> None:
        """8. Write down what code and people know now."""
        self._write_row()
        self.datacollector.collect(self)

    def measures(self) -> dict[str, Floats]:
        """Return every session measure so far, arrays (session + 1,)."""
        return session_measures(np.array(self._rows))

    def beliefs(self) -> Signs:
        """Return what everybody believes now, shape (people, dimensions)."""
        return np.array([person.beliefs for person in self.people], dtype=np.int8)

    def rates(self) -> Floats:
        """Return everybody's chance to learn from the code now, shape (people,)."""
        return np.array([person.rate for person in self.people])

    def state(self) -> Trace:
        """Return everybody's state now: one row of a trace."""
        cell = np.array([p.cell.number if p.cell else -1 for p in self.people], dtype=np.int32)
        officers = np.array([c.officer.index for c in self.cells if c.officer], dtype=np.int32)
        return Trace(
            beliefs=self.beliefs(),
            code=np.array(self.code.beliefs, dtype=np.int8),
            reality=np.array(self.reality, dtype=np.int8),
            rates=self.rates(),
            cell=cell,
            officers=officers,
            community=self.tree.community,
            branches=self.tree.plan.branches,
        )

    def _arrive(self, person: Person, session: int) -> None:
        parameters, address = self.parameters, person.address
        chance = self.chance if session else self.common_chance
        draws = chance.table(BELIEF, session, np.array([address]), self.settings.beliefs.dimensions)[0].tolist()
        kind = chance.uniform(LEARNER, session, address) if parameters.fast_share > 0.0 else 1.0
        person.arrive([first_belief(u) for u in draws], rate(parameters.slow, parameters.fast, parameters.fast_share, kind))

    def _meet(self) -> None:
        """Everybody takes their seat, and sees whom they can look at."""
        branches = self.tree.plan.branches.tolist()
        self.cells = [Cell(c, g) for g in range(len(branches) - 1) for c in range(branches[g], branches[g + 1])]
        take_seats(self.tree.plan, self.cells, self.people)
        starts, contacts = self.contacts.now()
        for person in self.people:
            seen = contacts[starts[person.index] : starts[person.index + 1]]
            person.contacts = [self.people[i] for i in seen.tolist()]

    def _write_row(self) -> None:
        state = self.state()
        count, dimensions = state.beliefs.shape
        scratch, scores = np.zeros((2, dimensions), dtype=np.int32), np.zeros(count, dtype=np.int32)
        row = np.zeros(len(SESSION_MEASURES))
        describe(state.beliefs, state.code, state.reality, self.parameters.interdependence, scratch, scores, row)
        self._rows.append(row)
