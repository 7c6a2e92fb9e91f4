"""Run: one run of the training model by either engine; a setup in, a record out.
Mesa is imported only when the agents engine is asked for.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import numpy as np

from learnsim.arrays import Floats, Indices
from learnsim.chance import TURNOVER, Chance
from learnsim.compiled import kernel
from learnsim.grouping import Tree
from learnsim.grouping.cells import seats_by_index
from learnsim.models.record import Record, Setup, Tracer, membership
from learnsim.models.training.kernels import State, simulate, simulate_runs
from learnsim.models.training.measures import COUNTED, WIDTH, describe, quarters_of, session_measures
from learnsim.models.training.parameters import parameters_of
from learnsim.models.training.record import Trace, TrainingRecord
from learnsim.models.training.rules import engagement
from learnsim.people import People, Roster, draw_novices, draw_people
from learnsim.settings import Settings


def draw_shared(settings: Settings, replicate: int, roster: Roster | None) -> People:
    """Return what all arms of a replicate have in common: everybody as they are before session 0."""
    return draw_people(settings, Chance(settings.experiment.seed, replicate), roster)


def simulate_agents(setup: Setup) -> TrainingRecord:
    """Run one arm once, by Mesa agents."""
    from learnsim.models.base import release
    from learnsim.models.training.model import TrainingModel

    model = TrainingModel.of(setup)
    tracer = Tracer(Trace, wanted=setup.trace)
    tracer.note(*model.state())
    while model.running:
        model.step()
        tracer.note(*model.state())
    last = model.state()
    release(model)
    return TrainingRecord(
        **setup.identity("agents"),
        measures=model.measures(),
        mastery=last.mastery,
        **_traits(model.people),
        **membership(model.tree),
        tenure=last.tenure,
        trace=tracer.trace(),
    )


def simulate_compiled(setup: Setup) -> TrainingRecord:
    """Run one arm once, in machine code; the same record in every bit."""
    game = _simulation(setup)
    while True:
        try:
            simulate(*next(game))
        except StopIteration as stop:
            return stop.value


def simulate_batch(setups: Sequence[Setup]) -> list[Record]:
    """Run a batch of exactly :data:`~learnsim.models.info.BATCH`, cycle by cycle.

    Several threads wait for each other less when each keeps to compiled code for longer.
    """
    games = [_simulation(setup) for setup in setups]
    records: list[Record] = []
    while not records:
        moves = []
        for game in games:
            try:
                moves.append(next(game))
            except StopIteration as stop:
                records.append(stop.value)
        if moves:
            (first, *_), (last, *_), *state = zip(*moves, strict=True)
            simulate_runs(first, last, *state)
    return records


def _simulation(setup: Setup) -> Generator[tuple[Any, ...], None, TrainingRecord]:
    """One run of the compiled engine; yields what the kernel is to be called with, and returns the record."""
    settings, arm, roster, chance = setup.settings, setup.arm, setup.roster, setup.chance
    training = settings.training
    parameters = parameters_of(settings, arm)
    people = draw_people(settings, setup.common_chance, roster) if setup.shared is None else setup.shared.copy()
    count = len(people)
    sessions, length = training.sessions, settings.organisation.cycle_length
    cycles = -(-sessions // length)
    tree = Tree.of_run(settings, arm, people, chance, sessions, roster=roster, turnover=training.turnover)
    plan = tree.plan

    tenure = np.zeros(count, dtype=np.int32)
    means, sorted_means = np.empty(count), np.empty(count)
    rows, counts = np.zeros((sessions + 1, WIDTH)), np.zeros((sessions + 1, len(COUNTED)), dtype=np.int64)
    partners = np.zeros(sessions + 1)
    quarters = quarters_of(people.learning_speed, people.sociability)
    engaged = _engagement(people, tree.community, parameters.interest_weight)
    describe(people.mastery, parameters.mastery_threshold, quarters, means, sorted_means, rows[0])
    partners[0] = tree.meetings.mean_partners
    tracer = Tracer(Trace, wanted=setup.trace)
    tracer.note(people.mastery, plan.cell, tenure, plan.officers)
    for cycle in range(cycles):
        first, last = cycle * length, min((cycle + 1) * length, sessions)
        if cycle > 0:
            tenure[tree.start_cycle(first)] = 0  # 1
        state = State(
            people.mastery,
            people.learning_speed,
            people.sociability,
            people.helpfulness,
            people.interest,
            engaged,
            tenure,
            plan.order,
            seats_by_index(plan.order, plan.offsets, plan.cell),
            plan.offsets,
            plan.branches,
            plan.officers,
        )
        partners[first + 1 : last + 1] = tree.meetings.mean_partners
        for start in range(first, last) if setup.trace else (first,):  # 2-7
            end = start + 1 if setup.trace else last
            yield start, end, state, parameters, chance.key, quarters, means, sorted_means, counts, rows
            if end < last:
                tracer.note(people.mastery, plan.cell, tenure, plan.officers)
        if last % length == 0 and training.turnover > 0.0:  # 6, at the cycle's last session
            draws = chance.uniforms(TURNOVER, last - 1, np.arange(count))
            who = np.flatnonzero(draws < training.turnover)
            if len(who):
                draw_novices(people, who, last, settings, chance)
                tree.replace(who)
                tenure[who] = 0
                quarters = quarters_of(people.learning_speed, people.sociability)
                engaged = _engagement(people, tree.community, parameters.interest_weight)
                describe(people.mastery, parameters.mastery_threshold, quarters, means, sorted_means, rows[last])  # 7
                partners[last] = tree.meetings.mean_partners
        tracer.note(people.mastery, plan.cell, tenure, plan.officers)
    return TrainingRecord(
        **setup.identity("compiled"),
        measures=session_measures(rows, counts, partners, parameters, len(plan.branches) - 1),
        mastery=people.mastery,
        **_traits(people),
        **membership(tree),
        tenure=tenure,
        trace=tracer.trace(),
    )


def _traits(people: People) -> dict[str, Any]:
    return {name: getattr(people, name) for name in ("learning_speed", "sociability", "helpfulness", "clipped")}


def _engagement(people: People, community: Indices, weight: float) -> Floats:
    """Return everybody's engagement with their own community's topic, shape (trainees,)."""
    engaged = np.empty(len(people))
    _engage(people.interest, community, weight, engaged)
    return engaged


@kernel
def _engage(interest, community, weight, engaged):  # type: ignore[no-untyped-def]
    for i in range(len(engaged)):
        engaged[i] = engagement(interest[i, community[i]], weight)
