"""Agents: a person and a cell, as a model of the user's own meets them."""

from __future__ import annotations

from typing import Any

import mesa


class Cell:
    """A cell, which people share until the next shuffle.

    Attributes
    ----------
    number : int
    members : list of Person, in seat order
    officer : Person
    """

    members: list[Person]
    officer: Person

    def __init__(self, number: int) -> None:
        self.number = number


class Person(mesa.Agent):
    """A person; a model of the user's own gives it what attributes it needs.

    Attributes
    ----------
    number : int
        The person's number, 0 .. people-1: the place in the arrays of ``model.people`` and ``model.draw``.
    community : int
    cell : Cell or None
        None where the arm has no groups.
    """

    cell: Cell | None

    def __init__(self, model: Any, number: int, community: int) -> None:
        super().__init__(model)
        self.number, self.community, self.cell = number, community, None

    def join(self, cell: Cell, seat: int) -> None:
        """Take a seat in a cell."""
        self.cell = cell

    @property
    def is_officer(self) -> bool:
        """Whether the person is the officer of the cell."""
        return self.cell is not None and self.cell.officer is self

    @property
    def cellmates(self) -> list[Person]:
        """The others of the cell; nobody where there are no cells."""
        return [one for one in self.cell.members if one is not self] if self.cell else []
