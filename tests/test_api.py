"""API: mistakes in Python give the errors of a file, and a file's policies and seed count in Python too."""

import numpy as np
import pytest

from learnsim import LearnsimError, Settings, TrainingModel, load, run

SMALL = {"organisation": {"trainees": 12, "communities": 2}, "training": {"sessions": 3}}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"seed": "a"}, r"\[experiment\] seed = 'a' should be an integer"),
        ({"seed": 1.5}, r"\[experiment\] seed = 1.5 should be an integer"),
        ({"seed": True}, r"\[experiment\] seed = True should be an integer"),
        ({"replicate": "x"}, "replicate = 'x' must be a whole number"),
        ({"replicate": 1.5}, "replicate = 1.5 must be a whole number"),
        ({"replicate": -1}, "replicate = -1 must be a whole number, 0 or more"),
        ({"arm": 5}, "arm = 5 is not an arm's name"),
        ({"arm": "hybird"}, "did you mean hybrid"),
        ({"settings": 5}, "5 is not the path of an experiment file"),
        ({"settings": {"organisation": {"trainees": 10**13}}}, "must be from 1 to 1000000000"),
        ({"settings": {"organisation": {"trainees": 10**9}}}, r"GiB are free; use fewer trainees$"),
        ({"settings": {"organisation": {"cycle_length": 10**9}, "training": {"sessions": 10**9}}}, r"use fewer sessions$"),
        ({"settings": {"curriculum": {"items": 10**6}, "organisation": {"trainees": 10**6}}}, r"use fewer items$"),
    ],
)
def test_a_mistake_in_python_is_one_sentence(arguments, sentence):
    with pytest.raises(LearnsimError, match=sentence):
        run(**arguments)


@pytest.mark.parametrize("arguments", [{"seed": "a"}, {"replicate": -1}, {"arm": 5}, {"rng": 1.5}])
def test_the_mesa_model_reports_a_mistake_too(arguments):
    with pytest.raises(LearnsimError):
        TrainingModel(settings=Settings(**SMALL), **arguments)


def test_numpys_numbers_are_numbers():
    first = run(SMALL, np.int64(3), replicate=np.int64(1))
    assert first.same_bits(run(SMALL, 3, replicate=1)) == []


@pytest.fixture
def own(tmp_path):
    (tmp_path / "my.py").write_text(
        "import learnsim\n@learnsim.officer_policy('last-of-all')\ndef last(group): return group.members\n"
    )
    (tmp_path / "pol.toml").write_text(
        '[experiment]\npolicies = "my.py"\nseed = 77\n[organisation]\ntrainees = 12\ncommunities = 2\n'
        '[training]\nsessions = 3\n[arms.a]\npreset = "hybrid"\nofficer = "last-of-all"\n'
    )
    yield load(tmp_path / "pol.toml")
    from learnsim.grouping import OFFICERS

    OFFICERS.pop("last-of-all", None)


def test_a_mesa_model_of_a_file_has_its_policies_and_its_seed(own):
    model = TrainingModel("a", own)
    assert model.seed == 77
    while model.running:
        model.step()
    assert model.mastery().tolist() == run(own).mastery.tolist()
    assert TrainingModel("a", own, seed=5).seed == 5


def test_without_a_seed_anywhere_it_is_a_fresh_one():
    assert TrainingModel(settings=Settings(**SMALL)).seed != TrainingModel(settings=Settings(**SMALL)).seed


def test_a_step_after_the_last_session_changes_nothing():
    model = TrainingModel(settings=Settings(**SMALL), seed=1)
    for _ in range(5):
        model.step()
    assert not model.running and model.session == 3


