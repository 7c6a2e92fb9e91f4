"""Run: one arm of the beliefs model, one replicate, one engine; settings in, record out.
Knows both engines; imports Mesa only when the agents engine is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from learnsim.beliefs.contacts import contacts_of, rewire
from learnsim.beliefs.loops import State, begin, chances_by_lead, play
from learnsim.beliefs.measures import SESSION_MEASURES, describe, session_measures
from learnsim.beliefs.record import BeliefsRecord, BeliefsTrace
from learnsim.beliefs.terms import Terms, terms_of
from learnsim.chance import INTEREST, Chance
from learnsim.errors import SettingsError
from learnsim.grouping import Tree
from learnsim.people import People
from learnsim.settings import Arm
from learnsim.settings.beliefs import Beliefs
from learnsim.settings.tables import Organisation


def run_beliefs(
    beliefs: Beliefs,
    organisation: Organisation,
    arm: Arm,
    replicate: int = 0,
    *,
    cycle_length: int = 10,
    seed: int = 1,
    engine: str = "compiled",
    given: Sequence[str] = (),
    trace: bool = False,
) -> BeliefsRecord:
    """Run one arm once, until nothing can change any more or the periods are over.

    Parameters
    ----------
    beliefs : Beliefs
    organisation : Organisation
        How many people, communities and people a cell.
    arm : Arm
        Its lecture stands for the organizational code, its groups for contacts, its council for officers who see
        each other; its policies form cells and choose officers.
    replicate : int
        The same replicate has the same reality, the same people and the same luck in every arm.
    cycle_length : int
        Periods from shuffle to shuffle.
    engine : "compiled" or "agents"
        Both give the same bits.
    given : sequence of str
        Each person's community, for the formation ``given``.
    trace : bool
        Whether the record holds everybody's state after every period.

    Raises
    ------
    SettingsError, PolicyError
        If there are too few people, or a policy cannot be used.
    """
    if organisation.trainees < organisation.communities:
        raise SettingsError(
            f"[organisation] trainees = {organisation.trainees} cannot fill communities = {organisation.communities}"
        )
    if cycle_length < 1:
        raise SettingsError(f"cycle_length = {cycle_length} must be 1 or more")
    told = _agents if engine == "agents" else _compiled
    return told(beliefs, organisation, arm, replicate, cycle_length, seed, given, trace)


def new_state(beliefs: Beliefs, people: int) -> State:
    """Return the state of a run before anything is drawn, with a code that believes nothing."""
    m = beliefs.dimensions
    chances = np.empty(people + 1)
    chances_by_lead(beliefs.code_learning, chances)

    def none(*shape: int) -> npt.NDArray[np.int8]:
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
        room=np.zeros((2, m), dtype=np.int32),
        chances=chances,
    )


def people_of(
    state_beliefs: npt.NDArray[np.int8],
    reality: npt.NDArray[np.int8],
    rates: npt.NDArray[np.float64],
    communities: int,
    chance: Chance,
) -> People:
    """Return people as grouping policies see them: speed is p1, mastery is being right, interests are drawn."""
    count = len(rates)
    interest = chance.table(INTEREST, 0, np.arange(count), communities)
    mastery = (state_beliefs == reality).astype(np.float64)
    return People(rates, np.ones(count), np.ones(count), interest, mastery)


def history_columns(terms: Terms, arm: Arm, periods: int) -> int:
    """Return how many cycles of cells the meetings have to remember."""
    changes = arm.shuffle != "none" or terms.turnover > 0.0
    return -(-periods // terms.cycle_length) if changes else 1


def _compiled(
    beliefs: Beliefs,
    organisation: Organisation,
    arm: Arm,
    replicate: int,
    cycle_length: int,
    seed: int,
    given: Sequence[str],
    trace: bool,
) -> BeliefsRecord:
    chance = Chance(seed, replicate)
    terms = terms_of(beliefs, arm, cycle_length)
    periods = beliefs.periods
    state = new_state(beliefs, organisation.trainees)
    begin(state.beliefs, state.reality, state.rates, terms, chance.key)
    people = people_of(state.beliefs, state.reality, state.rates, organisation.communities, chance)
    tree = Tree(arm, people, chance, organisation.cell_size, history_columns(terms, arm, periods), given)
    plan = tree.plan
    ties = rewire(plan, beliefs.rewiring, chance.key)
    rows = np.zeros((periods + 1, len(SESSION_MEASURES)))
    describe(state.beliefs, state.code, state.reality, terms.interdependence, state.room, state.scores, rows[0])

    seen: list[tuple[npt.NDArray[Any], ...]] = []

    def look() -> None:
        if trace:
            now = (state.beliefs, state.code, state.reality, state.rates, plan.cell, plan.officers)
            seen.append(tuple(array.copy() for array in now))

    look()
    ended, settled = 0, False
    contacts = contacts_of(plan, ties, terms.council)
    while ended < periods and not settled:
        if ended % cycle_length == 0 and ended > 0:
            people.mastery[:] = state.beliefs == state.reality
            gone = np.flatnonzero(state.gone)
            if len(gone):
                tree.meetings.forget(gone)
                state.gone[:] = False
            tree.regroup(ended, ended // cycle_length, novices=len(gone) > 0)  # 1
            tree.choose_officers(ended, ended // cycle_length)
            contacts = contacts_of(plan, ties, terms.council)
        last = ended + 1 if trace else min((ended // cycle_length + 1) * cycle_length, periods)
        reached = int(play(ended, last, state, terms, chance.key, *contacts, rows))  # 2-8
        settled, ended = reached < last, reached
        if not settled:
            look()
    rows[ended + 1 :] = rows[ended]
    return BeliefsRecord(
        beliefs=beliefs,
        organisation=organisation,
        arm=arm,
        cycle_length=cycle_length,
        seed=seed,
        replicate=replicate,
        engine="compiled",
        measures=session_measures(rows),
        ended=ended,
        settled=settled,
        final_beliefs=state.beliefs,
        code=state.code,
        reality=state.reality,
        rates=state.rates,
        community=tree.community,
        cell=plan.cell,
        officers=plan.officers,
        branches=plan.branches,
        trace=trace_of(seen),
    )


def trace_of(seen: list[tuple[npt.NDArray[Any], ...]]) -> BeliefsTrace | None:
    """Return what was seen after every period as a trace; ``None`` if nothing was."""
    return BeliefsTrace(*(np.array(column) for column in zip(*seen, strict=True))) if seen else None


def _agents(
    beliefs: Beliefs,
    organisation: Organisation,
    arm: Arm,
    replicate: int,
    cycle_length: int,
    seed: int,
    given: Sequence[str],
    trace: bool,
) -> BeliefsRecord:
    from learnsim.beliefs.model import BeliefsModel
    from learnsim.models import release

    model = BeliefsModel(arm, beliefs, organisation, replicate, seed=seed, cycle_length=cycle_length, given=given)
    seen = [model.state()] if trace else []
    while model.running:
        before = model.session
        model.step()
        if trace and model.session > before:
            seen.append(model.state())
    held, code, reality, rates, cell, officers = model.state()
    release(model)
    return BeliefsRecord(
        beliefs=beliefs,
        organisation=organisation,
        arm=arm,
        cycle_length=cycle_length,
        seed=seed,
        replicate=replicate,
        engine="agents",
        measures=model.measures(beliefs.periods),
        ended=model.session,
        settled=model.settled,
        final_beliefs=held,
        code=code,
        reality=reality,
        rates=rates,
        community=model.tree.community,
        cell=cell,
        officers=officers,
        branches=model.tree.plan.branches,
        trace=trace_of(seen),
    )
