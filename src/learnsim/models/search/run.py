"""Run: one run of the search model by either engine; a setup in, a record out.
Mesa is imported only when the agents engine is asked for.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from learnsim.chance import Chance
from learnsim.models.record import Setup
from learnsim.models.search.info import SESSION_MEASURES
from learnsim.models.search.kernels import State, simulate
from learnsim.models.search.landscape import Landscape, draw_landscape, starting_solutions
from learnsim.models.search.measures import describe, scores, session_measures
from learnsim.models.search.parameters import parameters_of
from learnsim.models.search.record import SearchRecord, Trace
from learnsim.models.search.ties import Neighbourhood
from learnsim.models.tracer import Tracer, membership, with_people
from learnsim.people import People, Roster, draw_people
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


def simulate_agents(setup: Setup) -> SearchRecord:
    """Run one arm once, by Mesa agents, until nothing can change any more or the periods are over."""
    from learnsim.models.base import release
    from learnsim.models.search.model import SearchModel

    model = SearchModel.of(setup)
    tracer = Tracer(Trace, setup)

    def note() -> None:
        tracer.note(*model.state(), highest=model.landscape.highest)

    note()
    exponent = setup.settings.search.exponent
    start = scores(model.values(), model.landscape.highest, exponent) if setup.roster else None
    while model.running:
        model.step()
        note()
    release(model)
    neighbourhood = model.neighbourhood
    record = SearchRecord(
        **setup.identity("agents"),
        measures=model.measures() | tracer.measures(),
        periods_to_settle=model.periods_to_settle,
        solutions=model.solutions(),
        values=model.values(),
        highest=model.landscape.highest,
        ties=neighbourhood.ties,
        **membership(neighbourhood),
        clipped=neighbourhood.clipped,
        trace=tracer.trace(),
    )
    return with_people(record, start, neighbourhood.partners, neighbourhood.times_officer)


def simulate_compiled(setup: Setup) -> SearchRecord:
    """Run one arm once, in machine code; the same record in every bit."""
    settings, chance, common = setup.settings, setup.chance, setup.common_chance
    search = settings.search
    landscape, people = setup.shared or (draw_landscape(search, common), None)
    parameters = parameters_of(search, landscape)
    solutions = starting_solutions(setup.prepared.address, search.loci, common)
    values = landscape.values[solutions]
    start = scores(values, landscape.highest, search.exponent) if setup.roster else None
    neighbourhood = Neighbourhood(settings, setup.arm, chance, values, setup.roster, people, common=common)
    rows = np.zeros((search.periods + 1, len(SESSION_MEASURES)))
    describe(solutions, values, parameters.highest, parameters.exponent, np.empty_like(solutions), rows[0])
    tracer = Tracer(Trace, setup)

    def note() -> None:
        plan, good = neighbourhood.plan, values
        if tracer.traced:
            good = scores(values, landscape.highest, search.exponent)
        seats = neighbourhood.community, plan.branches
        tracer.note(solutions, plan.cell, plan.officers, values, good, *seats, highest=landscape.highest)

    note()
    length = settings.organisation.cycle_length if neighbourhood.changing else max(1, search.periods)
    period, periods_to_settle = 0, -1
    while period < search.periods and periods_to_settle < 0:
        if period % length == 0 and period > 0:
            neighbourhood.start_cycle(values, period)  # 1
        ties, address = neighbourhood.ties, setup.prepared.address
        state = State(solutions, values, ties.offsets, ties.neighbours, neighbourhood.reach, address)
        end = period + 1 if tracer.wanted else min(search.periods, (period // length + 1) * length)
        periods_to_settle = simulate(period, end, state, parameters, chance.key, landscape.values, rows)  # 2-5
        period = end if periods_to_settle < 0 else periods_to_settle + 1
        note()
    record = SearchRecord(
        **setup.identity("compiled"),
        measures=session_measures(rows[: period + 1]) | tracer.measures(),
        periods_to_settle=periods_to_settle,
        solutions=solutions,
        values=values,
        highest=landscape.highest,
        ties=neighbourhood.ties,
        **membership(neighbourhood),
        clipped=neighbourhood.clipped,
        trace=tracer.trace(),
    )
    return with_people(record, start, neighbourhood.partners, neighbourhood.times_officer)
