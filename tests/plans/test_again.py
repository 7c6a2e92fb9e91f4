"""Again: a plan that is made again keeps the cycles that were held, and moves as few people as possible."""

import numpy as np
import pytest

from helpers.seating_plans import officers, seats
from learnsim.errors import SettingsError
from learnsim.plans.course import course_of
from learnsim.plans.folder import write_plan


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


def test_somebody_who_joins_sits_somewhere_and_somebody_who_leaves_nowhere(written, again, tmp_path):
    first, folder = written(15, cycles=4)
    lines = (tmp_path / "people.csv").read_text().splitlines()
    (tmp_path / "people.csv").write_text("\n".join([*(line for line in lines if "P03" not in line), "P77,New,all,0.5,IT,f", ""]))
    plan = again(folder, course=course_of(tmp_path / "course.toml"), start=3).plan()
    new = plan.roster.ids.index("P77")
    assert "P03" not in plan.roster.ids
    assert plan.cell[:2, new].tolist() == [-1, -1] and (plan.cell[2:, new] >= 0).all()
    for cycle in range(4):
        kept = {place: members - {"P03"} for place, members in seats(first)[cycle].items()}
        now = {place: members - {"P77"} for place, members in seats(plan)[cycle].items()}
        assert kept == now


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
    assert again(folder).earlier.held == 2
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
