"""Run: one run of the training model by either engine; a setup in, a record out.
Mesa is imported only when the agents engine is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from learnsim.chance import TURNOVER, Chance
from learnsim.compiled import as_argument
from learnsim.grouping import Tree
from learnsim.grouping.cells import unseated
from learnsim.grouping.communities import communities_of, community_sizes
from learnsim.grouping.kernels.shuffle import compiled_shuffle, none
from learnsim.grouping.kernels.tree import Organisation, organisation_of, policies_of, start_cycle
from learnsim.grouping.meetings import nobody_met
from learnsim.grouping.policies import check_policies, shuffle_properties
from learnsim.grouping.tree import cycles_remembered
from learnsim.models.record import Setup, Tracer, membership
from learnsim.models.training.kernels import Measured, Novices, Trainees, nobody_leaves, simulate, take_over
from learnsim.models.training.measures import COUNTED, WIDTH, no_quarters, session_measures
from learnsim.models.training.parameters import parameters_of
from learnsim.models.training.record import Trace, TrainingRecord
from learnsim.people import People, Roster, draw_people
from learnsim.people.people import draw_at, nobody
from learnsim.settings import Settings

LONGEST = 2e7  # trainees' sessions in a call of the kernel, about: some two seconds
NOVICES = 1e5  # people who are drawn for a call, about


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
    settings, arm, chance = setup.settings, setup.arm, setup.chance
    training, length = settings.training, settings.organisation.cycle_length
    parameters, policies = parameters_of(settings, arm), policies_of(arm)
    shuffle = shuffle_properties(arm.shuffle).machine_code
    people = draw_people(settings, setup.common_chance, setup.roster) if setup.shared is None else setup.shared.copy()
    tree = None
    if shuffle is None or policies.officer < 0:  # one of the user's own, which Python calls
        policies, shuffle = policies._replace(officer=-1), none
        tree = Tree.of_run(
            settings, arm, people, chance, training.sessions, roster=setup.roster, turnover=training.turnover
        )
    organisation = _unfounded(setup) if tree is None else organisation_of(tree.community, tree.plan, tree.meetings.met)
    trainees = Trainees(
        people.mastery,
        people.learning_speed,
        people.sociability,
        people.helpfulness,
        people.interest,
        np.empty(len(people)),
        np.zeros(len(people), dtype=np.int32),
    )
    measured = Measured(
        np.empty((training.sessions + 1, WIDTH)),
        np.zeros((training.sessions + 1, len(COUNTED)), dtype=np.int64),
        np.empty(training.sessions + 1),
        no_quarters(len(people)),
        np.empty(len(people)),
        np.empty(len(people)),
    )
    tracer = Tracer(Trace, wanted=setup.trace)
    forming = compiled_shuffle(shuffle)
    regroup = as_argument(
        start_cycle, organisation, policies, forming, 0, 0, chance.key, trainees, measured.means, measured.sorted_means
    )
    for first, last in _calls(setup, whole=tree is None):
        if tree is not None and first > 0 and first % length == 0:
            trainees.tenure[tree.start_cycle(first)] = 0  # 1
            organisation = organisation_of(tree.community, tree.plan, tree.meetings.met)
        novices = _novices(setup, first, last, people)
        renew = as_argument(take_over if training.turnover else nobody_leaves, 0, 0, novices, trainees, organisation.met)
        simulate(
            first, last, trainees, organisation, policies, regroup, forming, renew, parameters, length, chance.key,
            novices, measured,
        )
        tracer.note(people.mastery, organisation.cell, trainees.tenure, organisation.officers)
    return TrainingRecord(
        **setup.identity("compiled"),
        measures=session_measures(
            measured.rows, measured.counts, measured.partners, parameters, len(organisation.branches) - 1
        ),
        mastery=people.mastery,
        **_traits(people),
        community=organisation.community,
        cell=organisation.cell,
        officers=organisation.officers,
        branches=organisation.branches,
        tenure=trainees.tenure,
        trace=tracer.trace(),
    )


def _unfounded(setup: Setup) -> Organisation:
    """Return the organisation of a run before its groups are formed."""
    check_policies(setup.arm)
    world, roster, training = setup.settings.organisation, setup.roster, setup.settings.training
    if setup.arm.formation == "given":
        community = communities_of(roster.community if roster else ())
        sizes = np.bincount(community)
    else:
        community = np.empty(setup.trainees, dtype=np.int32)
        sizes = community_sizes(setup.trainees, world.communities)
    plan = unseated(setup.arm.groups, sizes, world.cell_size)
    cycles = cycles_remembered(setup.settings, setup.arm, training.sessions, training.turnover)
    return organisation_of(community, plan, nobody_met(setup.trainees, cycles))


def _calls(setup: Setup, *, whole: bool) -> Iterator[tuple[int, int]]:
    """The first session of each call of the kernel, and the one after its last.

    A call takes all sessions, or some where that is long (so that it can be interrupted), or those of some cycles where
    many people are replaced, or of one cycle where Python forms the groups, or a single one where all are traced.
    """
    training, length = setup.settings.training, setup.settings.organisation.cycle_length
    if setup.trace or training.sessions == 0:
        yield 0, 0
    most = 1 if setup.trace else max(1, int(LONGEST / setup.trainees))
    novices = max(training.turnover * setup.trainees, 1e-9)  # expected in a cycle
    cycles = max(1, min(most // length, int(NOVICES / novices))) if whole else 1
    first = 0
    while first < training.sessions:
        end = (first // length + cycles) * length
        yield first, min(first + most, end, training.sessions)
        first = min(first + most, end, training.sessions)


def _novices(setup: Setup, first: int, last: int, people: People) -> Novices:
    """Draw those who come at the ends of the cycles of some sessions."""
    settings, length, turnover = setup.settings, setup.settings.organisation.cycle_length, setup.settings.training.turnover
    cycles = np.arange(first // length, -(-last // length))
    ends, seats = np.zeros(len(cycles) + 1, dtype=np.int64), np.empty(0, dtype=np.int64)
    drawn = nobody(settings, 0)
    if turnover > 0.0:
        everybody, who = np.arange(setup.trainees), [seats]
        for c, session in enumerate((cycles + 1) * length):
            if session <= last:
                who.append(np.flatnonzero(setup.chance.uniforms(TURNOVER, int(session) - 1, everybody) < turnover))
            ends[c + 1] = ends[c] + (len(who[-1]) if session <= last else 0)
        seats = np.concatenate(who)
        if len(seats):
            drawn = draw_at(seats, ends, (cycles + 1) * length, settings, setup.chance)
    people.clipped += drawn.clipped
    return Novices(
        ends, seats, drawn.learning_speed, drawn.sociability, drawn.helpfulness, drawn.interest, drawn.mastery
    )


def _traits(people: People) -> dict[str, Any]:
    return {name: getattr(people, name) for name in ("learning_speed", "sociability", "helpfulness", "clipped")}
