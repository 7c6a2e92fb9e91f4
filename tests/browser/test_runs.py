"""Runs: two Mesa models by one clock have the numbers of the compiled engine, the same people, and one life."""

import gc
import sys
import tomllib
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

import learnsim
from learnsim.browser import runs as pair_module
from learnsim.browser.runs import TwoRuns
from learnsim.errors import PolicyError
from learnsim.grouping.preparation import prepare
from learnsim.models.runs import run_arm
from learnsim.models.training.info import SESSION_MEASURES
from learnsim.settings import Settings, validate
from learnsim.settings.write import toml_of

SMALL = {
    "organisation.trainees": 23,
    "organisation.communities": 3,
    "organisation.cell_size": 4,
    "training.sessions": 9,
    "organisation.cycle_length": 2,
    "training.turnover": 0.2,
    "experiment.seed": 5,
}
ARMS = [
    ("hybrid", "flat-lecture"),
    ("shuffled-cells", "linked-cells"),
    ("collective", "peer-instruction"),
    ("isolated-cells", "hybrid"),
]


def small(**changes):
    return Settings().changed(SMALL | {name.replace("__", "."): value for name, value in changes.items()})


def bits(pair):
    return [values.tobytes() for side in (0, 1) for values in pair.measures(side).values()] + [
        curve.tobytes() for curve in pair.curves
    ]


@pytest.mark.exact
@pytest.mark.parametrize("turnover", [0.0, 0.3])
@pytest.mark.parametrize("arms", ARMS, ids=" and ".join)
def test_the_numbers_are_those_of_the_compiled_engine_in_every_bit(arms, turnover):
    settings = small(training__turnover=turnover)
    pair = TwoRuns(prepare(settings), arms)
    pair.step(pair.sessions)
    for side, arm in enumerate(arms):
        record = learnsim.run(settings, arm=arm, engine="compiled", trace=True)
        assert set(pair.measures(side)) == set(record.measures) >= set(SESSION_MEASURES)
        for name in record.measures:
            assert pair.measures(side)[name].tobytes() == record[name].tobytes(), name
        assert pair.models[side].mastery().tobytes() == record.mastery.tobytes()
        assert pair.models[side].tree.plan.cell.tolist() == record.cell.tolist()
        assert pair.models[side].tree.plan.officers.tolist() == record.officers.tolist()
        items = settings.curriculum.items
        means = [[sum(one) / items for one in row] for row in record.trace.mastery.tolist()]
        np.testing.assert_allclose(pair.curves[side], means, rtol=0.0, atol=1e-15)


@pytest.mark.exact
@hypothesis(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**64 - 1),
    trainees=st.integers(4, 30),
    cell_size=st.integers(1, 9),
    cycle_length=st.integers(1, 7),
    sessions=st.integers(0, 7),
    throttle=st.sampled_from(["slowest", "median", "calendar"]),
)
def test_any_pair_has_the_numbers_of_run_arm_after_every_session(seed, sessions, **others):
    settings = small(experiment__seed=seed, training__sessions=sessions).changed(
        {
            "organisation.trainees": others["trainees"],
            "organisation.cell_size": others["cell_size"],
            "organisation.cycle_length": others["cycle_length"],
            "training.throttle": others["throttle"],
        }
    )
    arms = ("hybrid", "peer-instruction")
    pair = TwoRuns(prepare(settings), arms)
    records = [run_arm(settings, arm, engine="compiled") for arm in arms]
    for session in range(sessions + 1):
        assert pair.session == session
        for side, record in enumerate(records):
            for name in SESSION_MEASURES:
                now, expected = pair.measures(side)[name], record[name][: session + 1]
                assert now.tobytes() == expected.tobytes(), (name, session)
        pair.step()
    assert pair.session == sessions
    pair.release()


def test_a_pair_played_from_its_saved_file_has_the_same_numbers():
    settings = validate({**tomllib.loads(toml_of(small())), "arms": {"hybrid": {}, "flat-lecture": {}}}, "file")
    one, again = TwoRuns(prepare(small()), ("hybrid", "flat-lecture")), TwoRuns(prepare(settings), ("hybrid", "flat-lecture"))
    one.step(9)
    again.step(9)
    assert bits(one) == bits(again)


def test_both_models_begin_with_the_same_people():
    pair = TwoRuns(prepare(small()), ("hybrid", "flat-lecture"))
    left, right = (model.people for model in pair.models)
    assert left is not right
    for name in ("learning_speed", "sociability", "helpfulness", "interest", "mastery"):
        assert getattr(left, name).tobytes() == getattr(right, name).tobytes()
    assert pair.curves[0][0].tolist() == pair.curves[1][0].tolist()
    assert pair.difference() == 0.0


def test_the_same_training_on_both_sides_stays_level():
    pair = TwoRuns(prepare(small()), ("hybrid", "hybrid"))
    pair.step(9)
    assert pair.difference() == 0.0
    assert pair.curves[0].tobytes() == pair.curves[1].tobytes()


def test_a_session_of_the_one_is_a_session_of_the_other():
    pair = TwoRuns(prepare(small()), ("hybrid", "flat-lecture"))
    for session in range(9):
        assert [model.session for model in pair.models] == [session, session]
        assert not pair.finished
        pair.step()
    assert pair.finished
    assert [model.session for model in pair.models] == [9, 9]


def test_at_any_moment_a_reader_sees_a_session_that_both_have_played():
    """Every line of the play is a moment at which another thread may look: here, somebody looks at each."""
    pair = TwoRuns(prepare(small()), ("hybrid", "flat-lecture"))
    seen = []

    def look(frame, event, _):
        if frame.f_code.co_filename != pair_module.__file__:
            return None
        sys.settrace(None)
        seen.append((pair.session, [model.session for model in pair.models]))
        assert not np.isnan([curve[pair.session] for curve in pair.curves]).any()
        assert all(len(pair.measures(side)["gini"]) == pair.session + 1 for side in (0, 1))
        sys.settrace(look)
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        pair.step(9)
    finally:
        sys.settrace(before)
    assert {now for now, _ in seen} == set(range(10))
    assert any(left != right for _, (left, right) in seen)  # also between the two halves of a session


def test_after_the_last_session_there_is_nothing_more_to_play():
    pair = TwoRuns(prepare(small()), ("hybrid", "flat-lecture"))
    pair.step(1000)
    before = bits(pair)
    pair.step(3)
    assert pair.session == pair.sessions == 9
    assert bits(pair) == before


def test_many_steps_at_once_are_as_many_single_ones():
    one, other = TwoRuns(prepare(small()), ("hybrid", "flat-lecture")), TwoRuns(prepare(small()), ("hybrid", "flat-lecture"))
    one.step(7)
    for _ in range(7):
        other.step()
    assert bits(one) == bits(other)


def test_a_second_pair_of_the_same_settings_has_the_same_numbers():
    one = TwoRuns(prepare(small()), ("hybrid", "flat-lecture"))
    one.step(9)
    other = TwoRuns(prepare(small()), ("hybrid", "flat-lecture"))
    other.step(9)
    assert bits(one) == bits(other)
    another = TwoRuns(prepare(small(experiment__seed=6)), ("hybrid", "flat-lecture"))
    another.step(9)
    assert bits(another) != bits(one)


def test_what_is_to_come_is_missing_in_the_curves():
    pair = TwoRuns(prepare(small()), ("hybrid", "flat-lecture"))
    pair.step(4)
    for curve in pair.curves:
        assert curve.shape == (10, 23)
        assert not np.isnan(curve[:5]).any()
        assert np.isnan(curve[5:]).all()


def test_the_difference_is_left_minus_right():
    pair = TwoRuns(prepare(small()), ("hybrid", "flat-lecture"))
    pair.step(9)
    left, right = (pair.measures(side) for side in (0, 1))
    assert pair.difference() == left["mean_mastery"][9] - right["mean_mastery"][9] != 0.0
    assert pair.difference("partners") == left["partners"][9] > 0.0


def test_the_distribution_holds_every_trainee_once():
    pair = TwoRuns(prepare(small()), ("hybrid", "flat-lecture"))
    pair.step(5)
    for side in (0, 1):
        shares = pair.distribution(side)
        assert shares.shape == (20,)
        counts = np.rint(23 * shares)
        np.testing.assert_allclose(counts, 23 * shares, rtol=0.0, atol=1e-12)
        assert counts.sum() == 23
        middle = (np.arange(20) + 0.5) / 20
        assert abs(float(middle @ shares) - pair.measures(side)["mean_mastery"][-1]) <= 0.025


@pytest.mark.parametrize("turnover", [0.0, 0.3])
@pytest.mark.parametrize("arm", ["hybrid", "linked-cells", "collective", "flat-lecture"])
def test_those_whom_trainees_have_met_are_the_partners_measure(arm, turnover):
    pair = TwoRuns(prepare(small(training__turnover=turnover)), (arm, "flat-lecture"))
    for session in range(10):
        met = [set(pair.met(0, trainee).tolist()) for trainee in range(23)]
        assert sum(map(len, met)) / 23 == pair.measures(0)["partners"][session]
        assert all(trainee not in others for trainee, others in enumerate(met))
        assert all(trainee in met[other] for trainee, others in enumerate(met) for other in others)
        pair.step()


def test_cellmates_have_met():
    pair = TwoRuns(prepare(small()), ("hybrid", "flat-lecture"))
    pair.step(3)
    cell = pair.models[0].trainees[7].cell
    assert {one.index for one in cell.members} - {7} <= set(pair.met(0, 7).tolist())
    assert pair.met(1, 7).tolist() == []


def test_models_that_were_let_go_are_freed():
    pair = TwoRuns(prepare(small()), ("hybrid", "flat-lecture"))
    pair.step(3)
    gone = [weakref.ref(model) for model in pair.models]
    pair.release()
    del pair
    gc.collect()
    assert [one() for one in gone] == [None, None]


def test_a_pair_whose_right_arm_cannot_be_played_keeps_no_left_one():
    settings = validate({"arms": {"hybrid": {}, "bad": {"preset": "hybrid", "officer": "nobody"}}}, "x").changed(SMALL)
    before = [one for one in gc.get_objects() if type(one).__name__ == "TrainingModel"]
    with pytest.raises(PolicyError, match="officer = 'nobody' is not a policy"):
        TwoRuns(prepare(settings), ("hybrid", "bad"))
    gc.collect()
    assert len([one for one in gc.get_objects() if type(one).__name__ == "TrainingModel"]) <= len(before)
