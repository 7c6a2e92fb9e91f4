"""A plan that is played: all models, by either engine, seat everybody as the plan says, and who is absent learns nothing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.our_models import OURS
from helpers.random_plans import worlds
from learnsim.csvfile import write_csv
from learnsim.errors import SettingsError
from learnsim.grouping.planned import seats_of
from learnsim.grouping.policies import shuffle_names
from learnsim.grouping.preparation import Prepared, prepare
from learnsim.models.beliefs.model import BeliefsModel
from learnsim.models.runs import run_arm, setup_of
from learnsim.models.search.model import SearchModel
from learnsim.models.training.schedule import Absence, absences
from learnsim.people import Roster
from learnsim.people.plan_file import Seat, planned_cells
from learnsim.settings import validate

SOME = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
OFFICERS = ("most-knowledgeable", "stay", "random", "rotating", "fastest")


def played(prepared):
    """Play with both engines, which agree in every bit; return the record."""
    record = run_arm(prepared, "x", engine="compiled", trace=True)
    assert record.same_bits(run_arm(prepared, "x", engine="agents", trace=True)) == []
    brief = run_arm(prepared, "x", engine="compiled")
    assert all(name.startswith("trace ") for name in record.same_bits(brief))
    return record


def check_that_it_was_played(prepared, record):
    planned, length = prepared.roster.planned, prepared.settings.organisation.cycle_length
    assert np.array_equal(record.community, planned.community)
    for row, (cell, officers) in enumerate(zip(record.trace.cell, record.trace.officers, strict=True)):
        cycle = max(0, row - 1) // length
        assert np.array_equal(cell, planned.cell[cycle])
        named = planned.officers[cycle]
        assert np.array_equal(officers[: len(named)][named >= 0], named[named >= 0])
        assert np.array_equal(cell[officers[: len(named)]], np.arange(len(named)))  # everybody leads their own cell
    if record.settings.model.kind == "training":  # the others may see in the next cycle that nothing can change any more
        assert np.array_equal(record.branches, seats_of(planned, max(0, len(record.trace.cell) - 2) // length).branches)


@pytest.mark.parametrize("kind", OURS)
@SOME
@given(data=st.data())
def test_both_engines_play_any_plan_in_every_bit(kind, data):
    prepared = data.draw(worlds(kind))
    check_that_it_was_played(prepared, played(prepared))


class RestlessBeliefs(BeliefsModel):
    """People with beliefs who are asked to go on whether or not anything can change."""

    def settles(self):
        return False


class RestlessSearch(SearchModel):
    """Searchers who are asked to go on whether or not anything can change."""

    def settles(self):
        return False


@SOME
@given(worlds("beliefs") | worlds("search"))
def test_a_plan_that_ended_early_would_have_changed_nothing_had_it_gone_on(prepared):
    """Also by those who had no seat at first."""
    kind = prepared.settings.model.kind
    record = run_arm(prepared, "x")
    model = (RestlessBeliefs if kind == "beliefs" else RestlessSearch).of(setup_of(prepared, "x"))
    while model.running:
        model.step()
    assert model.session == model.sessions
    now = model.state()[: 2 if kind == "beliefs" else 1]
    then = (record.beliefs, record.code) if kind == "beliefs" else (record.solutions,)
    assert all(np.array_equal(before, after) for before, after in zip(then, now, strict=True))


def test_whoever_has_no_seat_yet_can_be_reached_by_their_community():
    """A run may not end before they have met the others."""
    roster = roster_of([[[0, 1], [3, 4]], [[0, 1, 2], [3, 4]]], absent={2: [1]}.items(), communities=[0, 0, 0, 1, 1])
    tree = {"organisation": {"trainees": 5, "communities": 2, "cycle_length": 2}, "arms": {"x": {"preset": "hybrid", "shuffle": "plan"}}}
    for kind in ("beliefs", "search"):
        prepared = Prepared(validate(tree | {"model": {"kind": kind}, kind: {"periods": 4}}, "test"), roster)
        model = (BeliefsModel if kind == "beliefs" else SearchModel).of(setup_of(prepared, "x"))
        reach = model.contacts.reach if kind == "beliefs" else model.neighbourhood.reach
        assert reach.tolist() == [0, 0, 0, 1, 1]


def roster_of(cycles, officers=(), absent=(), communities=None):
    """A plan from the cells of each cycle, lists of people; ``communities`` are those of the people."""
    people = 1 + max(i for cells in cycles for cell in cells for i in cell)
    home = communities or [0] * people
    seats = [
        Seat(t, str(home[i]), str(c), i, (t, i) in officers)
        for t, cells in enumerate(cycles)
        for c, cell in enumerate(cells)
        for i in cell
    ]
    away = tuple(tuple(dict(absent).get(i, ())) for i in range(people)) if absent else ()
    return Roster(tuple(map(str, range(people))), planned=planned_cells(seats, people), absent=away)


def training(roster, sessions, *, arm=None, **tables):
    """Prepared settings of the training model: cycles of two sessions, and nothing is forgotten."""
    world = {"roster": "people.csv", "communities": int(roster.planned.community.max()) + 1, "cycle_length": 2}
    tree = {
        "organisation": world | tables.pop("organisation", {}),
        "training": {"sessions": sessions} | tables.pop("training", {}),
        "learning": {"forgetting": 0.0},
        "roster": {"absent": "absent"},
        "arms": {"x": {"preset": "hybrid", "shuffle": "plan"} | (arm or {})},
    }
    return Prepared(validate(tree | tables, "test"), roster)


def test_a_cell_without_an_officer_in_the_plan_takes_whom_the_arm_chooses():
    roster = roster_of([[[0, 1, 2], [3, 4, 5]]] * 2, officers={(0, 2), (1, 4)})
    roster = replace(roster, traits={"learning_speed": np.array([0.1, 0.9, 0.2, 0.3, 0.4, 0.8])})
    record = played(training(roster, 4, arm={"officer": "fastest"}))
    assert record.trace.officers.tolist() == [[2, 5]] * 3 + [[1, 4]] * 2


def test_tenure_goes_on_in_a_cell_of_the_same_name_and_begins_anew_elsewhere():
    """Person 1 moves to cell 1 in cycle 1; person 3 has no seat there, and comes back to cell 1 in cycle 2."""
    roster = roster_of([[[0, 1], [2, 3]], [[0], [1, 2]], [[0], [1, 2, 3]]], absent={3: [2]}.items())
    tenure = played(training(roster, 6)).trace.tenure
    assert tenure[:, 0].tolist() == tenure[:, 2].tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert tenure[:, 1].tolist() == [0, 1, 2, 1, 2, 3, 4]
    assert tenure[:, 3].tolist() == [0, 1, 2, 1, 2, 1, 2]


def test_tenure_goes_on_where_only_the_number_of_the_cell_is_another():
    """In cycle 2 community 0 has one cell less, so that the cell of community 1 is number 1 in place of 2."""
    cycles = [[[0], [1], [2, 3]], [[0], [1], [2, 3]], [[0], [], [2, 3]]]
    tenure = played(training(roster_of(cycles, absent={1: [3]}.items(), communities=[0, 0, 1, 1]), 6)).trace.tenure
    assert tenure[:, 2].tolist() == [0, 1, 2, 3, 4, 5, 6]


def test_partners_are_those_of_the_plan():
    roster = roster_of([[[0, 1, 2], [3, 4]], [[0, 3], [1, 4]], [[0, 1], [2, 3, 4]]], absent={2: [2]}.items())
    partners = played(training(roster, 6))["partners"]
    assert partners.tolist() == [(2 * 3 + 2) / 5] * 3 + [(2 * 3 + 2 + 4) / 5] * 2 + [(2 * 3 + 2 + 4 + 4) / 5] * 2


def test_somebody_without_a_seat_learns_nothing_and_teaches_nobody():
    roster = roster_of([[[0, 1, 2]], [[1, 2]], [[0, 1, 2]]], absent={0: [2]}.items())
    for lecture in ({}, {"lecture": 1.0, "briefing": 0.0, "exchange": 0.0, "council": 0.0}):
        mastery = played(training(roster, 6, arm=lecture)).trace.mastery[:, 0]
        assert np.array_equal(mastery[2], mastery[4])
        assert (mastery[2] != mastery[0]).any() and (mastery[6] != mastery[4]).any()


def test_absences_known_in_advance_count_under_every_shuffle():
    """Who is absent in cycles 1 and 3 knows after each what they knew before it; the others do not stand still."""
    for shuffle in shuffle_names(plan=False):
        roster = Roster(tuple(map(str, range(12))), absent=((1, 3), *[()] * 11))
        tree = {
            "organisation": {"roster": "people.csv", "communities": 2, "cycle_length": 2, "cell_size": 3},
            "training": {"sessions": 6},
            "learning": {"forgetting": 0.0},
            "roster": {"absent": "absent"},
            "arms": {"x": {"preset": "hybrid", "shuffle": shuffle}},
        }
        mastery = played(Prepared(validate(tree, "test"), roster)).trace.mastery
        assert np.array_equal(mastery[0, 0], mastery[2, 0]) and np.array_equal(mastery[4, 0], mastery[6, 0])
        assert (mastery[2, 0] != mastery[4, 0]).any()
        assert (mastery[2, 1:] != mastery[0, 1:]).any(axis=1).sum() > 6


def test_a_novice_is_not_absent_in_place_of_whom_they_replaced():
    roster = Roster(("a", "b", "c"), absent=((2,), (), ()))
    tree = {
        "organisation": {"roster": "people.csv", "communities": 1, "cycle_length": 2},
        "training": {"sessions": 4},
        "learning": {"forgetting": 0.0},
        "roster": {"absent": "absent"},
        "arms": {"x": {"preset": "hybrid"}},
        "shocks": [{"at": 1, "kind": "leave", "share": 1.0}],
    }
    mastery = played(Prepared(validate(tree, "test"), roster)).trace.mastery
    assert (mastery[4, 0] != mastery[2, 0]).any()


def test_a_person_may_be_absent_from_single_sessions_of_a_cycle():
    roster = Roster(tuple(map(str, range(6))), absent=((3, 6), *[()] * 5))
    tree = {
        "organisation": {"roster": "people.csv", "communities": 1, "cycle_length": 4},
        "training": {"sessions": 8},
        "learning": {"forgetting": 0.0},
        "roster": {"absent": "absent", "absent_in": "sessions"},
        "arms": {"x": {"preset": "hybrid"}},
    }
    prepared = Prepared(validate(tree, "test"), roster)
    mastery = played(prepared).trace.mastery[:, 0]
    stood_still = [t for t in range(8) if np.array_equal(mastery[t], mastery[t + 1])]
    assert stood_still == [2, 5]


def test_what_absences_cost_those_who_stay_is_measured_against_the_run_without():
    roster = Roster(tuple(map(str, range(12))), absent=((1, 2), *[()] * 11))
    tree = {
        "organisation": {"roster": "people.csv", "communities": 2, "cycle_length": 2, "cell_size": 3},
        "training": {"sessions": 6},
        "roster": {"absent": "absent"},
        "arms": {"x": {"preset": "hybrid"}},
    }
    configuration = validate(tree, "test")
    record = run_arm(Prepared(configuration, roster), "x", measured=("losses",))
    present = run_arm(Prepared(configuration, replace(roster, absent=())), "x")
    loss = float(np.mean(record.standing() - present.standing()))
    assert record.run_measures()["stayers_loss"] == pytest.approx(loss, abs=1e-12)
    assert loss < 0.0


def test_absences_are_counted_in_cycles_or_in_sessions():
    roster = Roster(("a", "b", "c"), absent=((1, 3), (), (2, 99)))
    tree = {
        "organisation": {"cycle_length": 4, "roster": "people.csv"},
        "training": {"sessions": 13},
        "roster": {"absent": "absent"},
        "arms": {"x": {"preset": "hybrid", "phases": [{"from": 8, "cycle_length": 3}]}},
    }
    configuration = validate(tree, "test")
    arm = configuration.arm("x")
    assert absences(configuration, arm, roster) == [Absence(0, 0, 3), Absence(2, 4, 7), Absence(0, 8, 10)]
    by_session = validate(tree | {"roster": {"absent": "absent", "absent_in": "sessions"}}, "test")
    assert absences(by_session, arm, roster) == [Absence(0, 0, 0), Absence(2, 1, 1), Absence(0, 2, 2)]
    assert absences(configuration, arm, None) == absences(configuration, arm, Roster(("a",))) == []


def phases(*later, **organisation):
    """Play a plan of two cycles, and then what other phases say."""
    absent = {3: [2], 4: [2]}.items()
    roster = roster_of([[[0, 1], [2, 3]], [[0, 1], [2]]], absent=absent) if not organisation.get("communities") else roster_of(
        [[[0, 1], [2, 3], [4]], [[0, 1], [2]]], absent=absent, communities=[0, 0, 0, 0, 1]
    )
    return training(roster, 8, arm={"phases": [{"from": 4, **later[0]}, *later[1:]]}, organisation=organisation)


def test_after_a_plan_cells_stay_and_whoever_has_no_seat_takes_one_in_the_smallest():
    record = played(phases({"shuffle": "none"}))
    assert record.trace.cell[3].tolist() == [0, 0, 1, -1]
    assert record.trace.cell[5].tolist() == record.cell.tolist() == [0, 0, 1, 1]
    assert record.trace.tenure[:, 0].tolist() == list(range(9))
    assert record.trace.tenure[:, 3].tolist() == [0, 1, 2, 1, 2, 1, 2, 3, 4]
    assert record["partners"][-1] == 1.0


def test_after_a_plan_a_community_without_a_cell_has_one_again():
    record = played(phases({"shuffle": "none"}, communities=2))
    assert record.trace.cell[3].tolist() == [0, 0, 1, -1, -1]
    assert record.cell.tolist() == [0, 0, 1, 1, 2] and record.branches.tolist() == [0, 2, 3]
    assert record["instructor_time"].tolist() == pytest.approx(np.array([0, 2, 4, 5, 6, 8, 10, 12, 14]) * 0.15)


@pytest.mark.parametrize("shuffle", shuffle_names(plan=False))
def test_after_a_plan_every_shuffle_goes_on_within_the_seats_there_are(shuffle):
    record = played(phases({"shuffle": shuffle}))
    assert sorted(np.bincount(record.cell).tolist()) == [2, 2]


def test_after_a_plan_cells_form_anew_where_a_phase_says_another_size():
    record = played(phases({"shuffle": "none", "cell_size": 4}))
    assert record.cell.tolist() == [0, 0, 0, 0]


def test_a_plan_may_begin_in_a_phase_with_its_cycle_of_that_time():
    """The communities are those of the plan from the beginning."""
    roster = roster_of([[[0, 1], [2, 3], [4, 5]], [[0, 3], [1, 2], [4], [5]]], communities=[0, 0, 0, 0, 1, 1])
    arm = {"shuffle": "random", "phases": [{"from": 2, "shuffle": "plan", "cell_size": 5}]}
    record = played(training(roster, 4, arm=arm, organisation={"cell_size": 2}))
    assert record.community.tolist() == [0, 0, 0, 0, 1, 1]
    assert sorted(record.trace.cell[1].tolist()) == [0, 0, 1, 1, 2, 2]
    assert record.cell.tolist() == [0, 1, 1, 0, 2, 3]


@pytest.mark.parametrize("kind", OURS)
def test_a_plan_that_is_read_back_from_what_was_played_is_played_again(tmp_path, kind):
    ids = [f"P{i:02}" for i in range(17)]
    (tmp_path / "people.csv").write_text("id\n" + "".join(f"{person}\n" for person in ids))
    periods = "training.sessions" if kind == "training" else f"{kind}.periods"
    organisation = {"roster": str(tmp_path / "people.csv"), "communities": 3, "cycle_length": 2, "cell_size": 3}
    tree = {"model": {"kind": kind}, "organisation": organisation, "arms": {"x": {"preset": "hybrid", "shuffle": "random"}}}
    first = validate(tree, "test").changed({periods: 8})
    trace = run_arm(first, "x", trace=True).trace
    community = run_arm(first, "x").community
    rows = [
        (t + 1, community[i], cell[i], ids[i], "officer" if i in officers else "member")
        for t, (cell, officers) in enumerate(zip(trace.cell[1::2], trace.officers[1::2], strict=True))
        for i in range(17)
    ]
    write_csv(tmp_path / "plan.csv", ("cycle", "community", "cell", "person", "role"), rows)
    again = prepare(first.changed({"organisation.plan": str(tmp_path / "plan.csv"), "arms.x.shuffle": "plan"}))
    record = played(again)
    assert np.array_equal(record.trace.cell, trace.cell) and np.array_equal(record.trace.officers, trace.officers)


def test_somebody_who_is_forgotten_in_a_cycle_is_an_error_of_the_plan(tmp_path):
    (tmp_path / "people.csv").write_text("id\nann\nbob\n")
    (tmp_path / "plan.csv").write_text("cycle,community,cell,person\n1,a,x,ann\n1,a,x,bob\n2,a,x,ann\n")
    files = {"roster": str(tmp_path / "people.csv"), "plan": str(tmp_path / "plan.csv"), "communities": 1}
    with pytest.raises(SettingsError, match=r"plan\.csv: 'bob' has no seat in cycle 2"):
        prepare(validate({"organisation": files}, "test"))
