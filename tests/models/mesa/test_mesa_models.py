"""Mesa models of one's own: parameters, measures, seeds and faults, with classes in files and those that Mesa installs."""

import gc
import inspect
import json
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import mesa
import numpy as np
import pytest

import learnsim
from learnsim.catalogue import catalogue_of
from learnsim.errors import LearnsimError, RunError, SettingsError
from learnsim.experiments.storage.results import open_results
from learnsim.models.mesa.parameters import declared_by
from learnsim.models.mesa.run import seed_of
from learnsim.models.mesa.source import class_of
from learnsim.models.runs import run_arm, setup_of
from learnsim.settings import load
from learnsim.settings.shipped import shipped, shipped_folder
from learnsim.workflow import run_experiment

WALK = '''
"""People who walk: each a step forward with a chance."""
import mesa
from typing import Annotated, Literal
from helper import mean


class Walker(mesa.Agent):
    def __init__(self, model):
        super().__init__(model)
        self.place = 0

    def go(self):
        self.place += self.model.random.random() < self.model.chance


class Walk(mesa.Model):
    def __init__(self, n: int = 5, chance: Annotated[float, (0.0, 1.0)] = 0.5, how: Literal["all", "one"] = "all", seed=None):
        super().__init__(seed=seed)
        self.chance, self.how = chance, how
        Walker.create_agents(self, n)
        self.datacollector = mesa.DataCollector({
            "mean": lambda m: mean([a.place for a in m.agents]), "steps done": "steps", "word": lambda m: "yes",
        })
        self.datacollector.collect(self)

    def step(self):
        self.agents.do("go")
        self.datacollector.collect(self)
        self.running = self.steps < 7
'''
HELPER = "def mean(values):\n    return sum(values) / len(values)\n"
FILE = """
[experiment]
name = "walk"
baseline = "slow"
replicates = 6

[model]
kind = "mesa"
class = "walk.py:Walk"
steps = 4

[arms.slow]
chance = 0.3
[arms.fast]
chance = 0.6
"""


@pytest.fixture
def walk(tmp_path):
    """A folder with a model, a file that it imports, and an experiment; a function that changes them."""

    def write(*changes, file=FILE, **files):
        for old, _ in changes:
            assert old in WALK + file, old
        for name, text in {"walk.py": WALK, "helper.py": HELPER, "walk.toml": file, **files}.items():
            for old, new in changes:
                text = text.replace(old, new)
            (tmp_path / name).write_text(text)
        return tmp_path / "walk.toml"

    return write


def refused(file):
    with pytest.raises(LearnsimError) as caught:
        learnsim.experiment(file).check()
    return str(caught.value)


def test_measures_are_what_the_model_collects_itself(walk):
    """Row t is after t steps; what gives no number is left out, and the last values are Mesa's own."""
    settings = load(walk())
    record = run_arm(settings, "fast", 3)
    model = class_of(settings.model.class_name)(chance=0.6, seed=seed_of(setup_of(settings, "fast", 3)))
    for _ in range(4):
        model.step()
    own = model.datacollector.get_model_vars_dataframe()
    assert list(record.measures) == ["mean", "steps done"]
    assert np.array_equal(record["mean"], own["mean"].to_numpy(float)) and record["steps done"].tolist() == [0, 1, 2, 3, 4]
    assert record.run_measures() == {"mean": own["mean"].iloc[-1], "steps done": 4.0, "steps": 4.0}


def test_a_run_ends_when_the_model_says_so(walk):
    record = run_arm(load(walk(("steps = 4", "steps = 50"))), "slow")
    assert record.steps == 7 and len(record["mean"]) == 8


def test_arms_of_a_replicate_have_the_same_seed_and_replicates_do_not(walk):
    settings = load(walk())
    seeds = {(arm, i): seed_of(setup_of(settings, arm, i)) for arm in ("slow", "fast") for i in range(50)}
    assert all(seeds["slow", i] == seeds["fast", i] for i in range(50)) and len(set(seeds.values())) == 50
    own = settings.changed({"experiment.common": "people"})
    assert seed_of(setup_of(own, "slow", 0)) != seed_of(setup_of(own, "fast", 0))


def test_the_results_are_those_of_mesas_batch_run(walk, tmp_path):
    """The same seeds through Mesa's own batch_run give the same last rows."""
    file = walk()
    results = run_experiment(load(file), str(file), tmp_path / "out", 1, quiet=True).results
    model = class_of(load(file).model.class_name)
    seed = [seed_of(setup_of(load(file), "slow", i)) for i in range(6)]
    for place, (arm, chance) in enumerate((("slow", 0.3), ("fast", 0.6))):
        ours = results.measure("mean")[0, place]
        newer = "rng" in inspect.signature(mesa.batch_run).parameters
        for i in range(6):
            given = {"chance": chance} if newer else {"chance": chance, "seed": seed[i]}
            words = {"rng": [seed[i]], "max_steps": 4} if newer else {"max_steps": 3, "data_collection_period": 1}
            rows = mesa.batch_run(model, given, display_progress=False, **words)
            assert rows[-1]["mean"] == (ours[i] if newer else run_arm(load(file), arm, i)["mean"][3])


def test_whole_experiments_with_processes_resume_and_reproduce(walk, tmp_path, environment):
    file = walk(("[arms.slow]", '[sweep]\n"parameters.n" = [3, 9]\n\n[arms.slow]'))
    for out, workers in (("one", 1), ("two", 2)):
        run_experiment(load(file), str(file), tmp_path / out, workers, quiet=True)
    for table in ("runs", "sessions", "distribution"):
        assert (tmp_path / "one" / f"{table}.parquet").read_bytes() == (tmp_path / "two" / f"{table}.parquet").read_bytes()
    there = (tmp_path / "one" / "settings.toml").read_text()
    assert 'class = "model/walk.py:Walk"' in there and "how = " in there and str(tmp_path) not in there
    assert (tmp_path / "one" / "model" / "helper.py").read_text() == HELPER
    shutil.rmtree(tmp_path / "two")
    (tmp_path / "walk.py").unlink()
    again = [sys.executable, "-m", "learnsim", "reproduce", str(tmp_path / "one")]
    out = subprocess.run(again, capture_output=True, text=True, env=environment, timeout=300)
    assert out.returncode == 0 and "identical: sessions, runs, distribution" in out.stdout + out.stderr


def test_results_can_be_read_where_the_model_is_not_there(walk, tmp_path):
    file = walk()
    run_experiment(load(file), str(file), tmp_path / "out", 1, quiet=True)
    shutil.rmtree(tmp_path / "out" / "model")
    results = open_results(tmp_path / "out")
    assert results.design.kind.session_measures.keys() == {"mean", "steps done"}
    assert not np.isnan(results.measure("mean")).any()


def test_an_edited_model_is_refused_in_the_same_folder(walk, tmp_path):
    file = walk()
    run_experiment(load(file), str(file), tmp_path / "out", 1, quiet=True)
    walk(("self.place += ", "self.place += 2 * "))
    with pytest.raises(LearnsimError, match=r"was run with other versions \(the model's own code: walk.py\); --fresh") as caught:
        run_experiment(load(file), str(file), tmp_path / "out", 1, quiet=True)
    assert "\n" not in str(caught.value)
    assert caught.value.__notes__ == [
        "--- model/walk.py in the results\n+++ walk.py\n@@ -14 +14 @@\n"
        "-        self.place += self.model.random.random() < self.model.chance\n"
        "+        self.place += 2 * self.model.random.random() < self.model.chance"
    ]


def test_ten_lines_of_a_large_edit_are_shown(walk, tmp_path, environment):
    """Of a large edit: the three lines of the head, seven of the difference, and how many more; exit code 2."""
    file = walk()
    run_experiment(load(file), str(file), tmp_path / "out", 1, quiet=True)
    more = "".join(f"# line {n} {'long ' * 40}\x1b\n" for n in range(20))
    (tmp_path / "helper.py").write_text(HELPER + more)
    again = [sys.executable, "-m", "learnsim", "run", str(file), "--out", str(tmp_path / "out")]
    done = subprocess.run(again, capture_output=True, text=True, env=environment, timeout=300)
    first, *lines = done.stderr.splitlines()
    assert done.returncode == 2 and first.startswith("error: ") and "the model's own code: helper.py" in first
    assert lines[:3] == ["--- model/helper.py in the results", "+++ helper.py", "@@ -2,0 +3,20 @@"]
    assert len(lines) == 11 and lines[-1] == "and 13 more lines" and "\x1b" not in done.stderr
    assert lines[3].startswith("+# line 0 long") and max(map(len, lines)) <= 120


@pytest.mark.thorough
def test_an_edited_copy_in_the_results_is_noticed(walk, tmp_path, environment):
    file = walk()
    run_experiment(load(file), str(file), tmp_path / "out", 1, quiet=True)
    with (tmp_path / "out" / "model" / "helper.py").open("a") as copy:
        copy.write("# a comment\n")
    again = [sys.executable, "-m", "learnsim", "reproduce", str(tmp_path / "out")]
    done = subprocess.run(again, capture_output=True, text=True, env=environment, timeout=300)
    lines = done.stdout.splitlines()
    assert lines == ["changed since: the copy of the model's code in out/model was edited", "identical: sessions, runs, distribution"]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("version", "text"),
    [
        (mesa.__version__, f"the model's package mesa was edited, which is still version {mesa.__version__}"),
        ("3.3.0", f"the model's package mesa: version 3.3.0 there, {mesa.__version__} here"),
    ],
)
def test_of_an_installed_package_the_versions_are_said(walk, tmp_path, version, text):
    file = walk(("walk.py:Walk", "mesa.examples.basic.schelling.model:Schelling"), ("chance", "density"))
    run_experiment(load(file), str(file), tmp_path / "out", 1, quiet=True)
    record = json.loads((tmp_path / "out" / "provenance.json").read_text())
    assert record["versions"]["mesa"] == mesa.__version__
    changed = {**record, "model_hash": "0123456789abcdef", "versions": {**record["versions"], "mesa": version}}
    (tmp_path / "out" / "provenance.json").write_text(json.dumps(changed))
    with pytest.raises(LearnsimError, match=re.escape(text)):
        run_experiment(load(file), str(file), tmp_path / "out", 1, quiet=True)


def test_an_edit_of_an_imported_file_counts_too(walk, tmp_path):
    file = walk()
    run_experiment(load(file), str(file), tmp_path / "out", 1, quiet=True)
    (tmp_path / "helper.py").write_text(HELPER.replace("sum(", "2.0 * sum("))
    with pytest.raises(LearnsimError, match="the model's own code"):
        run_experiment(load(file), str(file), tmp_path / "out", 1, quiet=True)


MISTAKES = [
    ((("chance = 0.3", "chanse = 0.3"),), "[arms.slow] chanse is not a parameter of Walk; did you mean chance?"),
    ((("chance = 0.3", "chance = 1.3"),), "[arms.slow] chance = 1.3 should be between 0 and 1"),
    ((("chance = 0.3", 'chance = "low"'),), "[arms.slow] chance = 'low' should be a number"),
    ((("chance = 0.3", 'how = "al"'),), "[arms.slow] how = 'al' should be 'all' or 'one'"),
    ((("chance = 0.3", "n = 2.5"),), "[arms.slow] n = 2.5 should be a whole number"),
    ((("chance = 0.3", "seed = 1"),), "[arms.slow] seed is not to be set: each replicate has its own; see [experiment] seed"),
    ((("walk.py:Walk", "walk.py:Wlak"),), "there is no class 'Wlak' in it; did you mean Walk?"),
    ((("walk.py:Walk", "walk.py:Walker"),), "Walker is no Mesa model (a class that inherits from mesa.Model); there is Walk"),
    ((("walk.py:Walk", "wlak.py:Walk"),), "there is no such file"),
    ((("walk.py:Walk", "nowhere.to_be_found:Walk"),), "there is no module 'nowhere.to_be_found' here"),
    ((("walk.py:Walk", "Walk"),), "should name a file or a module, a colon and a class"),
    ((("n: int = 5", "n: int"),), "[parameters] n is missing: Walk has no default for it; write n = ..."),
    ((("n: int = 5", "*args, n: int = 5"),), "Walk takes *args, to which no file can give a value by name"),
    ((("super().__init__(seed=seed)", "1 / 0"),), "making the model: ZeroDivisionError: division by zero (walk.py, line 19)"),
    ((("self.datacollector =", "self.collector ="), ("self.datacollector.collect", "id"),), "Walk has no DataCollector"),
    ((("import mesa", "import mesa, nothing_of_that_name"),), "walk.py, line 3: ModuleNotFoundError"),
    ((("def step(self):", "def step(self:"),), "walk.py, line 27: SyntaxError"),
    ((('"mean": lambda m: mean([a.place for a in m.agents]), "steps done": "steps", ', ""),), "no model reporter that gives a number; 'word' gives str"),
    ((("steps = 4", 'steps = 4\nreporters = ["maen"]'),), "'maen' is not a model reporter of Walk that gives numbers; did you mean mean?"),
    ((("replicates = 6", 'replicates = 6\nmeasure = "maen"'),), "measure = 'maen' is not a measure of kind = 'mesa'; did you mean mean?"),
    ((("[arms.slow]", "[measures]\nwordd = {unit = 'x'}\n[arms.slow]"),), "'wordd' is not a model reporter"),
    ((("[arms.slow]", "[organisation]\ncell_size = 3\n[arms.slow]"),), "[organisation] cell_size is not a setting of [model] kind = 'mesa'"),
    ((("[arms.slow]", "[sweep]\n'parameters.m' = [1, 2]\n[arms.slow]"),), "m is not a parameter of Walk"),
    ((("[arms.slow]", "[sweep]\n'parameters.chance' = [0.1, 2]\n[arms.slow]"),), "chance = 2 should be between 0 and 1"),
    ((("[arms.slow]", "[sweep]\n'organisation.cell_size' = [1, 2]\n[arms.slow]"),), "is not a parameter; write for example"),
    ((('class = "walk.py:Walk"', ""),), "kind = 'mesa' needs the class; write for example class ="),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), MISTAKES, ids=[message[:40] for _, message in MISTAKES])
def test_a_mistake_is_one_sentence(walk, changes, message):
    said = refused(walk(*changes))
    assert message in said and "\n" not in said and "Traceback" not in said


def test_a_failing_step_is_a_recorded_failure_with_its_line(walk, tmp_path):
    """Only the arm that fails is lost; the cause names step, file and line."""
    file = walk(('self.agents.do("go")', 'self.agents.do("go")\n        1 / (self.steps - 3 if self.chance > 0.5 else 1)'))
    finished = run_experiment(load(file), str(file), tmp_path / "out", 1, quiet=True)
    assert finished.failed == 6
    causes = {(one["arm"], one["stage"], one["cause"]) for one in finished.results.failures}
    assert causes == {("fast", "step 3", "ZeroDivisionError: division by zero (walk.py, line 29)")}


def test_a_run_that_never_ends_is_a_failure(walk, tmp_path):
    endless = 'while self.steps == 4: pass\n        self.agents.do("go")'
    file = walk(('self.agents.do("go")', endless), ("steps = 4", "steps = 6\ntime_limit = 0.5"), ("replicates = 6", "replicates = 1"))
    finished = run_experiment(load(file), str(file), tmp_path / "out", 1, quiet=True)
    assert {one["stage"] for one in finished.results.failures} == {"step 4"}
    assert {one["cause"] for one in finished.results.failures} == {
        "took longer than 0.5 seconds; raise [model] time_limit if it may take longer"
    }


def test_what_a_model_prints_is_not_heard_and_told_of(walk, capfd):
    check = learnsim.experiment(walk(('self.agents.do("go")', 'print("hello there"); self.agents.do("go")'))).check()
    assert any("Walk prints ('hello there" in one for one in check.warnings)
    assert capfd.readouterr().out == ""


def test_without_a_seed_a_warning_says_what_it_costs(walk):
    check = learnsim.experiment(walk((", seed=None", ""), ("super().__init__(seed=seed)", "super().__init__()"))).check()
    assert any("two runs of Walk with the same seed differ" in one and "seed=None" in one for one in check.warnings)


def test_global_random_numbers_are_set_and_told_of(walk):
    """A replicate is the same again, and the caller's own random numbers go on as if nothing had been."""
    file = walk(("self.model.random.random()", "random.random()"), ("import mesa\n", "import mesa, random\n"))
    check = learnsim.experiment(file).check()
    assert any("draws from Python's or NumPy's global random numbers" in one for one in check.notes)
    random.seed(5)
    np.random.seed(5)  # noqa: NPY002
    before = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    one, other = (run_arm(load(file), "slow", 2) for _ in range(2))
    assert one.same_bits(other) == [] and not np.array_equal(one["mean"], run_arm(load(file), "slow", 3)["mean"])
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before  # noqa: NPY002


def test_a_model_that_does_not_collect_is_collected_from(walk):
    """After each step, if its own step does not; before the first nothing is known."""
    record = run_arm(load(walk(("        self.datacollector.collect(self)\n", ""))), "fast")
    assert np.isnan(record["mean"][0]) and record["steps done"][1:].tolist() == [1, 2, 3, 4]


def test_parameters_of_a_base_class_are_known_through_kwargs(walk):
    more = WALK + "\n\nclass Run(Walk):\n    def __init__(self, pace: int = 2, **kwargs):\n        super().__init__(**kwargs)\n"
    file = walk(("walk.py:Walk", "walk.py:Run"), **{"walk.py": more.replace("walk.py:Walk", "")})
    declared = declared_by(class_of(load(file).model.class_name))
    assert list(declared.parameters) == ["pace", "n", "chance", "how"] and declared.seed == "seed"
    assert run_arm(load(file), "slow")["mean"].shape == (5,)


def test_settings_are_the_same_after_a_round_trip(walk):
    settings = load(walk(("[arms.slow]", '[sweep]\n"arms.slow.chance" = [0.1, 0.2]\n[arms.slow]')))
    tree = settings.model_dump(exclude_unset=True)
    assert tree["arms"] == {"slow": {"chance": 0.3}, "fast": {"chance": 0.6}}
    assert json.dumps(settings.changed({}).model_dump(), default=str) == json.dumps(settings.model_dump(), default=str)
    assert settings.changed({"arms.slow.n": 7}).arms["slow"].parameters == {"chance": 0.3, "n": 7}


def test_a_starter_file_is_written_from_the_signature_and_runs(walk, tmp_path, environment):
    walk()
    (tmp_path / "sub").mkdir()
    commands = (["init", "--from", "walk.py:Walk", "sub/mine.toml"], ["run", "sub/mine.toml", "--replicates", "3", "-q"])
    for words in commands:
        subprocess.run([sys.executable, "-m", "learnsim", *words], cwd=tmp_path, env=environment, check=True, timeout=300)
    text = (tmp_path / "sub" / "mine.toml").read_text()
    assert 'class = "../walk.py:Walk"' in text and "# at least 0, at most 1" in text and '# "all" or "one"' in text
    assert (tmp_path / "results" / "mine" / "report.html").is_file()


def test_a_class_lists_its_parameters_measures_and_seed(walk, tmp_path):
    walk(("n: int = 5", "n: int = 5, size=None"))
    lists = catalogue_of(str(tmp_path / "walk.py:Walk"))
    there = lists["parameters ([parameters], [arms.NAME]) of the constructor of Walk"]
    assert there == {
        "n": "5",
        "size": "None, which no file can say: leave it out",
        "chance": "0.5; at least 0, at most 1",
        "how": '"all"; "all" or "one"',
    }
    assert list(lists["measures (model reporters of its DataCollector)"]) == ["mean", "steps done"]
    assert lists["model reporters that are left out"] == {"word": "gives no number but str"}
    assert lists["seed"] == {"seed": "the same in every arm of a replicate; two short runs with one seed gave the same numbers"}


def test_a_class_without_a_default_is_listed_and_an_experiment_knows_its_measures(walk, tmp_path):
    file = walk(("n: int = 5", "n: int"), ("[arms.slow]", "[parameters]\nn = 3\n[arms.slow]"))
    lists = catalogue_of(str(tmp_path / "walk.py:Walk"))
    assert lists["parameters ([parameters], [arms.NAME]) of the constructor of Walk"]["n"] == "no default: a file has to say it"
    measures = "measures (model reporters of its DataCollector)"
    assert lists[measures]["?"].startswith("known once there are values for n: name an experiment")
    assert list(catalogue_of(str(file))[measures]) == ["mean", "steps done"]


def test_a_class_without_a_seed_is_listed_as_such(walk, tmp_path):
    walk((", seed=None", ""), ("super().__init__(seed=seed)", "super().__init__()"))
    said = catalogue_of(str(tmp_path / "walk.py:Walk"))["seed"]["(none)"]
    assert said.startswith("the constructor takes neither seed nor rng; ") and "cannot be reproduced" in said


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("walk.py:Wlak", "there is no class 'Wlak' in it; did you mean Walk?"),
        ("wolf_shep", "did you mean wolf_sheep?"),
        ("hybrid_vs_lecture", "is not about a Mesa model of your own; learnsim list prints the measures of all others"),
    ],
)
def test_what_is_no_class_is_one_sentence(walk, monkeypatch, tmp_path, name, message):
    walk()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match=f"^learnsim list {name}: ") as caught:
        catalogue_of(name)
    assert message in str(caught.value)


def test_the_command_prints_a_class(tmp_path, environment):
    words = [sys.executable, "-m", "learnsim", "list", "mesa.examples.basic.schelling.model:Schelling"]
    out = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=True).stdout
    assert re.search(r"^  density +0\.8$", out, re.MULTILINE) and re.search(r"^  pct_happy +a number", out, re.MULTILINE)


EXAMPLES = sorted((shipped_folder() / "mesa").glob("*.toml"))


@pytest.mark.thorough
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_mesas_examples_run_as_they_are_installed(file, tmp_path):
    """Their last values are those that Mesa's own run gives with the same seed, arm by arm."""
    settings = load(file).changed({"experiment.replicates": 1, "model.steps": 5})
    assert file.stem in shipped()
    results = run_experiment(settings, file.name, tmp_path / "out", 1, quiet=True).results
    model, declared = class_of(settings.model.class_name), declared_by(class_of(settings.model.class_name))
    for place, (arm, table) in enumerate(settings.arms.items()):
        seed = seed_of(setup_of(settings, arm))
        random.seed(seed)
        np.random.seed(seed % 2**32)  # noqa: NPY002
        words = declared.arguments({**settings.parameters, **table.parameters}, seed)
        own = model(**words)
        while own.running and own.steps < 5:
            words["simulator"].run_for(1) if "simulator" in words else own.step()
        last = own.datacollector.get_model_vars_dataframe().iloc[-1]
        for name in results.design.kind.session_measures:
            ours = results.measure(name)[0, place, 0]
            assert ours == float(last[name]) or np.isnan(ours) == np.isnan(float(last[name])) == True or name not in last  # noqa: E712


@pytest.mark.thorough
def test_ten_thousand_short_runs_take_no_more_memory_than_a_hundred(walk):
    """What a finished model leaves behind is freed: as many objects of Mesa after many runs as after few."""
    settings = load(walk(("n: int = 5", "n: int = 2"), ("steps = 4", "steps = 1")))
    counts = []
    for _ in range(2):
        for i in range(300):
            run_arm(settings, "slow", i)
        gc.collect()
        counts.append(sum(issubclass(type(one), mesa.Model) for one in gc.get_objects()))
    assert counts[1] <= counts[0] + 2


def test_an_error_of_one_run_from_python_is_ours(walk):
    with pytest.raises(RunError, match=r"ZeroDivisionError: division by zero \(walk.py, line 29\)"):
        learnsim.run(walk(('self.agents.do("go")', 'self.agents.do("go")\n        if self.steps > 3: 1 / 0')), arm="slow")
    with pytest.raises(SettingsError, match="'slwo' is not an arm"):
        learnsim.run(walk(), arm="slwo")


def test_home_is_not_needed():
    assert Path(shipped_folder() / "mesa").is_dir() and len(EXAMPLES) == 6
