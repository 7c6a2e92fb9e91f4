"""Planner: communities, cells and officers of a whole course, the rules that hold, and rules that cannot."""

import subprocess
import sys
from itertools import combinations

import numpy as np
import pytest

from helpers.seating_plans import officers, same_plan, seats, together
from learnsim.errors import SettingsError
from learnsim.plans.course import course_of
from learnsim.plans.planner import hard_sentences, without_hard


def test_everybody_sits_in_one_cell_of_their_community_in_every_cycle(course):
    plan = course(31, ("north", "south"), cycles=4).plan()
    for cycle in seats(plan):
        assert sorted(key for members in cycle.values() for key in members) == sorted(plan.roster.ids)
    for cycle in range(plan.cycles):
        for community, cell in plan.cells:
            members = plan.members(cycle, community, cell)
            assert {plan.roster.community[i] for i in members} == {plan.communities[community]}
            assert len(members) in (5, 6)


def test_people_of_one_community_meet_as_many_others_as_can_be(course):
    quality = course(16, cell_size=4, cycles=5).plan().quality()
    assert (quality.partners, quality.fewest, quality.repeats) == (15.0, 15, 0)
    assert quality.ideal == 15.0 > quality.random


def test_the_same_file_gives_the_same_plan_and_another_seed_another(course):
    first = course(20).plan()
    assert same_plan(first, course(20).plan())
    assert not same_plan(first, course(20, plan="seed = 2").plan())


def test_another_process_makes_the_same_plan(course, tmp_path):
    plan = course(12, cycles=2).plan()
    script = (
        "from learnsim.plans import planner; planner.SECONDS, planner.LEAST_SECONDS = 0.2, 0.05\n"
        "from learnsim.plans.course import course_of\n"
        f"print(course_of({str(tmp_path / 'course.toml')!r}).plan().cell.tolist())"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=300)
    assert out.stdout.strip() == str(plan.cell.tolist())


def test_the_order_of_the_lines_changes_no_plan(course, tmp_path):
    first = course(15).plan()
    lines = (tmp_path / "people.csv").read_text().splitlines()
    (tmp_path / "people.csv").write_text("\n".join([lines[0], *lines[:0:-1]]) + "\n")
    from learnsim.plans.course import course_of

    assert same_plan(first, course_of(tmp_path / "course.toml").plan())


def test_hard_rules_hold(course):
    rules = 'apart = [["P01", "P02", "P03"]]\ntogether = [["P04", "P05"], ["P05", "P06"]]'
    plan = course(15, rules=rules, cycles=4).plan()
    assert [together(plan, *pair) for pair in combinations(("P01", "P02", "P03"), 2)] == [0, 0, 0]
    assert together(plan, "P04", "P05", "P06") == 4
    assert plan.broken == () and set(plan.quality().broken.values()) == {0}


def test_nobody_is_the_only_one_of_a_kind(course):
    plan = course(18, cell_size=6, cycles=3, rules='not_alone = ["Gender:f"]\nspread = ["Department"]').plan()
    kinds = dict(zip(plan.roster.ids, plan.roster.labels["Gender"], strict=True))
    for cycle in seats(plan):
        assert all(sum(kinds[key] == "f" for key in members) != 1 for members in cycle.values())
    departments = dict(zip(plan.roster.ids, plan.roster.labels["Department"], strict=True))
    for cycle in seats(plan):
        for members in cycle.values():
            assert [sum(departments[key] == one for key in members) for one in ("Ops", "Sales", "IT")] == [2, 2, 2]


def test_a_pinned_person_sits_there_and_names_are_as_good_as_ids(course):
    plan = course(15, rules='pinned = [{person = "Name05", cell = 2, cycle = 1}, {person = "P07", cell = 3}]').plan()
    where = seats(plan)
    assert "P05" in where[0][0, 1]
    assert all("P07" in cycle[0, 2] for cycle in where)


def test_whoever_met_before_is_met_last(course, tmp_path):
    lines = "\n".join(f"1,all,{i // 3 + 1},P{i + 1:02}" for i in range(9))
    (tmp_path / "old.csv").write_text(f"cycle,community,cell,person\n{lines}\n1,all,9,Gone\n")
    plan = course(9, cell_size=3, cycles=3, plan='history = "old.csv"').plan()
    assert sum(together(plan, f"P{i + 1:02}", f"P{j + 1:02}") for i, j in combinations(range(9), 2) if i // 3 == j // 3) == 0


def test_absent_people_have_no_seat_and_leave_no_cell_of_one(course):
    plan = course(6, cell_size=2, cycles=3, P01="2", P02="2", P03="2", P04="2").plan()
    assert [len(cycle) for cycle in seats(plan)] == [3, 1, 3]
    assert [plan.roster.ids[i] for i in plan.absent(1)] == ["P01", "P02", "P03", "P04"]
    assert all(len(members) > 1 for cycle in seats(plan) for members in cycle.values())


def test_absences_in_sessions_count_where_they_fill_a_cycle(course):
    plan = course(6, cell_size=3, cycles=2, roster='absent_in = "sessions"', P01="1-10", P02="11-19").plan()
    assert [[plan.roster.ids[i] for i in plan.absent(t)] for t in range(2)] == [["P01"], []]


def test_fixed_officers_lead_the_same_cell_and_know_most(course):
    plan = course(15, cycles=3, plan='officers = "fixed"').plan()
    lead = officers(plan)
    assert lead[0] == lead[1] == lead[2]
    best = np.argsort(-plan.roster.pretest[:, 0], kind="stable")[:3]
    assert set(lead[0]) == {plan.roster.ids[i] for i in best}


def test_rotating_officers_go_one_cell_on(course):
    first, second, third = officers(course(15, cycles=3, plan='officers = "rotating"').plan())
    assert second == [first[-1], *first[:-1]] and third == [second[-1], *second[:-1]]


def test_the_office_goes_round(course):
    plan = course(12, cell_size=4, cycles=4).plan()
    assert sorted(plan.officer.sum(axis=0).tolist()) == [1] * 12


def test_only_those_lead_whom_the_roster_names(course, tmp_path):
    made = course(12, cell_size=4, cycles=3, plan='officers = "fixed"')
    lines = (tmp_path / "people.csv").read_text().splitlines()
    marked = [f"{line},{'yes' if line[:3] in ('P02', 'P03', 'P09') else 'no'}" for line in lines[1:]]
    (tmp_path / "people.csv").write_text("\n".join([f"{lines[0]},officer", *marked]) + "\n")
    from learnsim.plans.course import course_of

    assert made and set(officers(course_of(tmp_path / "course.toml").plan())[0]) == {"P02", "P03", "P09"}


def test_rooms_go_to_cells_that_they_can_seat(course):
    rooms = '[{name = "small", seats = 5}, {name = "B", seats = 5}, {name = "large", seats = 6}]'
    plan = course(16, plan=f"rooms = {rooms}").plan()
    for cycle in range(plan.cycles):
        for place in plan.cells:
            assert len(plan.members(cycle, *place)) <= {"small": 5, "B": 5, "large": 6}[plan.rooms[place]]


def test_learning_cells_know_more_between_them(course):
    meet, learn = (course(15, cycles=2, plan=f'aim = "{aim}"').plan() for aim in ("meet", "learn"))

    def best(plan):
        return [max(plan.roster.pretest[plan.members(t, *place), 0]) for t in range(2) for place in plan.cells]

    assert min(best(learn)) >= min(best(meet))
    assert sorted(best(learn))[:2] >= sorted(plan_best for plan_best in learn.roster.pretest[:, 0])[-3:-2] * 2


def test_a_roster_without_communities_is_one_community(tmp_path, quick):
    from learnsim.plans.course import course_of

    (tmp_path / "list.csv").write_text("id\n" + "".join(f"P{i}\n" for i in range(12)))
    plan = course_of(tmp_path / "list.csv").plan()
    assert (plan.communities, plan.cycles, plan.name) == (("1",), 6, "list")


def test_communities_form_by_the_interests_of_the_roster(tmp_path, quick):
    from learnsim.plans.course import course_of

    wishes = "".join(f"P{i},{1 if i % 2 else 0.1},{0.1 if i % 2 else 1}\n" for i in range(12)) + "P99,,\n"
    (tmp_path / "list.csv").write_text("id,interest_pumps,interest_safety\n" + wishes)
    plan = course_of(tmp_path / "list.csv").plan()
    assert plan.communities == ("pumps", "safety")
    assert {plan.community[i] for i, key in enumerate(plan.roster.ids) if key in ("P1", "P3", "P11")} == {0}
    assert (plan.cell >= 0).all()


CONTRADICTIONS = [
    ('apart = [["P01", "P02"]]\ntogether = [["P01", "P02"]]', ["apart", "together", "P01 (Name01)", "P02 (Name02)"]),
    ('apart = [["P01", "P03"]]\ntogether = [["P01", "P02"], ["P02", "P03"]]', ["apart", "together", "P01"]),
    ('together = [["P01", "P02", "P03", "P04", "P05", "P06"]]', ["together", "P06"]),
    ('apart = [["P01", "P02", "P03", "P04"]]', ["apart", "P04"]),
    ('pinned = [{person = "P01", cell = 1, cycle = 1}, {person = "P01", cell = 2, cycle = 1}]', ["pinned", "P01"]),
    ("pinned = [" + ", ".join(f'{{person = "P0{i}", cell = 1}}' for i in range(1, 7)) + "]", ["pinned", "P06"]),
    ('pinned = [{person = "P01", cell = 9}]', ["pinned", "P01", "9"]),
    ('pinned = [{person = "P01", cell = 1, cycle = 9}]', ["pinned", "P01", "9"]),
    ('apart = [["P01", "P02"]]\npinned = [{person = "P01", cell = 1}, {person = "P02", cell = 1}]', ["apart", "P01", "P02"]),
    ('together = [["P01", "P02"]]\npinned = [{person = "P01", cell = 1}, {person = "P02", cell = 2}]', ["together", "P01"]),
]


@pytest.mark.parametrize(("rules", "words"), CONTRADICTIONS, ids=range(len(CONTRADICTIONS)))
def test_rules_that_contradict_each_other_are_named_with_their_people(course, rules, words):
    with pytest.raises(SettingsError) as raised:
        course(15, rules=rules).plan()
    message = str(raised.value)
    assert all(word in message for word in ("course.toml: [plan.rules] contradict each other", *words)), message


def test_the_only_bearer_of_a_kind_cannot_be_accompanied(course, tmp_path):
    made = course(15, rules='not_alone = ["Gender:x"]')
    text = (tmp_path / "people.csv").read_text().replace("Sales,m\n", "Sales,x\n", 1)
    (tmp_path / "people.csv").write_text(text)
    from learnsim.plans.course import course_of

    with pytest.raises(SettingsError, match=r"not_alone Gender:x: in all only P02 \(Name02\) is of this kind"):
        course_of(tmp_path / "course.toml").plan()
    assert made


def test_people_of_different_communities_cannot_sit_together(course):
    with pytest.raises(SettingsError, match=r"different communities \(P01 \(Name01\) in north, P02 \(Name02\) in south\)"):
        course(14, ("north", "south"), rules='together = [["P01", "P02"]]').plan()
    assert course(14, ("north", "south"), rules='apart = [["P01", "P02"]]').plan().broken == ()


WRONG = [
    ('apart = [["P01", "P99"]]', "[plan.rules] apart: 'P99' is nobody of the roster; did you mean P09?"),
    ('apart = [["P01", "P01"]]', "[plan.rules] apart: P01 (Name01) is named twice in a list"),
    ('spread = ["Departmnt"]', "[plan.rules] spread: 'Departmnt' is not a label of the roster; did you mean Department?"),
    ('not_alone = ["Gender:F"]', "nobody has Gender = 'F'; did you mean Gender:f?"),
    ('balance = ["Gender"]', "[plan.rules] balance: Gender has 'f', which is not a number"),
    ('balance = ["Age"]', "'Age' is not a label of the roster"),
    ('pinned = [{person = "P99", cell = 1}]', "[plan.rules] pinned: 'P99' is nobody of the roster"),
]


@pytest.mark.parametrize(("rules", "sentence"), WRONG, ids=range(len(WRONG)))
def test_a_rule_about_nobody_is_refused_with_the_likely_word(course, rules, sentence):
    with pytest.raises(SettingsError) as raised:
        course(15, rules=rules).plan()
    assert sentence in str(raised.value) and "\n" not in str(raised.value)


def test_a_plan_needs_people_and_enough_rooms(course, tmp_path):
    from learnsim.plans.course import course_of

    (tmp_path / "none.toml").write_text("[plan]\ncycles = 3\n")
    with pytest.raises(SettingsError, match=r"none\.toml: a plan needs people: name their file"):
        course_of(tmp_path / "none.toml")
    with pytest.raises(SettingsError, match=r"\[plan\] rooms: 1 for 3 cells; add rooms"):
        course(15, plan='rooms = [{name = "A", seats = 9}]').plan()
    small = ", ".join(f'{{name = "{name}", seats = 4}}' for name in "ABC")
    with pytest.raises(SettingsError, match=r"rooms: A seats 4, but a cell has 5 people"):
        course(15, plan=f"rooms = [{small}]").plan()
    with pytest.raises(SettingsError, match=r'aim = "learn" needs what people know before the course'):
        header = "id,name,community,Shoe,Department,Gender"
        (tmp_path / "people.csv").write_text((tmp_path / "people.csv").read_text().replace("pretest", "Shoe"))
        text = (tmp_path / "course.toml").read_text().replace("[plan]", '[plan]\naim = "learn"').replace("labels = [", 'labels = ["Shoe", ')
        (tmp_path / "course.toml").write_text(text.split("rooms")[0] + "[plan.rules]\n")
        assert header in (tmp_path / "people.csv").read_text()
        course_of(tmp_path / "course.toml").plan()


def test_a_hard_rule_that_cannot_be_kept_is_named_with_its_people(course):
    triangle = 'apart = [["P01", "P02"], ["P02", "P03"], ["P01", "P03"]]'  # each pair alone could be kept in two cells
    made = course(6, cell_size=3, cycles=2, rules=triangle)
    plan = made.plan()
    assert plan.broken and all(one.hard for one in plan.broken)
    assert "apart P0" in hard_sentences(plan)[0] and "broken in cycle 1, cell " in hard_sentences(plan)[0]
    eased = without_hard(made.prepared.settings, ["apart"])
    assert eased.plan.rules.hard == ["together"]


@pytest.mark.parametrize("people", [2, 3, 5])
def test_a_small_class_without_communities_is_one_community(tmp_path, quick, people):
    (tmp_path / "few.csv").write_text("id,name\n" + "".join(f"{i},N{i}\n" for i in range(people)))
    plan = course_of(tmp_path / "few.csv").plan()
    assert len(plan.communities) == 1 and (plan.cell >= 0).all()


def test_what_is_odd_about_absences_and_sizes_is_said(course):
    plan = course(4, cell_size=2, cycles=3, P01="9", P02="2", P03="2", P04="2").plan()
    assert "P01 (Name01) is absent in cycle 9, but the course has 3." in plan.notes
    assert "P01 (Name01) is alone in cycle 2: nobody else of the community is present." in plan.notes
    empty = course(4, cell_size=2, cycles=3, P01="2", P02="2", P03="2", P04="2").plan()
    assert "Nobody is present in cycle 2." in empty.notes
    assert any("cell_size = 50" in note for note in course(6, cell_size=50).plan().notes)
