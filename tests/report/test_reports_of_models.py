"""Reports of models: tables, answers, figures and reports of every model say what is there, also where it is missing."""

import pytest

from helpers.figure_checks import run_of
from learnsim.analysis.summary import Summary
from learnsim.experiments.storage.results import open_results
from learnsim.report.answer import answer
from learnsim.report.comparison_table import MOST_COMPARED, comparison_table
from learnsim.report.design_tables import facts_of
from learnsim.report.figures.comparison import HIGHEST, comparison_figure
from learnsim.report.figures.gallery import draw_figures
from learnsim.report.figures.importance import indices_figure
from learnsim.report.figures.organisation import organisation_arm
from learnsim.report.figures.style import style
from learnsim.report.labels import measure_title
from learnsim.report.text_tables import extremes_table, summary_table
from learnsim.settings import load, validate
from learnsim.workflow import run_experiment

SIZE = {"trainees": 12, "communities": 2, "cell_size": 3}
TABLES = {
    "training": {"training": {"sessions": 4}},
    "beliefs": {"beliefs": {"dimensions": 6, "periods": 8}},
    "search": {"search": {"loci": 5, "interactions": 2, "periods": 8}},
}
ARMS = {"flat-lecture": {}, "hybrid": {}}


def run(folder, kind, *, arms=ARMS, replicates=3, experiment=None, sweep=None, design=None, **tables):
    """Run an experiment, and return its summary."""
    asked = {} if "precision" in (experiment or {}) else {"replicates": replicates}
    tree = {"experiment": asked | (experiment or {}), "model": {"kind": kind}, "organisation": SIZE, "arms": arms, **TABLES[kind], **tables}
    tree |= ({"sweep": sweep} if sweep else {}) | ({"design": design} if design else {})
    run_experiment(validate(tree, "test"), "test", folder, 1, quiet=True)
    return Summary(open_results(folder))


RESTLESS = {"beliefs": {"dimensions": 6, "periods": 8, "turnover": 0.1}}
NEVER = {"measure": "periods_to_settle"}


@pytest.mark.parametrize("arms", [ARMS, {"hybrid": {}}], ids=["two arms", "one arm"])
@pytest.mark.parametrize(
    ("sweep", "design"),
    [
        (None, None),
        ({"beliefs.adoption": [0.1, 0.5], "beliefs.reading": ["figures", "text"]}, None),
        ({"beliefs.adoption": {"low": 0.1, "high": 0.9}}, {"kind": "morris", "points": 2}),
    ],
    ids=["no sweep", "grid", "morris"],
)
def test_a_measure_that_is_missing_everywhere_is_reported_as_missing(tmp_path, arms, sweep, design):
    summary = run(tmp_path / "r", "beliefs", experiment=NEVER, arms=arms, sweep=sweep, design=design, **RESTLESS)
    assert answer(summary) == ["Periods to settle is missing in every run: arms cannot be compared by it."]
    assert "failed" not in str(summary_table(summary).rows)
    assert "missing in every run" in (tmp_path / "r" / "report.html").read_text(encoding="utf-8")


def test_a_measure_that_is_missing_in_some_runs_is_reported_as_missing(tmp_path):
    fields = {"preset": "flat-lecture", "network": "full"}
    summary = run(tmp_path / "r", "search", experiment={"measure": "periods_to_settle"}, arms={"hybrid": {}, "flat-lecture": {}, "all": fields})
    missing = {arm: 3 - summary.estimates["periods_to_settle"].count[0, n] for n, arm in enumerate(("hybrid", "flat-lecture", "all"))}
    assert missing["flat-lecture"] == 3 and missing["all"] == 0
    (label_texts,) = [sentence for sentence in answer(summary) if "missing" in sentence]
    assert label_texts == f"Periods to settle is missing in {3 + missing['hybrid']} of 6 runs of hybrid and flat-lecture."


def test_a_precision_of_a_missing_measure_is_not_reported_as_reached(tmp_path):
    asked = {"measure": "periods_to_settle", "contrast": "hybrid - flat-lecture", "half_width": 0.1, "min": 3, "max": 9}
    summary = run(tmp_path / "r", "beliefs", experiment={"precision": asked}, **RESTLESS)
    assert dict(facts_of(summary))["Replicates"].endswith("not reached")


@pytest.mark.parametrize(("kind", "clock", "measure"), [("training", "session", "mean mastery"), ("beliefs", "period", "mean payoff"), ("search", "period", "mean score")])
def test_the_report_speaks_of_the_models_own_measure_and_time(tmp_path, kind, clock, measure):
    run(tmp_path / "r", kind)
    report = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    assert f"difference: {measure} against flat-lecture" in report
    assert f"Shares are of a {clock};" in report and f"every {clock} in" in report
    assert "mastery" not in report or kind == "training"


def test_elementary_effects_are_drawn_in_the_measures_unit(tmp_path):
    sweep = {"search.exponent": {"low": 1, "high": 8}, "search.interactions": {"low": 0, "high": 4}}
    summary = run(tmp_path / "r", "search", sweep=sweep, design={"kind": "morris", "points": 2})
    label_texts = {label for panel in indices_figure(summary).axes for label in (panel.get_xlabel(), panel.get_ylabel())}
    assert any("score" in label for label in label_texts) and not any("mastery" in label for label in label_texts)


def test_measures_have_titles_that_say_what_they_are():
    assert measure_title("sessions_to_0_8") == "sessions to 0.8"
    assert measure_title("periods_to_settle") == "periods to settle"
    assert measure_title("at_optimum") == "share at the optimum"


def test_of_a_few_points_the_note_says_that_all_are_shown(tmp_path):
    sweep = {"beliefs.adoption": {"low": 0.1, "high": 0.9}}
    summary = run(tmp_path / "r", "beliefs", sweep=sweep, design={"kind": "latin-hypercube", "points": 4})
    assert extremes_table(summary, summary.measure).note.startswith("All 4 points; all of them are in contrasts.csv")
    assert extremes_table(summary, summary.measure, most=1).note.startswith("The 1 highest and the 1 lowest of 4 points")


def test_an_arm_on_a_classic_network_has_no_tree(tmp_path):
    full = {"preset": "flat-lecture", "network": "full"}
    summary = run(tmp_path / "r", "search", arms={"hybrid": {"network": "full"}, "full": full})
    assert organisation_arm(summary) == "" and not (tmp_path / "r" / "figures" / "tree.png").exists()
    assert organisation_arm(run(tmp_path / "s", "search", arms={"isolated-cells": {}, "full": full})) == "isolated-cells"


@pytest.mark.filterwarnings("error")
@pytest.mark.thorough
def test_names_are_drawn_as_they_are_written(tmp_path):
    summary = run(tmp_path / "r", "beliefs", arms={r"$\frac$": {"preset": "hybrid"}, "\u65e5\u672c": {"preset": "hybrid"}})
    (tmp_path / "f").mkdir()
    draw_figures(tmp_path / "f", summary, run_of(summary))
    assert r"$\frac$" in (tmp_path / "f" / "learning_curves.svg").read_text(encoding="utf-8")


def compared(folder, lines):
    """Return the summary of an experiment that is compared with these lines."""
    folder.mkdir()
    (folder / "t.csv").write_text("panel,name,source,arm,low\n" + "".join(lines))
    text = "[experiment]\nreplicates = 2\ntargets = 't.csv'\n[model]\nkind = 'search'\n[organisation]\ntrainees = 12\n"
    (folder / "it.toml").write_text(f"{text}[search]\nloci = 5\ninteractions = 0\nperiods = 20\n[arms.hybrid]\nnetwork = 'full'\n")
    settings = load(folder / "it.toml")
    run_experiment(settings, "it.toml", folder / "out", 1, quiet=True)
    return Summary(open_results(folder / "out"))


@pytest.mark.parametrize("panels", [1, 300], ids=["one panel", "a panel each"])
@pytest.mark.thorough
def test_of_very_many_numbers_figure_and_table_show_a_part(tmp_path, panels):
    """The figure shows the first, the table those that are not as expected."""
    lines = [f"P{n % panels},n{n},exact,hybrid,{1 if n else 0.5}\n" for n in range(300)]  # one smooth hill: all end at 1
    summary = compared(tmp_path / "r", lines)
    with style():
        figure = comparison_figure(summary)
    assert figure.get_figheight() <= HIGHEST + 2.0  # with its title
    assert "of 300 numbers" in figure.get_suptitle()
    sheet = comparison_table(summary.comparisons)
    assert len(sheet.rows) == 1 and "n0" in sheet.rows[0] and f"{MOST_COMPARED} at most" in sheet.note
