"""One run of the search model from a few names."""

import pytest

from learnsim.models.runs import run_arm
from learnsim.settings import Settings
from learnsim.settings.search import Search


def _settings_of(network="cells", preset="hybrid", people=30, communities=2, cycle_length=5, changes=None, **options):
    """Settings with an arm ``x`` on a network: ``changes`` are its other fields, other names are settings of search."""
    unknown = options.keys() - Search.model_fields.keys()
    assert not unknown, f"not settings of search: {unknown}"
    own = {"small-world": {"rewiring": 0.1}, "random": {"density": 0.2}}.get(network, {})
    return Settings().changed(
        {
            "model.kind": "search",
            "organisation.trainees": people,
            "organisation.communities": communities,
            "organisation.cycle_length": cycle_length,
            "arms.x": {"preset": preset, "network": network, **own, **(changes or {})},
            **{f"search.{name}": value for name, value in options.items()},
        }
    )


def _run(*arguments, replicate=0, engine="compiled", trace=False, shared=None, **options):
    return run_arm(_settings_of(*arguments, **options), "x", replicate, engine=engine, trace=trace, shared=shared)


@pytest.fixture(scope="session")
def settings_of():
    """A function that gives settings of one arm, ``x``."""
    return _settings_of


@pytest.fixture(params=["compiled", "agents"])
def run_both_engines(request):
    """A function that plays one run, once in each engine."""
    return lambda *arguments, **options: _run(*arguments, engine=request.param, **options)


@pytest.fixture
def run_compiled():
    """A function that plays one run in the compiled engine."""
    return _run
