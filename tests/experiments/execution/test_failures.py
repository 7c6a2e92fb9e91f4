"""Failures: a run that raises is written down with where and why, the others go on, and it can be tried again."""

import csv
import json
import sys

import pytest

from learnsim.cli import app
from learnsim.experiments.design.checks import design_of
from learnsim.experiments.execution.outcome import failure_of
from learnsim.settings import load
from learnsim.workflow import run_experiment

POLICY = '''
from pathlib import Path

from learnsim import officer_policy, shuffle_policy

BROKEN = Path(__file__).with_name("broken")


@shuffle_policy("fragile")
def fragile(group):
    """Turns everybody round; fails for one replicate at one point while there is a file named broken."""
    if BROKEN.exists() and len(group.sizes) == 4 and group.session == 4 and group._chance.replicate == 3:
        raise RuntimeError("cannot, today")
    return group.members[::-1]
'''
ARM = """
[arms.fragile]
preset = "hybrid"
shuffle = "fragile"
"""


@pytest.fixture
def fragile(no_figures, small_file, tmp_path, monkeypatch):
    """An experiment of 2 points, 3 arms and 6 replicates; one run fails while there is a file named broken."""
    file = small_file(6, ARM)
    file.write_text(file.read_text().replace("[experiment]", '[experiment]\npolicies = "own.py"'))
    (tmp_path / "own.py").write_text(POLICY)
    (tmp_path / "broken").touch()
    yield file
    for name in [name for name in sys.modules if name.startswith("learnsim_policies_")]:
        del sys.modules[name]


def failures_in(folder):
    with (folder / "failures.csv").open(newline="", encoding="utf-8-sig") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(("engine", "workers"), [("compiled", 1), ("compiled", 2), ("agents", 1)])
def test_a_run_that_raises_is_one_row_and_the_others_are_there(fragile, tmp_path, tables_in, engine, workers):
    settings = load(fragile, [f"experiment.engine={engine}"])
    folder = tmp_path / "results"
    done = run_experiment(settings, "small.toml", folder, workers=workers, quiet=True)
    assert done.failed == 1
    (row,) = failures_in(folder)
    conditions = json.loads(row.pop("settings"))
    assert conditions["organisation.cell_size"] == 3 and conditions["arms.fragile.shuffle"] == "fragile"
    place = f"{tmp_path / 'own.py'}:13"
    assert row == {
        "point": "0",
        "organisation.cell_size": "3",
        "arm": "fragile",
        "replicate": "3",
        "stage": "regrouping at session 4, cycle 2",
        "cause": f"PolicyError: shuffle = 'fragile' raised RuntimeError: cannot, today ({place})",
    }
    assert (folder / "parts").is_dir() and (folder / "provenance.json").is_file()
    assert json.loads((folder / "provenance.json").read_text())["failed"] == 1

    whole = tmp_path / "whole"
    (tmp_path / "broken").unlink()
    run_experiment(settings, "small.toml", whole, workers=workers, quiet=True)
    again = run_experiment(settings, "small.toml", folder, workers=workers, quiet=True)
    assert again.failed == 1 and tables_in(folder) != tables_in(whole)  # it is not tried again unless asked to
    mended = run_experiment(settings, "small.toml", folder, workers=workers, quiet=True, retry_failed=True)
    assert mended.failed == 0 and tables_in(folder) == tables_in(whole)
    assert not (folder / "parts").exists() and not (folder / "failures.csv").exists()


def test_only_runs_that_fail_again_stay_failures(fragile, tmp_path, monkeypatch):
    """A run that fails again stays a failure, and one tried with success is not tried twice."""
    settings, folder = load(fragile), tmp_path / "results"
    for retry in (False, True):
        assert run_experiment(settings, "small.toml", folder, quiet=True, retry_failed=retry).failed == 1
    assert len(failures_in(folder)) == 1
    (tmp_path / "broken").unlink()

    def no_figures(*arguments, **named):
        raise KeyboardInterrupt

    monkeypatch.setattr("learnsim.workflow.analyse", no_figures)
    with pytest.raises(KeyboardInterrupt):
        run_experiment(settings, "small.toml", folder, quiet=True, retry_failed=True)
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)

    def no_run(*arguments):
        raise AssertionError("nothing is to be run")

    monkeypatch.setattr("learnsim.experiments.runner.perform_there", no_run)
    assert run_experiment(settings, "small.toml", folder, quiet=True, retry_failed=True).failed == 0


def test_with_two_stages_a_mended_experiment_equals_one_that_never_failed(fragile, tmp_path, tables_in):
    precise = 'precision = {contrast = "fragile - flat-lecture", half_width = 0.008, min = 5, max = 40}'
    fragile.write_text(fragile.read_text().replace("replicates = 6", precise))
    settings = load(fragile)
    assert run_experiment(settings, "small.toml", tmp_path / "results", quiet=True).failed == 1
    (tmp_path / "broken").unlink()
    assert run_experiment(settings, "small.toml", tmp_path / "results", quiet=True, retry_failed=True).failed == 0
    run_experiment(settings, "small.toml", tmp_path / "whole", quiet=True)
    assert tables_in(tmp_path / "results") == tables_in(tmp_path / "whole")


def test_a_changed_policy_is_another_experiment(fragile, tmp_path, monkeypatch):
    run_experiment(load(fragile), "small.toml", tmp_path / "results", quiet=True)
    (tmp_path / "own.py").write_text(POLICY.replace("today", "ever"))
    with pytest.raises(Exception, match=r"results of another experiment \(experiment\.policies: the contents of .* and .*own\.py differ\)"):
        run_experiment(load(fragile), "small.toml", tmp_path / "results", quiet=True)


def test_a_policy_that_changes_while_it_runs_stops_the_run(fragile, tmp_path, monkeypatch):
    from learnsim.experiments.storage.store import Store

    add = Store.add

    def add_and_edit(*arguments):
        (tmp_path / "own.py").write_text(POLICY.replace("[::-1]", ""))
        add(*arguments)

    monkeypatch.setattr(Store, "add", add_and_edit)
    with pytest.raises(Exception, match="do not change these files during the run"):
        run_experiment(load(fragile), "small.toml", tmp_path / "results", workers=1, quiet=True)


def test_the_command_says_how_many_failed_and_its_exit_code_too(fragile, tmp_path, capsys):
    with pytest.raises(SystemExit) as left:
        app(["run", "small.toml", "--quiet", "--out", "results"])
    assert left.value.code == 1
    out, errors = capsys.readouterr()
    assert out == "results: results\n"
    cause = f"PolicyError: shuffle = 'fragile' raised RuntimeError: cannot, today ({tmp_path / 'own.py'}:13)"
    assert errors == (
        f"1 run(s) failed, the first with: {cause}; see results/failures.csv for all causes; --retry-failed repeats them\n"
    )
    (tmp_path / "broken").unlink()
    with pytest.raises(SystemExit) as left:
        app(["run", "small.toml", "--quiet", "--out", "results", "--retry-failed"])
    assert left.value.code == 0


def test_people_that_cannot_be_drawn_fail_every_arm_of_their_replicates(small_settings, tmp_path, monkeypatch):
    def no_people(settings, chance, roster):
        raise MemoryError("too many")

    monkeypatch.setattr("learnsim.models.training.run.draw_people", no_people)
    from learnsim.experiments.execution.tasks import Task, perform

    design = design_of(small_settings(experiment={"replicates": 2}), "test")
    outcomes = perform(Task(design.points[0], design.arms, range(2)))
    assert [(one.arm, one.replicate) for one in outcomes] == [(arm, r) for r in range(2) for arm in design.arms]
    assert {(one.stage, one.cause) for one in outcomes} == {("drawing people", "MemoryError: too many")}


def test_a_cause_tells_what_was_added_to_an_error(small_settings):
    point = design_of(small_settings(), "test").points[0]
    error = ValueError("no")
    error.add_note("in the third line")
    assert failure_of(point, "hybrid", 0, "playing", error).cause == "ValueError: no (in the third line)"
