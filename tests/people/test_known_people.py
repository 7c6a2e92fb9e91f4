"""Known people: what a roster says of somebody is taken, and the rest is drawn as without a roster."""

import numpy as np
import pytest

from helpers.our_models import OURS
from learnsim.chance import Chance
from learnsim.errors import SettingsError
from learnsim.experiments.design.checks import design_of
from learnsim.experiments.storage.lock import write_settings
from learnsim.grouping.preparation import prepare
from learnsim.models.runs import effective_settings_of, run_arm
from learnsim.people import Roster, draw_people
from learnsim.settings import Settings, load, validate

NAN = np.nan
IDS = ("a", "b", "c", "d")
WORLD = {"organisation.trainees": 4, "organisation.communities": 2, "curriculum.items": 3}
NOBODY_KNOWN = Roster(IDS)


def drawn(roster=NOBODY_KNOWN, **changes):
    return draw_people(Settings().changed(WORLD | {key.replace("__", "."): value for key, value in changes.items()}), Chance(1, 0), roster)


def test_a_trait_is_taken_where_it_is_known_and_drawn_where_it_is_not():
    roster = Roster(IDS, traits={"sociability": np.array([0.9, NAN, 0.1, NAN])})
    usual = drawn().sociability
    assert drawn(roster).sociability.tolist() == [0.9, usual[1], 0.1, usual[3]]


def test_interests_are_taken_where_they_are_known_and_drawn_where_they_are_not():
    roster = Roster(IDS, interest=np.array([[1.0, 0.2], [NAN, NAN], [0.3, 1.0], [NAN, NAN]]))
    usual, people = drawn().interest, drawn(roster).interest
    assert people[[0, 2]].tolist() == [[1.0, 0.2], [0.3, 1.0]]
    assert np.array_equal(people[[1, 3]], usual[[1, 3]])


def test_one_pretest_is_the_prior_mastery_of_all_items():
    roster = Roster(IDS, pretest=np.array([[0.4], [NAN], [0.0], [1.0]]))
    usual, people = drawn().mastery, drawn(roster).mastery
    assert people[[0, 2, 3]].tolist() == [[0.4] * 3, [0.0] * 3, [1.0] * 3]
    assert np.array_equal(people[1], usual[1])


def test_a_pretest_of_each_item_is_its_prior_mastery():
    tests = np.array([[0.1, NAN, 0.3], [NAN, NAN, NAN], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]])
    assert np.array_equal(drawn(Roster(IDS, pretest=tests)).mastery, np.where(np.isnan(tests), drawn().mastery, tests))


def test_a_pretest_counts_more_than_a_misconception():
    roster = Roster(IDS, pretest=np.array([[0.75], [NAN], [0.0], [1.0]]))
    changes = {"misconceptions__share": 1.0, "misconceptions__held": [0.5, 0.6]}
    usual, people = drawn(**changes), drawn(roster, **changes)
    assert (people.misconception[0] == 0.25).all() and (people.misconception[3] == 0.0).all()
    assert np.array_equal(people.misconception[1:3], usual.misconception[1:3])
    assert np.array_equal(people.mastery[1], usual.mastery[1])
    assert (people.mastery + people.misconception <= 1.0).all()


@pytest.fixture
def experiment(tmp_path):
    """Settings with a roster of this text, and further tables."""

    def make(text, **tables):
        (tmp_path / "people.csv").write_text(text)
        organisation = {"roster": str(tmp_path / "people.csv"), "cell_size": 2, **tables.pop("organisation", {})}
        return validate({"organisation": organisation, "arms": {"hybrid": {}}, **tables}, "x")

    return make


def lines(header, *rows):
    return "\n".join([header, *rows, ""])


LABELLED = lines("id,community", *(f"P{i},{'abc'[i % 3]}" for i in range(9)))
INTERESTED = lines("id,interest_x,interest_y", *(f"P{i},1,0.{i}" for i in range(9)))


@pytest.mark.parametrize("kind", OURS)
@pytest.mark.parametrize("engine", ["compiled", "agents"])
def test_communities_may_be_left_out_where_the_roster_names_them(experiment, kind, engine):
    given = experiment(LABELLED, organisation={"formation": "given"}, model={"kind": kind})
    assert sorted(set(run_arm(given, "hybrid", engine=engine).community.tolist())) == [0, 1, 2]
    interested = experiment(INTERESTED, model={"kind": kind})
    assert sorted(set(run_arm(interested, "hybrid", engine=engine).community.tolist())) == [0, 1]


def test_an_experiment_counts_the_communities_of_its_roster(experiment):
    made = experiment(LABELLED, organisation={"formation": "given"}, sweep={"training.sessions": [3, 5]})
    assert [point.settings.organisation.communities for point in design_of(made, "x").points] == [3, 3]
    assert prepare(experiment(LABELLED)).settings.organisation.communities == 4  # where they do not count, the default does


def test_a_number_of_communities_that_contradicts_the_roster_is_refused(experiment):
    for text, world in ((LABELLED, {"formation": "given", "communities": 4}), (INTERESTED, {"communities": 4})):
        with pytest.raises(SettingsError, match=r"\[organisation\] communities = 4"):
            prepare(experiment(text, organisation=world))


def test_a_pretest_of_another_number_of_items_is_refused(experiment):
    text = lines("id,A,B", *(f"P{i},1,1" for i in range(9)))
    columns = {"pretest": ["A", "B"]}
    with pytest.raises(SettingsError, match=r"has 2 columns of a pretest, \[curriculum\] items = 6 needs one, or as many"):
        prepare(experiment(text, roster=columns))
    assert prepare(experiment(text, roster=columns, curriculum={"items": 2})).roster.pretest.shape == (9, 2)
    with pytest.raises(SettingsError, match=r"items = 3: .*has 2 columns of a pretest"):
        design_of(experiment(text, roster=columns, sweep={"curriculum.items": [2, 3]}), "x")


@pytest.mark.parametrize("kind", ["beliefs", "search"])
def test_a_model_without_prior_mastery_says_that_a_pretest_is_not_used(experiment, kind):
    text = lines("id,A,B", *(f"P{i},1,1" for i in range(9)))
    made = experiment(text, roster={"pretest": ["A", "B"]}, model={"kind": kind})
    assert f"people.csv: its pretest is not used; kind = {kind!r} has no prior mastery" in design_of(made, "x").warnings
    assert run_arm(made, "hybrid").standing().shape == (9,)


@pytest.mark.parametrize("engine", ["compiled", "agents"])
def test_a_run_begins_with_the_pretest(experiment, engine):
    text = lines("id,pretest", *(f"P{i},0.{i}" for i in range(9)))
    record = run_arm(experiment(text, training={"sessions": 0}), "hybrid", engine=engine)
    assert record.standing().tolist() == pytest.approx([i / 10 for i in range(9)])


PRIOR = {"prior": {"share": 0.3, "by": "person"}}


def test_prior_settings_have_no_effect_where_everybody_has_a_pretest(experiment):
    everybody = lines("id,pretest", *(f"P{i},0.{i}" for i in range(9)))
    warnings = design_of(experiment(everybody, **PRIOR), "x").warnings
    assert "[prior] share = 0.3 has no effect: the roster has everybody's pretest" in warnings
    for text, tables in (
        (everybody.replace("P3,0.3", "P3,-"), PRIOR),
        (everybody, PRIOR | {"training": {"turnover": 0.1}}),
        (everybody, PRIOR | {"shocks": [{"at": 3, "kind": "leave"}]}),
    ):
        assert not any("[prior]" in warning for warning in design_of(experiment(text, **tables), "x").warnings)


def test_nobody_learns_where_a_pretest_says_that_everything_is_known(experiment):
    world = {"learning": {"forgetting": 0.0}}
    made = prepare(experiment(lines("id,pretest", *(f"P{i},1" for i in range(9))), **world))
    assert effective_settings_of(made.settings, "hybrid", made.roster).reasons["learning.help_effect"] == "everybody knows everything already"
    some = prepare(experiment(lines("id,pretest", *(f"P{i},{min(i, 1)}" for i in range(9))), **world))
    assert "learning.help_effect" not in effective_settings_of(some.settings, "hybrid", some.roster).reasons


def test_a_trait_that_is_known_of_some_is_not_called_the_rosters(experiment):
    setting = {"people": {"sociability": {"distribution": "constant", "value": 0.2}}}
    text = lines("id,sociability", *(f"P{i},0.{i}" for i in range(9)))
    assert any("the roster gives everybody's sociability" in each for each in design_of(experiment(text, **setting), "x").warnings)
    some = design_of(experiment(text.replace("P3,0.3", "P3,"), **setting), "x")
    assert not any("sociability" in each for each in some.warnings)
    assert "people.csv: sociability is not known of 1 person" in some.notes


def test_a_copy_of_a_roster_keeps_its_kind_and_what_its_columns_mean(tmp_path):
    (tmp_path / "class.tsv").write_text("Mail\tTeam\na@x\tnorth\nb@x\tsouth\n")
    world = {"roster": str(tmp_path / "class.tsv"), "formation": "given"}
    made = validate({"organisation": world, "roster": {"id": "Mail", "community": "Team"}, "arms": {"hybrid": {}}}, "x")
    write_settings(tmp_path, made)
    again = prepare(load(tmp_path / "settings.toml"))
    assert again.settings.organisation.roster == str(tmp_path / "roster.tsv")
    assert again.roster.ids == ("a@x", "b@x") and again.settings.organisation.communities == 2
