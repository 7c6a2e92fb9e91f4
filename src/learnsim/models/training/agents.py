"""Agents: a trainee decides whom to approach and computes their own gains; cells and communities hold people.
Read it against docs/ODD.md: the numbers of the phases are the same.

Everyone looks at the organisation as the session began and notes what they gain; then everyone changes at once.
So the order in which trainees act does not matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from learnsim.chance import one_of
from learnsim.models.training.purposes import CONSULT, EXCHANGE
from learnsim.models.training.rules import (
    CALENDAR,
    current_item,
    engagement,
    gain,
    rapport,
    readiness,
    retained,
    standing,
)

if TYPE_CHECKING:
    from learnsim.models.training.model import TrainingModel


class Community:
    """A community of practice: cells whose officers meet in council."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.cells: list[Cell] = []


class Cell:
    """A knowledge-management cell: a few trainees in their seats, one of them the learning officer."""

    def __init__(self, number: int, community: Community) -> None:
        self.number = number
        self.community = community
        self.members: list[Trainee] = []
        self.officer: Trainee | None = None
        self.current = 0

    def begin_session(self, model: TrainingModel) -> None:
        """Find the item the cell is at, by its members' mastery as the session begins."""
        parameters = model.parameters
        if parameters.throttle == CALENDAR:
            self.current = model.lectured
            return
        table = [member.mastery for member in self.members]
        standings = [
            standing(parameters.throttle, np.array([row[j] for row in table]), len(table)) for j in range(model.items)
        ]
        self.current = current_item(standings, model.items, parameters.mastery_threshold)


class Trainee(mesa.Agent):
    """A person in training.

    Attributes
    ----------
    index : int
        The trainee's number, 0 .. trainees-1; their random numbers and traits belong to it.
    learning_speed, sociability, helpfulness : float
        In [0, 1].
    interest : list of float
        Interest in each community's topic.
    mastery : list of float
        Mastery of each item, in [0, 1].
    home : int
        The number of their community, whose topic engages them.
    cell : Cell or None
    tenure : int
        Sessions since joining the cell.
    """

    model: TrainingModel

    def __init__(self, model: TrainingModel, index: int, home: int) -> None:
        super().__init__(model)
        self.index, self.home = index, home
        self.cell: Cell | None = None
        self.tenure = 0

    def arrive(
        self, learning_speed: float, sociability: float, helpfulness: float, interest: list[float], mastery: list[float]
    ) -> None:
        """Take the seat, as the person with these traits."""
        self.learning_speed, self.sociability, self.helpfulness = learning_speed, sociability, helpfulness
        self.interest, self.mastery = interest, mastery
        self.engaged = engagement(interest[self.home], self.model.parameters.interest_weight)
        self.tenure = 0
        self._forget_session()

    def join(self, cell: Cell, seat: int) -> None:
        """Take a seat in a cell; tenure begins anew when the cell is another one."""
        if cell is not self.cell:
            self.cell, self.tenure = cell, 0
        self.seat = seat

    @property
    def is_officer(self) -> bool:
        """Whether this trainee is their cell's learning officer."""
        return self.cell is not None and self.cell.officer is self

    @property
    def mean_mastery(self) -> float:
        """Mean mastery over the items."""
        total = 0.0
        for level in self.mastery:
            total += level
        return total / len(self.mastery)

    def step(self) -> None:
        """One session: look at the organisation as it was when the session began, and note what is gained."""
        self.attend_lecture()  # 2
        if self.cell is not None:
            if self.is_officer:
                self.meet_in_council(self.cell)  # 3
            self.listen_to_briefing(self.cell)  # 4
            self.approach_somebody(self.cell)  # 5

    def attend_lecture(self) -> None:
        """2. The lecture, on whatever item it is at."""
        parameters, item = self.model.parameters, self.model.lectured
        if parameters.lecture > 0.0:
            interest = self.interest[item % len(self.interest)]
            engaged = engagement(interest, parameters.interest_weight)
            start, effect = self.mastery[item], parameters.lecture_effect
            self.gains[item] += self._gain(parameters.lecture, effect, item, 1.0, start, engaged)

    def meet_in_council(self, cell: Cell) -> None:
        """3. The instructor works with the officer; then the officer consults one other officer."""
        parameters, item = self.model.parameters, cell.current
        if parameters.instruction > 0.0:
            self.gains[item] += self._gain(parameters.instruction, parameters.council_effect, item, 1.0, self.mastery[item])
        others = [other.officer for other in cell.community.cells if other is not cell]
        if parameters.consultation > 0.0 and others:
            other = others[one_of(len(others), self.model.chance.uniform(CONSULT, self.model.session, self.index))]
            assert other is not None
            effect = parameters.help_effect * other.helpfulness
            best, most = -1, 0.0
            for j in range(len(self.mastery)):
                gained = self._gain(parameters.consultation, effect, j, other.mastery[j], self.mastery[j])
                if gained > most:
                    best, most = j, gained
            if best >= 0:
                self.gains[best] += most
                self.consulted = True

    def listen_to_briefing(self, cell: Cell) -> None:
        """4. The officer explains the cell's current item to each other member."""
        parameters, officer, item = self.model.parameters, cell.officer, cell.current
        assert officer is not None
        if parameters.briefing <= 0.0 or len(cell.members) < 2:
            return
        if officer is self:
            self.briefed = True
            return
        length = parameters.briefing * parameters.officers_share
        effect = parameters.help_effect * officer.helpfulness * self.rapport_with(officer)
        self.gains[item] += self._gain(length, effect, item, officer.mastery[item], self.mastery[item])

    def approach_somebody(self, cell: Cell) -> None:
        """5. Perhaps approach one other member, for help and joint work on the item that gives most."""
        parameters, chance, session = self.model.parameters, self.model.chance, self.model.session
        if parameters.exchange <= 0.0 or len(cell.members) < 2:
            return
        if chance.uniform(EXCHANGE, session, self.index, 0) >= self.sociability:
            return
        seat = one_of(len(cell.members) - 1, chance.uniform(EXCHANGE, session, self.index, 1))
        partner = cell.members[seat + 1 if seat >= self.seat else seat]
        with_officer = self.is_officer or partner.is_officer
        length = parameters.exchange * (parameters.officers_share if with_officer else 1.0)
        close = self.rapport_with(partner)
        helping, working = parameters.help_effect * partner.helpfulness * close, parameters.joint_effect * close
        best, most, best_help, best_joint = -1, 0.0, 0.0, 0.0
        for j in range(len(self.mastery)):
            mine, theirs = self.mastery[j], partner.mastery[j]
            helped = self._gain(length, helping, j, theirs, mine)
            joint = self._gain(length, working, j, 1.0, max(mine, theirs))
            if helped + joint > most:
                best, most, best_help, best_joint = j, helped + joint, helped, joint
        if best >= 0:
            self.gains[best] += best_help
            self.gains[best] += best_joint
            self.exchanged_with_officer, self.exchanged = with_officer, not with_officer
            partner.be_approached(self, best, length, working)

    def be_approached(self, other: Trainee, item: int, length: float, working: float) -> None:
        """5. Gain from the joint work with somebody who approached; noted until everyone has acted."""
        start = max(other.mastery[item], self.mastery[item])
        self.invitations.append((other.index, item, self._gain(length, working, item, 1.0, start)))

    def advance(self) -> None:
        """6. Apply the session's gains at once, forget a little, and grow a session older in the cell."""
        for _, item, gained in sorted(self.invitations):
            self.gains[item] += gained
        forgetting = self.model.parameters.forgetting
        self.mastery = [retained(old, new, forgetting) for old, new in zip(self.mastery, self.gains, strict=True)]
        self.tenure += 1
        self._forget_session()

    def rapport_with(self, other: Trainee) -> float:
        """How well the two work together by now."""
        parameters = self.model.parameters
        assert self.cell is not None
        size = len(self.cell.members)
        return rapport(self.tenure, other.tenure, size, parameters.initial_rapport, parameters.rapport_sessions)

    def _gain(
        self, share: float, effect: float, item: int, level: float, start: float, engaged: float | None = None
    ) -> float:
        """What this trainee gains on an item, as ready and engaged as they are."""
        ready = 1.0 if item == 0 else readiness(self.mastery[item - 1], self.model.parameters.prerequisite)
        return gain(
            share, effect, self.learning_speed, self.engaged if engaged is None else engaged, ready, level, start
        )

    def _forget_session(self) -> None:
        self.gains = [0.0] * len(self.mastery)
        self.invitations: list[tuple[int, int, float]] = []
        self.consulted = self.briefed = self.exchanged = self.exchanged_with_officer = False
