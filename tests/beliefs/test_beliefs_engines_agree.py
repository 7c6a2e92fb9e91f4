"""Both tellings of the beliefs model tell one story, in every bit, whatever the configuration."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learnsim.beliefs.model import BeliefsModel
from learnsim.beliefs.run import run_beliefs
from learnsim.settings import PRESETS
from learnsim.settings.beliefs import Beliefs
from learnsim.settings.tables import Organisation

SHUFFLES = ["none", "random", "rotate", "least-met", "mixed-speed", "streamed", "complementary", "officers-rotate"]
OFFICERS = ["random", "fastest", "most-knowledgeable", "most-helpful", "rotating"]


def one_of(*values):
    return st.sampled_from(values)


def chances():
    return st.floats(0.0, 1.0).map(lambda x: round(x, 3)) | one_of(0.0, 0.3, 1.0)


@st.composite
def arms(draw):
    arm = PRESETS[draw(st.sampled_from(sorted(PRESETS)))][1]
    changes = {"officer": draw(st.sampled_from(OFFICERS)), "formation": draw(one_of("interest", "random"))}
    if arm.groups == "cells":
        changes["shuffle"] = draw(st.sampled_from(SHUFFLES))
        if changes["shuffle"] in ("random", "least-met"):
            changes["scope"] = draw(one_of("community", "organisation"))
        changes["groups"] = draw(one_of("cells", "cells", "cells", "community", "organisation"))
        changes["council"] = draw(one_of(0.0, 0.3))
        changes["lecture"] = draw(one_of(0.0, 0.0, 0.5))  # only whether there is any matters here
    return arm._replace(**changes)


@st.composite
def tables(draw):
    blocks = draw(one_of(1, 1, 2, 3))
    return Beliefs(
        dimensions=blocks * draw(st.integers(1, 6)),
        interdependence=blocks,
        reading=draw(one_of("figures", "text")),
        learning_from_code=draw(chances()),
        fast_learning=draw(chances()),
        fast_share=draw(one_of(0.0, 0.5, 1.0)),
        code_learning=draw(chances()),
        adoption=draw(chances()),
        rewiring=draw(one_of(0.0, 0.0, 0.1, 0.5, 1.0)),
        turnover=draw(one_of(0.0, 0.0, 0.0, 0.1, 1.0)),
        turbulence=draw(one_of(0.0, 0.0, 0.0, 0.1, 1.0)),
        periods=draw(one_of(0, 1, 13, 30)),
    )


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    tables(), arms(), st.integers(1, 18), st.integers(1, 3), one_of(1, 2, 3, 4, 40), st.integers(1, 6), st.integers(0, 2**64 - 1)
)
def test_both_engines_agree_in_every_bit_over_random_configurations(beliefs, arm, people, communities, size, cycle, replicate):
    """Beliefs, code, reality, rates, cells and officers after every period, and how the run ended; also without a trace."""
    organisation = Organisation(trainees=max(people, communities), communities=communities, cell_size=size)

    def play(engine, trace=True):
        return run_beliefs(
            beliefs, organisation, arm, replicate, cycle_length=cycle, seed=7, engine=engine, trace=trace
        )

    compiled = play("compiled")
    assert compiled.same_bits(play("agents")) == []
    assert all(name.startswith("trace ") for name in compiled.same_bits(play("compiled", trace=False)))


BUSY = Beliefs(dimensions=10, interdependence=2, fast_share=0.4, rewiring=0.2, turnover=0.05, turbulence=0.02, periods=20)
CROWD = Organisation(trainees=19, communities=2, cell_size=4)


@pytest.mark.parametrize("shuffle", SHUFFLES)
@pytest.mark.parametrize("number", range(5))
def test_both_engines_agree_under_every_shuffle_and_officer(shuffle, number):
    arm = PRESETS["hybrid"][1]._replace(shuffle=shuffle, officer=OFFICERS[number], lecture=0.5 * (number % 2))
    one, other = (run_beliefs(BUSY, CROWD, arm, number, cycle_length=3, engine=e, trace=True) for e in ("compiled", "agents"))
    assert one.same_bits(other) == []
    assert one.ended == 20 and not one.settled


@pytest.mark.parametrize("name", ["beliefs", "code", "reality", "rates", "cell", "officers"])
def test_a_single_bit_of_difference_is_found(name):
    one, other = (run_beliefs(BUSY, CROWD, PRESETS["hybrid"][1], trace=True) for _ in range(2))
    assert one.same_bits(other) == []
    array = getattr(other.trace, name)
    array[3, 1] = np.nextafter(array[3, 1], 2.0) if name == "rates" else array[3, 1] + 1
    assert one.same_bits(other) == [f"trace {name}"]


@pytest.mark.parametrize("turn", [1, -1, 7])
def test_the_order_in_which_people_act_changes_nothing_in_any_bit(monkeypatch, turn):
    arm = PRESETS["peer-instruction"][1]
    usual = run_beliefs(BUSY, CROWD, arm, engine="agents", trace=True)

    def in_order(agents, method):
        for person in sorted(agents, key=lambda person: person.index * turn % 19):
            getattr(person, method)()

    kind = type(BeliefsModel(arm, BUSY, CROWD, seed=1).agents)
    monkeypatch.setattr(kind, "shuffle_do", in_order)
    monkeypatch.setattr(kind, "do", in_order)
    assert run_beliefs(BUSY, CROWD, arm, engine="agents", trace=True).same_bits(usual) == []


PLAIN = """
import hashlib, numba
from learnsim.beliefs.run import run_beliefs
from learnsim.settings import PRESETS
from learnsim.settings.beliefs import Beliefs
from learnsim.settings.tables import Organisation
for reading in ("figures", "text"):
    for preset in ("flat-lecture", "peer-instruction", "hybrid"):
        made = Beliefs(dimensions=6, interdependence=2, reading=reading, rewiring=.2, turnover=.1, turbulence=.1, periods=12)
        record = run_beliefs(made, Organisation(trainees=11, communities=2, cell_size=3), PRESETS[preset][1], cycle_length=4)
        print(hashlib.sha256(b"".join({name: array.tobytes() for name, array in record._arrays().items()}.values())).hexdigest())
print("jit", not numba.config.DISABLE_JIT)
"""


def test_the_compiled_engine_run_as_plain_python_gives_the_same_bits():
    printed = []
    for disabled in ("0", "1"):
        environment = {**os.environ, "NUMBA_DISABLE_JIT": disabled}
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", PLAIN], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        printed.append(done.stdout.splitlines())
    compiled, plain = printed
    assert (compiled.pop(), plain.pop()) == ("jit True", "jit False")
    assert len(plain) == 6
    assert plain == compiled


def test_the_compiled_path_imports_no_mesa_solara_matplotlib_or_pandas():
    code = "import sys, learnsim.beliefs.run\n"
    code += "print([n for n in ('mesa', 'solara', 'matplotlib', 'pandas') if n in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
