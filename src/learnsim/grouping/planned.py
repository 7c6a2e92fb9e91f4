"""Planned cells: the plan that an arm plays, whether it fits the run, and the seats of each of its cycles."""

from __future__ import annotations

import numpy as np

from learnsim.errors import PolicyError
from learnsim.grouping.cells import SeatPlan, ends_of
from learnsim.grouping.policies import check_policies, shuffle_properties
from learnsim.people import PlannedCells, Roster
from learnsim.settings import Arm, Settings

NO_PLAN = 'shuffle = \'plan\' needs a plan; name its file: [organisation] plan = "plan.csv"'


def seats_of(planned: PlannedCells, cycle: int) -> SeatPlan:
    """Return who sits where in one cycle of a plan, by ascending number in each cell, before officers are chosen.

    Examples
    --------
    >>> from learnsim.grouping.planned import seats_of
    >>> from learnsim.people.plan_file import Seat, planned_cells
    >>> plan = planned_cells([Seat(0, "north", "2", 0), Seat(0, "north", "1", 2), Seat(0, "north", "1", 1)], 3)
    >>> seats_of(plan, 0).order.tolist()
    [1, 2, 0]
    """
    cell = planned.cell[cycle].copy()
    seated = np.flatnonzero(cell >= 0)
    order = seated[np.argsort(cell[seated], kind="stable")].astype(np.int32)
    offsets = ends_of(np.bincount(cell[seated]))
    communities = int(np.max(planned.community)) + 1
    branches = ends_of(np.bincount(planned.community[order[offsets[:-1]]], minlength=communities))
    return SeatPlan(order, offsets, branches, np.full(len(offsets) - 1, -1, dtype=np.int32), cell)


def plays_plan(arm: Arm) -> bool:
    """Whether an arm plays a plan, from the beginning or in one of its phases."""
    return any(shuffle_properties(one.shuffle).planned for one in (arm, *(phase.arm for phase in arm.phases)))


def plan_of(settings: Settings, arm: Arm, sessions: int, roster: Roster | None) -> PlannedCells | None:
    """Return the plan that an arm plays; ``None`` if it plays none.

    Parameters
    ----------
    settings : Settings
    arm : Arm
    sessions : int
        Sessions or periods of the run.
    roster : Roster or None
        With the plan.

    Raises
    ------
    PolicyError
        If there is no plan, it has too few cycles, or the arm or the settings have what does not go with a plan.
    """
    if not plays_plan(arm):
        return None
    for one in (arm, *(phase.arm for phase in arm.phases)):
        check_policies(one)
    if roster is None or roster.planned is None:
        raise PolicyError(NO_PLAN)
    if arm.rewiring > 0.0:
        raise PolicyError(
            f"rewiring = {arm.rewiring:g} does not go with shuffle = 'plan': rewired ties belong to seats, and a "
            "plan's cells have other seats in each cycle"
        )
    for name in ("mobility", "minimum"):
        value = getattr(settings.communities, name)
        if value:
            raise PolicyError(
                f"[communities] {name} = {value:g} does not go with shuffle = 'plan', whose communities stay as they are; "
                f"take {name} out"
            )
    needed = _cycles_needed(settings, arm, sessions)
    if needed > roster.planned.cycles:
        raise PolicyError(
            f"shuffle = 'plan': the run has {needed} cycles, the plan {roster.planned.cycles}; take fewer sessions, longer "
            "cycles, or plan more cycles"
        )
    return roster.planned


def _cycles_needed(settings: Settings, arm: Arm, sessions: int) -> int:
    """Return how many cycles a plan must have: up to the last that an arm takes from it, at least the first."""
    stretches = [(0, arm, settings.organisation.cycle_length)]
    stretches += [(phase.start, phase.arm, phase.cycle_length) for phase in arm.phases if phase.start < sessions]
    ends = [*(start for start, *_ in stretches[1:]), sessions]
    cycles = needed = 0
    for (start, there, length), end in zip(stretches, ends, strict=True):
        cycles += -(-(end - start) // length)
        if shuffle_properties(there.shuffle).planned:
            needed = max(cycles, 1)
    return needed
