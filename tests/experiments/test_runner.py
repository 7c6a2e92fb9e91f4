"""Runner: the same outcomes whatever the number of workers and however the work is cut."""

import numpy as np
import pytest

from learnsim.chance import Chance
from learnsim.experiments.design import design_of
from learnsim.experiments.runner import play
from learnsim.people import draw_people
from learnsim.settings import validate
from learnsim.training.run import TOGETHER, run_arm, run_together

ARMS = {"flat-lecture": {}, "hybrid": {}, "collective": {}}
SMALL = {"organisation": {"trainees": 30, "communities": 2}, "training": {"sessions": 7, "cycle_length": 3, "turnover": 0.2}}


@pytest.mark.parametrize("arm", ARMS)
def test_runs_played_together_are_those_played_alone_in_every_bit(arm):
    settings = validate({**SMALL, "arms": ARMS}, "test")
    replicates = range(5, 5 + TOGETHER)
    people = [draw_people(settings, Chance(1, replicate), None) for replicate in replicates]
    for replicate, record in zip(replicates, run_together(settings, arm, replicates, people, None), strict=True):
        assert record.same_bits(run_arm(settings, arm, replicate)) == []


@pytest.mark.parametrize("engine", ["compiled", "agents"])
def test_outcomes_do_not_depend_on_the_number_of_workers(engine):
    sweep = {"organisation.cell_size": [3, 30]}
    settings = validate({"experiment": {"replicates": 21, "engine": engine}, **SMALL, "arms": ARMS, "sweep": sweep}, "test")
    design = design_of(settings, "test")
    finished = []
    one, two, many = (play(design, workers, finished.append) for workers in (1, 2, 7))
    assert sum(finished) == 3 * design.runs == 3 * 2 * 3 * 21
    for other in (two, many):
        for mine, theirs in zip(one, other, strict=True):
            assert (mine.point, mine.arm, mine.replicate) == (theirs.point, theirs.arm, theirs.replicate)
            assert mine.sessions.tobytes() == theirs.sessions.tobytes()
            assert np.array_equal(mine.distribution, theirs.distribution)
