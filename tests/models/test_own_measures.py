"""Own measures: a user's function measures a run after every session, the same by either engine, and changes nothing of it."""

import shutil
import sys

import numpy as np
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import learnsim
from helpers.our_models import OURS
from helpers.random_settings import LONG, trainings, worlds
from learnsim.errors import LearnsimError, PolicyError, ResultsError, RunError, SettingsError
from learnsim.experiments.reproduce import reproduce
from learnsim.grouping import own_measures
from learnsim.grouping.own_measures import COMMON, REGISTERED, with_measures
from learnsim.grouping.policy_files import PREFIX
from learnsim.grouping.preparation import Prepared
from learnsim.models.runs import run_arm
from learnsim.progress import Progress
from learnsim.settings import Settings, load
from learnsim.workflow import run_experiment

SEVERAL = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
MINE = """
import learnsim


@learnsim.measure("at_risk", unit="share", better="less")
def at_risk(mastery):
    "Share of people who master less than 30 % of the curriculum."
    return (mastery.mean(axis=1) < 0.3).mean()
"""
EXPERIMENT = """
# Question: who is at risk?
[experiment]
replicates = 3
measures = "my.py"
measure = "at_risk"
[organisation]
trainees = 12
communities = 1
cell_size = 3
[training]
sessions = 4
[sweep]
"organisation.cell_size" = [3, 4]
[arms.flat-lecture]
[arms.hybrid]
"""
SMALL = {"organisation": {"trainees": 24}, "training": {"sessions": 6}}


@pytest.fixture(autouse=True)
def tidy():
    """Leave the registry and the modules as they were."""
    before = {package: known.copy() for package, known in REGISTERED.items()}
    yield
    REGISTERED.clear()
    REGISTERED.update(before)
    for name in [name for name in sys.modules if name.startswith(PREFIX)]:
        del sys.modules[name]


@pytest.fixture
def file(tmp_path):
    """An experiment whose file of measures is beside it."""
    (tmp_path / "my.py").write_text(MINE)
    (tmp_path / "x.toml").write_text(EXPERIMENT)
    return tmp_path / "x.toml"


@pytest.fixture
def no_figures(monkeypatch):
    """Leave out summaries and figures, which take longer than a small experiment."""
    monkeypatch.setattr("learnsim.workflow.analyse", lambda *arguments, **named: None)


def everything_of(kind):
    """Register a measure that looks at everything there is to look at, in some order that no built-in measure has."""
    arguments = [*COMMON, *OURS[kind].state]

    def number(**known):
        arrays = [np.asarray(known[name], dtype=float).ravel() for name in arguments]
        return float(sum((place + 1) * np.dot(a, np.cos(np.arange(len(a)))) for place, a in enumerate(arrays)))

    code = f"def everything({', '.join(arguments)}):\n    return number({', '.join(f'{a}={a}' for a in arguments)})"
    made = {"number": number, "__name__": __name__}
    exec(code, made)
    learnsim.measure("everything")(made["everything"])


def asking(configuration):
    return with_measures(configuration.model_copy(update={"measures": {"everything": own_measures.Measure()}}))


def both_agree_and_nothing_changes(configuration, roster, replicate, trace):
    """Play with and without the measure, by both engines; return the record with it."""
    everything_of(configuration.model.kind)
    usual = run_arm(Prepared(configuration, roster), "x", replicate, engine="compiled", trace=trace)
    asked = Prepared(asking(configuration), roster)
    compiled, agents = (run_arm(asked, "x", replicate, engine=engine, trace=trace) for engine in ("compiled", "agents"))
    assert compiled.same_bits(agents) == []
    assert usual.same_bits(compiled) == ["everything"]
    mine, theirs = compiled.run_measures(), usual.run_measures()
    assert all(np.array(mine[name]).tobytes() == np.array(theirs[name]).tobytes() for name in theirs)
    assert compiled["everything"].shape == (compiled.sessions + 1,) and np.isfinite(compiled["everything"]).all()
    return compiled


@pytest.mark.thorough
@SEVERAL
@given(trainings(), LONG, st.booleans())
def test_engines_agree_and_nothing_changes_in_a_training_in_which_much_goes_wrong(configuration, replicate, trace):
    both_agree_and_nothing_changes(configuration, None, replicate, trace)


@pytest.mark.thorough
@SEVERAL
@given(worlds("beliefs") | worlds("search"), LONG, st.booleans())
def test_engines_agree_and_nothing_changes_in_the_other_models(world, replicate, trace):
    both_agree_and_nothing_changes(*world, replicate, trace)


@pytest.mark.thorough
@SEVERAL
@given(st.integers(1, 9), st.sampled_from([0.0, 0.2, 1.0]), st.sampled_from(["hybrid", "flat-lecture", "linked-cells"]), LONG)
def test_the_kernel_that_plays_whole_runs_is_stopped_after_every_session(length, turnover, preset, replicate):
    tree = {
        **SMALL,
        "organisation": {"trainees": 17, "communities": 3, "cycle_length": length},
        "training": {"sessions": 7, "turnover": turnover},
    }
    tree["arms"] = {"x": {"preset": preset}}
    both_agree_and_nothing_changes(Settings(**tree), None, replicate, trace=False)


@pytest.mark.parametrize("engine", ["compiled", "agents"])
def test_rows_are_those_of_the_built_in_measures(engine):
    """Row t is after t sessions: a measure that does what a built-in one does has the same curve."""

    @learnsim.measure("again")
    def again(mastery):
        return mastery.mean(axis=1).mean()

    @learnsim.measure("time")
    def time(session):
        return session

    tree = {**SMALL, "measures": {"again": {}, "time": {}}}
    tree["training"] = {"sessions": 6, "turnover": 0.3}
    record = learnsim.run(tree, seed=5, arm="hybrid", engine=engine)
    assert np.allclose(record["again"], record["mean_mastery"], rtol=1e-12)
    assert record["time"].tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert record.run_measures()["time"] == 6.0


@pytest.mark.parametrize("kind", OURS)
@pytest.mark.parametrize("engine", ["compiled", "agents"])
def test_a_measure_cannot_write_to_what_it_sees(kind, engine):
    names = [name for name in (*COMMON, *OURS[kind].state) if name not in ("session", "highest")]
    for name in names:
        made = {"__name__": __name__}
        exec(f"def writes({name}):\n    {name}[...] = 0\n    return 0.0", made)
        learnsim.measure("writes")(made["writes"])
        tree = {"model": {"kind": kind}, "organisation": {"trainees": 12}, "measures": {"writes": {}}}
        with pytest.raises(RunError, match=r"the measure 'writes' raised ValueError after 0 sessions: .*read-only"):
            learnsim.run(tree, seed=1, arm="hybrid", engine=engine)


def test_what_a_measure_keeps_stays_as_it_was():
    seen = []

    @learnsim.measure("keeps")
    def keeps(mastery):
        seen.append(mastery)
        return 0.0

    learnsim.run({**SMALL, "measures": {"keeps": {}}}, seed=1, arm="hybrid")
    assert len(seen) == 7 and seen[0].mean() < seen[-1].mean()


def test_in_a_notebook_the_name_of_the_measure_is_enough(tmp_path):
    def define(limit):
        @learnsim.measure("below", unit="share", better="less")
        def below(mastery):
            return (mastery.mean(axis=1) < limit).mean()

    define(0.0)
    define(2.0)  # a cell may run twice
    tree = {**SMALL, "experiment": {"replicates": 2, "measure": "below"}, "arms": {"flat-lecture": {}, "hybrid": {}}}
    results = learnsim.experiment(tree).run(tmp_path / "results")
    assert set(results.runs["below"]) == {1.0}
    assert "below" in set(results.contrasts()["measure"])


def test_it_is_in_tables_contrasts_report_and_the_folder_reproduces_itself(file, tmp_path):
    results = learnsim.experiment(file).run(tmp_path / "results")
    folder = tmp_path / "results"
    for table in ("runs", "sessions"):
        assert "at_risk" in pyarrow.parquet.read_table(folder / f"{table}.parquet").column_names
    contrasts = results.contrasts().query("measure == 'at_risk'")
    assert len(contrasts) == 2 and (contrasts["difference"] <= 0.0).all()
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert "at risk" in report and "my.py" in report
    assert "share of people who master less than 30 %" in (folder / "settings.toml").read_text().lower()
    for path in (file, tmp_path / "my.py"):
        path.unlink()
    again = reproduce(folder, 1, Progress())
    assert (again.count, again.changed) == (0, [])
    (folder / "measures.py").unlink()
    assert len(learnsim.open(folder).runs) == 12  # what it means is in the settings


@pytest.mark.thorough
def test_worker_processes_register_it_too(file, tmp_path, no_figures):
    for engine, workers in (("agents", 2), ("compiled", 2), ("compiled", 1)):
        asked, folder = load(file, [f"experiment.engine={engine}"]), tmp_path / engine / str(workers)
        assert run_experiment(asked, "x.toml", folder, workers=workers, quiet=True).failed == 0
    places = ("agents/2", "compiled/2", "compiled/1")
    tables = [(tmp_path / place / "sessions.parquet").read_bytes() for place in places]
    assert tables[0] == tables[1] == tables[2]


def test_results_of_another_measure_are_another_experiments(file, tmp_path, no_figures):
    run_experiment(load(file), "x.toml", tmp_path / "results", workers=1, quiet=True)
    (tmp_path / "my.py").write_text(MINE.replace("0.3", "0.4"))
    with pytest.raises(ResultsError, match=r"contains results of another experiment \(experiment.measures: the contents of "):
        run_experiment(load(file), "x.toml", tmp_path / "results", workers=1, quiet=True)


def test_one_file_may_register_policies_and_measures(file, tmp_path):
    text = MINE + '\n\n@learnsim.shuffle_policy("beside-measures")\ndef beside(group):\n    return group.members[::-1]\n'
    (tmp_path / "my.py").write_text(text)
    words = EXPERIMENT.replace('measures = "my.py"', 'measures = "my.py"\npolicies = "my.py"')
    file.write_text(words.replace("[arms.hybrid]", '[arms.own]\npreset = "hybrid"\nshuffle = "beside-measures"'))
    learnsim.experiment(file).check()
    file.write_text(file.read_text().replace('measures = "my.py"\n', "").replace('measure = "at_risk"\n', ""))
    with pytest.raises(PolicyError, match=r"my\.py: it registers measures \(at_risk\); name it under \[experiment\] measures too"):
        learnsim.experiment(file).check()


def test_two_experiments_may_each_have_a_measure_of_the_same_name(file, tmp_path):
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / "x.toml"
    shutil.copy(file, other)
    (tmp_path / "other" / "my.py").write_text(MINE.replace("0.3", "0.0"))
    values = {}
    for path in (file, other, file):
        values[path] = float(learnsim.run(path, seed=1, arm="hybrid")["at_risk"][-1])
    assert values[other] == 0.0 < values[file]


def test_the_file_may_say_what_it_means(file):
    file.write_text(EXPERIMENT + '[measures.at_risk]\nunit = "people"\n')
    words = with_measures(load(file)).measures["at_risk"]
    assert (words.unit, words.better) == ("people", "less")


@pytest.mark.parametrize(
    ("returned", "got"),
    [
        ("mastery", r"an array of shape \(12, \d+\)"),
        ("None", "None"),
        ("'much'", "'much'"),
        ("float('inf')", "inf"),
        ("1j", "1j"),
    ],
)
def test_what_is_no_number_fails_the_run_and_is_recorded(file, tmp_path, no_figures, returned, got):
    (tmp_path / "my.py").write_text(MINE.replace("(mastery.mean(axis=1) < 0.3).mean()", returned))
    message = rf"my\.py:5: the measure 'at_risk' returned {got} after 0 sessions; it should return one finite number"
    with pytest.raises(RunError, match=message):
        learnsim.run(file, seed=1, arm="hybrid")
    assert run_experiment(load(file), "x.toml", tmp_path / "results", workers=1, quiet=True).failed == 12


def test_an_error_is_a_recorded_failure_with_file_line_measure_and_session(file, tmp_path):
    (tmp_path / "my.py").write_text(
        MINE.replace("(mastery)", "(mastery, session, cell)").replace(
            "    return", "    1 / (3 - session * int(cell[0] >= 0))\n    return"
        )
    )
    results = learnsim.experiment(file).run(tmp_path / "results")
    assert results.failed == 6
    failures = (tmp_path / "results" / "failures.csv").read_text(encoding="utf-8")
    assert "my.py:8: the measure 'at_risk' raised ZeroDivisionError after 3 sessions: " in failures


def test_nan_means_that_the_value_is_missing(file, tmp_path):
    (tmp_path / "my.py").write_text(MINE.replace("(mastery.mean(axis=1) < 0.3).mean()", "float('nan')"))
    assert np.isnan(learnsim.run(file, seed=1, arm="hybrid")["at_risk"]).all()


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('"at_risk"', '"gini"', r"my\.py:\d+: measure 'gini': kind = 'training' has a measure of this name; call yours otherwise"),
        ('"at_risk"', '"at risk"', r"'at risk' is not a measure's name, which has letters, digits and _; write for example"),
        ("(mastery)", "(mastry)", r"measure 'at_risk': mastry is not an argument that a measure can have; did you mean mastery\?"),
        ("(mastery)", "(*mastery)", r"measure 'at_risk': \*mastery is not an argument that a measure can have"),
        ("(mastery)", "(mastery, reality)", "measure 'at_risk': no model knows all of mastery, reality"),
        ('"less"', '"worse"', "measure 'at_risk': better = 'worse' should be 'more' or 'less', or left out"),
        ('"share"', "3", "measure 'at_risk': unit = 3 should be a text of one line"),
        ("import learnsim", "import learnsim\n" + MINE, r"my\.py:\d+: measure 'at_risk' is registered twice; the other is at .*my\.py:\d"),
        (MINE, "import learnsim", r"\[experiment\] measures = '.*my\.py': it registers no measure of kind = 'training'"),
        (MINE, "1 / 0", r"my\.py:1: ZeroDivisionError: division by zero"),
        ("(mastery)", "(beliefs)", r"none of its measures \(at_risk\) can be taken of kind = 'training'"),
    ],
)
def test_what_is_wrong_in_the_file_is_one_sentence(file, tmp_path, before, after, message):
    (tmp_path / "my.py").write_text(MINE.replace(before, after))
    with pytest.raises(LearnsimError, match=message) as raised:
        learnsim.experiment(file).check()
    assert str(raised.value).startswith(str(file)) or "x.toml: " in str(raised.value)


def test_what_is_wrong_in_the_experiment_is_one_sentence(file, tmp_path):
    file.write_text(EXPERIMENT.replace('"my.py"', '"none.py"'))
    with pytest.raises(PolicyError, match=r"\[experiment\] measures = .*none\.py.*: there is no such file"):
        learnsim.experiment(file).check()
    file.write_text(EXPERIMENT + "[measures.at_rsk]\n")
    with pytest.raises(SettingsError, match=r"\[measures\.at_rsk\]: no measure of kind = 'training' .*; did you mean at_risk\?"):
        learnsim.experiment(file).check()
    with pytest.raises(SettingsError, match=r"\[measures\.at_risk\]: no measure .* is registered under this name; name its file"):
        learnsim.run({"measures": {"at_risk": {}}}, seed=1)
    file.write_text(EXPERIMENT.replace('measure = "at_risk"', 'measure = "at_rsik"'))
    with pytest.raises(SettingsError, match=r"measure = 'at_rsik' is not a measure of kind = 'training'; did you mean at_risk\?"):
        learnsim.experiment(file).check()
