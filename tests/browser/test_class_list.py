"""Class list: a file that is opened on the page is read as the reader reads it, in memory, or refused in one sentence."""

import base64
import json
import tomllib
from io import BytesIO
from time import monotonic, sleep

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from typer.testing import CliRunner

from learnsim.browser.class_list import MOST_BYTES, OpenedFile, opened_file, pasted_list, plain_name, words_of
from learnsim.browser.column_guess import Columns, guess
from learnsim.browser.page_settings import PageSettings, first_arms
from learnsim.browser.record_state import RecordState
from learnsim.browser.save_file import file_name, toml_text
from learnsim.browser.unused_controls import unused_on_page
from learnsim.cli import app
from learnsim.errors import LearnsimError, SettingsError
from learnsim.settings import Settings, load

FIRST, LAST = ["Ana", "Bo", "Cy", "Di"], ["One", "Two", "Three", "Four"]
MOODLE = (
    '"First name",Surname,"ID number",Institution,Department,"Email address","Quiz: Pre-test (Real)","Last downloaded from this course"\n'
    + "".join(
        f"{first},{last},900{i},,{'Sales' if i % 2 else 'Ops'},{first}@example.org,-,170\n"
        for i, (first, last) in enumerate(zip(FIRST, LAST, strict=True))
    )
)
GERMAN = "Nachname;Vorname;Matrikelnummer;E-Mail-Adresse;Gruppe\nEins;Ana;09001;a@x.org;Team 1\nZwei;Bo;09002;b@x.org;Team 1\n" \
    "Drei;Cy;09003;c@x.org;Team 2\nVier;Di;09004;d@x.org;Team 2\n"
CANVAS = "Student,ID,SIS User ID,SIS Login ID,Section,Pre-test (101)\n,,,,,Manual Posting\n    Points Possible,,,,,10.00\n" \
    '"One, Ana",1001,9001,p1,A-01,7\n"Two, Bo",1002,9002,p2,A-01,\n"Student, Test",1003,,x,A-01,\n'
BRIGHTSPACE = "OrgDefinedId,Username,Last Name,First Name,Email,Pre-test Points Grade <Numeric MaxPoints:10>,End-of-Line Indicator\n" \
    "#9001,#p1,One,Ana,p1@example.org,7,#\n#9002,#p2,Two,Bo,p2@example.org,,#\n"
USUAL = "id,name,community,learning_speed\n" + "".join(f"P{i},{name},{'north' if i % 2 else 'south'},0.{i + 1}\n" for i, name in enumerate(FIRST))


def opened(text, name="class.csv"):
    return OpenedFile(name, text.encode() if isinstance(text, str) else text)


def settled(state):
    """Wait until a page shows what was asked for."""
    end = monotonic() + 60.0
    while state.busy and monotonic() < end:
        sleep(0.005)
    assert not state.busy
    return state


def event(content, name="class.csv", size=None):
    return {"name": name, "size": len(content) if size is None else size, "content": base64.b64encode(content).decode()}


@pytest.mark.parametrize(
    ("text", "columns", "names", "communities"),
    [
        (MOODLE, ("ID number", "First name", "Surname", "Department"), {"Ana One", "Di Four"}, {"Ops", "Sales"}),
        (GERMAN, ("Matrikelnummer", "Vorname", "Nachname", "Gruppe"), {"Ana Eins", "Di Vier"}, {"Team 1", "Team 2"}),
        (CANVAS, ("ID", "Student", "", ""), {"One, Ana", "Two, Bo"}, set()),
        (BRIGHTSPACE, ("OrgDefinedId", "First Name", "Last Name", ""), {"Ana One", "Bo Two"}, set()),
        (USUAL, ("id", "name", "", "community"), {"Ana", "Di"}, {"north", "south"}),
        ("Vorname\nAna\nBo\n", ("", "Vorname", "", ""), {"Ana", "Bo"}, set()),
        ("Course: Safety;;\nVorname;Nachname;Abteilung\nAna;One;Ops\nBo;Two;\n", ("", "Vorname", "Nachname", ""), {"Ana One", "Bo Two"}, set()),
    ],
    ids=["moodle", "german", "canvas", "brightspace", "usual names", "one column", "title lines"],
)
def test_exports_are_understood_as_they_come(text, columns, names, communities):
    file = opened(text)
    assert file.guess == Columns(*columns)
    people = file.people(file.guess)
    assert names <= set(people.roster.names) and len(people.roster.names) in (2, 4)
    assert set(people.roster.community) == communities


def test_what_is_known_of_a_person_by_a_usual_name_counts_too():
    people = opened(USUAL).people(opened(USUAL).guess)
    assert people.roster.traits["learning_speed"].tolist() == [0.1, 0.2, 0.3, 0.4]


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (Columns(id="Department"), "line 4, column Department: 'Ops' stands on line 2 already"),
        (Columns(id="Institution"), "line 2, column Institution: is empty"),
        (Columns(id="ID number", name="ID number"), "the column 'ID number' was chosen twice; a column has one meaning"),
        (Columns(id="nobody"), "has no column 'nobody'"),
        (Columns(id="ID number", community="Institution"), "line 2, column Institution: is empty; everybody needs a community"),
    ],
)
def test_a_column_that_cannot_be_what_was_chosen_is_refused(columns, sentence):
    with pytest.raises(SettingsError) as error:
        opened(MOODLE).people(columns)
    assert sentence in str(error.value) and str(error.value).startswith("class.csv: ")


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (event(b""), "class.csv: is empty"),
        (event(b"id\n"), "class.csv: has column names but no people"),
        (event(bytes(range(256)) * 40), "class.csv: is neither UTF-8 nor Windows-1252 text"),
        (event(b"PK\x03\x04 and more", "a.xlsx"), "a.xlsx: begins like an Excel workbook, but cannot be opened"),
        (event(b"\xd0\xcf\x11\xe0" * 9, "a.xls"), "a.xls: is a workbook of Excel 97 to 2003"),
        ({"name": "a.csv", "size": MOST_BYTES + 1, "content": None}, "a.csv: has 5.1 MB, and 5 MB is the most on the page"),
        (event(b"i" * (MOST_BYTES + 9), size=3), "class.csv: has 5.1 MB, and 5 MB is the most on the page"),
        ({"name": "a.csv", "size": 10, "content": None}, "a.csv: could not be read"),
        ({"name": "a.csv", "size": 10, "content": "not base 64!"}, "a.csv: could not be read"),
        ({"size": "x", "content": ["x"]}, "class_list.csv: could not be read"),
        ("x", "the file could not be read"),
        (None, "the file could not be read"),
    ],
)
def test_a_file_that_is_no_class_list_is_refused_in_one_sentence(sent, sentence):
    with pytest.raises(SettingsError) as error:
        opened_file(sent)
    assert str(error.value).startswith(sentence) and "\n" not in str(error.value)


@hypothesis(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | st.text(alphabet='idname,;\n"\t 0.5é', max_size=200).map(str.encode))
def test_any_bytes_are_people_or_a_sentence(content):
    try:
        file = opened_file(event(content))
        assert len(file.people(file.guess).roster.ids) > 0
    except LearnsimError as error:
        assert "\n" not in str(error) and str(error).startswith("class.csv")


@hypothesis(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["id", "ID number", "Name", "Surname", "Vorname", "Group", "Team", "E-Mail", "x"]), st.lists(st.text(max_size=3), min_size=4, max_size=4)))
def test_no_column_is_guessed_to_be_two_things(table):
    columns = [column for column in guess(table) if column]
    assert len(columns) == len(set(columns)) and set(columns) <= set(table)


@hypothesis(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_a_files_name_has_no_folder_and_no_strange_signs(name):
    plain = plain_name(name)
    assert plain.isprintable() and 0 < len(plain) <= 110 and not set(plain) & set('/\\:<>"|?*') and plain.strip(". ")


def test_a_workbook_is_read_from_memory():
    openpyxl = pytest.importorskip("openpyxl")
    book, stream = openpyxl.Workbook(), BytesIO()
    for row in (["Employee ID", "Name", "Department"], [1, "Ana", "Ops"], [2, "Bo", "Ops"], [3, "Cy", "Lab"], [4, "Di", "Lab"]):
        book.active.append(row)
    book.save(stream)
    file = opened_file(event(stream.getvalue(), "staff.xlsx"))
    assert file.guess == Columns("Employee ID", "Name", "", "Department")
    assert file.people(file.guess).roster.names == ("Ana", "Bo", "Cy", "Di")


# --- on a page ---


def test_a_page_with_a_class_list_plays_the_run_of_the_file(tmp_path):
    """The same numbers as an experiment that names the file."""
    (tmp_path / "class.csv").write_text(MOODLE)
    (tmp_path / "x.toml").write_text(
        '[organisation]\nroster = "class.csv"\nformation = "given"\n[roster]\nid = "ID number"\nname = ["First name", "Surname"]\n'
        'community = "Department"\nignore = "others"\n[arms.hybrid]\n[arms.flat-lecture]\n'
    )
    pages = []
    for base in (Settings(), Settings().changed({"organisation.trainees": 60, "organisation.communities": 3})):
        state = RecordState(PageSettings(base), "")
        state.open_file(event(MOODLE.encode()))
        assert state.file_error == ""
        pages.append(state)
    pages.append(RecordState(PageSettings(load(tmp_path / "x.toml"), str(tmp_path / "x.toml")), ""))
    arms = [json.loads(settled(state).shown.record)["arms"] for state in pages]
    assert arms[0] == arms[1] == arms[2]
    assert pages[0].shown.prepared.trainees == 4


def test_what_was_read_is_said_with_the_columns_left_out():
    state = RecordState(PageSettings(Settings()), "")
    state.open_file(event(MOODLE.encode()))
    assert state.file_words[0] == "class.csv: 4 people; 2 in Ops, 2 in Sales"
    assert state.file_words[-1].startswith("Left out: 'Institution', 'Email address', 'Quiz: Pre-test (Real)'")
    reasons = unused_on_page(settled(state).shown.prepared)
    assert {"organisation.trainees", "organisation.communities"} <= reasons.keys()


def test_a_mistake_leaves_the_page_as_it_was():
    state = RecordState(PageSettings(Settings()), "")
    state.open_file(event(b"\0\1\2"))
    assert state.file_error and settled(state).shown.prepared.trainees == 240 and state.file is None
    state.open_file(event(MOODLE.encode()))
    run = settled(state).shown.number
    state.use_columns(state.columns._replace(id="Department", community=""))
    assert "stands on line" in state.file_error
    assert (settled(state).shown.prepared.trainees, settled(state).shown.number, settled(state).error) == (4, run, "")
    state.use_columns(state.columns._replace(id="Email address", community="Department"))
    assert state.file_error == "" and settled(state).shown.prepared.roster.ids[0] == "Ana@example.org"
    state.close_file()
    assert (settled(state).shown.prepared.trainees, state.file, state.file_error, state.file_words) == (240, None, "", [])


def test_too_many_people_are_refused_beside_the_button():
    state = RecordState(PageSettings(Settings()), "")
    state.open_file(event(b"id\n" + b"".join(b"%d\n" % i for i in range(10_001))))
    assert state.file_error == "trainees = 10001: the page shows at most 10,000; an experiment file has no such limit"
    assert settled(state).shown.prepared.trainees == 240


def test_settings_tried_before_are_kept_but_for_those_that_people_determine():
    state = RecordState(PageSettings(Settings()), "organisation.trainees=60&organisation.communities=2&training.sessions=7")
    state.open_file(event(MOODLE.encode()))
    assert state.page_settings.changes == {"training.sessions": 7}
    assert "class.csv" not in state.page_settings.query()


def test_without_a_column_of_communities_all_are_one():
    state = RecordState(PageSettings(Settings()), "")
    state.open_file(event(b"Vorname\nAna\nBo\nCy\n"))
    assert settled(state).shown.prepared.settings.organisation.communities == 1
    state.change("organisation.communities", 3)
    assert settled(state).error == "" and settled(state).shown.prepared.settings.organisation.communities == 3


def test_an_unused_column_of_communities_locks_nothing():
    state = RecordState(PageSettings(Settings()), "")
    state.open_file(event(USUAL.encode()))
    state.use_columns(state.columns._replace(community=""))
    assert state.file_error == "" and settled(state).shown.prepared.settings.organisation.communities == 1
    assert "organisation.communities" not in unused_on_page(settled(state).shown.prepared)


def test_people_of_a_class_list_take_the_place_of_a_plans(tmp_path):
    (tmp_path / "roster.csv").write_text("id,community\nA,x\nB,x\nC,y\nD,y\n")
    (tmp_path / "plan.csv").write_text("cycle,community,cell,person\n1,x,1,A\n1,x,1,B\n1,y,1,C\n1,y,1,D\n")
    (tmp_path / "plan.toml").write_text(
        '[organisation]\nroster = "roster.csv"\nplan = "plan.csv"\nformation = "given"\ncycle_length = 4\n[training]\nsessions = 4\n'
        '[plan.rules]\napart = [["A", "B"]]\n[arms.first]\npreset = "hybrid"\n[[arms.first.phases]]\nfrom = 0\nshuffle = "plan"\n'
        '[arms.plan]\npreset = "hybrid"\nshuffle = "plan"\n[arms.random]\npreset = "hybrid"\n[arms.flat-lecture]\npreset = "flat-lecture"\n'
    )
    base = load(tmp_path)
    assert first_arms(base) == ("first", "flat-lecture")  # the first that plays the plan
    for arms in (("plan", "random"), ("first", "plan")):
        state = RecordState(PageSettings(base, str(tmp_path / "plan.toml"), arms), "")
        assert settled(state).shown.prepared.trainees == 4 and settled(state).shown.prepared.roster.planned is not None
        state.open_file(event(GERMAN.encode()))
        assert state.file_error == ""
        assert settled(state).shown.prepared.roster.planned is None and settled(state).shown.prepared.settings.organisation.plan == ""
        state.close_file()
        assert settled(state).shown.prepared.roster.planned is not None


def test_a_plan_is_shown_first_beside_policies_that_are_not_loaded_yet():
    arms = {"mine": {"preset": "hybrid", "shuffle": "of-my-own"}, "plan": {"preset": "hybrid", "shuffle": "plan"}, "flat-lecture": {}}
    settings = Settings(organisation={"roster": "people.csv", "plan": "plan.csv"}, arms=arms)
    assert first_arms(settings) == ("plan", "flat-lecture")
    assert first_arms(Settings(arms={"mine": arms["mine"], "flat-lecture": {}})) == ("mine", "flat-lecture")


@pytest.mark.parametrize("name", ["class.csv", "a 'b\" é #.csv", "../../x.csv", "<img src=x onerror=alert(1)>.csv", "x" * 300 + ".csv"])
def test_a_saved_page_names_the_class_list_that_lies_beside_it(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    state = RecordState(PageSettings(Settings()), "")
    state.open_file(event(MOODLE.encode(), name))
    page = state.page_settings
    text = toml_text(page, settled(state).shown.prepared.settings, 30)
    beside = tomllib.loads(text)["organisation"]["roster"]
    assert "/" not in beside and f"# The class list {beside} must lie beside it." in text
    (tmp_path / beside).write_text(MOODLE)
    place = tmp_path / file_name(page)
    place.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(app, ["check", str(place)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    again = RecordState(PageSettings(load(place), str(place)), "")
    assert json.loads(again.shown.record)["arms"] == json.loads(settled(state).shown.record)["arms"]


def test_words_say_what_is_odd_about_a_list():
    file = opened("id,name,Team\n1,Ana,Ops\n2,Bo,ops\n3,Cy,Ops\n4,Di,ops\n")
    people = file.people(file.guess)
    prepared = PageSettings(Settings()).with_class_list(people).prepared()
    words = words_of(prepared, file.left_out(people))
    assert words[0] == "class.csv: 4 people; 2 in Ops, 2 in ops"
    assert any("'Ops' and 'ops', which count as different" in sentence for sentence in words)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ana Example\n\nBen Example", ("Ana Example", "Ben Example")),
        ("Example, Ana\nExample, Ben", ("Example, Ana", "Example, Ben")),
        ("Name\nAna\nBen", ("Ana", "Ben")),
        ("Vorname\tNachname\nAna\tOne\nBen\tTwo", ("Ana One", "Ben Two")),
        ("id,name\n7,Ana\n8,Ben", ("Ana", "Ben")),
        ("<img src=x onerror=alert(1)>\nBen", ("<img src=x onerror=alert(1)>", "Ben")),
    ],
)
def test_a_list_is_pasted_with_column_names_or_without(text, names):
    file = pasted_list(text)
    assert file.people(file.guess).roster.names == names


@pytest.mark.parametrize("text", ["", " \n ", None, 7, "x" * (MOST_BYTES + 1)])
def test_what_is_no_list_is_a_sentence(text):
    with pytest.raises(SettingsError, match=r"^pasted_list\.csv: "):
        pasted_list(text)


def test_a_pasted_list_is_played(tmp_path):
    state = RecordState(PageSettings(Settings()), "")
    state.paste_list("Ana Example\nBen Example\nCleo Example\nDana Example")
    record = json.loads(settled(state).shown.record)
    assert record["names"] == ["Ana Example", "Ben Example", "Cleo Example", "Dana Example"]
    assert "pasted" not in state.query and "Ana" not in state.query
    state.paste_list("")
    assert state.file_error.startswith("pasted_list.csv: is empty") and settled(state).shown.number == 2
