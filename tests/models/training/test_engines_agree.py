"""Both engines agree in every bit, whatever the configuration.
Random configurations reach every preset, policy and switch; the test checks that they do.
"""

import itertools
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.random_settings import trainings
from learnsim import grouping
from learnsim.grouping.policies import SHUFFLE_PROPERTIES, shuffle_names
from learnsim.models.runs import run_arm
from learnsim.models.training import run
from learnsim.models.training.kernels import BLOCK
from learnsim.models.training.model import TrainingModel
from learnsim.models.training.rules import THROTTLES
from learnsim.settings import PRESETS, Settings, validate

SHUFFLES, OFFICERS = shuffle_names(plan=False), list(grouping.OFFICERS)
KERNEL = run.simulate
GROUPS = ["none", "cells", "community", "organisation"]


def one_of(*values):
    return st.sampled_from(values)


def shares():
    return st.floats(0.0, 1.0).map(lambda x: round(x, 3)) | one_of(0.0, 1.0)


def traits():
    """Every distribution of a trait."""
    return st.one_of(
        st.builds(lambda v: {"distribution": "constant", "value": v}, shares()),
        st.builds(
            lambda a, b: {"distribution": "uniform", "low": min(a, b), "high": max(a, b)}, shares(), shares()
        ),
        st.builds(
            lambda m, w: {"distribution": "beta", "mean": m, "sd": w * 0.9 * (m * (1 - m)) ** 0.5},
            st.floats(0.05, 0.95),
            st.floats(0.1, 1.0) | st.just(0.0),
        ),
        st.builds(
            lambda m, cv: {"distribution": "lognormal", "mean": m, "cv": cv},
            st.floats(0.05, 1.0),
            st.floats(0.0, 1.5),
        ),
    )


@st.composite
def budgets(draw, groups):
    """Time shares: thirds, sevenths and tenths, so that rounding has something to get wrong."""
    if groups == "none":
        return {"lecture": 1.0, "council": 0.0, "briefing": 0.0, "exchange": 0.0}
    whole = draw(one_of(3, 7, 10))
    first, second = sorted((draw(st.integers(0, whole)), draw(st.integers(0, whole))))
    lecture, briefing, exchange = first / whole, (second - first) / whole, (whole - second) / whole
    council = draw(one_of(0.0, 0.3, 0.5, 1.0)) * (briefing + exchange)
    return {"lecture": lecture, "council": council, "briefing": briefing, "exchange": exchange}


@st.composite
def arms(draw):
    """A preset as it is, or with its groups, time, policies and scope overridden."""
    arm = {"preset": draw(st.sampled_from(sorted(PRESETS))), "officer": draw(st.sampled_from(OFFICERS))}
    if draw(st.booleans()):
        arm["groups"] = draw(one_of("cells", "cells", "cells", *GROUPS))
        arm |= draw(budgets(arm["groups"]))
        arm["shuffle"] = draw(st.sampled_from(SHUFFLES))
        arm["instructor"] = draw(st.booleans())
    elif PRESETS[arm["preset"]][1].groups == "cells":
        arm["shuffle"] = draw(st.sampled_from(SHUFFLES))
    shuffle = arm.get("shuffle", PRESETS[arm["preset"]][1].shuffle)
    declared = SHUFFLE_PROPERTIES[shuffle]
    if shuffle != "none":
        arm["scope"] = draw(st.sampled_from(declared.scopes))
    if shuffle != "none" and declared.partial:
        arm["fraction"] = draw(one_of(1.0, 0.5, 0.2, 0.0))
    return arm


@st.composite
def configurations(draw):
    """Everything that decides a result, small enough to run in a moment."""
    communities = draw(st.integers(1, 4))
    trainees = draw(st.integers(communities, 26))
    return {
        "experiment": {"seed": draw(st.integers(0, 2**64 - 1)), "common": draw(one_of("everything", "people"))},
        "organisation": {
            "trainees": trainees,
            "communities": communities,
            "cell_size": draw(one_of(1, 2, 3, 4, 6, 40)),
            "formation": draw(one_of("interest", "random")),
            "cycle_length": draw(st.integers(1, 6)),
        },
        "curriculum": {
            "items": draw(st.integers(1, 7)),
            "sessions_per_item": draw(st.integers(1, 4)),
            "prerequisite": draw(shares()),
            "mastery_threshold": draw(shares()),
        },
        "people": {
            "learning_speed": draw(traits()),
            "sociability": draw(traits()),
            "helpfulness": draw(traits()),
            "interest_concentration": draw(one_of(0.05, 0.5, 3.0)),
            "interest_weight": draw(shares()),
        },
        "prior": {"share": draw(shares()), "by": draw(one_of("item", "person"))},
        "learning": {
            "lecture_effect": draw(one_of(0.0, 0.117, 3.0)),
            "council_effect": draw(one_of(0.0, 0.5, 3.0)),
            "help_effect": draw(one_of(0.0, 1.0, 5.0)),
            "joint_effect": draw(one_of(0.0, 0.232, 5.0)),
            "forgetting": draw(one_of(0.0, 0.002, 0.3)),
            "initial_rapport": draw(shares()),
            "rapport_sessions": draw(one_of(0.0, 0.6, 1.7)),
        },
        "training": {
            "sessions": draw(st.integers(3, 14) | one_of(0, 1)),
            "throttle": draw(st.sampled_from(sorted(THROTTLES))),
            "turnover": draw(one_of(0.0, 0.0, 0.2, 1.0)),
        },
        "arms": {"x": draw(arms())},
    }


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(configurations(), st.integers(0, 2**64 - 1))
def test_both_engines_agree_in_every_bit_over_random_configurations(tree, replicate):
    """Mastery, cell, tenure and officers after every session, and all measures; also without a trace."""
    configuration = validate(tree, "test")
    compiled = run_arm(configuration, "x", replicate, engine="compiled", trace=True)
    agents = run_arm(configuration, "x", replicate, engine="agents", trace=True)
    assert compiled.same_bits(agents) == []
    in_one_go = run_arm(configuration, "x", replicate, engine="compiled")
    assert all(name.startswith("trace ") for name in compiled.same_bits(in_one_go))


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(trainings(), st.integers(0, 2**64 - 1))
def test_both_engines_agree_in_every_bit_where_much_goes_wrong_and_changes(configuration, replicate):
    """Wrong teaching, losses, phases and evolving communities at once; right and wrong add up to at most 1, in every row."""
    compiled = run_arm(configuration, "x", replicate, engine="compiled", trace=True)
    agents = run_arm(configuration, "x", replicate, engine="agents", trace=True)
    assert compiled.same_bits(agents) == []
    mine, theirs = compiled.run_measures(), agents.run_measures()
    assert list(mine) == list(theirs)
    assert np.array(list(mine.values())).tobytes() == np.array(list(theirs.values())).tobytes()
    in_one_go = run_arm(configuration, "x", replicate, engine="compiled")
    assert all(name.startswith("trace ") for name in compiled.same_bits(in_one_go))
    right, wrong = compiled.trace.mastery, compiled.trace.misconception
    assert right.min() >= 0.0 and right.max() <= 1.0
    if wrong.size:
        assert wrong.min() >= 0.0 and (right + wrong).max() <= 1.0


BUSY = {
    "experiment.seed": 11,
    "organisation.trainees": 19,
    "organisation.communities": 2,
    "organisation.cell_size": 4,
    "curriculum.items": 4,
    "training.sessions": 8,
    "organisation.cycle_length": 3,
    "training.turnover": 0.2,
    "arms.x.preset": "hybrid",
    "arms.x.lecture": 0.1,
    "arms.x.exchange": 0.6,
}


def test_both_engines_agree_on_communities_that_a_roster_gives(tmp_path):
    lines = [f"{i},{'east' if i % 3 else 'west'},{i / 20},{1 - i / 30},0.5" for i in range(19)]
    file = tmp_path / "people.csv"
    file.write_text("\n".join(["id,community,speed,interest_1,interest_2", *lines]))
    changes = {key: value for key, value in BUSY.items() if key != "organisation.trainees"}
    configuration = Settings().changed(changes | {"organisation.roster": str(file), "organisation.formation": "given"})
    compiled = run_arm(configuration, "x", engine="compiled", trace=True)
    assert compiled.same_bits(run_arm(configuration, "x", engine="agents", trace=True)) == []
    assert compiled.community.tolist() == [0 if i % 3 else 1 for i in range(19)]


@pytest.mark.parametrize("shuffle", SHUFFLES)
@pytest.mark.parametrize("number", range(len(OFFICERS)))
def test_both_engines_agree_under_every_shuffle_officer_and_throttle(shuffle, number):
    declared = SHUFFLE_PROPERTIES[shuffle]
    wide = declared.scopes[number % 2 * (len(declared.scopes) - 1)]
    arm = {"preset": "hybrid", "shuffle": shuffle, "officer": OFFICERS[number], "scope": wide, "instructor": number > 2}
    configuration = Settings().changed(
        BUSY
        | {
            "arms.x": arm | ({"fraction": 0.4} if declared.partial and number > 2 else {}),
            "training.throttle": sorted(THROTTLES)[number % 5],
            "training.turnover": (0.0, 0.2, 1.0)[number % 3],
            "organisation.cell_size": (1, 2, 3, 5, 40)[number % 5],
            "organisation.formation": ("interest", "random")[number % 2],
            "prior.by": ("item", "person")[number % 2],
        }
    )
    compiled = run_arm(configuration, "x", engine="compiled", trace=True)
    assert compiled.same_bits(run_arm(configuration, "x", engine="agents", trace=True)) == []


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_both_engines_agree_on_every_preset_at_its_defaults(preset):
    configuration = Settings().changed({"organisation.trainees": 50, "training.sessions": 21})
    compiled = run_arm(configuration, preset, engine="compiled", trace=True)
    assert compiled.same_bits(run_arm(configuration, preset, engine="agents", trace=True)) == []


@pytest.mark.parametrize("name", ["mastery", "cell", "tenure", "officers"])
def test_a_single_bit_of_difference_is_detected(name):
    configuration = Settings().changed(BUSY)
    one, other = (run_arm(configuration, "x", engine="compiled", trace=True) for _ in range(2))
    assert one.same_bits(other) == []
    array = getattr(other.trace, name)
    array[3, 1] = np.nextafter(array[3, 1], 2.0) if name == "mastery" else array[3, 1] + 1
    assert one.same_bits(other) == [f"trace {name}"]


ORDERS = {
    "ascending": lambda trainee: trainee.index,
    "descending": lambda trainee: -trainee.index,
    "by cell": lambda trainee: (trainee.cell.number, -trainee.seat),
    "scrambled": lambda trainee: trainee.index * 7 % 19,
    "officers first": lambda trainee: (not trainee.is_officer, trainee.index),
    "officers last": lambda trainee: (trainee.is_officer, trainee.index),
}


@pytest.mark.parametrize("order", sorted(ORDERS))
def test_the_order_in_which_trainees_act_changes_nothing_in_any_bit(monkeypatch, order):
    """In Mesa everybody looks at the session's start, so who steps first and who changes first is no matter."""
    configuration = Settings().changed(BUSY)
    usual = run_arm(configuration, "x", engine="agents", trace=True)
    asked = []

    def in_order(agents, method, *arguments, **keywords):
        asked.append(method)
        for trainee in sorted(agents, key=ORDERS[order]):
            getattr(trainee, method)(*arguments, **keywords)

    kind = type(TrainingModel("hybrid", configuration, seed=1).agents)  # Mesa 3.5 has a kind of its own
    monkeypatch.setattr(kind, "shuffle_do", in_order)
    monkeypatch.setattr(kind, "do", in_order)
    assert run_arm(configuration, "x", engine="agents", trace=True).same_bits(usual) == []
    assert asked == ["step", "advance"] * 8


def test_mesas_own_shuffle_of_the_activation_changes_nothing():
    configuration = Settings().changed(BUSY)

    def bits_after(scramble):
        model = TrainingModel("x", configuration, seed=11)
        model.random.seed(scramble)
        while model.running:
            model.step()
        return model.mastery()

    assert bits_after(1).tobytes() == bits_after(2).tobytes()


@pytest.mark.parametrize(("longest", "novices"), [(1, 1e5), (150, 1e5), (1e9, 1), (1e9, 9)])
def test_a_run_divided_into_calls_of_the_kernel_is_the_same_run(monkeypatch, longest, novices):
    """Within cycles, at their ends, and where few novices are drawn at a time."""
    configuration = Settings().changed(BUSY)
    agents = run_arm(configuration, "x", 2, engine="agents")
    whole = run_arm(configuration, "x", 2)
    monkeypatch.setattr(run, "LONGEST", longest)
    monkeypatch.setattr(run, "NOVICES", novices)
    called = []
    monkeypatch.setattr(run, "simulate", lambda *arguments: called.append(arguments[:2]) or KERNEL(*arguments))
    divided = run_arm(configuration, "x", 2)
    assert len(called) > 1
    assert called[0][0] == 0 and called[-1][1] == configuration.training.sessions
    assert all(last == first for (_, last), (first, _) in itertools.pairwise(called))
    assert divided.same_bits(whole) == divided.same_bits(agents) == []


PLAIN = """
import hashlib, numba
from learnsim.settings import Settings
from learnsim.models.runs import run_arm
from learnsim.models.training import run
busy = {busy!r}
for shuffle in {shuffles}:
    configuration = Settings().changed(busy | {{"arms.x.shuffle": shuffle}})
    record = run_arm(configuration, "x", engine="compiled", trace=True)
    digest = hashlib.sha256()
    for array in (*record.measures.values(), *record.trace):
        digest.update(array.tobytes())
    print(shuffle, digest.hexdigest())
print("jit", not numba.config.DISABLE_JIT)
"""


@pytest.mark.thorough
def test_the_compiled_engine_run_as_plain_python_gives_the_same_bits():
    """Strict floating point: no fused or reordered arithmetic in machine code."""
    printed = []
    for disabled in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", PLAIN.format(busy=BUSY, shuffles=tuple(SHUFFLES))],
            env={**os.environ, "NUMBA_DISABLE_JIT": disabled},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        printed.append(done.stdout.splitlines())
    compiled, plain = printed
    assert (compiled.pop(), plain.pop()) == ("jit True", "jit False")
    assert len(plain) == len(SHUFFLES)
    assert plain == compiled


def test_the_compiled_path_knows_nothing_of_mesa_and_the_browser():
    code = (
        "import sys; from learnsim.settings import Settings; from learnsim.models.runs import run_arm;"
        "run_arm(Settings().changed({'organisation.trainees': 8, 'training.sessions': 2}), 'hybrid');"
        "print([name for name in ('mesa', 'solara', 'matplotlib', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("preset", "throttle"), [("hybrid", "mean"), ("linked-cells", "median"), ("collective", "calendar")])
def test_both_engines_agree_where_an_organisation_takes_several_blocks(preset, throttle):
    """Officers of one community consult each other across blocks, whose cells have the session behind them or not."""
    several = {"organisation.trainees": 2 * BLOCK + 70, "organisation.communities": 1, "organisation.cycle_length": 4}
    made = Settings().changed({**several, "training.sessions": 9, "training.throttle": throttle, "training.turnover": 0.1})
    agents = run_arm(made, preset, 1, engine="agents", trace=True)
    assert agents.same_bits(run_arm(made, preset, 1, engine="compiled", trace=True)) == []
