"""So far: an unfinished experiment is shown as such, from paired replicates only, and nothing of it changes."""

import re
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

import learnsim
from helpers.storage import bytes_in, kill_when, text_of
from learnsim.errors import ResultsError
from learnsim.experiments.design.checks import design_of
from learnsim.experiments.storage.finished_runs import FinishedRuns
from learnsim.experiments.storage.store import Store
from learnsim.settings import load, validate
from learnsim.workflow import run_experiment

FOLDER = Path("results")


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch, no_figures):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("learnsim.experiments.storage.store.RUNS_A_PART", 2)


@pytest.fixture
def small(tmp_path):
    """Settings of 2 points, 2 arms and 8 replicates."""
    (tmp_path / "small.toml").write_text(text_of(8, [3, 6]))
    return load("small.toml")


def only(settings, replicates, arms):
    """A store that has only these replicates of these arms of the first point."""
    from learnsim.experiments.execution.tasks import Task, perform
    from learnsim.experiments.storage.lock import open_store

    design = design_of(settings, "small")
    with open_store(FOLDER, design) as store:
        for arm in arms:
            task = Task(design.points[0], (arm,), replicates[arm])
            store.add(task, perform(task))
        store.flush()


def test_only_replicates_that_are_finished_in_every_arm_count(small):
    """By hand: of the replicates 0 to 4 and 2 to 7, the replicates 2 to 4."""
    only(small, {"hybrid": range(5), "flat-lecture": range(2, 8)}, ["hybrid", "flat-lecture"])
    before = bytes_in(FOLDER)
    there = learnsim.open(FOLDER, unfinished=True)
    assert there.so_far == "11 of 32 runs are there, 6 of them in replicates that are finished in every arm"
    assert there.folder == FOLDER and bytes_in(FOLDER) == before
    run_experiment(small, "small", Path("whole"), workers=1, quiet=True)
    whole = learnsim.open("whole").runs
    same = whole[(whole["point"] == 0) & whole["replicate"].between(2, 4)].reset_index(drop=True)
    assert there.runs.equals(same)
    contrast = there.contrasts().query("point == 0 and measure == 'mean_mastery'").iloc[0]
    wide = same.pivot_table(index="replicate", columns="arm", values="mean_mastery")
    assert contrast["difference"] == pytest.approx(float((wide["hybrid"] - wide["flat-lecture"]).mean()))
    assert contrast["count"] == 3


def test_it_is_marked_wherever_it_is_shown(small, run_into, capsys):
    run_into(small, FOLDER, seconds=0.0001, last_task=5)
    there = learnsim.open(FOLDER, unfinished=True)
    shown = re.match(r"(\d+) of 32 runs", there.so_far)[1]
    there.show()
    lines = capsys.readouterr().out.strip().splitlines()
    assert lines[0] == f"UNFINISHED: {there.so_far}"
    assert lines[-1] == f"UNFINISHED: {there.so_far}; the same learnsim run command resumes it"
    assert "to come" in "\n".join(lines) and "failed" not in "\n".join(lines)
    assert there.answer.startswith(f"This is not the answer yet, but what {len(there.runs)} of 32 runs say so far. ")
    assert f"unfinished: {shown} of 32 runs are there" in repr(there) and f"unfinished: {shown} of 32" in there._repr_html_()
    for name in there.figures:
        assert there.plot(name)
    for what in (lambda: there.report, lambda: there.provenance, there.analyse, there.people):
        with pytest.raises(ResultsError, match=f"results: .* yet, since it is not finished: {shown} of 32 runs are there"):
            what()


def test_finished_results_are_shown_as_ever(small):
    run_experiment(small, "small", FOLDER, workers=1, quiet=True)
    there = learnsim.open(FOLDER, unfinished=True)
    assert there.so_far == "" and "unfinished" not in repr(there) and len(there.runs) == 32
    assert there.provenance["runs"] == 32


def test_without_being_asked_for_it_is_not_opened(small, run_into):
    run_into(small, FOLDER, seconds=0.0001, last_task=5)
    with pytest.raises(ResultsError, match="is not finished; run the same learnsim run command again to resume it, or learnsim show"):
        learnsim.open(FOLDER)


NOTHING = {
    "no run": (None, "results: has nothing to show yet: 0 of 32 runs are finished; repeat the command later"),
    "one arm": (["hybrid"], "5 of 32 runs are finished, but no replicate in every arm; repeat the command later"),
}


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_to_show_is_one_sentence(small, name):
    arms, sentence = NOTHING[name]
    only(small, {"hybrid": range(5)}, arms or [])
    with pytest.raises(ResultsError, match=sentence):
        learnsim.open(FOLDER, unfinished=True)
    with pytest.raises(ResultsError, match="nowhere: there is no such results folder"):
        learnsim.open("nowhere", unfinished=True)


def test_a_growing_folder_shows_its_finished_runs_and_those_to_come(small, monkeypatch):
    """Also where it was killed just before or behind the moment at which the larger experiment begins to count."""
    run_experiment(small, "small", FOLDER, workers=1, quiet=True)
    large = small.changed({"experiment.replicates": 12})
    for moment, behind, so_far in (("adopt", False, ""), ("begin", True, "32 of 48 runs are there")):
        with monkeypatch.context() as patch:
            kill_when(patch, Store, moment, getattr(Store, moment), behind=behind)
            with pytest.raises(KeyboardInterrupt):
                run_experiment(large, "small", FOLDER, workers=1, quiet=True)
        if behind:  # the ledger counts the larger experiment, and settings.toml is that of the smaller one
            monkeypatch.setattr("learnsim.experiments.storage.so_far.PAUSE", 0.01)
            with pytest.raises(ResultsError, match=r"settings.toml is not the one that it was begun with\); repeat the command"):
                learnsim.open(FOLDER, unfinished=True)
            with pytest.raises(ResultsError, match="is not finished"):
                learnsim.open(FOLDER)
        else:
            assert learnsim.open(FOLDER, unfinished=True).so_far == so_far
    with monkeypatch.context() as patch:
        kill_when(patch, "learnsim.workflow", "run_missing")
        with pytest.raises(KeyboardInterrupt):
            run_experiment(large, "small", FOLDER, workers=1, quiet=True)
    assert learnsim.open(FOLDER, unfinished=True).so_far == "32 of 48 runs are there"
    run_experiment(large, "small", FOLDER, workers=1, quiet=True)
    assert learnsim.open(FOLDER, unfinished=True).so_far == ""


@pytest.mark.parametrize("kind", ["sobol", "saltelli", "morris", "latin-hypercube"])
def test_drawn_points_are_shown_so_far(run_into, kind, capsys):
    spans = {"learning.initial_rapport": {"low": 0.1, "high": 0.9}, "organisation.cell_size": {"low": 2, "high": 6}}
    settings = validate(
        {
            "experiment": {"name": "small", "replicates": 2},
            "organisation": {"trainees": 12, "communities": 2},
            "training": {"sessions": 4},
            "design": {"kind": kind, "points": 4},
            "sweep": spans,
            "arms": {"flat-lecture": {}, "hybrid": {}},
        },
        "small",
    )
    run_into(settings, FOLDER, seconds=0.0001, last_task=5)
    there = learnsim.open(FOLDER, unfinished=True)
    there.show()
    assert capsys.readouterr().out.startswith("UNFINISHED: ")
    for name in there.figures:
        assert there.plot(name)


def test_a_wanted_precision_says_at_least_until_the_first_stages_are_finished(run_into, small):
    precise = {"contrast": "hybrid - flat-lecture", "half_width": 0.004, "min": 5, "max": 40}
    tables = small.model_dump(exclude_unset=True)
    tables["experiment"] = {"name": "small", "precision": precise}
    settings = validate(tables, "small")
    run_into(settings, FOLDER, seconds=0.0001, last_task=4)
    assert " of at least 20 runs are there" in learnsim.open(FOLDER, unfinished=True).so_far
    run_into(settings, FOLDER, seconds=0.0001, last_task=40)
    there = learnsim.open(FOLDER, unfinished=True)
    assert re.match(r"\d+ of \d+ runs are there", there.so_far)
    runs = FinishedRuns(FOLDER, design_of(settings, "small"))
    runs.look()
    assert f"of {2 * (runs.wanted(0) + runs.wanted(1))} runs" in there.so_far


def test_failed_runs_are_counted_and_told_from_those_to_come(small, run_into, monkeypatch, capsys):
    from learnsim.experiments.execution import tasks

    play = tasks.run_arm

    def some_fail(prepared, arm, replicate, **named):
        if replicate == 1 and arm == "hybrid":
            raise ArithmeticError("no number")
        return play(prepared, arm, replicate, **named)

    monkeypatch.setattr(tasks, "run_arm", some_fail)
    run_into(small, FOLDER, seconds=0.0001, last_task=5)
    there = learnsim.open(FOLDER, unfinished=True)
    assert there.failed == 1 and list(there.failures["cause"]) == ["ArithmeticError: no number"]
    assert np.isnan(there.contrasts()["difference"].iloc[-1])


def test_other_versions_are_refused(small, run_into, monkeypatch):
    run_into(small, FOLDER, seconds=0.0001, last_task=5)
    monkeypatch.setattr("learnsim.experiments.storage.code_changes.versions_of", lambda settings: {"source_hash": "0", "versions": {}})
    with pytest.raises(ResultsError, match=r"results: was begun with other versions \(source \w+ there, 0 here"):
        learnsim.open(FOLDER, unfinished=True)


def test_the_temporary_tables_go_with_the_results(small, run_into):
    run_into(small, FOLDER, seconds=0.0001, last_task=5)
    there = learnsim.open(FOLDER, unfinished=True)
    tables = there._results.tables
    assert tables.is_dir() and tables != FOLDER
    del there
    assert not tables.exists()


@pytest.mark.thorough
def test_it_is_shown_while_another_process_runs_it_to_the_end(start, tmp_path):
    """Again and again, from the first part to the finished tables: never an error but that there is nothing yet."""
    (tmp_path / "long.toml").write_text(text_of(30, [2, 3, 6]))
    process = start("run", "long.toml", "--quiet", "--out", "results", "--workers", "1", pause=0.04)
    counts = []
    until = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < until:
        try:
            there = learnsim.open(FOLDER, unfinished=True)
        except ResultsError as error:
            assert re.search(r"there is no such results folder|nothing to show yet|contains no learnsim|just be", str(error))
            continue
        counts.append(int(there.so_far.split()[0]) if there.so_far else 180)
        frame = there.runs
        assert len(frame) % 2 == 0 and not frame.duplicated(["point", "arm", "replicate"]).any()
    assert process.returncode == 0, process.stderr.read()
    assert len(set(counts)) >= 3 and counts == sorted(counts)
    assert len(learnsim.open(FOLDER, unfinished=True).runs) == 180


@pytest.mark.thorough
def test_the_command_shows_a_killed_experiment(start, tmp_path):
    (tmp_path / "small.toml").write_text(text_of(30, [3, 6]))
    process = start("run", "small.toml", "--quiet", "--out", "results", "--workers", "1", pause=0.05)
    until = time.monotonic() + 60
    while len(list(tmp_path.glob("results/parts/*.parquet"))) < 3 and process.poll() is None and time.monotonic() < until:
        time.sleep(0.001)
    process.kill()
    process.communicate()
    shutil.copytree("results", "before")
    shown = start("show", "results")
    out, errors = shown.communicate(timeout=60)
    assert (shown.returncode, errors) == (0, "")
    assert re.match(r"UNFINISHED: \d+ of 120 runs are there", out)
    assert bytes_in("results") == bytes_in("before")


