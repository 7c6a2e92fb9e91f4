"""Model: the training model in Mesa. The step is a table of contents; the agents do the work."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from learnsim.arrays import Flags, Floats, Longs
from learnsim.grouping import Tree
from learnsim.models.base import AgentsModel, take_seats
from learnsim.models.training.agents import Cell, Community, Trainee
from learnsim.models.training.course import Course
from learnsim.models.training.measures import (
    AMONG_MEMBERS,
    BRIEFINGS,
    CONSULTATIONS,
    COUNTED,
    WIDTH,
    WITH_OFFICER,
    describe,
    quarters_of,
    session_measures,
)
from learnsim.models.training.more_measures import More
from learnsim.models.training.parameters import Parameters, wrong_of
from learnsim.models.training.purposes import ABSENCE
from learnsim.models.training.record import Trace
from learnsim.models.training.rules import lecture_item
from learnsim.people import People, draw_people


class TrainingModel(AgentsModel):
    """One run of one arm of the training model, by Mesa agents.

    Its parameters are those of :class:`~learnsim.models.base.AgentsModel`; ``shared`` are already drawn people.

    Attributes
    ----------
    trainees : list of Trainee, by number
    communities : list of Community
    cells : list of Cell
    """

    KIND = "training"
    OF_AGENTS: ClassVar[dict[str, Any]] = {
        "mastery": "mean_mastery",
        "cell": lambda trainee: trainee.cell.number if trainee.cell else -1,
        "tenure": "tenure",
        "officer": "is_officer",
    }

    @property
    def sessions(self) -> int:
        """Sessions in all."""
        return self.settings.training.sessions

    @property
    def tree(self) -> Tree:
        """Who is in which community and cell, and who is officer."""
        return self.course.tree

    @property
    def parameters(self) -> Parameters:
        """The parameters of the session."""
        return self.course.parameters

    def begin(self) -> None:
        """Draw people, form their communities and cells, and write down what they master before session 0."""
        self.people = (self.shared or draw_people(self.settings, self.common_chance, self.prepared.roster)).copy()
        self.items = self.settings.curriculum.items
        self.lectured = 0
        self._measured: dict[str, Any] | None = None
        self.groups = (*self.prepared.groups, *self.measured)
        self.course = Course(
            self.settings, self.arm, self.people, self.chance, self.common_chance, self.prepared.roster, self.groups
        )
        self.general, self.wrong = self.course.general, wrong_of(self.settings)
        self.lecturer_wrong = self.instructor_wrong = [0.0] * self.items
        self.trainees = [Trainee(self, i, int(home)) for i, home in enumerate(self.tree.community)]
        self._become()
        self._form_cells()
        self._note_plan()
        self._asked, self._consulted = np.full((2, len(self.trainees)), -1, dtype=np.int32)
        self._start_record()

    def step(self) -> None:
        """One session; after the last one, nothing."""
        if self.session >= self.sessions:
            return
        if self.course.acts_before(self.session):
            self.begin_session()  # 1
        self._note_plan()
        self.lectured = lecture_item(self.session, self.parameters.sessions_per_item, self.items)
        self._find_absent()
        for cell in self.cells:
            cell.begin_session(self)
        self.agents.shuffle_do("step")  # 2-5: lecture, council, briefing, exchange
        self._count_hours()
        self.agents.do("advance")  # 6
        if self.course.ends_cycle(self.session):
            self.end_cycle()
        self.session += 1
        self.record()  # 7
        self.running = self.session < self.sessions

    def begin_session(self) -> None:
        """1. The shuffle policy forms the cells of a new cycle, officers are chosen anew, and shocks strike."""
        self._look()
        changes = self.course.begin(self.session)
        self._become()
        self._form_cells()
        self._begin_tenure(changes.moved | changes.arrived)

    def end_cycle(self) -> None:
        """6. Novices take the seats, communities and offices of those who leave; communities evolve."""
        self._look()
        arrived = self.course.end(self.session)
        self._become()
        self._form_cells()
        self._begin_tenure(arrived)

    def record(self) -> None:
        """7. Write down what everybody masters now."""
        self._write_row()
        self.datacollector.collect(self)

    def measures(self) -> dict[str, Any]:
        """Return every measure so far, arrays (session + 1,)."""
        if self._measured is None:
            rows = slice(0, self.session + 1)
            more = {name: values[rows] for name, values in self._more.measures().items()}
            self._measured = session_measures(
                self._rows[rows], self._counts[rows], self._partners[rows], self.course.times, more
            )
        return self._measured

    def mastery(self) -> Floats:
        """Return everybody's mastery now, shape (trainees, items)."""
        return np.array([trainee.mastery for trainee in self.trainees])

    def misconceptions(self) -> Floats:
        """Return how firmly everybody holds each item wrong, shape (trainees, items); (trainees, 0) where nobody can."""
        if not self.general:
            return np.zeros((len(self.trainees), 0))
        return np.array([trainee.misconception for trainee in self.trainees])

    @property
    def community_sizes(self) -> Longs | None:
        """People in each community after each session, if that is asked for: shape (session + 1, communities)."""
        return self._more.community_sizes

    def everybody(self) -> People:
        """Return everybody as they are now."""
        self._look()
        return self.people

    def state(self) -> Trace:
        """Return everybody's state now: one row of a trace."""
        cell = np.array([t.cell.number if t.cell else -1 for t in self.trainees], dtype=np.int32)
        tenure = np.array([t.tenure for t in self.trainees], dtype=np.int32)
        officers = np.array([c.officer.index for c in self.cells if c.officer], dtype=np.int32)
        people, (played_cell, played_community, played_officers, played_branches) = self.people, self._played
        return Trace(
            mastery=self.mastery(),
            cell=cell,
            tenure=tenure,
            officers=officers,
            misconception=self.misconceptions(),
            community=self.tree.community,
            learning_speed=people.learning_speed,
            sociability=people.sociability,
            helpfulness=people.helpfulness,
            stayed=self.course.stayed,
            asked=self._asked.copy(),
            consulted=self._consulted.copy(),
            absent=np.array([t.present == 0.0 for t in self.trainees]),
            played_cell=played_cell,
            played_community=played_community,
            played_officers=played_officers,
            played_branches=played_branches,
        )

    def _look(self) -> None:
        """Let the course see what everybody has learned."""
        self.people.mastery[:], self.people.misconception[:] = self.mastery(), self.misconceptions()

    def _become(self) -> None:
        """Let everybody be who they are by now: novices have come, interests and communities may have changed."""
        people = self.people
        for trainee, home in zip(self.trainees, self.tree.community.tolist(), strict=True):
            i, trainee.home = trainee.index, home
            trainee.become(
                float(people.learning_speed[i]),
                float(people.sociability[i]),
                float(people.helpfulness[i]),
                people.interest[i].tolist(),
                people.mastery[i].tolist(),
                people.misconception[i].tolist() if self.general else [0.0] * self.items,
            )
        self._quarters = quarters_of(people.learning_speed, people.sociability)

    def _begin_tenure(self, who: Flags) -> None:
        for i in np.flatnonzero(who).tolist():
            self.trainees[i].tenure = 0

    def _find_absent(self) -> None:
        """Who is absent from the session, and what is taught wrong in it."""
        if not self.general:
            return
        self.lecturer_wrong = self.course.taught_wrong("lecturer", self.session).tolist()
        self.instructor_wrong = self.course.taught_wrong("instructor", self.session).tolist()
        about = self.wrong
        for trainee in self.trainees:
            away = self.session < self.course.absent_until[trainee.index]
            if about.absence > 0.0 and (trainee.is_officer or not about.officers_only):
                away |= self.chance.uniform(ABSENCE, self.session, trainee.address) < about.absence
            trainee.present = 0.0 if away else 1.0

    def _form_cells(self) -> None:
        plan = self.tree.plan
        self.communities = [Community(number) for number in range(len(plan.branches) - 1)]
        self.cells: list[Cell] = []
        for community in self.communities:
            for number in range(plan.branches[community.number], plan.branches[community.number + 1]):
                cell = Cell(number, community)
                community.cells.append(cell)
                self.cells.append(cell)
        take_seats(plan, self.cells, self.trainees)

    def _start_record(self) -> None:
        sessions = self.sessions
        self._rows = np.zeros((sessions + 1, WIDTH))
        self._counts = np.zeros((sessions + 1, len(COUNTED)), dtype=np.int64)
        self._partners = np.zeros(sessions + 1)
        self._more = More(self.settings, self.groups)
        self._write_row()

    def _count_hours(self) -> None:
        new = self._counts[self.session + 1]
        new[:] = self._counts[self.session]
        for trainee in self.trainees:
            new[CONSULTATIONS] += trainee.consulted
            new[BRIEFINGS] += trainee.briefed
            new[AMONG_MEMBERS] += trainee.exchanged
            new[WITH_OFFICER] += trainee.exchanged_with_officer
        self._count_advice()

    def _count_advice(self) -> None:
        """Count who was asked in the session, and what others learned from each: councils first, then by number."""
        officers = [cell.officer.asks_in_council for cell in self.cells if cell.officer]
        others = [each for trainee in self.trainees for each in (trainee.briefed_by, trainee.asks_in_cell)]
        for source, times, learned in (*officers, *others):
            self.course.advice.asked[source.index] += times
            self.course.advice.helped[source.index] += learned
        for trainee in self.trainees:
            for whom, (source, times, _) in (
                (self._asked, trainee.asks_in_cell),
                (self._consulted, trainee.asks_in_council),
            ):
                whom[trainee.index] = source.index if times else -1

    def _note_plan(self) -> None:
        """Note by which plan the session is played: communities may change at its end."""
        plan = self.tree.plan
        self._played = plan.cell, self.tree.community, plan.officers, plan.branches

    def _write_row(self) -> None:
        means, sorted_means = np.empty((2, len(self.trainees)))
        row = self._rows[self.session]
        describe(self.mastery(), self.parameters.mastery_threshold, self._quarters, means, sorted_means, row)
        self._partners[self.session] = self.tree.meetings.mean_partners
        if self.general:
            self.people.misconception[:] = self.misconceptions()
        self._more.describe(self.session, self.course, means)
        self._measured = None
