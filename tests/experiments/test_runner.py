"""Runner: the same outcomes whatever the number of workers and however the work is cut."""

TURNOVER = {"organisation": {"trainees": 24, "communities": 2, "cycle_length": 3}, "training": {"sessions": 7, "turnover": 0.2}}


def test_tables_do_not_depend_on_engine_or_number_of_workers(small_settings, run_into, tables_in, tmp_path):
    changes = {**TURNOVER, "sweep": {"organisation.cell_size": [3, 30]}}
    written = []
    for engine, workers in (("compiled", 1), ("compiled", 2), ("compiled", 7), ("agents", 1), ("agents", 2)):
        folder = tmp_path / f"{engine}{workers}"
        watch = run_into(small_settings(experiment={"replicates": 9, "engine": engine}, **changes), folder, workers=workers)
        assert watch.runs == 3 * 2 * 9
        written.append(tables_in(folder / "tables"))
    assert all(tables == written[0] for tables in written)
