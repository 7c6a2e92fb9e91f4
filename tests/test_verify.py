"""Verify: a folder of experiments is run and compared with its numbers, and the exit code says whether all is as expected."""

import csv
import signal
import subprocess
import sys
import tempfile

import pytest

from learnsim.errors import ResultsError, SettingsError
from learnsim.experiments.storage.results import open_results
from learnsim.verify import verify

PAPER = """
[experiment]
name = "{name}"
replicates = 3
targets = "{name}.csv"
[organisation]
trainees = 12
communities = 1
[people]
learning_speed = {{distribution = "constant", value = 0.5}}
interest_weight = 0.0
[prior]
share = 0.0
unknown = [0.0, 0.0]
[curriculum]
items = 1
prerequisite = 0.0
[learning]
lecture_effect = 0.2
forgetting = 0.0
[training]
sessions = 5
[arms.flat-lecture]
[arms.hybrid]
"""
RIGHT = 1.0 - 0.9**5  # every session of the lecture closes 0.5 * 0.2 of the gap
TARGETS = "panel,name,source,arm,low,session,expect\nLecture,five sessions,exact,flat-lecture,{low},,{expect}\nLecture,two,exact,flat-lecture,0.19,2,\n"


@pytest.fixture
def papers(tmp_path, monkeypatch):
    """Write an experiment that is compared with the exact gain of a lecture, or against another number."""
    monkeypatch.chdir(tmp_path)

    def write(name="paper", low=RIGHT, expect=""):
        folder = tmp_path / "experiments" / "papers"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.toml").write_text(PAPER.format(name=name))
        (folder / f"{name}.csv").write_text(TARGETS.format(low=low, expect=expect))
        return folder

    return write


def command(*words, cwd):
    return subprocess.run([sys.executable, "-m", "learnsim", *words], capture_output=True, text=True, cwd=cwd, check=False)


def test_numbers_that_agree_stand_in_one_table_and_no_file_remains(papers, tmp_path):
    papers()
    papers("second")
    done = command("verify", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Comparison with targets") == 1
    assert "paper" in done.stdout and "second" in done.stdout and "five sessions" in done.stdout
    assert done.stdout.rstrip().endswith("4 of 4 numbers agree, 0 differ as known, 0 are not as expected")
    assert "2 arms x 1 point x 3 replicates" in done.stderr and "2 of 2 numbers agree, 0 differ as known" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["experiments"]


@pytest.mark.parametrize(
    ("low", "expect", "good", "sentence"),
    [
        (0.3, "", False, "1 of 2 numbers agree, 0 differ as known, 1 are not as expected"),
        (0.3, "differs", True, "1 of 2 numbers agree, 1 differ as known, 0 are not as expected"),
        (RIGHT, "differs", False, "1 of 2 numbers agree, 0 differ as known, 1 are not as expected"),
    ],
)
def test_it_is_good_if_everything_is_as_expected(papers, capsys, low, expect, good, sentence):
    assert verify(papers(low=low, expect=expect), workers=1) is good
    assert capsys.readouterr().out.rstrip().endswith(sentence)


def test_one_file_alone_can_be_verified(papers, capsys):
    papers("second")
    assert verify(papers() / "paper.toml", workers=1)
    assert "2 of 2 numbers agree" in capsys.readouterr().out


@pytest.mark.thorough
def test_the_exit_code_is_1_if_a_number_is_not_as_expected(papers, tmp_path):
    papers(low=0.3)
    assert command("verify", cwd=tmp_path).returncode == 1


def test_with_out_the_results_are_saved_with_all_comparisons_in_one_file(papers, tmp_path):
    papers()
    folder = papers("second", low=0.3, expect="differs")
    with (folder / "second.toml").open("a") as stream:
        stream.write('[sweep]\n"learning.initial_rapport" = [0.6]\n')
    (folder / "second.csv").write_text("panel,source,arm,low,learning.initial_rapport\nL,exact,hybrid,5,0.6\n".replace("low,", "low,expect,").replace(",5,", ",5,differs,"))
    out = tmp_path / "kept"
    assert verify(folder, out, 1)
    with (out / "verify.csv").open(newline="", encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["experiment"] for row in rows] == ["paper", "paper", "second"]
    assert [row["learning.initial_rapport"] for row in rows] == ["", "", "0.6"]
    assert float(rows[0]["found"]) == pytest.approx(RIGHT, abs=1e-9)
    assert rows[2]["verdict"] == "differs" and rows[2]["as_expected"] == "True"
    assert (out / "paper" / "report.html").is_file() and (out / "paper" / "targets_given.csv").is_file()


def test_saved_results_are_compared_with_changed_numbers_without_a_run(papers, tmp_path, monkeypatch):
    out = tmp_path / "kept"
    assert verify(papers(), out, 1)
    papers(low=0.3)
    monkeypatch.setattr("learnsim.workflow.run_missing", lambda *arguments: pytest.fail("it was run already"))
    assert not verify(tmp_path / "experiments" / "papers", out, 1)
    assert open_results(out / "paper").design.targets[0].low == 0.3


def test_in_full_there_are_ten_times_as_many_replicates(papers, tmp_path):
    assert verify(papers(), tmp_path / "kept", 1, full=True)
    assert len(open_results(tmp_path / "kept" / "paper")) == 2 * 30


def test_a_folder_that_cannot_be_verified_is_an_error_before_anything_runs(papers, tmp_path, monkeypatch):
    monkeypatch.setattr("learnsim.verify.run_experiment", lambda *arguments, **named: pytest.fail("something ran"))
    with pytest.raises(SettingsError, match="nowhere: does not exist; learnsim verify takes an experiment file"):
        verify(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SettingsError, match="empty: holds no experiment file"):
        verify(tmp_path / "empty")
    folder = papers()
    (folder / "plain.toml").write_text(PAPER.format(name="plain").replace('targets = "plain.csv"', ""))
    with pytest.raises(SettingsError, match=r"plain\.toml: \[experiment\] has no targets to compare it with"):
        verify(folder)
    (folder / "plain.toml").write_text(PAPER.format(name="paper"))
    with pytest.raises(SettingsError, match=r"plain\.toml: \[experiment\] name = 'paper' is also that of .*paper\.toml"):
        verify(folder)


def test_runs_that_failed_are_not_as_expected(papers, monkeypatch, capsys):
    def fails(*arguments, **named):
        raise ValueError("no")

    monkeypatch.setattr("learnsim.experiments.execution.tasks.run_arm", fails)
    assert not verify(papers(low=0.3, expect="differs"), workers=1)
    assert "6 run(s) failed" in capsys.readouterr().out


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """Where temporary folders are made in this test."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def stopped_by(sentence, *words, monkeypatch, capsys, fails):
    """Have ``learnsim verify`` fail while it runs, and see that standard error ends with this."""
    from learnsim import cli

    def leave(number):
        raise SystemExit(number)

    monkeypatch.setattr("learnsim.verify.run_experiment", fails)
    monkeypatch.setattr(cli.os, "_exit", leave)
    monkeypatch.setattr(cli, "listen", lambda: None)
    monkeypatch.setattr(sys, "argv", ["learnsim", "verify", *words])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert capsys.readouterr().err.splitlines()[-1] == sentence
    return left.value.code


def interrupted(*arguments, **named):
    from learnsim.signals import Stopped

    raise Stopped(signal.SIGINT)


def disk_full(settings, place, folder, *arguments, **named):
    raise ResultsError(f"{folder.name}: could not be written (no space); finished runs are kept: make room")


def test_an_interruption_says_whether_anything_is_saved(papers, scratch, tmp_path, monkeypatch, capsys):
    papers()
    arguments = {"monkeypatch": monkeypatch, "capsys": capsys, "fails": interrupted}
    assert stopped_by("interrupted; no results are kept without --out", **arguments) == 130
    assert list(scratch.iterdir()) == []
    message = "interrupted; finished runs are kept, and the same command resumes the experiment"
    assert stopped_by(message, "--out", str(tmp_path / "kept"), **arguments) == 130


def test_a_full_disk_is_reported_with_what_is_saved(papers, scratch, tmp_path, monkeypatch, capsys):
    papers()
    arguments = {"monkeypatch": monkeypatch, "capsys": capsys, "fails": disk_full}
    assert stopped_by("error: paper: could not be written (no space); no results are kept without --out", **arguments) == 2
    assert list(scratch.iterdir()) == []
    message = "error: paper: could not be written (no space); finished runs are kept: make room"
    assert stopped_by(message, "--out", str(tmp_path / "kept"), **arguments) == 2


def test_nothing_is_left_behind_by_who_is_interrupted_twice(papers, scratch, monkeypatch):
    import shutil

    from learnsim.signals import Stopped

    remove, calls = shutil.rmtree, []

    def remove_slowly(*arguments, **named):
        calls.append(arguments)
        if len(calls) == 1:
            raise Stopped(signal.SIGINT)
        remove(*arguments, **named)

    monkeypatch.setattr("learnsim.verify.run_experiment", interrupted)
    monkeypatch.setattr("learnsim.verify.shutil.rmtree", remove_slowly)
    with pytest.raises(Stopped):
        verify(papers(), workers=1)
    assert len(calls) == 2 and list(scratch.iterdir()) == []


def test_a_place_that_cannot_be_used_is_an_error_before_anything_runs(papers, tmp_path, monkeypatch):
    monkeypatch.setattr("learnsim.verify.run_experiment", lambda *arguments, **named: pytest.fail("something ran"))
    papers()
    folder = papers("second")
    (tmp_path / "out" / "second").mkdir(parents=True)
    (tmp_path / "out" / "second" / "mine.txt").write_text("mine")
    with pytest.raises(ResultsError, match=r"second: is not empty and contains no learnsim results; choose another place with --out"):
        verify(folder, tmp_path / "out", 1)


@pytest.mark.thorough
def test_of_very_many_numbers_those_not_as_expected_are_shown(papers, capsys):
    folder = papers()
    right = "".join(f"L,number {n},exact,flat-lecture,{RIGHT},,\n" for n in range(250))
    header, *_ = TARGETS.splitlines()
    (folder / "paper.csv").write_text(f"{header}\n{right}L,the odd one,exact,flat-lecture,0.3,,\n")
    assert not verify(folder, workers=1)
    shown = capsys.readouterr().out
    assert "the odd one" in shown and "number 249" not in shown
    assert "250 of 251 numbers agree" in shown and "only those not as expected are shown" in shown
