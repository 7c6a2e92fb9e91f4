"""Theorems about learning that hold in every preset and in the limit of large groups: exact mathematics only.
No chance is involved unless a test says so; then |z| < 4 against an expectation in closed form.
"""

from dataclasses import replace

import numpy as np
import pytest

from learnsim.chance import Chance
from learnsim.models import base as models
from learnsim.models.runs import run_arm
from learnsim.people import People
from learnsim.settings import PRESETS, ArmTable, Settings

pytestmark = pytest.mark.exact

ENGINES = ("compiled", "agents")
BARE = {
    "organisation.communities": 1,
    "curriculum.items": 1,
    "curriculum.prerequisite": 0.0,
    "people.interest_weight": 0.0,
    "learning.forgetting": 0.0,
    "learning.initial_rapport": 1.0,
}


def people_of(mastery, speed, sociability=1.0, helpfulness=1.0):
    levels = np.array(mastery, dtype=float)
    count = len(levels)
    return People(
        np.array(np.broadcast_to(speed, count), dtype=float),
        np.array(np.broadcast_to(sociability, count), dtype=float),
        np.array(np.broadcast_to(helpfulness, count), dtype=float),
        np.ones((count, 1)),
        levels,
    )


def record_of(arm, changes, people=None, engine="compiled", replicate=0, trace=False):
    """Play an arm, given as fields of its table, in a world without prerequisites, interests and forgetting."""
    if people is not None:
        count, items = people.mastery.shape
        changes = {"organisation.trainees": count, "curriculum.items": items, **changes}
    settings = Settings(arms={"x": ArmTable(**arm)}).changed({**BARE, **changes})
    return run_arm(settings, "x", replicate, engine=engine, shared=people, trace=trace)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("speed", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("effect", [0.117, 0.8])
def test_each_visit_of_the_lecture_closes_a_share_speed_times_effect(engine, speed, effect):
    """Exact: nothing else teaches and nothing is forgotten; 1e-12 is for rounding over 24 sessions."""
    record = record_of(
        {"preset": "flat-lecture"},
        {
            "organisation.trainees": 30,
            "curriculum.items": 3,
            "curriculum.sessions_per_item": 4,
            "people.learning_speed": {"distribution": "constant", "value": speed},
            "learning.lecture_effect": effect,
            "training.sessions": 26,
        },
        engine=engine,
        trace=True,
    )
    visits = np.zeros((27, 3))
    for session in range(26):
        visits[session + 1] = visits[session]
        visits[session + 1, session // 4 % 3] += 1
    missing = (1 - record.trace.mastery[0]) * (1 - speed * effect) ** visits[:, None, :]
    assert 1 - record.trace.mastery == pytest.approx(missing, rel=0, abs=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
def test_under_a_common_lecture_every_speed_comes_equally_far_per_speed(engine):
    """Exact in the limit of small gains: -ln(1 - s x) / s = x + s x^2 / 2 + ..., so 1e-4 for s x <= 1e-4."""
    speed, effect = np.array([0.05, 0.2, 0.5, 1.0]), 1e-4
    record = record_of(
        {"preset": "flat-lecture"},
        {"learning.lecture_effect": effect, "training.sessions": 200},
        people_of([[0.0], [0.3], [0.1], [0.7]], speed),
        engine,
        trace=True,
    )
    missing = 1 - record.trace.mastery[:, :, 0]
    rate = np.log(missing[0] / missing[-1]) / speed
    assert rate == pytest.approx(np.full(4, 200 * effect), rel=1e-4)
    whole = np.log(missing[0] / missing[-1]) / -np.log(1 - speed * effect)
    assert whole == pytest.approx(np.full(4, 200.0), rel=1e-8)  # and so without a limit


@pytest.mark.parametrize("engine", ENGINES)
def test_under_a_common_officer_every_speed_comes_equally_far_per_speed(engine):
    """Exact in the limit of small gains, toward the officer's level: here s x <= 1e-4."""
    speed = np.array([0.0, 0.05, 0.2, 0.5, 1.0])
    record = record_of(
        {"preset": "isolated-cells", "groups": "organisation", "briefing": 1.0, "exchange": 0.0},
        {"learning.help_effect": 1e-4, "training.sessions": 200},
        people_of([[0.8], [0.0], [0.3], [0.1], [0.7]], speed, 0.0),
        engine,
        trace=True,
    )
    gap = 0.8 - record.trace.mastery[:, 1:, 0]
    assert np.log(gap[0] / gap[-1]) / speed[1:] == pytest.approx(np.full(4, 0.02), rel=1e-4)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_measure_of_evenness_finds_the_mean_fields_ratio_of_speeds(engine):
    """Exact in the limit of small gains: slowest over fastest is the ratio of their speeds."""
    record = record_of(
        {"preset": "flat-lecture"},
        {"learning.lecture_effect": 1e-5, "training.sessions": 50},
        people_of([[0.2]] * 8, np.repeat([0.25, 1.0], 4)),
        engine,
    )
    assert record["evenness_speed"][1:] == pytest.approx(np.full(50, 0.25), rel=1e-4)


def unchanged(record):
    start = record.trace.mastery[0].tobytes()
    return all(row.tobytes() == start for row in record.trace.mastery)


CROWD = {"organisation.trainees": 24, "curriculum.items": 4, "training.sessions": 9, "organisation.cycle_length": 2}
NO_EFFECT = {f"learning.{source}_effect": 0.0 for source in ("lecture", "council", "help", "joint")}
STILLNESS = {
    "no source has any effect": ({}, NO_EFFECT),
    "everybody's speed is 0": ({}, {"people.learning_speed": {"distribution": "constant", "value": 0.0}}),
    "nobody approaches anybody and there is no officer": (
        {"lecture": 0.0, "council": 0.0, "briefing": 0.0, "exchange": 1.0, "groups": "cells"},
        {"people.sociability": {"distribution": "constant", "value": 0.0}},
    ),
    "everybody is a cell of one without council or lecture": (
        {"lecture": 0.0, "council": 0.0, "briefing": 0.3, "exchange": 0.7, "groups": "cells"},
        {"organisation.cell_size": 1},
    ),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("preset", sorted(PRESETS))
@pytest.mark.parametrize("why", sorted(STILLNESS))
def test_nothing_changes_in_any_bit(engine, preset, why):
    """Exact: when no event can teach and nothing is forgotten."""
    fields, changes = STILLNESS[why]
    if preset == "flat-lecture" and fields:
        fields = {"shuffle": "random", **fields}
    record = record_of({"preset": preset, **fields}, CROWD | changes, engine=engine, trace=True)
    assert unchanged(record)
    assert (record["gain"] == 0.0).all()


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_changes_where_full_interest_is_needed_and_there_is_none(engine):
    """Exact: at interest_weight 1 and no interest in the lecture's topic, engagement is 0."""
    people = people_of(np.full((6, 2), 0.25), 1.0)
    people = replace(people, interest=np.array([[0.0, 1.0]] * 6))
    record = record_of(
        {"preset": "flat-lecture"},
        {
            "organisation.communities": 2,
            "people.interest_weight": 1.0,
            "curriculum.sessions_per_item": 5,
            "training.sessions": 5,
        },
        people,
        engine,
        trace=True,
    )
    assert unchanged(record)


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_can_be_learned_on_top_of_nothing_at_a_prerequisite_of_one(engine):
    """Exact: readiness is 0 for item 1 while item 0 is unknown."""
    record = record_of(
        {"preset": "flat-lecture"},
        {"curriculum.prerequisite": 1.0, "training.sessions": 40, "curriculum.sessions_per_item": 1},
        people_of([[0.0, 0.0], [1.0, 0.0]], 1.0),
        engine,
        trace=True,
    )
    assert (record.trace.mastery[:3, 0, 1] > 0.0).tolist() == [False, False, True]


EAGER = {
    "organisation.trainees": 30,
    "organisation.communities": 3,
    "organisation.cell_size": 4,
    "curriculum.items": 5,
    "curriculum.prerequisite": 0.7,
    "people.interest_weight": 0.3,
    "learning.initial_rapport": 0.6,
    "training.sessions": 14,
    "organisation.cycle_length": 3,
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("preset", sorted(PRESETS))
@pytest.mark.parametrize("strength", [1.0, 40.0])
def test_nobody_loses_mastery_but_by_forgetting_and_nobody_exceeds_one(engine, preset, strength):
    """Exact: every gain is at least 0, and what is left after a session is at least 1 - forgetting of before."""
    effects = dict.fromkeys(NO_EFFECT, strength)
    for forgetting in (0.0, 0.125):
        changes = EAGER | effects | {"learning.forgetting": forgetting}
        now = record_of({"preset": preset}, changes, engine=engine, trace=True).trace.mastery
        assert (now[1:] >= now[:-1] * (1 - forgetting)).all()
        assert (now >= 0.0).all()
        assert (now[1:] <= 1.0 - forgetting).all()
        assert now[-1].tobytes() != now[0].tobytes()


@pytest.mark.parametrize("engine", ENGINES)
def test_with_turnover_only_the_replaced_lose_mastery(engine):
    """Exact: a trainee whose tenure is 0 after a session is a novice; nobody else is worse off."""
    record = record_of({"preset": "linked-cells"}, EAGER | {"training.turnover": 0.3}, engine=engine, trace=True)
    now, tenure = record.trace.mastery, record.trace.tenure
    lost = (now[1:] < now[:-1]).any(axis=2)
    assert lost.any()
    assert (tenure[1:][lost] == 0).all()
    assert set(np.flatnonzero(lost.any(axis=1)) + 1) <= {3, 6, 9, 12}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("shuffle", ["none", "random"])
def test_nobody_learns_from_someone_who_knows_less(engine, shuffle):
    """Exact: without lecture, instructor and joint work, nobody rises above the best of the organisation,
    and whoever knows most of an item stays where they are, in every bit.
    """
    record = record_of(
        {"preset": "hybrid", "instructor": False, "shuffle": shuffle},
        EAGER | {"learning.joint_effect": 0.0},
        engine=engine,
        trace=True,
    )
    now = record.trace.mastery
    best = now[0].argmax(axis=0)
    for item, i in enumerate(best):
        assert (now[:, i, item] == now[0, i, item]).all()
        assert (now[:, :, item] <= now[0, i, item]).all()
    assert now[-1].mean() > now[0].mean()


def test_one_session_has_the_expectation_of_a_well_mixed_group():
    """Exact, |z| < 4: of n - K who know nothing, each meets one of K who know all with chance a K / (n - 1)."""
    n, knowing, sociability, runs = 12, 4, 0.8, 3000
    people = people_of([[1.0]] * knowing + [[0.0]] * (n - knowing), 1.0, sociability)
    arm = {"preset": "collective", "groups": "organisation", "lecture": 0.0, "exchange": 1.0}
    changes = {"learning.joint_effect": 0.0, "training.sessions": 1}
    settings = Settings(arms={"x": ArmTable(**arm)}).changed({**BARE, **changes, "organisation.trainees": n})
    informed = [run_arm(settings, "x", r, shared=people).mastery[knowing:, 0].sum() for r in range(runs)]
    chance = sociability * knowing / (n - 1)
    expected, deviation = (n - knowing) * chance, np.sqrt((n - knowing) * chance * (1 - chance))
    assert set(informed) <= set(range(n - knowing + 1))  # whoever is informed knows all
    assert abs(np.mean(informed) - expected) * np.sqrt(runs) / deviation < 4
    # each decides alone: the number informed is binomial, and its variance has a standard error of about 3 %
    assert np.var(informed) == pytest.approx(deviation * deviation, rel=0.15)


@pytest.mark.parametrize("sociability", [0.02, 0.005])
def test_in_a_large_well_mixed_group_knowledge_spreads_by_the_logistic_law(sociability):
    """Exact in the limit of many people and rare approaches: x' = a x (1 - x).

    One tenth of 40,000 know all. The tolerance has two parts. Sessions are Euler steps, which lag the differential
    equation by a/2 f ln(f/f0) with f = x (1 - x), at most .128 a here, and .13 a with higher orders. Sampling moves x by
    at most x (1 - x) / sqrt(K) = .004 in standard deviation, of which four are allowed.
    """
    n, share = 40_000, 0.1
    knowing = int(n * share)
    sessions = int(6 / sociability)
    record = record_of(
        {"preset": "collective", "groups": "organisation", "lecture": 0.0, "exchange": 1.0},
        {"learning.joint_effect": 0.0, "training.sessions": sessions},
        people_of(np.repeat([[1.0], [0.0]], [knowing, n - knowing], axis=0), 1.0, sociability),
    )
    time = np.arange(sessions + 1)
    logistic = 1 / (1 + (1 / share - 1) * np.exp(-sociability * time))
    assert np.abs(record["mean_mastery"] - logistic).max() < 0.13 * sociability + 4 * 0.25 / np.sqrt(knowing)
    assert record["mean_mastery"][-1] > 0.97


class Dealt(Chance):
    """The random numbers of a run, dealt to other trainees: trainee ``i`` gets what trainee ``owner[i]`` would have."""

    owner = np.arange(0)

    def uniform(self, purpose, session, agent, index=0):
        return super().uniform(purpose, session, int(self.owner[agent]), index)

    def table(self, purpose, session, agents, width, index=0):
        return super().table(purpose, session, self.owner[np.asarray(agents)], width, index)

    def tables(self, agents, ends, sessions, widths):
        return super().tables(self.owner[agents], ends, sessions, widths)


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_permuting_trainees_and_their_draw_with_them_permutes_the_result(monkeypatch, preset):
    """Exact but for rounding: who approached is summed in the order of numbers, which the permutation changes."""
    changes = {
        **{name: value for name, value in EAGER.items() if name.startswith(("organisation", "training"))},
        "organisation.formation": "random",  # formation by interest breaks ties by number
        "curriculum.items": 4,
        "learning.forgetting": 0.01,
        "training.turnover": 0.2,
    }
    monkeypatch.setattr(models, "Chance", Dealt)
    results = []
    for owner in (np.arange(30), np.random.default_rng(5).permutation(30)):
        monkeypatch.setattr(Dealt, "owner", owner)
        record = record_of({"preset": preset}, changes, engine="agents", trace=True)
        results.append((owner, record))
    (_, usual), (owner, dealt) = results
    assert dealt.trace.mastery == pytest.approx(usual.trace.mastery[:, owner], rel=0, abs=1e-12)
    assert (dealt.trace.tenure == usual.trace.tenure[:, owner]).all()
    assert (dealt.trace.cell == usual.trace.cell[:, owner]).all()
    assert (owner[dealt.trace.officers] == usual.trace.officers).all()
    for name in ("mean_mastery", "gini", "slow_fast_gap", "partners", "helper_time"):
        assert dealt[name] == pytest.approx(usual[name], rel=0, abs=1e-11)
