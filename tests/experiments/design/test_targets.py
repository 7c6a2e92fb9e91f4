"""Targets: what a CSV file of published numbers may say of an experiment, and the error of a mistake in it."""

import shutil

import pytest

from learnsim.errors import SettingsError
from learnsim.experiments.design.checks import design_of
from learnsim.experiments.storage.lock import renewed_by, write_settings
from learnsim.provenance import identity, numbers_of
from learnsim.settings import load

FILE = """
[experiment]
name = "held"
replicates = 2
targets = "printed.csv"
[organisation]
trainees = 24
communities = 2
[training]
sessions = 6
[arms.flat-lecture]
[arms.hybrid]
"""
SWEEP = '[sweep]\n"learning.help_effect" = [0.3, 0.1, 0.2]\n"prior.by" = ["item", "person"]\n'
HEADER = "panel,name,source,statistic,arm,over,measure,session,low,high,error,runs,expect"
SWEPT = f"{HEADER},learning.help_effect,prior.by"


def design_with(folder, *lines, header=HEADER, more=""):
    """Return the design of an experiment in this folder that is compared with the lines of a CSV file."""
    (folder / "printed.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    (folder / "held.toml").write_text(FILE + more)
    return design_of(load(folder / "held.toml"), "held.toml")


def swept(folder, *lines):
    return design_with(folder, *lines, header=SWEPT, more=SWEEP)


def test_a_line_of_the_fewest_columns_is_the_mean_at_the_end_known_exactly(tmp_path):
    (target,) = design_with(tmp_path, "Figure 1,exact,hybrid,0.5", header="panel,source,arm,low").targets
    assert (target.panel, target.name, target.source, target.statistic) == ("Figure 1", "", "exact", "mean")
    assert (target.arm, target.over, target.measure, target.session) == ("hybrid", "", "mean_mastery", None)
    assert (target.low, target.high, target.error, target.runs) == (0.5, 0.5, None, None)
    assert (target.points, target.values, target.along, target.expect) == ((0,), {}, "", "agrees")


def test_an_experiment_without_targets_has_none(tmp_path):
    (tmp_path / "held.toml").write_text(FILE.replace('targets = "printed.csv"', ""))
    assert design_of(load(tmp_path / "held.toml"), "held.toml").targets == ()


def test_columns_come_in_any_order(tmp_path):
    (target,) = design_with(tmp_path, "0.5,hybrid,7,published,P", header="low,arm,runs,source,panel").targets
    assert (target.low, target.arm, target.runs, target.source, target.panel) == (0.5, "hybrid", 7, "published", "P")


def test_every_column_of_a_full_line_is_read(tmp_path):
    line = 'P,"gap, paired",computed,difference,hybrid,flat-lecture,gini,4,0.1,0.2,0.03,,differs'
    (target,) = design_with(tmp_path, line).targets
    assert (target.name, target.statistic, target.over, target.measure) == ("gap, paired", "difference", "flat-lecture", "gini")
    assert (target.session, target.low, target.high, target.error, target.expect) == (4, 0.1, 0.2, 0.03, "differs")


@pytest.mark.parametrize("written", ["0.1", "1e-1", "0.10000000000001", ".1"])
def test_a_number_is_the_same_value_however_it_is_written(tmp_path, written):
    design = swept(tmp_path, f"P,,exact,,hybrid,,,,1,,,,,{written},person")
    (target,) = design.targets
    (point,) = target.points
    assert design.points.values(point) == {"learning.help_effect": 0.1, "prior.by": "person"} == target.values


def test_a_statistic_along_a_setting_takes_all_values_in_rising_order(tmp_path):
    """From the lowest to the highest."""
    design = swept(tmp_path, "P,,exact,least_step,hybrid,,,,0,inf,,,,,item")
    (target,) = design.targets
    assert [design.points.values(point)["learning.help_effect"] for point in target.points] == [0.1, 0.2, 0.3]
    assert (target.along, target.values) == ("learning.help_effect", {"prior.by": "item"})


def test_words_along_a_setting_keep_the_files_order(tmp_path):
    design = swept(tmp_path, "P,,exact,least_step,hybrid,,,,0,inf,,,,0.2,")
    assert [design.points.values(point)["prior.by"] for point in design.targets[0].points] == ["item", "person"]


@pytest.mark.parametrize(
    ("low", "high", "ends"),
    [("0", "inf", (0.0, float("inf"))), ("", "0.5", (-float("inf"), 0.5)), ("0.2", "0.3", (0.2, 0.3)), ("-inf", "1", (-float("inf"), 1.0))],
)
def test_a_range_may_be_open_at_one_end(tmp_path, low, high, ends):
    (target,) = design_with(tmp_path, f"P,,exact,,hybrid,,,,{low},{high},,,").targets
    assert (target.low, target.high) == ends


def test_a_setting_of_yes_and_no_is_written_as_in_toml(tmp_path):
    more = '[sweep]\n"arms.hybrid.instructor" = [true, false]\n'
    design = design_with(tmp_path, "P,exact,hybrid,1,false", header="panel,source,arm,low,arms.hybrid.instructor", more=more)
    assert design.targets[0].values == {"arms.hybrid.instructor": False}


MISTAKES = [
    (",,exact,,hybrid,,,,1,,,,", "line 2, column panel: is empty"),
    ("P,,,,hybrid,,,,1,,,,", "line 2, column source: is empty"),
    ("P,,exact,,,,,,1,,,,", "line 2, column arm: is empty"),
    ("P,,publishd,,hybrid,,,,1,,,,", "line 2, column source: 'publishd' is not known; did you mean published?"),
    ("P,,exact,maen,hybrid,,,,1,,,,", "line 2, column statistic: 'maen' is not known; did you mean mean?"),
    ("P,,exact,,hybird,,,,1,,,,", "line 2, column arm: 'hybird' is not known; did you mean hybrid?"),
    ("P,,exact,,hybrid,,mean_mastry,,1,,,,", "line 2, column measure: 'mean_mastry' is not known; did you mean mean_mastery?"),
    ("P,,exact,,hybrid,,,,1,,,,agree", "line 2, column expect: 'agree' is not known; did you mean agrees?"),
    ("P,,exact,,hybrid,flat-lecture,,,1,,,,", "line 2, column over: 'flat-lecture' must be blank for 'mean'; it is for difference, effect, share_above"),
    ("P,,exact,difference,hybrid,,,,1,,,,", "line 2, column over: is empty; 'difference' needs an arm that 'hybrid' is compared with"),
    ("P,,exact,share_above,hybrid,hybrid,,,1,,,,", "line 2, column over: 'hybrid' is the arm itself; name another one"),
    ("P,,exact,effect,hybrid,flat-lecture,gini,,1,,,,", "line 2, column measure: 'gini' is no mean over people, which 'effect' needs; it is for mean_mastery, slow_mean, fast_mean, quiet_mean, outgoing_mean"),
    ("P,,exact,effect,hybrid,,,,1,,,,", "line 2, column over: is empty; 'effect' needs an arm that 'hybrid' is compared with"),
    ("P,,exact,slope,hybrid,,,,1,,,,", "line 2, column statistic: 'slope' needs exactly one swept setting that is left blank; here none is blank"),
    ("P,,exact,difference,hybrid,flat,,,1,,,,", "line 2, column over: 'flat' is not known; known are flat-lecture, hybrid"),
    ("P,,exact,,hybrid,,,1.5,1,,,,", "line 2, column session: '1.5' must be a whole number"),
    ("P,,exact,,hybrid,,,-1,1,,,,", "line 2, column session: '-1' must be a number of 0 or more"),
    ("P,,exact,,hybrid,,,7,1,,,,", "line 2, column session: '7' must be at most 6, the number of sessions in a run"),
    ("P,,exact,,hybrid,,sessions_to_half,3,1,,,,", "line 2, column measure: 'sessions_to_half' belongs to a whole run, so session must be blank"),
    ("P,,exact,,hybrid,,,,,,,,", "line 2, column low: is empty, and so is high; write a number into low, or a range into low and high"),
    ("P,,exact,,hybrid,,,,much,,,,", "line 2, column low: 'much' must be a number, or inf"),
    ("P,,exact,,hybrid,,,,0_1,,,,", "line 2, column low: '0_1' must be a number, or inf"),
    ("P,,exact,,hybrid,,,,nan,,,,", "line 2, column low: 'nan' must be a number, or inf"),
    ("P,,exact,,hybrid,,,,0.2,0.1,,,", "line 2, column high: '0.1' must not be below low, which is '0.2'"),
    ("P,,exact,,hybrid,,,,inf,,,,", "line 2, column low: leaves no number to compare results with"),
    ("P,,exact,,hybrid,,,,-inf,inf,,,", "line 2, column high: leaves no number to compare results with"),
    ("P,,exact,,hybrid,,,,1,,-0.1,,", "line 2, column error: '-0.1' must be a number of 0 or more"),
    ("P,,exact,,hybrid,,,,1,,inf,,", "line 2, column error: 'inf' must be a number of 0 or more, below 1e+15"),
    ("P,,exact,,hybrid,,,,-1e300,,,,", "line 2, column low: '-1e300' must be from -1e+15 to 1e+15, or inf"),
    ("P,,exact,,hybrid,,,,0,1e400,,,", "line 2, column high: '1e400' must be from -1e+15 to 1e+15, or inf"),
    ("P,,exact,share_above,hybrid,flat-lecture,,,1.5,,,,", "line 2, column low: '1.5' leaves no share of replicates, from 0 to 1"),
    ("P\0,,exact,,hybrid,,,,1,,,,", "line 2, column panel: 'P\\x00' must be one line of at most 200 printable characters"),
    ('P,"a\nb",exact,,hybrid,,,,1,,,,', "line 2, column name: 'a\\nb' must be one line of at most 200 printable characters"),
    ("P,,exact,,hybrid,,,,1,,,0,", "line 2, column runs: '0' must be a number of 1 or more"),
    ("P,,exact,,hybrid,,,,1,,0.1,5,", "line 2, column runs: both 5 runs and an error are set; keep one of them"),
    ("P,,exact,peak,hybrid,,,,1,,,,", "line 2, column statistic: 'peak' needs exactly one swept setting that is left blank; here none is blank"),
]


@pytest.mark.parametrize(("line", "message"), MISTAKES, ids=[message.split(":")[0][8:] + str(n) for n, (_, message) in enumerate(MISTAKES)])
def test_a_mistake_names_file_line_and_column(tmp_path, line, message):
    with pytest.raises(SettingsError) as error:
        design_with(tmp_path, line)
    assert str(error.value) == f"{tmp_path / 'printed.csv'}: {message}"


SWEPT_MISTAKES = [
    ("P,,exact,,hybrid,,,,1,,,,,0.15,item", "column learning.help_effect: '0.15' is not a value of this sweep; its values are 0.3, 0.1, 0.2"),
    ("P,,exact,,hybrid,,,,1,,,,,much,item", "column learning.help_effect: 'much' is not a value of this sweep; its values are 0.3, 0.1, 0.2"),
    ("P,,exact,,hybrid,,,,1,,,,,0.1,", "column prior.by: is blank, so the line refers to 2 points; it must refer to one"),
    ("P,,exact,peak,hybrid,,,,1,,,,,,", "column statistic: 'peak' needs exactly one swept setting that is left blank; here learning.help_effect, prior.by are blank"),
    ("P,,exact,peak,hybrid,,,,1,,,,,0.1,", "column statistic: 'peak' needs numbers, and prior.by has other values"),
    ("P,,exact,slope,hybrid,,,,1,,,,,0.1,", "column statistic: 'slope' needs numbers, and prior.by has other values"),
    ("P,,exact,peak,hybrid,,,,0.1,,0.2,,,,item", "column error: must be blank for 'peak', which is compared by its range"),
    ("P,,exact,peak,hybrid,,,,0.1,,,8,,,item", "column runs: must be blank for 'peak', which is compared by its range"),
]


@pytest.mark.parametrize(("line", "message"), SWEPT_MISTAKES, ids=range(len(SWEPT_MISTAKES)))
def test_a_line_must_pick_a_point_of_the_sweep(tmp_path, line, message):
    with pytest.raises(SettingsError) as error:
        swept(tmp_path, "P,,exact,,hybrid,,,,1,,,,,0.2,item", line)
    assert str(error.value) == f"{tmp_path / 'printed.csv'}: line 3, {message}"


ZIP = '[design]\nkind = "zip"\n[sweep]\n"learning.help_effect" = [0.1, 0.2]\n"learning.initial_rapport" = [0.5, 0.6]\n'
ZIPPED = "panel,source,statistic,arm,low,learning.help_effect,learning.initial_rapport"


def test_values_that_never_come_together_are_no_point(tmp_path):
    with pytest.raises(SettingsError, match=r"line 2, column learning.initial_rapport: the design has no point with "):
        design_with(tmp_path, "P,exact,,hybrid,1,0.1,0.6", header=ZIPPED, more=ZIP)


def test_one_of_the_settings_that_change_together_identifies_a_point(tmp_path):
    design = design_with(tmp_path, "P,exact,,hybrid,1,0.2,", header=ZIPPED, more=ZIP)
    assert design.targets[0].points == (1,)
    assert design.targets[0].values == {"learning.help_effect": 0.2, "learning.initial_rapport": 0.6}


def test_a_statistic_along_a_setting_needs_more_than_one_point(tmp_path):
    """Where the other settings leave one point there is nothing to go along."""
    with pytest.raises(SettingsError, match=r"column learning\.initial_rapport: is blank, but has only one value where the other settings have these values"):
        design_with(tmp_path, "P,exact,peak,hybrid,1,0.2,", header=ZIPPED, more=ZIP)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty; a targets file begins with a line of column names"),
        (b"panel,source,arm,low\n", "has column names but no targets"),
        (b"panel,source,arm,lowest\nP,exact,hybrid,1\n", "line 1, column 'lowest' is not known; did you mean low?"),
        (b"panel,source,arm,arm\nP,exact,hybrid,1\n", "line 1 names column 'arm' twice"),
        (b"panel,source,low\nP,exact,1\n", "line 1 has no column arm"),
        (b"panel;source;arm;low\nP;exact;hybrid;1\n", "line 1 is 'panel;source;arm;low'; separate the columns by commas"),
        (b"panel,source,arm,low\nP,exact,hybrid\n", "line 2 has 3 cells, but the header has 4"),
        (b"panel,source,arm,low\n\xff,exact,hybrid,1\n", "is not UTF-8 text (byte 21); save it as CSV in UTF-8"),
    ],
    ids=range(8),
)
def test_a_file_that_is_no_table_of_targets_gives_one_sentence(tmp_path, content, message):
    design_with(tmp_path, "P,,exact,,hybrid,,,,1,,,,")
    (tmp_path / "printed.csv").write_bytes(content)
    with pytest.raises(SettingsError) as error:
        design_of(load(tmp_path / "held.toml"), "held.toml")
    assert str(error.value) == f"{tmp_path / 'printed.csv'}: {message}"


def test_a_file_that_does_not_exist_is_an_error(tmp_path):
    (tmp_path / "held.toml").write_text(FILE)
    with pytest.raises(SettingsError, match="there is no such targets file"):
        design_of(load(tmp_path / "held.toml"), "held.toml")
    (tmp_path / "held.toml").write_text(FILE.replace("printed.csv", "a\\u0000b"))
    with pytest.raises(SettingsError, match=r"^held.toml: \[experiment\] targets = .* is not a file's name$"):
        design_of(load(tmp_path / "held.toml"), "held.toml")


def test_targets_decide_no_number(tmp_path):
    settings = design_with(tmp_path, "P,,exact,,hybrid,,,,1,,,,").settings
    without = settings.changed({"experiment.targets": ""})
    assert identity(settings) == identity(without)
    assert not any("targets" in name for name in numbers_of(settings))


def test_a_results_folder_keeps_a_copy_that_its_settings_name(tmp_path):
    design = design_with(tmp_path, "P,,exact,,hybrid,,,,0.25,,,,")
    results = tmp_path / "results"
    results.mkdir()
    write_settings(results, design.settings)
    (tmp_path / "printed.csv").unlink()
    moved = shutil.move(results, tmp_path / "elsewhere")
    (target,) = design_of(load(f"{moved}/settings.toml"), "settings.toml").targets
    assert target.low == 0.25


def test_other_targets_than_those_of_a_finished_folder_are_noticed(tmp_path):
    results = tmp_path / "results"
    results.mkdir()
    one = design_with(tmp_path, "P,,exact,,hybrid,,,,0.25,,,,").settings
    write_settings(results, one)
    assert renewed_by(results, one) == []
    other = design_with(tmp_path, "P,,exact,,hybrid,,,,0.5,,,,").settings
    assert renewed_by(results, other) == ["experiment.targets"]
    assert renewed_by(results, other.changed({"experiment.targets": ""})) == ["experiment.targets"]


def test_a_column_of_a_setting_that_is_not_swept_is_an_error(tmp_path):
    message = "line 1, column 'prior.share' is not swept over; swept are "
    with pytest.raises(SettingsError, match=message + "no settings"):
        design_with(tmp_path, "P,exact,hybrid,1,0.1", header="panel,source,arm,low,prior.share")
    with pytest.raises(SettingsError, match=message + "learning.help_effect, prior.by"):
        design_with(tmp_path, "P,exact,hybrid,1,0.1", header="panel,source,arm,low,prior.share", more=SWEEP)


def test_an_error_about_a_period_beyond_a_runs_end_speaks_of_periods(tmp_path):
    more = '[model]\nkind = "search"\n[search]\nperiods = 5\n'
    (tmp_path / "printed.csv").write_text("panel,source,arm,low,session\nP,exact,hybrid,0.5,6\n")
    (tmp_path / "held.toml").write_text(FILE.replace("[training]\nsessions = 6\n", more))
    with pytest.raises(SettingsError, match="'6' must be at most 5, the number of periods in a run"):
        design_of(load(tmp_path / "held.toml"), "held.toml")


def test_a_first_line_that_is_blank_is_not_called_an_empty_file(tmp_path):
    with pytest.raises(SettingsError, match="line 1 is empty; a targets file begins with a line of column names"):
        design_with(tmp_path, "panel,source,arm,low", "P,exact,hybrid,1", header="")
