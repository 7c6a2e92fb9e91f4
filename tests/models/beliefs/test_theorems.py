"""What must be true of the beliefs model whatever the numbers: beginnings, ends and limits."""

import numpy as np
import pytest

from learnsim.errors import SettingsError
from learnsim.grouping import OFFICERS, officer_policy
from learnsim.grouping.policies import OFFICER_PROPERTIES
from learnsim.models.beliefs.info import SESSION_MEASURES
from learnsim.models.beliefs.measures import describe

pytestmark = pytest.mark.exact


@pytest.mark.parametrize("s", [1, 2, 5])
def test_payoff_begins_at_a_third_to_the_power_of_the_interdependence(run_compiled, s):
    first = np.array(
        [run_compiled(replicate=r, people=280, dimensions=100, interdependence=s, periods=0)["mean_payoff"][0] for r in range(200)]
    )
    assert abs(first.mean() - (1 / 3) ** s) < 4 * first.std(ddof=1) / len(first) ** 0.5


def test_people_begin_with_as_much_right_as_wrong_and_differ_on_two_thirds(run_compiled):
    records = [run_compiled(replicate=r, people=50, periods=0) for r in range(300)]
    for measure, expected in (("mean_knowledge", 0.0), ("diversity", 2 / 3), ("code_knowledge", 0.0)):
        values = np.array([record[measure][0] for record in records])
        assert abs(values.mean() - expected) <= 4 * values.std(ddof=1) / len(values) ** 0.5


@pytest.mark.parametrize("reading", ["figures", "text"])
def test_without_learning_the_run_ends_before_it_begins(run_both_engines, reading):
    record = run_both_engines(learning_from_code=0.0, code_learning=0.0, reading=reading)
    assert (record.sessions, record.settled) == (0, True)
    assert not record.code.any()
    assert all(np.array_equal(values, np.full(len(values), values[0])) for values in record.measures.values())


@pytest.mark.parametrize("reading", ["figures", "text"])
def test_a_code_that_never_learns_teaches_nothing(run_both_engines, reading):
    record = run_both_engines(learning_from_code=1.0, code_learning=0.0, reading=reading)
    assert (record.sessions, record.settled) == (0, True)
    assert not record.code.any()


def test_a_code_nobody_listens_to_changes_nobody(run_both_engines):
    record = run_both_engines(learning_from_code=0.0, code_learning=1.0, periods=20, trace=True)
    assert (record.trace.beliefs == record.trace.beliefs[0]).all()
    assert record.code.any()
    assert not record.settled


def test_at_equilibrium_everybody_believes_the_code(run_both_engines):
    for replicate in range(5):
        record = run_both_engines(replicate=replicate, people=8, dimensions=9)
        assert record.settled
        assert (record.beliefs == record.code).all()
        assert record["mean_knowledge"][-1] == record["code_knowledge"][-1]
        assert record["diversity"][-1] == 0.0
        assert record.run_measures()["periods_to_settle"] == record.sessions < 1000


def test_a_run_that_is_cut_short_says_so(run_both_engines):
    record = run_both_engines(people=8, periods=2)
    assert (record.sessions, record.settled) == (2, False)
    assert record.run_measures()["settled"] == 0.0
    assert np.isnan(record.run_measures()["periods_to_settle"])


def test_one_person_and_one_dimension_worked_by_hand(run_both_engines):
    """Who is right teaches the code, who is wrong never does, who believes nothing tries until right."""
    seen = set()
    for replicate in range(40):
        record = run_both_engines(replicate=replicate, people=1, dimensions=1, learning_from_code=1.0, code_learning=1.0, trace=True)
        belief, truth = int(record.trace.beliefs[0, 0, 0]), int(record.reality[0])
        seen.add(belief * truth)
        assert record.settled
        assert record["code_knowledge"][-1] == (0.0 if belief == -truth else 1.0)
        if belief != 0:
            assert record.sessions == (1 if belief == truth else 0)
        else:
            taught = int(np.flatnonzero(record.trace.code[:, 0])[0])
            assert record.sessions == taught + 1
    assert seen == {-1, 0, 1}


def test_beliefs_move_one_step_in_the_figures_and_jump_in_the_text(run_both_engines):
    largest = {}
    for reading in ("figures", "text"):
        beliefs = run_both_engines(reading=reading, learning_from_code=1.0, trace=True).trace.beliefs
        largest[reading] = int(np.abs(np.diff(beliefs.astype(int), axis=0)).max())
    assert largest == {"figures": 1, "text": 2}


def test_the_best_payoff_in_cells_never_falls(run_both_engines):
    """Whoever does best has nobody to follow."""
    for replicate in range(3):
        for shuffle in ("none", "random"):
            record = run_both_engines(
                "isolated-cells", 24, replicate=replicate, changes={"shuffle": shuffle, "rewiring": 0.2}, dimensions=12,
                interdependence=3, cycle_length=2, periods=60,
            )  # fmt: skip
            assert (np.diff(record["best_payoff"]) >= 0.0).all()


def test_isolated_cells_that_stand_still_hold_nobody_who_could_follow(run_both_engines):
    record = run_both_engines("isolated-cells", people=24, dimensions=10, adoption=1.0)
    assert record.settled
    longer = run_both_engines("isolated-cells", people=24, dimensions=10, adoption=1.0, periods=2000)
    assert record.beliefs.tobytes() == longer.beliefs.tobytes()


def test_nobody_follows_anybody_without_adoption(run_both_engines):
    record = run_both_engines("isolated-cells", adoption=0.0)
    assert (record.sessions, record.settled) == (0, True)


def test_reality_that_always_turns_over_is_itself_again_after_two_periods(run_both_engines):
    reality = run_both_engines(turbulence=1.0, periods=6, trace=True).trace.reality
    assert (reality[1:] == -reality[:-1]).all()


def test_with_full_turnover_everybody_is_new_each_period(run_both_engines):
    record = run_both_engines(people=20, dimensions=20, turnover=1.0, learning_from_code=1.0, code_learning=1.0, periods=60, trace=True)
    agree = [(a == b).mean() for a, b in zip(record.trace.beliefs[1:], record.trace.beliefs[:-1], strict=True)]
    assert abs(np.mean(agree) - 1 / 3) < 4 * (2 / 9 / (60 * 400)) ** 0.5
    assert not record.settled


def test_a_replicate_has_the_same_reality_and_the_same_people_in_every_arm(run_both_engines):
    arms = ("flat-lecture", "isolated-cells", "hybrid")
    first = [run_both_engines(arm, replicate=4, periods=1, trace=True).trace for arm in arms]
    assert len({trace.beliefs[0].tobytes() for trace in first}) == 1
    assert len({trace.reality[0].tobytes() for trace in first}) == 1


def test_measures_worked_by_hand():
    beliefs = np.array([[1, 1, 0, -1], [1, -1, 0, 1], [0, 1, 1, 1]], dtype=np.int8)
    code, reality = np.array([1, 1, 0, -1], dtype=np.int8), np.ones(4, dtype=np.int8)
    scratch, scores, row = np.zeros((2, 4), dtype=np.int32), np.zeros(3, dtype=np.int32), np.zeros(5)
    describe(beliefs, code, reality, 2, scratch, scores, row)
    assert scores.tolist() == [2, 0, 2]
    measures = dict(zip(SESSION_MEASURES, row.tolist(), strict=True))
    assert measures == pytest.approx(
        {"code_knowledge": 1 / 4, "mean_knowledge": 5 / 12, "diversity": 8 / 12, "mean_payoff": 4 / 12, "best_payoff": 0.5}
    )


def test_a_person_stands_where_their_payoff_is(run_both_engines):
    record = run_both_engines("hybrid", people=20, dimensions=12, interdependence=3, periods=15)
    standing = record.standing()
    assert standing.mean() == pytest.approx(record["mean_payoff"][-1], abs=1e-15)
    assert standing.max() == record["best_payoff"][-1]
    assert ((standing * 4) % 1.0 == 0.0).all()


def test_people_learn_as_fast_as_they_follow_the_code(run_both_engines):
    """All alike where there is no code."""
    mixed = run_both_engines(people=40, learning_from_code=0.1, fast_share=0.5, periods=1)
    assert set(mixed.speed.tolist()) == {0.1, 0.9}
    assert run_both_engines("isolated-cells", periods=1).speed.tolist() == [0.5] * 12


def test_a_run_has_a_row_for_the_start_and_one_for_each_period_played(run_both_engines):
    for periods in (0, 3, 1000):
        record = run_both_engines(people=8, periods=periods)
        assert {len(rows) for rows in record.measures.values()} == {record.sessions + 1}
        assert record.sessions == periods or record.settled
        assert len(record.to_frame()) == record.sessions + 1


def test_mistakes_are_refused(settings_of):
    with pytest.raises(SettingsError, match="cannot be cut into blocks"):
        settings_of(dimensions=7, interdependence=2)
    with pytest.raises(SettingsError, match="cannot fill"):
        settings_of(people=2, communities=3)
    with pytest.raises(SettingsError, match="cycle_length"):
        settings_of(cycle_length=0)
    with pytest.raises(SettingsError, match="learning_speed is not a setting of \\[model\\] kind = 'beliefs'"):
        settings_of().changed({"people.learning_speed": {"distribution": "constant", "value": 0.5}})


@pytest.mark.parametrize("preset", ["shuffled-cells", "hybrid"])
def test_communities_that_never_meet_settle_each_at_points_of_its_own(run_both_engines, preset):
    record = run_both_engines(preset, people=32, communities=4, dimensions=12, interdependence=3, cycle_length=1, periods=2000)
    assert record.settled
    points = record.standing()
    of_community = [set(points[record.community == one].tolist()) for one in range(4)]
    assert all(len(some) == 1 for some in of_community)
    assert len(set.union(*of_community)) > 1


@pytest.fixture
def own_officers(request):
    """A policy of the user's own that chooses as ``most-knowledgeable`` does, declared deterministic or not."""

    def register(**declared):
        officer_policy("own", **declared)(lambda group: group.mean_mastery)
        request.addfinalizer(lambda: (OFFICERS.pop("own", None), OFFICER_PROPERTIES.pop("own", None)))

    return register


def test_an_own_deterministic_officer_policy_settles_as_early_as_ours(run_both_engines, own_officers):
    """Undeclared, it might choose others in a later cycle: then everybody must pay alike before nothing can change."""
    world = {"people": 24, "communities": 1, "cell_size": 6, "cycle_length": 5, "dimensions": 12, "interdependence": 3, "periods": 400}
    ours = [run_both_engines("linked-cells", seed=seed, **world) for seed in range(12)]
    own_officers(deterministic=True)
    own = [run_both_engines("linked-cells", seed=seed, changes={"officer": "own"}, **world) for seed in range(12)]
    assert [record.sessions for record in own] == [record.sessions for record in ours]
    own_officers()
    undeclared = [run_both_engines("linked-cells", seed=seed, changes={"officer": "own"}, **world) for seed in range(12)]
    assert all(later.sessions >= record.sessions for later, record in zip(undeclared, own, strict=True))
    assert any(later.sessions > record.sessions for later, record in zip(undeclared, own, strict=True))
