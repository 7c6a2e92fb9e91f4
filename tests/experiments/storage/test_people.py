"""Tables of people: what they hold, the same bytes whatever happens on the way, and when they are left out."""

import math
import random
import shutil
import time

import numpy as np
import pyarrow.parquet as parquet
import pytest

import learnsim
from learnsim.errors import ResultsError
from learnsim.experiments.design import by_person
from learnsim.experiments.design.checks import design_of
from learnsim.experiments.execution.outcome import Outcome
from learnsim.experiments.reproduce import reproduce
from learnsim.experiments.storage import people_table
from learnsim.experiments.storage import store as storing
from learnsim.experiments.storage.people_table import columns_of_labels
from learnsim.experiments.storage.tables import Tables
from learnsim.grouping import preparation, strata
from learnsim.models.runs import run_arm
from learnsim.people import Roster
from learnsim.progress import Progress
from learnsim.settings import load, validate
from learnsim.workflow import run_experiment

TABLES = ("people", "strata")
FILE = """
[experiment]
name = "small"
replicates = {replicates}
[organisation]
roster = "people.csv"
communities = 2
cycle_length = 2
formation = "given"
[training]
sessions = 6
[sweep]
"organisation.cell_size" = [2, 3]
[arms.flat-lecture]
[arms.hybrid]
"""
PEOPLE = "id,community\n" + "".join(f"P{i},{'Pumps' if i % 3 else 'Sales'}\n" for i in range(9))


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Write an experiment of 2 points and 2 arms with 9 people into the current folder, which is a temporary one."""
    monkeypatch.chdir(tmp_path)

    def write(replicates=3, more=""):
        (tmp_path / "people.csv").write_text(PEOPLE)
        (tmp_path / "small.toml").write_text(FILE.format(replicates=replicates) + more)
        return load(tmp_path / "small.toml")

    return write


@pytest.fixture
def three(file, monkeypatch):
    """The design of 2 replicates of 3 people with labels at a single point."""
    roster = Roster(("7", "8", "9"), names=("Ann", "Bob", "Cem"), labels={"Team": ("A", "", "A"), "name": ("x", "y", "z")})
    monkeypatch.setattr(strata, "label_columns", lambda settings: ("Team", "name"))
    monkeypatch.setattr(preparation, "load_roster", lambda *arguments: roster)
    return design_of(file(2).changed({"sweep": {}, "organisation.formation": "interest"}), "test")


def outcome(design, replicate, people, arm="hybrid"):
    """An outcome of which only the results of people are of interest."""
    kind = design.kind
    nothing = np.zeros((1, len(kind.session_measures))), np.zeros(len(kind.names)), np.zeros(20, dtype=np.int64)
    measures = np.zeros(len(design.points.by_person.strata) * len(kind.by_stratum))
    return Outcome(0, arm, replicate, *nothing, people=np.array(people, dtype=float), strata=measures)


def bytes_in(folder):
    return {name: (folder / f"{name}.parquet").read_bytes() for name in TABLES}


def rows(folder, name):
    return parquet.read_table(folder / f"{name}.parquet").to_pylist()


def test_means_over_replicates_by_hand(three):
    table = Tables(three).people
    assert table.add(outcome(three, 0, [[0, 0.25, 0.5], [0.25, 0.5, 1], [1, 2, 0], [1, 0, 3]])) is None
    assert table.add(outcome(three, 1, [[0.5, 0.25, 0.5], [0.75, 0.5, 0.5], [2, 2, 0], [0, 0, 3]])) is None
    same = {"arm": "hybrid", "community": None, "replicates": 2}
    assert table.finish()["people"].to_pylist() == [
        {
            **same,
            **{"person": "7", "name": "Ann", "Team": "A", "label name": "x", "start": 0.25, "end": 0.5, "gain": 0.25},
            **{"partners": 1.5, "times_officer": 0.5, "sd_end": math.sqrt(0.125)},
        },
        {
            **same,
            **{"person": "8", "name": "Bob", "Team": None, "label name": "y", "start": 0.25, "end": 0.5, "gain": 0.25},
            **{"partners": 2.0, "times_officer": 0.0, "sd_end": 0.0},
        },
        {
            **same,
            **{"person": "9", "name": "Cem", "Team": "A", "label name": "z", "start": 0.5, "end": 0.75, "gain": 0.25},
            **{"partners": 0.0, "times_officer": 3.0, "sd_end": math.sqrt(0.125)},
        },
    ]
    assert table.finish() is None


def test_one_replicate_has_no_deviation_and_arms_stand_in_the_designs_order(three):
    table = Tables(three).people
    for arm in ("hybrid", "flat-lecture"):
        table.add(outcome(three, 0, np.full((4, 3), 0.1), arm))
    there = table.finish()["people"].to_pylist()
    assert [row["arm"] for row in there] == ["flat-lecture"] * 3 + ["hybrid"] * 3
    assert {row["sd_end"] for row in there} == {None} and {row["end"] for row in there} == {0.1}


def test_a_number_that_is_always_the_same_has_exactly_that_mean(three):
    table = Tables(three).people
    for replicate in range(3):
        table.add(outcome(three, replicate, np.full((4, 3), 0.1)))
    assert {(row["end"], row["sd_end"]) for row in table.finish()["people"].to_pylist()} == {(0.1, 0.0)}


def test_a_label_that_has_the_name_of_a_column_is_called_otherwise():
    assert columns_of_labels(("Team", "end", "arm")) == {"Team": "Team", "end": "label end", "arm": "label arm"}
    assert columns_of_labels(("end", "label end", "x.y"), ("x.y",)) == {
        "end": "label end",
        "label end": "label label end",
        "x.y": "label x.y",
    }


def test_strata_have_a_row_for_each_run_label_and_value(three):
    makers = Tables(three)
    one = outcome(three, 1, np.zeros((4, 3)))
    one.strata[:] = np.arange(len(one.strata))
    there = makers.of([one])["strata"].to_pylist()
    keys = [(row["arm"], row["replicate"], row["label"], row["value"], row["people"]) for row in there]
    assert keys[:2] == [("hybrid", 1, "Team", "A", 2), ("hybrid", 1, "Team", "not known", 1)]
    assert len(keys) == 5 and there[1]["mean_mastery"] == len(three.kind.by_stratum)


def test_the_tables_hold_what_single_runs_have(file):
    settings = file(2)
    done = run_experiment(settings, "small.toml", quiet=True)
    point = settings.changed({"organisation.cell_size": 3, "sweep": {}})
    records = [run_arm(point, "hybrid", replicate) for replicate in range(2)]
    people = [row for row in rows(done.folder, "people") if (row["point"], row["arm"]) == (1, "hybrid")]
    assert [row["person"] for row in people] == [f"P{i}" for i in range(9)]
    assert [row["community"] for row in people] == ["Pumps" if i % 3 else "Sales" for i in range(9)]
    for name in ("start", "end", "partners", "times_officer"):
        mean = np.mean([getattr(record.by_person, name) for record in records], axis=0)
        assert [row[name] for row in people] == pytest.approx(mean.tolist(), rel=1e-15)
    sd = np.std([record.standing() for record in records], axis=0, ddof=1)
    assert [row["sd_end"] for row in people] == pytest.approx(sd.tolist(), rel=1e-12)
    sales = records[1].of_stratum(np.array([0, 3, 6]))
    key = {"point": 1, "organisation.cell_size": 3, "arm": "hybrid", "replicate": 1, "label": "community", "value": "Sales"}
    there = next(row for row in rows(done.folder, "strata") if key.items() <= row.items())
    assert there["people"] == 3 and there["slow_mean"] is None
    assert {name: there[name] for name in sales if there[name] is not None} == {
        name: value for name, value in sales.items() if not math.isnan(value)
    }


@pytest.mark.parametrize("engine", ["compiled", "agents"])
def test_the_tables_are_the_same_bytes_however_the_work_was_divided(file, run_into, tmp_path, monkeypatch, engine):
    monkeypatch.setattr(storing, "RUNS_A_PART", 3)
    monkeypatch.setattr(people_table, "ROWS", 18)
    settings = file(5).changed({"experiment.engine": engine})
    run_into(settings, tmp_path / "one")
    for last_task in (2, 3, None):
        run_into(settings, tmp_path / "two", workers=1 if engine == "agents" else 2, seconds=0.001, last_task=last_task)
    assert bytes_in(tmp_path / "one" / "tables") == bytes_in(tmp_path / "two" / "tables")
    assert parquet.read_metadata(tmp_path / "one" / "tables" / "people.parquet").num_row_groups == 2


@pytest.mark.thorough
def test_a_run_with_people_killed_again_and_again_gives_the_same_bytes(file, start, tmp_path, no_figures):
    run_experiment(file(30), "small.toml", tmp_path / "whole", quiet=True)
    rng, folder, kills = random.Random(5), tmp_path / "killed", 0
    for _ in range(8):
        process = start("run", "small.toml", "--quiet", "--out", str(folder), "--workers", "2", pause=0.01)
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until and not (folder / "parts" / "ledger.jsonl").exists():
            time.sleep(0.01)
        time.sleep(rng.uniform(0.0, 0.3))
        kills += process.poll() is None
        process.kill()
        process.communicate()
    last = start("run", "small.toml", "--quiet", "--out", str(folder))
    assert (last.wait(120), last.stderr.read()) == (0, "") and kills > 0
    assert bytes_in(folder) == bytes_in(tmp_path / "whole")


def test_without_a_roster_there_are_no_tables_of_people(small_settings, run_into, tmp_path):
    run_into(small_settings(experiment={"replicates": 2}), tmp_path / "results")
    assert sorted(path.name for path in (tmp_path / "results" / "tables").iterdir()) == [
        "distribution.parquet",
        "runs.parquet",
        "sessions.parquet",
    ]


def test_tables_that_would_be_too_large_are_left_out_and_said_before_the_run(file, monkeypatch, capsys):
    monkeypatch.setattr(by_person, "MOST_PEOPLE", 9 * 12 - 1)
    monkeypatch.setattr(by_person, "MOST_STRATA", 2 * 12 - 1)
    settings = file(3)
    notes = design_of(settings, "small.toml").notes
    assert notes[-2:] == (
        "people.parquet is not written: 9 people x 12 runs are more than 107",
        "strata.parquet and strata.csv are not written: 2 values of labels x 12 runs are more than 23",
    )
    done = learnsim.experiment(settings).run()
    assert [name for name in TABLES if (done.folder / f"{name}.parquet").exists()] == []
    with pytest.raises(ResultsError, match=r"has no people\.parquet, since it would be too large"):
        done.people()
    with pytest.raises(ResultsError, match=r"has no strata\.parquet, since its roster has no labels"):
        done.strata()


def test_just_as_many_people_as_may_be_are_kept(file, monkeypatch):
    monkeypatch.setattr(by_person, "MOST_PEOPLE", 9 * 12)
    monkeypatch.setattr(by_person, "MOST_STRATA", 2 * 12)
    design = design_of(file(3), "small.toml")
    assert design.points.by_person.people and len(design.points.by_person.strata) == 2 and len(design.notes) == 1


def test_as_many_replicates_count_as_a_precision_may_take(file, monkeypatch):
    monkeypatch.setattr(by_person, "MOST_PEOPLE", 9 * 4 * 40 - 1)
    precise = {"contrast": "hybrid - flat-lecture", "half_width": 0.01, "min": 5, "max": 40}
    settings = file(3)
    experiment = {**settings.experiment.model_dump(exclude_unset=True), "precision": precise}
    experiment.pop("replicates")
    tree = {**settings.model_dump(exclude_unset=True), "experiment": experiment}
    design = design_of(validate(tree, "test"), "test")
    assert not design.points.by_person.people and "9 people x 160 runs" in design.notes[-1]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Finished results with tables of people."""
    folder = tmp_path_factory.mktemp("finished")
    (folder / "people.csv").write_text(PEOPLE)
    (folder / "small.toml").write_text(FILE.format(replicates=4))
    run_experiment(load(folder / "small.toml"), "small.toml", folder / "results", quiet=True)
    return folder / "results"


def test_results_are_reproduced_with_their_people(finished):
    comparison = reproduce(finished, 1, Progress())
    assert (comparison.count, comparison.compared[-2:]) == (0, ["strata", "people"])


def test_a_changed_number_of_a_person_is_named(finished, tmp_path):
    folder = shutil.copytree(finished, tmp_path / "results")
    frame = parquet.read_table(folder / "people.parquet").to_pandas()
    frame.loc[4, "partners"] = 77.0
    frame.to_parquet(folder / "people.parquet", index=False)
    comparison = reproduce(folder, 1, Progress())
    assert comparison.differences == ["people: point 0, arm flat-lecture, person P4: partners 77.0 there, 0.0 here"]


def test_results_are_read_and_analysed_without_the_roster_file(finished, tmp_path, capsys):
    folder = shutil.copytree(finished, tmp_path / "results")
    (folder / "roster.csv").unlink()
    results = learnsim.open(folder)
    before = results.strata()
    assert list(results.people()["person"][:3]) == ["P0", "P1", "P2"]
    (folder / "strata.csv").unlink()
    results.analyse()
    assert (folder / "strata.csv").read_bytes() == (finished / "strata.csv").read_bytes()
    assert learnsim.open(folder).strata().equals(before) and set(before["value"]) == {"Pumps", "Sales"}


def test_a_stratum_that_occurs_twice_is_an_error(finished, tmp_path):
    folder = shutil.copytree(finished, tmp_path / "results")
    frame = parquet.read_table(folder / "strata.parquet").to_pandas()
    frame.loc[1, "value"] = frame.loc[0, "value"]
    frame.to_parquet(folder / "strata.parquet", index=False)
    with pytest.raises(ResultsError, match="a stratum of a run occurs twice"):
        learnsim.open(folder).strata()


def test_results_without_a_roster_say_why_they_have_no_people(small_settings, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = learnsim.experiment(small_settings(experiment={"replicates": 2, "name": "small"})).run()
    for ask, name in ((done.people, "people"), (done.strata, "strata")):
        with pytest.raises(ResultsError, match=rf"has no {name}\.parquet, since the experiment has no \[organisation\] roster"):
            ask()
