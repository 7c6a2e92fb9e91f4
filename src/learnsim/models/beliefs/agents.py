"""Agents: a person hears the code, looks at contacts and makes up their own mind; the code asks those who do better.

Everyone looks at the organization as the period began and notes what they will believe; then everyone changes at
once. So the order in which people act does not matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from learnsim.models.beliefs.purposes import ACTION, CODE_LEARNING, FROM_CODE, FROM_CONTACTS
from learnsim.models.beliefs.rules import code_chance, majority, performance, points, side, taught

if TYPE_CHECKING:
    from learnsim.models.beliefs.model import BeliefsModel


class Cell:
    """A cell: a few people in their seats, one of them the officer."""

    def __init__(self, number: int, community: int) -> None:
        self.number, self.community = number, community
        self.members: list[Person] = []
        self.officer: Person | None = None


class Person(mesa.Agent):
    """Somebody with beliefs about reality.

    Attributes
    ----------
    index : int
        The person's number, 0 .. people-1.
    address : int
        Where their random numbers are.
    beliefs : list of int
        -1, 0 or +1 on each dimension.
    rate : float
        Chance p1 that a belief moves toward the code.
    score : int
        Points for what they believe, as the period begins.
    contacts : list of Person
        Whom they can look at.
    cell : Cell or None
    unsettled : bool
        Whether there was anything to learn this period.
    """

    model: BeliefsModel

    def __init__(self, model: BeliefsModel, index: int) -> None:
        super().__init__(model)
        self.index, self.address = index, int(model.prepared.address[index])
        self.contacts: list[Person] = []
        self.cell: Cell | None = None
        self.unsettled = False

    def arrive(self, beliefs: list[int], rate: float) -> None:
        """Take the place, as a person with these beliefs."""
        self.beliefs, self.rate = beliefs, rate
        self.later = list(beliefs)

    def join(self, cell: Cell, seat: int) -> None:
        """Take a seat in a cell."""
        self.cell = cell

    def begin_period(self) -> None:
        """See how well one does."""
        model = self.model
        self.score = points(self.beliefs, model.reality, len(self.beliefs), model.parameters.interdependence)

    def step(self) -> None:
        """One period: look at the organization as it was when the period began, and note what to believe."""
        self.unsettled = False
        if self.model.parameters.has_code:
            self.hear_code()  # 2
        if self.model.parameters.has_contacts:
            self.follow_contacts()  # 3

    def hear_code(self) -> None:
        """2. Beliefs that differ from the code's move toward it, each with chance p1."""
        if self.rate <= 0.0:
            return
        model = self.model
        for j, (mine, code) in enumerate(zip(self.beliefs, model.code.beliefs, strict=True)):
            if code != 0 and mine != code:
                self.unsettled = True
                if model.chance.uniform(FROM_CODE, model.session, self.address, j) < self.rate:
                    self.later[j] = taught(mine, code, model.parameters.figures)

    def follow_contacts(self) -> None:
        """3. On each dimension, perhaps believe what the majority of the contacts who do better believes."""
        model = self.model
        better = [other.beliefs for other in self.contacts if other.score > self.score]
        for j, mine in enumerate(self.beliefs):
            wanted = majority(sum(beliefs[j] for beliefs in better))
            if wanted != 0 and wanted != mine:
                self.unsettled = True
                if model.chance.uniform(FROM_CONTACTS, model.session, self.address, j) < model.parameters.adoption:
                    self.later[j] = wanted

    def act(self) -> list[int]:
        """What this person does on each dimension; where they believe nothing, either (in the reading of the figures)."""
        model = self.model
        if not model.parameters.figures:
            return self.beliefs
        return [
            mine if mine != 0 else side(model.chance.uniform(ACTION, model.session, self.address, j))
            for j, mine in enumerate(self.beliefs)
        ]

    def advance(self) -> None:
        """5. Believe from now on what was noted."""
        self.beliefs = list(self.later)


class Code:
    """The organizational code: what the organization believes, in its rules, forms and lectures."""

    def __init__(self, model: BeliefsModel, dimensions: int) -> None:
        self.model = model
        self.beliefs = [0] * dimensions
        self.later = [0] * dimensions
        self.unsettled = False

    def ask(self) -> None:
        """4. On each dimension, perhaps take over what the majority of the people who do better than the code does."""
        model, m = self.model, len(self.beliefs)
        figures, reality = model.parameters.figures, model.reality
        self.unsettled = figures and any(0 in person.beliefs for person in model.people)

        def done(actions: list[int]) -> int:
            return performance(actions, reality, m) if figures else points(actions, reality, m, 1)

        standing = done(self.beliefs)
        superior = [actions for person in model.people if done(actions := person.act()) > standing]
        for j, mine in enumerate(self.beliefs):
            balance = sum(actions[j] for actions in superior)
            wanted = majority(balance)
            if wanted != 0 and wanted != mine:
                self.unsettled = True
                chance = code_chance(model.parameters.code_learning, abs(balance))
                if model.chance.uniform(CODE_LEARNING, model.session, 0, j) < chance:
                    self.later[j] = wanted

    def advance(self) -> None:
        """5. Believe from now on what was noted."""
        self.beliefs = list(self.later)
