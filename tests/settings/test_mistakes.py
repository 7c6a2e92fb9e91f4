"""Mistakes: sweeps that mean nothing, numbers too large, and names nobody can read are refused in one sentence."""

import datetime
import tomllib

import numpy as np
import pytest

from learnsim.errors import LearnsimError, SettingsError
from learnsim.settings import Settings, load, validate

REFUSED = [
    ("[sweep]\n'training.sessions' = [1, 1]", "[sweep] training.sessions = [1, 1] has 1 twice"),
    ("[sweep]\n'prior.share' = [0, 0.0]", "[sweep] prior.share = [0, 0.0] has 0.0 twice"),
    ("[sweep]\n'arms.linked-cell.council' = [0.1]\n[arms.linked-cells]", "not an arm of this file; did you mean linked-cells?"),
    ("[sweep]\n'arms.hybrid.councl' = [0.1]\n[arms.hybrid]", "is not a setting; did you mean council?"),
    ("[sweep]\ntraining = [1]", "[sweep] training is a whole table; sweep one setting, for example training.sessions"),
    ("[sweep]\narms = [1]", "[sweep] arms is a whole table"),
    ("[sweep]\ncycle_length = [1, 2]", "[sweep] cycle_length is not a setting; did you mean organisation.cycle_length?"),
    ("[sweep]\norganisation.cycle_length = [1, 2]", 'a dotted name needs quotes; write "organisation.cycle_length" = [1, 2]'),
    ("[sweep]\n'organisation.roster' = ['a.csv', 'b.csv']", "organisation.roster cannot be swept"),
    ("[sweep]\n'experiment.policies' = ['a.py', 'b.py']", "experiment.policies cannot be swept"),
    ("[sweep]\n'training.sessions.x' = [1]", "training.sessions is one value"),
    ("[sweep]\n'people.sociability.men' = [1]", "did you mean mean?"),
    (
        "[sweep]\n'people.sociability' = [1]\n'people.sociability.mean' = [0.1]",
        "people.sociability.mean is a part of people.sociability, which is swept too",
    ),
    ("[arms.'']\npreset = 'hybrid'", "[arms] '' must be a name"),
    ("[arms.\"a\\nb\"]\npreset = 'hybrid'", r"[arms] 'a\nb' must be a name of 1 to 60 printable characters"),
    (f"[arms.{'x' * 61}]\npreset = 'hybrid'", "must be a name of 1 to 60 printable characters"),
    (f"[organisation]\ntrainees = {10**30}", "must be from 1 to 1000000000"),
    (f"[curriculum]\nsessions_per_item = {10**30}", "must be from 1 to 1000000000"),
    (f"[training]\nsessions = 0x{'f' * 5000}", "must be from 0 to 1000000000"),
    ("[people]\nlearning_speed = 0.5", '= 0.5 should be a table; write for example {distribution = "beta"'),
    ("[training]\nsessions = 2024-01-05", "sessions = 2024-01-05 should be an integer"),
    ("[learning]\nhelp_effect = -1", "help_effect = -1 must be 0 or more"),
    ("[people]\ninterest_concentration = 0", "must be above 0 and at most 1000"),
]


@pytest.mark.parametrize(("toml", "sentence"), REFUSED, ids=[toml[:40] for toml, _ in REFUSED])
def test_what_means_nothing_is_refused_with_the_cure(toml, sentence):
    with pytest.raises(SettingsError) as error:
        validate(tomllib.loads(toml), "x.toml")
    assert str(error.value).startswith("x.toml: ") and sentence in str(error.value)
    assert "\n" not in str(error.value) and len(str(error.value)) < 400


def test_a_grid_of_millions_of_points_is_refused_before_it_is_built():
    keys = ("training.sessions", "organisation.cycle_length", "organisation.cell_size", "curriculum.items", "organisation.trainees")
    with pytest.raises(SettingsError, match=r"30 x 30 x 30 x 30 x 30 = 24,300,000 points, and at most 1,000,000 are allowed"):
        validate({"sweep": {key: list(range(1, 31)) for key in keys}}, "x")


def test_a_zip_may_hold_a_value_twice():
    swept = {"training.sessions": [1, 1], "organisation.cycle_length": [1, 2]}
    assert validate({"design": {"kind": "zip"}, "sweep": swept}, "x").sweep == swept


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[training]\nx = " + "[" * 5000, "nested too deeply"),
        ("[training]\nsessions = " + "1" * 5000, "is not valid TOML"),
        ("[organisation]\ncel_size = 1", "did you mean cell_size"),
    ],
)
def test_a_file_nobody_can_read_gives_one_sentence(tmp_path, text, sentence):
    (tmp_path / "x.toml").write_text(text)
    with pytest.raises(SettingsError, match=sentence):
        load(tmp_path / "x.toml")


def test_a_byte_order_mark_is_no_mistake(tmp_path):
    (tmp_path / "x.toml").write_bytes(b"\xef\xbb\xbf[training]\nsessions = 5\n")
    assert load(tmp_path / "x.toml").training.sessions == 5


@pytest.mark.parametrize(
    ("assignment", "sentence"),
    [
        ("experiment.question=a\udc80", "is not UTF-8 text"),
        (".=1", r"^--set \.=1: write table\.key=value"),
        ("training.x=" + "[" * 5000, "nested too deeply"),
        ("trainig.sessions=5", r"^--set trainig\.sessions=5: trainig is not a setting"),
        ("training.sessions=many", r"x\.toml with --set training\.sessions=many: \[training\] sessions = 'many' should be"),
        ("people.sociability.distribution=uniform", r"write the whole trait, for example people\.sociability=\{"),
    ],
)
def test_an_assignment_that_cannot_be_used_is_repeated(tmp_path, assignment, sentence):
    (tmp_path / "x.toml").write_text("")
    with pytest.raises(SettingsError, match=sentence):
        load(tmp_path / "x.toml", [assignment])


def test_an_option_is_named_as_the_user_wrote_it(tmp_path):
    (tmp_path / "x.toml").write_text("")
    with pytest.raises(SettingsError, match=r"x\.toml with --engine=: \[experiment\] engine = '' must be one of"):
        load(tmp_path / "x.toml", options={"experiment.engine": ""})


@pytest.mark.parametrize("path", [None, "", 5, "a\0b"])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(LearnsimError, match="is not the path of an experiment file"):
        load(path)


def test_mistakes_in_python_give_the_errors_of_a_file():
    with pytest.raises(LearnsimError, match=r"\[traning\] is not a table; did you mean training\?"):
        Settings(traning={})
    with pytest.raises(LearnsimError, match="5 is not a setting"):
        Settings().changed({5: 3})
    with pytest.raises(LearnsimError, match="is not a dictionary of tables"):
        validate(5, "settings")
    with pytest.raises(LearnsimError, match="should be an integer"):
        Settings().changed({"training.sessions": datetime.date(2024, 1, 5)})


def test_numpys_numbers_and_tuples_are_taken_for_what_they_are():
    changes = {
        "training.sessions": np.int64(7),
        "prior.share": np.float64(0.25),
        "prior.known": (np.float32(0.5), 1),
        "people.helpfulness.mean": np.float64(0.5),
    }
    settings = Settings().changed(changes)
    assert (settings.training.sessions, settings.prior.share, settings.prior.known) == (7, 0.25, [0.5, 1.0])
    assert type(settings.training.sessions) is int
    assert Settings(sweep={"training.sessions": (np.int64(1), 2)}).sweep == {"training.sessions": [1, 2]}


def test_the_model_is_not_swept():
    with pytest.raises(SettingsError, match=r"\[sweep\] model.kind cannot be swept; write an experiment file for each value"):
        validate({"sweep": {"model.kind": ["beliefs", "search"]}, "arms": {"hybrid": {}}}, "test")
