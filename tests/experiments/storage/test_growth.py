"""Growth: more replicates, arms or points on top of results give the bytes of a run from scratch, and run only what is new."""

import json
import random
import shutil
import time
from itertools import combinations
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from helpers.storage import bytes_in, count_runs, kill_when, tables_of, text_of
from learnsim import workflow
from learnsim.errors import ResultsError
from learnsim.experiments.design.checks import design_of
from learnsim.experiments.storage.earlier_runs import check_columns
from learnsim.experiments.storage.folder import is_finished, is_unfinished
from learnsim.experiments.storage.growth import growth_of
from learnsim.experiments.storage.store import Store
from learnsim.settings import load, validate
from learnsim.workflow import run_experiment

ANALYSE = workflow.analyse
ARMS = {"flat-lecture": {}, "hybrid": {}}
MORE = {"flat-lecture": {}, "another": {"preset": "isolated-cells"}, "hybrid": {}}
SWEEP = {"organisation.cell_size": [3, 6]}
SPANS = {"learning.initial_rapport": {"low": 0.1, "high": 0.9}, "organisation.cell_size": {"low": 2, "high": 6}}
PRECISE = {"contrast": "hybrid - flat-lecture", "half_width": 0.02, "min": 4, "max": 30}
KINDS = ("training", "beliefs", "search")
GROWTHS = {  # tables of the smaller experiment, and of the larger one
    "replicates": ({"arms": ARMS}, {"arms": ARMS, "experiment": {"replicates": 7}}),
    "an arm": ({"arms": ARMS}, {"arms": MORE}),
    "an arm in front": ({"arms": ARMS}, {"arms": {"another": {"preset": "hybrid", "council": 0.5, "lecture": 0.0}, **ARMS}}),
    "points in between": (
        {"arms": ARMS, "sweep": SWEEP},
        {"arms": ARMS, "sweep": {"organisation.cell_size": [2, 3, 4, 6, 12]}},
    ),
    "points along two axes": (
        {"arms": ARMS, "sweep": {**SWEEP, "organisation.cycle_length": [2, 3]}},
        {"arms": ARMS, "sweep": {"organisation.cell_size": [3, 4, 6], "organisation.cycle_length": [1, 2, 3]}},
    ),
    "a zip": (
        {"arms": ARMS, "design": {"kind": "zip"}, "sweep": {**SWEEP, "organisation.cycle_length": [2, 3]}},
        {
            "arms": ARMS,
            "design": {"kind": "zip"},
            "sweep": {"organisation.cell_size": [4, 3, 6], "organisation.cycle_length": [2, 2, 3]},
        },
    ),
    "sobol points": (
        {"arms": ARMS, "design": {"kind": "sobol", "points": 4}, "sweep": SPANS},
        {"arms": ARMS, "design": {"kind": "sobol", "points": 8}, "sweep": SPANS},
    ),
    "base points of saltelli": (
        {"arms": ARMS, "design": {"kind": "saltelli", "points": 2}, "sweep": SPANS},
        {"arms": ARMS, "design": {"kind": "saltelli", "points": 4}, "sweep": SPANS},
    ),
    "trajectories of morris": (
        {"arms": ARMS, "design": {"kind": "morris", "points": 2}, "sweep": SPANS},
        {"arms": ARMS, "design": {"kind": "morris", "points": 4}, "sweep": SPANS},
    ),
    "whole numbers become floats": (
        {"arms": ARMS, "sweep": {"learning.initial_rapport": [0, 1]}},
        {"arms": ARMS, "sweep": {"learning.initial_rapport": [0, 0.5, 1]}},
    ),
    "all at once": (
        {"arms": ARMS, "sweep": SWEEP},
        {"arms": MORE, "experiment": {"replicates": 6}, "sweep": {"organisation.cell_size": [4, 3, 6]}},
    ),
    "a higher precision": (
        {"arms": ARMS, "experiment": {"precision": PRECISE}, "sweep": SWEEP},
        {"arms": MORE, "experiment": {"precision": {**PRECISE, "half_width": 0.006, "max": 40}}, "sweep": SWEEP},
    ),
}


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch, no_figures):
    monkeypatch.chdir(tmp_path)


def settings_of(tables, **more):
    """Settings of 12 people and 4 sessions, whole tables replaced, of an experiment called small with 3 replicates."""
    experiment = {"name": "small", **({} if "precision" in tables.get("experiment", {}) else {"replicates": 3})}
    return validate(
        {
            "organisation": {"trainees": 12, "communities": 2, "cycle_length": 2},
            "training": {"sessions": 4},
            **tables,
            "experiment": {**experiment, **tables.get("experiment", {})},
            **more,
        },
        "small",
    )


def run(settings, folder, **options):
    return run_experiment(settings, "small", Path(folder), workers=1, quiet=True, **options)


@pytest.mark.parametrize("name", GROWTHS)
def test_a_grown_folder_has_the_bytes_of_a_run_from_scratch_and_runs_only_what_is_new(name, monkeypatch):
    small, large = map(settings_of, GROWTHS[name])
    run(small, "results")
    earlier = parquet.read_metadata("results/runs.parquet").num_rows
    added = count_runs(monkeypatch)
    run(large, "results")
    new = sum(added)
    run(large, "scratch")
    assert tables_of("results") == tables_of("scratch")
    assert 0 < new == parquet.read_metadata("scratch/runs.parquet").num_rows - earlier
    assert Path("results/settings.toml").read_bytes() == Path("scratch/settings.toml").read_bytes()
    assert is_finished(Path("results")) and not Path("results/parts").exists()
    grown, scratch = (json.loads(Path(f"{place}/provenance.json").read_text()) for place in ("results", "scratch"))
    assert {k: v for k, v in grown.items() if k not in ("seconds", "finished")} == {
        k: v for k, v in scratch.items() if k not in ("seconds", "finished")
    }


def test_what_is_made_of_a_grown_folder_is_that_of_a_run_from_scratch(monkeypatch):
    monkeypatch.setattr(workflow, "analyse", ANALYSE)  # figures and statistics too
    small, large = map(settings_of, GROWTHS["all at once"])
    for settings, folder in ((small, "results"), (large, "results"), (large, "scratch")):
        run(settings, folder)
    first, second = bytes_in("results"), bytes_in("scratch")
    assert set(first) == set(second) and {"summary.csv", "contrasts.csv", "effects.csv", "figures/response.svg"} <= set(first)
    assert [name for name in first if first[name] != second[name]] in ([], ["provenance.json", "report.html"], ["report.html"])


@pytest.mark.parametrize("kind", KINDS)
def test_every_model_grows(kind):
    world = {"model": {"kind": kind}, "training": {}, "beliefs": {}, "search": {}} | {
        "training": {"training": {"sessions": 4}},
        "beliefs": {"beliefs": {"periods": 4, "dimensions": 6}},
        "search": {"search": {"periods": 4, "loci": 6, "interactions": 2}},
    }[kind]
    world = {name: table for name, table in world.items() if table or name == "training"}
    small, large = (settings_of(tables, **world) for tables in GROWTHS["all at once"])
    for settings, folder in ((small, "results"), (large, "results"), (large, "scratch")):
        run(settings, folder)
    assert tables_of("results") == tables_of("scratch")


@pytest.mark.thorough
def test_everything_that_is_switched_on_grows():
    """Wrong teaching, shocks, absence, leavers: what has measures of its own, or runs a second time."""
    more = {
        "misconceptions": {"share": 0.2, "joint_wrong": 0.1},
        "training": {"sessions": 6, "turnover": 0.1, "absence": 0.1},
        "shocks": [{"at": 2, "kind": "leave", "who": "most-helpful", "count": 1}],
    }
    small, large = (settings_of(tables, **more) for tables in GROWTHS["all at once"])
    for settings, folder in ((small, "results"), (large, "results"), (large, "scratch")):
        run(settings, folder)
    assert tables_of("results") == tables_of("scratch")


def with_people(tables, folder=Path()):
    """The same experiment with a roster of 12 people in two teams."""
    people = "id,team\n" + "".join(f"P{i:02d},{'AB'[i % 2]}\n" for i in range(12))
    (folder / "people.csv").write_text(people)
    world = {"roster": str(folder / "people.csv"), "communities": 2, "cycle_length": 2}
    return settings_of(tables, organisation=world, roster={"labels": ["team"]})


@pytest.mark.parametrize("name", ["replicates", "an arm", "points in between", "all at once"])
def test_means_of_people_go_on_in_the_same_bits(name):
    """Twice over: the second time, the runs of the first are behind the means of which they are the beginning."""
    small, large = (with_people(tables) for tables in GROWTHS[name])
    largest = large.changed({"experiment.replicates": 11})
    for settings, folder in ((small, "results"), (large, "results"), (largest, "results"), (largest, "scratch")):
        run(settings, folder)
    assert {"people.parquet", "people_sums.parquet", "strata.parquet"} <= set(tables_of("results"))
    assert tables_of("results") == tables_of("scratch")


def test_tables_that_a_larger_experiment_is_too_large_for_do_not_stay(monkeypatch):
    monkeypatch.setattr("learnsim.experiments.design.by_person.MOST_PEOPLE", 12 * 2 * 3)
    monkeypatch.setattr("learnsim.experiments.design.by_person.MOST_STRATA", 4 * 2 * 3)
    small, large = (with_people(tables) for tables in GROWTHS["replicates"])
    run(small, "results")
    assert {"people.parquet", "strata.parquet"} <= set(tables_of("results"))
    run(large, "results")
    run(large, "scratch")
    assert tables_of("results") == tables_of("scratch") and "people.parquet" not in tables_of("results")


@pytest.mark.parametrize("interrupted", [1, 2, 5])
def test_an_unfinished_experiment_grows_too(run_into, interrupted):
    """Its points have other numbers afterwards, and so do its arms."""
    small, large = map(settings_of, GROWTHS["all at once"])
    run_into(small, Path("results"), seconds=0.0001, last_task=interrupted)
    run_into(large, Path("results"), seconds=0.0001, last_task=interrupted)
    largest = large.changed({"experiment.replicates": 9})
    run(largest, "results")
    run(largest, "scratch")
    assert tables_of("results") == tables_of("scratch")


def test_failed_runs_stay_failed_and_are_repeated_on_request(monkeypatch):
    from learnsim.experiments.execution import tasks

    play = tasks.run_arm

    def some_fail(prepared, arm, replicate, **named):
        if replicate == 1 and arm == "hybrid":
            raise ArithmeticError("no number")
        return play(prepared, arm, replicate, **named)

    small, large = map(settings_of, GROWTHS["all at once"])
    with monkeypatch.context() as patch:
        patch.setattr(tasks, "run_arm", some_fail)
        assert run(small, "results").failed == 2
    added = count_runs(monkeypatch)
    assert run(large, "results").failed == 2
    assert sum(added) == 3 * 6 * 3 - 2 * 3 * 2
    assert Path("results/failures.csv").is_file()
    assert run(large, "results", retry_failed=True).failed == 0
    run(large, "scratch")
    assert tables_of("results") == tables_of("scratch") and not Path("results/failures.csv").exists()


REFUSED = {  # a change of the experiment with all at once, and what its refusal says
    "fewer replicates": ({"experiment.replicates": 2}, "experiment.replicates = 3 there, 2 here, which are fewer"),
    "another seed": ({"experiment.replicates": 5, "experiment.seed": 3}, "experiment.seed = 1 there, 3 here"),
    "a point less": ({"sweep": {"organisation.cell_size": [3, 4, 12]}}, "does not add to the points there"),
    "another order": ({"sweep": {"organisation.cell_size": [6, 3]}}, "does not add to the points there"),
    "another sweep": ({"sweep": {"organisation.cycle_length": [3, 6]}}, "sweep = {'organisation.cell_size': [3, 6]} there"),
    "an arm less": ({"arms": {"flat-lecture": {}, "x": {"preset": "hybrid"}}}, "arm 'hybrid' is only there; arm 'x' is only here"),
    "a changed arm": ({"arms": {**MORE, "hybrid": {"shuffle": "none"}}}, "arms.hybrid.shuffle = 'random' there, 'none' here"),
    "another baseline": ({"arms": MORE, "experiment.baseline": "hybrid"}, "experiment.baseline = 'flat-lecture' there"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_growth_is_refused_with_the_difference(name):
    change, sentence = REFUSED[name]
    small = settings_of(GROWTHS["all at once"][0])
    run(small, "results")
    before = bytes_in("results")
    with pytest.raises(ResultsError) as caught:
        run(small.changed(change), "results")
    assert sentence in str(caught.value) and "--fresh" in str(caught.value)
    assert bytes_in("results") == before


@pytest.mark.parametrize("kind", ["latin-hypercube"])
def test_points_that_are_all_drawn_anew_are_refused(kind):
    drawn = {"arms": ARMS, "design": {"kind": kind, "points": 4}, "sweep": SPANS}
    small, large = settings_of(drawn), settings_of({**drawn, "design": {"kind": kind, "points": 8}})
    differences = growth_of(small, large).differences
    assert differences == (
        f"design.points = 4 there, 8 here, and {kind} draws other points then, where sobol adds to those it has",
    )
    assert growth_of(large, small).differences == ("design.points = 8 there, 4 here, which are fewer",)


def test_runs_that_lack_columns_of_the_larger_experiment_are_refused():
    """Those of the models that ship do not, since no arm and no value asks for a measure; a model of one's own may."""
    plain = settings_of(GROWTHS["an arm"][0])
    more = settings_of(GROWTHS["an arm"][0], misconceptions={"share": 0.2})
    before, after = (design_of(settings, "small") for settings in (plain, more))
    check_columns(Path("results"), before, before)
    with pytest.raises(ResultsError, match=r"results: cannot grow, since its runs were not asked for \w+, .* --fresh"):
        check_columns(Path("results"), before, after)


def test_a_full_disk_while_growing_leaves_the_finished_results(monkeypatch):
    small, large = map(settings_of, GROWTHS["all at once"])
    run(small, "results")
    before = bytes_in("results")

    def full(path, content):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("learnsim.experiments.storage.store.write_whole", full)
        with pytest.raises(ResultsError, match=r"could not be written \(No space left on device\)"):
            run(large, "results")
    assert bytes_in("results") == before
    assert run(small, "results").failed == 0  # is finished as before
    run(large, "results")
    run(large, "scratch")
    assert tables_of("results") == tables_of("scratch")


MOMENTS = ("adopt", "begin", "flush", "write_settings", "finish")


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_growth_that_stops_at_any_moment_goes_on(monkeypatch, moment):
    """As after SIGKILL: nothing is cleared up when it stops, neither before the moment nor behind it."""
    small, large = map(settings_of, GROWTHS["all at once"])
    run(small, "kept")
    run(large, "scratch")
    places = {
        "write_settings": "learnsim.experiments.storage.lock.write_settings",
        "finish": "learnsim.workflow.finish",
    }
    for behind in (False, True):
        shutil.copytree("kept", "results")
        with monkeypatch.context() as patch:
            target, name = (Store, moment) if moment not in places else places[moment].rsplit(".", 1)
            original = getattr(Store, moment) if target is Store else None
            kill_when(patch, target, name, original, behind=behind)
            with pytest.raises(KeyboardInterrupt):
                run(large, "results")
        run(large, "results")
        assert tables_of("results") == tables_of("scratch"), (moment, behind)
        assert is_finished(Path("results")) and not list(Path("results").glob(".*"))
        shutil.rmtree("results")


def test_a_growth_whose_ledger_is_lost_begins_anew_and_is_not_taken_for_finished(monkeypatch):
    """The tables that are still there are those of the smaller experiment."""
    small, large = map(settings_of, GROWTHS["all at once"])
    run(small, "results")
    with monkeypatch.context() as patch:
        kill_when(patch, "learnsim.workflow", "run_missing")
        with pytest.raises(KeyboardInterrupt):
            run(large, "results")
    Path("results/parts/ledger.jsonl").unlink()
    assert not is_finished(Path("results"))
    run(large, "results")
    run(large, "scratch")
    assert tables_of("results") == tables_of("scratch")


@pytest.mark.thorough
def test_a_growth_that_is_killed_again_and_again_loses_nothing(start, tmp_path):
    """With SIGKILL, at moments drawn at random, between two sizes that follow each other."""
    rng = random.Random(5)
    small, large = (text_of(replicates, sizes) for replicates, sizes in ((12, [3, 6]), (24, [2, 3, 4, 6])))
    (tmp_path / "small.toml").write_text(small)
    (tmp_path / "large.toml").write_text(large)
    run(load("small.toml"), "results")
    run(load("large.toml"), "scratch")
    killed = 0
    for _ in range(6):
        process = start("run", "large.toml", "--quiet", "--out", "results", "--workers", "1", pause=0.02)
        until = time.monotonic() + 60
        while not Path("results/parts").exists() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.001)
        time.sleep(rng.choice([0.0, 0.003, 0.01, 0.3, 0.6]))
        killed += process.poll() is None
        process.kill()
        process.communicate()
        assert is_finished(Path("results")) or is_unfinished(Path("results"))
    assert killed >= 4
    last = start("run", "large.toml", "--quiet", "--out", "results")
    assert (last.wait(120), last.stderr.read()) == (0, "")
    assert tables_of("results") == tables_of("scratch") and not Path("results/parts").exists()


def test_growth_is_announced_and_what_is_new_is_counted(capsys):
    small, large = map(settings_of, GROWTHS["all at once"])
    run(small, "results")
    capsys.readouterr()
    run_experiment(large, "small", Path("results"), workers=1, table=False)
    errors = capsys.readouterr().err
    words = "arm another, 6 replicates in place of 3 and 3 points in place of 2"
    assert f"note: results: grows ({words}); its finished runs are kept\n" in errors
    assert f"{3 * 6 * 3 - 2 * 3 * 2} runs in " in errors


def test_every_subset_of_arms_grows_to_all():
    """Which arms there were first has no effect."""
    arms = {**MORE, "classroom": {"preset": "flat-lecture"}}
    whole = settings_of({"arms": arms, "experiment": {"baseline": "flat-lecture"}})
    run(whole, "scratch")
    for some in combinations([name for name in arms if name != "flat-lecture"], 2):
        there = {name: arm for name, arm in arms.items() if name in (*some, "flat-lecture")}
        run(settings_of({"arms": there, "experiment": {"baseline": "flat-lecture"}}), "results")
        run(whole, "results")
        assert tables_of("results") == tables_of("scratch"), some
        shutil.rmtree("results")


def test_a_folder_whose_tables_do_not_belong_together_does_not_grow(monkeypatch):
    small, large = map(settings_of, GROWTHS["replicates"])
    run(small, "results")
    run(small.changed({"experiment.name": "other", "arms": MORE}), "other")
    shutil.copy("other/distribution.parquet", "results/distribution.parquet")
    before = bytes_in("results")
    with pytest.raises(ResultsError, match="results: its tables cannot be read"):
        run(large, "results")
    assert bytes_in("results") == before
