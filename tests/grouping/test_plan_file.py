"""Plan file: who sits with whom in every cycle, and what is wrong with a plan, by line and column."""

import numpy as np
import pytest

import learnsim
from learnsim.errors import LearnsimError, PolicyError, SettingsError
from learnsim.experiments.design.checks import design_of
from learnsim.grouping import Tree
from learnsim.grouping.planned import plan_of, seats_of
from learnsim.grouping.preparation import prepare
from learnsim.models.runs import run_arm
from learnsim.people import Roster, load_roster, read_plan
from learnsim.people.plan_file import Seat, check_seats, planned_cells
from learnsim.settings import load, validate

IDS = ("P1", "P2", "P3", "P4")
HEAD = "cycle,community,cell,person,role\n"
FIRST = "1,a,x,P1,officer\n1,a,x,P2,member\n1,b,y,P3,\n1,b,y,P4,\n"
SECOND = FIRST.replace("1,a", "2,a").replace("1,b", "2,b")


@pytest.fixture
def plan(tmp_path):
    """Write a plan, and read it."""

    def read(text, ids=IDS):
        file = tmp_path / "plan.csv"
        file.write_text(text, encoding="utf-8")
        return read_plan(file, ids)

    return read


def test_a_plan_says_who_sits_where_and_who_leads(plan):
    there = plan(HEAD + FIRST + "2,a,x,P1,\n2,a,z,P2,officer\n2,b,y,P3,member\n2,b,y,P4,Officer\n")
    assert there.cycles == 2
    assert there.community.tolist() == [0, 0, 1, 1]
    assert there.cell.tolist() == [[0, 0, 1, 1], [0, 1, 2, 2]]
    assert [row.tolist() for row in there.officers] == [[0, -1], [-1, 1, 3]]


def test_lines_and_columns_may_stand_in_any_order_and_others_may_be_there(plan):
    text = "name,person,room,cell,date,cycle,community\nBo,P2,A1,2,2027-01-11,1,a\nAn,P1,A1,10,,1,a\n"
    there = plan(text, IDS[:2])
    assert there.cell.tolist() == [[1, 0]]  # cells are numbered by value: 2 comes before 10
    assert there.officers[0].tolist() == [-1, -1]


def test_a_cell_of_the_same_name_is_another_cell_in_another_community(plan):
    assert plan("cycle,community,cell,person\n1,b,1,P1\n1,a,1,P2\n", IDS[:2]).cell.tolist() == [[1, 0]]


def test_the_label_of_a_cell_stays_where_its_number_does_not():
    """Cell x of community a has nobody in the second cycle, so that the cells of b have lower numbers."""
    seats = [Seat(0, "a", "w", 0), Seat(0, "a", "x", 1), Seat(0, "b", "y", 2), Seat(1, "a", "w", 0), Seat(1, "b", "y", 2)]
    there = planned_cells(seats, 3)
    assert there.cell.tolist() == [[0, 1, 2], [0, -1, 1]]
    assert there.label.tolist() == [[0, 1, 2], [0, -1, 2]]


def test_communities_are_numbered_by_the_interests_that_have_their_names():
    seats = [Seat(0, "pumps", "1", 0), Seat(0, "safety", "1", 1)]
    assert planned_cells(seats, 2).community.tolist() == [0, 1]
    assert planned_cells(seats, 2, ("safety", "pumps")).community.tolist() == [1, 0]
    assert planned_cells(seats, 2, ("safety", "valves")).community.tolist() == [0, 1]


def test_the_seats_of_a_cycle_are_taken_by_ascending_number():
    there = planned_cells([Seat(0, "b", "1", 0), Seat(0, "a", "2", 3), Seat(0, "a", "2", 1), Seat(0, "a", "1", 2)], 4)
    seats = seats_of(there, 0)
    assert seats.order.tolist() == [2, 1, 3, 0]
    assert seats.offsets.tolist() == [0, 1, 3, 4] and seats.branches.tolist() == [0, 2, 3]
    assert seats.cell.tolist() == [2, 1, 0, 1] and seats.officers.tolist() == [-1, -1, -1]


MISTAKES = [
    ("cycle,community,person\n1,a,P1\n", "line 1 has no column cell; a plan needs cycle, community, cell, person"),
    ("cycle,community,cell,person,rooms\n1,a,x,P1,A1\n", "line 1, column 'rooms' is not known; did you mean room?"),
    ("cycle,community,cell,person,seat\n1,a,x,P1,A1\n", "line 1, column 'seat' is not known"),
    (HEAD + "1,a,x,P1,\n1,a,x,P2x,\n", "line 3, column person: 'P2x' is not in the roster; did you mean P2?"),
    (HEAD + "1,a,x,P1,\n\n1,a,y,P1,\n", "line 4, column person: 'P1' is in cycle 1 on line 2 already"),
    (HEAD + "one,a,x,P1,\n", "line 2, column cycle: 'one' must be a cycle's number: 1, 2, 3 and so on"),
    (HEAD + "0,a,x,P1,\n", "line 2, column cycle: '0' must be"),
    (HEAD + "1.0,a,x,P1,\n", "line 2, column cycle: '1.0' must be"),
    (HEAD + "1234567,a,x,P1,\n", "line 2, column cycle: '1234567' must be"),
    (HEAD + FIRST + "3,a,x,P1,\n", "column cycle has 3, but no 2; number the cycles from 1 on without a gap"),
    (HEAD + SECOND, "column cycle has 2, but no 1; number"),
    (HEAD + FIRST + "2,b,x,P1,\n", "line 6, column community: 'P1' is in 'b', and in 'a' on line 2; communities stay"),
    (HEAD + "1,a,x,P1,officer\n1,a,x,P2,officer\n", "line 3, column role: 'P2' leads cell 'x' in cycle 1, and so does 'P1' on line 2"),
    (HEAD + "1,a,x,P1,leader\n", "line 2, column role: 'leader' must be officer or member"),
    (HEAD + "1,a,x,P1,\n1,a,x,P2,\n1,a,x,P4,\n", "column person: 'P3' of the roster is in no cycle"),
    (HEAD + "1,,x,P1,\n", "line 2, column community: is empty"),
    (HEAD + "1,a,,P1,\n", "line 2, column cell: is empty"),
    (HEAD + "1,a,x,,\n", "line 2, column person: is empty"),
    (HEAD + "1,a,x\0,P1,\n", "line 2, column cell: holds a NUL character"),
    (HEAD, "has column names but no people"),
    ("", "is empty; a plan begins with a line of column names"),
]


@pytest.mark.parametrize(("text", "sentence"), MISTAKES)
def test_a_mistake_is_named_with_its_line_and_column(plan, tmp_path, text, sentence):
    with pytest.raises(SettingsError) as error:
        plan(text)
    assert str(error.value).startswith(f"{tmp_path / 'plan.csv'}: {sentence}")


def test_whoever_has_no_seat_must_be_absent_by_the_roster():
    there = planned_cells([Seat(0, "a", "x", 0), Seat(0, "a", "x", 1), Seat(1, "a", "x", 1)], 2)
    check_seats("plan.csv", there, IDS, ((2, 5), ()), 0)
    check_seats("plan.csv", there, IDS, ((3, 4), ()), 2)  # sessions 3 and 4 are cycle 2
    for absent, sessions in (((), 0), (((1,), (2,)), 0), (((3,), ()), 2)):
        with pytest.raises(SettingsError, match=r"^plan\.csv: 'P1' has no seat in cycle 2, and the roster does not say"):
            check_seats("plan.csv", there, IDS, absent, sessions)


# --- a plan in an experiment ---

FILE = """
[experiment]
replicates = 2
baseline = "planned"
[organisation]
roster = "people.csv"
plan = "plan.csv"
communities = 2
cycle_length = 3
[training]
sessions = 6
[arms.planned]
preset = "hybrid"
shuffle = "plan"
"""


@pytest.fixture
def file(tmp_path):
    """An experiment in which a plan of two cycles is played."""
    (tmp_path / "people.csv").write_text("id\n" + "".join(f"{person}\n" for person in reversed(IDS)))
    (tmp_path / "plan.csv").write_text(HEAD + FIRST + SECOND)
    (tmp_path / "my.toml").write_text(FILE)
    return tmp_path / "my.toml"


def test_a_plan_travels_with_the_roster_in_its_order(file):
    roster = load_roster(load(file))
    assert roster.ids == IDS
    assert roster.planned.cell.tolist() == [[0, 0, 1, 1]] * 2


def test_a_plan_needs_a_roster():
    with pytest.raises(SettingsError, match=r"\[organisation\] plan = 'plan.csv' needs a roster, whose people it seats"):
        validate({"organisation": {"plan": "plan.csv"}}, "x.toml")


def test_a_plan_cannot_be_swept():
    with pytest.raises(SettingsError, match=r"\[sweep\] organisation\.plan cannot be swept; write an experiment file"):
        validate({"sweep": {"organisation.plan": ["a.csv", "b.csv"]}}, "x.toml")


def test_a_plan_and_the_settings_agree_on_communities(file):
    with pytest.raises(SettingsError, match=r"plan\.csv: names 2 communities, \[organisation\] communities = 3; they must"):
        prepare(load(file, ["organisation.communities=3"]))


NOT_TOGETHER = [
    (["arms.planned.groups=community"], "groups = 'community' does not go with shuffle = 'plan', whose groups are cells"),
    (["arms.planned.scope=organisation"], "scope = 'organisation' goes with shuffle = "),
    (["arms.planned.fraction=0.5"], "fraction = 0.5 goes with shuffle = 'random', not 'plan'"),
    (["communities.mobility=0.1"], "[communities] mobility = 0.1 does not go with shuffle = 'plan', whose communities stay"),
    (["communities.minimum=1"], "[communities] minimum = 1 does not go with shuffle = 'plan'"),
    (["training.sessions=7"], "shuffle = 'plan': the run has 3 cycles, the plan 2; take fewer sessions, longer cycles, or plan more"),
    (["organisation.cycle_length=1"], "shuffle = 'plan': the run has 6 cycles, the plan 2;"),
    (["organisation.plan=''"], "shuffle = 'plan' needs a plan; name its file: [organisation] plan = \"plan.csv\""),
]


@pytest.mark.parametrize(("assignments", "sentence"), NOT_TOGETHER)
def test_what_does_not_go_with_a_plan_is_refused_before_the_run(file, assignments, sentence):
    settings = load(file, assignments)
    with pytest.raises(PolicyError) as error:
        design_of(settings, "my.toml")
    assert str(error.value).startswith(f"my.toml: [arms.planned] {sentence}")
    for engine in ("compiled", "agents"):
        with pytest.raises(PolicyError) as error:
            run_arm(settings, "planned", engine=engine)
        assert str(error.value).startswith(sentence)


def test_rewired_ties_do_not_go_with_a_plan(file):
    text = FILE.replace("[training]\nsessions = 6", '[model]\nkind = "search"\n[search]\nperiods = 6')
    file.write_text(text + "rewiring = 0.1\n")
    with pytest.raises(PolicyError, match=r"my\.toml: \[arms\.planned\] rewiring = 0\.1 does not go with shuffle = 'plan'"):
        design_of(load(file), "my.toml")


def test_a_phase_that_plays_a_plan_needs_its_cycles_only(file):
    """Cycles 0 and 1 are of sessions 0-2 and 3-5; the plan ends where another phase begins."""
    for start, fits in ((3, True), (6, True), (9, False)):
        file.write_text(FILE.replace("sessions = 6", "sessions = 12") + f"[[arms.planned.phases]]\nfrom = {start}\nshuffle = 'none'\n")
        settings = load(file)
        try:
            design_of(settings, "my.toml")
        except LearnsimError as error:
            assert not fits and "the run has 3 cycles, the plan 2" in str(error)
        else:
            assert fits


def test_a_sweep_of_sessions_is_refused_at_the_point_that_needs_more_cycles(file):
    file.write_text(FILE + '[sweep]\n"training.sessions" = [3, 6, 9]\n')
    with pytest.raises(PolicyError, match="the run has 3 cycles, the plan 2"):
        design_of(load(file), "my.toml")


def test_a_plan_that_no_arm_plays_is_warned_of(file):
    check = learnsim.experiment(load(file, ["arms.planned.shuffle=none"])).check()
    assert any("no arm plays the plan; shuffle = 'plan' plays it" in warning for warning in check.warnings)
    assert not any("plan" in warning for warning in learnsim.experiment(load(file)).check().warnings)


def test_a_setting_that_a_plan_stands_in_for_is_warned_of(file):
    settings = load(file, ["arms.planned.formation=random"])
    warnings = learnsim.experiment(settings).check().warnings
    assert any("formation = " in one and "the plan says who is in which community" in one for one in warnings)


def test_a_tree_alone_plays_no_plan(file):
    settings = load(file, ["organisation.plan=''"])
    with pytest.raises(PolicyError, match="needs a plan"):
        plan_of(settings, settings.arm("planned"), 6, Roster(IDS))
    with pytest.raises(PolicyError, match="needs a plan"):
        Tree(settings.arm("planned"), None, None, 3, 1)


def test_a_plan_is_copied_beside_the_results_and_compared_on_resume(file, tmp_path):
    folder = tmp_path / "results"
    results = learnsim.experiment(file).run(folder)
    assert (folder / "plan.csv").read_bytes() == (tmp_path / "plan.csv").read_bytes()
    assert load(folder / "settings.toml").organisation.plan == str(folder / "plan.csv")
    assert results is not None
    (tmp_path / "plan.csv").write_text(HEAD + FIRST + SECOND.replace("officer", "member"))
    with pytest.raises(LearnsimError, match=r"organisation\.plan: the contents of .*plan\.csv and .*plan\.csv differ"):
        learnsim.experiment(file).run(folder)


def test_the_officers_of_a_plan_are_in_office(file):
    record = learnsim.run(file, arm="planned")
    assert record.officers[0] == 0 and np.isin(record.officers[1], [2, 3])
