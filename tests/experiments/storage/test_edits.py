"""Edits: what is changed in a file after its run is refused with the difference, or takes effect. There is no third case."""

import json

import pytest

from learnsim import workflow
from learnsim.errors import LearnsimError, ResultsError
from learnsim.settings import load
from learnsim.settings.arms import ArmTable
from learnsim.settings.settings import Settings
from learnsim.workflow import run_experiment

SMALL = """
[experiment]
name = "small"
replicates = 2
[model]
kind = "{kind}"
[organisation]
trainees = 12
communities = 2
cell_size = 3
{world}
[arms.flat-lecture]
[arms.hybrid]
"""
WORLDS = {
    "training": "[training]\nsessions = 3",
    "beliefs": "[beliefs]\nperiods = 3\ndimensions = 6",
    "search": "[search]\nperiods = 3\nloci = 6\ninteractions = 2",
}
OTHERS = {  # settings whose other value is not to be guessed from the one they have
    "experiment.name": "another",
    "experiment.measure": None,
    "experiment.baseline": "hybrid",
    "experiment.engine": "agents",
    "experiment.replicates": 1,
    "experiment.policies": "my.py",
    "experiment.measures": "own.py",
    "experiment.targets": "printed.csv",
    "experiment.precision": {"contrast": "hybrid - flat-lecture", "half_width": 0.5},
    "organisation.roster": "people.csv",
    "organisation.formation": "random",
    "design.kind": "sobol",
    "training.throttle": "slowest",
    "training.leavers": "random",
    "training.absent": "officers",
    "misconceptions.held": [0.6, 1.0],
    "communities.towards": "mastery",
    "prior.by": "person",
    "prior.known": [0.6, 1.0],
    "prior.unknown": [0.0, 0.04],
}
MEASURES = {"training": "gini", "beliefs": "diversity", "search": "best_score"}
RENEWED = {f"experiment.{key}" for key in ("question", "expectation", "measure", "against", "targets", "engine")}


def other_than(name, value):
    """A value that a setting may have and has not."""
    if name in OTHERS:
        return OTHERS[name]
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return "something else"
    if isinstance(value, (int, float)):
        return value + 1 if isinstance(value, int) else value / 2 if value else 0.25
    return {"distribution": "uniform", "low": 0.2, "high": 0.4}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A finished experiment of each kind: its file, its folder, and files that an edit may name."""
    made = {}
    for kind, world in WORLDS.items():
        place = tmp_path_factory.mktemp(kind)
        (place / "small.toml").write_text(SMALL.format(kind=kind, world=world))
        (place / "my.py").write_text("A = 1\n")
        (place / "own.py").write_text("import learnsim\n\n\n@learnsim.measure('time')\ndef time(session):\n    return session\n")
        (place / "printed.csv").write_text("panel,source,arm,low\nP,exact,hybrid,0.25\n")
        (place / "people.csv").write_text("id\n" + "".join(f"P{n}\n" for n in range(12)))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(workflow, "analyse", lambda *arguments, **named: None)
            run_experiment(load(place / "small.toml"), "small.toml", place / "results", quiet=True)
        made[kind] = place
    return made


def declared():
    """Every setting there is."""
    for table, field in Settings.model_fields.items():
        if table not in ("sweep", "arms", "shocks", "parameters", "measures"):
            for key in field.default_factory().model_dump():
                yield f"{table}.{key}"


def outcome_of(place, changes, read=load):
    """What becomes of an edit: the words of the refusal, or what the folder says afterwards."""
    try:
        settings = read(place / "small.toml").changed(changes)
        run_experiment(settings, "small.toml", place / "results", quiet=True)
    except LearnsimError as error:
        return str(error), None
    return "", load(place / "results" / "settings.toml")


@pytest.mark.parametrize("kind", WORLDS)
def test_an_edit_of_any_setting_is_refused_by_its_name_or_takes_effect(finished, monkeypatch, kind):
    """By brute force: whatever is declared, one after the other."""
    place = finished[kind]
    monkeypatch.chdir(place)
    monkeypatch.setattr(workflow, "analyse", lambda *arguments, **named: None)
    plain = load("small.toml")
    tables = plain.model_dump()
    tried = 0
    for name in declared():
        table, key = name.split(".")
        value = MEASURES[kind] if name in ("experiment.measure", "experiment.against") else other_than(name, tables[table][key])
        if name in ("experiment.policies", "experiment.measures", "experiment.targets", "organisation.roster"):
            value = str(place / value)
        if name == "design.kind" or table in ("plan", "fit"):
            continue  # needs a sweep: below; a course that is planned and a fit change no run
        before = (place / "results" / "settings.toml").read_text()
        refusal, there = outcome_of(place, {name: value})
        if refusal:
            assert key in refusal, name
            assert (place / "results" / "settings.toml").read_text() == before, name
            assert name not in RENEWED
        else:
            assert name in RENEWED
            shown = there.model_dump()[table][key]
            assert shown == value or name == "experiment.targets", name
            assert shown, name
        tried += 1
    assert tried > 40


def test_an_edit_of_any_field_of_an_arm_is_refused_by_its_name(finished):
    place = finished["training"]
    fields = load(place / "small.toml").arm("hybrid")._asdict()
    others = {"groups": "communities", "shuffle": "none", "scope": "organisation", "officer": "random", "formation": "random"}
    for key in ArmTable.model_fields:
        if key in ("preset", "network", "rewiring", "phases"):
            continue
        old = fields[key]
        new = others[key] if key in others else not old if isinstance(old, bool) else old + 0.1 if old < 0.9 else old / 2
        refusal, _ = outcome_of(place, {f"arms.hybrid.{key}": new})
        assert key in refusal, key
    refusal, _ = outcome_of(place, {"arms.hybrid.preset": "isolated-cells"})
    assert "arms.hybrid.council" in refusal or "arms.hybrid.instructor" in refusal
    assert outcome_of(place, {"arms.hybrid.preset": "hybrid"})[0] == ""  # says what was so already


@pytest.mark.parametrize(
    ("changes", "difference"),
    [
        ({"sweep": {"organisation.cell_size": [3, 4]}}, "sweep = {} there, {'organisation.cell_size': [3, 4]} here"),
        ({"arms": {"flat-lecture": {}, "mixed": {"preset": "hybrid"}}}, "arm 'hybrid' is only there; arm 'mixed' is only here"),
        ({"arms": {"flat-lecture": {}}}, "arm 'hybrid' is only there"),
        ({"experiment.replicates": 1}, "experiment.replicates = 2 there, 1 here, which are fewer"),
    ],
)
def test_the_refusal_says_what_is_there_and_what_is_here(finished, changes, difference):
    refusal, _ = outcome_of(finished["training"], changes)
    assert difference in refusal and "--fresh" in refusal


def test_equal_numbers_and_another_order_are_distinguished(no_figures, tmp_path):
    sweep = '[sweep]\n"learning.initial_rapport" = [0.5, 1]\n"organisation.cell_size" = [3, 6]\n'
    (tmp_path / "small.toml").write_text(SMALL.format(kind="training", world=f"{WORLDS['training']}\n{sweep}"))
    assert outcome_of(tmp_path, {})[0] == ""
    swept = {"learning.initial_rapport": [0.5, 1], "organisation.cell_size": [3, 6]}
    for other in (dict(reversed(swept.items())), {**swept, "learning.initial_rapport": [0.5, 1.0]}):
        refusal, _ = outcome_of(tmp_path, {"sweep": other})
        assert f"sweep = {swept} there, {other} here" in refusal


def test_another_content_of_a_roster_or_of_policies_is_named(no_figures, tmp_path):
    text = SMALL.format(kind="training", world=WORLDS["training"]).replace("trainees = 12", 'roster = "people.csv"')
    (tmp_path / "small.toml").write_text(text.replace("replicates", 'policies = "my.py"\nreplicates'))
    (tmp_path / "my.py").write_text("")
    people = "id\n" + "".join(f"P{n}\n" for n in range(12))
    (tmp_path / "people.csv").write_text(people)
    assert outcome_of(tmp_path, {})[0] == ""
    (tmp_path / "people.csv").write_text(people.replace("P3", "Q3"))
    assert "(organisation.roster: " in outcome_of(tmp_path, {})[0]
    (tmp_path / "people.csv").write_text(people)
    (tmp_path / "my.py").write_text("A = 1\n")
    assert "(experiment.policies: " in outcome_of(tmp_path, {})[0]
    (tmp_path / "my.py").unlink()
    assert "my.py': there is no such file" in outcome_of(tmp_path, {})[0]


def test_words_measure_targets_and_order_are_renewed_in_the_report(tmp_path, capsys):
    text, file, folder = SMALL.format(kind="training", world=WORLDS["training"]), tmp_path / "small.toml", tmp_path / "results"
    file.write_text(text)
    run_experiment(load(file), "small.toml", folder, quiet=True)
    (tmp_path / "printed.csv").write_text("panel,name,source,arm,low\nP,Number of Mine,exact,hybrid,0.25\n")
    words = '# Question: Whose turn is it?\n# Expected: Nobody knows.\n'
    edited = text.replace("replicates", 'targets = "printed.csv"\nmeasure = "gini"\nengine = "agents"\nreplicates')
    file.write_text(words + edited.replace("[arms.flat-lecture]\n[arms.hybrid]", "[arms.hybrid]\n[arms.flat-lecture]"))
    capsys.readouterr()
    run_experiment(load(file), "small.toml", folder)
    errors = capsys.readouterr().err
    keys = [f"experiment.{key}" for key in ("question", "expectation", "engine", "measure", "targets")]
    assert f"{', '.join(keys)}, the order of the arms renewed in settings.toml and in the report" in errors
    report, settings = (folder / "report.html").read_text(), (folder / "settings.toml").read_text()
    for sentence in ("Whose turn is it?", "Nobody knows."):
        assert sentence in report and sentence in settings
    assert "agents (run by compiled, which gives the same numbers)" in report and 'engine = "agents"' in settings
    assert "Number of Mine" in report and "Number of Mine" in (folder / "targets.csv").read_text()
    assert 'measure = "gini"' in settings and settings.index("[arms.hybrid]") < settings.index("[arms.flat-lecture]")
    run_experiment(load(file), "small.toml", folder)
    assert "renewed" not in capsys.readouterr().err
    file.write_text(text)  # and back
    run_experiment(load(file), "small.toml", folder, quiet=True)
    report = (folder / "report.html").read_text()
    assert "Whose turn" not in report and "Number of Mine" not in report
    assert not (folder / "targets.csv").exists() and not (folder / "targets_given.csv").exists()
    assert not list(folder.glob(".*"))


def test_a_renewal_that_is_interrupted_is_made_by_the_next_command(no_figures, finished, monkeypatch):
    """What tells that nothing is to be renewed comes last."""
    place = finished["search"]

    def killed(*arguments, **named):
        raise KeyboardInterrupt

    for moment in ("learnsim.workflow.analyse", "learnsim.workflow.move_into"):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(moment, killed)
            outcome_of(place, {"experiment.question": f"At {moment}?"})
        renewed = []
        with monkeypatch.context() as patch:
            patch.setattr("learnsim.workflow.analyse", lambda *arguments, **named: renewed.append(1))
            assert outcome_of(place, {"experiment.question": f"At {moment}?"})[1].experiment.question == f"At {moment}?"
        assert renewed


def test_results_of_another_version_are_called_so_and_nothing_else(finished, monkeypatch):
    """A setting that an earlier version did not have makes another identity, but is no difference."""
    place = finished["beliefs"]
    provenance = place / "results" / "provenance.json"
    certificate = json.loads(provenance.read_text())
    with monkeypatch.context() as patch:
        provenance.write_text(json.dumps({**certificate, "identity": "0", "source_hash": "1"}))
        assert "was run with other versions (source 1 there, " in outcome_of(place, {})[0]
        provenance.write_text(json.dumps({**certificate, "identity": "0"}))
        assert "settings.toml, roster, plan, policies or measures were edited there" in outcome_of(place, {})[0]
        patch.undo()
    provenance.write_text(json.dumps(certificate))


@pytest.mark.thorough
def test_an_edit_of_an_unfinished_experiment_is_refused_or_goes_on(no_figures, small_file, run_into, tmp_path):
    file, folder = small_file(5), tmp_path / "results"
    run_into(load(file), folder, seconds=0.001, last_task=3)
    with pytest.raises(ResultsError, match=r"experiment.seed = 1 there, 2 here"):
        run_experiment(load(file, ["experiment.seed=2"]), "small.toml", folder, quiet=True)
    run_experiment(load(file, ["experiment.engine=agents", "experiment.measure=gini"]), "small.toml", folder, quiet=True)
    there = load(folder / "settings.toml").experiment
    assert (there.engine, there.measure) == ("agents", "gini")
    assert json.loads((folder / "provenance.json").read_text())["engine"] == "agents"
