"""One run of the beliefs model from a few names, in either engine."""

import pytest

from learnsim.beliefs.run import run_beliefs
from learnsim.settings import PRESETS
from learnsim.settings.beliefs import Beliefs
from learnsim.settings.tables import Organisation


def _play(arm="flat-lecture", replicate=0, people=12, communities=1, cell_size=4, formation="random", changes=None, **given):
    """``changes`` are fields of the arm; names of ``Beliefs`` are settings, other names go to ``run_beliefs``."""
    settings = {name: given.pop(name) for name in list(given) if name in Beliefs.model_fields}
    organisation = Organisation(trainees=people, communities=communities, cell_size=cell_size, formation=formation)
    full = PRESETS[arm][1]._replace(formation=formation)._replace(**(changes or {}))
    return run_beliefs(Beliefs(**settings), organisation, full, replicate, **given)


@pytest.fixture(params=["compiled", "agents"])
def played(request):
    """A function that plays one run, once in each engine."""
    return lambda *arguments, **given: _play(*arguments, engine=request.param, **given)


@pytest.fixture
def play():
    """A function that plays one run in the compiled engine."""
    return _play
