"""The registry of policies is the same after each test."""

import sys

import pytest

from learnsim.grouping import OFFICERS, SHUFFLES
from learnsim.grouping.policies import OFFICER_PROPERTIES, SHUFFLE_PROPERTIES


@pytest.fixture(autouse=True)
def tidy():
    """Leave the registry as it was."""
    shelves = (SHUFFLES, OFFICERS, SHUFFLE_PROPERTIES, OFFICER_PROPERTIES)
    before = [shelf.copy() for shelf in shelves]
    yield
    for shelf, old in zip(shelves, before, strict=True):
        shelf.clear()
        shelf.update(old)
    for name in [name for name in sys.modules if name.startswith("learnsim_policies_")]:
        del sys.modules[name]
