"""Opening finished results: it asks nothing of this machine, and nothing is written."""

import json
import shutil
import sys

import numpy as np
import pytest

from learnsim.analysis.sensitivity import indices_of
from learnsim.errors import LearnsimError, ResultsError
from learnsim.experiments.design import checks
from learnsim.experiments.design import points as pointing
from learnsim.experiments.storage.results import open_results
from learnsim.grouping import SHUFFLES
from learnsim.settings import load
from learnsim.workflow import analyse_again, run_experiment

POLICIES = """
from learnsim import shuffle_policy

@shuffle_policy("stay-{n}")
def stay(group):
    return group.members
"""
FILE = """
[experiment]
name = "small"
replicates = 2
policies = "my.py"
targets = "printed.csv"
[organisation]
roster = "people.csv"
cell_size = 3
[training]
sessions = 4
[arms.flat-lecture]
[arms.hybrid]
shuffle = "stay-1"
"""
SWEPT = {
    "saltelli": '[design]\nkind = "saltelli"\npoints = 2\n',
    "morris": '[design]\nkind = "morris"\npoints = 2\n',
    "sobol": '[design]\nkind = "sobol"\npoints = 8\n',
    "latin-hypercube": '[design]\nkind = "latin-hypercube"\npoints = 8\n',
}
DRAWN = """
[experiment]
name = "drawn"
replicates = 2
[organisation]
trainees = 12
communities = 1
[training]
sessions = 3
{design}
[sweep]
"learning.help_effect" = {{low = 0.5, high = 1.5}}
"organisation.cell_size" = {{low = 2, high = 6}}
"prior.known" = [[0.5, 1.0], [0.6, 0.9]]
"learning.initial_rapport" = [0, 0.5, 1]
[arms.flat-lecture]
[arms.hybrid]
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Finished results of a roster, policies and targets of the user's own, whose files are gone."""
    place = tmp_path_factory.mktemp("finished")
    (place / "my.py").write_text(POLICIES.format(n=1))
    (place / "printed.csv").write_text("panel,source,arm,low\nP,exact,hybrid,0.25\n")
    (place / "people.csv").write_text("id,learning_speed\n" + "".join(f"P{n},0.{n}5\n" for n in range(1, 10)))
    (place / "small.toml").write_text(FILE)
    run_experiment(load(place / "small.toml"), "small.toml", place / "results", quiet=True)
    for name in ("my.py", "printed.csv", "people.csv", "small.toml"):
        (place / name).unlink()
    return place / "results"


@pytest.fixture
def copied(finished, tmp_path, monkeypatch):
    """A copy of them elsewhere, with another working directory."""
    shutil.copytree(finished, tmp_path / "copy")
    (tmp_path / "cwd").mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    return tmp_path / "copy"


def state_of(folder):
    return {path: (path.stat().st_mtime_ns, path.is_dir() or path.read_bytes()) for path in (folder, *folder.rglob("*"))}


def test_results_are_opened_with_no_memory_and_nothing_is_written(copied, monkeypatch):
    monkeypatch.setattr(checks, "_available", lambda: 1)
    before = state_of(copied)
    results = open_results(copied)
    assert results.measure("mean_mastery").shape == (1, 2, 2) and len(results.design.targets) == 1
    assert state_of(copied) == before


@pytest.mark.parametrize("lost", ["roster.csv", "policies.py"])
def test_results_are_analysed_without_roster_or_with_broken_policies(copied, monkeypatch, capsys, lost):
    (copied / lost).write_bytes(b"\xff(")
    monkeypatch.delitem(SHUFFLES, "stay-1")  # as in a process that did not run it
    before = (copied / "summary.csv").read_bytes()
    analyse_again(open_results(copied))
    assert (copied / "summary.csv").read_bytes() == before
    errors = capsys.readouterr().err
    assert errors.count("\n") == 1 and lost in errors
    (copied / lost).unlink()
    assert len(open_results(copied)) == 4


def test_the_tree_is_drawn_again_where_policies_can_be_had(copied, capsys):
    (copied / "figures" / "tree.svg").unlink()
    analyse_again(open_results(copied))
    assert (copied / "figures" / "tree.svg").exists() and not capsys.readouterr().err


def test_the_command_of_finished_results_asks_for_no_memory(small_file, no_figures, tmp_path, monkeypatch):
    settings = load(small_file(2))
    run_experiment(settings, "small.toml", tmp_path / "results", quiet=True)
    monkeypatch.setattr(checks, "_available", lambda: 1)
    assert run_experiment(settings, "small.toml", tmp_path / "results", quiet=True).failed == 0
    with pytest.raises(LearnsimError, match="use fewer"):
        run_experiment(settings, "small.toml", tmp_path / "others", quiet=True)


def test_warnings_of_a_run_are_in_its_report_when_it_is_opened(small_file, no_figures, tmp_path):
    settings = load(small_file(2), ["organisation.cell_size=30", "organisation.trainees=20"]).changed({"sweep": {}})
    run_experiment(settings, "small.toml", tmp_path / "results", quiet=True)
    (warning,) = open_results(tmp_path / "results").design.warnings
    assert "is larger than a community of 10" in warning
    certificate = json.loads((tmp_path / "results" / "provenance.json").read_text())
    del certificate["warnings"]  # as earlier versions wrote it
    (tmp_path / "results" / "provenance.json").write_text(json.dumps(certificate))
    assert open_results(tmp_path / "results").design.warnings == ()


@pytest.mark.parametrize("kind", SWEPT)
def test_points_are_those_of_the_tables_whatever_is_installed(no_figures, tmp_path, monkeypatch, kind):
    (tmp_path / "drawn.toml").write_text(DRAWN.format(design=SWEPT[kind]))
    settings = load(tmp_path / "drawn.toml")
    run_experiment(settings, "drawn.toml", tmp_path / "results", quiet=True)
    drawn = checks.describe(settings, "drawn.toml").points
    expected = [drawn.values(number) for number in range(len(drawn))]
    known = open_results(tmp_path / "results")
    assert bool(indices_of(known, "mean_mastery")) and known.design.points.drawn_here
    for name in [name for name in sys.modules if name.split(".")[0] == "SALib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "SALib", None)
    if kind in ("sobol", "latin-hypercube"):  # another version of scipy
        shares = pointing.shares_of
        monkeypatch.setattr(pointing, "shares_of", lambda *arguments: 1.0 - shares(*arguments))
    results = open_results(tmp_path / "results")
    points = [results.design.points.values(number) for number in range(len(results.design.points))]
    assert points == expected and [list(map(type, one.values())) for one in points] == [
        list(map(type, one.values())) for one in expected
    ]
    assert np.isfinite(results.measure("mean_mastery")).all()
    assert indices_of(results, "mean_mastery") == ()


def test_a_drawn_point_whose_runs_all_failed_is_known_too(no_figures, tmp_path, monkeypatch):
    (tmp_path / "drawn.toml").write_text(DRAWN.format(design=SWEPT["sobol"]))
    settings = load(tmp_path / "drawn.toml")
    from learnsim.experiments.execution import tasks as work

    original = work.run_arm

    def fails_at_the_third(changed, *arguments, **named):
        if changed.settings.learning.help_effect == checks.describe(settings, "x").points.values(2)["learning.help_effect"]:
            raise ValueError("no")
        return original(changed, *arguments, **named)

    monkeypatch.setattr(work, "run_arm", fails_at_the_third)
    run_experiment(settings, "drawn.toml", tmp_path / "results", workers=1, quiet=True)
    shutil.rmtree(tmp_path / "results" / "parts")
    expected = checks.describe(settings, "x").points.values(2)
    shares = pointing.shares_of
    monkeypatch.setattr(pointing, "shares_of", lambda *arguments: 1.0 - shares(*arguments))
    results = open_results(tmp_path / "results")
    assert results.design.points.values(2) == expected and len(results.failures) == 4


def test_settings_that_are_not_those_of_the_tables_are_refused(no_figures, tmp_path):
    (tmp_path / "drawn.toml").write_text(DRAWN.format(design=SWEPT["sobol"]))
    run_experiment(load(tmp_path / "drawn.toml"), "drawn.toml", tmp_path / "results", quiet=True)
    file = tmp_path / "results" / "settings.toml"
    text = file.read_text()
    for old, new in (("high = 1.5", "high = 1.0"), ("[0, 0.5, 1]", "[0, 0.4, 1]"), ("replicates = 2", "replicates = 1")):
        assert old in text
        file.write_text(text.replace(old, new))
        with pytest.raises(ResultsError, match=r"(in|than its) settings\.toml"):
            open_results(tmp_path / "results")
