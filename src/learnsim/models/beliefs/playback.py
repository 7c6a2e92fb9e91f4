"""Playback: what the player shows of runs of the beliefs model: payoffs, cells, and how much beliefs differ."""

from __future__ import annotations

from typing import Any

from learnsim.arrays import Indices
from learnsim.grouping import Tree
from learnsim.grouping.contacts import Contacts
from learnsim.grouping.preparation import Prepared
from learnsim.models.beliefs.parameters import parameters_of
from learnsim.models.beliefs.people import people_of
from learnsim.models.beliefs.record import Trace
from learnsim.models.playable import Moments, Stage, no_marks, only_stage, seated
from learnsim.models.record import Setup

LEVEL = "level.payoff"
CURVES = {
    "mean_payoff": "main",
    "best_payoff": "best",
    "diversity": "diversity",
    "mean_knowledge": "knowledge",
    "code_knowledge": "knowledge",
}


def items(prepared: Prepared) -> int:
    """Return how many dimensions reality has."""
    return prepared.settings.beliefs.dimensions


def moments(prepared: Prepared, trace: Trace) -> Moments:
    """Return the rows of a trace as they are shown."""
    right = trace.beliefs == trace.reality[:, None, :]
    blocks = right.reshape(*right.shape[:2], -1, prepared.settings.beliefs.interdependence)
    return seated(trace, blocks.all(axis=3).mean(axis=2))


def stages(setup: Setup) -> list[Stage]:
    """Return the only stage of an arm: people hear the code, look at each other in cells, and officers in council."""
    arm, parameters = setup.arm, parameters_of(setup.settings, setup.arm)
    there = {"code": parameters.has_code, "cells": parameters.has_contacts, "council": parameters.council}
    names = [name for name, is_there in there.items() if is_there]
    phases = [(name, 1.0 / len(names)) for name in names]
    return only_stage(setup, phases, celled=arm.groups != "none", shows_officers=parameters.council)


marks = no_marks


def ties(setup: Setup, trace: Trace) -> Indices | None:
    """Return the ties that were rewired to people of other cells, as they are from the beginning."""
    settings, arm = setup.settings, setup.arm
    if arm.rewiring == 0.0 or arm.groups == "none":
        return None
    state = trace.beliefs[0], trace.reality[0], trace.rates[0]
    people = people_of(*state, settings.organisation.communities, setup.common_chance, setup.roster)
    tree = Tree.of_run(settings, arm, people, setup.chance, settings.beliefs.periods, roster=setup.roster, turnover=0.0)
    contacts = Contacts(tree.plan, tree.community, arm, setup.chance, setup.prepared.address, council=False)
    return contacts.rewired.lasting


def model(setup: Setup) -> Any:
    """Return the Mesa model of a run."""
    from learnsim.models.beliefs.model import BeliefsModel  # loads Mesa

    return BeliefsModel.of(setup)
