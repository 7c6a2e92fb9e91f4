"""Model: the search model in Mesa. The step is a table of contents; the agents do the work."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from learnsim.arrays import Floats, Longs
from learnsim.models.base import AgentsModel
from learnsim.models.search.agents import Searcher
from learnsim.models.search.info import SESSION_MEASURES
from learnsim.models.search.landscape import draw_landscape, starting_solutions
from learnsim.models.search.measures import describe, scores, session_measures
from learnsim.models.search.parameters import parameters_of
from learnsim.models.search.record import Trace
from learnsim.models.search.ties import Neighbourhood


class PlainLandscape(NamedTuple):
    """A landscape as people meet it: plain lists, and nobody knows the value of what nobody has tried."""

    links: list[list[int]]
    contributions: list[list[float]]
    loci: int
    interactions: int


class SearchModel(AgentsModel):
    """One run of the search model, by Mesa agents.

    Its parameters are those of :class:`~learnsim.models.base.AgentsModel`; ``shared`` is an already drawn problem.

    Attributes
    ----------
    searchers : list of Searcher, by number
    """

    KIND = "search"

    @property
    def sessions(self) -> int:
        """Periods at most."""
        return self.settings.search.periods

    def begin(self) -> None:
        """Draw the landscape and where everybody starts, tie people to each other, and write down how good they are."""
        search = self.settings.search
        drawn, people = self.shared or (draw_landscape(search, self.common_chance), None)
        self.landscape = drawn
        self.parameters = parameters_of(search, drawn)
        self.problem = PlainLandscape(drawn.links.tolist(), drawn.contributions.tolist(), drawn.loci, drawn.interactions)
        starts = starting_solutions(self.prepared.address, search.loci, self.common_chance)
        self.searchers = [Searcher(self, i, start) for i, start in enumerate(starts.tolist())]
        self.neighbourhood = Neighbourhood(
            self.settings, self.arm, self.chance, self.values(), self.prepared.roster, people, common=self.common_chance
        )
        self._meet()
        self._rows = np.zeros((self.sessions + 1, len(SESSION_MEASURES)))
        self._write_row()

    def step(self) -> None:
        """One period; after the last one, or when nothing can change any more, nothing."""
        if not self.running:
            return
        if self.session % self.cycle_length == 0 and self.session > 0:
            self.regroup()  # 1
        self.agents.shuffle_do("step")  # 2-3: exploit, or else explore
        self.agents.do("advance")  # 4
        if self.settles():
            self.periods_to_settle = self.session
        self.session += 1
        self.record()  # 5
        self.running = not self.settled and self.session < self.sessions

    def regroup(self) -> None:
        """1. The shuffle policy forms the cells of a new cycle; officers are chosen anew."""
        self.neighbourhood.start_cycle(self.values(), self.session)
        self._meet()

    def settles(self) -> bool:
        """Whether nobody changed, all are on a peak, and nobody better is tied to them or ever can be."""
        if any(searcher.changed for searcher in self.searchers):
            return False
        reach = self.neighbourhood.reach.tolist()
        for searcher in self.searchers:
            others = searcher.neighbours
            if reach[searcher.index] >= 0:
                others = [other for other in self.searchers if reach[other.index] == reach[searcher.index]]
            if any(other.worth > searcher.worth for other in others) or not searcher.is_on_a_peak:
                return False
        return True

    def record(self) -> None:
        """5. Write down how good everybody's solution is now."""
        self._write_row()
        self.datacollector.collect(self)

    def measures(self) -> dict[str, Floats]:
        """Return every measure so far, arrays (session + 1,)."""
        return session_measures(self._rows[: self.session + 1])

    def solutions(self) -> Longs:
        """Return everybody's solution now, shape (people,)."""
        return np.array([searcher.solution for searcher in self.searchers], dtype=np.int64)

    def values(self) -> Floats:
        """Return the value of everybody's solution now, shape (people,)."""
        return np.array([searcher.worth for searcher in self.searchers])

    def state(self) -> Trace:
        """Return everybody's state now: one row of a trace."""
        plan, values = self.neighbourhood.plan, self.values()
        return Trace(
            solutions=self.solutions(),
            cell=plan.cell,
            officers=plan.officers,
            values=values,
            scores=scores(values, self.parameters.highest, self.parameters.exponent),
            community=self.neighbourhood.community,
            branches=plan.branches,
        )

    def _meet(self) -> None:
        """Everybody learns who their neighbours are."""
        for searcher in self.searchers:
            searcher.neighbours = [self.searchers[p] for p in self.neighbourhood.ties.of(searcher.index).tolist()]

    def _write_row(self) -> None:
        solutions, values = self.solutions(), self.values()
        ordered = np.empty_like(solutions)
        describe(solutions, values, self.parameters.highest, self.parameters.exponent, ordered, self._rows[self.session])
