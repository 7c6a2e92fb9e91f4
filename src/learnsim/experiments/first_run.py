"""First run: an arm's replicate 0 at the first point, run again for a figure that shows everybody in it."""

from __future__ import annotations

from learnsim.experiments.design.checks import check_memory
from learnsim.experiments.design.design import Design
from learnsim.grouping import OFFICERS, SHUFFLES, load_policies
from learnsim.models.record import Record
from learnsim.models.runs import run_arm
from learnsim.people import count_trainees


def first_run(design: Design, arm: str) -> Record:
    """Run replicate 0 of an arm at the design's first point, with the compiled engine; results hold no single people.

    Raises
    ------
    LearnsimError
        If the roster or a policy cannot be used any more, or memory is short.
    """
    point = design.points[0]
    chosen = point.settings.arm(arm)
    if chosen.shuffle not in SHUFFLES or chosen.officer not in OFFICERS:
        load_policies(point.settings.experiment.policies)
    check_memory(point.settings, count_trainees(point.settings, point.roster), "the organisation's tree")
    return run_arm(point.settings, arm, 0, engine="compiled", roster=point.roster)
