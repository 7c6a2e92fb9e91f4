"""Roster: real people from a file, and what is wrong with one, by line and column."""

import os

import numpy as np
import pytest

from learnsim.errors import SettingsError
from learnsim.people import Roster, load_roster, read_roster
from learnsim.settings import validate


@pytest.fixture
def roster(tmp_path):
    """Write a roster, and read it."""

    def read(text):
        file = tmp_path / "people.csv"
        file.write_text(text, encoding="utf-8")
        return read_roster(file)

    return read


def test_a_roster_says_what_it_says_and_the_rest_is_drawn(roster):
    people = roster("id,learning_speed,community\nann,0.5,north\nbob,1,south\n")
    assert people.ids == ("ann", "bob")
    assert people.traits.keys() == {"learning_speed"}
    assert np.array_equal(people.traits["learning_speed"], [0.5, 1.0])
    assert people.community == ("north", "south")
    assert people.interest is None


def test_a_roster_of_names_only_is_a_roster(roster):
    assert roster("id\nann\n") == Roster(("ann",))


def test_without_an_id_and_a_name_a_person_is_a_line(roster):
    people = roster("speed\n0.5\n\n1\n")
    assert people.ids == people.names == ("line 2", "line 4") and not people.has_ids


def test_speed_is_a_short_name_for_learning_speed(roster):
    assert roster("id,speed\nann,0.25\n").traits["learning_speed"] == [0.25]


def test_all_traits_may_stand_in_any_order(roster):
    people = roster("helpfulness,id,sociability,speed\n0.1,ann,0.2,0.3\n")
    assert {name: values[0] for name, values in people.traits.items()} == {
        "learning_speed": 0.3,
        "sociability": 0.2,
        "helpfulness": 0.1,
    }


def test_interests_are_scaled_so_that_each_persons_best_is_one(roster):
    people = roster("id,interest_1,interest_maths\nann,0.2,0.4\nbob,0.5,0\n")
    assert np.array_equal(people.interest, [[0.5, 1.0], [1.0, 0.0]])
    assert people.interest.flags.c_contiguous


def test_spaces_blank_lines_and_a_byte_order_mark_are_forgiven(tmp_path):
    file = tmp_path / "people.csv"
    file.write_bytes(b'\xef\xbb\xbfid , speed\r\n  ann , 0.5 \r\n\r\n , \r\n"bob, jr",0\r\n')
    people = read_roster(file)
    assert people.ids == ("ann", "bob, jr")
    assert np.array_equal(people.traits["learning_speed"], [0.5, 0.0])


BAD_CELLS = [
    ("id,speed\nann,nan\n", "line 2, column speed: 'nan' must be a number from 0 to 1"),
    ("id,speed\nann,0.5\nbob,1.1\n", "line 3, column speed: '1.1' must be a number from 0 to 1"),
    ("id,speed\nann,-0.1\n", "line 2, column speed: '-0.1' must be"),
    ("id,speed\nann,inf\n", "line 2, column speed: 'inf' must be"),
    ("id,speed,sociability\nann,0.5,fast\n", "line 2, column sociability: 'fast' must be"),
    ("id,helpfulness\nann,0.5\n\nbob,2\n", "line 4, column helpfulness: '2' must be"),
    ("id,interest_1,interest_2\nann,0.5,NaN\n", "line 2, column interest_2: 'NaN' must be"),
    ("id,interest_1,interest_2\nann,1,0\nbob,0,0\n", "line 3: all interests are 0; one must be above it"),
    ("id,speed\nann,0.1\nbob,0.1\nann,0.2\n", "line 4, column id: 'ann' stands on line 2 already"),
    ("id,speed\n,0.1\n", "line 2, column id: is empty"),
    ("id,community\nann,\n", "line 2, column community: is empty"),
    ("id,speed\nann,0,5\n", "line 2 has 3 cells, but the header has 2"),
]


@pytest.mark.parametrize(("text", "sentence"), BAD_CELLS, ids=[sentence for _, sentence in BAD_CELLS])
def test_a_bad_cell_is_an_error_that_names_file_line_and_column(roster, text, sentence):
    with pytest.raises(SettingsError) as raised:
        roster(text)
    assert f"people.csv: {sentence}" in str(raised.value)
    assert "\n" not in str(raised.value)


BAD_HEADERS = [
    ("", "is empty; a roster begins with a line of column names"),
    ("\n", "is empty"),
    ("id,speed\n", "has column names but no people"),
    ("id,speed,speed\nann,1,1\n", "line 1 names column 'speed' twice"),
    ("id,speed,learning_speed\nann,1,1\n", "line 1 has both speed and learning_speed; they are the same"),
    ("id,sociabilty\nann,1\n", "line 1, column 'sociabilty' is not known; did you mean sociability?"),
    ("id,shoe_size\nann,1\n", "line 1, column 'shoe_size' is not known; known are absent, community, helpfulness, id"),
    ('id,speed\n"ann,1\n', "cannot be read as CSV"),
    ("id:speed\nann:1\n", "line 1, column 'id:speed' is not known"),
    ("ID,Speed\nann,1\n", "line 1, column 'ID' is not known; did you mean id?"),
    ("id,interesting\nann,1\n", "line 1, column 'interesting' is not known; did you mean interest_1?"),
    ("id,interest_1,interest_3\nann,1,1\n", "line 1 has interest_1, interest_3; number them interest_1 to interest_2"),
    ("id,speed\nann,0_1\n", "line 2, column speed: '0_1' must be a number from 0 to 1"),
    ("id\na\0b\n", "line 2, column id: holds a NUL character"),
]


@pytest.mark.parametrize(("text", "sentence"), BAD_HEADERS, ids=[sentence for _, sentence in BAD_HEADERS])
def test_a_file_that_is_no_roster_is_refused_with_the_reason(roster, text, sentence):
    with pytest.raises(SettingsError) as raised:
        roster(text)
    assert f"people.csv: {sentence}" in str(raised.value)


SWALLOWED = [
    ('id,community,speed\nP1,"Blue,0.5\nP2,Red,0.5\nP3,Red",0.4\nP4,Red,0.5\n', "line 2: a quotation mark (\") joins lines 2 to 4 into one row"),
    ('id,community,speed\nP1,"Blue,0.5\nP2,Red",0.5\n', "line 2: a quotation mark (\") joins lines 2 to 3 into one row"),
    ('id,community,speed\n"P1,Blue,0.5\nP2",Red,0.5\n', "joins lines 2 to 3 into one row"),
    ('id,community,speed\nP0,Red,0.1\n\nP1,"Blue,0.5\n\nP2,Red,\nP3,Red",0.5\n', "line 4: a quotation mark (\") joins lines 4 to 7 into one row"),
    ('id,community\nP1,"Blue\nP2,Red\nP3,Red"\nP4,Red\n', "joins lines 2 to 4 into one row"),
    ('id, community\nP1, "Blue\nP2, Red"\nP4, Red\n', "joins lines 2 to 3 into one row"),
    ('id,community,speed\rP1,"Blue,0.5\rP2,Red",0.5\r', "joins lines 2 to 3 into one row"),
    ('id,community\nP1,Blue\nP2,"Red\nP3,Red\n', "line 3 has a quotation mark (\") that is never closed"),
    ('id,community\nP1,"Blue\nP2,"Red"\n', "line 3, in a cell that began on line 2, continues after a closing quotation mark"),
    ('id,community\nP1,"Blue"s\n', "line 2 continues after a closing quotation mark"),
    ('id,"community\nP1,Blue\nP2",Red\n', "line 1 does not end where it should: a quotation mark"),
]


@pytest.mark.parametrize(("text", "sentence"), SWALLOWED, ids=range(len(SWALLOWED)))
def test_a_quotation_mark_that_swallows_lines_is_located(roster, text, sentence):
    with pytest.raises(SettingsError) as raised:
        roster(text)
    assert sentence in str(raised.value) and "\n" not in str(raised.value)


QUOTED = [
    ('id,speed\n"ann\nsmith",0.5\n', ["ann\nsmith"]),
    ('id,speed\n"ann, lee\nsmith",0.5\n', ["ann, lee\nsmith"]),
    ('id,community\n"Doe, Jane\nSenior","Blue, Red\nof two"\n', ["Doe, Jane\nSenior"]),
    ('id,community,speed\n"x,y,z\nw",Blue,0.5\n', ["x,y,z\nw"]),
    ('id,community,speed\n"P1,Blue,0.5\nis no row","a\nb",0.5\n', ["P1,Blue,0.5\nis no row"]),
    ('"id","community"\r\n"say ""hi""","Blue"\r\n', ['say "hi"']),
    ('id, community\n"P1", "Blue"\nP2, Blue\n', ["P1", "P2"]),
    ('id\n"ann\nlee"\n', ["ann\nlee"]),
    ('id,community\nP1,5" pipe\n', ["P1"]),
]


@pytest.mark.parametrize(("text", "ids"), QUOTED, ids=range(len(QUOTED)))
def test_a_quoted_cell_may_hold_commas_line_breaks_and_quotation_marks(roster, text, ids):
    assert list(roster(text).ids) == ids


EXPORTS = [
    (b"\xff\xfei\0d\0\n\0", "has column names but no people"),
    (b"id\nP1\nZo\x8d\n", "is neither UTF-8 nor Windows-1252 text (byte 8); save it as CSV in UTF-8"),
    (b"id,speed\nP1,\"0,5\"\n", "line 2, column speed: '0,5' must be a number from 0 to 1; write a point for the comma"),
    (b"First name,Surname\nA,B\n", "'First name' is not known; known are absent, community, helpfulness, id"),
    ("id\n\u200b\n".encode(), "line 2, column id: is empty"),
    ("id,community\nP1,\ufeff\n".encode(), "line 2, column community: is empty"),
    (b"id,community\nP1," + b"9" * 5000 + b"\n", "line 2, column community: has 5,000 letters, at most 200"),
    (b"id,interest_" + b"1" * 5000 + b"\nP1,1\n", "number them interest_1 to interest_1"),
    ("id,interest_\u0663\nP1,1\n".encode(), "number them interest_1 to interest_1"),
    (b"id,speed\nP1,1e999\n", "'1e999' must be a number from 0 to 1"),
    (b"id,speed\nP1," + b"1" * 5000 + b"\n", "must be a number from 0 to 1"),
    (b"id\n" + b"x" * 1_000_000 + b"\n", "line 2 has a cell of more than 131,072 characters"),
    (b"id," + b",".join(b"c%d" % i for i in range(100_000)) + b"\nP1" + b"," * 100_000 + b"\n", "column 'c0' is not known"),
    (b"id," + b",".join(b"interest_%d" % i for i in range(20_000)) + b"\n" + b"1," * 20_000 + b"1\n", "number them interest_1 to"),
    (b"id,x\0\nP1,1\n", "line 1 contains a NUL character"),
]


@pytest.mark.parametrize(("content", "sentence"), EXPORTS, ids=range(len(EXPORTS)))
def test_what_cannot_be_read_says_what_is_wrong_where_and_what_to_do(tmp_path, content, sentence):
    (tmp_path / "people.csv").write_bytes(content)
    with pytest.raises(SettingsError) as raised:
        read_roster(tmp_path / "people.csv")
    assert sentence in str(raised.value) and len(str(raised.value)) < 700


def test_a_pipe_or_a_device_is_never_waited_for(tmp_path):
    os.mkfifo(tmp_path / "people.csv")
    for path in (tmp_path / "people.csv", "/dev/zero"):
        with pytest.raises(SettingsError, match="is a pipe or a device, not a file; a roster is a CSV file"):
            read_roster(path)


def test_a_name_that_leads_nowhere_gives_an_error_of_one_line(tmp_path):
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    with pytest.raises(SettingsError, match=r"loop\.csv: cannot be read \(Too many levels of symbolic links\)"):
        read_roster(tmp_path / "loop.csv")
    with pytest.raises(SettingsError, match=r"two\\nlines\.csv': there is no such roster"):
        read_roster(tmp_path / "two\nlines.csv")
    with pytest.raises(SettingsError, match=r"there is no such roster; this system separates folders by /"):
        read_roster("data\\people.csv")
    with (tmp_path / "large.csv").open("wb") as file:
        file.truncate(2**41)
    with pytest.raises(SettingsError, match=r"has 2,048\.0 GiB, and 1 GiB is the most"):
        read_roster(tmp_path / "large.csv")


def test_a_roster_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"none.csv: there is no such roster"):
        read_roster(tmp_path / "none.csv")
    with pytest.raises(SettingsError, match="is a folder; a roster is a CSV file"):
        read_roster(tmp_path)
    with pytest.raises(SettingsError, match="is not a file's name"):
        read_roster("a\0b")


def test_a_cell_of_two_lines_does_not_shift_the_line_that_is_named(roster):
    with pytest.raises(SettingsError, match="line 4, column speed"):
        roster('id,speed\n"ann\nsmith",0.5\nbob,2\n')


def test_numbered_interests_go_by_number_and_others_in_the_files_order(roster):
    swapped = roster("id,interest_2,interest_1\nann,0.5,1\n")
    assert swapped.interest.tolist() == [[1.0, 0.5]]
    named = roster("id,interest_music,interest_art\nann,0.5,1\n")
    assert named.interest.tolist() == [[0.5, 1.0]]


# Against the settings ------------------------------------------------------------------------------


@pytest.fixture
def loaded(tmp_path):
    """Load a roster through settings."""

    def load(text, **organisation):
        file = tmp_path / "people.csv"
        file.write_text(text)
        return load_roster(validate({"organisation": {"roster": str(file), **organisation}}, "x"))

    return load


def test_without_a_roster_in_the_settings_there_is_none():
    assert load_roster(validate({}, "x")) is None


def test_a_roster_brings_its_own_number_of_people(loaded):
    assert len(loaded("id\na\nb\nc\n", communities=3).ids) == 3
    assert len(loaded("id\na\nb\nc\n", communities=3, trainees=3).ids) == 3


CLASHES = [
    ("id\na\nb\n", {"trainees": 3, "communities": 1}, "[organisation] trainees = 3, but "),
    ("id\na\nb\n", {"communities": 3}, "people.csv: 2 people cannot fill communities = 3"),
    ("id,interest\na,1\nb,1\n", {"communities": 2}, "has 1 interest columns, [organisation] communities = 2"),
    ("id\na\nb\n", {"communities": 2, "formation": "given"}, "has no column community"),
    ("id,community\na,x\nb,x\n", {"communities": 2, "formation": "given"}, "names 1 communities"),
]


@pytest.mark.parametrize(("text", "organisation", "sentence"), CLASHES, ids=[c[2] for c in CLASHES])
def test_a_roster_that_contradicts_the_settings_is_refused(loaded, text, organisation, sentence):
    with pytest.raises(SettingsError) as raised:
        loaded(text, **organisation)
    assert sentence in str(raised.value)


def test_a_community_column_nobody_asked_for_may_say_anything(loaded):
    assert loaded("id,community\na,x\nb,x\n", communities=2).community == ("x", "x")
