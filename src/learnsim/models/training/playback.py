"""Playback: what the player shows of runs of the training model: mastery, cells, who asks whom, and what strikes people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from learnsim.arrays import Floats
from learnsim.grouping.policies import shuffle_properties
from learnsim.grouping.preparation import Prepared
from learnsim.models.playable import Mark, Moments, Stage
from learnsim.models.record import Setup
from learnsim.models.training.record import Trace
from learnsim.models.training.schedule import Stretch, stretches_of
from learnsim.settings.shocks import TEACHERS, Shock

LEVEL = "level.mastery"
CURVES = {
    "mean_mastery": "main",
    "p10": "main",
    "p90": "main",
    "fast_mean": "fast_slow",
    "slow_mean": "fast_slow",
    "outgoing_mean": "outgoing_quiet",
    "quiet_mean": "outgoing_quiet",
    "partners": "partners",
    "wrong": "wrong",
    "wrong_people": "wrong",
    "stayers_mean": "more",
    "sd_mastery": "more",
    "proficient": "more",
    "instructor_time": "more",
    "helper_time": "more",
}
PHASES = ("lecture", "council", "briefing", "exchange")
TRAITS = ("learning_speed", "sociability", "helpfulness")


def items(prepared: Prepared) -> int:
    """Return how many items there are."""
    return prepared.settings.curriculum.items


def moments(prepared: Prepared, trace: Trace) -> Moments:
    """Return the rows of a trace as they are shown."""
    return Moments(
        levels=_means(trace.mastery),
        wrong=_means(trace.misconception) if "misconceptions" in prepared.groups else None,
        cell=trace.played_cell,
        community=trace.played_community,
        officers=trace.played_officers,
        branches=trace.played_branches,
        traits={name: getattr(trace, name) for name in TRAITS},
        novices=~trace.stayed,
        arrived=trace.tenure == 0,
        asked=trace.asked,
        consulted=trace.consulted,
        absent=trace.absent if _may_miss(prepared) else None,
    )


def stages(setup: Setup) -> list[Stage]:
    """Return the stages of an arm: one, unless phases change something within it."""
    there, cycles = [], 0
    for stretch in stretches_of(setup.settings, setup.arm):
        arm = stretch.arm
        there.append(
            Stage(
                first=stretch.start + 1,
                phases=tuple((name, getattr(arm, name)) for name in PHASES if getattr(arm, name) > 0.0),
                shows_officers=arm.groups != "none" and (arm.briefing > 0.0 or arm.council > 0.0),
                instructor=arm.instruction > 0.0,
                cycle_length=stretch.cycle_length,
                shuffled=arm.shuffle != "none",
                planned=cycles if shuffle_properties(arm.shuffle).planned else -1,
            )
        )
        cycles += -(-(stretch.end - stretch.start) // stretch.cycle_length)
    return there


def marks(setup: Setup, rows: range, moments: Moments) -> Iterator[Mark]:
    """Return the shocks that strike somebody in these rows; the last of the moments are those of the rows."""
    stretches = stretches_of(setup.settings, setup.arm)
    for shock in setup.settings.shocks:
        row = shock.at + 1
        if row not in rows:
            continue
        officers = int((moments.officers[len(moments.officers) - len(rows) + row - rows.start] >= 0).sum())
        people = shock.strikes(officers if shock.who == "officers" else setup.trainees)
        teaches = _teaches(shock, next(one for one in reversed(stretches) if one.start <= shock.at))
        if teaches if shock.who in TEACHERS else people:
            values: dict[str, Any] = {"items": ", ".join(map(str, shock.items)), "sessions": shock.sessions}
            values["points"] = int(100.0 * shock.level + 0.5)
            yield Mark(row, "shock", f"mark.{shock.kind}.{shock.who}", {"count": people, **values})


def ties(setup: Setup, start: Any) -> None:
    """Nobody is tied to anybody outside the cell."""


def model(setup: Setup) -> Any:
    """Return the Mesa model of a run."""
    from learnsim.models.training.model import TrainingModel  # loads Mesa

    return TrainingModel.of(setup)


def _may_miss(prepared: Prepared) -> bool:
    """Whether anybody may be absent from a session."""
    settings = prepared.settings
    by_chance, by_roster = settings.training.absence > 0.0, bool(settings.roster.absent)
    return by_chance or by_roster or any(shock.kind == "absent" for shock in settings.shocks)


def _means(levels: Floats) -> Floats:
    """Return everybody's mean over the items, summed from left to right as everywhere: shape (rows, people)."""
    total = np.zeros(levels.shape[:2])
    for item in range(levels.shape[2]):
        total += levels[:, :, item]
    return total / levels.shape[2]


def _teaches(shock: Shock, stretch: Stretch) -> bool:
    """Whether the lecturer or the instructor teaches anything in a stretch."""
    return (stretch.arm.lecture if shock.who == "lecturer" else stretch.arm.instruction) > 0.0
