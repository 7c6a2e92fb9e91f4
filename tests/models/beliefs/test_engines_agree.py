"""Both engines of the beliefs model agree in every bit; random settings are in ``tests/models/test_engines_agree.py``."""

import os
import subprocess
import sys

import numpy as np
import pytest

from learnsim import grouping
from learnsim.grouping.policies import shuffle_names
from learnsim.models.beliefs import cost, run
from learnsim.models.beliefs.model import BeliefsModel
from learnsim.models.runs import run_arm
from learnsim.settings import Settings

SHUFFLES, OFFICERS = shuffle_names(plan=False), list(grouping.OFFICERS)
BUSY = {
    "people": 19, "communities": 2, "cell_size": 4, "cycle_length": 3, "dimensions": 10, "interdependence": 2,
    "fast_share": 0.4, "turnover": 0.05, "turbulence": 0.02, "periods": 20,
}  # fmt: skip


@pytest.fixture
def busy(settings_of):
    """A function that gives settings in which everything happens, with these fields of the arm."""
    return lambda preset="hybrid", **changes: settings_of(preset, **BUSY, changes={"rewiring": 0.2, **changes})


@pytest.mark.parametrize("shuffle", SHUFFLES)
@pytest.mark.parametrize("number", range(len(OFFICERS)))
def test_both_engines_agree_under_every_shuffle_and_officer(busy, shuffle, number):
    lecture = 0.5 * (number % 2)
    settings = busy(shuffle=shuffle, officer=OFFICERS[number], lecture=lecture, briefing=0.0, exchange=1.0 - lecture)
    one, other = (run_arm(settings, "x", number, engine=engine, trace=True) for engine in ("compiled", "agents"))
    assert one.same_bits(other) == []
    assert one.sessions == 20 and not one.settled


@pytest.mark.parametrize("large", [1, 10**9])
@pytest.mark.parametrize("preset", ["hybrid", "linked-cells", "isolated-cells", "collective"])
def test_whole_cells_and_lists_of_contacts_make_the_same_runs(busy, monkeypatch, preset, large):
    """In whole cells the votes of those who do better add up by falling score, whatever the size."""
    settings = busy(preset=preset, rewiring=0.0)
    agents = run_arm(settings, "x", 3, engine="agents", trace=True)
    monkeypatch.setattr(run, "LARGE", large)
    assert run_arm(settings, "x", 3, engine="compiled", trace=True).same_bits(agents) == []


def test_tens_of_thousands_of_people_may_all_see_each_other():
    changes = {"model.kind": "beliefs", "organisation.trainees": 30_000, "organisation.communities": 1, "beliefs.periods": 3}
    settings = Settings().changed(changes)
    assert cost.size_of(settings.changed({"arms.x": {"preset": "collective"}}), 30_000).bytes("compiled") < 1e8
    assert run_arm(settings, "collective").sessions == 3


@pytest.mark.parametrize("name", ["beliefs", "code", "reality", "rates", "cell", "officers"])
def test_a_single_bit_of_difference_is_detected(busy, name):
    one, other = (run_arm(busy(), "x", trace=True) for _ in range(2))
    assert one.same_bits(other) == []
    array = getattr(other.trace, name)
    array[3, 1] = np.nextafter(array[3, 1], 2.0) if name == "rates" else array[3, 1] + 1
    assert one.same_bits(other) == [f"trace {name}"]


@pytest.mark.parametrize("turn", [1, -1, 7])
def test_the_order_in_which_people_act_changes_nothing_in_any_bit(monkeypatch, busy, turn):
    settings = busy("peer-instruction")
    usual = run_arm(settings, "x", engine="agents", trace=True)

    def in_order(agents, method):
        for person in sorted(agents, key=lambda person: person.index * turn % 19):
            getattr(person, method)()

    kind = type(BeliefsModel("x", settings).agents)  # Mesa 3.5 has a kind of its own
    monkeypatch.setattr(kind, "shuffle_do", in_order)
    monkeypatch.setattr(kind, "do", in_order)
    assert run_arm(settings, "x", engine="agents", trace=True).same_bits(usual) == []


PLAIN = """
import hashlib, numba
from learnsim.models.runs import run_arm
from learnsim.settings import Settings
for reading in ("figures", "text"):
    for preset in ("flat-lecture", "peer-instruction", "hybrid"):
        settings = Settings().changed({
            "model.kind": "beliefs", "organisation.trainees": 11, "organisation.communities": 2,
            "organisation.cell_size": 3, "organisation.cycle_length": 4, "arms.x": {"preset": preset, "rewiring": .2},
            "beliefs.dimensions": 6, "beliefs.interdependence": 2, "beliefs.reading": reading,
            "beliefs.turnover": .1, "beliefs.turbulence": .1, "beliefs.periods": 12,
        })
        record = run_arm(settings, "x", trace=True)
        print(hashlib.sha256(b"".join(array.tobytes() for array in record._arrays().values())).hexdigest())
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
