"""Run: one run of the search model by either engine; a setup in, a record out.
Mesa is imported only when the agents engine is asked for.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from learnsim.chance import Chance
from learnsim.people import People, Roster, count_trainees, draw_people
from learnsim.record import Setup, Tracer
from learnsim.search.contacts import Contacts
from learnsim.search.info import SESSION_MEASURES
from learnsim.search.landscape import Landscape, draw_landscape, starting_solutions
from learnsim.search.loops import Crew, play
from learnsim.search.measures import describe, session_measures
from learnsim.search.record import SearchRecord, SearchTrace
from learnsim.search.terms import terms_of
from learnsim.settings import Settings


class Problem(NamedTuple):
    """What all arms of a replicate have in common: the landscape, and people, whom only cells need."""

    landscape: Landscape
    people: People | None


def draw_shared(settings: Settings, replicate: int, roster: Roster | None) -> Problem:
    """Return the problem of a replicate, and its people if any arm of the settings has cells."""
    chance = Chance(settings.experiment.seed, replicate)
    cells = any(settings.arm(name).network == "cells" for name in settings.arms)
    return Problem(draw_landscape(settings.search, chance), draw_people(settings, chance, roster) if cells else None)


def play_agents(setup: Setup) -> SearchRecord:
    """Run one arm once, told by Mesa agents, until nothing can change any more or the periods are over."""
    from learnsim.models import release
    from learnsim.search.model import SearchModel

    model = SearchModel.of(setup)
    tracer = Tracer(SearchTrace, wanted=setup.trace)
    tracer.note(*model.state())
    while model.running:
        model.step()
        tracer.note(*model.state())
    release(model)
    contacts = model.contacts
    return SearchRecord(
        **setup.birth("agents"),
        measures=model.measures(),
        rest=model.rest,
        solutions=model.solutions(),
        values=model.values(),
        highest=model.landscape.highest,
        ties=contacts.ties,
        community=contacts.community,
        cell=contacts.plan.cell,
        officers=contacts.plan.officers,
        branches=contacts.plan.branches,
        clipped=contacts.clipped,
        trace=tracer.trace(),
    )


def play_compiled(setup: Setup) -> SearchRecord:
    """Run one arm once, in machine code; the same record in every bit."""
    settings, chance, common = setup.settings, setup.chance, setup.common_chance
    search = settings.search
    landscape, people = setup.shared or (draw_landscape(search, common), None)
    terms = terms_of(search, landscape, chance)
    solutions = starting_solutions(count_trainees(settings, setup.roster), search.loci, common)
    values = landscape.values[solutions]
    contacts = Contacts(settings, setup.arm, chance, values, setup.roster, people, common=common)
    rows = np.zeros((search.periods + 1, len(SESSION_MEASURES)))
    describe(solutions, values, terms.highest, terms.exponent, np.empty_like(solutions), rows[0])
    tracer = Tracer(SearchTrace, wanted=setup.trace)
    tracer.note(solutions, contacts.plan.cell, contacts.plan.officers)
    length = settings.training.cycle_length if contacts.changing else max(1, search.periods)
    period, rest = 0, -1
    while period < search.periods and rest < 0:
        if period % length == 0 and period > 0:
            contacts.regroup(values, period, period // length)  # 1
        crew = Crew(solutions, values, contacts.ties.offsets, contacts.ties.neighbours, contacts.reach)
        end = period + 1 if setup.trace else min(search.periods, (period // length + 1) * length)
        rest = play(period, end, crew, terms, landscape.values, rows)  # 2-5
        period = end if rest < 0 else rest + 1
        tracer.note(solutions, contacts.plan.cell, contacts.plan.officers)
    return SearchRecord(
        **setup.birth("compiled"),
        measures=session_measures(rows[: period + 1]),
        rest=rest,
        solutions=solutions,
        values=values,
        highest=landscape.highest,
        ties=contacts.ties,
        community=contacts.community,
        cell=contacts.plan.cell,
        officers=contacts.plan.officers,
        branches=contacts.plan.branches,
        clipped=contacts.clipped,
        trace=tracer.trace(),
    )
