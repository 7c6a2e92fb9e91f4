"""Model: the training model in Mesa. The step is a table of contents; the agents do the work."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from learnsim.arrays import Floats
from learnsim.chance import TURNOVER
from learnsim.grouping import Tree
from learnsim.models.base import OrganisationModel, take_seats
from learnsim.models.training.agents import Cell, Community, Trainee
from learnsim.models.training.info import SESSION_MEASURES
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
from learnsim.models.training.parameters import parameters_of
from learnsim.models.training.record import Trace
from learnsim.models.training.rules import lecture_item
from learnsim.people import draw_novices, draw_people


class TrainingModel(OrganisationModel):
    """One run of one arm of the training model, by Mesa agents.

    Its parameters are those of :class:`~learnsim.models.base.OrganisationModel`; ``shared`` are already drawn people.

    Attributes
    ----------
    trainees : list of Trainee, by number
    communities : list of Community
    cells : list of Cell
    """

    KIND, MEASURES = "training", SESSION_MEASURES
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

    def begin(self) -> None:
        """Draw people, form their communities and cells, and write down what they master before session 0."""
        self.parameters = parameters_of(self.settings, self.arm)
        self.people = (self.shared or draw_people(self.settings, self.common_chance, self.prepared.roster)).copy()
        self.items = self.settings.curriculum.items
        self.lectured = 0
        self._measured: dict[str, Any] | None = None
        turnover = self.settings.training.turnover
        self.tree = Tree.of_run(
            self.settings, self.arm, self.people, self.chance, self.sessions, roster=self.prepared.roster, turnover=turnover
        )
        self.trainees = [Trainee(self, i, int(home)) for i, home in enumerate(self.tree.community)]
        for trainee in self.trainees:
            self._arrive(trainee)
        self._form_cells()
        self._start_record()

    def step(self) -> None:
        """One session; after the last one, nothing."""
        if self.session >= self.sessions:
            return
        if self.session % self.cycle_length == 0 and self.session > 0:
            self.regroup()  # 1
        self.lectured = lecture_item(self.session, self.parameters.sessions_per_item, self.items)
        for cell in self.cells:
            cell.begin_session(self)
        self.agents.shuffle_do("step")  # 2-5: lecture, council, briefing, exchange
        self._count_hours()
        self.agents.do("advance")  # 6
        if (self.session + 1) % self.cycle_length == 0:
            self.turn_over()
        self.session += 1
        self.record()  # 7
        self.running = self.session < self.sessions

    def regroup(self) -> None:
        """1. The shuffle policy forms the cells of a new cycle; officers are chosen anew."""
        self.people.mastery[:] = self.mastery()
        self.tree.start_cycle(self.session)
        take_seats(self.tree.plan, self.cells, self.trainees)

    def turn_over(self) -> None:
        """6. Each trainee may be replaced by a novice, who takes seat, community and office."""
        turnover = self.settings.training.turnover
        if turnover == 0.0:
            return
        gone = [t for t in self.trainees if self.chance.uniform(TURNOVER, self.session, t.index) < turnover]
        if gone:
            who = np.array([trainee.index for trainee in gone])
            draw_novices(self.people, who, self.session + 1, self.settings, self.chance)
            self.tree.replace(who)
            for trainee in gone:
                self._arrive(trainee)
            self._quarters = quarters_of(self.people.learning_speed, self.people.sociability)

    def record(self) -> None:
        """7. Write down what everybody masters now."""
        self._write_row()
        self.datacollector.collect(self)

    def measures(self) -> dict[str, Any]:
        """Return every measure so far, arrays (session + 1,)."""
        if self._measured is None:
            rows = slice(0, self.session + 1)
            branches = len(self.communities)
            self._measured = session_measures(
                self._rows[rows], self._counts[rows], self._partners[rows], self.parameters, branches
            )
        return self._measured

    def mastery(self) -> Floats:
        """Return everybody's mastery now, shape (trainees, items)."""
        return np.array([trainee.mastery for trainee in self.trainees])

    def state(self) -> Trace:
        """Return everybody's state now: one row of a trace."""
        cell = np.array([t.cell.number if t.cell else -1 for t in self.trainees], dtype=np.int32)
        tenure = np.array([t.tenure for t in self.trainees], dtype=np.int32)
        officers = np.array([c.officer.index for c in self.cells if c.officer], dtype=np.int32)
        return Trace(mastery=self.mastery(), cell=cell, tenure=tenure, officers=officers)

    def _arrive(self, trainee: Trainee) -> None:
        people, i = self.people, trainee.index
        trainee.arrive(
            float(people.learning_speed[i]),
            float(people.sociability[i]),
            float(people.helpfulness[i]),
            people.interest[i].tolist(),
            people.mastery[i].tolist(),
        )

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
        self._quarters = quarters_of(self.people.learning_speed, self.people.sociability)
        self._write_row()

    def _count_hours(self) -> None:
        new = self._counts[self.session + 1]
        new[:] = self._counts[self.session]
        for trainee in self.trainees:
            new[CONSULTATIONS] += trainee.consulted
            new[BRIEFINGS] += trainee.briefed
            new[AMONG_MEMBERS] += trainee.exchanged
            new[WITH_OFFICER] += trainee.exchanged_with_officer

    def _write_row(self) -> None:
        means, sorted_means = np.empty((2, len(self.trainees)))
        row = self._rows[self.session]
        describe(self.mastery(), self.parameters.mastery_threshold, self._quarters, means, sorted_means, row)
        self._partners[self.session] = self.tree.meetings.mean_partners
        self._measured = None
