"""Playback: what the player shows of runs of the search model: scores, cells or networks, and how solutions differ."""

from __future__ import annotations

from typing import Any

from learnsim.arrays import Indices
from learnsim.grouping.preparation import Prepared
from learnsim.models.playable import Moments, Stage, no_marks, only_stage, seated
from learnsim.models.record import Setup
from learnsim.models.search.record import Trace
from learnsim.models.search.ties import Neighbourhood

LEVEL = "level.score"
CURVES = {"mean_score": "main", "best_score": "best", "distinct_solutions": "diversity", "at_optimum": "optimum"}


def items(prepared: Prepared) -> int:
    """Return of how many loci a solution consists."""
    return prepared.settings.search.loci


def moments(prepared: Prepared, trace: Trace) -> Moments:
    """Return the rows of a trace as they are shown."""
    return seated(trace, trace.scores)


def stages(setup: Setup) -> list[Stage]:
    """Return the only stage of an arm: everybody looks at others, or else tries something new."""
    arm, celled = setup.arm, setup.arm.network == "cells" and setup.arm.groups != "none"
    phases = [("exploit", 0.5), ("explore", 0.5)]
    return only_stage(setup, phases, celled=celled, shows_officers=celled and arm.council > 0.0)


marks = no_marks


def ties(setup: Setup, trace: Trace) -> Indices | None:
    """Return the pairs of people who are tied for good, as they are from the beginning; None where cells say it all."""
    if setup.arm.network == "cells" and setup.arm.rewiring == 0.0:
        return None
    common = setup.common_chance
    there = Neighbourhood(setup.settings, setup.arm, setup.chance, trace.values[0], setup.roster, common=common)
    return there.lasting


def model(setup: Setup) -> Any:
    """Return the Mesa model of a run."""
    from learnsim.models.search.model import SearchModel  # loads Mesa

    return SearchModel.of(setup)
