"""Model: the search model in Mesa. The step is a table of contents; the agents do the work.
Knows agents, contacts, the landscape and the measures. Works with Mesa's DataCollector.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import mesa
import numpy as np
import numpy.typing as npt

from learnsim.chance import Chance
from learnsim.grouping import load_policies
from learnsim.models import seeded
from learnsim.people import People, Roster, count_trainees, load_roster
from learnsim.search.agents import Searcher
from learnsim.search.contacts import Contacts
from learnsim.search.landscape import Landscape, draw_landscape, starting_solutions
from learnsim.search.measures import SESSION_MEASURES, describe, session_measures
from learnsim.search.terms import terms_of
from learnsim.settings import Arm, Settings
from learnsim.settings.search import Search
from learnsim.training.terms import checked_replicate


class Problem(NamedTuple):
    """A landscape as people meet it: plain lists, and nobody knows the value of what nobody has tried."""

    links: list[list[int]]
    contributions: list[list[float]]
    loci: int
    interactions: int


def _report(name: str, model: SearchModel) -> float:
    return model.measure(name)


class SearchModel(mesa.Model):
    """One run of the search model, told by Mesa agents.

    The DataCollector's row t is after t periods; row 0 is before the first.

    Parameters
    ----------
    search : Search, optional
        The defaults if left out.
    arm : str or Arm
        An arm of the settings, or a preset: its groups, council, shuffle and officers, where the network is "cells".
    settings : Settings, optional
        Who there is, and the length of a cycle.
    replicate : int
        Same seed and replicate, same problem, same starting solutions and same luck on every network.
    seed, rng : int, optional
        Seed of all chance, in place of the settings' (either word; Mesa uses both).
    landscape : Landscape, optional
        Already drawn, to spare drawing it again for each network.
    people : People, optional
        Already drawn, to spare drawing them again for each arm; only cells need people with traits.

    Attributes
    ----------
    session : int
        The period being played, counted from 0.
    searchers : list of Searcher, by number
    rest : int
        The first row at which nothing could change any more; -1 until that is seen.
    """

    def __init__(
        self,
        search: Search | None = None,
        arm: str | Arm = "hybrid",
        settings: Settings | None = None,
        replicate: int = 0,
        seed: int | None = None,
        rng: int | None = None,
        landscape: Landscape | None = None,
        roster: Roster | None = None,
        people: People | None = None,
    ) -> None:
        self.settings, self.search = settings or Settings(), search or Search()
        given = seed if seed is not None else rng
        if given is not None:
            self.settings = self.settings.changed({"experiment.seed": given})
        self.seed = self.settings.experiment.seed
        super().__init__(**seeded(self.seed))
        if self.settings.experiment.policies:
            load_policies(self.settings.experiment.policies)
        self.arm = arm if isinstance(arm, Arm) else self.settings.arm(arm)
        number = checked_replicate(replicate)
        self.chance = Chance(self.seed, number, audit=True)
        self.landscape = landscape or draw_landscape(self.search, Chance(self.seed, number))
        self.terms = terms_of(self.search, self.landscape, self.chance)
        self.problem = Problem(
            self.landscape.links.tolist(),
            self.landscape.contributions.tolist(),
            self.landscape.loci,
            self.landscape.interactions,
        )
        roster = roster if roster is not None else load_roster(self.settings)
        starts = starting_solutions(count_trainees(self.settings, roster), self.search.loci, self.chance)
        self.searchers = [Searcher(self, i, start) for i, start in enumerate(starts.tolist())]
        self.contacts = Contacts(self.settings, self.search, self.arm, self.chance, self.values(), roster, people)
        self._meet()
        self.session = 0
        self.rest = -1
        self._rows = np.zeros((self.search.periods + 1, len(SESSION_MEASURES)))
        self._write_row()
        self.datacollector = mesa.DataCollector(
            model_reporters={name: partial(_report, name) for name in SESSION_MEASURES}
        )
        self.datacollector.collect(self)
        self.running = self.search.periods > 0

    def step(self) -> None:
        """One period; after the last one, or when nothing can change any more, nothing."""
        if not self.running:
            return
        if self.session % self.settings.training.cycle_length == 0 and self.session > 0:
            self.regroup()  # 1
        self.agents.shuffle_do("step")  # 2-3: exploit, or else explore
        self.agents.do("advance")  # 4
        if self.nothing_can_change():
            self.rest = self.session
        self.session += 1
        self.record()  # 5
        self.running = self.rest < 0 and self.session < self.search.periods

    def regroup(self) -> None:
        """1. The shuffle policy forms the cells of a new cycle; officers are chosen anew."""
        cycle = self.session // self.settings.training.cycle_length
        self.contacts.regroup(self.values(), self.session, cycle)
        self._meet()

    def nothing_can_change(self) -> bool:
        """Whether nobody changed, all are on a peak, and nobody better is tied to them or ever can be."""
        if any(searcher.changed for searcher in self.searchers):
            return False
        reach = self.contacts.reach.tolist()
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

    def measure(self, name: str) -> float:
        """Return a measure as of the latest recorded period."""
        return float(self.measures()[name][self.session])

    def measures(self) -> dict[str, npt.NDArray[np.float64]]:
        """Return every measure so far, arrays (session + 1,)."""
        return session_measures(self._rows[: self.session + 1])

    def rows(self) -> npt.NDArray[np.float64]:
        """Return what :func:`describe` wrote, one row a period up to the cap; the last one repeats after the end."""
        self._rows[self.session + 1 :] = self._rows[self.session]
        return self._rows

    def solutions(self) -> npt.NDArray[np.int64]:
        """Return everybody's solution now, shape (people,)."""
        return np.array([searcher.solution for searcher in self.searchers], dtype=np.int64)

    def values(self) -> npt.NDArray[np.float64]:
        """Return the value of everybody's solution now, shape (people,)."""
        return np.array([searcher.worth for searcher in self.searchers])

    def _meet(self) -> None:
        """Everybody learns who their neighbours are."""
        for searcher in self.searchers:
            searcher.neighbours = [self.searchers[p] for p in self.contacts.ties.of(searcher.index).tolist()]

    def _write_row(self) -> None:
        solutions, values = self.solutions(), self.values()
        room = np.empty_like(solutions)
        describe(solutions, values, self.terms.highest, self.terms.exponent, room, self._rows[self.session])
