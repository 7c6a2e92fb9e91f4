"""Roster columns: what a column means, by [roster] or by its usual name, and exports of learning platforms."""

import numpy as np
import pytest

from learnsim.errors import SettingsError
from learnsim.people import read_roster
from learnsim.settings.roster import RosterColumns


@pytest.fixture
def read(tmp_path):
    """Write a file, and read it with these settings of [roster]."""

    def reader(text, **columns):
        (tmp_path / "people.csv").write_text(text, encoding="utf-8")
        return read_roster(tmp_path / "people.csv", RosterColumns(**columns))

    return reader


@pytest.fixture
def refusal(read):
    """Write a file, and return why it is refused with these settings of [roster]."""

    def reader(text, **columns):
        with pytest.raises(SettingsError) as raised:
            read(text, **columns)
        assert "\n" not in str(raised.value)
        return str(raised.value).partition("people.csv: ")[2]

    return reader


def test_every_setting_names_its_column(read):
    roster = read(
        "Mail,First,Last,Dept,Fast,Talks,Helps,Quiz,Sex,Leads,Away,Notes\n"
        "a@x,Ann,Lee,north,0.1,0.2,0.3,5,f,yes,3; 7-9,hi\nb@x,Bob,,south,NA,,-,-,n/a,,,\n",
        id="Mail",
        name=["First", "Last"],
        community="Dept",
        learning_speed="Fast",
        sociability="Talks",
        helpfulness="Helps",
        pretest={"column": "Quiz", "maximum": 10},
        labels=["Sex", "Dept"],
        officer="Leads",
        absent="Away",
        ignore=["Notes"],
    )
    assert (roster.ids, roster.names, roster.community) == (("a@x", "b@x"), ("Ann Lee", "Bob"), ("north", "south"))
    assert {name: values[0] for name, values in roster.traits.items()} == {"learning_speed": 0.1, "sociability": 0.2, "helpfulness": 0.3}
    assert all(np.isnan(values[1]) for values in roster.traits.values())
    assert np.array_equal(roster.pretest, [[0.5], [np.nan]], equal_nan=True)
    assert roster.labels == {"Sex": ("f", ""), "Dept": ("north", "south")}
    assert roster.officer.tolist() == [True, False] and roster.absent == ((3, 7, 8, 9), ())
    assert roster.has_ids and not roster.knows_trait("sociability") and not roster.knows_pretest


def test_the_usual_names_need_no_setting(read):
    roster = read("id,name,pretest,officer,absent\n1,Ann,0.5,x,\n2,Bob,70 %,,1-3\n")
    assert roster.names == ("Ann", "Bob") and roster.pretest.tolist() == [[0.5], [0.7]]
    assert roster.officer.tolist() == [True, False] and roster.absent == ((), (1, 2, 3))


def test_interests_have_the_names_of_their_topics(read):
    roster = read("id,Wish A,Wish B\n1,0.2,0.4\n2,-,\n", interests={"pumps": "Wish A", "art": "Wish B"})
    assert roster.topics == ("pumps", "art") and roster.interest[0].tolist() == [0.5, 1.0]
    assert np.isnan(roster.interest[1]).all() and not roster.knows_interests
    assert read("id,interest_art,interest_1\n1,1,1\n").topics == ("art", "1")


def test_interests_are_known_as_a_whole_or_not_at_all(refusal):
    text = "id,interest_1,interest_2\n1,1,0\n2,1,\n"
    assert refusal(text) == "line 3, column interest_2: is not known, but other interests are; write 0 for none, or leave out all of them"


def test_a_test_for_each_item_is_a_column_each(read):
    roster = read("id,A,B\n1,1,2\n2,,4\n", pretest={"column": ["A", "B"], "maximum": 4})
    assert np.array_equal(roster.pretest, [[0.25, 0.5], [np.nan, 1.0]], equal_nan=True)


def test_a_name_is_an_id_where_there_is_no_other(read, refusal):
    assert read("name\n Lee,  Ann\n".replace(", ", ";")).ids == ("Lee; Ann",)
    text = "First,Last\nAnn,Lee\nBob,Lee\nAnn,Lee\n"
    people = read(text, name=["First", "Last"])
    assert people.ids == people.names == ("Ann Lee 1", "Bob Lee", "Ann Lee 2")
    assert people.notes == (
        "has more than one person called 'Ann Lee': they are numbered in the order of the lines ('Ann Lee 1', 'Ann Lee 2')",
    )
    assert read("name\nAnn\nAnn 1\nAnn\nAnn 2\nAnn\n").ids == ("Ann 3", "Ann 1", "Ann 4", "Ann 2", "Ann 5")
    assert refusal("name,speed\nAnn,1\n-,1\n").startswith("line 3, column name: is empty; name a column that every person has")


def test_two_people_may_have_one_name_where_they_have_ids(read):
    assert read("id,name\n1,Ann\n2,Ann\n3,\n").names == ("Ann", "Ann", "3")


REFUSED = [
    ("id,Mail\n1,a\n", {"id": "mail"}, "line 1 has no column 'mail', which [roster] id names; did you mean Mail?"),
    ("id,Prénom\n1,a\n", {"name": "Prenom"}, "line 1 has no column 'Prenom', which [roster] name names; did you mean Prénom?"),
    ("id,Mail\n1,a\n", {"labels": ["Shoes"], "ignore": "others"}, "line 1 has no column 'Shoes', which [roster] labels names; known are Mail, id"),
    ("id,Mail\n1,a\n", {"ignore": ["Mial"]}, "line 1 has no column 'Mial', which [roster] ignore names; did you mean Mail?"),
    ("id,Mail\n1,a\n", {}, "line 1, column 'Mail' is not known; known are absent, community, helpfulness, id, interest_1, learning_speed, name, officer, pretest, sociability, speed; say under [roster] what it is, for example labels = ['Mail'] or id = 'Mail', or ignore = \"others\""),
    ("id,Comunity\n1,a\n", {}, "line 1, column 'Comunity' is not known; did you mean community? If not, say under [roster] what it is, for example labels = ['Comunity'] or id = 'Comunity', or ignore = \"others\""),
    ("id,Mail,Mail\n1,a,a\n", {"name": "Mail"}, "line 1 names column 'Mail' twice"),
    ("id,Quiz\n1,7\n", {"pretest": "Quiz"}, "line 2, column Quiz: '7' must be a number from 0 to 1; say how many points are the most: [roster] pretest maximum"),
    ("id,Quiz\n1,7\n", {"pretest": {"column": "Quiz", "maximum": 5}}, "line 2, column Quiz: '7' must be a number from 0 to 5"),
    ("id,Quiz\n1,120%\n", {"pretest": "Quiz"}, "line 2, column Quiz: '120%' must be a number from 0 to 100%"),
    ("id,officer\n1,perhaps\n", {}, "line 2, column officer: 'perhaps' must be yes or no"),
    ("id,absent\n1,9-7\n", {}, "line 2, column absent: '9-7' must be numbers counted from 1, and ranges, for example 3; 7-9"),
    ("id,absent\n1,0\n", {}, "line 2, column absent: '0' must be numbers counted from 1, and ranges, for example 3; 7-9"),
    ("id,absent\n1,1-999999999\n", {}, "line 2, column absent: '1-999999999' names more than 10,000 numbers"),
    ("id,community\n1,-\n", {}, "line 2, column community: '-' is no name; everybody needs a community here"),
    ("Mail,x\n,1\n", {"id": "Mail", "ignore": "others"}, 'line 2, column Mail: is empty; name a column that every person has, for example [roster] id = "Email"'),
]


@pytest.mark.parametrize(("text", "columns", "sentence"), REFUSED, ids=range(len(REFUSED)))
def test_a_column_that_is_not_as_meant_is_refused_with_the_cure(refusal, text, columns, sentence):
    assert refusal(text, **columns) == sentence


def test_all_other_columns_are_left_out_only_if_that_is_asked(read):
    assert read("id,Mail,Mail,\n1,a,b,c\n", ignore="others").ids == ("1",)
    assert read("id,Mail\n1,a\n", ignore=["Mail"]).ids == ("1",)


def test_a_column_that_a_setting_names_loses_its_usual_meaning(read):
    roster = read("id,name,speed\n1,Ann,0.5\n", id="name", labels=["id"], learning_speed="speed")
    assert roster.ids == ("Ann",) and roster.labels == {"id": ("1",)} and roster.traits["learning_speed"].tolist() == [0.5]


# Exports of learning platforms ---------------------------------------------------------------------

MOODLE = (
    '"First name",Surname,"ID number",Institution,Department,"Email address","Quiz: Start (Real)","Last downloaded from this course"\n'
    "Ann,Lee,0701,,Ops,ann@example.org,15.00,1699999999\nBob,Doe,0702,,Sales,bob@example.org,-,1699999999\n"
)
GERMAN = "Vorname;Nachname;Matrikelnummer;Abteilung;E-Mail-Adresse;Test: Start (Punkte);Zuletzt aus diesem Kurs geladen\nAnn;Lee;0701;A;a@example.org;7,50;1699999999\n"
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Start (88),Final Score\n"
    ",,,,,Manual Posting,\n    Points Possible,,,,,20.00,(read only)\n"
    '"Lee, Ann",31,0701,ann,S1,15,75\n"Student, Test",32,0702,test,S1,5,25\n"Student, Test",33,,8f,S1,,\n'
)
BRIGHTSPACE = (
    "OrgDefinedId,Username,Last Name,First Name,Start Points Grade <Numeric MaxPoints:20 Weight:5>,End-of-Line Indicator\n"
    "#0701,#ann,Lee,Ann,15,#\n#0702,#bob,Doe,Bob,,#\n"
)


def test_a_gradebook_of_moodle_is_read(read):
    columns = {"id": "ID number", "name": ["First name", "Surname"], "labels": ["Department"], "ignore": ["Institution", "Email address"]}
    roster = read(MOODLE, pretest={"column": "Quiz: Start (Real)", "maximum": 20}, **columns)
    assert (roster.ids, roster.names) == (("0701", "0702"), ("Ann Lee", "Bob Doe"))
    assert np.array_equal(roster.pretest, [[0.75], [np.nan]], equal_nan=True) and roster.notes == ()


def test_a_german_gradebook_of_moodle_is_read(read):
    columns = {"id": "Matrikelnummer", "name": ["Vorname", "Nachname"], "labels": ["Abteilung"], "ignore": ["E-Mail-Adresse"]}
    roster = read(GERMAN, pretest={"column": "Test: Start (Punkte)", "maximum": 10}, **columns)
    assert roster.ids == ("0701",) and roster.pretest.tolist() == [[0.75]]


def test_a_gradebook_of_canvas_is_read_without_the_rows_that_are_no_people(read):
    roster = read(CANVAS, id="SIS User ID", name="Student", pretest="Start", ignore="others")
    assert roster.names == ("Lee, Ann", "Student, Test")  # who has an id of the school is a person
    assert roster.pretest.tolist() == [[0.75], [0.25]]
    assert roster.notes == (
        "has the most points of each test on line 3",
        "has Canvas's test student on line 6, 'Student, Test', who is left out",
        "has 20 points as the most of Start (88)",
    )


def test_a_gradebook_of_brightspace_is_read(read):
    roster = read(BRIGHTSPACE, id="OrgDefinedId", name=["First Name", "Last Name"], pretest="Start Points Grade", ignore=["Username"])
    assert roster.ids == ("0701", "0702") and roster.pretest[0].tolist() == [0.75]
    assert "has # before each OrgDefinedId, which is left out" in roster.notes


def test_a_sign_before_some_numbers_only_belongs_to_them(read):
    assert read("OrgDefinedId\n#1\n2\n", id="OrgDefinedId").ids == ("#1", "2")


def test_points_that_contradict_the_file_are_refused(refusal):
    columns = {"id": "OrgDefinedId", "pretest": {"column": "Start Points Grade", "maximum": 10}, "ignore": "others"}
    assert refusal(BRIGHTSPACE, **columns) == (
        "column Start Points Grade <Numeric MaxPoints:20 Weight:5> is out of 20 points there, but [roster] pretest maximum = 10; leave maximum out"
    )


def test_a_canvas_file_without_people_is_refused(refusal):
    text = "\n".join(CANVAS.splitlines()[:3]) + "\n"
    assert refusal(text, id="ID", ignore="others") == "has column names but no people"
