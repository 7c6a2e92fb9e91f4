"""Schedule: the stretches of a run in which an arm stays the same, and the sessions between which something happens."""

from __future__ import annotations

from typing import NamedTuple

from learnsim.models.training.parameters import Parameters, parameters_of
from learnsim.people import Roster
from learnsim.settings import Arm, Settings
from learnsim.settings.arms import Phase


class Stretch(NamedTuple):
    """Sessions in which an arm stays the same.

    Attributes
    ----------
    start, end : int
        The first session, and the one after the last.
    arm : Arm
        As it is then.
    cell_size, cycle_length : int
    parameters : Parameters
    """

    start: int
    end: int
    arm: Arm
    cell_size: int
    cycle_length: int
    parameters: Parameters

    def begins_cycle(self, session: int) -> bool:
        """Whether a cycle begins with a session of the stretch."""
        return (session - self.start) % self.cycle_length == 0

    def ends_cycle(self, session: int) -> bool:
        """Whether a cycle ends with a session of the stretch."""
        return (session + 1 - self.start) % self.cycle_length == 0


def stretches_of(settings: Settings, arm: Arm) -> list[Stretch]:
    """Return the stretches of a run: one, unless phases of the arm change something within it."""
    world, sessions = settings.organisation, settings.training.sessions
    phases: list[Phase] = []
    for phase in (Phase(0, arm._replace(phases=()), world.cell_size, world.cycle_length, None), *arm.phases):
        if phases and phase.start == phases[-1].start:
            phases.pop()
        if (phase.start < sessions or not phases) and not (phases and _same(settings, phases[-1], phase)):
            phases.append(phase)
    ends = [*(phase.start for phase in phases[1:]), sessions]
    return [
        Stretch(
            phase.start,
            end,
            phase.arm,
            phase.cell_size,
            phase.cycle_length,
            parameters_of(settings, phase.arm, phase.throttle),
        )
        for phase, end in zip(phases, ends, strict=True)
    ]


class Absence(NamedTuple):
    """Sessions that a person is absent from, as is known in advance: the person's number, the first and the last session."""

    person: int
    first: int
    last: int


def absences(settings: Settings, arm: Arm, roster: Roster | None) -> list[Absence]:
    """Return who is absent from which sessions by the roster, by session and person.

    Parameters
    ----------
    settings : Settings
    arm : Arm
        Its phases say how long cycles are.
    roster : Roster or None
        Whose absences count if ``[roster] absent`` names their column, in cycles or sessions as ``absent_in`` says; those
        after the end of the run do not.
    """
    if roster is None or not settings.roster.absent or not any(roster.absent):
        return []
    sessions = settings.training.sessions
    if settings.roster.absent_in == "sessions":
        spans = [(session, session) for session in range(sessions)]
    else:
        spans = [
            (first, min(first + one.cycle_length, one.end) - 1)
            for one in stretches_of(settings, arm)
            for first in range(one.start, one.end, one.cycle_length)
        ]
    away = (
        Absence(person, *spans[number - 1])
        for person, numbers in enumerate(roster.absent)
        for number in numbers
        if number <= len(spans)
    )
    return sorted(away, key=lambda absence: (absence.first, absence.person))


def _same(settings: Settings, one: Phase, other: Phase) -> bool:
    """Whether two phases have the same organisation and the same time."""
    usual = settings.training.throttle
    return (
        one.arm._replace(preset="") == other.arm._replace(preset="")
        and (one.cell_size, one.cycle_length) == (other.cell_size, other.cycle_length)
        and (one.throttle or usual) == (other.throttle or usual)
    )


def cycles_in(stretches: list[Stretch]) -> int:
    """Return how many cycles a run has."""
    return sum(-(-(one.end - one.start) // one.cycle_length) for one in stretches)
