"""Run: one arm, one replicate, one engine; settings in, record out.
Knows both engines; imports Mesa only when the agents engine is asked for.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from learnsim.chance import TURNOVER, Chance
from learnsim.compiled import kernel
from learnsim.grouping import Tree
from learnsim.grouping.cells import seats_by_index
from learnsim.people import People, Roster, draw_novices, draw_people, load_roster
from learnsim.record import Record, Trace
from learnsim.settings import Arm, Settings
from learnsim.training.loops import Crew, play, play_together
from learnsim.training.measures import describe, quarters_of, session_measures
from learnsim.training.rules import engagement
from learnsim.training.terms import terms_of


def run_arm(
    settings: Settings,
    name: str,
    replicate: int = 0,
    *,
    engine: str | None = None,
    people: People | None = None,
    roster: Roster | None = None,
    trace: bool = False,
) -> Record:
    """Run one arm once.

    Parameters
    ----------
    settings : Settings
    name : str
        An arm of the settings, or a preset.
    replicate : int
        The same replicate has the same people and the same luck in every arm.
    engine : "compiled" or "agents", optional
        The setting's if left out; both give the same bits.
    people : People, optional
        Already drawn people of this replicate; they are not changed.
    trace : bool
        Whether the record holds everybody's state after every session.

    Raises
    ------
    SettingsError, PolicyError
        If the arm, the roster or a policy cannot be used.
    """
    roster = roster if roster is not None else load_roster(settings)
    arm = settings.arm(name)
    if (engine or settings.experiment.engine) == "agents":
        return _agents(settings, name, arm, replicate, people, roster, trace)
    game = _compiled(settings, name, arm, replicate, people, roster, trace)
    while True:
        try:
            play(*next(game))
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]


TOGETHER = 8


def run_together(
    settings: Settings, runs: Sequence[tuple[str, int, People]], roster: Roster | None = None
) -> list[Record]:
    """Play exactly eight runs, cycle by cycle: each an arm, a replicate and its people; the records are :func:`run_arm`'s.

    Several threads wait for each other less when each keeps to compiled code for longer.
    """
    arms = {name: settings.arm(name) for name in {name for name, _, _ in runs}}
    games = [_compiled(settings, name, arms[name], replicate, people, roster, False) for name, replicate, people in runs]
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
            play_together(first, last, *state)
    return records


class _Tracer:
    """Keeps everybody's state after every session, if asked to."""

    def __init__(self, wanted: bool) -> None:
        self.wanted = wanted
        self.rows: list[tuple[npt.NDArray[np.generic], ...]] = []

    def note(self, *state: npt.NDArray[np.generic]) -> None:
        if self.wanted:
            self.rows.append(tuple(array.copy() for array in state))

    def trace(self) -> Trace | None:
        return Trace(*(np.array(column) for column in zip(*self.rows, strict=True))) if self.wanted else None


def _agents(
    settings: Settings,
    name: str,
    arm: Arm,
    replicate: int,
    people: People | None,
    roster: Roster | None,
    trace: bool,
) -> Record:
    from learnsim.models import release
    from learnsim.training.model import TrainingModel

    seed = settings.experiment.seed
    model = TrainingModel(arm, settings, replicate, seed=seed, people=people, roster=roster)
    tracer = _Tracer(trace)

    def state() -> tuple[npt.NDArray[np.generic], ...]:
        cell = np.array([t.cell.number if t.cell else -1 for t in model.trainees], dtype=np.int32)
        tenure = np.array([t.tenure for t in model.trainees], dtype=np.int32)
        officers = np.array([c.officer.index for c in model.cells if c.officer], dtype=np.int32)
        return model.mastery(), cell, tenure, officers

    tracer.note(*state())
    while model.running:
        model.step()
        tracer.note(*state())
    mastery, cell, tenure, officers = state()
    release(model)
    return Record(
        settings=settings,
        arm=name,
        seed=seed,
        replicate=replicate,
        engine="agents",
        measures=model.measures(),
        mastery=mastery,  # type: ignore[arg-type]
        learning_speed=model.people.learning_speed,
        sociability=model.people.sociability,
        helpfulness=model.people.helpfulness,
        community=model.tree.community,
        cell=cell,  # type: ignore[arg-type]
        tenure=tenure,  # type: ignore[arg-type]
        officers=officers,  # type: ignore[arg-type]
        branches=model.tree.plan.branches,
        clipped=model.people.clipped,
        trace=tracer.trace(),
    )


def _compiled(
    settings: Settings,
    name: str,
    arm: Arm,
    replicate: int,
    people: People | None,
    roster: Roster | None,
    trace: bool,
) -> Generator[tuple[Any, ...], None, Record]:
    """One run of the compiled engine; yields what :func:`play` is to be called with, and returns the record."""
    training = settings.training
    chance = Chance(settings.experiment.seed, replicate)
    terms = terms_of(settings, arm, chance)
    people = draw_people(settings, chance, roster) if people is None else people.copy()
    count = len(people)
    sessions, length = training.sessions, training.cycle_length
    cycles = -(-sessions // length)
    columns = 1 if arm.shuffle == "none" and training.turnover == 0.0 else cycles
    given = roster.community if roster else ()
    tree = Tree(arm, people, chance, settings.organisation.cell_size, columns, given)
    plan = tree.plan

    tenure = np.zeros(count, dtype=np.int32)
    means, room = np.empty(count), np.empty(count)
    rows, counts = np.zeros((sessions + 1, 10)), np.zeros((sessions + 1, 4), dtype=np.int64)
    partners = np.zeros(sessions + 1)
    quarters = quarters_of(people.learning_speed, people.sociability)
    engaged = _engagement(people, tree.community, terms.interest_weight)
    describe(people.mastery, terms.mastery_threshold, quarters, means, room, rows[0])
    partners[0] = int(tree.meetings.partners.sum()) / count
    tracer = _Tracer(trace)
    tracer.note(people.mastery, plan.cell, tenure, plan.officers)
    novices = False
    for cycle in range(cycles):
        first, last = cycle * length, min((cycle + 1) * length, sessions)
        if cycle > 0:
            tenure[tree.regroup(first, cycle, novices=novices)] = 0  # 1
            tree.choose_officers(first, cycle)
            novices = False
        crew = Crew(
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
        partners[first + 1 : last + 1] = int(tree.meetings.partners.sum()) / count
        for start in range(first, last) if trace else (first,):  # 2-7
            end = start + 1 if trace else last
            yield start, end, crew, terms, quarters, means, room, counts, rows
            if end < last:
                tracer.note(people.mastery, plan.cell, tenure, plan.officers)
        if last % length == 0 and training.turnover > 0.0:  # 6, at the cycle's last session
            luck = chance.uniforms(TURNOVER, last - 1, np.arange(count))
            who = np.flatnonzero(luck < training.turnover)
            if len(who):
                draw_novices(people, who, last, settings, chance)
                tree.meetings.forget(who)
                tenure[who] = 0
                novices = True
                quarters = quarters_of(people.learning_speed, people.sociability)
                engaged = _engagement(people, tree.community, terms.interest_weight)
                describe(people.mastery, terms.mastery_threshold, quarters, means, room, rows[last])  # 7
                partners[last] = int(tree.meetings.partners.sum()) / count
        tracer.note(people.mastery, plan.cell, tenure, plan.officers)
    return Record(
        settings=settings,
        arm=name,
        seed=settings.experiment.seed,
        replicate=replicate,
        engine="compiled",
        measures=session_measures(rows, counts, partners, terms, len(plan.branches) - 1),
        mastery=people.mastery,
        learning_speed=people.learning_speed,
        sociability=people.sociability,
        helpfulness=people.helpfulness,
        community=tree.community,
        cell=plan.cell,
        tenure=tenure,
        officers=plan.officers,
        branches=plan.branches,
        clipped=people.clipped,
        trace=tracer.trace(),
    )


def _engagement(people: People, community: npt.NDArray[np.int32], weight: float) -> npt.NDArray[np.float64]:
    """Return everybody's engagement with their own community's topic, shape (trainees,)."""
    engaged = np.empty(len(people))
    _engage(people.interest, community, weight, engaged)
    return engaged


@kernel
def _engage(interest, community, weight, engaged):  # type: ignore[no-untyped-def]
    for i in range(len(engaged)):
        engaged[i] = engagement(interest[i, community[i]], weight)
