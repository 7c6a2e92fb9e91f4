"""Roster formats: the same people, however a program has written their table."""

import csv
import io
import sys
import zipfile
from datetime import date

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from learnsim.errors import SettingsError
from learnsim.people import read_roster
from learnsim.settings.roster import RosterColumns

TABLE = [["id", "community", "learning_speed"], ["ann", "north", "0.5"], ["Zoë", "south", "1"]]
SEPARATORS = [",", ";", "\t", "|"]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]


@pytest.fixture
def read(tmp_path):
    """Write a file, and read it as a roster."""

    def reader(content, name="people.csv", **columns):
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_roster(tmp_path / name, RosterColumns(**columns))

    return reader


@pytest.fixture
def refusal(read):
    """Write a file that is no roster, and return why it is refused."""

    def reader(content, name="people.csv", **columns):
        with pytest.raises(SettingsError) as raised:
            read(content, name, **columns)
        assert "\n" not in str(raised.value) and len(str(raised.value)) < 700
        return str(raised.value).partition(f"{name}: ")[2]

    return reader


def written(rows, separator=",", quoting=csv.QUOTE_MINIMAL, end="\n"):
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator, quoting=quoting, lineterminator=end).writerows(rows)
    return stream.getvalue()


def workbook(rows, *more):
    """The bytes of a workbook with these rows, and sheets of these names after it."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name in more:
        book.create_sheet(name).append(["nothing"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# Text ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("separator", SEPARATORS)
def test_any_separator_in_any_encoding_gives_the_same_people(read, separator, encoding):
    roster = read(written(TABLE, separator).encode(encoding))
    assert (roster.ids, roster.community) == (("ann", "Zoë"), ("north", "south"))
    assert roster.traits["learning_speed"].tolist() == [0.5, 1.0]


@pytest.mark.parametrize(("encoding", "note"), [("utf-16-le", "is read as UTF-16"), ("cp1252", "is not UTF-8 and is read as Windows-1252, so that a line is 'Zoë,south,1'")])
def test_a_guessed_encoding_is_noted(read, encoding, note):
    assert read(written(TABLE).encode(encoding)).notes == (note,)
    assert read(written(TABLE).encode("utf-16")).notes == read(written(TABLE).encode("utf-8-sig")).notes == ()


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn")), min_size=1, max_size=8)
TEXTS = WORDS.map(lambda text: text.strip().lstrip("'")).filter(lambda text: text and text.lower() not in ("-", "–", "—", "n/a", "#n/a"))
LATIN = st.text(st.sampled_from("abcé ,;|\"ß"), min_size=1, max_size=6).map(str.strip).filter(bool)


@st.composite
def tables(draw):
    """People with ids and communities, and how a program writes them."""
    encoding = draw(st.sampled_from(ENCODINGS))
    texts = LATIN if encoding == "cp1252" else TEXTS
    ids = draw(st.lists(texts, min_size=1, max_size=6, unique=True))
    speeds = [draw(st.sampled_from(["0.25", "1", "", "-"])) for _ in ids]
    return {
        "encoding": encoding,
        "ids": ids,
        "communities": [draw(texts) for _ in ids],
        "speeds": speeds,
        "separator": draw(st.sampled_from(SEPARATORS)),
        "quoting": draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        "end": draw(st.sampled_from(["\n", "\r\n"])),
        "above": draw(st.integers(0, 3)),
        "right": draw(st.integers(0, 3)),
        "below": draw(st.integers(0, 3)),
        "blanks": draw(st.sampled_from(["", " "])),
        "sep": draw(st.booleans()),
        "only_ids": draw(st.booleans()),
    }


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=tables())
@example(table={"encoding": "utf-8", "ids": ["Lee, Ann", "Doe, Al"], "communities": ["a", "a"], "speeds": ["1", ""], "separator": ";", "quoting": 0, "end": "\n", "above": 0, "right": 0, "below": 0, "blanks": "", "sep": False, "only_ids": True})
def test_what_pythons_csv_module_writes_is_read_back_as_the_same_people(tmp_path, table):
    rows = [["id"]] if table["only_ids"] else [["id", "community", "speed"]]
    rows += [[one] if table["only_ids"] else [one, where, speed] for one, where, speed in zip(table["ids"], table["communities"], table["speeds"], strict=True)]
    rows = [[f"{cell}{table['blanks']}" for cell in row] + [""] * table["right"] for row in rows]
    width = len(rows[0])
    rows = [["Course"] + [""] * (width - 1)] * table["above"] + rows + [[""] * width] * table["below"]
    text = written(rows, table["separator"], table["quoting"], table["end"])
    text = f"sep={table['separator']}\n{text}" if table["sep"] else text
    file = tmp_path / "people.csv"
    file.write_bytes(text.encode(table["encoding"]))
    roster = read_roster(file)
    assert roster.ids == tuple(table["ids"])
    if not table["only_ids"]:
        assert roster.community == tuple(table["communities"])
        wanted = [float(speed) if speed not in ("", "-") else np.nan for speed in table["speeds"]]
        assert np.array_equal(roster.traits["learning_speed"], wanted, equal_nan=True)


def test_a_decimal_comma_is_read_where_no_comma_separates(read, refusal):
    assert read("id;speed\nann;0,25\nbob;0.5\n").traits["learning_speed"].tolist() == [0.25, 0.5]
    assert refusal('id,speed\nann,"0,25"\n') == "line 2, column speed: '0,25' must be a number from 0 to 1; write a point for the comma"


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;"])
def test_a_line_that_says_the_separator_is_heeded(read, line):
    assert read(f"{line}\nid;speed\nann, lee;0,5\n").ids == ("ann, lee",)


def test_a_separator_that_is_no_usual_one_is_refused(refusal):
    assert refusal("sep=:\nid:speed\nann:1\n") == "line 1 says 'sep=:'; separate the columns by commas, semicolons or tabs"


def test_lines_above_the_column_names_are_left_out_and_noted(read):
    roster = read("Course: Safety,,\n\nExported,2026-01-01,\nid,community,speed\nann,north,1\n")
    assert roster.ids == ("ann",) and roster.notes == ("has the column names on line 4; what stands above them is left out",)


def test_empty_columns_at_the_right_and_empty_lines_are_no_people(read):
    assert read("id,speed,,\nann,1,,\n,,,\n, ,,\n").ids == ("ann",)


def test_short_lines_are_filled_up_and_noted(read):
    roster = read("id,speed,sociability\nann,1\nbob,0.5,\ncyd,1\n")
    assert np.isnan(roster.traits["sociability"]).all()
    assert roster.notes == ("line 2 and 1 more have fewer cells than there are columns: what is missing counts as not known",)


def test_a_last_line_that_is_no_person_is_refused(refusal):
    assert refusal("id,speed,sociability\nann,1,1\nTotal: 1\n") == "line 3 has only 'Total: 1'; take the line out, or write 3 cells"


def test_a_line_with_more_cells_than_columns_is_refused(refusal):
    assert refusal("id,speed\nLee, Ann,1\n") == "line 2 has 3 cells, but the header has 2; a cell that holds a comma needs quotation marks around it"


def test_a_column_without_a_name_is_refused_only_if_it_has_cells(refusal):
    assert refusal("id,,speed\nann,,1\nbob,x,1\n") == "line 1, cell 2 is empty, but line 3 has 'x' below it; name the column, or take it out"


@pytest.mark.parametrize("separator", SEPARATORS)
def test_a_stray_quotation_mark_is_located_with_any_separator(refusal, separator):
    text = 'id,community,speed\nP1,"Blue,1\nP2,Red,1\nP3,Red",1\nP4,Red,1\n'.replace(",", separator)
    assert refusal(text) == 'line 2: a quotation mark (") joins lines 2 to 4 into one row; remove it, or close it where the cell ends'


def test_a_stray_quotation_mark_below_title_lines_is_located(refusal):
    text = 'Course,,\nid,community,speed\nP1,"Blue,1\nP2,Red",1\n'
    assert refusal(text).startswith('line 3: a quotation mark (") joins lines 3 to 4')


def test_a_column_name_of_two_lines_counts_if_it_is_named(read, refusal):
    text = 'id,"Quiz 1\n(20 points)"\nann,10\n'
    assert read(text, pretest={"column": "Quiz 1 (20 points)", "maximum": 20}).pretest.tolist() == [[0.5]]
    assert refusal(text, ignore="others") == 'line 1 does not end where it should: a quotation mark (") is not closed there'


NONSENSE = {
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0", "is not a text; a roster is a CSV file or an Excel workbook"),
    "bytes of all kinds": (bytes(range(1, 128)) + b"\xe9", "is not a text; a roster is a CSV file or an Excel workbook"),
    "a strange byte": (b"id\nZo\x81\n", "is neither UTF-8 nor Windows-1252 text (byte 5)"),
    "half a letter": (b"\xff\xfei\0d\0\n", "is damaged UTF-16 text"),
    "a stray NUL": (b"id,x\n\0P1,1\n" + b"P2,1\n" * 3, "line 1, column 'x' is not known"),
    "a stray NUL in an id": (b"id\nab\0c\n", "line 2, column id: holds a NUL character"),
    "nothing": (b"", "is empty"),
    "blanks": (b" \n\t\n , \n", "is empty"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is a workbook of Excel 97 to 2003; save it as .xlsx"),
    "wide": (b",".join(b"c%d" % i for i in range(100_000)) + b"\n" + b"," * 99_999 + b"\n1\n", "line 3 has only '1'"),
    "no zip": (b"PK\x03\x04 and so on", "begins like an Excel workbook, but cannot be opened"),
}


@pytest.mark.parametrize("kind", NONSENSE)
def test_nonsense_is_refused_in_one_sentence(refusal, kind):
    content, sentence = NONSENSE[kind]
    assert refusal(content).startswith(sentence)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=60) | st.binary(max_size=60).map(lambda some: b"id,speed\n" + some) | st.binary(max_size=60).map(lambda some: b"PK\x03\x04" + some))
def test_any_bytes_are_read_or_refused_in_one_sentence(tmp_path, content):
    (tmp_path / "people.csv").write_bytes(content)
    try:
        assert read_roster(tmp_path / "people.csv").ids
    except SettingsError as error:
        assert "\n" not in str(error) and len(str(error)) <= 600


# Workbooks -----------------------------------------------------------------------------------------


def test_the_first_sheet_of_a_workbook_is_read(read):
    rows = [["Course: Safety"], [], ["id", "community", "learning_speed", "absent"], [9001, "north", 0.5, 3], ["0042", "south", None, "3; 7-9"], [9003.0, "south", "0,5", None]]
    roster = read(workbook(rows, "Notes"), "people.xlsx")
    assert roster.ids == ("9001", "0042", "9003") and roster.community == ("north", "south", "south")
    assert np.array_equal(roster.traits["learning_speed"], [0.5, np.nan, 0.5], equal_nan=True)
    assert roster.absent == ((3,), (3, 7, 8, 9), ())
    assert roster.notes == ("has 2 sheets, of which the first is read: 'Sheet'", "has the column names on line 3; what stands above them is left out")


def test_a_number_that_is_shown_with_leading_zeros_keeps_them(read):
    book = openpyxl.Workbook()
    for row in (["id"], [42], [7]):
        book.active.append(row)
    book.active["A2"].number_format = "00000"
    stream = io.BytesIO()
    book.save(stream)
    assert read(stream.getvalue(), "people.xlsx").ids == ("00042", "7")


def test_a_bad_cell_of_a_workbook_is_named_by_its_line(refusal):
    rows = [["id", "speed"], ["ann", 0.5], [None, None], ["bob", 1.5]]
    assert refusal(workbook(rows), "people.xlsx") == "line 4, column speed: '1.5' must be a number from 0 to 1"
    dated = [["id", "absent"], ["ann", date(2026, 9, 7)]]
    assert refusal(workbook(dated), "people.xlsx").startswith("line 2, column absent: '2026-09-07' must be numbers counted from 1")


def test_a_workbook_is_known_by_its_content_and_not_by_its_name(read):
    assert read(workbook([["id"], ["ann"]]), "people.csv").ids == ("ann",)
    assert read("id\nann\n", "people.xlsx").ids == ("ann",)


def test_a_cell_far_away_does_not_make_a_sheet_large(read):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"], book.active["XFD3"], book.active["A1048576"] = "id", "ann", " ", "bob"
    stream = io.BytesIO()
    book.save(stream)
    assert read(stream.getvalue(), "people.xlsx").ids == ("ann", "bob")


def test_a_workbook_that_unpacks_to_too_much_is_refused_at_once(refusal):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/worksheets/sheet1.xml", "w") as part:
        for _ in range(300):
            part.write(b"\0" * 2**20)
    assert refusal(stream.getvalue(), "people.xlsx").startswith("holds 300 MiB when unpacked, and 256 MiB is the most")


def test_an_archive_that_is_no_workbook_is_refused(refusal):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("people.csv", "id\nann\n")
    assert refusal(stream.getvalue()).startswith("is a ZIP archive, and not an Excel workbook")
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook")
    assert refusal(stream.getvalue()).startswith("cannot be read as a workbook (")


def test_without_openpyxl_the_way_to_install_it_is_named(refusal, monkeypatch):
    content = workbook([["id"], ["ann"]])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert refusal(content, "people.xlsx") == 'is an Excel workbook, which needs openpyxl; pip install "learnsim[excel]"'
