"""Runner: the same outcomes whatever the number of workers and however the work is cut."""

from learnsim.chance import Chance
from learnsim.models.info import BATCH
from learnsim.models.runs import run_arm, run_batch, setup_of
from learnsim.people import draw_people

TURNOVER = {"organisation": {"trainees": 24, "communities": 2, "cycle_length": 3}, "training": {"sessions": 7, "turnover": 0.2}}


def test_runs_played_together_are_those_played_alone_in_every_bit(small_settings):
    settings, arms = small_settings(**TURNOVER), ("flat-lecture", "isolated-cells", "hybrid")
    runs = [setup_of(settings, arms[k % 3], k, shared=draw_people(settings, Chance(1, k), None)) for k in range(BATCH)]
    for setup, record in zip(runs, run_batch(runs), strict=True):
        assert record.same_bits(run_arm(settings, setup.name, setup.replicate)) == []


def test_tables_do_not_depend_on_engine_or_number_of_workers(small_settings, run_into, tables_in, tmp_path):
    changes = {**TURNOVER, "sweep": {"organisation.cell_size": [3, 30]}}
    written = []
    for engine, workers in (("compiled", 1), ("compiled", 2), ("compiled", 7), ("agents", 1), ("agents", 2)):
        folder = tmp_path / f"{engine}{workers}"
        watch = run_into(small_settings(experiment={"replicates": 9, "engine": engine}, **changes), folder, workers=workers)
        assert watch.runs == 3 * 2 * 9
        written.append(tables_in(folder / "tables"))
    assert all(tables == written[0] for tables in written)
