"""Twins: the same run without its shocks, or without losses, so that one can say what they cost.
People and random numbers are the same, so the difference is theirs alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from learnsim.models.record import Setup
from learnsim.models.training.record import TrainingRecord
from learnsim.people import Roster
from learnsim.settings import Settings

Simulate = Callable[[Setup], TrainingRecord]


def without_shocks(settings: Settings) -> Settings:
    """Return settings in which nothing happens at a known session."""
    return settings.model_copy(update={"shocks": []})


def without_losses(settings: Settings) -> Settings:
    """Return settings in which nobody leaves or is absent."""
    training = settings.training.model_copy(update={"turnover": 0.0, "absence": 0.0, "leavers": "each"})
    nothing = {"kind": "wrong", "level": 0.0}  # in its place, since whom a shock strikes depends on its number
    shocks = [shock if shock.kind == "wrong" else shock.model_copy(update=nothing) for shock in settings.shocks]
    return settings.model_copy(update={"training": training, "shocks": shocks})


def beside_twins(setup: Setup, record: TrainingRecord, simulate: Simulate) -> TrainingRecord:
    """Return a run's record with what its shocks and losses cost, which takes another run for each of the two."""
    compared = {}
    if "shocks" in setup.groups:
        there = _twin(setup, without_shocks(setup.settings), setup.roster, record, simulate)
        compared["damage"] = float(record["mean_mastery"][-1] - there["mean_mastery"][-1])
    if "losses" in setup.groups:
        present = replace(setup.roster, absent=()) if setup.roster is not None else None
        there = _twin(setup, without_losses(setup.settings), present, record, simulate)
        total, stayers = 0.0, 0
        for mine, other, stayed in zip(record.standing(), there.standing(), record.stayers, strict=True):
            total += float(mine - other) if stayed else 0.0
            stayers += int(stayed)
        compared["stayers_loss"] = total / stayers if stayers else float("nan")
    return replace(record, compared={**record.compared, **compared})


def _twin(
    setup: Setup, settings: Settings, roster: Roster | None, record: TrainingRecord, simulate: Simulate
) -> TrainingRecord:
    """Return the record of the run with other settings and another roster; the run itself where nothing differs."""
    before = setup.roster.absent if setup.roster is not None else ()
    if settings == setup.settings and not (any(before) and roster is not setup.roster):
        return record
    settings = settings.model_copy(update={"measures": {}})  # nobody asks for the user's own of this run
    prepared = replace(setup.prepared, settings=settings, roster=roster)
    return simulate(setup._replace(prepared=prepared, trace=False, measured=()))
