"""Picture: it can be drawn while cells form anew, people move from community to community, and communities close."""

import numpy as np
import pytest

from learnsim.browser.picture import legend_of, levels_of, moments_of, picture_of
from learnsim.models.training.model import TrainingModel
from learnsim.settings import validate

PHASES = [{"from": 4, "preset": "hybrid", "cell_size": 4}, {"from": 8, "preset": "collective"}, {"from": 12, "preset": "flat-lecture"}]
ARMS = {"phases": {"preset": "flat-lecture", "phases": PHASES}, "across": {"preset": "hybrid", "scope": "organisation"}}


@pytest.mark.parametrize("trainees", [40, 900])
@pytest.mark.parametrize("arm", ARMS)
def test_a_picture_shows_the_organisation_as_it_is_in_each_session(trainees, arm):
    tree = {
        "organisation": {"trainees": trainees, "communities": 4, "cycle_length": 4, "formation": "random"},
        "training": {"sessions": 16, "turnover": 0.1, "leavers": "officers"},
        "communities": {"mobility": 1.0, "slack": 3.0, "minimum": trainees // 4, "drift": 0.2},
        "arms": {arm: ARMS[arm]},
    }
    model, moments = TrainingModel(arm, validate(tree, "x"), seed=1), set()
    while model.running:
        picture, means = picture_of(model), model.mastery().mean(axis=1)
        assert len(levels_of(model, means)) == len(picture["x"]) == len(picture["y"])
        assert np.isfinite(picture["x"] + picture["y"]).all()
        if picture["dots"] == "people":
            assert picture["cell"] == model.tree.plan.cell.tolist() and len(picture["x"]) == trainees
        moments.add(moments_of(model))
        now = model.tree.arm
        assert (picture["lecture"], picture["council"]) == (now.lecture > 0.0, now.council > 0.0)
        assert ("council" in legend_of([model])) == (now.council > 0.0)
        model.step()
    assert len(moments) > 4
    assert (np.bincount(model.tree.community, minlength=4) == 0).any()  # one has closed
