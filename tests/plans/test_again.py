"""Again: a plan that is made again keeps the cycles that were held, and moves as few people as possible."""

import numpy as np
import pytest

from helpers.seating_plans import officers, seats
from learnsim.errors import SettingsError
from learnsim.grouping.preparation import prepare
from learnsim.models.runs import run_arm
from learnsim.plans.course import course_of
from learnsim.plans.folder import write_plan
from learnsim.settings import load


@pytest.fixture
def written(course, tmp_path):
    """A course that was planned and written, and its plan."""

    def make(*args, **kwargs):
        plan = course(*args, **kwargs).plan()
        write_plan(plan, tmp_path / "plans" / "first", forecast=False)
        return plan, tmp_path / "plans" / "first"

    return make


def test_an_absence_moves_nobody_else_and_leaves_what_was_held(written, again):
    first, folder = written(15, cycles=4)
    plan = again(folder, "P04:3").plan()
    where = first.roster.ids.index("P04")
    others = np.arange(15) != where
    assert np.array_equal(plan.cell[:, others], first.cell[:, others])
    assert plan.cell[:, where].tolist() == [*first.cell[:2, where].tolist(), -1, first.cell[3, where]]
    assert (plan.moved, plan.first_coming) == (0, 2)
    assert officers(plan)[:2] == officers(first)[:2]


def test_an_absence_may_last_and_be_given_by_name(written, again):
    _, folder = written(15, cycles=4)
    plan = again(folder, "Name04:2-3", "P05:4").plan()
    assert [[plan.roster.ids[i] for i in plan.absent(t)] for t in range(4)] == [[], ["P04"], ["P04"], ["P05"]]


def test_small_cells_are_filled_up_by_moving_few(written, again):
    first, folder = written(12, cell_size=4, cycles=3)
    gone = sorted(seats(first)[1][0, 0])[:3]
    plan = again(folder, *(f"{key}:2" for key in gone)).plan()
    sizes = sorted(len(members) for members in seats(plan)[1].values())
    assert sizes[0] >= 3 and sum(sizes) == 9
    assert plan.moved <= 3


@pytest.fixture
def changed(written, again, tmp_path):
    """A plan of 15 in four cycles that is made again from cycle 3 on: P03 has left, P77 joins."""

    def make(**absent):
        first, folder = written(15, cycles=4, **absent)
        lines = (tmp_path / "people.csv").read_text().splitlines()
        new = "P77,New,all,0.5,IT,f" + ("," if absent else "")
        (tmp_path / "people.csv").write_text("\n".join([*(line for line in lines if "P03" not in line), new, ""]))
        return first, again(folder, course=course_of(tmp_path / "course.toml"), start=3)

    return make


def test_those_who_join_come_later_and_those_who_left_keep_what_was_held(changed):
    first, course = changed()
    plan = course.plan()
    new, gone = plan.roster.ids.index("P77"), plan.roster.ids.index("P03")
    assert plan.cell[:2, new].tolist() == [-1, -1] and (plan.cell[2:, new] >= 0).all()
    assert (plan.cell[:2, gone] >= 0).all() and plan.cell[2:, gone].tolist() == [-1, -1]
    assert seats(plan)[:2] == seats(first)[:2] and officers(plan)[:2] == officers(first)[:2]
    assert list(plan.rows())[:30] == list(first.rows())[:30]
    for cycle in range(2, 4):
        kept = {place: members - {"P03"} for place, members in seats(first)[cycle].items()}
        now = {place: members - {"P77"} for place, members in seats(plan)[cycle].items()}
        assert kept == now
    assert [note.split(":")[0] for note in plan.notes] == ["P03 has left", "New from cycle 3 on"]


@pytest.mark.parametrize("absent", [{}, {"P05": "2"}], ids=["no absences", "absences"])
def test_a_changed_plan_is_played_forecast_and_made_again(changed, again, tmp_path, absent):
    _, course = changed(**absent)
    folder = write_plan(course.plan(), tmp_path / "plans" / "second", forecast=False).folder
    prepared = prepare(load(folder / "plan.toml"))
    record = run_arm(prepared, "plan", trace=True)
    length = prepared.settings.organisation.cycle_length
    ids = prepared.roster.ids
    assert [ids[i] for i in np.flatnonzero(record.trace.cell[1] < 0)] == ["P77"]
    assert [ids[i] for i in np.flatnonzero(record.trace.cell[3 * length + 1] < 0)] == ["P03"]
    third = again(folder, "P06:4", course=course_of(tmp_path / "course.toml")).plan()
    assert "P03" in third.roster.ids and third.first_coming == 3
    assert [third.roster.ids[i] for i in third.absent(3)] == ["P03", "P06"]


def test_no_message_shows_the_draft_of_a_folder(changed, tmp_path, monkeypatch):
    from learnsim.errors import LearnsimError
    from learnsim.plans import folder as folders

    def broken(plan, draft):
        raise SettingsError(f"settings: {draft}/plan.csv: wrong in {draft.name}")

    monkeypatch.setattr(folders, "_forecast", broken)
    _, course = changed()
    with pytest.raises(LearnsimError) as raised:
        write_plan(course.plan(), tmp_path / "plans" / "second")
    assert str(raised.value) == f"settings: {tmp_path}/plans/second/plan.csv: wrong in second"


@pytest.mark.thorough
@pytest.mark.parametrize("number", range(15))
def test_officers_stay_unless_they_are_gone(written, again, number):
    """Of every cell that keeps its officer's seat the officer is the same, and only one person leads a cell."""
    first, folder = written(15, cycles=4)
    plan = again(folder, f"P{number + 1:02}:3-4").plan()
    for t in range(4):
        for old, new in zip(officers(first)[t], officers(plan)[t], strict=True):
            assert old == new or (old == f"P{number + 1:02}" and t >= 2)


def test_fixed_officers_stay_and_a_successor_takes_over(written, again, tmp_path):
    first, folder = written(15, cycles=4, plan='officers = "fixed"')
    lead = officers(first)[0]
    plan = again(folder, f"{lead[1]}:3-4").plan()
    assert officers(plan)[2][0] == lead[0] and officers(plan)[2][2] == lead[2]
    assert officers(plan)[2][1] not in lead


def test_a_plan_made_again_can_be_made_again(written, again, tmp_path):
    _, folder = written(15, cycles=4)
    second = again(folder, "P04:2").plan()
    write_plan(second, tmp_path / "plans" / "second", forecast=False)
    third = again(tmp_path / "plans" / "second", "P05:3").plan()
    assert [[third.roster.ids[i] for i in third.absent(t)] for t in range(4)] == [[], ["P04"], ["P05"], []]


def test_the_first_coming_date_says_what_was_held(written, again):
    first, folder = written(9, cell_size=3, cycles=3, plan='dates = ["2001-01-01", "2001-01-08", "2999-01-01"]')
    assert again(folder).earlier.past == 2
    assert np.array_equal(again(folder).plan().cell, first.cell)


MISTAKES = [
    (("P04",), {}, "--absent 'P04': write the id and the cycles, for example"),
    (("P04:x",), {}, "--absent 'P04:x': write the id and the cycles"),
    (("P04:0",), {}, "write the id and the cycles"),
    (("P99:2",), {}, "'P99' is nobody of the roster; did you mean P09?"),
    ((), {}, "--again: from which cycle on may the plan change? Write for example --from 3"),
    ((), {"start": 9}, "--again: there is no cycle 9; the course has 4"),
]


@pytest.mark.parametrize(("absent", "options", "sentence"), MISTAKES, ids=range(len(MISTAKES)))
def test_what_is_not_clear_is_asked_for(written, again, absent, options, sentence):
    _, folder = written(15, cycles=4)
    with pytest.raises(SettingsError) as raised:
        again(folder, *absent, **options)
    assert sentence in str(raised.value)


def test_a_folder_without_a_plan_is_no_plan(again, tmp_path):
    with pytest.raises(SettingsError, match=r"has no plan\.toml; --again needs the folder of a plan"):
        again(tmp_path, "P04:2")
