"""Run: one run of the training model by either engine; a setup in, a record out.
Mesa is imported only when the agents engine is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from learnsim.arrays import Flags, Indices
from learnsim.chance import TURNOVER, Chance
from learnsim.compiled import as_argument
from learnsim.grouping.cells import unseated
from learnsim.grouping.communities import communities_of, community_sizes
from learnsim.grouping.kernels.shuffle import compiled_shuffle, none
from learnsim.grouping.kernels.tree import Organisation, organisation_of, policies_of, start_cycle
from learnsim.grouping.meetings import nobody_met
from learnsim.grouping.policies import check_policies, officer_properties, shuffle_properties
from learnsim.grouping.tree import cycles_remembered
from learnsim.models.record import Setup
from learnsim.models.tracer import Tracer, membership, with_people
from learnsim.models.training.asking import find_asked
from learnsim.models.training.course import Course
from learnsim.models.training.general_kernel import State, simulate_general
from learnsim.models.training.info import STAYING
from learnsim.models.training.kernels import Measured, Novices, Trainees, engage, nobody_leaves, simulate, take_over
from learnsim.models.training.measures import (
    COUNTED,
    STAYERS_MEAN,
    WIDTH,
    Ever,
    Time,
    describe,
    fill_quarters,
    no_quarters,
    session_measures,
)
from learnsim.models.training.more_measures import More, advice_measures
from learnsim.models.training.parameters import Parameters, parameters_of, wrong_of
from learnsim.models.training.record import Trace, TrainingRecord, mean_mastery
from learnsim.models.training.scores import examined
from learnsim.models.training.twins import beside_twins
from learnsim.people import People, Roster, draw_people
from learnsim.people.people import draw_at, nobody
from learnsim.settings import Settings
from learnsim.settings.declare import MOST

LONGEST = 2e7  # trainees' sessions in a call of the kernel, about: some two seconds
LONGEST_GENERAL = 5e6  # the same of the general kernel
NOVICES = 1e5  # people who are drawn for a call, about


def draw_shared(settings: Settings, replicate: int, roster: Roster | None) -> People:
    """Return what all arms of a replicate have in common: everybody as they are before session 0."""
    return draw_people(settings, Chance(settings.experiment.seed, replicate), roster)


def simulate_agents(setup: Setup) -> TrainingRecord:
    """Run one arm once, by Mesa agents."""
    from learnsim.models.base import release
    from learnsim.models.training.model import TrainingModel

    def simulated(setup: Setup) -> TrainingRecord:
        model = TrainingModel.of(setup)
        tracer = Tracer(Trace, setup)
        tracer.note(*model.state())
        start = mean_mastery(model.mastery()) if setup.roster else None
        while model.running:
            model.step()
            tracer.note(*model.state())
        last = model.state()
        release(model)
        record = TrainingRecord(
            **setup.identity("agents"),
            measures=model.measures() | tracer.measures(),
            **_state(model.everybody()),
            **membership(model.tree),
            tenure=last.tenure,
            stayed=model.course.stayed,
            community_sizes=model.community_sizes,
            compared=advice_measures(setup.groups, model.course.advice),
            trace=tracer.trace(),
        )
        return with_people(record, start, model.tree.meetings.partners, model.tree.times_officer)

    return examined(setup, beside_twins(setup, simulated(setup), simulated))


def needs_course(setup: Setup) -> bool:
    """Whether anything happens between the sessions of a run that only Python can do."""
    arm = setup.arm
    if {*setup.groups} - {"test"} or arm.phases or (setup.roster is not None and any(setup.roster.absent)):
        return True
    return shuffle_properties(arm.shuffle).machine_code is None or officer_properties(arm.officer).machine_code < 0


def simulate_compiled(setup: Setup) -> TrainingRecord:
    """Run one arm once, in machine code; the same record in every bit."""
    if needs_course(setup):
        return examined(setup, beside_twins(setup, _simulate_course(setup), _simulate_alone))
    return examined(setup, _simulate_whole(setup))


def _simulate_alone(setup: Setup) -> TrainingRecord:
    """Run one arm once, without the runs that it is compared with."""
    return _simulate_course(setup) if needs_course(setup) else _simulate_whole(setup)


def _simulate_whole(setup: Setup) -> TrainingRecord:
    """Run one arm once, all of it in machine code."""
    settings, arm, chance = setup.settings, setup.arm, setup.chance
    training, length = settings.training, settings.organisation.cycle_length
    parameters, policies = parameters_of(settings, arm), policies_of(arm)
    people = draw_people(settings, setup.common_chance, setup.roster) if setup.shared is None else setup.shared.copy()
    organisation, start = _unfounded(setup), mean_mastery(people.mastery) if setup.roster else None
    trainees, measured, tracer = _arrays(people), _unmeasured(setup), Tracer(Trace, setup)
    about, asking = wrong_of(settings), _nobody_asks(setup)
    here, everybody = np.zeros(setup.trainees, dtype=np.int64), np.ones(setup.trainees, dtype=np.bool_)
    forming = compiled_shuffle(shuffle_properties(arm.shuffle).machine_code)
    regroup = as_argument(
        start_cycle, organisation, policies, forming, 0, 0, chance.key, trainees, measured.means, measured.sorted_means
    )
    for first, last in _calls(setup, every=tracer.wanted):
        novices, sociability = _novices(setup, first, last, people), people.sociability.copy()
        renew = as_argument(take_over if training.turnover else nobody_leaves, 0, 0, novices, trainees, organisation.met)
        simulate(
            first, last, trainees, organisation, policies, regroup, forming, renew, parameters, length, chance.key,
            novices, measured,
        )
        if tracer.traced and last > first:
            find_asked(
                last - 1, chance.key, organisation, parameters, about, people.address, sociability, here, *asking
            )
        stayed = measured.stayed if training.turnover else everybody
        tracer.note(*_state_of(people, trainees.tenure, organisation, stayed, organisation, asking))
    times = [Time(0, parameters, len(organisation.branches) - 1)]
    staying = measured.stayers, measured.officers_lost.astype(float)
    more = dict(zip(STAYING, staying, strict=True)) if training.turnover else {}
    record = TrainingRecord(
        **setup.identity("compiled"),
        measures=session_measures(measured.rows, measured.counts, measured.partners, times, more | tracer.measures()),
        **_state(people),
        community=organisation.community,
        cell=organisation.cell,
        officers=organisation.officers,
        branches=organisation.branches,
        tenure=trainees.tenure,
        stayed=measured.stayed if training.turnover else None,
        trace=tracer.trace(),
    )
    return with_people(record, start, organisation.met.partners, organisation.times_officer)


def _simulate_course(setup: Setup) -> TrainingRecord:
    """Run one arm once where Python acts between sessions, in machine code otherwise."""
    settings, training, chance = setup.settings, setup.settings.training, setup.chance
    people = draw_people(settings, setup.common_chance, setup.roster) if setup.shared is None else setup.shared.copy()
    start = mean_mastery(people.mastery) if setup.roster else None
    course = Course(settings, setup.arm, people, chance, setup.common_chance, setup.roster, setup.groups)
    trainees, measured, more = _arrays(people), _unmeasured(setup), More(settings, setup.groups)
    measured = measured._replace(stayed=course.stayed)
    about, tracer, asking = wrong_of(settings), Tracer(Trace, setup), _nobody_asks(setup)
    ever = Ever(course.stayed, course.touched, course.reached)

    def meet() -> None:
        """Take note of who is here, in which community."""
        fill_quarters(people.learning_speed, people.sociability, measured.quarters)
        engage(trainees, course.tree.community, settings.people.interest_weight)

    def measure(row: int) -> None:
        """Describe everybody after so many sessions, at the start and when somebody has come."""
        meet()
        threshold, ordered = course.parameters.mastery_threshold, measured.sorted_means
        describe(people.mastery, threshold, measured.quarters, measured.means, ordered, measured.rows[row])
        measured.partners[row] = course.tree.meetings.mean_partners
        more.describe(row, course, measured.means)

    def now() -> Organisation:
        return organisation_of(course.tree.community, course.tree.plan, course.tree.meetings.met)

    def note(played: Organisation) -> None:
        tracer.note(*_state_of(people, trainees.tenure, now(), course.stayed, played, asking))

    measure(0)
    note(now())
    session = 0
    while session < training.sessions:
        if course.acts_before(session):
            changes = course.begin(session)
            trainees.tenure[changes.moved | changes.arrived] = 0
            meet()
        organisation = now()
        longest = 1 if tracer.wanted else max(1, int((LONGEST_GENERAL if course.general else LONGEST) / setup.trainees))
        last = min(session + longest, course.next_event(session), training.sessions)
        if course.general:
            lecturer, instructor = (course.taught_wrong(who, session) for who in ("lecturer", "instructor"))
            state = State(people.misconception, lecturer, instructor, course.absent_until, ever, course.advice)
            simulate_general(
                session, last, trainees, state, organisation, course.parameters, about, chance.key, measured, more.rows
            )
        else:
            _simulate_cycle(setup, session, last, trainees, organisation, course.parameters, measured)
            more.rows[session + 1 : last + 1, STAYERS_MEAN] = measured.stayers[session + 1 : last + 1]
        more.hold(session, last, course)
        if tracer.traced:
            find_asked(
                session, chance.key, organisation, course.parameters, about, people.address, people.sociability,
                course.absent_until, *asking,
            )
        if course.ends_cycle(last - 1):
            trainees.tenure[course.end(last - 1)] = 0
            measure(last)
        note(organisation)
        session = last
    record = TrainingRecord(
        **setup.identity("compiled"),
        measures=session_measures(
            measured.rows, measured.counts, measured.partners, course.times, more.measures() | tracer.measures()
        ),
        **_state(people),
        **membership(course.tree),
        tenure=trainees.tenure,
        stayed=course.stayed,
        community_sizes=more.community_sizes,
        compared=advice_measures(setup.groups, course.advice),
        trace=tracer.trace(),
    )
    return with_people(record, start, course.tree.meetings.partners, course.tree.times_officer)


def _simulate_cycle(
    setup: Setup,
    first: int,
    last: int,
    trainees: Trainees,
    organisation: Organisation,
    parameters: Parameters,
    measured: Measured,
) -> None:
    """Play some sessions of one cycle in the kernel that plays whole runs; Python has formed the groups."""
    policies, forming = policies_of(setup.arm)._replace(officer=-1), compiled_shuffle(none)
    key, nobodies = setup.chance.key, _novices(setup, 0, 0, nobody(setup.settings, 0))
    regroup = as_argument(
        start_cycle, organisation, policies, forming, 0, 0, key, trainees, measured.means, measured.sorted_means
    )
    renew = as_argument(nobody_leaves, 0, 0, nobodies, trainees, organisation.met)
    simulate(
        first, last, trainees, organisation, policies, regroup, forming, renew, parameters, MOST + 1, key, nobodies, measured
    )


def _arrays(people: People) -> Trainees:
    """Return people as the kernels see them; the arrays are theirs."""
    return Trainees(
        people.mastery,
        people.learning_speed,
        people.sociability,
        people.helpfulness,
        people.interest,
        np.empty(len(people)),
        np.zeros(len(people), dtype=np.int32),
        people.address,
    )


def _state_of(
    people: People,
    tenure: Indices,
    organisation: Organisation,
    stayed: Flags,
    played: Organisation,
    asking: tuple[Indices, Indices, Flags],
) -> Trace:
    """Return everybody's state after a session: one row of a trace.

    ``played`` is the organisation as the session was played, and ``asking`` whom everybody asked and consulted in it, and
    who was absent from it.
    """
    return Trace(
        mastery=people.mastery,
        cell=organisation.cell,
        tenure=tenure,
        officers=organisation.officers,
        misconception=people.misconception,
        community=organisation.community,
        learning_speed=people.learning_speed,
        sociability=people.sociability,
        helpfulness=people.helpfulness,
        stayed=stayed,
        asked=asking[0],
        consulted=asking[1],
        absent=asking[2],
        played_cell=played.cell,
        played_community=played.community,
        played_officers=played.officers,
        played_branches=played.branches,
    )


def _nobody_asks(setup: Setup) -> tuple[Indices, Indices, Flags]:
    """Return whom everybody asks and consults before the first session, and who is absent: nobody."""
    asked, consulted = np.full((2, setup.trainees), -1, dtype=np.int32)
    return asked, consulted, np.zeros(setup.trainees, dtype=np.bool_)


def _unmeasured(setup: Setup) -> Measured:
    """Return room for what is measured of a run."""
    count, sessions = setup.trainees, setup.settings.training.sessions
    return Measured(
        np.empty((sessions + 1, WIDTH)),
        np.zeros((sessions + 1, len(COUNTED)), dtype=np.int64),
        np.empty(sessions + 1),
        no_quarters(count),
        np.empty(count),
        np.empty(count),
        np.ones(count if setup.settings.training.turnover else 0, dtype=np.bool_),
        np.zeros(sessions + 1),
        np.zeros(sessions + 1, dtype=np.int64),
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
    return organisation_of(community, plan, nobody_met(setup.trainees, cycles), counted=setup.trainees if roster else 0)


def _calls(setup: Setup, *, every: bool) -> Iterator[tuple[int, int]]:
    """The first session of each call of the kernel, and the one after its last.

    A call takes all sessions, or some where that is long (so that it can be interrupted), or those of some cycles where
    many people are replaced, or a single one where every session is looked at.
    """
    training, length = setup.settings.training, setup.settings.organisation.cycle_length
    if every or training.sessions == 0:
        yield 0, 0
    most = 1 if every else max(1, int(LONGEST / setup.trainees))
    novices = max(training.turnover * setup.trainees, 1e-9)  # expected in a cycle
    cycles = max(1, min(most // length, int(NOVICES / novices)))
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
        who = [seats]
        for c, session in enumerate((cycles + 1) * length):
            if session <= last:
                who.append(np.flatnonzero(setup.chance.uniforms(TURNOVER, int(session) - 1, people.address) < turnover))
            ends[c + 1] = ends[c] + (len(who[-1]) if session <= last else 0)
        seats = np.concatenate(who)
        if len(seats):
            drawn = draw_at(people.address[seats], ends, (cycles + 1) * length, settings, setup.chance)
    people.clipped += drawn.clipped
    return Novices(
        ends, seats, drawn.learning_speed, drawn.sociability, drawn.helpfulness, drawn.interest, drawn.mastery
    )


def _state(people: People) -> dict[str, Any]:
    """Return the fields of a record that say what people are like at the end."""
    names = ("mastery", "misconception", "interest", "learning_speed", "sociability", "helpfulness", "clipped")
    return {name: getattr(people, name) for name in names}
