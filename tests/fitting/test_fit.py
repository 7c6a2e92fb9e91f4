"""Fit: known values are found again, the same file gives the same bytes, a killed fit resumes, mistakes get their sentence."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import learnsim
from learnsim.errors import LearnsimError, ResultsError, SettingsError
from learnsim.fit_command import fit_settings
from learnsim.fitting.folder import fit_folder
from learnsim.fitting.scores import read_scores
from learnsim.report.fit_words import fit_answer
from learnsim.settings.write import toml_of

LECTURE, JOINT, HELP = "learning.lecture_effect", "learning.joint_effect", "learning.help_effect"
HOME = Path(__file__).parents[2]
LINE = '''
import mesa


class Line(mesa.Model):
    """Its height is twice its slope, give or take."""

    def __init__(self, slope: float = 1.0, steps_up: int = 2, seed=None):
        super().__init__(seed=seed)
        self.slope, self.steps_up = slope, steps_up
        self.datacollector = mesa.DataCollector(model_reporters={"height": "height", "noise": "noise"})
        self.noise = self.random.gauss(0.0, 0.5)
        self.height = 0.0

    def step(self):
        self.height = self.slope * self.steps_up + self.noise
        self.datacollector.collect(self)
        self.running = False
'''


def free(**ranges):
    return {"fit.free": {name: {"low": low, "high": high} for name, (low, high) in ranges.items()}}


@pytest.mark.exact
def test_a_line_is_solved_exactly(tmp_path, monkeypatch):
    (tmp_path / "line.py").write_text(LINE, encoding="utf-8")
    (tmp_path / "targets.csv").write_text("panel,source,arm,measure,low,high,error\na,exact,usual,height,7,7,0.25\n", encoding="utf-8")
    file = tmp_path / "line.toml"
    file.write_text(
        '[experiment]\nname = "line"\nseed = 1\nmeasure = "height"\ntargets = "targets.csv"\n[model]\nkind = "mesa"\n'
        'class = "line.py:Line"\nsteps = 1\n[fit]\nreplicates = 8\n[fit.free]\n"parameters.slope" = {low = 0.5, high = 9}\n'
        "[arms.usual]\n",
        encoding="utf-8",
    )
    fitted = learnsim.fit(file, workers=1)
    results = learnsim.experiment(file).changed({"parameters.slope": 1.0, "experiment.replicates": 8}).run(tmp_path / "runs", workers=1)
    noise = results.runs["noise"].to_numpy()
    assert fitted.estimate.values[0] == pytest.approx((7.0 - noise.mean()) / 2.0, abs=1e-4)
    assert fitted.estimate.simulated[0] == pytest.approx(7.0, abs=2e-4)
    error = np.sqrt(0.25**2 + noise.var(ddof=1) / 8) / 2.0  # of the target, and of a mean of eight
    assert fitted.estimate.standard_error[0] == pytest.approx(error, rel=1e-3)
    assert fitted.estimate.freedom == 0
    jumps = file.read_text(encoding="utf-8").replace("parameters.slope", "parameters.steps_up")
    file.write_text(jumps, encoding="utf-8")
    with pytest.raises(SettingsError, match="jumps from value to value"):
        learnsim.fit(file, workers=1)


@pytest.mark.thorough
def test_a_setting_of_a_model_of_ones_own_on_our_organisation_is_fitted(tmp_path):
    (tmp_path / "targets.csv").write_text(
        "panel,source,arm,measure,session,low,high,error\na,computed,one-group,heard,6,0.5,0.5,0.02\n", encoding="utf-8"
    )
    tables = {
        "experiment": {"name": "told-on", "seed": 1, "measure": "heard", "targets": str(tmp_path / "targets.csv")},
        "model": {"kind": "organisation", "class": str(HOME / "experiments" / "own" / "rumour.py") + ":Rumour", "steps": 6},
        "organisation": {"trainees": 40, "communities": 1, "cell_size": 40},
        "parameters": {"start": 0.3, "tell": 0.1},
        "fit": {"replicates": 20, "starts": 3, "free": {"parameters.tell": {"low": 0.0005, "high": 0.02, "scale": "log"}}},
        "arms": {"one-group": {"preset": "isolated-cells"}},
    }
    fitted = learnsim.fit(tables, workers=1)
    assert fitted.estimate.simulated[0] == pytest.approx(0.5, abs=0.02)
    assert fitted.settings.parameters["tell"] == fitted.estimate.values[0]
    tables["fit"]["free"] = {"parameters.tel": {"low": 0.1, "high": 0.5}}
    with pytest.raises(SettingsError, match=r"'tel' is not a parameter; did you mean tell"):
        learnsim.fit(tables, workers=1)


def test_a_known_effect_is_found_again(with_scores):
    fitted = fit_settings(with_scores(), "class", workers=2)
    ((name, value, error, low, high),) = fitted.rows()
    assert name == LECTURE and low < value < high and 0.0 < error < 0.5 * value
    assert abs(value - 0.117) < 4.0 * error
    assert fitted.settings.learning.lecture_effect == value
    assert fitted.estimate.freedom == 5 and fitted.estimate.p > 1e-4


@pytest.mark.thorough
def test_the_number_of_workers_and_a_kill_change_no_byte(with_scores, tmp_path):
    file = tmp_path / "class.toml"
    settings = with_scores()
    range_line = f'"{LECTURE}" = {{low = 0.02, high = 1.0, scale = "log"}}'
    file.write_text(
        toml_of(settings) + f'[fit]\nreplicates = 6\ndata = "scores.csv"\n[fit.free]\n{range_line}\n', encoding="utf-8"
    )
    for name, workers in (("one", 1), ("two", 2)):
        fit_settings(learnsim.load(file), str(file), tmp_path / name, workers=workers)
    command = [sys.executable, "-m", "learnsim", "fit", str(file), "--out", str(tmp_path / "killed"), "--workers", "1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
    journal = tmp_path / "killed" / "parts" / "runs.jsonl"
    end = time.monotonic() + 200.0
    while time.monotonic() < end and process.poll() is None:
        if journal.exists() and len(journal.read_bytes().splitlines()) >= 3:
            break
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "it ended before it could be killed"
    before = journal.read_bytes()
    journal.write_bytes(before[:-7])  # a line that was cut off
    subprocess.run(command, check=True, capture_output=True)
    for name in ("fit.csv", "fitted.toml", "fit.html"):
        first = (tmp_path / "one" / name).read_bytes()
        assert (tmp_path / "two" / name).read_bytes() == first
        assert (tmp_path / "killed" / name).read_bytes() == first
    assert sorted(path.name for path in (tmp_path / "killed").iterdir()) == ["fit.csv", "fit.html", "fitted.toml"]
    assert learnsim.load(tmp_path / "one" / "fitted.toml").learning.lecture_effect != settings.learning.lecture_effect
    with pytest.raises(ResultsError, match="holds a fit already"):
        fit_settings(learnsim.load(file), str(file), tmp_path / "one")


def test_an_unfinished_fit_of_other_settings_is_not_continued(with_scores, tmp_path):
    (tmp_path / "out" / "parts").mkdir(parents=True)
    (tmp_path / "out" / "parts" / "fit-of.json").write_text('{"of": "other"}', encoding="utf-8")
    with pytest.raises(ResultsError, match="unfinished fit of other settings"):
        fit_settings(with_scores(), "class", tmp_path / "out")


def test_settings_that_cannot_be_told_apart_are_refused(with_scores):
    ranges = {JOINT: {"low": 0.02, "high": 2.0, "scale": "log"}, HELP: {"low": 0.1, "high": 3.0, "scale": "log"}}
    settings = with_scores().changed({"fit.free": ranges})
    with pytest.raises(SettingsError, match=r"these data say too little of it|cannot be told apart"):
        fit_settings(settings, "class")


def test_a_setting_without_effect_is_refused(with_scores):
    settings = with_scores().changed(free(**{"learning.council_effect": (0.1, 1.0)}))
    with pytest.raises(SettingsError, match="council_effect: these data say nothing of it"):
        fit_settings(settings, "class")


def test_people_who_begin_otherwise_are_the_first_thing_that_is_said(with_scores):
    settings = with_scores()
    known = settings.changed({"prior.share": 0.03})  # and not the .15 with which the scores were made
    fitted = fit_settings(known, "class")
    begun = np.concatenate([scores.pre for scores in fitted.observed.scores.values()]).mean()
    share = (begun - np.mean(settings.prior.unknown)) / (np.mean(settings.prior.known) - np.mean(settings.prior.unknown))
    first, second, *_ = fit_answer(fitted)
    assert first.startswith("These estimates are not to be used: the simulated people begin with other scores")
    assert f"set [prior] share = {share:.2f}, and fit again" in first and abs(share - settings.prior.share) < 0.06
    assert not fit_settings(settings, "class").warnings
    far = settings.changed({"prior.share": 0.7})
    with pytest.raises(SettingsError, match=r"class: these estimates are not to be used: .* set \[prior\] share = .* as it is: "):
        fit_settings(far, "class")
    assert second.startswith("The model does not reproduce these data") or "95 % interval" in second


def test_a_file_that_is_silent_about_the_length_of_the_course_has_a_note(with_scores):
    assert not fit_settings(with_scores(), "class").notes
    tree = with_scores().model_dump(exclude_unset=True)
    del tree["training"]
    assert "taken as 60 sessions with 6 items" in " ".join(fit_settings(learnsim.experiment(tree).settings, "class").notes)


def test_the_page_and_the_class_that_ships_are_the_same():
    shipped = (HOME / "experiments" / "fit" / "class.toml").read_text(encoding="utf-8")
    page = (HOME / "docs" / "FIT.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    lines = [line for line in shipped.splitlines() if line and not line.startswith("#")]
    assert [line for line in example.splitlines() if line] == lines


@pytest.mark.thorough
def test_made_up_data_are_covered(tables):
    settings = learnsim.experiment(tables).settings
    fitted = fit_settings(settings, "class", recover=10)
    assert fitted.recovered.truth.tolist() == [0.117]
    assert fitted.recovered.coverage[0] >= 0.6  # of ten: less has a chance of 1 in 10,000 if it is .95
    assert abs(fitted.recovered.bias[0]) < 0.2
    assert "made up" in fitted.notes[0]


def edited(line, column, text):
    def change(rows):
        rows[line][column] = text
        return rows

    return change


NONSENSE = {
    "a missing arm": (lambda rows: [row for row in rows if row[1] != "hybrid"], "arm 'hybrid' has nobody"),
    "another arm": (edited(3, 1, "hybird"), "line 4, column arm: 'hybird' is not an arm of the experiment; did you mean hybrid"),
    "a score above the highest": (edited(2, 3, "31"), "line 3, column post: 31 is not from 0 to 30"),
    "below 0": (edited(2, 2, "-1"), "line 3, column pre: -1 is not from 0 to 30"),
    "no number": (edited(2, 2, "absent"), "line 3, column pre: 'absent' is not a score"),
    "an empty cell": (edited(2, 3, ""), "line 3, column post: empty is not a score"),
    "twice the same person": (edited(2, 0, "T001"), "line 3, column id: 'T001' is on line 2 too"),
    "few people": (lambda rows: rows[:10], "at least 10 are needed"),
    "constant scores": (lambda rows: [rows[0], *([*row[:3], 9] for row in rows[1:])], "everybody in arm 'flat-lecture' has the same score"),
    "no column": (lambda rows: [row[:3] for row in rows], "line 1 has no column post"),
    "an unknown column": (lambda rows: [[*row, "x"] for row in rows], "column 'x' is not known"),
    "a later test": (lambda rows: [[*rows[0], "later"], *([*row, 5] for row in rows[1:])], "has a column later; say with \\[fit\\] later"),
    "nobody": (lambda rows: rows[:1], "has column names but no trainees"),
    "no number at all": (edited(2, 2, "NaN"), "line 3, column pre: 'NaN' is not a score"),
    "a decimal comma between commas": (edited(2, 3, "12,5"), "'12,5' is not a score; write a point for the comma"),
    "no arm": (edited(2, 1, ""), "line 3, column arm: empty is not an arm"),
    "twice the same column": (lambda rows: [[*row, row[3]] for row in rows], "line 1 names column post twice"),
    "no line of names": (lambda rows: rows[1:], "column 'T001' is not known"),
    "an empty file": (lambda rows: [], "is empty; a file of scores begins with a line of column names"),
}


@pytest.mark.parametrize("case", NONSENSE)
def test_scores_that_cannot_be_used_get_one_sentence(with_scores, case):
    change, words = NONSENSE[case]
    with pytest.raises(SettingsError, match=words) as error:
        fit_settings(with_scores(change, arms={"flat-lecture": {}, "hybrid": {}}), "class")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_scores_are_read_as_any_program_writes_them(with_scores, separator, encoding):
    settings = with_scores(edited(1, 0, "T\u00f6r"))
    fit, arms = settings.fit, list(settings.arms)
    there, notes = read_scores(fit, arms)
    assert not notes
    file = Path(fit.data)
    text = file.read_text(encoding="utf-8").replace("id,arm,pre,post", "ID,Arm,Pre,Post")
    file.write_bytes(text.replace(",", separator).replace("\n", "\r\n").encode(encoding))
    again, notes = read_scores(fit, arms)
    assert all(np.array_equal(again[arm].post, there[arm].post) for arm in arms)
    assert bool(notes) == (encoding == "cp1252")


def test_half_points_may_have_a_comma_between_semicolons(with_scores):
    settings = with_scores()
    file = Path(settings.fit.data)
    lines = file.read_text(encoding="utf-8").replace(",", ";").splitlines()
    lines[1] = "T001;flat-lecture;7,5;12,5"
    file.write_text("\n".join(lines), encoding="utf-8")
    scores, _ = read_scores(settings.fit, list(settings.arms))
    assert (scores["flat-lecture"].pre[0], scores["flat-lecture"].post[0]) == (0.25, 12.5 / 30)


def test_scores_of_a_workbook_are_read(with_scores, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    settings = with_scores()
    there, _ = read_scores(settings.fit, list(settings.arms))
    book = openpyxl.Workbook()
    for line in Path(settings.fit.data).read_text(encoding="utf-8").splitlines():
        book.active.append([int(cell) if cell.isdigit() else cell for cell in line.split(",")])
    book.save(tmp_path / "scores.xlsx")
    again, _ = read_scores(settings.fit.model_copy(update={"data": str(tmp_path / "scores.xlsx")}), list(settings.arms))
    assert all(np.array_equal(again[arm].post, there[arm].post) for arm in there)


@pytest.mark.parametrize("recover", [0, 5])
def test_scores_of_one_arm_only_are_refused(with_scores, recover):
    settings = with_scores(lambda rows: [row for row in rows if row[1] != "peer-instruction"])
    settings = learnsim.settings.validate({**settings.model_dump(exclude_unset=True), "arms": {"flat-lecture": {}}}, "class")
    settings = settings.changed({"fit.data": ""}) if recover else settings
    with pytest.raises(SettingsError, match=r"scores of one arm only, 'flat-lecture'.* write the numbers of this arm as"):
        fit_settings(settings, "class", recover=recover)


def test_the_numbers_of_one_arm_are_fitted_as_targets(tables, tmp_path):
    (tmp_path / "targets.csv").write_text(
        "panel,source,arm,measure,low,high,error\nour class,published,flat-lecture,mean_mastery,0.3,0.3,0.02\n", encoding="utf-8"
    )
    tables["arms"] = {"flat-lecture": {}}
    tables["experiment"] = {**tables["experiment"], "targets": str(tmp_path / "targets.csv")}
    fitted = learnsim.fit(tables, workers=1)
    assert fitted.estimate.simulated[0] == pytest.approx(0.3, abs=0.005)


def test_a_refused_fit_leaves_nothing_and_others_stay_out(with_scores, tmp_path):
    settings = with_scores()
    with pytest.raises(SettingsError):
        fit_settings(settings.changed(free(**{"learning.council_effect": (0.1, 1.0)})), "class", tmp_path / "new" / "out")
    assert not (tmp_path / "new").exists()
    with fit_folder(tmp_path / "out", {"of": "this"}), pytest.raises(ResultsError, match="another run is writing to it"):
        fit_settings(settings, "class", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(ResultsError, match="is a file"):
        fit_settings(settings, "class", tmp_path / "file")
    with pytest.raises(ResultsError, match="cannot be written"):
        fit_settings(settings, "class", tmp_path / "file" / "below")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thing").write_text("x", encoding="utf-8")
    with pytest.raises(ResultsError, match="is no fit"):
        fit_settings(settings, "class", tmp_path / "other")
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["thing"]


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of the size of a file")
def test_a_full_disk_gets_a_sentence_and_the_fit_can_be_resumed(with_scores, tmp_path):
    import resource  # not on Windows

    settings = with_scores()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, before[1]))  # room for the first few runs
    try:
        with pytest.raises(ResultsError, match=r"cannot be written .* the same command resumes the fit"):
            fit_settings(settings, "class", tmp_path / "out", workers=1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (tmp_path / "out" / "parts" / "fit-of.json").exists()
    again = fit_settings(settings, "class", tmp_path / "out", workers=1)
    assert again.rows() == fit_settings(settings, "class", workers=1).rows()


SEVEN = (
    LECTURE, JOINT, HELP, "learning.council_effect", "people.sociability.mean", "people.helpfulness.mean", "curriculum.prerequisite",
)  # fmt: skip
WRONG = {
    "nothing free": ({"fit.free": {}}, "names no setting to estimate"),
    "a jump": (free(**{"organisation.cell_size": (2, 9)}), "organisation.cell_size jumps from value to value"),
    "a policy": (free(**{"arms.flat-lecture.shuffle": (0, 1)}), "jumps from value to value"),
    "an unknown name": (free(**{"learning.lectur_effect": (0.1, 1.0)}), "did you mean lecture_effect"),
    "an end that is not allowed": (free(**{"prior.share": (0.1, 3.0)}), "share = 3.0 must be from 0 to 1"),
    "a sweep": ({"sweep": {"learning.forgetting": [0.0, 0.1]}}, "a fit has one world"),
    "too many": (free(**dict.fromkeys(SEVEN, (0.1, 0.9))), "there are only 6 numbers"),
    "turnover": ({"training.turnover": 0.1}, "people of a test stay to the end"),
    "no such file": ({"fit.data": "nowhere.csv"}, "there is no such file of scores"),
    "nothing to fit to": ({"fit.data": ""}, "has nothing to fit to"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_table_gets_one_sentence(with_scores, case):
    changes, words = WRONG[case]
    settings = with_scores()
    with pytest.raises(LearnsimError, match=words):
        fit_settings(settings.changed(changes), "class")


RANGES = {
    "reversed": ({LECTURE: {"low": 1.0, "high": 0.1}}, "low = 1 must be below high = 0.1; write low = 0.1, high = 1"),
    "log": ({LECTURE: {"low": 0.0, "high": 1.0, "scale": "log"}}, "low = 0 must be above 0 on a log scale; raise it"),
    "scale": ({LECTURE: {"low": 0.1, "high": 1.0, "scale": "lin"}}, "did you mean linear"),
    "unquoted": ({"learning": {"lecture_effect": {"low": 0.1, "high": 1.0}}}, 'write "learning.lecture_effect" = {low = 0.1, high = 1.0}'),
    "a number": ({LECTURE: 0.3}, "should be a table"),
}


@pytest.mark.parametrize("case", RANGES)
def test_a_range_that_cannot_be_gets_its_cure(tables, case):
    tables["fit"]["free"], words = RANGES[case]
    with pytest.raises(SettingsError, match=words):
        learnsim.experiment(tables)


@pytest.mark.thorough
@pytest.mark.published
def test_the_effects_that_ship_are_found_from_hakes_gains(tmp_path):
    fitted = learnsim.fit("two_effects", tmp_path / "out", workers=2)
    for (_, value, error, _, _), shipped in zip(fitted.rows(), (0.117, 0.232), strict=True):
        assert abs(value - shipped) < 2.0 * error
    assert len({tuple(np.round(start.end, 2)) for start in fitted.estimate.starts}) == 1
    page = Path(tmp_path / "out" / "fit.html").read_text(encoding="utf-8")
    assert "Content-Security-Policy" in page and page.count("<img") == 2 and "0.118" in page
