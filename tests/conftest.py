"""For all tests: no example of a property has to be tried within a time, since machines may be slow or busy."""

import os
import sys

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """What a subprocess needs to find the same learnsim."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
