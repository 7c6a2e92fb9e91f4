"""Estimate: how much work and disk an experiment takes is estimated before it is run, and nothing is written."""

import pytest

from learnsim.cli import app
from learnsim.experiments.design.checks import design_of
from learnsim.experiments.estimate import estimate


def test_a_dry_run_estimates_runs_time_and_disk_and_writes_nothing(small_file, tmp_path, capsys):
    small_file(50)
    with pytest.raises(SystemExit) as left:
        app(["run", "small.toml", "--dry-run", "--workers", "2"])
    assert left.value.code == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == "small.toml: 2 arms x 2 points x 50 replicates = 200 runs"
    assert second.startswith("about ") and "seconds with 2 worker(s), " in second and second.endswith(" MB of tables")
    assert [path.name for path in tmp_path.iterdir()] == ["small.toml"]


def test_a_dry_run_of_two_stages_says_that_it_knows_the_first(small_file, capsys):
    file = small_file(50)
    precise = 'precision = {contrast = "hybrid - flat-lecture", half_width = 0.01, min = 10, max = 60}'
    file.write_text(file.read_text().replace("replicates = 50", precise))
    with pytest.raises(SystemExit):
        app(["run", "small.toml", "--dry-run"])
    first, second = capsys.readouterr().out.splitlines()
    assert first == "small.toml: 2 arms x 2 points x 10 to 60 replicates = 40 to 240 runs"
    assert second.endswith("MB of tables for the first stage")


@pytest.mark.parametrize(
    ("replicates", "world", "sweep"),
    [
        (40, {}, {}),
        (300, {}, {"organisation.cell_size": [3, 6]}),
        (12, {"training": {"sessions": 60}}, {"training.sessions": [10, 60]}),
        (30, {"organisation": {"trainees": 240}, "training": {"sessions": 60}}, {}),
    ],
)
def test_the_disk_it_takes_is_estimated_within_a_factor_of_two(small_settings, run_into, tables_in, tmp_path, replicates, world, sweep):
    settings = small_settings(experiment={"replicates": replicates}, sweep=sweep, **world)
    guessed = estimate(design_of(settings, "test")).size
    run_into(settings, tmp_path)
    true = sum(map(len, tables_in(tmp_path / "tables").values()))
    assert true / 2.0 < guessed < 2.0 * true


def test_a_design_that_fails_everywhere_is_estimated_all_the_same(small_settings, monkeypatch):
    def no_people(*arguments):
        raise ValueError("nobody")

    monkeypatch.setattr("learnsim.models.training.run.draw_people", no_people)
    assert estimate(design_of(small_settings(), "test")).size == 0.0
