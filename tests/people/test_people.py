"""People: who is in training, the same people whatever else differs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from scipy import stats

from learnsim import chance as purpose
from learnsim.chance import Chance
from learnsim.people import People, Roster, count_trainees, draw_novices, draw_people
from learnsim.people import people as module
from learnsim.settings import Settings

ARRAYS = ["learning_speed", "sociability", "helpfulness", "interest", "mastery"]
SURPRISING = 1e-4  # the draws are fixed by their addresses, so these tests pass for ever or never


def drawn(changes=None, seed=1, replicate=0, roster=None, **organisation):
    """People drawn under changed settings."""
    changes = {f"organisation.{key}": value for key, value in organisation.items()} | (changes or {})
    return draw_people(Settings().changed(changes), Chance(seed, replicate, audit=True), roster)


def same(first, second):
    """Whether two groups of people are alike in every bit."""
    return all(np.array_equal(getattr(first, name), getattr(second, name)) for name in ARRAYS)


@hypothesis(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.integers(1, 5), st.integers(1, 7), st.integers(0, 2**64 - 1))
def test_everything_drawn_is_a_share_and_a_persons_best_topic_is_one(trainees, communities, items, seed):
    communities = min(communities, trainees)
    people = drawn({"curriculum.items": items}, seed, trainees=trainees, communities=communities)
    assert len(people) == trainees
    assert people.interest.shape == (trainees, communities)
    assert people.mastery.shape == (trainees, items)
    for name in ARRAYS:
        assert (getattr(people, name) >= 0.0).all()
        assert (getattr(people, name) <= 1.0).all()
    assert (people.interest.max(axis=1) == 1.0).all()


def test_the_same_seed_and_replicate_draw_the_same_people():
    assert same(drawn(), drawn())
    assert not same(drawn(), drawn(seed=2))
    assert not same(drawn(), drawn(replicate=1))


def test_a_trainee_is_the_same_person_in_a_larger_organisation():
    small, large = drawn(trainees=20), drawn(trainees=50)
    for name in ARRAYS:
        assert np.array_equal(getattr(small, name), getattr(large, name)[:20])


def test_an_added_item_leaves_the_others_as_they_were():
    few, many = drawn({"curriculum.items": 3}), drawn({"curriculum.items": 8})
    assert np.array_equal(few.mastery, many.mastery[:, :3])
    assert np.array_equal(few.learning_speed, many.learning_speed)


def test_another_distribution_of_speed_changes_nothing_else():
    first, second = drawn(), drawn({"people.learning_speed.mean": 0.3})
    assert (first.learning_speed > second.learning_speed).all()
    assert np.array_equal(np.argsort(first.learning_speed), np.argsort(second.learning_speed))
    for name in ARRAYS[1:]:
        assert np.array_equal(getattr(first, name), getattr(second, name))


def test_people_drawn_in_chunks_are_the_same_people(monkeypatch):
    whole = drawn(trainees=50)
    monkeypatch.setattr(module, "CHUNK", 7)
    assert same(drawn(trainees=50), whole)


@pytest.mark.parametrize(
    ("name", "mean", "sd"), [("learning_speed", 0.5, 0.2), ("sociability", 0.6, 0.2), ("helpfulness", 0.7, 0.15)]
)
def test_traits_have_the_declared_distribution(name, mean, sd):
    weight = mean * (1 - mean) / sd**2 - 1
    values = getattr(drawn(trainees=5000), name)
    assert stats.kstest(values, stats.beta(mean * weight, (1 - mean) * weight).cdf).pvalue > SURPRISING


def test_traits_of_one_person_do_not_go_together():
    people = drawn(trainees=5000)
    for first, second in (("learning_speed", "sociability"), ("sociability", "helpfulness")):
        assert stats.pearsonr(getattr(people, first), getattr(people, second)).pvalue > SURPRISING


@pytest.mark.parametrize("concentration", [0.1, 0.5, 1.0, 20.0])
def test_interests_in_proportion_are_dirichlet(concentration):
    people = drawn({"people.interest_concentration": concentration}, trainees=4000)
    shares = people.interest / people.interest.sum(axis=1, keepdims=True)
    for topic in range(4):
        marginal = stats.beta(concentration, 3 * concentration)
        assert stats.kstest(shares[:, topic], marginal.cdf).pvalue > SURPRISING


@pytest.mark.parametrize("concentration", [1e-12, 1e-5, 1000.0])
def test_interests_at_the_ends_are_still_shares_with_a_best(concentration):
    interest = drawn({"people.interest_concentration": concentration}, trainees=500).interest
    assert np.isfinite(interest).all()
    assert (interest.max(axis=1) == 1.0).all()


def test_with_one_community_everybody_is_interested():
    assert (drawn(communities=1).interest == 1.0).all()


def test_an_item_is_known_before_as_often_as_the_share_says():
    mastery = drawn(trainees=5000).mastery
    known = mastery >= 0.5
    assert stats.binomtest(int(known.sum()), known.size, 0.15).pvalue > SURPRISING
    assert stats.kstest(mastery[known], stats.uniform(0.5, 0.5).cdf).pvalue > SURPRISING
    assert stats.kstest(mastery[~known], stats.uniform(0.0, 0.05).cdf).pvalue > SURPRISING


def test_scattered_expertise_is_independent_between_items():
    known = drawn(trainees=5000).mastery >= 0.5
    assert stats.chi2_contingency(np.histogram2d(known[:, 0], known[:, 1], bins=2)[0]).pvalue > SURPRISING


def test_concentrated_expertise_is_all_or_nothing():
    known = drawn({"prior.by": "person"}, trainees=5000).mastery >= 0.5
    assert (known.all(axis=1) | ~known.any(axis=1)).all()
    assert stats.binomtest(int(known[:, 0].sum()), 5000, 0.15).pvalue > SURPRISING


@pytest.mark.parametrize(("share", "level"), [(0.0, 0.0), (1.0, 1.0)])
def test_a_share_of_nobody_or_everybody_is_exact(share, level):
    people = drawn({"prior.share": share, "prior.known": [1.0, 1.0], "prior.unknown": [0.0, 0.0]})
    assert (people.mastery == level).all()


def test_traits_above_one_are_clipped_and_counted():
    trait = {"distribution": "lognormal", "mean": 0.9, "cv": 0.5}
    people = drawn({"people.learning_speed": trait, "people.helpfulness": trait})
    assert people.clipped == (people.learning_speed == 1.0).sum() + (people.helpfulness == 1.0).sum() > 0
    assert drawn().clipped == 0


def test_copied_people_learn_on_their_own():
    first = drawn(trainees=8)
    second = first.copy()
    assert isinstance(second, People)
    second.mastery[:] = 1.0
    second.learning_speed[0] = 9.0
    assert same(first, drawn(trainees=8))


# Novices -------------------------------------------------------------------------------------------


def test_a_novice_takes_only_the_seat_of_who_left():
    people, before = drawn(trainees=20), drawn(trainees=20)
    who = np.array([3, 11])
    draw_novices(people, who, 9, Settings(), Chance(1, 0))
    for name in ARRAYS:
        now, old = getattr(people, name), getattr(before, name)
        assert np.array_equal(np.delete(now, who, axis=0), np.delete(old, who, axis=0))
        assert not (now[who] == old[who]).all()


def test_a_novice_does_not_depend_on_who_else_leaves_or_in_which_order():
    both, one, run = drawn(trainees=20), drawn(trainees=20), drawn(trainees=20)
    draw_novices(both, np.array([3, 11]), 9, Settings(), Chance(1, 0))
    draw_novices(one, np.array([11]), 9, Settings(), Chance(1, 0))
    draw_novices(run, np.array([10, 11, 12]), 9, Settings(), Chance(1, 0))
    for name in ARRAYS:
        assert np.array_equal(getattr(both, name)[11], getattr(one, name)[11])
        assert np.array_equal(getattr(run, name)[11], getattr(one, name)[11])


def test_novices_of_different_sessions_are_different_people():
    first, second = drawn(trainees=20), drawn(trainees=20)
    draw_novices(first, np.array([3]), 9, Settings(), Chance(1, 0))
    draw_novices(second, np.array([3]), 19, Settings(), Chance(1, 0))
    assert first.learning_speed[3] != second.learning_speed[3]


def test_a_speed_is_the_quantile_of_the_draw_at_its_address():
    uniform = Chance(1, 0).uniforms(purpose.LEARNING_SPEED, 0, np.arange(240))
    assert drawn().learning_speed == pytest.approx(stats.beta(2.625, 2.625).ppf(uniform), abs=1e-8)


# Rosters -------------------------------------------------------------------------------------------


def test_what_a_roster_says_replaces_what_is_drawn_and_nothing_else():
    roster = Roster(("a", "b"), {"sociability": np.array([0.25, 0.75])}, np.array([[1.0, 0.5], [0.0, 1.0]]))
    settings = Settings().changed({"organisation.communities": 2})
    people = draw_people(settings, Chance(1, 0), roster)
    alone = draw_people(settings, Chance(1, 0), Roster(("a", "b")))
    assert count_trainees(settings, roster) == len(people) == 2
    assert np.array_equal(people.sociability, [0.25, 0.75])
    assert np.array_equal(people.interest, roster.interest)
    assert np.array_equal(people.learning_speed, alone.learning_speed)
    assert np.array_equal(people.mastery, alone.mastery)


def test_a_run_does_not_write_into_the_roster():
    roster = Roster(("a", "b"), {"sociability": np.array([0.25, 0.75])}, np.ones((2, 2)))
    people = draw_people(Settings().changed({"organisation.communities": 2}), Chance(1, 0), roster)
    people.sociability[:] = 0.0
    people.interest[:] = 0.0
    assert roster.traits["sociability"][0] == 0.25
    assert (roster.interest == 1.0).all()
