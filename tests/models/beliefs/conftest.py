"""One run of the beliefs model from a few names, in either engine."""

import pytest

from learnsim.models.runs import run_arm
from learnsim.settings import Settings
from learnsim.settings.beliefs import Beliefs


def _settings_of(
    preset="flat-lecture",
    people=12,
    communities=1,
    cell_size=4,
    formation="random",
    cycle_length=10,
    seed=1,
    changes=None,
    **options,
):
    """Settings with an arm ``x``: ``changes`` are its fields beside the preset, other names are settings of beliefs."""
    unknown = options.keys() - Beliefs.model_fields.keys()
    assert not unknown, f"not settings of beliefs: {unknown}"
    return Settings().changed(
        {
            "experiment.seed": seed,
            "model.kind": "beliefs",
            "organisation.trainees": people,
            "organisation.communities": communities,
            "organisation.cell_size": cell_size,
            "organisation.formation": formation,
            "organisation.cycle_length": cycle_length,
            "arms.x": {"preset": preset, **(changes or {})},
            **{f"beliefs.{name}": value for name, value in options.items()},
        }
    )


def _run(*arguments, replicate=0, engine="compiled", trace=False, **options):
    return run_arm(_settings_of(*arguments, **options), "x", replicate, engine=engine, trace=trace)


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
