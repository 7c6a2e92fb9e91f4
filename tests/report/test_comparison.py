"""Comparison: results beside the numbers that they are compared with, computed again by other means."""

import csv
import math
from dataclasses import replace
from io import StringIO
from statistics import mean, stdev

import numpy as np
import pyarrow.parquet as parquet
import pytest
from rich.console import Console

from helpers.written_results import SESSIONS, write_results
from learnsim import workflow
from learnsim.analysis.comparison import comparison_of, comparisons_of
from learnsim.analysis.summary import Summary
from learnsim.experiments.design.design import Target
from learnsim.experiments.storage import results as results_module
from learnsim.experiments.storage.results import open_results
from learnsim.report.comparison_table import comparison_table
from learnsim.report.figures.comparison_curves import SESSION, along_of
from learnsim.report.sentences import comparison_counts
from learnsim.report.terminal import print_summary

RUNS = [0.2, 0.3, 0.1, 0.6, 0.4]
OVER = [0.1, 0.3, 0.2, 0.1, 0.4]
COLUMNS = ("panel", "name", "source", "statistic", "arm", "over", "measure", "session", "low", "high", "error", "runs", "expect")


def target(low, high=None, *, error=None, runs=None, statistic="mean", over="", along="", expect="agrees"):
    ends = (low, low if high is None else high)
    return Target("P", "", "published", statistic, "hybrid", over, "gain", None, (0,), {}, along, *ends, error, runs, expect)


def one(number, runs=RUNS, over=None):
    """Return what runs of one point say of a target."""
    return comparison_of(number, np.array([runs]), None if over is None else np.array([over]))


def test_the_mean_of_the_runs_is_compared_with_an_exact_number():
    comparison = one(target(0.5))
    assert comparison.estimate.mean == pytest.approx(mean(RUNS), abs=1e-15)
    assert comparison.standard_error == pytest.approx(stdev(RUNS) / math.sqrt(5), rel=1e-12)
    assert comparison.z == pytest.approx((mean(RUNS) - 0.5) / (stdev(RUNS) / math.sqrt(5)), rel=1e-12)


def test_both_errors_go_into_z():
    assert one(target(0.5, error=0.3)).z == pytest.approx((mean(RUNS) - 0.5) / math.sqrt(stdev(RUNS) ** 2 / 5 + 0.09), rel=1e-12)


def test_a_number_of_so_many_runs_is_as_sure_as_so_many_of_ours():
    assert one(target(0.5, runs=5)).z == pytest.approx((mean(RUNS) - 0.5) / (stdev(RUNS) * math.sqrt(2 / 5)), rel=1e-12)


@pytest.mark.parametrize(("low", "high", "end"), [(0.4, 0.6, 0.4), (0.1, 0.2, 0.2), (0.7, math.inf, 0.7), (-math.inf, 0.1, 0.1)])
def test_z_is_the_distance_from_the_nearer_end_of_a_range(low, high, end):
    assert one(target(low, high)).z == one(target(end)).z


@pytest.mark.parametrize(("low", "high"), [(0.3, 0.4), (0.0, math.inf), (-math.inf, 0.5)])
def test_inside_a_range_z_is_0(low, high):
    assert one(target(low, high)).z == 0.0
    assert one(target(low, high)).verdict == "agrees"


@pytest.mark.parametrize(("number", "z", "verdict"), [(0.1 + 0.2, 0.0, "agrees"), (0.2, math.inf, "differs"), (0.4, -math.inf, "differs")])
def test_where_nothing_is_left_to_chance_only_the_very_number_agrees(number, z, verdict):
    comparison = one(target(number), [0.3, 0.3, 0.3])
    assert (comparison.z, comparison.verdict) == (z, verdict)


def test_four_standard_errors_differ_and_a_little_less_agree():
    spread = stdev(RUNS) / math.sqrt(5)
    assert one(target(mean(RUNS) + 4.001 * spread)).verdict == "differs"
    assert one(target(mean(RUNS) - 4.001 * spread)).verdict == "differs"
    assert one(target(mean(RUNS) + 3.999 * spread)).verdict == "agrees"


def test_one_replicate_says_nothing_but_that_it_is_the_very_number():
    assert one(target(0.5), [0.2]).verdict == "missing"
    assert one(target(0.2), [0.2]).verdict == "agrees"


def test_a_failed_run_is_neither_agreement_nor_an_expected_difference():
    for statistic in ("mean", "share_above", "peak", "least_step"):
        comparison = comparison_of(target(0.2, statistic=statistic, expect="differs"), np.full((2, 3), np.nan), None, [1, 2])
        if statistic == "share_above":
            comparison = one(target(0.2, statistic=statistic, expect="differs"), [math.nan] * 3)
        assert (comparison.verdict, comparison.as_expected) == ("missing", False)


def test_a_difference_is_paired_by_replicate_where_both_are_there():
    apart = [a - b for a, b in zip(RUNS, OVER, strict=True)]
    comparison = one(target(0.0, statistic="difference", over="flat"), [*RUNS, math.nan, 9.0], [*OVER, 5.0, math.nan])
    assert comparison.estimate.mean == pytest.approx(mean(apart), abs=1e-15)
    assert comparison.standard_error == pytest.approx(stdev(apart) / math.sqrt(5), rel=1e-12)
    assert comparison.estimate.count == 5


def test_an_sd_is_that_over_replicates_with_the_interval_of_normal_values():
    comparison = one(target(0.1, 0.3, statistic="sd"), [*RUNS, math.nan])
    assert comparison.estimate.mean == pytest.approx(stdev(RUNS), rel=1e-12)
    # chi-square quantiles with 4 degrees of freedom from a table: 11.143 and .484
    assert comparison.estimate.low == pytest.approx(stdev(RUNS) * math.sqrt(4 / 11.143), rel=1e-4)
    assert comparison.estimate.high == pytest.approx(stdev(RUNS) * math.sqrt(4 / 0.48442), rel=1e-4)
    assert comparison.standard_error == pytest.approx(stdev(RUNS) / math.sqrt(8), rel=1e-12)
    assert comparison.verdict == "agrees" and one(target(0.3, statistic="sd", runs=5), RUNS).target_error == pytest.approx(0.3 / math.sqrt(8))
    assert one(target(0.3, statistic="sd"), [0.2]).verdict == "missing"


def test_a_slope_is_that_of_a_line_through_each_replicate():
    values = np.array([[1.0, 5.0, math.nan], [3.0, 4.0, 0.0], [2.0, 6.0, 0.0]])
    comparison = comparison_of(target(0.5, statistic="slope", along="x"), values, None, [0.0, 1.0, 2.0])
    assert comparison.estimate.mean == pytest.approx(mean([0.5, 0.5]), abs=1e-15) and comparison.estimate.count == 2
    doubled = comparison_of(target(0.5, statistic="slope", along="x"), values, None, [0.0, 2.0, 4.0])
    assert doubled.estimate.mean == pytest.approx(0.25, abs=1e-15)


def test_a_tie_is_not_above():
    comparison = one(target(0.4, statistic="share_above", over="flat"), RUNS, OVER)
    assert comparison.estimate.mean == 2 / 5
    assert comparison.z == 0.0


def test_a_share_is_as_sure_as_with_two_more_wins_and_two_more_losses():
    comparison = one(target(0.9, statistic="share_above", over="flat", runs=1000), RUNS, OVER)
    ours = math.sqrt((4 / 9) * (5 / 9) / 9)
    assert comparison.standard_error == pytest.approx(ours, rel=1e-12)
    assert comparison.z == pytest.approx((0.4 - 0.9) / math.sqrt(ours**2 + 0.9 * 0.1 / 1000), rel=1e-12)


def test_twenty_wins_of_twenty_are_not_yet_all():
    number = target(0.97, statistic="share_above", over="flat")
    comparison = one(number, [1.0] * 20, [0.0] * 20)
    assert comparison.estimate.mean == 1.0 and comparison.verdict == "agrees"
    assert one(number, [1.0] * 2000, [0.0] * 2000).verdict == "differs"


ALONG = np.array([[0.1, 0.2, 0.3], [0.5, 0.4, 0.6], [0.4, 0.5, 0.5]])  # three values, three replicates


@pytest.mark.parametrize(("low", "high", "verdict"), [(2, 2, "agrees"), (1.5, 2.5, "agrees"), (3, 9, "differs"), (0, 1, "differs")])
def test_a_peak_is_where_the_mean_is_highest_and_in_its_range_or_not(low, high, verdict):
    comparison = comparison_of(target(low, high, statistic="peak", along="x"), ALONG, None, [1, 2, 4])
    assert comparison.estimate.mean == 2.0 and math.isnan(comparison.z)
    assert comparison.verdict == verdict


def test_the_least_step_is_the_lowest_paired_difference_of_neighbours():
    steps = ALONG[2] - ALONG[1]  # 0.4 0.3 0.4 more, then these
    comparison = comparison_of(target(0.0, math.inf, statistic="least_step", along="x"), ALONG, None, [1, 2, 4])
    assert comparison.estimate.mean == pytest.approx(mean(steps), abs=1e-15)
    assert comparison.z == pytest.approx(mean(steps) / (stdev(steps) / math.sqrt(3)), rel=1e-9)


def test_what_was_expected_to_differ_is_as_expected_if_it_does():
    assert one(target(9.0, expect="differs")).as_expected
    assert not one(target(9.0)).as_expected
    assert not one(target(mean(RUNS), expect="differs")).as_expected


@pytest.mark.parametrize(
    ("comparisons", "text"),
    [
        ([target(0.32)], "1 of 1 number agrees (|z| < 4)."),
        ([target(0.32), target(0.3), target(9.0, expect="differs")], "2 of 3 numbers agree (|z| < 4); 1 differs, as expected."),
        ([target(9.0), target(8.0)], "0 of 2 numbers agree (|z| < 4); 2 differ, which was not expected."),
        ([target(0.32, expect="differs")], "1 of 1 number agrees (|z| < 4); 1 of those that agree should differ."),
    ],
)
def test_the_sentence_counts_what_agrees_and_what_was_expected(comparisons, text):
    assert comparison_counts([one(each) for each in comparisons]) == text


def test_the_sentence_says_what_could_not_be_compared():
    assert comparison_counts([one(target(0.5), [0.1])]).endswith("; 1 could not be compared.")


def compared(folder, lines, *, name="r", header=COLUMNS, **options):
    """Write results that are compared with these lines, (column, text) each."""
    with (folder / f"{name}.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, header, restval="")
        writer.writeheader()
        writer.writerows({"panel": "P", "source": "published", "arm": "hybrid", **line} for line in lines)
    return write_results(folder / name, options.pop("ends", ends), targets=str(folder / f"{name}.csv"), **options)


def ends(arm, replicate, *x):
    return 0.3 * (arm == "hybrid") + 0.2 + 0.01 * replicate**2 + 0.1 * sum(x)


SWEEP = {"learning.help_effect": [0.1, 0.4, 0.2], "learning.initial_rapport": [0.5, 0.6]}
SWEPT = (*COLUMNS, *SWEEP)


def test_each_statistic_is_taken_of_the_arm_and_the_point_that_are_named(tmp_path):
    lines = [
        {"low": 0.5, "learning.help_effect": 0.2, "learning.initial_rapport": 0.6},
        {"low": 0.5, "statistic": "difference", "over": "flat-lecture", "learning.help_effect": 0.1, "learning.initial_rapport": 0.6},
        {"low": 1, "statistic": "share_above", "over": "flat-lecture", "learning.help_effect": 0.1, "learning.initial_rapport": 0.6},
        {"low": 0.4, "statistic": "peak", "learning.initial_rapport": 0.6},
        {"low": 0, "high": "inf", "statistic": "least_step", "learning.initial_rapport": 0.5},
        {"low": 0, "session": 0, "arm": "flat-lecture", "learning.help_effect": 0.4, "learning.initial_rapport": 0.5},
        {"low": 0.2, "measure": "gini", "learning.help_effect": 0.4, "learning.initial_rapport": 0.5},
    ]
    comparison = comparisons_of(compared(tmp_path, lines, header=SWEPT, sweep=SWEEP))
    more = mean([0.0, 0.01, 0.04])
    expected_values = [0.5 + more + 0.1 * 0.8, 0.3, 1.0, 0.4, 0.01, 0.5 * (0.2 + more + 0.09), 0.2]
    assert [each.estimate.mean for each in comparison] == pytest.approx(expected_values, abs=1e-12)
    assert [each.verdict for each in comparison[1:5]] == ["differs", "agrees", "agrees", "agrees"]


def cut(results, keep):
    """Leave out the rows of ``sessions.parquet`` for which ``keep(row)`` is false, and cut it into small groups."""
    path = results.folder / "sessions.parquet"
    table = parquet.read_table(path)
    parquet.write_table(table.take([place for place, row in enumerate(table.to_pylist()) if keep(row)]), path, row_group_size=7)


@pytest.mark.parametrize("session", [0, 2, SESSIONS])
@pytest.mark.parametrize("rows", [5, 100_000])
def test_after_so_many_sessions_a_run_has_what_its_row_says(tmp_path, monkeypatch, session, rows):
    monkeypatch.setattr(results_module, "ROWS_AT_A_TIME", rows)
    results = compared(tmp_path, [{"low": 1, "learning.help_effect": 0.1, "learning.initial_rapport": 0.5}], header=SWEPT, sweep=SWEEP)
    at_end = results.measure("mean_mastery")
    assert results.at_session("mean_mastery", session) == pytest.approx(at_end * (0.5 + 0.5 * session / SESSIONS), abs=1e-15)


def test_a_run_that_ended_repeats_its_last_value_and_a_failed_one_has_none(tmp_path):
    results = compared(tmp_path, [{"low": 1}], fails=lambda arm, replicate: arm == "hybrid" and replicate == 1)
    cut(results, lambda row: row["replicate"] != 2 or row["session"] <= 1)
    at_end = results.measure("mean_mastery")
    shares = np.array([0.8, 0.8, 0.6])  # after 3 of 5 sessions; replicate 2 ended after the first
    assert results.at_session("mean_mastery", 3) == pytest.approx(at_end * shares, abs=1e-15, nan_ok=True)
    assert np.isnan(results.at_session("mean_mastery", 3)).sum() == 1


LINES = [
    {"panel": "Against help", "low": 0.5, "error": 0.1, "learning.help_effect": 0.1, "learning.initial_rapport": 0.6},
    {"panel": "Against help", "low": 0.5, "runs": 80, "learning.help_effect": 0.2, "learning.initial_rapport": 0.6},
    {"panel": "Against help", "low": 0.5, "source": "exact", "learning.help_effect": 0.2, "learning.initial_rapport": 0.5},
    {"panel": "Curve", "low": 0.1, "high": 0.9, "session": 1, "learning.help_effect": 0.2, "learning.initial_rapport": 0.5},
    {"panel": "Curve", "low": 0.4, "session": 4, "learning.help_effect": 0.2, "learning.initial_rapport": 0.5, "source": "computed", "expect": "differs"},
    {"panel": "Table", "low": 0, "high": "inf", "statistic": "least_step", "learning.initial_rapport": 0.5, "name": "never less"},
    {"panel": "Table", "high": 1, "statistic": "difference", "over": "flat-lecture", "learning.help_effect": 0.2, "learning.initial_rapport": 0.5},
]


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """Results that are compared with numbers of every kind, analysed, after the file with the numbers is gone."""
    folder = tmp_path_factory.mktemp("held")
    results = compared(folder, LINES, header=SWEPT, sweep=SWEEP)
    workflow.analyse_again(results)
    return Summary(results)


def test_a_panel_lies_along_a_setting_or_sessions_or_has_a_row_a_number(shown):
    design, comparison = shown.results.design, shown.comparisons
    kinds = [along_of(comparison[:3], design), along_of(comparison[3:5], design), along_of(comparison[5:], design)]
    assert kinds[0].setting == "learning.help_effect" and kinds[0].varying == ("learning.initial_rapport",)
    assert kinds[1].setting == SESSION
    assert kinds[2] is None


def test_numbers_of_several_measures_have_no_axis_in_common(shown):
    comparison = shown.comparisons[:2]
    other = replace(comparison[1], target=replace(comparison[1].target, measure="gini"))
    assert along_of([comparison[0], other], shown.results.design) is None


def test_the_figure_and_the_table_come_first_in_the_report(shown):
    report = (shown.results.folder / "report.html").read_text(encoding="utf-8")
    assert (shown.results.folder / "figures" / "targets.png").stat().st_size > 10_000
    assert report.index('<figure id="targets">') == report.index("<figure ")
    tables = report[report.index('<h2 id="tables">') :]
    assert tables.index("Comparison with targets") < tables.index("Every arm")
    for panel in ("Against help", "Curve", "Table", "never less"):
        assert panel in tables


def test_the_figure_is_the_same_bytes_again(shown):
    path = shown.results.folder / "figures" / "targets.svg"
    before = path.read_bytes()
    workflow.analyse_again(shown.results)
    assert path.read_bytes() == before


def test_the_csv_file_has_a_line_for_each_target_that_identifies_it(shown):
    with (shown.results.folder / "targets.csv").open(newline="", encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(LINES)
    assert [row["panel"] for row in rows] == [line["panel"] for line in LINES]
    assert rows[0]["statistic"] == "mean" and rows[0]["measure"] == "mean_mastery" and rows[0]["learning.initial_rapport"] == "0.6"
    assert float(rows[0]["found"]) == pytest.approx(shown.comparisons[0].estimate.mean, rel=1e-9)
    assert rows[4]["verdict"] == rows[4]["expect"] == "differs" and rows[4]["as_expected"] == "True"
    assert rows[5]["high"] == "inf" and rows[5]["learning.help_effect"] == ""
    assert rows[6]["low"] == "-inf" and rows[6]["over"] == "flat-lecture"


def test_the_terminal_says_the_same_table_and_sentence(shown):
    stream = StringIO()
    print_summary(Console(file=stream, width=200, highlight=False), shown)
    text = " ".join(stream.getvalue().split())
    assert "Comparison with targets" in text
    assert " ".join(comparison_table(shown.comparisons).note.split()) in text
    assert text.index("Comparison with targets") < text.index("targets are met")


def test_a_number_is_called_by_its_name_or_by_how_it_differs(shown):
    labels = [row[1] for row in comparison_table(shown.comparisons).rows]
    assert labels[5] == "never less"
    assert labels[0] == "hybrid, learning.help_effect = 0.1, learning.initial_rapport = 0.6"
    assert labels[3] == "hybrid, learning.help_effect = 0.2, learning.initial_rapport = 0.5, session 1"
    assert labels[6].startswith("hybrid minus flat-lecture")


def test_a_target_is_shown_with_its_interval_or_its_range(shown):
    rows = comparison_table(shown.comparisons).rows
    assert [row[3] for row in rows][:1] + [row[3] for row in rows][3:] == ["0.5 ±0.196", "0.1 to 0.9", "0.4", "at least 0", "at most 1"]
    assert rows[4][-1] == "differs, as expected" and rows[3][-1] == "agrees"


def test_results_without_targets_have_no_table_no_file_and_no_figure(tmp_path):
    results = write_results(tmp_path / "plain", ends)
    workflow.analyse_again(results)
    assert comparison_table(Summary(results).comparisons) is None
    assert not (results.folder / "targets.csv").exists() and not (results.folder / "figures" / "targets.png").exists()


def test_a_folder_opens_after_it_was_moved_and_the_file_is_gone(tmp_path):
    from learnsim.experiments.storage.lock import write_settings

    results = compared(tmp_path, [{"low": 0.5}])
    write_settings(results.folder, results.design.settings)
    (tmp_path / "r.csv").unlink()
    moved = results.folder.rename(tmp_path / "moved")
    (comparison,) = comparisons_of(open_results(moved))
    assert comparison.estimate.mean == pytest.approx(0.5 + mean([0.0, 0.01, 0.04]), abs=1e-12)
