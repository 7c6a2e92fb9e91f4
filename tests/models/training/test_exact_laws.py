"""Exact laws of wrong teaching, losses, phases, span and evolving communities: what must come out, whatever the numbers.
Equal in every bit where the truth is, to 1e-12 where rounding adds up, and |z| < 4 where chance is involved.
"""

import numpy as np
import pytest

from learnsim.models.runs import run_arm
from learnsim.people import People
from learnsim.settings import PRESETS, ArmTable, Settings

pytestmark = pytest.mark.exact

QUIET = {  # nothing but the law's own rate slows anybody down, and nothing is forgotten
    "curriculum.items": 1,
    "curriculum.prerequisite": 0.0,
    "people.interest_weight": 0.0,
    "learning.forgetting": 0.0,
    "learning.initial_rapport": 1.0,
    "organisation.communities": 1,
}
SMALL = {
    "organisation.trainees": 24,
    "organisation.communities": 3,
    "organisation.cell_size": 4,
    "organisation.cycle_length": 3,
    "curriculum.items": 4,
    "curriculum.sessions_per_item": 2,
    "training.sessions": 12,
}
INSIDE = sorted(name for name, (_, arm) in PRESETS.items() if arm.groups != "none")  # and shuffled inside communities
BASE = ("mean_mastery", "gini", "gain", "partners", "instructor_time", "helper_time")
LEAVERS = ("each", "random", "officers", "most-knowledgeable", "most-helpful")


def people_of(mastery, wrong=None, speed=1.0, interest=None):
    """People made to order, who are as helpful as can be and approach nobody; one item if mastery is a list."""
    levels = np.array(mastery, dtype=float).reshape(len(mastery), -1)
    count = len(levels)
    return People(
        np.array(np.broadcast_to(speed, count), dtype=float),
        np.zeros(count),
        np.ones(count),
        np.ones((count, 1)) if interest is None else np.array(interest, dtype=float),
        levels,
        misconception=np.zeros((0, 0)) if wrong is None else np.array(wrong, dtype=float).reshape(levels.shape),
    )


@pytest.fixture(params=["compiled", "agents"])
def play(request):
    """A function that plays an arm, a preset or a dictionary of fields, in one engine; dotted names are settings."""

    def call(arm, changes=None, people=None, replicate=0):
        fields = {"preset": arm} if isinstance(arm, str) else arm
        world = {} if people is None else {"organisation.trainees": len(people)}
        if people is not None and people.misconception.shape[1]:
            world["misconceptions.share"] = 1.0  # so that they may hold something wrong; they are made already
        settings = Settings(arms={"x": ArmTable(**fields)}).changed({**world, **(changes or {})})
        return run_arm(settings, "x", replicate, engine=request.param, shared=people, trace=True)

    return call


def deviation(values, law):
    """Return how far values are from the law at most."""
    return float(np.abs(np.asarray(values) - law).max())


def sessions_of(record):
    """The number of sessions so far, in each row, as a column."""
    return np.arange(record.sessions + 1)[:, None]


# ---- wrong teaching


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_persistence_changes_no_bit_where_nothing_is_wrong(play, preset):
    """Exact. Nothing held wrong, nothing taught wrong, nothing worked out wrong: the settings are not read."""
    usual = play(preset, SMALL)
    for persistence in (0.0, 1.0):
        off = {"misconceptions.persistence": persistence, "misconceptions.noticed": 0.7, "misconceptions.held": [0.0, 0.1]}
        assert play(preset, SMALL | off).same_bits(usual) == []


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_teaching_wrong_at_level_zero_changes_no_bit(play, preset):
    """Exact. With a place for misconceptions the rules give what they give without, whatever persistence is."""
    usual = play(preset, SMALL)
    shocks = [{"who": who, "level": 0.0, "sessions": 12} for who in ("lecturer", "instructor")] + [{"level": 0.0}]
    ready = play(preset, SMALL | {"shocks": shocks, "misconceptions.persistence": 1.0})
    for name in ("mastery", "cell", "tenure", "officers"):
        assert getattr(ready.trace, name).tobytes() == getattr(usual.trace, name).tobytes()
    assert all(ready[name].tobytes() == usual[name].tobytes() for name in BASE)
    assert (ready.trace.misconception == 0.0).all() and ready.trace.misconception.shape == ready.trace.mastery.shape
    assert (ready["reached"] == 0.0).all()


SPEEDS = np.array([0.0, 0.2, 0.5, 0.9, 1.0])
RIGHT, WRONG = np.array([0.3, 0.0, 0.1, 0.2, 0.25]), np.array([0.7, 1.0, 0.05, 0.0, 0.5])
LESSONS = QUIET | {"training.sessions": 25, "learning.lecture_effect": 0.3}


def test_a_right_lecture_shrinks_the_missing_and_the_wrong_alike(play):
    """Exact, without persistence and forgetting: 1 - k and m both times (1 - q) each session, so m / (1 - k) stays."""
    record = play("flat-lecture", LESSONS | {"misconceptions.persistence": 0.0}, people_of(RIGHT, WRONG, SPEEDS))
    k, m = record.trace.mastery[:, :, 0], record.trace.misconception[:, :, 0]
    shrunk = (1.0 - 0.3 * SPEEDS) ** sessions_of(record)
    assert deviation(1.0 - k, (1.0 - RIGHT) * shrunk) < 1e-12
    assert deviation(m, WRONG * shrunk) < 1e-12
    assert deviation(m / (1.0 - k), WRONG / (1.0 - RIGHT)) < 1e-12


@pytest.mark.parametrize("persistence", [0.25, 0.5, 0.9, 1.0])
def test_persistence_slows_the_lecture_by_what_is_held_wrong(play, persistence):
    """Exact, without forgetting, with z = 1 - k: z' = z (1 - q (1 - p m)), and m' = m z' / z."""
    record = play("flat-lecture", LESSONS | {"misconceptions.persistence": persistence}, people_of(RIGHT, WRONG, SPEEDS))
    z, m = 1.0 - RIGHT, WRONG
    for k_now, m_now in zip(record.trace.mastery[:, :, 0], record.trace.misconception[:, :, 0], strict=True):
        assert deviation(1.0 - k_now, z) < 1e-12
        assert deviation(m_now, m) < 1e-12
        after = z * (1.0 - 0.3 * SPEEDS * (1.0 - persistence * m))
        z, m = after, m * after / z


@pytest.mark.parametrize("persistence", [0.0, 1.0])
def test_a_wrong_lecture_fills_only_what_is_not_right(play, persistence):
    """Exact, without forgetting: k stays in every bit, and m = min(1 - k, 1 - (1 - q)^t)."""
    wrong = {"shocks": [{"who": "lecturer", "sessions": 25}], "misconceptions.persistence": persistence}
    record = play("flat-lecture", LESSONS | wrong, people_of([0.0, 0.2, 0.6, 0.9, 1.0], speed=SPEEDS))
    k, m = record.trace.mastery[:, :, 0], record.trace.misconception[:, :, 0]
    assert (k == k[0]).all()
    assert deviation(m, np.minimum(1.0 - k[0], 1.0 - (1.0 - 0.3 * SPEEDS) ** sessions_of(record))) < 1e-12
    assert (m[-1, 2:] == 1.0 - k[0, 2:]).all()  # as much as there is room


def test_a_wrong_lecturer_is_right_again_after_so_many_sessions(play):
    """Exact, without persistence and forgetting: the shock at session 5 first shows in row 6, and lasts for 8 sessions."""
    wrong = {"shocks": [{"at": 5, "who": "lecturer", "sessions": 8}], "misconceptions.persistence": 0.0}
    record = play("flat-lecture", LESSONS | wrong, people_of(RIGHT, speed=SPEEDS))
    k, m, kept = record.trace.mastery[:, :, 0], record.trace.misconception[:, :, 0], 1.0 - 0.3 * SPEEDS
    sessions = sessions_of(record)
    assert deviation(1.0 - k, (1.0 - RIGHT) * kept ** (sessions - np.clip(sessions - 5, 0, 8))) < 1e-12
    assert (k[5:14] == k[5]).all()
    most = np.minimum(1.0 - k[5], 1.0 - kept ** np.clip(sessions - 5, 0, 8))
    assert deviation(m, most * kept ** np.maximum(0, sessions - 13)) < 1e-12
    assert (m[:6] == 0.0).all() and (m[6, 1:] > 0.0).all()


@pytest.mark.parametrize("joint_wrong", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("persistence", [0.0, 0.5, 1.0])
def test_joint_work_is_divided_into_right_and_wrong(play, persistence, joint_wrong):
    """Exact, without help and forgetting: each gains q (1 - p m) (1 - max v), of which a share joint_wrong is wrong.

    What is right replaces the wrong in proportion, as from any source; if all is wrong, k stays in every bit.
    """
    k, m, speed = np.array([0.2, 0.0]), np.array([0.3, 0.6]), np.array([0.5, 1.0])
    people = people_of(k, m, speed)
    people.sociability[0] = 1.0  # one approaches the other, in each session
    wrong = {"misconceptions.persistence": persistence, "misconceptions.joint_wrong": joint_wrong}
    effects = {"learning.help_effect": 0.0, "learning.joint_effect": 0.4, "training.sessions": 15}
    record = play({"preset": "peer-instruction", "lecture": 0.0, "exchange": 1.0}, QUIET | effects | wrong, people)
    for k_now, m_now in zip(record.trace.mastery[:, :, 0], record.trace.misconception[:, :, 0], strict=True):
        assert deviation(k_now, k) < 1e-12
        assert deviation(m_now, m) < 1e-12
        gained = 0.4 * speed * (1.0 - persistence * m) * (1.0 - (k + m).max())
        after = k + (1.0 - joint_wrong) * gained
        k, m = after, m * (1.0 - after) / (1.0 - k) + joint_wrong * gained
    assert joint_wrong < 1.0 or (record.trace.mastery[:, :, 0] == [0.2, 0.0]).all()


@pytest.mark.parametrize("preset", sorted(PRESETS))
@pytest.mark.parametrize("share", [0.5, 1.0])
def test_what_is_fully_wrong_and_persists_is_never_corrected(play, preset, share):
    """Exact, without forgetting: at persistence 1, k = 0 and m = 1 stay in every bit, whatever the others know."""
    wrong = {
        "misconceptions.share": share,
        "misconceptions.held": [1.0, 1.0],
        "misconceptions.persistence": 1.0,
        "misconceptions.joint_wrong": 0.2,
        "learning.forgetting": 0.0,
    }
    trace = play(preset, SMALL | wrong).trace
    stuck = trace.misconception[0] == 1.0
    assert 0.3 * share < stuck.mean() <= share + 0.2
    assert (trace.mastery[:, stuck] == 0.0).all()
    assert (trace.misconception[:, stuck] == 1.0).all()


ONE_WRONG = {"shocks": [{"at": 4, "items": [2], "level": 0.8}]}


def test_a_wrong_person_in_isolated_cells_reaches_only_the_own_cell(play):
    """Exact, where nobody else errs: whoever is outside has m = 0 in every bit."""
    for replicate in range(4):
        record = play("isolated-cells", SMALL | ONE_WRONG, replicate=replicate)
        cell, ever = record.cell, (record.trace.misconception > 0.0).any(axis=(0, 2))
        assert len(set(cell[ever])) == 1
        assert 1 < ever.sum() <= (cell == cell[ever][0]).sum()
        assert (record["reached"][5:] <= 4 / 24).all() and record["reached"][-1] == ever.sum() / 24
        assert (record["touched_cells"][5:] == 1 / 6).all() and (record["touched_communities"][5:] == 1 / 3).all()


@pytest.mark.parametrize("preset", INSIDE)
def test_a_wrong_person_inside_communities_reaches_only_the_own_one(play, preset):
    """Exact, where nobody else errs and no shuffle crosses communities: whoever is outside has m = 0 in every bit."""
    record = play(preset, SMALL | ONE_WRONG)
    ever = (record.trace.misconception > 0.0).any(axis=(0, 2))
    assert len(set(record.community[ever])) == 1
    assert 1 < ever.sum() <= 8
    assert (record["reached"][5:] <= 8 / 24).all() and (record["touched_communities"][5:] == 1 / 3).all()


def test_under_a_flat_lecture_one_wrong_trainee_reaches_nobody_else(play):
    """Exact: the share reached is 0 until the shock, and 1 / N in every bit from the row after it on."""
    record, usual = play("flat-lecture", SMALL | ONE_WRONG), play("flat-lecture", SMALL)
    assert (record["reached"][:5] == 0.0).all()
    assert (record["reached"][5:] == 1 / 24).all()
    assert (record["touched"][5:] == 1 / 24).all()
    assert np.isnan(record["touched_cells"]).all()
    others = ~(record.trace.misconception > 0.0).any(axis=(0, 2))
    assert others.sum() == 23
    assert record.trace.mastery[:, others].tobytes() == usual.trace.mastery[:, others].tobytes()
    assert record.run_measures()["damage"] == record["mean_mastery"][-1] - usual["mean_mastery"][-1] < 0.0


def test_without_persistence_the_lecture_teaches_in_every_bit_as_ever(play):
    """Exact, where nobody's start is cut to 1 - m: what is held wrong does not change what becomes right."""
    world = SMALL | {"prior.share": 0.0, "learning.forgetting": 0.01, "training.turnover": 0.2}
    usual = play("flat-lecture", world)
    wrong = {"misconceptions.share": 0.5, "misconceptions.held": [0.5, 0.9], "misconceptions.persistence": 0.0}
    misled = play("flat-lecture", world | wrong)
    assert misled.trace.mastery.tobytes() == usual.trace.mastery.tobytes()
    assert misled["wrong_people"][0] > 0.5


# ---- losses


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_where_all_are_absent_there_is_only_forgetting(play, preset):
    """Exact, in every bit, of what is right and of what is wrong (where they leave some room)."""
    forgetting = 0.01
    world = {
        "training.absence": 1.0,
        "learning.forgetting": forgetting,
        "misconceptions.share": 0.5,
        "misconceptions.held": [0.1, 0.4],
        "prior.known": [0.3, 0.5],
    }
    record = play(preset, SMALL | world)
    k, m = record.trace.mastery, record.trace.misconception
    assert m[0].any() and (k[0] + m[0]).max() < 0.99
    for now, later in ((k[:-1], k[1:]), (m[:-1], m[1:])):
        assert (later == now * (1.0 - forgetting)).all()


def test_who_is_absent_from_some_lectures_misses_just_these(play):
    """Exact, without forgetting: the absent learn as from so many lectures fewer, the others as ever, in every bit."""
    people = people_of(np.linspace(0.0, 0.5, 10), speed=np.linspace(0.1, 1.0, 10))
    usual = play("flat-lecture", LESSONS, people)
    shocks = {"shocks": [{"at": 6, "kind": "absent", "share": 0.4, "sessions": 5}]}
    k = play("flat-lecture", LESSONS | shocks, people).trace.mastery[:, :, 0]
    there = usual.trace.mastery[:, :, 0]
    absent = k[7] == k[6]
    assert absent.sum() == 4
    assert (k[:, ~absent] == there[:, ~absent]).all()
    assert (k[:7, absent] == there[:7, absent]).all() and (k[6:12, absent] == there[6, absent]).all()
    assert (k[12:, absent] == there[7:21, absent]).all()


@pytest.mark.parametrize("leavers", [*LEAVERS, "a shock"])
def test_under_a_flat_lecture_it_is_all_one_to_stayers_who_leaves(play, leavers):
    """Exact: whoever never left knows in every bit, after every session, what they know where nobody leaves."""
    loss = {"training.turnover": 0.1, "training.leavers": leavers}
    if leavers == "a shock":
        some = {"kind": "leave", "count": 4}
        loss = {"shocks": [{"at": 2, "who": "trainees", **some}, {"at": 7, "who": "most-helpful", **some}]}
    record, usual = play("flat-lecture", SMALL | loss), play("flat-lecture", SMALL)
    stayed = record.tenure == 12  # without cells only a novice begins a tenure
    assert 0 < stayed.sum() < 24
    assert record.trace.mastery[:, stayed].tobytes() == usual.trace.mastery[:, stayed].tobytes()
    assert (record.stayers == stayed).all()
    assert record["stayers_mean"][-1] == np.add.accumulate(usual.standing()[stayed])[-1] / stayed.sum()
    assert leavers == "each" or record.run_measures()["stayers_loss"] == 0.0


@pytest.mark.parametrize("preset", ["isolated-cells", "linked-cells"])
def test_absent_officers_are_as_officers_who_are_always_in_council(play, preset):
    """Exact: members of fixed cells learn in every bit as where their officer has no time left for the cell.

    The office must go by what nobody learns, so that it stays with the same people. Absent officers only forget.
    """
    times = {"preset": preset, "lecture": 0.25, "briefing": 0.25, "exchange": 0.5, "officer": "most-helpful"}
    gone = play(times, SMALL | {"training.absence": 1.0, "training.absent": "officers"})
    busy = play(times | {"council": 0.75}, SMALL)
    officers = gone.trace.officers[0]
    assert (gone.trace.officers == officers).all() and (busy.trace.officers == officers).all()
    members = np.delete(np.arange(24), officers)
    assert gone.trace.mastery[:, members].tobytes() == busy.trace.mastery[:, members].tobytes()
    theirs = gone.trace.mastery[:, officers]
    assert (theirs[1:] == theirs[:-1] * (1.0 - 0.002)).all()
    assert gone.mastery[members].mean() > gone.trace.mastery[0, members].mean() + 0.1


# ---- phases

LATER = {  # of a run of twelve sessions
    "changes nothing": [{"from": 3}, {"from": 6, "cell_size": 4, "cycle_length": 3, "throttle": "mean", "idle": 0.0}],
    "begins at the end": [{"from": 12, "preset": "hybrid", "cell_size": 2, "throttle": "slowest"}],
}


@pytest.mark.parametrize("preset", sorted(PRESETS))
@pytest.mark.parametrize("what", sorted(LATER))
def test_a_phase_that_has_no_effect_changes_no_bit(play, preset, what):
    """Exact: it changes nothing, or begins at the end."""
    world = SMALL | {"training.turnover": 0.1}
    assert play({"preset": preset, "phases": LATER[what]}, world).same_bits(play(preset, world)) == []


UNUSED = {"linked-cells": {"fraction": 0.5}, "hybrid": {"scope": "organisation"}, "collective": {"cell_size": 2}}


@pytest.mark.parametrize(("preset", "unused"), UNUSED.items())
def test_a_phase_that_changes_what_is_not_used_changes_no_bit(play, preset, unused):
    """Exact: the cells of before go on, under fixed cells, with one community, and where there are no cells to be sized."""
    world = SMALL | {"training.turnover": 0.1, "organisation.communities": 1}
    assert play({"preset": preset, "phases": [{"from": 6, **unused}]}, world).same_bits(play(preset, world)) == []


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_a_phase_that_begins_at_the_beginning_is_the_whole_arm(play, preset):
    """Exact, in every bit: nothing is left of the preset that it takes the place of."""
    late = {"preset": "peer-instruction", "phases": [{"from": 0, "preset": preset}]}
    assert play(late, SMALL).same_bits(play(preset, SMALL)) == []


@pytest.mark.parametrize("lectures", [3, 6, 12])
def test_after_the_lectures_have_ended_there_is_only_forgetting(play, lectures):
    """Exact: k after T sessions is k after n lectures times (1 - f)^(T - n); in every bit, session by session."""
    forgetting = 0.03
    arm = {"preset": "flat-lecture", "phases": [{"from": lectures, "lecture": 0.0, "idle": 1.0}]}
    world = SMALL | {"learning.forgetting": forgetting}
    record, usual = play(arm, world), play("flat-lecture", world)
    k = record.trace.mastery
    assert (k[: lectures + 1] == usual.trace.mastery[: lectures + 1]).all()
    assert (k[lectures + 1 :] == k[lectures:-1] * (1.0 - forgetting)).all()
    later = np.arange(13 - lectures)[:, None, None]
    assert deviation(k[lectures:], k[lectures] * (1.0 - forgetting) ** later) < 1e-12
    assert deviation(record["instructor_time"], np.minimum(np.arange(13), lectures)) == 0.0


RATE = 0.2  # of the instructor's work and of briefings alike: a quarter of the session, at speed 0.8
CASCADE = QUIET | {
    "organisation.communities": 2,
    "organisation.cell_size": 3,
    "organisation.cycle_length": 7,
    "learning.council_effect": 1.0,
    "training.sessions": 40,
}
LEVELS = {"preset": "linked-cells", "council": 0.5, "briefing": 0.5, "exchange": 0.5}
INTERESTS = [[1.0, 0.5], [0.5, 1.0]] * 6


def at_depth(depth, sessions):
    """P(Binomial(t, q) >= depth) for depth 1 and 2."""
    none = (1.0 - RATE) ** sessions
    one = sessions * RATE * (1.0 - RATE) ** np.maximum(0, sessions - 1)
    return 1.0 - none if depth == 1 else 1.0 - none - one


@pytest.mark.parametrize("idle", [{}, {"idle": 0.5, "briefing": 0.25, "exchange": 0.25}])
def test_knowledge_comes_down_a_cascade_as_a_binomial_tail(play, idle):
    """Exact, without forgetting, all at 0 before and alike: mastery at depth d is P(Binomial(t, q) >= d).

    Officers have half of their time for a busy cell, and all of it where the council takes only what would be idle.
    """
    record = play(LEVELS | idle, CASCADE, people_of([0.0] * 12, speed=0.8, interest=INTERESTS))
    k, officers = record.trace.mastery[:, :, 0], record.trace.officers[0]
    assert (record.trace.officers == officers).all() and len(officers) == 4
    assert deviation(k[:, officers], at_depth(1, sessions_of(record))) < 1e-12
    assert deviation(np.delete(k, officers, axis=1), at_depth(2, sessions_of(record))) < 1e-12


@pytest.mark.parametrize("known", [0.0, 0.4])
def test_what_is_wrong_comes_down_a_cascade_by_the_same_law(play, known):
    """Exact, without forgetting: m at depth d is P(Binomial(t, q) >= d) while there is room, and then all the room.

    The officers know nothing, so members who know something keep that in every bit.
    """
    arm = LEVELS | {"officer": "most-helpful"}  # all are: the lowest number of each cell is its officer
    people = people_of([0.0] * 12, speed=0.8, interest=INTERESTS)
    officers = play(arm, CASCADE, people).officers
    members = np.delete(np.arange(12), officers)
    people.mastery[members] = known
    wrong = CASCADE | {"shocks": [{"who": "instructor", "sessions": 40}], "misconceptions.persistence": 0.9}
    record = play(arm, wrong, people)
    k, m = record.trace.mastery[:, :, 0], record.trace.misconception[:, :, 0]
    assert (record.trace.officers == officers).all()
    assert (k == k[0]).all()
    assert deviation(m[:, officers], at_depth(1, sessions_of(record))) < 1e-12
    assert deviation(m[:, members], np.minimum(1.0 - known, at_depth(2, sessions_of(record)))) < 1e-12
    assert known == 0.0 or (m[-1, members] == 1.0 - known).all()


def test_officers_can_be_trained_first_and_then_train_their_cells(play):
    """Exact, without forgetting: 1 - (1 - q)^t with the others idle; then members come as fast to where officers stopped."""
    briefings = {"from": 14, "council": 0.0, "instructor": False, "idle": 0.75, "briefing": 0.25}
    arm = {"preset": "linked-cells", "council": 0.5, "briefing": 0.0, "exchange": 0.0, "idle": 1.0, "phases": [briefings]}
    record = play(arm, CASCADE, people_of([0.0] * 12, speed=0.8, interest=INTERESTS))
    k, officers, sessions = record.trace.mastery[:, :, 0], record.officers, sessions_of(record)
    members = np.delete(k, officers, axis=1)
    learned = 1.0 - (1.0 - RATE) ** np.minimum(sessions, 14)
    assert (record.trace.officers == officers).all()
    assert deviation(k[:, officers], learned) < 1e-12
    assert (members[:15] == 0.0).all() and (k[14:, officers] == k[14, officers]).all()
    assert deviation(members, learned * (1.0 - (1.0 - RATE) ** np.maximum(0, sessions - 14))) < 1e-12


# ---- span


@pytest.mark.parametrize("span", [1, 2, 3, 4, 9])
def test_an_instructors_effect_falls_with_the_officers_beyond_the_span(play, span):
    """Exact, without forgetting, for four officers: 1 - k shrinks by council / 2 times effect times speed a session."""
    people = people_of([0.0] * 12, speed=0.8)
    one_council = CASCADE | {"organisation.communities": 1, "learning.lecture_effect": 0.1}
    record = play(LEVELS, one_council | {"organisation.span": span}, people)
    assert len(record.officers) == 4
    effect = 0.1 + (1.0 - 0.1) * min(1.0, span / 4)
    taught = record.trace.mastery[:, record.officers, 0]
    assert deviation(taught, 1.0 - (1.0 - 0.25 * 0.8 * effect) ** sessions_of(record)) < 1e-12
    if span >= 4:
        assert record.same_bits(play(LEVELS, one_council, people)) == []


# ---- communities that evolve


@pytest.mark.parametrize("trainees", [24, 22])
@pytest.mark.parametrize("formation", ["interest", "random"])
@pytest.mark.parametrize("preset", ["flat-lecture", "hybrid", "isolated-cells", "collective"])
def test_without_slack_nobody_can_move(play, trainees, formation, preset):
    """Exact, where communities begin as even as can be and none closes: each has the even size, rounded down, already."""
    evolving = {"communities.mobility": 1.0, "communities.slack": 0.0, "communities.drift": 0.4}
    many = {"organisation.trainees": trainees, "organisation.communities": 4, "organisation.formation": formation}
    record = play(preset, SMALL | many | evolving)
    assert (record["moves"] == 0.0).all()
    assert record["largest_community"].tolist() == [6.0] * 13


@pytest.mark.parametrize("preset", ["flat-lecture", "hybrid", "isolated-cells", "collective"])
def test_with_all_the_room_everybody_moves_once_to_the_best_community(play, preset):
    """Exact, without drift: after one cycle's end interest_fit is 1, and moves are the people who were elsewhere."""
    evolving = {"communities.mobility": 1.0, "communities.slack": 1e6, "organisation.formation": "random"}
    record = play(preset, SMALL | evolving)
    before = play(preset, SMALL | {"organisation.formation": "random"})
    elsewhere = before.interest[np.arange(24), before.community] < 1.0
    assert 0 < elsewhere.sum() < 24
    assert (record["interest_fit"][:3] < 1.0).all() and (record["interest_fit"][3:] == 1.0).all()
    assert (record["best_fit"][3:] == 1.0).all() and (record["best_fit"][:3] == 1.0 - elsewhere.mean()).all()
    assert (record["moves"] == np.repeat([0, elsewhere.sum()], [3, 10])).all()
    assert (record.interest[np.arange(24), record.community] == 1.0).all()
    assert (record.community[~elsewhere] == before.community[~elsewhere]).all()


def on_simplex(interest):
    """Return interests as shares that add up to 1 for each person."""
    return interest / interest.sum(axis=1, keepdims=True)


DRAWN = np.random.default_rng(3).dirichlet([0.7, 0.7, 0.7], size=12)
MIXING = QUIET | {"organisation.communities": 3, "organisation.cell_size": 4, "organisation.cycle_length": 1}
MIXED = {"preset": "shuffled-cells", "groups": "cells", "scope": "organisation", "formation": "random"}
INTERESTED = DRAWN / DRAWN.max(axis=1, keepdims=True)


@pytest.mark.parametrize("drift", [0.25, 0.7, 1.0])
def test_drift_draws_cellmates_together_around_their_mean(play, drift):
    """Exact: p - mean p of the cell shrinks by 1 - d, and the mean stays; at d = 1 cellmates are equal in every bit."""
    people = people_of([0.5] * 12, interest=INTERESTED)
    record = play(MIXED, MIXING | {"communities.drift": drift, "training.sessions": 1}, people)
    before, after = on_simplex(INTERESTED), on_simplex(record.interest)
    for cell in range(3):
        members = record.trace.cell[0] == cell
        mean = before[members].mean(axis=0)
        assert members.sum() == 4
        assert deviation(after[members] - mean, (1.0 - drift) * (before[members] - mean)) < 1e-12
        assert drift < 1.0 or (record.interest[members] == record.interest[members][0]).all()
    assert (record.interest.max(axis=1) == 1.0).all()


@pytest.mark.thorough
@pytest.mark.parametrize("drift", [0.25, 0.7])
def test_drift_and_shuffles_shrink_the_variance_as_sampling_theory_says(play, drift):
    """Exact, |z| < 4: by rho + (1 - d)^2 (1 - rho) a cycle, with rho = (n - m) / (m (n - 1)) for cells of m of n people."""
    count, size, cycles, runs = 12, 4, 2, 250
    world = MIXING | {"communities.drift": drift, "training.sessions": cycles}
    rho = (count - size) / (size * (count - 1))
    law = (rho + (1.0 - drift) ** 2 * (1.0 - rho)) ** cycles
    people = people_of([0.5] * count, interest=INTERESTED)
    after = np.array([on_simplex(play(MIXED, world, people, replicate).interest) for replicate in range(runs)])
    ratios = after.var(axis=1) / on_simplex(INTERESTED).var(axis=0)
    z = (ratios.mean(axis=0) - law) / (ratios.std(axis=0, ddof=1) / runs**0.5)
    assert deviation(z, 0.0) < 4.0


def test_drift_towards_mastery_ends_at_what_is_mastered_of_each_topic(play):
    """Exact, where nobody learns: interest minus mastery by topic, both as shares, shrinks by 1 - d a cycle.

    What counts is what seems mastered, right or wrong; item j belongs to topic j mod 3.
    """
    levels = np.random.default_rng(5).uniform(0.1, 0.6, (12, 5))
    idle = {"preset": "flat-lecture", "lecture": 0.0, "idle": 1.0}
    world = MIXING | {"curriculum.items": 5, "training.sessions": 6}
    world |= {"communities.drift": 0.3, "communities.towards": "mastery"}
    record = play(idle, world, people_of(levels, wrong=np.full((12, 5), 0.25), interest=INTERESTED))
    seen = levels + 0.25
    topics = on_simplex(np.stack([(seen[:, 0] + seen[:, 3]) / 2, (seen[:, 1] + seen[:, 4]) / 2, seen[:, 2]], axis=1))
    law = topics + 0.7**6 * (on_simplex(INTERESTED) - topics)
    assert deviation(on_simplex(record.interest), law) < 1e-12


@pytest.mark.parametrize("preset", ["flat-lecture", "hybrid"])
def test_no_community_is_born_and_nobody_is_lost(play, preset):
    """Exact: whatever closes and whoever moves, living communities never become more, and everybody is in one of them."""
    evolving = {"communities.mobility": 0.5, "communities.slack": 0.7, "communities.minimum": 4, "communities.drift": 0.2}
    for replicate in range(5):
        record = play(preset, SMALL | {"organisation.communities": 5} | evolving, replicate=replicate)
        living = record["living_communities"]
        assert (np.diff(living) <= 0.0).all() and living[-1] >= 1.0
        sizes = np.bincount(record.community, minlength=5)
        assert sizes.sum() == 24 and (sizes > 0).sum() == living[-1] and sizes.max() == record["largest_community"][-1]
