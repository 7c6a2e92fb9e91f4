"""The table [roster]: what it may say, and what contradicts itself."""

import tomllib

import pytest

from learnsim.errors import SettingsError
from learnsim.provenance import numbers_of
from learnsim.settings import validate
from learnsim.settings.write import toml_of

FILE = {"organisation": {"roster": "people.csv"}}


def roster_of(**columns):
    return validate({**FILE, "roster": columns}, "x").roster


def test_one_name_stands_for_a_list_of_one():
    columns = roster_of(name="Name", labels="Sex", pretest="Quiz")
    assert (columns.name, columns.labels) == (["Name"], ["Sex"])
    assert (columns.pretest.column, columns.pretest.maximum) == (["Quiz"], None)
    assert roster_of(pretest=["A", "B"]).pretest == roster_of(pretest={"column": ["A", "B"]}).pretest


WRONG = [
    ({"id": "A", "name": ["A"]}, "[roster] names the column 'A' as id and as name; a column has one meaning"),
    ({"labels": ["A", "A"]}, "[roster] names the column 'A' twice in labels; a column has one meaning"),
    ({"ignore": ["A"], "pretest": "A"}, "[roster] names the column 'A' as pretest and as ignore; a column has one meaning"),
    ({"community": "A", "interests": {"x": "B"}}, "[roster] names a community and interests; communities form by one of them, so keep one"),
    ({"id": " "}, "[roster] id = ' ' is an empty name; write the name of a column"),
    ({"id": 3}, '[roster] id = 3 should be the name of a column, in quotes, for example "Email"'),
    ({"name": ["A", ""]}, "[roster] name = ['A', ''] has an empty name; write the names of columns"),
    ({"labels": 3}, "[roster] labels = 3 should be the name of a column or a list of names"),
    ({"interests": {"": "B"}}, "[roster] interests has an empty name; write a name and a column for each interest"),
    ({"interests": ["B"]}, "[roster] interests = ['B'] should be a table of names and columns"),
    ({"ignore": "Notes"}, "[roster] ignore = 'Notes' should be a list of columns, for example [\"Notes\"], or \"others\""),
    ({"pretest": {"maximum": 3}}, "[roster] pretest has no column; write for example {column = \"Quiz 1\", maximum = 20}"),
    ({"pretest": {"column": "A", "maximum": 0}}, "[roster] pretest.maximum = 0 must be above 0 and at most 1000000000"),
    ({"pretest": {"column": "A", "most": 3}}, "[roster] pretest.most is not a setting; known are column, maximum"),
    ({"absent_in": "cycle"}, "[roster] absent_in = 'cycle' must be one of cycles, sessions; did you mean cycles?"),
    ({"lables": ["A"]}, "[roster] lables is not a setting; did you mean labels?"),
]


@pytest.mark.parametrize(("columns", "sentence"), WRONG, ids=range(len(WRONG)))
def test_what_contradicts_itself_is_refused_in_one_sentence(columns, sentence):
    with pytest.raises(SettingsError) as raised:
        roster_of(**columns)
    assert sentence in str(raised.value) and "\n" not in str(raised.value)


def test_a_community_may_be_a_label_too():
    assert roster_of(community="A", labels=["A"]).community == "A"


def test_columns_without_a_file_are_refused():
    with pytest.raises(SettingsError, match=r'\[roster\] id is about a file of people; name it: \[organisation\] roster = "people.csv"'):
        validate({"roster": {"id": "Email"}}, "x")


def test_columns_cannot_be_swept():
    with pytest.raises(SettingsError, match=r"\[sweep\] roster.id cannot be swept"):
        validate({**FILE, "sweep": {"roster.id": ["a", "b"]}, "arms": {"hybrid": {}}}, "x")


def test_what_is_written_is_read_again_as_the_same():
    columns = {"id": "A", "interests": {"p q": "B"}, "pretest": {"column": ["C"], "maximum": 20.0}, "ignore": "others", "labels": ["D", 'E"']}
    made = validate({**FILE, "roster": columns, "arms": {"hybrid": {}}}, "x")
    again = validate(tomllib.loads(toml_of(made)), "y")
    assert again.roster == made.roster
    assert "communities" not in tomllib.loads(toml_of(made))["organisation"]  # the roster may determine the number


def test_only_columns_that_are_named_belong_to_the_identity():
    assert not any(name.startswith("roster") for name in numbers_of(validate(FILE, "x")))
    assert numbers_of(validate({**FILE, "roster": {"id": "A"}}, "x"))["roster.id"] == "A"
