"""Schema: every experiment that ships is valid against it, and mistakes that an editor can see are not."""

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest

from learnsim.models.registry import MODELS
from learnsim.settings import Settings
from learnsim.settings import schema as schema_module
from learnsim.settings.load import preface_of
from learnsim.settings.schema import FIRST_LINE, SCHEMA_FILE, schema, schema_text
from learnsim.settings.shipped import shipped, shipped_folder
from learnsim.settings.starter import copy_of, refresh_schema, starter

SHIPPED = sorted(shipped_folder().rglob("*.toml"))
CHECKER = jsonschema.Draft202012Validator(schema())
GOOD = {"arms": {"hybrid": {"council": 0.2}, "flat-lecture": {}}, "sweep": {"organisation.cell_size": [3, 6]}}
MESA = {"kind": "mesa", "class": "schelling.py:Schelling"}


def mistakes(tree):
    """What is wrong with a tree of tables; dates are texts in JSON."""
    return [error.message for error in CHECKER.iter_errors(json.loads(json.dumps(tree, default=str)))]


def test_it_is_a_schema_itself():
    jsonschema.Draft202012Validator.check_schema(schema())
    written = json.loads(schema_text())
    assert written.pop("$comment").startswith("written by learnsim: ") and written == schema()


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_shipped_experiment_is_valid(file):
    assert mistakes(tomllib.loads(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("kind", [name for name, info in MODELS.items() if not info.of_class])
def test_the_starter_of_every_model_is_valid_and_names_the_schema(kind):
    text = starter("mine", kind)
    assert text.splitlines()[0] == FIRST_LINE and mistakes(tomllib.loads(text)) == []


WRONG = [
    {"organisation": {"cel_size": 3}},
    {"organisation": {"cell_size": "three"}},
    {"organisation": {"cell_size": 0}},
    {"organisations": {}},
    {"arms": {"hybrid": {"councl": 0.1}}},
    {"arms": {"hybrid": {"council": 1.5}}},
    {"arms": {"hybrid": {"groups": "pairs"}}},
    {"arms": {"hybrid": {"phases": [{"shuffle": "none"}]}}},
    {"sweep": {"organisation.cel_size": [3, 6]}},
    {"sweep": {"organisation.cell_size": 3}},
    {"sweep": {"organisation.cell_size": ["three"]}},
    {"sweep": {"organisation.cell_size": [0, 3]}},
    {"sweep": {"people.learning_speed.mean": [0.5, 1.5]}},
    {"sweep": {"people.learning_speed": [{"distribution": "beta", "mean": 1.5, "sd": 0.1}]}},
    {"sweep": {"arms.hybrid.council": [0.5, 1.5]}},
    {"sweep": {"arms.hybrid.preset": ["hybird"]}},
    {"sweep": {"arms.hybrid.phases.0.cell_size": [0]}},
    {"sweep": {"shocks.0.kind": ["strike"]}},
    {"arms": {"mine": {"preset": "hybird"}}},
    {"arms": {"mine": {"council": 0.1}}},
    {"arms": {"hybrid": {"phases": [{"from": 3, "preset": "hybird"}]}}},
    {"shocks": [{"att": 3}]},
    {"model": {"kind": "mesa", "class": "x:Y", "stpes": 3}},
    {"people": {"learning_speed": {"distribution": "beta", "mean": 2.0, "sd": 0.1}}},
]


@pytest.mark.parametrize("change", WRONG, ids=str)
def test_what_an_editor_can_see_is_marked(change):
    assert mistakes(GOOD) == [] and mistakes(GOOD | change)


def test_good_sweeps_are_not_marked():
    phased = {"mine": {"preset": "hybrid", "phases": [{"from": 3, "cell_size": 4}]}, "a.b": {"preset": "hybrid"}}
    sweep = {
        "organisation.cell_size": {"low": 2, "high": 8},
        "people.learning_speed.mean": [0.1, 0.5],
        "people.learning_speed.distribution": ["beta", "lognormal"],
        "people.learning_speed": [{"distribution": "constant", "value": 0.5}],
        "shocks.0.count": [1, 2],
        "arms.mine.phases.0.from": [3, 5],
        "arms.mine.phases.0.cell_size": [3, 5],
        "arms.mine.shuffle": ["random", "one-of-my-own"],
        "arms.\"a.b\".council": {"low": 0.0, "high": 0.5},
    }
    assert mistakes({"arms": phased, "sweep": sweep, "shocks": [{"at": 3, "kind": "leave", "who": "trainees", "count": 1}]}) == []


def test_arms_of_a_model_of_ones_own_are_parameters():
    arms = {"tolerant": {"homophily": 0.3}}
    assert mistakes({"model": MESA, "parameters": {"width": 20}, "arms": arms, "sweep": {"parameters.density": [0.6]}}) == []
    assert mistakes({"model": {"kind": "training"}, "arms": arms})
    assert mistakes({"model": MESA, "arms": arms, "sweep": {"arms.tolerant.density": [5.0], "arms.tolerant.preset": [True]}}) == []


def test_every_setting_is_in_it_with_its_meaning():
    there = schema()
    for table, field in Settings.model_fields.items():
        for key, declared in getattr(field.annotation, "model_fields", {}).items():
            said = there["$defs"][field.annotation.__name__]["properties"][key]
            assert said["description"].startswith(declared.description), (table, key)


def test_a_copy_of_a_shipped_experiment_names_it_too(tmp_path):
    for name in ("hybrid_vs_lecture", "schelling"):
        text = copy_of(name, tmp_path / "mine.toml")[tmp_path / "mine.toml"]
        assert text.splitlines()[0] == FIRST_LINE and text.count(FIRST_LINE) == 1
        assert preface_of(text) == preface_of(shipped()[name].read_text(encoding="utf-8"))


def test_an_older_schema_of_ours_is_brought_up_to_date(tmp_path):
    beside, older = tmp_path / SCHEMA_FILE, {"title": "an experiment of an older learnsim"}
    beside.write_text(json.dumps({"$comment": schema_module._comment(older), **older}))
    assert refresh_schema(beside).endswith("was of another version, and is up to date now")
    assert beside.read_text() == schema_text() and refresh_schema(beside) == ""


@pytest.mark.parametrize("text", ["{}", "[]", "no JSON", schema_text().replace("cell_size", "group_size"), '{"$comment": "mine"}'])
def test_a_schema_that_is_not_as_we_wrote_it_stays(tmp_path, text):
    beside = tmp_path / SCHEMA_FILE
    beside.write_text(text)
    assert "stays as it is" in refresh_schema(beside) and beside.read_text() == text


@pytest.mark.thorough
def test_init_writes_it_beside_the_experiment_and_the_command_prints_it(tmp_path, environment):
    def learnsim(*words):
        command = [sys.executable, "-m", "learnsim", *words]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False)

    assert learnsim("init", "mine.toml").returncode == 0
    assert (tmp_path / SCHEMA_FILE).read_text() == schema_text() == learnsim("schema").stdout
    assert learnsim("init", "another.toml").returncode == 0
    (tmp_path / SCHEMA_FILE).write_text("{}")
    third = learnsim("init", "third.toml", "--from", "hybrid_vs_lecture")
    assert third.returncode == 0 and f"note: {SCHEMA_FILE}: is not as learnsim wrote it" in third.stderr
    (tmp_path / SCHEMA_FILE).unlink()
    assert f"with {SCHEMA_FILE}" in learnsim("init", "fourth.toml", "--from", "schelling").stdout
    assert learnsim("schema", "--out", "nowhere/x.json").returncode == 2
    assert learnsim("run", "mine.toml", "--dry-run").returncode == 0


def test_a_shell_completes_commands(environment):
    asked = {"_LEARNSIM_COMPLETE": "complete_bash", "COMP_WORDS": "learnsim sch", "COMP_CWORD": "1"}
    command = [sys.executable, "-c", "import sys; sys.argv = ['learnsim']; from learnsim.cli import app; app(prog_name='learnsim')"]
    done = subprocess.run(command, env=environment | asked, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.split() == ["schema"]


@pytest.mark.thorough
@pytest.mark.skipif(not shutil.which("npx"), reason="Taplo comes with npx")
def test_taplo_agrees(tmp_path):
    """Of every shipped experiment that it is right, and of mistakes that they are."""
    (tmp_path / SCHEMA_FILE).write_text(schema_text())

    def lint(*files):
        words = ["npx", "--yes", "@taplo/cli", "lint", "--schema", (tmp_path / SCHEMA_FILE).as_uri(), *map(str, files)]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
        if "npm err" in done.stderr.lower():
            pytest.skip("npm reaches no registry here")
        return done

    good, wrong = tmp_path / "good.toml", tmp_path / "wrong.toml"
    good.write_text(starter("good"))
    done = lint(good, *SHIPPED)
    assert done.returncode == 0, done.stderr[-500:]
    for old, new in (
        ("trainees = ", "traineees = "),
        ('preset = "hybrid"', 'preset = "hybird"'),
        ("[arms.hybrid]", '[sweep]\n"organisation.cell_size" = ["three"]\n[arms.hybrid]'),
        ("[arms.hybrid]", '[sweep]\n"arms.hybrid.council" = [1.5]\n[arms.hybrid]'),
    ):
        assert old in starter("wrong")
        wrong.write_text(starter("wrong").replace(old, new))
        assert lint(wrong).returncode != 0, new


def test_the_shipped_folder_is_there():
    assert Path(shipped_folder()).is_dir() and len(SHIPPED) > 30
