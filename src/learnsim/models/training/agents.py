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
    council_effect,
    current_item,
    engagement,
    gain,
    mastered,
    misconception_left,
    rapport,
    readiness,
    standing,
    unblocked,
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
        table = [member.seems for member in self.members]
        standings = [
            standing(parameters.throttle, np.array([row[j] for row in table]), len(table)) for j in range(model.items)
        ]
        self.current = current_item(standings, model.items, parameters.mastery_threshold)


class Trainee(mesa.Agent):
    """A person in training.

    Attributes
    ----------
    index : int
        The trainee's number, 0 .. trainees-1.
    address : int
        Where their random numbers are.
    learning_speed, sociability, helpfulness : float
        In [0, 1].
    interest : list of float
        Interest in each community's topic.
    mastery, misconception : lists of float
        Of each item: how well it is mastered, and how firm the misconception is; both in [0, 1], and at most 1 together.
    present : float
        1, or 0 for somebody who is absent from this session.
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
        self.address = int(model.people.address[index])
        self.cell: Cell | None = None
        self.tenure = 0
        self.present = 1.0
        self._forget_session()

    def become(
        self,
        learning_speed: float,
        sociability: float,
        helpfulness: float,
        interest: list[float],
        mastery: list[float],
        misconception: list[float],
    ) -> None:
        """Be the person with these traits, who knows this: a novice, or the same person after something has happened."""
        self.learning_speed, self.sociability, self.helpfulness = learning_speed, sociability, helpfulness
        self.interest, self.mastery, self.misconception = interest, mastery, misconception
        self.engaged = engagement(interest[self.home], self.model.parameters.interest_weight)

    def join(self, cell: Cell, seat: int) -> None:
        """Take a seat in a cell."""
        self.cell, self.seat = cell, seat

    @property
    def seems(self) -> list[float]:
        """Mastery of each item as everybody sees it: nobody can tell right from wrong."""
        if not self.model.general:
            return self.mastery
        return [right + wrong for right, wrong in zip(self.mastery, self.misconception, strict=True)]

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
        parameters, item, wrong = self.model.parameters, self.model.lectured, self.model.lecturer_wrong
        if parameters.lecture > 0.0:
            interest = self.interest[item % len(self.interest)]
            engaged = engagement(interest, parameters.interest_weight)
            share, effect = parameters.lecture * self.present, parameters.lecture_effect
            self._note(item, *self._learn(share, effect, item, 1.0 - wrong[item], wrong[item], engaged))

    def meet_in_council(self, cell: Cell) -> None:
        """3. The instructor works with the officer; then the officer consults one other officer."""
        parameters, item, taught = self.model.parameters, cell.current, self.model.instructor_wrong
        officers = [other.officer for other in cell.community.cells]
        if parameters.instruction > 0.0:
            effect = council_effect(len(officers), parameters.span, parameters.council_effect, parameters.lecture_effect)
            share = parameters.instruction * self.present
            self._note(item, *self._learn(share, effect, item, 1.0 - taught[item], taught[item]))
        others = [other for other in officers if other is not self]
        if parameters.consultation > 0.0 and others:
            other = others[one_of(len(others), self.model.chance.uniform(CONSULT, self.model.session, self.address))]
            assert other is not None
            share = parameters.consultation * (self.present * other.present)
            effect = parameters.help_effect * other.helpfulness
            best, most, right, wrong = -1, 0.0, 0.0, 0.0
            for j in range(len(self.mastery)):
                gained, mislearned = self._learn(share, effect, j, other.mastery[j], other.misconception[j])
                if gained + mislearned > most:
                    best, most, right, wrong = j, gained + mislearned, gained, mislearned
            self.asks_in_council = self._advice(other, right if best >= 0 else 0.0)
            if best >= 0:
                self._note(best, right, wrong)
                self.consulted = True

    def listen_to_briefing(self, cell: Cell) -> None:
        """4. The officer explains the cell's current item to each other member."""
        parameters, officer, item = self.model.parameters, cell.officer, cell.current
        assert officer is not None
        if parameters.briefing <= 0.0 or len(cell.members) < 2:
            return
        if officer is self:
            self.briefed = self.present > 0.0
            return
        length = parameters.briefing * parameters.officers_share * (officer.present * self.present)
        effect = parameters.help_effect * officer.helpfulness * self.rapport_with(officer)
        right, wrong = self._learn(length, effect, item, officer.mastery[item], officer.misconception[item])
        self._note(item, right, wrong)
        self.briefed_by = (officer, 0, right)

    def approach_somebody(self, cell: Cell) -> None:
        """5. Perhaps approach one other member, for help and joint work on the item that gives most."""
        parameters, chance, session = self.model.parameters, self.model.chance, self.model.session
        if parameters.exchange <= 0.0 or len(cell.members) < 2:
            return
        if chance.uniform(EXCHANGE, session, self.address, 0) >= self.sociability:
            return
        seat = one_of(len(cell.members) - 1, chance.uniform(EXCHANGE, session, self.address, 1))
        partner = cell.members[seat + 1 if seat >= self.seat else seat]
        with_officer = self.is_officer or partner.is_officer
        length = parameters.exchange * (parameters.officers_share if with_officer else 1.0)
        length *= self.present * partner.present
        close = self.rapport_with(partner)
        helping, working = parameters.help_effect * partner.helpfulness * close, parameters.joint_effect * close
        best, most, right, wrong, together = -1, 0.0, 0.0, 0.0, 0.0
        mine, theirs = self.seems, partner.seems
        for j in range(len(self.mastery)):
            helped, mislearned = self._learn(length, helping, j, partner.mastery[j], partner.misconception[j])
            joint = self._work_out(length, working, j, max(mine[j], theirs[j]))
            if (helped + mislearned) + joint > most:
                best, most, right, wrong, together = j, (helped + mislearned) + joint, helped, mislearned, joint
        self.asks_in_cell = self._advice(partner, right if best >= 0 else 0.0)
        if best >= 0:
            self._note(best, right, wrong)
            self._note(best, *self._divided(together))
            self.exchanged_with_officer, self.exchanged = with_officer, not with_officer
            partner.be_approached(self, best, length, working)

    def be_approached(self, other: Trainee, item: int, length: float, working: float) -> None:
        """5. Gain from the joint work with somebody who approached; noted until everyone has acted."""
        start = max(other.seems[item], self.seems[item])
        self.invitations.append((other.index, item, *self._divided(self._work_out(length, working, item, start))))

    def advance(self) -> None:
        """6. Apply the session's gains at once, forget a little, and grow a session older in the cell."""
        for _, item, gained, mislearned in sorted(self.invitations):
            self._note(item, gained, mislearned)
        forgetting = self.model.parameters.forgetting
        after = [mastered(before, gained) for before, gained in zip(self.mastery, self.gains, strict=True)]
        if self.model.general:
            self.misconception = [
                misconception_left(wrong, mislearned, before, now, forgetting)
                for wrong, mislearned, before, now in zip(
                    self.misconception, self.wrong_gains, self.mastery, after, strict=True
                )
            ]
        self.mastery = [now * (1.0 - forgetting) for now in after]
        self.tenure += 1
        self._forget_session()

    def rapport_with(self, other: Trainee) -> float:
        """How well the two work together by now."""
        parameters = self.model.parameters
        assert self.cell is not None
        size = len(self.cell.members)
        return rapport(self.tenure, other.tenure, size, parameters.initial_rapport, parameters.rapport_sessions)

    def _learn(
        self, share: float, effect: float, item: int, right: float, wrong: float, engaged: float | None = None
    ) -> tuple[float, float]:
        """What this trainee learns of an item, right and wrong, from a source that is right and wrong to these levels."""
        ready, speed = self._ready(item), self.learning_speed
        engaged = self.engaged if engaged is None else engaged
        gained = gain(share, effect, speed, engaged, ready * self._free(item), right, self.mastery[item])
        if not self.model.general:
            return gained, 0.0
        return gained, gain(share, effect, speed, engaged, ready, wrong, self.misconception[item])

    def _work_out(self, share: float, effect: float, item: int, start: float) -> float:
        """What this trainee gains on an item by working it out with somebody, the better of the two at ``start``."""
        ready = self._ready(item) * self._free(item)
        return gain(share, effect, self.learning_speed, self.engaged, ready, 1.0, start)

    def _ready(self, item: int) -> float:
        return 1.0 if item == 0 else readiness(self.mastery[item - 1], self.model.parameters.prerequisite)

    def _free(self, item: int) -> float:
        """The share of right learning that this trainee's misconception does not block."""
        return unblocked(self.misconception[item], self.model.wrong.persistence) if self.model.general else 1.0

    def _divided(self, joint: float) -> tuple[float, float]:
        """What is worked out together, as far as it is right and wrong."""
        wrong = self.model.wrong.joint_wrong
        return (1.0 - wrong) * joint, wrong * joint

    def _advice(self, other: Trainee, learned: float) -> tuple[Trainee, int, float]:
        """Whom this trainee asks, how often (not while absent), and what is learned from that person's help."""
        return other, int(self.present > 0.0), learned

    def _note(self, item: int, gained: float, mislearned: float) -> None:
        """Note what is learned, right and wrong, until everyone has acted."""
        self.gains[item] += gained
        self.wrong_gains[item] += mislearned

    def _forget_session(self) -> None:
        items = self.model.settings.curriculum.items
        self.gains, self.wrong_gains = [0.0] * items, [0.0] * items
        self.invitations: list[tuple[int, int, float, float]] = []
        self.consulted = self.briefed = self.exchanged = self.exchanged_with_officer = False
        self.asks_in_council = self.briefed_by = self.asks_in_cell = (self, 0, 0.0)
