"""Terminal: what is printed fits, and says what the numbers say."""

import io

import pytest
from rich.console import Console

from helpers.written_results import write_results
from learnsim.analysis.summary import Summary
from learnsim.report.answer import answer
from learnsim.report.terminal import print_summary, print_table
from learnsim.report.text_tables import TextTable


def printed(results, width, *, terminal=True):
    stream = io.StringIO()
    print_summary(Console(file=stream, width=width, force_terminal=terminal, highlight=False, color_system=None), Summary(results))
    return stream.getvalue()


def mastery(arm, replicate, *x):
    return (0.5 if arm == "hybrid" else 0.3) + 0.01 * replicate * (1 + (arm == "hybrid")) + 0.1 * sum(x)


def test_a_narrow_terminal_gets_the_table_in_parts(tmp_path):
    """A wide one gets it as a whole."""
    results = write_results(tmp_path / "r", mastery)
    narrow, wide = printed(results, 80), printed(results, 160)
    assert narrow.count("flat-lecture*") == 3 and wide.count("flat-lecture*") == 1
    for text in (narrow, wide):
        assert "0.520 ±0.050" in text and "+0.210 ±0.025" in text  # .50 .52 .54; differences .20 .21 .22
        assert text.count("hybrid is better than flat-lecture: its mean mastery is 52 of a hundred points") == 1
    assert max(map(len, narrow.splitlines())) <= 80


def test_brackets_are_no_markup(tmp_path):
    sweep = {"prior.known": [[0.5, 1.0], [0.2, 0.4]]}
    text = printed(write_results(tmp_path / "r", lambda arm, replicate, known: mastery(arm, replicate), sweep=sweep), 160)
    assert "0.5, 1" in text and "better than flat-lecture at all 2 points, by 21 points" in text


def test_a_lone_arm_has_no_difference(tmp_path):
    text = printed(write_results(tmp_path / "r", mastery, arms=("hybrid",)), 160)
    assert "difference" not in text and "hybrid*" not in text


def test_where_no_run_went_well_nothing_else_is_printed(tmp_path):
    text = printed(write_results(tmp_path / "r", mastery, fails=lambda arm, replicate: True), 160)
    assert text == "No run was successful: all 6 failed.\n"


@pytest.mark.parametrize("width", [40, 60, 80])
def test_no_number_is_cut_short_however_narrow_the_terminal(tmp_path, width):
    text = printed(write_results(tmp_path / "r", mastery), width)
    assert "…" not in text and text.count("0.520 ±0.050") == 1
    assert max(map(len, text.splitlines())) <= width


def test_a_narrow_table_of_words_and_numbers_is_cut_between_numbers():
    sheet = TextTable("Compared", ("number", "source", "target", "ours", "verdict"), [("a rather long name of it", "exact", "0.500 ±0.010", "0.512 [0.500, 0.524]", "differs, not expected")], 2)
    stream = io.StringIO()
    print_table(Console(file=stream, width=60, force_terminal=True, color_system=None), sheet)
    text = stream.getvalue()
    assert "0.512 [0.500, 0.524]" in text and "differs, not expected" in text and text.count("a rather") == 2


@pytest.mark.parametrize("width", [50, 80, 200])
def test_the_terminal_says_the_reports_paragraph_wrapped(tmp_path, width):
    results = write_results(tmp_path / "r", mastery)
    text = printed(results, width)
    paragraph = " ".join(answer(Summary(results)))
    assert " ".join(text.split()).endswith(paragraph)
    lines = text[text.index("hybrid is better than") :].splitlines()
    assert len(lines) > 2 and max(map(len, lines)) <= min(width, 100)


def test_rough_estimates_are_labelled_in_the_terminal(tmp_path):
    ranges = {"learning.initial_rapport": {"low": 0.0, "high": 1.0}, "prior.share": {"low": 0.1, "high": 0.2}}
    results = write_results(tmp_path / "r", mastery_along, design={"kind": "latin-hypercube", "points": 32}, sweep=ranges)
    assert "What decides mean mastery, a rough estimate" in printed(results, 160)


def mastery_along(arm, replicate, a, b):
    return mastery(arm, replicate) + 0.1 * a * (arm == "hybrid")
