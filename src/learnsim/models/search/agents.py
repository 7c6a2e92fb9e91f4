"""Agents: a searcher looks at the neighbours' solutions, copies the best one, or tries something alone.
The numbers of the phases are those of the model's step.

Everyone looks at the solutions as the period began and notes what they choose; then everyone changes at once.
So the order in which people act does not matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from learnsim.models.search.purposes import EXPLORE
from learnsim.models.search.rules import better, value, variant

if TYPE_CHECKING:
    from learnsim.models.search.model import SearchModel


class Searcher(mesa.Agent):
    """A person who looks for good solutions.

    Attributes
    ----------
    index : int
        The person's number, 0 .. people-1.
    address : int
        Where their random numbers are.
    solution : int
        Bit i is locus i.
    worth : float
        The solution's value.
    neighbours : list of Searcher
        By ascending number; ties among equally good ones go to the lowest.
    """

    model: SearchModel

    def __init__(self, model: SearchModel, index: int, solution: int) -> None:
        super().__init__(model)
        self.index, self.address = index, int(model.prepared.address[index])
        self.neighbours: list[Searcher] = []
        self.solution, self.worth = solution, self.evaluate(solution)
        self._chosen = (self.solution, self.worth)
        self.changed = False

    def evaluate(self, solution: int) -> float:
        """How good a solution is."""
        problem = self.model.problem
        return value(solution, problem.links, problem.contributions, problem.loci, problem.interactions)

    def step(self) -> None:
        """One period: look at the solutions as they were when it began, and note what is chosen."""
        self._chosen = (self.solution, self.worth)
        if not self.exploit():  # 2
            self.explore()  # 3

    def exploit(self) -> bool:
        """2. Choose the best neighbour's solution, if it is strictly better than the own one."""
        for other in self.neighbours:
            if better(other.worth, self._chosen[1]):
                self._chosen = (other.solution, other.worth)
        return better(self._chosen[1], self.worth)

    def explore(self) -> None:
        """3. Try the own solution with one random bit turned over, and choose it if it is strictly better."""
        uniform = self.model.chance.uniform(EXPLORE, self.model.session, self.address)
        tried = variant(self.solution, uniform, self.model.problem.loci)
        worth = self.evaluate(tried)
        if better(worth, self.worth):
            self._chosen = (tried, worth)

    def advance(self) -> None:
        """4. Take what was chosen."""
        self.changed = better(self._chosen[1], self.worth)
        self.solution, self.worth = self._chosen

    @property
    def is_on_a_peak(self) -> bool:
        """Whether no single bit turned over makes the solution better."""
        loci = range(self.model.problem.loci)
        return not any(better(self.evaluate(self.solution ^ (1 << locus)), self.worth) for locus in loci)
