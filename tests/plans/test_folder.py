"""Folder: every file of a plan, read back by a parser of its own format; what is played is what is written."""

import csv
import io
import re

import icalendar
import numpy as np
import openpyxl
import pytest

import learnsim
from learnsim.errors import ResultsError
from learnsim.grouping.preparation import prepare
from learnsim.models.runs import run_arm
from learnsim.plans.folder import place_for, write_plan
from learnsim.plans.plan_rows import read_rows
from learnsim.settings import load

FILES = {
    "plan.html", "plan.csv", "plan.xlsx", "moodle.csv", "canvas.csv", "breakout_rooms.csv", "plan.ics", "plan.toml",
    "roster.csv", "by_cycle",
}  # fmt: skip
DATES = 'dates = ["2027-01-11 09:00", "2027-01-18 09:00", "2027-02-01"]\nminutes = 90'


@pytest.fixture
def written(course, tmp_path):
    """A plan and the folder that it was written into."""

    def make(*args, name="course", **kwargs):
        plan = course(*args, **kwargs).plan()
        return plan, write_plan(plan, tmp_path / "plans" / name, forecast=False).folder

    return make


def rows(folder, name):
    with (folder / name).open(newline="", encoding="utf-8-sig") as stream:
        return list(csv.DictReader(stream))


def test_every_file_is_there_and_the_same_in_every_byte(written):
    _, folder = written(13, plan=DATES, P02="2")
    assert {path.name for path in folder.iterdir()} == FILES
    _, other = written(13, plan=DATES, P02="2", name="other")
    for path in folder.rglob("*.*"):
        if path.is_file():
            assert path.read_bytes() == (other / path.relative_to(folder)).read_bytes(), path.name


def test_the_plan_is_read_back_row_by_row(written):
    plan, folder = written(13, ("north", "south"), cell_size=3, plan=DATES)
    assert read_rows(folder / "plan.csv") == list(plan.rows())
    frame = plan.to_frame()
    assert list(frame.columns) == ["cycle", "date", "community", "cell", "room", "person", "name", "role"]
    assert len(frame) == 39 and set(frame["role"]) == {"officer", "member"}


@pytest.mark.parametrize("engine", ["compiled", "agents"])
def test_both_engines_play_the_plan_that_was_written(written, engine):
    plan, folder = written(17, ("north", "south"), cell_size=4, cycles=4, P03="2", P04="2; 4")
    prepared = prepare(load(folder / "plan.toml"))
    record = run_arm(prepared, "plan", engine=engine, trace=True)
    length = prepared.settings.organisation.cycle_length
    for cycle in range(plan.cycles):
        played = record.trace.cell[cycle * length + 1]
        for community, cell in plan.cells:
            members = plan.members(cycle, community, cell)
            assert len({int(played[i]) for i in members}) <= 1
        assert np.flatnonzero(played < 0).tolist() == plan.absent(cycle)
        lead = {int(i) for i in record.trace.officers[cycle * length + 1] if i >= 0}
        assert lead == set(np.flatnonzero(plan.officer[cycle]).tolist())


def test_the_experiment_of_the_folder_is_good(written, tmp_path):
    _, folder = written(13, P02="2")
    check = learnsim.experiment(folder / "plan.toml").check()
    assert check.arms == ("plan", "first-cells", "random", "flat-lecture")
    assert check.warnings == ()


def test_a_calendar_program_reads_the_dates(written):
    plan, folder = written(13, plan=DATES + '\nrooms = [{name = "Room, 1", seats = 9}, {name = "B", seats = 9}, {name = "C", seats = 9}]')
    text = (folder / "plan.ics").read_bytes()
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == [f"course: cycle {n} of 3" for n in (1, 2, 3)]
    assert (events[0].decoded("DTEND") - events[0].decoded("DTSTART")).total_seconds() == 5400
    assert str(events[2].decoded("DTSTART")) == "2027-02-01"
    leader = next(plan.roster.names[i] for i in plan.members(0, 0, 0) if plan.officer[0, i])
    assert str(events[0]["DESCRIPTION"]).startswith(f"Cell 1 (Room, 1): {leader}, ")
    assert len({str(event["UID"]) for event in events}) == 3


def test_moodle_gets_a_group_per_person_and_cycle(written):
    plan, folder = written(13, plan='course = "SAFE-1"', P02="2")
    table = rows(folder, "moodle.csv")
    assert not (folder / "moodle.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert list(table[0]) == ["username", "course1", "group1", "course2", "group2", "course3", "group3"]
    assert [row["username"] for row in table] == list(plan.roster.ids)
    second = next(row for row in table if row["username"] == "P02")
    assert (second["course2"], second["group2"]) == ("", "")
    assert {row["course1"] for row in table} == {"SAFE-1"}
    names = re.compile(r"Cycle [123] Cell [123]")
    assert all(names.fullmatch(row["group1"]) for row in table)


def test_canvas_and_breakout_rooms_get_each_cycle(written):
    plan, folder = written(13, ("a", "b"), cell_size=3)
    for cycle in range(3):
        groups = rows(folder, f"by_cycle/canvas-{cycle + 1}.csv")
        assert {row["user_id"] for row in groups} == set(plan.roster.ids) and list(groups[0]) == ["user_id", "group_name"]
        rooms = rows(folder, f"by_cycle/breakout_rooms-{cycle + 1}.csv")
        assert list(rooms[0]) == ["Pre-assign Room Name", "Email Address"]
        assert len({row["Pre-assign Room Name"] for row in rooms}) == len(plan.cells)
    assert (folder / "canvas.csv").read_bytes() == (folder / "by_cycle" / "canvas-1.csv").read_bytes()


def test_breakout_rooms_take_addresses_where_there_are_any(course, tmp_path):
    made = course(6, cell_size=3)
    lines = (tmp_path / "people.csv").read_text().splitlines()
    mails = [f"{line},{line[:3].lower()}@example.org" for line in lines[1:]]
    (tmp_path / "people.csv").write_text("\n".join([f"{lines[0]},Mail", *mails]) + "\n")
    text = (tmp_path / "course.toml").read_text().replace('"Gender"]', '"Gender", "Mail"]')
    (tmp_path / "course.toml").write_text(text)
    from learnsim.plans.course import course_of

    saved = write_plan(course_of(tmp_path / "course.toml").plan(), tmp_path / "x", forecast=False)
    assert made and all("@example.org" in row["Email Address"] for row in rows(tmp_path / "x", "breakout_rooms.csv"))
    assert not any("breakout" in note for note in saved.notes)


def test_excel_reads_the_plan(written):
    plan, folder = written(13, plan=DATES, P02="2")
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    assert book.sheetnames == ["By person", "Plan", "Who met whom", "Quality"]
    cells = [[cell.value for cell in row] for row in book["Plan"].iter_rows()]
    assert cells[1][5] == next(plan.rows()).person and len(cells) == 1 + 38
    by_person = {row[0].value: [cell.value for cell in row[3:]] for row in book["By person"].iter_rows(min_row=2)}
    assert by_person["P02"][1] == "absent"
    met = np.array([[cell.value for cell in row[1:]] for row in book["Who met whom"].iter_rows(min_row=2)])
    assert np.array_equal(met, plan.meetings)


def test_no_file_holds_a_formula_or_markup_of_a_name(course, tmp_path):
    hostile = ['=cmd|"/c calc"!A1', "<script>alert(1)</script>", "O'Neill; \"quoted\", \U0001f600", "\u202eevil", "x" * 150, "{{ 7 * 7 }}"]
    made = course(6, cell_size=3)
    lines = (tmp_path / "people.csv").read_text().splitlines()
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(lines[0].split(","))
    for line, name in zip(lines[1:], hostile, strict=True):
        cells = line.split(",")
        writer.writerow([cells[0], name, *cells[2:]])
    (tmp_path / "people.csv").write_text(stream.getvalue(), encoding="utf-8")
    from learnsim.plans.course import course_of

    plan = course_of(tmp_path / "course.toml").plan()
    folder = write_plan(plan, tmp_path / "x", forecast=False).folder
    page = (folder / "plan.html").read_text(encoding="utf-8")
    assert made and "<script" not in page and "&lt;script&gt;" in page and "{{ 7 * 7 }}" in page and "49" not in page.split("</style>")[1]
    for path in (folder / "plan.csv", folder / "moodle.csv"):
        assert "\n=cmd" not in path.read_text(encoding="utf-8-sig") and ",=cmd" not in path.read_text(encoding="utf-8-sig")
    assert read_rows(folder / "plan.csv") == list(plan.rows())
    assert all(cell.data_type != "f" for sheet in openpyxl.load_workbook(folder / "plan.xlsx") for row in sheet for cell in row)


def test_a_folder_that_exists_is_refused_and_fresh_takes_another(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(ResultsError, match=r"a: exists already; --fresh writes .*a-2"):
        place_for("x", tmp_path / "a", fresh=False)
    assert place_for("x", tmp_path / "a", fresh=True) == tmp_path / "a-2"
    with pytest.raises(ResultsError, match="cannot be used"):
        place_for("x", tmp_path / ("n" * 400), fresh=False)


def test_a_place_that_is_no_folder_is_refused(course, tmp_path):
    plan = course(6, cell_size=3).plan()
    with pytest.raises(ResultsError, match=r"course\.toml/x: cannot be written \(.+\)"):
        write_plan(plan, tmp_path / "course.toml" / "x", forecast=False)
    assert not list(tmp_path.glob(".x-*"))


def test_a_full_disk_leaves_no_half_plan(course, tmp_path, monkeypatch):
    plan = course(6, cell_size=3).plan()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("learnsim.plans.folder.moodle", full)
    with pytest.raises(ResultsError, match=r"x: cannot be written \(No space left on device\)"):
        write_plan(plan, tmp_path / "out" / "x", forecast=False)
    assert list((tmp_path / "out").iterdir()) == []
