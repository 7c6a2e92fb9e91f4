"""Folder: whose results it holds is known, from the first moment to the last; nothing is left lying about."""

import json

import pytest

from learnsim.errors import ResultsError
from learnsim.experiments.storage.folder import check_folder, folder_for, is_finished
from learnsim.settings import load
from learnsim.workflow import run_experiment


@pytest.fixture
def begun(no_figures, small_file, run_into, tmp_path):
    """An experiment that was begun and interrupted: its file, and its folder."""
    file = small_file(5)
    run_into(load(file), tmp_path / "results", seconds=0.001, last_task=3)
    return file, tmp_path / "results"


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ("experiment.seed=5", "experiment.seed = 1 there, 5 here"),
        ("experiment.replicates=4", "experiment.replicates = 5 there, 4 here, which are fewer"),
        ("arms.hybrid.shuffle=none", "arms.hybrid.shuffle = 'random' there, 'none' here"),
        ("sweep.organisation.cell_size=[3, 4]", "sweep = {'organisation.cell_size': [3, 6]} there, "),
    ],
)
def test_another_experiment_is_refused_with_the_difference(begun, change, difference):
    file, folder = begun
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(ResultsError) as caught:
        run_experiment(load(file, [change]), "small.toml", folder, quiet=True)
    assert difference in str(caught.value) and "--fresh creates a new folder" in str(caught.value)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_fresh_takes_the_next_free_name(begun, tmp_path):
    file, folder = begun
    done = run_experiment(load(file, ["experiment.seed=5"]), "small.toml", folder, quiet=True, fresh=True)
    assert done.folder == tmp_path / "results-2" and is_finished(done.folder)
    assert folder_for(load(file), folder, fresh=True) == tmp_path / "results-3"


@pytest.mark.parametrize("change", ["experiment.question=why", "experiment.engine=agents", "experiment.expectation=yes"])
def test_what_changes_no_number_is_no_other_experiment_and_is_renewed(begun, change, uninterrupted_file, tables_in):
    """The last word stays in the folder."""
    file, folder = begun
    run_experiment(load(file, [change]), "small.toml", folder, workers=1, quiet=True)
    assert tables_in(folder) == uninterrupted_file(5)
    word = change.split("=")[1]
    assert f'"{word}"' in (folder / "settings.toml").read_text()


def test_another_version_does_not_go_on_with_it(begun, monkeypatch):
    file, folder = begun
    other = {"source_hash": "0123456789abcdef", "versions": {"numpy": "0.1"}}
    monkeypatch.setattr("learnsim.experiments.storage.code_changes.versions_of", lambda settings: other)
    with pytest.raises(ResultsError, match=r"was run with other versions \(source \w+ there, 0123456789abcdef here; numpy "):
        check_folder(folder, load(file))


def test_an_empty_folder_may_be_taken_and_one_with_something_else_may_not(no_figures, small_file, tmp_path):
    settings = load(small_file(2))
    (tmp_path / "empty").mkdir()
    assert run_experiment(settings, "small.toml", tmp_path / "empty", quiet=True).failed == 0
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(ResultsError, match="is not empty and contains no learnsim results"):
        run_experiment(settings, "small.toml", tmp_path / "mine", quiet=True)
    assert names_in(tmp_path / "mine") == ["thesis.txt"]


def test_the_same_command_sweeps_what_a_killed_ending_or_analysis_left(no_figures, small_file, tmp_path):
    settings, folder = load(small_file(2)), tmp_path / "results"
    run_experiment(settings, "small.toml", folder, quiet=True)
    before = names_in(folder)
    for left in (".parts-gone", ".analysis-x"):
        (folder / left).mkdir()
        (folder / left / "00000001.parquet").write_bytes(b"PAR1")
    run_experiment(settings, "small.toml", folder, quiet=True)
    assert names_in(folder) == before


def test_starting_when_another_has_just_finished_spoils_nothing(no_figures, small_file, run_into, tmp_path, monkeypatch):
    settings, folder = load(small_file(2)), tmp_path / "results"
    run_experiment(settings, "small.toml", folder, quiet=True)
    monkeypatch.setattr("learnsim.workflow.is_finished", lambda folder: False)  # it was not when it looked
    with pytest.raises(ResultsError, match="another run has just finished it; learnsim show prints its results"):
        run_experiment(settings, "small.toml", folder, quiet=True)
    assert is_finished(folder) and not (folder / "parts").exists()


def test_a_beginning_that_fails_leaves_nothing_not_even_the_folders_above(no_figures, small_file, tmp_path, monkeypatch):
    settings = load(small_file(2))

    def no_settings(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("learnsim.experiments.storage.lock.write_settings", no_settings)
    with pytest.raises(ResultsError, match=r"could not be written \(No space left on device\)"):
        run_experiment(settings, "small.toml", tmp_path / "a" / "b", quiet=True)
    assert not (tmp_path / "a").exists()
    (tmp_path / "c").mkdir()
    with pytest.raises(ResultsError):
        run_experiment(settings, "small.toml", tmp_path / "c", quiet=True)
    monkeypatch.undo()
    run_experiment(settings, "small.toml", tmp_path / "c", quiet=True)
    assert is_finished(tmp_path / "c")


def test_provenance_counts_runs_and_names_what_decided_them(no_figures, small_file, tmp_path):
    run_experiment(load(small_file(3)), "small.toml", tmp_path / "results", quiet=True)
    certificate = json.loads((tmp_path / "results" / "provenance.json").read_text())
    assert (certificate["runs"], certificate["failed"], certificate["seed"], certificate["engine"]) == (12, 0, 1, "compiled")
    assert {"identity", "source_hash", "versions", "python", "machine", "finished", "seconds", "clipped"} <= set(certificate)
