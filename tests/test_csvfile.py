"""CSV files: every text comes back as it was written, numbers stay numbers, and no cell is a formula."""

import csv
import math

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from learnsim.csvfile import NUMBER, as_meant, read_csv, safe, write_csv

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
COMMANDS = ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "'=1", "=cmd|' /C calc'!A0", "＝1", "-", "+"]


@pytest.mark.parametrize("text", COMMANDS)
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(text):
    assert safe(text) == "'" + text


@pytest.mark.parametrize("cell", ["-0.5", "+3", "-1e-09", "-inf", "nan", "0.5", "hybrid", "", -0.5, 3, None])
def test_numbers_and_plain_texts_are_written_as_they_are(cell):
    assert safe(cell) == cell or (isinstance(cell, float) and math.isnan(cell))


@given(TEXTS)
@example("'")
@example("''=1")
def test_a_text_is_read_as_it_was_meant(text):
    assert as_meant(str(safe(text))) == text


@given(TEXTS)
def test_no_cell_that_is_not_a_number_begins_like_a_formula(text):
    assert not str(safe(text)).lstrip(" ").startswith(("=", "+", "-", "@")) or NUMBER.fullmatch(text)


def test_a_file_has_a_mark_and_comes_back(tmp_path):
    rows = [["=hybrid", "-0.25"], ["Zoë, \"quoted\"\nand broken", "1"], ["", ""]]
    write_csv(tmp_path / "x.csv", ["arm", "difference"], rows)
    assert (tmp_path / "x.csv").read_bytes().startswith(b"\xef\xbb\xbfarm,")
    header, back = read_csv(tmp_path / "x.csv")
    assert header == ["arm", "difference"]
    assert [list(row.values()) for row in back] == rows
    with (tmp_path / "x.csv").open(newline="", encoding="utf-8-sig") as stream:
        assert next(csv.DictReader(stream))["arm"] == "'=hybrid"


def test_pandas_reads_the_numbers(tmp_path):
    write_csv(tmp_path / "x.csv", ["arm", "difference"], [["a", -0.25], ["b", 1e-12]])
    assert pd.read_csv(tmp_path / "x.csv")["difference"].tolist() == [-0.25, 1e-12]


def test_a_file_that_cannot_be_finished_is_not_left_behind(tmp_path):
    def rows():
        yield ["a"]
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        write_csv(tmp_path / "x.csv", ["arm"], rows())
    assert not (tmp_path / "x.csv").exists()
