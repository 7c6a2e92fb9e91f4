"""Outputs: tables are put in place first; a figure, a file or a report that cannot be made costs nothing else."""

import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.written_results import write_results
from learnsim import workflow
from learnsim.analysis.summary import Summary
from learnsim.experiments.storage import merge as finish
from learnsim.experiments.storage.results import open_results
from learnsim.report import outputs
from learnsim.report.figures import gallery as figures
from learnsim.settings import load
from learnsim.signals import Stopped

pytestmark = pytest.mark.thorough

MADE = {"summary.csv", "contrasts.csv", "datapackage.json", "figures", "report.html"}
TABLES = {"sessions.parquet", "runs.parquet", "distribution.parquet", "settings.toml", "provenance.json"}
SMALL = """
[experiment]
name = "small"
replicates = 2
[organisation]
trainees = 12
communities = 2
cell_size = 3
[training]
sessions = 3
[arms.flat-lecture]
[arms.hybrid]
"""
DRAWN = {"learning_curves", "slow_and_fast", "distribution", "tree"}
DRAWING = {
    "learning_curves": "learning_curves_figure",
    "slow_and_fast": "slow_and_fast_figure",
    "distribution": "distribution_figure",
    "tree": "organisation_figure",
}
AGAIN = "the tables are whole, and learnsim analyse {folder} makes what is missing\n"


def lead(arm, replicate, *x):
    return 0.3 + 0.01 * replicate + (0.2 + 0.01 * replicate if arm == "hybrid" else 0.0)


@pytest.fixture
def results(tmp_path):
    return write_results(tmp_path / "results", lead)


def raising(error):
    def fail(*ignored, **named):
        raise error

    return fail


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def drawn_in(folder: Path) -> set[str]:
    return {path.name for path in (folder / "figures").iterdir()} if (folder / "figures").exists() else set()


def files_of(*names: str) -> set[str]:
    return {f"{name}.{ending}" for name in names for ending in ("png", "svg")}


@pytest.mark.parametrize("error", [ValueError("a colour\nis no colour"), MemoryError(), OSError(28, "No space left on device")])
@pytest.mark.parametrize("name", DRAWING)
def test_a_figure_that_raises_costs_only_itself(results, monkeypatch, capsys, name, error):
    monkeypatch.setattr(figures, DRAWING[name], raising(error))
    workflow.analyse_again(results)
    reason = {"ValueError": "ValueError: a colour is no colour", "MemoryError": "not enough memory"}
    reason = reason.get(type(error).__name__, "No space left on device")
    cure = AGAIN.format(folder=results.folder)
    assert capsys.readouterr().err == f"warning: figure {name} could not be made ({reason}); {cure}"
    assert names_in(results.folder) == MADE | TABLES
    assert drawn_in(results.folder) == files_of(*DRAWN - {name})
    report = (results.folder / "report.html").read_text(encoding="utf-8")
    assert f"This figure could not be drawn ({reason})" in report
    monkeypatch.undo()
    workflow.analyse_again(results)
    assert drawn_in(results.folder) == files_of(*DRAWN)
    assert "could not be drawn" not in (results.folder / "report.html").read_text(encoding="utf-8")


def test_a_figure_that_fails_while_it_is_saved_leaves_no_half_of_it(results, monkeypatch):
    save = figures.save

    def half(figure, folder, name):
        save(figure, folder, name)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(figures, "save", half)
    workflow.analyse_again(results)
    assert not (results.folder / "figures").exists()
    assert names_in(results.folder) == (MADE | TABLES) - {"figures"}


def test_what_fails_for_one_reason_is_one_sentence(results, monkeypatch, capsys):
    for draw in DRAWING.values():
        monkeypatch.setattr(figures, draw, raising(RuntimeError("no font")))
    workflow.analyse_again(results)
    (message,) = capsys.readouterr().err.splitlines()
    assert message.startswith("warning: figure learning_curves, figure slow_and_fast, figure distribution and figure tree could not be made")


@pytest.mark.parametrize("name", ["matplotlib", "jinja2"])
def test_a_library_that_cannot_be_imported_costs_only_what_it_makes(results, name):
    code = f"import sys; sys.modules[{name!r}] = None; from learnsim.cli import main; sys.argv[1:] = ['analyse', {str(results.folder)!r}]; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    lost, files = {"matplotlib": ("figures", "the figures"), "jinja2": ("report.html", "report.html")}[name]
    assert len(done.stderr.splitlines()) == 1 and done.stderr.startswith(f"warning: {files} could not be made (")
    assert names_in(results.folder) == (MADE | TABLES) - {lost}


@pytest.mark.parametrize("writer", ["write_summary", "write_contrasts", "write_effects", "write_targets", "write_sensitivity"])
def test_a_file_that_cannot_be_written_costs_no_figure_and_no_report(results, monkeypatch, capsys, writer):
    monkeypatch.setattr(outputs, writer, raising(ValueError("no")))
    workflow.analyse_again(results)
    assert "could not be made (ValueError: no)" in capsys.readouterr().err
    assert {"report.html", "figures"} <= names_in(results.folder)


def test_no_old_report_stands_beside_figures_that_are_new(results, monkeypatch):
    workflow.analyse_again(results)
    monkeypatch.setattr("learnsim.report.html._content", raising(ValueError("no")))
    monkeypatch.setattr(figures, "_fitting", raising(ValueError("no")))
    workflow.analyse_again(results)
    assert names_in(results.folder) == (MADE | TABLES) - {"report.html", "figures"}


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(SMALL)
    return lambda: workflow.run_experiment(load("small.toml"), "small.toml", tmp_path / "out", workers=1, quiet=True).folder


def test_tables_are_in_place_before_anything_is_drawn(small, monkeypatch, tmp_path):
    seen = []
    monkeypatch.setattr(workflow, "analyse", lambda summary, folder, **how: seen.append(names_in(tmp_path / "out")))
    small()
    assert {name for name in seen[0] if not name.startswith(".")} == TABLES


@pytest.mark.parametrize("where", ["Summary", "show", "analyse"])
def test_whatever_raises_after_the_run_the_tables_can_be_opened(small, monkeypatch, capsys, where):
    settings = load("small.toml")
    with monkeypatch.context() as patch:
        patch.setattr(workflow, where, raising(ZeroDivisionError("what")))
        folder = workflow.run_experiment(settings, "small.toml", workers=1, quiet=where != "show").folder
    assert "warning: the results were not analysed (ZeroDivisionError: what)" in capsys.readouterr().err
    assert names_in(folder) == TABLES and len(open_results(folder)) == 4


def test_the_same_command_makes_what_was_not_made(small, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(workflow, "analyse", raising(ValueError("no")))
        assert names_in(small()) == TABLES
    assert names_in(small()) == MADE | TABLES


@pytest.mark.parametrize("when", ["tables moved", "drawing", "report"])
def test_killed_between_tables_and_report_the_folder_is_whole(tmp_path, when):
    (tmp_path / "small.toml").write_text(SMALL)
    place = {
        "tables moved": "workflow._describe = end",
        "drawing": "figures._drawn = end",
        "report": "report._content = end",
    }[when]
    code = (
        "import os, signal\nfrom learnsim import workflow\nfrom learnsim.report.figures import gallery as figures\nfrom learnsim.report import html as report\n"
        "from learnsim.settings import load\nend = lambda *arguments, **named: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"{place}\nworkflow.run_experiment(load('small.toml'), 'small.toml', workers=1, quiet=True)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False)
    assert done.returncode == -signal.SIGKILL
    folder = tmp_path / "results" / "small"
    assert names_in(folder) >= TABLES and "report.html" not in names_in(folder)
    workflow.analyse_again(open_results(folder))
    finish.sweep(folder)
    assert names_in(folder) == MADE | TABLES


def test_an_interruption_while_drawing_says_that_the_tables_are_whole(results, monkeypatch):
    monkeypatch.setattr(figures, "_drawn", raising(Stopped(signal.SIGINT)))
    with pytest.raises(Stopped) as stop, workflow.when_stopped("something else"):
        workflow.analyse_again(results)
    assert stop.value.message == AGAIN.format(folder=results.folder).strip()
    assert names_in(results.folder) == TABLES
    assert len(open_results(results.folder)) == 6


@pytest.mark.parametrize("size", [2_000, 60_000, 200_000])
def test_a_disk_that_is_full_while_drawing_costs_no_table(results, capsys, size):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        workflow.analyse_again(results)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    message = capsys.readouterr().err
    assert not message or (message.count("\n") == 1 and "(File too large)" in message)
    assert names_in(results.folder) >= TABLES
    assert all(path.stat().st_size < size for path in results.folder.rglob("*.*") if path.name not in TABLES)
    assert not [path for path in results.folder.iterdir() if path.name.startswith(".")]
    assert Summary(open_results(results.folder)).rows()


POLICY = """
from pathlib import Path

from learnsim import shuffle_policy

@shuffle_policy("breaks")
def breaks(group):
    if Path("broken").exists():
        raise ValueError("broken")
    return group.members
"""


def test_runs_tried_again_leave_nothing_older_than_their_tables(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("own.py").write_text(POLICY)
    policies, arm = '[experiment]\npolicies = "own.py"', '[arms.fragile]\npreset = "hybrid"\nshuffle = "breaks"\n'
    Path("small.toml").write_text(SMALL.replace("[experiment]", policies).replace("sessions = 3", "sessions = 30") + arm)
    Path("broken").touch()

    def run_again(**ignored):
        return workflow.run_experiment(load("small.toml"), "small.toml", workers=1, quiet=True, **ignored)

    first = run_again()
    assert first.failed == 2 and names_in(first.folder) > MADE | TABLES
    Path("broken").unlink()
    monkeypatch.setattr(workflow, "analyse", raising(ValueError("no")))
    assert run_again(retry_failed=True).failed == 0
    assert names_in(first.folder) == TABLES | {"policies.py"}
