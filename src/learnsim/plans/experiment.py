"""Experiment of a plan: the settings of its folder, with which ``learnsim run`` plays the plan and its alternatives."""

from __future__ import annotations

from typing import Any

import numpy as np

from learnsim.plans.forecast import FIRST_CELLS, LECTURE, PLAN, RANDOM
from learnsim.plans.plan import Plan
from learnsim.settings import Settings
from learnsim.settings.readers import reads_of_arms
from learnsim.sorting import label_order

ROSTER, ROWS = "roster.csv", "plan.csv"
STANDARD = ("id", "name", "community", "officer", "absent")


def experiment_of(plan: Plan) -> Settings:
    """Return an experiment about a plan, whose files are beside it: the plan, the same without shuffles, and others."""
    settings, roster = plan.settings, plan.roster
    length = settings.organisation.cycle_length
    sessions = settings.training.sessions
    changes: dict[str, Any] = {
        "experiment.name": plan.name,
        "experiment.baseline": LECTURE,
        "organisation.roster": ROSTER,
        "organisation.plan": ROWS,
        "organisation.formation": "given",
        "organisation.communities": len(plan.communities),
        "roster": _columns(plan),
        "plan.cycles": plan.cycles,
        "plan.history": "",
        "arms": _arms(settings, plan.cycles),
        "sweep": {},
    }
    if -(-sessions // length) != plan.cycles:
        changes["training.sessions"] = plan.cycles * length
    if not settings.experiment.question:
        changes["experiment.question"] = "What does the model expect of this plan, and of its alternatives?"
    if len(roster.ids) and settings.experiment.precision is not None:
        changes["experiment.replicates"] = 100
    return settings.changed(changes)


def roster_table(plan: Plan) -> tuple[list[str], list[list[str]]]:
    """Return the roster of a plan with the usual names of columns: header and rows.

    The community is that of the plan; traits, pretest, labels, officers and absences are as they were read.
    """
    roster = plan.roster
    tests = [] if roster.pretest is None else _test_columns(roster.pretest.shape[1])
    labels = [label for label in roster.labels if label not in STANDARD]
    topics = _topics(plan)
    header = ["id", "name", "community", *roster.traits, *(f"interest_{topic}" for topic in topics), *tests, *labels]
    header += ["officer"] * (roster.officer is not None) + ["absent"] * _anybody_absent(plan)
    rows = []
    for i, key in enumerate(roster.ids):
        row = [key, roster.names[i], plan.communities[plan.community[i]]]
        row += [_number(values[i]) for values in roster.traits.values()]
        row += [] if roster.interest is None else [_number(roster.interest[i, place]) for place in topics.values()]
        row += [] if roster.pretest is None else [_number(value) for value in roster.pretest[i]]
        row += [roster.labels[label][i] for label in labels]
        row += [] if roster.officer is None else ["yes" if roster.officer[i] else "no"]
        row += ["; ".join(map(str, roster.absent[i]))] if _anybody_absent(plan) else []
        rows.append(row)
    return header, rows


def _columns(plan: Plan) -> dict[str, Any]:
    """Return the table ``[roster]`` that goes with :func:`roster_table`."""
    roster = plan.roster
    columns: dict[str, Any] = {"id": "id", "name": ["name"], "community": "community"}
    labels = [label for label in roster.labels if label not in STANDARD or label == "community"]
    if labels:
        columns["labels"] = labels
    if roster.pretest is not None:
        columns["pretest"] = {"column": _test_columns(roster.pretest.shape[1])}
    if roster.officer is not None:
        columns["officer"] = "officer"
    if _anybody_absent(plan):
        columns |= {"absent": "absent", "absent_in": plan.settings.roster.absent_in}
    return columns


def _arms(settings: Settings, cycles: int) -> dict[str, dict[str, Any]]:
    """Return the ways of training that are compared: those of the file's arm ``hybrid``, if there is one, as they are."""
    table = settings.arms.get("hybrid")
    base = {} if table is None else table.model_dump(exclude_none=True)
    hybrid = {
        "preset": "hybrid",
        **{k: v for k, v in base.items() if k not in ("shuffle", "fraction", "scope", "phases", "formation")},
    }
    arms: dict[str, dict[str, Any]] = {PLAN: {**hybrid, "shuffle": "plan"}}
    length = settings.organisation.cycle_length
    if cycles > 1 and reads_of_arms(settings.model.kind, "phases"):
        phases = [{"from": 0, "shuffle": "plan"}, {"from": length, "shuffle": "none", "officer": "stay"}]
        arms[FIRST_CELLS] = {**hybrid, "phases": phases}
    turns = {"officer": "rotating"} if settings.plan.officers == "each-cycle" else {}  # as in the plan
    arms[RANDOM] = {**hybrid, "shuffle": "random", **turns}
    arms[LECTURE] = {"preset": "flat-lecture"}
    return arms


def _topics(plan: Plan) -> dict[str, int]:
    """Return the communities in whose topics people are interested, in the order of communities that are given by name."""
    roster = plan.roster
    if roster.interest is None or set(roster.topics) != set(plan.communities):
        return {}
    return {topic: roster.topics.index(topic) for topic in sorted(roster.topics, key=label_order)}


def _anybody_absent(plan: Plan) -> bool:
    return any(plan.roster.absent)


def _test_columns(width: int) -> list[str]:
    return ["pretest"] if width == 1 else [f"pretest_{item + 1}" for item in range(width)]


def _number(value: float) -> str:
    return "" if np.isnan(value) else repr(float(value))
