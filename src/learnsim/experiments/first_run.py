"""First run: an arm's replicate 0 at the first point, run again for a figure that shows everybody in it."""

from __future__ import annotations

from learnsim.experiments.design.checks import check_memory
from learnsim.experiments.design.design import Design
from learnsim.grouping.preparation import prepare
from learnsim.models.record import Record
from learnsim.models.runs import run_arm


def first_run(design: Design, arm: str) -> Record:
    """Run replicate 0 of an arm at the design's first point, with the compiled engine; results hold no single people.

    Raises
    ------
    LearnsimError
        If the roster or a policy cannot be used any more, or memory is short.
    """
    prepared = prepare(design.points[0].prepared)
    check_memory(prepared.named("the organisation's tree"))
    return run_arm(prepared, arm, 0, engine="compiled")
