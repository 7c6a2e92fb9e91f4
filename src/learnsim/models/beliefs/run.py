"""Run: one run of the beliefs model by either engine; a setup in, a record out.
Mesa is imported only when the agents engine is asked for.
"""

from __future__ import annotations

import numpy as np

from learnsim.arrays import Addresses, Indices, Signs
from learnsim.grouping import SeatPlan, Tree
from learnsim.grouping.contacts import Contacts
from learnsim.models.beliefs.info import SESSION_MEASURES
from learnsim.models.beliefs.kernels import Cells, State, begin, chances_by_lead, simulate
from learnsim.models.beliefs.measures import describe, session_measures
from learnsim.models.beliefs.parameters import LARGE, parameters_of
from learnsim.models.beliefs.people import people_of
from learnsim.models.beliefs.record import BeliefsRecord, Trace, payoffs
from learnsim.models.record import Setup
from learnsim.models.tracer import Tracer, membership, with_people
from learnsim.people import Roster
from learnsim.settings import Settings
from learnsim.settings.beliefs import Beliefs


def draw_shared(settings: Settings, replicate: int, roster: Roster | None) -> None:
    """Return what all arms of a replicate have in common beside random numbers: nothing that is worth drawing before."""


def simulate_agents(setup: Setup) -> BeliefsRecord:
    """Run one arm once, by Mesa agents, until nothing can change any more or the periods are over."""
    from learnsim.models.base import release
    from learnsim.models.beliefs.model import BeliefsModel

    model = BeliefsModel.of(setup)
    tracer = Tracer(Trace, setup)
    first = model.state()
    tracer.note(*first)
    while model.running:
        before = model.session
        model.step()
        if model.session > before:
            tracer.note(*model.state())
    last = model.state()
    model.forget_leavers()
    release(model)
    record = BeliefsRecord(
        **setup.identity("agents"),
        measures=model.measures() | tracer.measures(),
        periods_to_settle=model.periods_to_settle,
        beliefs=last.beliefs,
        code=last.code,
        reality=last.reality,
        rates=last.rates,
        **membership(model.tree),
        trace=tracer.trace(),
    )
    size = setup.settings.beliefs.interdependence
    start = payoffs(first.beliefs, first.reality, size) if setup.roster else None
    return with_people(record, start, model.tree.meetings.partners, model.tree.times_officer)


def simulate_compiled(setup: Setup) -> BeliefsRecord:
    """Run one arm once, in machine code; the same record in every bit."""
    settings, arm, chance, common = setup.settings, setup.arm, setup.chance, setup.common_chance
    beliefs, organisation, length = settings.beliefs, settings.organisation, settings.organisation.cycle_length
    parameters, periods = parameters_of(settings, arm), beliefs.periods
    state = new_state(beliefs, setup.prepared.address)
    begin(state, parameters, common.key)
    start = payoffs(state.beliefs, state.reality, beliefs.interdependence) if setup.roster else None
    people = people_of(state.beliefs, state.reality, state.rates, organisation.communities, common, setup.roster)
    tree = Tree.of_run(settings, arm, people, chance, periods, roster=setup.roster, turnover=parameters.turnover)
    plan = tree.plan
    contacts = Contacts(plan, tree.community, arm, chance, setup.prepared.address, council=parameters.council)
    whole = plan.cells > 0 and len(contacts.rewired.lasting) == 0 and np.diff(plan.offsets).max() >= LARGE
    length = length if plan.cells else max(1, periods)  # without cells there is nothing to stop for
    rows = np.zeros((periods + 1, len(SESSION_MEASURES)))
    describe(state.beliefs, state.code, state.reality, parameters.interdependence, state.scratch, state.scores, rows[0])
    tracer = Tracer(Trace, setup)

    def note() -> None:
        seats = plan.cell, plan.officers, tree.community, plan.branches
        tracer.note(state.beliefs, state.code, state.reality, state.rates, *seats)

    note()
    period, periods_to_settle = 0, -1
    seen = _seen(plan, contacts, council=parameters.council, whole=whole)
    while period < periods and periods_to_settle < 0:
        if period % length == 0 and period > 0:
            people.mastery[:] = state.beliefs == state.reality
            _forget_leavers(tree, state)
            tree.start_cycle(period)  # 1
            seen = _seen(plan, contacts, council=parameters.council, whole=whole)
        end = period + 1 if tracer.wanted else min((period // length + 1) * length, periods)
        periods_to_settle = simulate(period, end, state, parameters, chance.key, *seen, contacts.reach, rows)  # 2-8
        period = end if periods_to_settle < 0 else periods_to_settle
        if periods_to_settle < 0:
            note()
    _forget_leavers(tree, state)
    record = BeliefsRecord(
        **setup.identity("compiled"),
        measures=session_measures(rows[: period + 1]) | tracer.measures(),
        periods_to_settle=periods_to_settle,
        beliefs=state.beliefs,
        code=state.code,
        reality=state.reality,
        rates=state.rates,
        **membership(tree),
        trace=tracer.trace(),
    )
    return with_people(record, start, tree.meetings.partners, tree.times_officer)


def _forget_leavers(tree: Tree, state: State) -> None:
    """Forget whom those have met who have left since the cycle began."""
    gone = np.flatnonzero(state.gone)
    if len(gone):
        tree.replace(gone)
        state.gone[:] = False


def _seen(plan: SeatPlan, contacts: Contacts, *, council: bool, whole: bool) -> tuple[Indices, Indices, Cells]:
    """Return whom everybody sees: a list of each person's contacts, or whole cells where those are large."""
    none, nobody = np.zeros(1, dtype=np.int32), np.empty(0, dtype=np.int32)
    if whole:
        return none, nobody, Cells(plan.order, plan.offsets, plan.branches if council else none, plan.officers)
    return *contacts.now(), Cells(nobody, none, none, nobody)


def new_state(beliefs: Beliefs, address: Addresses) -> State:
    """Return the state of a run before anything is drawn, with a code that believes nothing."""
    m, people = beliefs.dimensions, len(address)
    chances = np.empty(people + 1)
    chances_by_lead(beliefs.code_learning, chances)

    def none(*shape: int) -> Signs:
        return np.zeros(shape, dtype=np.int8)

    return State(
        beliefs=none(people, m),
        after=none(people, m),
        code=none(m),
        code_after=none(m),
        reality=none(m),
        rates=np.zeros(people),
        gone=np.zeros(people, dtype=np.bool_),
        scores=np.zeros(people, dtype=np.int32),
        acted=none(m),
        scratch=np.zeros((2, m), dtype=np.int32),
        chances=chances,
        address=address,
    )
