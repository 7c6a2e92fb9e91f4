"""Study: experiments, results and records as objects; the numbers of the files, and one sentence for each mistake."""

import asyncio
import doctest
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from threading import Thread
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from pandas.testing import assert_frame_equal
from typer.testing import CliRunner

import learnsim
from learnsim import workflow
from learnsim.cli import app
from learnsim.csvfile import read_csv
from learnsim.errors import SettingsError
from learnsim.progress import Progress
from learnsim.report.figures.style import style

HOME = Path(__file__).parents[1]
ODD_NAME = '<b>&"'
FILE = """
[experiment]
name = "small"
replicates = 3
[organisation]
trainees = 12
communities = 2
cycle_length = 3
[training]
sessions = 6
[arms.flat-lecture]
[arms.hybrid]
[arms.'<b>&"']
preset = "isolated-cells"
"""
TABLES = tomllib.loads(FILE)
GRID = {"sweep": {"organisation.cell_size": [3, 6], "prior.known": [[0.2, 0.4], [0.3, 0.5]]}}
DRAWN = {
    "sweep": {"organisation.cell_size": {"low": 2, "high": 6}, "learning.lecture_effect": {"low": 0.05, "high": 0.1}},
    "design": {"kind": "latin-hypercube", "points": 24},
}
STATISTICS = {
    "one": ("summary", "contrasts"),
    "grid": ("summary", "contrasts", "effects", "shares"),
    "drawn": ("summary", "contrasts", "sensitivity"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The module's temporary folder."""
    return tmp_path_factory.mktemp("python")


@pytest.fixture(scope="module")
def results(folder):
    """Results of three arms, with figures and report."""
    return learnsim.experiment(TABLES).run(folder / "small", workers=1)


@pytest.fixture
def no_figures(monkeypatch):
    """Leave out the files of figures, which take longer than a small experiment."""
    monkeypatch.setattr("learnsim.report.figures.gallery.draw_figures", lambda *_: [])


@pytest.fixture(scope="module")
def of_design(folder, results):
    """Results by the kind of their design: of one point, of a grid, and of points that were drawn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("learnsim.report.figures.gallery.draw_figures", lambda *_: [])
        swept = {"grid": GRID, "drawn": DRAWN}
        more = {name: learnsim.experiment({**TABLES, **tables}).run(folder / name) for name, tables in swept.items()}
    return {"one": results, **more}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in STATISTICS.items() for name in names])
def test_a_frame_of_statistics_equals_the_csv_file(of_design, kind, name):
    frame = getattr(of_design[kind], name)()
    header, rows = read_csv(of_design[kind].folder / f"{name}.csv")
    assert list(frame.columns) == header and len(frame) == len(rows) > 0
    for column in header:
        texts = [row[column] for row in rows]
        if pd.api.types.is_numeric_dtype(frame[column]):
            np.testing.assert_array_equal(frame[column].to_numpy(), [float(text or "nan") for text in texts])
        else:
            assert frame[column].tolist() == texts


@pytest.mark.parametrize("name", ["runs", "sessions", "distribution"])
def test_a_frame_of_runs_equals_the_parquet_file(results, name):
    assert_frame_equal(getattr(results, name), pd.read_parquet(results.folder / f"{name}.parquet"), check_exact=True)


def test_statistics_merge_with_the_runs_by_swept_settings(of_design):
    keys = ["point", *GRID["sweep"], "arm"]
    summary = of_design["grid"].summary()
    means = of_design["grid"].runs.groupby(keys)["gini"].mean().reset_index()
    both = means.merge(summary[summary.measure == "gini"], on=keys)
    assert len(both) == 12
    assert both["gini"].tolist() == pytest.approx(both["mean"].tolist(), rel=1e-9)


def test_the_command_line_writes_the_same_files(folder, results, no_figures):
    (folder / "small.toml").write_text(FILE)
    command = ["run", str(folder / "small.toml"), "--out", str(folder / "command"), "--workers", "1", "--quiet"]
    assert CliRunner().invoke(app, command).exit_code == 0
    for name in ("runs.parquet", "sessions.parquet", "summary.csv", "contrasts.csv", "settings.toml"):
        assert (folder / "command" / name).read_bytes() == (results.folder / name).read_bytes()


def test_an_opened_folder_gives_the_same_and_nothing_is_written(results):
    def state():
        return {path: (path.stat().st_mtime_ns, path.is_file() and path.read_bytes()) for path in results.folder.rglob("*")}

    before = state()
    opened = learnsim.open(str(results.folder))
    assert_frame_equal(opened.runs, results.runs)
    assert_frame_equal(opened.contrasts(), results.contrasts())
    assert opened.answer == results.answer and "flat-lecture" in opened.answer
    assert opened.report.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert opened.settings.training.sessions == 6 and opened.provenance["runs"] == 9
    assert opened.failed == 0 and opened.failures.empty and list(opened.failures)[:2] == ["point", "arm"]
    opened.plot()
    assert state() == before


def test_everything_prints_itself_in_one_line(results):
    experiment = learnsim.experiment({**TABLES, **GRID})
    assert repr(experiment) == (
        "<Experiment small: training model, 3 arms, sweep of organisation.cell_size, prior.known, 3 replicates>"
    )
    assert repr(experiment.check()) == "<Check small: good; 3 arms x 4 points x 3 replicates = 36 runs; no warnings>"
    assert repr(results) == (
        f"<ExperimentResults small: 3 arms x 1 point x 3 replicates = 9 runs, in {results.folder}>"
    )
    record = learnsim.run(TABLES, seed=7, arm="hybrid")
    assert repr(record) == (
        f"<TrainingRecord: arm hybrid, seed 7, replicate 0; 12 people, 6 sessions; mean_mastery {record['mean_mastery'][-1]:.3f}>"
    )


def test_a_notebook_shows_well_formed_html_with_escaped_names(results, of_design):
    experiment = learnsim.experiment({**TABLES, "experiment": {"question": "a < b & c?"}})
    record = learnsim.run(TABLES, arm=ODD_NAME)
    curves = (results, record)
    for shown in (*curves, of_design["grid"], experiment, experiment.check()):
        html = shown._repr_html_()
        tree = ElementTree.fromstring(html)
        assert tree.findall("table/tbody/tr") and ODD_NAME not in html
        assert any(ODD_NAME in text for text in tree.itertext()) or shown is of_design["grid"]
        assert len(tree.findall("{http://www.w3.org/2000/svg}svg")) == (shown in curves or shown is of_design["grid"])
        assert tree.find("b") is None
    assert "a < b & c?" in "".join(ElementTree.fromstring(experiment._repr_html_()).itertext())


def test_every_figure_of_the_report_is_drawn_by_its_name(results, tmp_path):
    assert {f"{name}.svg" for name in results.figures} == {path.name for path in (results.folder / "figures").glob("*.svg")}
    for name in results.figures:
        figure = results.plot(name)
        assert isinstance(figure, Figure)
        with style():
            figure.savefig(tmp_path / "mine.svg", dpi=150, metadata={"Date": None})
        assert (tmp_path / "mine.svg").read_bytes() == (results.folder / "figures" / f"{name}.svg").read_bytes()


def test_a_record_draws_the_measures_that_are_asked_for():
    record = learnsim.run(TABLES, arm="hybrid")
    lines = record.plot("p10", "p90").axes[0].lines
    assert [list(line.get_ydata()) for line in lines] == [list(record["p10"]), list(record["p90"])]
    assert list(record.plot().axes[0].lines[0].get_ydata()) == list(record.to_frame()["mean_mastery"])


def test_a_notebook_shows_a_figure_at_the_end_of_a_cell(results):
    code = "from IPython.core.interactiveshell import InteractiveShell\nimport learnsim\n"
    code += "show = InteractiveShell.instance().display_formatter.format\n"
    code += f"results = learnsim.open({str(results.folder)!r})\n"
    code += "print(sorted(show(results.plot())[0]), sorted(show(results)[0]))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "['image/png', 'text/plain'] ['text/html', 'text/plain']"


BAD = {
    "unknown file": (lambda r: learnsim.experiment("nowhere.toml"), "nowhere.toml: there is no such file"),
    "unknown name": (lambda r: learnsim.experiment("hybrid_vs_lectur"), "did you mean hybrid_vs_lecture?"),
    "no source": (lambda r: learnsim.experiment(5), "5 is not the path of an experiment file"),
    "unknown setting": (lambda r: learnsim.experiment({"training": {"session": 3}}), "did you mean sessions?"),
    "no arms": (lambda r: learnsim.experiment({}).check(), "settings: has no arms; add one"),
    "no tables": (lambda r: learnsim.experiment({"arms": 3}), "settings: arms = 3 should be a table"),
    "unknown change": (lambda r: learnsim.experiment(TABLES).changed({"training.session": 3}), "did you mean sessions?"),
    "bad seed": (lambda r: learnsim.experiment(TABLES).run(seed="a"), "[experiment] seed = 'a' should be an integer"),
    "bad engine": (lambda r: learnsim.experiment(TABLES).run(engine="fast"), "engine = 'fast' must be"),
    "bad workers": (lambda r: learnsim.experiment(TABLES).run(workers=0), "workers = 0 must be a whole number, 1 or more"),
    "bad folder": (lambda r: learnsim.experiment(TABLES).run(out=5), "out = 5 is not the path of a folder"),
    "other results": (lambda r: learnsim.experiment(TABLES).run(r.folder, seed=5), "experiment.seed = 1 there, 5 here"),
    "no folder": (lambda r: learnsim.open("results/nowhere"), "results/nowhere: there is no such results folder"),
    "no results": (lambda r: learnsim.open(r.folder / "figures"), "contains no learnsim results"),
    "not a folder": (lambda r: learnsim.open(None), "folder = None is not the path of a folder"),
    "near figure": (
        lambda r: r.plot("learning_curve"),
        "'learning_curve' is not a figure of these results, which are learning_curves, slow_and_fast, distribution, tree; "
        "did you mean learning_curves?",
    ),
    "far figure": (lambda r: r.plot(5), "5 is not a figure of these results, which are learning_curves, slow_and_fast"),
    "no indices": (lambda r: r.sensitivity(), "has no sensitivity indices, since [design] kind = 'grid' draws no points"),
    "no effects": (lambda r: r.effects(), "has no effects, since it is no grid"),
    "no targets": (lambda r: r.targets(), "is compared with no numbers"),
    "unknown measure": (lambda r: learnsim.run(TABLES, arm="hybrid")["gin"], "did you mean gini?"),
    "unknown curve": (lambda r: learnsim.run(TABLES, arm="hybrid").plot("mean"), "'mean' is not a measure of a session"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_is_one_sentence_that_says_what_is_allowed(case, results, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    act, sentence = BAD[case]
    with pytest.raises(learnsim.LearnsimError) as caught:
        act(results)
    assert sentence in str(caught.value) and "\n" not in str(caught.value)
    assert caught.value.__suppress_context__ | (caught.value.__context__ is None)
    assert not list(tmp_path.iterdir())


def test_an_interrupted_run_goes_on_by_the_same_call(tmp_path, results, no_figures, monkeypatch):
    run_missing = workflow.run_missing

    class Interrupted(Progress):
        parts = 0

        def advance(self, runs):
            self.parts += 1
            if self.parts == 2:
                raise KeyboardInterrupt

    experiment = learnsim.experiment(TABLES)
    with monkeypatch.context() as patch:
        patch.setattr(
            workflow, "run_missing", lambda design, store, pool, _: run_missing(design, store, pool._replace(seconds=1e-6), Interrupted())
        )
        with pytest.raises(KeyboardInterrupt):
            experiment.run(tmp_path / "r", workers=1)
    with pytest.raises(learnsim.ResultsError, match="is not finished"):
        learnsim.open(tmp_path / "r")
    assert_frame_equal(experiment.run(tmp_path / "r", workers=1).runs, results.runs)
    monkeypatch.setattr(workflow, "run_missing", lambda *ignored: pytest.fail("it was run already"))
    again = experiment.run(tmp_path / "r")
    assert again.folder == tmp_path / "r" and len(again.runs) == 9


def test_a_run_without_a_folder_goes_where_the_command_line_puts_it(tmp_path, no_figures, monkeypatch):
    monkeypatch.chdir(tmp_path)
    unnamed = learnsim.experiment({**TABLES, "experiment": {}})
    assert str(unnamed.run(replicates=1, seed=9, engine="agents", workers=1).folder) == "results/experiment"
    assert str(learnsim.experiment(TABLES).run(replicates=1).folder) == "results/small"
    there = learnsim.open("results/experiment").settings.experiment
    assert (there.replicates, there.seed, there.engine) == (1, 9, "agents")
    assert str(learnsim.experiment(TABLES).run(replicates=2, fresh=True).folder) == "results/small-2"


def test_replicates_stand_in_the_place_of_a_precision():
    precise = {"precision": {"contrast": "hybrid - flat-lecture", "half_width": 0.1}}
    experiment = learnsim.experiment({**TABLES, "experiment": precise})
    fixed = experiment.changed({"experiment.replicates": 5})
    assert fixed.settings.precision is None and fixed.check().runs == 15
    assert experiment.settings.precision is not None
    assert learnsim.experiment(TABLES).changed({"experiment.precision": precise["precision"]}).settings.precision is not None


def test_nothing_is_printed_unless_progress_is_asked_for(tmp_path, no_figures, capfd):
    experiment = learnsim.experiment(TABLES)
    experiment.run(tmp_path / "quiet", workers=1)
    assert capfd.readouterr() == ("", "")
    experiment.run(tmp_path / "loud", workers=1, progress=True)
    out, err = capfd.readouterr()
    assert out == "" and "9 runs in" in err


def test_it_runs_in_a_thread_with_an_event_loop_as_in_a_notebook(tmp_path, no_figures):
    opened = []

    async def cell():
        opened.append(learnsim.experiment(TABLES).run(tmp_path / "r", workers=2))

    thread = Thread(target=lambda: asyncio.run(cell()))
    thread.start()
    thread.join()
    assert len(opened[0].runs) == 9


def test_an_executor_of_ones_own_does_the_work(tmp_path, results, no_figures):
    class Counting(ThreadPoolExecutor):
        tasks = 0

        def submit(self, *ignored, **named):
            self.tasks += 1
            return super().submit(*ignored, **named)

    with Counting(1) as executor:
        runs = learnsim.experiment(TABLES).run(tmp_path / "r", workers=1, executor=executor).runs
    assert executor.tasks > 0
    assert_frame_equal(runs, results.runs)


def test_importing_learnsim_and_checking_an_experiment_is_light():
    code = f"import sys, learnsim\nassert 'numpy' not in sys.modules\nlearnsim.open\nlearnsim.experiment({TABLES!r}).check()\n"
    code += "print([n for n in ('mesa', 'solara', 'matplotlib', 'pandas', 'IPython') if n in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_names_are_completed_and_every_one_of_them_is_there():
    assert set(learnsim.__all__) <= set(dir(learnsim))
    assert all(getattr(learnsim, name) for name in learnsim.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'experimnt'"):
        _ = learnsim.experimnt


@pytest.mark.parametrize("page", ["README.md", "docs/EXPERIMENTS.md"])
def test_the_python_of_the_pages_does_what_it_says(page, tmp_path, no_figures, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.toml").write_text(FILE)
    text = (HOME / page).read_text(encoding="utf-8").partition("import learnsim\n")[2].partition("```")[0]
    exec(text.replace('"hybrid_vs_lecture"', '"my.toml"'), {"learnsim": learnsim})
    assert "is better than flat-lecture" in capfd.readouterr().out
    assert list(tmp_path.glob("curves.*"))


@pytest.mark.parametrize("module", ["api", "study", "study_results", "sharding", "experiments.design.share", "models.record"])
def test_the_examples_of_docstrings_do_what_they_say(module, tmp_path, no_figures, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = doctest.testmod(import_module(f"learnsim.{module}"), optionflags=doctest.ELLIPSIS)
    assert done.attempted and not done.failed


def test_changes_that_are_no_dictionary_are_one_sentence():
    for changes in ("training.sessions=5", ["training.sessions"], 3, None):
        with pytest.raises(SettingsError, match=r"is not a dictionary of settings; write for example \{'training.sessions': 30\}"):
            learnsim.experiment("hybrid_vs_lecture").changed(changes)
