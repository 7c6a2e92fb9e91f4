"""For all tests: no example of a property has to be tried within a time, since machines may be slow or busy."""

from hypothesis import HealthCheck, settings

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
