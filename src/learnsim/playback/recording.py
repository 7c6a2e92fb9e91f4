"""Recording: the runs of some arms as plain data, session by session, which the player shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from learnsim.arrays import Array, Floats
from learnsim.grouping.preparation import Prepared
from learnsim.models.record import Record
from learnsim.models.runs import run_arm
from learnsim.models.training.record import mean_mastery
from learnsim.playback.packed import packed

VERSION = 1
HUNDREDTHS = 10_000  # a level of 1 is so many hundredths of a point
CURVES = {  # measure: the group of curves in which it is drawn
    "mean_mastery": "main",
    "p10": "main",
    "p90": "main",
    "fast_mean": "fast_slow",
    "slow_mean": "fast_slow",
    "outgoing_mean": "outgoing_quiet",
    "quiet_mean": "outgoing_quiet",
    "partners": "partners",
}
PHASES = ("lecture", "council", "briefing", "exchange")


def recording_of(prepared: Prepared, arms: Sequence[str], replicate: int = 0) -> dict[str, Any]:
    """Return one replicate of some arms as the player shows it: plain data that JSON can hold.

    Parameters
    ----------
    prepared : Prepared
        With these arms.
    arms : sequence of str
    replicate : int

    Raises
    ------
    LearnsimError
        If an arm cannot be run.
    """
    records = [run_arm(prepared, arm, replicate, engine="compiled", trace=True) for arm in arms]
    settings, first = prepared.settings, records[0]
    return {
        "version": VERSION,
        "kind": settings.model.kind,
        "clock": "session",
        "sessions": first.sessions,
        "cycle_length": settings.organisation.cycle_length,
        "people": prepared.trainees,
        "items": settings.curriculum.items,
        "names": None,
        "communities": [],
        "traits": {
            name: packed(getattr(first, name), "float32") for name in ("learning_speed", "sociability", "helpfulness")
        },
        "measures": [
            {"key": key, "group": group, "most": None if group == "partners" else 1} for key, group in CURVES.items()
        ],
        "arms": [_arm(record) for record in records],
    }


def _arm(record: Record) -> dict[str, Any]:
    trace, arm = record.trace, record.settings.arm(record.arm)
    levels = np.array([mean_mastery(row) for row in trace.mastery])
    shares = {name: getattr(arm, name) for name in PHASES}
    nobody = {"offsets": packed(np.zeros(len(levels) + 1), "uint32"), "pairs": packed(np.empty((0, 2)), "int32")}
    return {
        "name": record.arm,
        "phases": [[name, share] for name, share in shares.items() if share > 0.0],
        "shows_officers": bool(arm.groups == "cells" and (arm.briefing > 0.0 or arm.council > 0.0)),
        "rows": len(levels),
        "levels": packed(_hundredths(levels), "uint16"),
        "wrong": None,
        "plans": _plans(record),
        "asked": nobody,
        "consulted": nobody,
        "curves": {key: _numbers(record.measures[key]) for key in CURVES if key in record.measures},
        "marks": [],
    }


def _plans(record: Record) -> list[dict[str, Any]]:
    trace, plans = record.trace, []
    for row, (cell, officers) in enumerate(zip(trace.cell, trace.officers, strict=True)):
        if row and np.array_equal(cell, trace.cell[row - 1]) and np.array_equal(officers, trace.officers[row - 1]):
            continue
        plans.append(
            {
                "from": row,
                "cell": packed(cell, "int32"),
                "community": packed(record.community, "int32"),
                "officers": packed(officers, "int32"),
                "branches": packed(record.branches, "int32"),
                "novices": [],
            }
        )
    return plans


def _hundredths(levels: Floats) -> Array:
    return np.floor(HUNDREDTHS * levels + 0.5)


def _numbers(values: Floats) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]
