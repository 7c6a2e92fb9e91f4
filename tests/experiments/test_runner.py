"""Runner: the same outcomes whatever the number of workers and however the work is cut."""

import pytest

from learnsim.chance import Chance
from learnsim.people import draw_people
from learnsim.training.run import TOGETHER, run_arm, run_together

TURNOVER = {"training": {"sessions": 7, "cycle_length": 3, "turnover": 0.2}}


@pytest.mark.parametrize("arm", ["flat-lecture", "isolated-cells", "hybrid"])
def test_runs_played_together_are_those_played_alone_in_every_bit(small, arm):
    settings = small(**TURNOVER)
    replicates = range(5, 5 + TOGETHER)
    people = [draw_people(settings, Chance(1, replicate), None) for replicate in replicates]
    for replicate, record in zip(replicates, run_together(settings, arm, replicates, people, None), strict=True):
        assert record.same_bits(run_arm(settings, arm, replicate)) == []


def test_tables_do_not_depend_on_engine_or_number_of_workers(small, played, tables_in, tmp_path):
    given = {**TURNOVER, "sweep": {"organisation.cell_size": [3, 30]}}
    found = []
    for engine, workers in (("compiled", 1), ("compiled", 2), ("compiled", 7), ("agents", 1), ("agents", 2)):
        folder = tmp_path / f"{engine}{workers}"
        watch = played(small(experiment={"replicates": 9, "engine": engine}, **given), folder, workers=workers)
        assert watch.runs == 3 * 2 * 9
        found.append(tables_in(folder / "tables"))
    assert all(tables == found[0] for tables in found)
