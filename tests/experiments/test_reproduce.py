"""Reproducing: a results folder is run again from itself, and whatever differs is named."""

import json
import shutil
import sys

import pyarrow.parquet as parquet
import pytest

from helpers.storage import text_of
from learnsim.cli import app
from learnsim.errors import ResultsError
from learnsim.experiments import reproduce as reproducing
from learnsim.experiments.reproduce import reproduce
from learnsim.progress import Progress
from learnsim.settings import load
from learnsim.workflow import run_experiment


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Finished results of 2 points, 2 arms and 4 replicates."""
    folder = tmp_path_factory.mktemp("finished")
    (folder / "small.toml").write_text(text_of(4, [3, 6]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("learnsim.workflow.analyse", lambda *arguments, **named: None)
        run_experiment(load(folder / "small.toml"), "small.toml", folder / "results", quiet=True)
    return folder / "results"


@pytest.fixture
def results(finished, tmp_path):
    """A copy of them, to be edited."""
    return shutil.copytree(finished, tmp_path / "results")


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def again(folder, workers=1):
    return reproduce(folder, workers, Progress())


def command(capsys, *words):
    with pytest.raises(SystemExit) as left:
        app(["reproduce", *map(str, words)])
    return left.value.code, capsys.readouterr().out


@pytest.mark.parametrize("workers", [1, 2])
def test_what_was_not_touched_is_identical_and_stays_untouched(results, capsys, workers):
    before = contents(results)
    assert command(capsys, results, "--workers", workers) == (0, "identical: sessions, runs, distribution\n")
    assert contents(results) == before


def edit(file, change):
    """Rewrite a table as somebody with pandas would."""
    frame = parquet.read_table(file).to_pandas()
    frame = change(frame)
    frame.to_parquet(file, index=False)


def test_one_edited_number_is_detected_and_named(results, capsys):
    def change(frame):
        frame.loc[40, "gini"] = 0.5
        return frame

    edit(results / "sessions.parquet", change)
    row = parquet.read_table(results / "sessions.parquet").slice(40, 1).to_pylist()[0]
    code, output = command(capsys, results)
    place = f"point 0, arm {row['arm']}, replicate {row['replicate']}, session {row['session']}"
    assert code == 1
    assert output.splitlines()[0].startswith(f"sessions: {place}: gini 0.5 there, 0.") and output.splitlines()[0].endswith(" here")
    assert output.splitlines()[1:] == ["different: sessions, runs, distribution"]


def test_rows_in_another_order_are_the_same_and_missing_ones_are_named(results, monkeypatch):
    monkeypatch.setattr(reproducing, "BATCH", 5)
    edit(results / "runs.parquet", lambda frame: frame.iloc[::-1])
    assert again(results).count == 0
    edit(results / "runs.parquet", lambda frame: frame.drop(index=3))
    comparison = again(results)
    assert comparison.count == 1 and comparison.differences[0].endswith(": only here")
    edit(results / "distribution.parquet", lambda frame: frame.drop(columns="trainees"))
    assert "distribution: only one of them has the column(s) trainees" in again(results).differences


def test_ten_differences_are_shown_and_all_are_counted(results, capsys):
    def change(frame):
        frame["mean_mastery"] += 1.0
        return frame

    edit(results / "runs.parquet", change)
    code, output = command(capsys, results)
    assert code == 1 and len(output.splitlines()) == 12
    assert output.splitlines()[10] == "... 16 differences in all"


def test_what_changed_since_is_reported(results, capsys):
    certificate = json.loads((results / "provenance.json").read_text())
    certificate["versions"]["numpy"] = "1.0"
    (results / "provenance.json").write_text(json.dumps(certificate))
    code, output = command(capsys, results)
    assert code == 0 and output.startswith("changed since: numpy 1.0 there, ")
    settings = (results / "settings.toml").read_text()
    (results / "settings.toml").write_text(settings.replace("seed = 1", "seed = 2"))
    comparison = again(results)
    assert comparison.changed[1:] == ["settings, roster, plan, policies or measures were edited"] and comparison.count > 100


def test_an_unfinished_folder_is_refused_and_so_is_one_without_tables(results, small_settings, run_into, tmp_path):
    run_into(small_settings(), tmp_path / "begun", seconds=0.001, last_task=2)
    with pytest.raises(ResultsError, match="begun: is not finished; run the same learnsim run command again"):
        again(tmp_path / "begun")
    with pytest.raises(ResultsError, match="there is no such results folder"):
        again(tmp_path / "none")
    for table in results.glob("*.parquet"):
        table.unlink()
    with pytest.raises(ResultsError, match="has no table to compare with"):
        again(results)


def test_a_table_that_is_not_there_is_not_compared(results, capsys):
    (results / "sessions.parquet").unlink()
    assert command(capsys, results) == (0, "identical: runs, distribution\n")


def test_a_damaged_table_is_one_sentence(results):
    (results / "runs.parquet").write_bytes(b"PAR1 no longer")
    with pytest.raises(ResultsError, match="cannot be compared"):
        again(results)


OWN = """
from learnsim import shuffle_policy


@shuffle_policy("backwards-again")
def backwards(group):
    return group.members[::-1]
"""


def test_roster_and_policies_come_from_the_folder(no_figures, tmp_path):
    (tmp_path / "own.py").write_text(OWN)
    speeds = "\n".join(f"p{i},{i / 23:.3f}" for i in range(24))
    (tmp_path / "people.csv").write_text(f"id,speed\n{speeds}\n")
    (tmp_path / "own.toml").write_text(
        '[experiment]\npolicies = "own.py"\nprecision = {contrast = "own - flat-lecture", half_width = 0.01, min = 4}\n'
        '[organisation]\nroster = "people.csv"\ncommunities = 2\ncycle_length = 2\n[training]\nsessions = 6\n'
        '[arms.flat-lecture]\n[arms.own]\npreset = "hybrid"\nshuffle = "backwards-again"\n'
    )
    folder = tmp_path / "results"
    run_experiment(load(tmp_path / "own.toml"), "own.toml", folder, quiet=True)
    for name in ("own.py", "people.csv", "own.toml"):
        (tmp_path / name).unlink()
    from learnsim.grouping import SHUFFLES

    del SHUFFLES["backwards-again"]
    comparison = again(folder)
    assert (comparison.count, comparison.changed, comparison.compared) == (0, [], ["sessions", "runs", "distribution", "people"])
    for name in [name for name in sys.modules if name.startswith("learnsim_policies_")]:
        del sys.modules[name]
    del SHUFFLES["backwards-again"]
