"""Registry: policies by name, ours and the user's own from a file."""

import sys

import numpy as np
import pytest

from learnsim.chance import Chance
from learnsim.errors import PolicyError
from learnsim.grouping import OFFICERS, SHUFFLES, Tree, load_policies, registry
from learnsim.people import draw_people
from learnsim.settings import ArmTable, Settings

REVERSED = """
import numpy as np
from learnsim.grouping import officer_policy, shuffle_policy

@shuffle_policy("reversed")
def reversed_seats(group):
    "Everybody in reverse."
    return group.members[::-1]

@officer_policy("last")
def last(group):
    "The highest number."
    return group.members
"""


@pytest.fixture(autouse=True)
def tidy(monkeypatch):
    """Leave the registry as it was."""
    for name in ("SHUFFLES", "OFFICERS"):
        before = dict(getattr(registry, name))
        yield_to = getattr(registry, name)
        monkeypatch.setattr(registry, f"_tidy_{name}", (before, yield_to), raising=False)
    composing, keeping = set(registry.COMPOSING), set(registry.KEEPING_OFFICE)
    yield
    for name in ("SHUFFLES", "OFFICERS"):
        before, live = getattr(registry, f"_tidy_{name}")
        live.clear()
        live.update(before)
    registry.COMPOSING.intersection_update(composing)
    registry.KEEPING_OFFICE.intersection_update(keeping)
    for name in [name for name in sys.modules if name.startswith("learnsim_policies_")]:
        del sys.modules[name]
