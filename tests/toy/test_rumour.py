"""A model of the user's own goes all the way: from a file through sweep, store and statistics to the report."""

import importlib
import re
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import learnsim
from learnsim.browser.page_settings import PageSettings
from learnsim.cli import app
from learnsim.errors import ResultsError, SettingsError
from learnsim.experiments.storage.results import open_results
from learnsim.models.info import ModelInfo
from learnsim.models.registry import MODELS, register, unregister
from learnsim.models.runs import run_arm
from learnsim.settings import Settings, load, validate
from learnsim.settings.declare import Table, setting

TOY = Path(__file__).with_name("rumour.py")
FILE = """\
# Question: how fast does a rumour get round?
[experiment]
name = "rumour"
replicates = 4
baseline = "flat-lecture"
[model]
kind = "rumour"
[organisation]
trainees = 24
communities = 2
cell_size = 4
cycle_length = 3
[rumour]
start = 0.1
periods = 12
[arms.flat-lecture]
[arms.isolated-cells]
[arms.shuffled-cells]
"""
SWEEP = '[sweep]\n"rumour.tell" = [0.0, 0.5]\n"organisation.cell_size" = [3, 6]\n'


@pytest.fixture(autouse=True)
def toy():
    """The module of the toy model, which is registered as long as a test lasts."""
    module = import_module("toy.rumour")
    register(module.RUMOUR)
    yield module
    unregister("rumour")


@pytest.fixture
def file(tmp_path):
    """An experiment file of the toy model."""
    path = tmp_path / "rumour.toml"
    path.write_text(FILE)
    return path


def output_of(*arguments):
    """What a command prints."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def small(**tables):
    return validate({**tomllib.loads(FILE), **tables}, "x")


def refused(tree):
    with pytest.raises(SettingsError) as error:
        validate(tree, "x")
    return str(error.value).removeprefix("x: ")


def test_the_toy_is_shorter_than_120_lines():
    assert len(TOY.read_text().splitlines()) < 120


def test_a_model_of_ones_own_stands_in_the_list():
    listed = output_of("list")
    assert re.search(r"^  rumour +a rumour that is told in cells$", listed, re.MULTILINE)
    assert "measures of a period, kind = rumour\n  heard      share of people who have heard it [share]\n" in listed
    assert "measures of a run, kind = rumour\n  periods_to_all  first period" in listed


def test_init_writes_a_file_of_it_that_check_accepts(tmp_path):
    path = tmp_path / "mine.toml"
    output_of("init", path, "--kind", "rumour")
    text = path.read_text()
    assert "# Question: how fast does a rumour get round?" in text
    assert "[rumour]  # how a rumour spreads\n" in text
    assert "# chance of telling a cellmate in a period [probability]" in text
    assert "rewiring" not in text and "[curriculum]" not in text
    assert load(path).model.kind == "rumour"
    assert "good; 3 arms x 1 point x 20 replicates = 60 runs" in output_of("check", path)


def test_its_own_rule_is_right_in_the_limits(toy):
    assert not toy.hears(0, 1.0, 0.0) and toy.hears(1, 1.0, 0.0)
    everybody = run_arm(small(rumour={"tell": 1.0, "start": 0.2}), "isolated-cells")
    assert everybody["untouched"][0] == everybody["untouched"][-1]  # a rumour does not leave its cell
    assert everybody["heard"][1] == 1.0 - np.isin(everybody.cell, everybody.cell[everybody.heard], invert=True).mean()
    silent = run_arm(small(rumour={"tell": 0.0}), "shuffled-cells")
    assert (silent["heard"] == silent["heard"][0]).all()


def test_it_runs_from_a_file_to_tables_figures_and_report(file, tmp_path):
    out = tmp_path / "results"
    assert "heard" in output_of("run", file, "--out", out, "--set", "rumour.tell=0.3")
    report = (out / "report.html").read_text()
    assert "how fast does a rumour get round?" in report and "rumour: a rumour that is told in cells" in report
    assert "final knowledge of a person" in report
    assert {"learning_curves.png", "distribution.png", "tree.png"} <= {path.name for path in (out / "figures").iterdir()}
    assert "For whom" not in report  # it has no quarters to compare
    assert (out / "summary.csv").read_text(encoding="utf-8-sig").startswith("arm,")
    assert tomllib.loads((out / "settings.toml").read_text())["rumour"] == {"start": 0.1, "tell": 0.3, "periods": 12}
    results = open_results(out)
    flat, isolated, shuffled = results.measure("heard")[0].mean(axis=1)
    assert flat < isolated < shuffled
    assert "heard" in output_of("show", out)
    assert "identical: sessions, runs, distribution" in output_of("reproduce", out)


@pytest.mark.thorough
def test_its_settings_are_swept_and_what_decides_is_ranked(file, tmp_path):
    file.write_text(FILE + SWEEP)
    out = tmp_path / "results"
    output_of("run", file, "--out", out)
    results = open_results(out)
    assert results.measure("heard").shape == (4, 3, 4)
    assert (out / "sensitivity.csv").exists() or "rumour.tell" in (out / "report.html").read_text()
    assert (out / "figures" / "heatmap.png").exists()


@pytest.mark.thorough
def test_its_runs_go_to_other_processes_too(file, tmp_path):
    one, other = tmp_path / "threads", tmp_path / "processes"
    output_of("run", file, "--out", one, "--replicates", 1)
    output_of("run", file, "--out", other, "--replicates", 1, "--engine", "agents", "--workers", 2)
    assert (open_results(one).measure("heard") == open_results(other).measure("heard")).all()


def test_mistakes_in_its_table_give_errors_as_in_any_other():
    assert refused({"model": {"kind": "rumor"}}) == (
        "[model] kind = 'rumor' must be one of training, beliefs, search, mesa, organisation, rumour; did you mean rumour?"
    )
    assert refused({"model": {"kind": "rumour"}, "rumour": {"tel": 0.1}}) == "[rumour] tel is not a setting; did you mean tell?"
    assert refused({"model": {"kind": "rumour"}, "rumour": {"tell": 2.0}}) == "[rumour] tell = 2.0 must be from 0 to 1"
    assert "did you mean rumour.tell?" in refused(small().model_dump(exclude_unset=True) | {"sweep": {"tell": [0.1]}})
    assert refused({"rumour": {"tell": 0.2}}) == (
        "[rumour] tell is not a setting of [model] kind = 'training'; it belongs to kind = 'rumour'"
    )
    assert refused({"model": {"kind": "rumour"}, "beliefs": {"dimensions": 7}}) == (
        "[beliefs] dimensions is not a setting of [model] kind = 'rumour'; it belongs to kind = 'beliefs'"
    )
    with pytest.raises(SettingsError, match=r"rumour.tel is not a setting; did you mean tell\?|\[rumour\] tel is not"):
        Settings().changed({"rumour.tel": 0.1})


def test_the_page_says_that_it_cannot_show_it():
    with pytest.raises(SettingsError, match=r"the page plays the models training, beliefs, search, and this is \[model\] kind = 'rumour'"):
        PageSettings(small()).prepared()


def info(**changes):
    class Other(Table):
        """Another table."""

        periods: int = setting(3, "periods")

    usual = {
        "name": "other", "meaning": "m", "question": "q?", "tables": {"other": Other}, "periods": "other.periods",
        "session_measures": {"level": ("a level", "share")}, "headline": ("level",), "standing": "s", "run": print,
    }  # fmt: skip
    return ModelInfo(**{**usual, **changes})


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"tables": {"rumour": Table}}, r"there is a table \[rumour\] already"),
        ({"tables": {"organisation": Table}}, r"there is a table \[organisation\] already"),
        ({"tables": {"arms": Table}}, r"there is a table \[arms\] already"),
        ({"session_measures": {"heard": ("m", "u")}, "headline": ("heard",)}, "'heard' is a measure of rumour already"),
        ({"headline": ("hard",)}, "must name session measures"),
        ({"headline": ()}, "must name session measures"),
        ({"columns": (("levle", "level", 3),)}, r"columns: 'levle' is not a measure; did you mean level\?"),
        ({"more_is_better": ("levels",)}, "more_is_better: 'levels' is not a measure"),
        ({"periods": "other.period"}, r"periods: 'other.period' is not a setting; did you mean other.periods\?"),
        ({"reads": ("training.cycles",)}, "reads: 'training.cycles' is not a setting"),
    ],
)
def test_what_cannot_be_distinguished_is_not_registered(changes, why):
    with pytest.raises(SettingsError, match=f"model 'other': .*{why}"):
        register(info(**changes))
    assert "other" not in MODELS and "other" not in Settings.model_fields


def test_a_model_that_is_registered_again_takes_the_place_of_the_first():
    register(info(tables={**info().tables, "more": Table}))
    register(info(meaning="better"))
    try:
        assert MODELS["other"].meaning == "better" and "more" not in Settings.model_fields
        assert Settings(model={"kind": "other"}, other={"periods": 5}).other.periods == 5
    finally:
        unregister("other")
    assert refused({"other": {"periods": 5}}).startswith("[other] is not a table")


def test_results_of_a_model_whose_code_has_changed_are_not_continued(tmp_path, monkeypatch):
    module, results = tmp_path / "gossip.py", tmp_path / "results"
    (tmp_path / "words.py").write_text("MEANING = 'a rumour by another name'\n")
    text = TOY.read_text().replace('"rumour', '"gossip').replace("rumour = setup.settings, setup.settings.rumour", "rumour = setup.settings, setup.settings.gossip")
    module.write_text(text.replace("import numpy", "import words\nimport numpy").replace('"heard":', '"gossip_heard":').replace('"untouched":', '"gossip_untouched":').replace('("heard", "untouched")', '("gossip_heard", "gossip_untouched")').replace('self["heard"]', 'self["gossip_heard"]').replace('"periods_to_all"', '"periods_of_gossip"'))
    file = tmp_path / "gossip.toml"
    file.write_text(FILE.replace("rumour", "gossip"))
    monkeypatch.syspath_prepend(tmp_path)

    def imported():
        for name in ("gossip", "words"):
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
        return import_module("gossip")

    try:
        imported()
        learnsim.experiment(file).run(results)
        assert (results / "model" / "gossip.py").read_bytes() == module.read_bytes() and (results / "model" / "words.py").is_file()
        assert learnsim.experiment(file).run(results).runs.shape[0] > 0  # nothing has changed: it is finished
        for edited in (module, tmp_path / "words.py"):
            before = edited.read_text()
            edited.write_text(before + "\n# another rule\n")
            imported()
            with pytest.raises(ResultsError, match=rf"other versions \(the model's own code: {edited.name}\)") as caught:
                learnsim.experiment(file).run(results)
            assert caught.value.__notes__[0].splitlines()[-1] == "+# another rule"
            edited.write_text(before)
            imported()
            learnsim.experiment(file).run(results)
    finally:
        unregister("gossip")
