"""Run: one network, one replicate, one engine; settings in, record out.
Knows both engines; imports Mesa only when the agents engine is asked for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from learnsim.chance import Chance
from learnsim.people import People, Roster, count_trainees, load_roster
from learnsim.search.contacts import Contacts
from learnsim.search.landscape import Landscape, draw_landscape, starting_solutions
from learnsim.search.loops import Crew, play
from learnsim.search.measures import SESSION_MEASURES, describe, session_measures
from learnsim.search.record import SearchRecord, SearchTrace
from learnsim.search.terms import terms_of
from learnsim.settings import Arm, Settings
from learnsim.settings.search import Search


def run_search(
    settings: Settings,
    search: Search,
    name: str = "hybrid",
    replicate: int = 0,
    *,
    engine: str | None = None,
    landscape: Landscape | None = None,
    people: People | None = None,
    roster: Roster | None = None,
    trace: bool = False,
) -> SearchRecord:
    """Run the search model once.

    Parameters
    ----------
    settings : Settings
        Who there is, the seed, the length of a cycle, and the arms.
    search : Search
        The problem, the network and the cap on periods.
    name : str
        An arm of the settings, or a preset: its groups, council, shuffle and officers where ``search.network`` is
        "cells"; it decides nothing on the other networks.
    replicate : int
        The same replicate has the same problem, starting solutions and luck on every network.
    engine : "compiled" or "agents", optional
        The setting's if left out; both give the same bits.
    landscape : Landscape, optional
        The already drawn problem of this replicate; it is not changed.
    people : People, optional
        Already drawn people of this replicate; they are not changed. Only cells need people with traits.
    trace : bool
        Whether the record holds everybody's state after every period.

    Raises
    ------
    SettingsError, PolicyError
        If the arm, the roster or a policy cannot be used.
    """
    roster = roster if roster is not None else load_roster(settings)
    arm = settings.arm(name)
    if landscape is None:
        landscape = draw_landscape(search, Chance(settings.experiment.seed, replicate))
    told = _agents if (engine or settings.experiment.engine) == "agents" else _compiled
    return told(settings, search, name, arm, replicate, landscape, people, roster, trace)


class _Tracer:
    """Keeps everybody's state after every period, if asked to."""

    def __init__(self, wanted: bool) -> None:
        self.wanted = wanted
        self.rows: list[tuple[npt.NDArray[Any], ...]] = []

    def note(self, solutions: npt.NDArray[np.int64], contacts: Contacts) -> None:
        if self.wanted:
            self.rows.append((solutions.copy(), contacts.plan.cell.copy(), contacts.plan.officers.copy()))

    def trace(self, periods: int) -> SearchTrace | None:
        """Return the trace; once nothing changes any more, the last row repeats."""
        if not self.wanted:
            return None
        rows = self.rows + self.rows[-1:] * (periods + 1 - len(self.rows))
        return SearchTrace(*(np.array(column) for column in zip(*rows, strict=True)))


def _agents(
    settings: Settings,
    search: Search,
    name: str,
    arm: Arm,
    replicate: int,
    landscape: Landscape,
    people: People | None,
    roster: Roster | None,
    trace: bool,
) -> SearchRecord:
    from learnsim.models import release
    from learnsim.search.model import SearchModel

    model = SearchModel(search, arm, settings, replicate, landscape=landscape, roster=roster, people=people)
    tracer = _Tracer(trace)
    tracer.note(model.solutions(), model.contacts)
    while model.running:
        model.step()
        tracer.note(model.solutions(), model.contacts)
    release(model)
    return _record(
        settings, search, name, replicate, "agents", model.rows(), model.rest, model.solutions(), model.values(),
        landscape, model.contacts, tracer,
    )  # fmt: skip


def _compiled(
    settings: Settings,
    search: Search,
    name: str,
    arm: Arm,
    replicate: int,
    landscape: Landscape,
    people: People | None,
    roster: Roster | None,
    trace: bool,
) -> SearchRecord:
    chance = Chance(settings.experiment.seed, replicate)
    terms = terms_of(search, landscape, chance)
    solutions = starting_solutions(count_trainees(settings, roster), search.loci, chance)
    values = landscape.values[solutions]
    contacts = Contacts(settings, search, arm, chance, values, roster, people)
    rows = np.zeros((search.periods + 1, len(SESSION_MEASURES)))
    describe(solutions, values, terms.highest, terms.exponent, np.empty_like(solutions), rows[0])
    tracer = _Tracer(trace)
    tracer.note(solutions, contacts)
    length = settings.training.cycle_length if contacts.changing else max(1, search.periods)
    period, rest = 0, -1
    while period < search.periods and rest < 0:
        if period % length == 0 and period > 0:
            contacts.regroup(values, period, period // length)  # 1
        crew = Crew(solutions, values, contacts.ties.offsets, contacts.ties.neighbours, contacts.reach)
        end = period + 1 if trace else min(search.periods, (period // length + 1) * length)
        rest = play(period, end, crew, terms, landscape.values, rows)  # 2-5
        period = end if rest < 0 else rest + 1
        tracer.note(solutions, contacts)
    rows[period + 1 :] = rows[period]
    return _record(
        settings, search, name, replicate, "compiled", rows, rest, solutions, values, landscape, contacts, tracer
    )


def _record(
    settings: Settings,
    search: Search,
    name: str,
    replicate: int,
    engine: str,
    rows: npt.NDArray[np.float64],
    rest: int,
    solutions: npt.NDArray[np.int64],
    values: npt.NDArray[np.float64],
    landscape: Landscape,
    contacts: Contacts,
    tracer: _Tracer,
) -> SearchRecord:
    return SearchRecord(
        settings=settings,
        search=search,
        arm=name,
        seed=settings.experiment.seed,
        replicate=replicate,
        engine=engine,
        measures=session_measures(rows),
        rest=rest,
        solutions=solutions,
        values=values,
        highest=landscape.highest,
        ties=contacts.ties,
        community=contacts.community,
        cell=contacts.plan.cell,
        officers=contacts.plan.officers,
        clipped=contacts.clipped,
        trace=tracer.trace(search.periods),
    )
