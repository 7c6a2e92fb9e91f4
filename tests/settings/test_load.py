"""Loading: files, assignments, and mistakes reported in one sentence with place and cure."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from learnsim.errors import SettingsError, did_you_mean
from learnsim.settings import Settings, load, parse_assignment, read_tree, validate
from learnsim.settings.edit import put
from learnsim.settings.traits import Constant, Uniform, beta


def mistake(toml):
    """The sentence that a file with this mistake is told."""
    with pytest.raises(SettingsError) as error:
        validate(tomllib.loads(toml), "x.toml")
    return str(error.value)


MISTAKES = [  # the file; where the sentence puts the mistake; what it adds
    ("[trainig]\nsessions = 3", "[trainig] is not a table", "did you mean training?"),
    ("[organisation]\ncel_size = 3", "[organisation] cel_size is not a setting", "did you mean cell_size?"),
    ("[training]\nfrobnicate = 3", "[training] frobnicate is not a setting", "known are absence, absent, advice, leavers, sessions"),
    ("[organisation]\ncell_size = 0", "[organisation] cell_size = 0 ", "must be from 1 to 1000000000"),
    ("[organisation]\ncell_size = 'six'", "[organisation] cell_size = 'six' ", "integer"),
    ("[organisation]\nformation = 'intrest'", "[organisation] formation = 'intrest' ", "did you mean interest?"),
    ("[organisation]\nformation = 'intrest'", "[organisation] formation = ", "one of interest, random, given"),
    ("[experiment]\nengine = 'compild'", "[experiment] engine = 'compild' ", "did you mean compiled?"),
    ("[experiment]\nengine = 3", "[experiment] engine = 3 ", "'agents'"),
    ("[experiment]\nseed = -1", "[experiment] seed = -1 ", "must be 0 or more and below 18446744073709551616"),
    ("[training]\nthrottle = 'slow'", "[training] throttle = 'slow' ", "slowest, median, mean, fastest, calendar"),
    ("[prior]\nby = 'persn'", "[prior] by = 'persn' ", "did you mean person?"),
    ("[prior]\nknown = [0.9, 0.5]", "[prior] known = [0.9, 0.5] ", "[low, high]"),
    ("[prior]\nknown = [0.5, 1.5]", "[prior] known.1 = 1.5 ", "must be from 0 to 1"),
    ("organisation = 3", "organisation = 3 ", "table"),
    ("arms = 3", "arms = 3 ", "table"),
    ("[arms]\nhybrid = 3", "[arms] hybrid = 3 ", "table"),
    ("[people]\nlearning_speed = 0.5", "[people] learning_speed = 0.5 ", "table"),
    ("[people]\nlearning_sped = 1", "[people] learning_sped is not a setting", "did you mean learning_speed?"),
    (
        "[people]\nlearning_speed = {distribution = 'beta', mean = 0.5}",
        "[people] learning_speed.sd is missing",
        "",
    ),
    (
        "[people]\nlearning_speed = {distribution = 'beat', mean = 0.5, sd = 0.1}",
        "[people] learning_speed",
        "'beat' must be one of constant, uniform, beta, lognormal; did you mean beta?",
    ),
    (
        "[people]\nsociability = {distribution = 'beta', mean = 0.9, sd = 0.4}",
        "[people] sociability sd = 0.4 is too wide",
        "must be below 0.3",
    ),
    (
        "[people]\nhelpfulness = {distribution = 'uniform', low = 0.9, high = 0.4}",
        "[people] helpfulness low = 0.9 ",
        "high = 0.4",
    ),
    (
        "[people]\nhelpfulness = {distribution = 'uniform', lo = 0.1, high = 0.4}",
        "[people] helpfulness.lo is not a setting",
        "did you mean low?",
    ),
    (
        "[people]\nhelpfulness = {distribution = 'constant', value = 2}",
        "[people] helpfulness.value = 2 ",
        "must be from 0 to 1",
    ),
    ("[organisation]\ntrainees = 3", "[organisation] trainees = 3 ", "communities = 4"),
    ("[organisation]\nformation = 'given'", "[organisation] formation = 'given' ", "roster"),
    ("[arms.hybrid]\nformation = 'given'", "[arms.hybrid] formation = 'given' ", "roster"),
    ("[arms.hybrid]\nshufle = 'random'", "[arms.hybrid] shufle is not a setting", "did you mean shuffle?"),
    ("[arms.hybrid]\nlecture = 1.5", "[arms.hybrid] lecture = 1.5 ", "must be from 0 to 1"),
    ("[arms.hybrid]\nscope = 'organization'", "[arms.hybrid] scope = 'organization' ", "did you mean organisation?"),
    ("[arms.hybrid]\ninstructor = 1", "[arms.hybrid] instructor = 1 ", "boolean"),
    ("[arms.hybrid]\ncouncil = 0.5\nlecture = 0.5", "[arms.hybrid] lecture + briefing", "add up to 1"),
    ("[arms.'a.b']\npreset = 'hybrid'\nlectur = 1", "[arms.a.b] lectur is not a setting", "did you mean lecture?"),
    ("[arms.x]\npreset = 'hybrd'", "[arms.x] preset = 'hybrd' ", "did you mean hybrid?"),
    ("[sweep]\n'training.sessions' = []", "[sweep] training.sessions = [] ", "no values"),
    ("[sweep]\n'training.sessions' = 3", "[sweep] training.sessions = 3 ", "list"),
    ("[sweep]\n'training.sessions' = {low = 3, high = 2}", "[sweep] training.sessions: low = 3 ", "below high = 2"),
    ("[sweep]\n'training.sessions' = {low = 3}", "[sweep] training.sessions: high: ", "{low = 2, high = 12}"),
    ("[sweep]\n'training.sessions' = {low = 1, high = 9}", "[sweep] training.sessions is a range", "latin-hypercube"),
    ("[design]\nkind = 'sobl'", "[design] kind = 'sobl' ", "did you mean sobol?"),
    ("[design]\nkind = 'sobol'", "[design] kind = 'sobol' ", "name settings under [sweep]"),
    ("[design]\nkind = 'sobol'\npoints = 100", "[design] points = 100 ", "take 64 or 128"),
    ("[design]\nkind = 'zip'\n[sweep]\n'a.b' = [1, 2]\n'c.d' = [1]", "[sweep] a zip ", "a.b has 2, c.d has 1"),
    (
        "[experiment]\nreplicates = 3\nprecision = {contrast = 'a - b', half_width = 0.1}",
        "[experiment] replicates and precision",
        "keep one",
    ),
    (
        "[experiment]\nprecision = {contrast = 'a - b', half_widt = 0.1}",
        "[experiment] precision.half_widt is not a setting",
        "did you mean half_width?",
    ),
    (
        "[experiment]\nprecision = {contrast = 'a - b', half_width = 0.1, min = 50, max = 20}",
        "[experiment] precision min = 50 ",
        "max = 20",
    ),
    (
        "[experiment]\nbaseline = 'hybird'\n[arms.hybrid]",
        "[experiment] baseline = 'hybird' ",
        "did you mean hybrid?",
    ),
]


@pytest.mark.parametrize(("toml", "place", "cure"), MISTAKES, ids=[m[0].replace("\n", " ") for m in MISTAKES])
def test_a_mistake_is_one_sentence_with_file_table_key_value_and_cure(toml, place, cure):
    sentence = mistake(toml)
    assert sentence.startswith(f"x.toml: {place}")
    assert cure in sentence
    assert "\n" not in sentence
    assert "pydantic" not in sentence


def test_the_error_of_a_trait_without_distribution_names_those_there_are():
    sentence = mistake("[people]\nlearning_speed = {mean = 0.5, sd = 0.1}")
    assert sentence.startswith("x.toml: [people] learning_speed")
    assert "constant, uniform, beta, lognormal" in sentence


def test_a_misspelt_name_is_reported_before_a_value_out_of_range():
    assert "nme is not a setting" in mistake("[experiment]\nnme = 'a'\n[organisation]\ncell_size = 0")


def test_every_table_may_be_left_out():
    assert validate({}, "x") == Settings()


def test_far_words_get_all_the_names_and_near_ones_the_nearest():
    assert did_you_mean("cel", ["cell", "item"]) == "; did you mean cell?"
    assert did_you_mean("qqq", ["b", "a"]) == "; known are a, b"
    assert did_you_mean("qqq", []) == ""


# Files ---------------------------------------------------------------------------------------------


def test_a_file_is_read_with_its_assignments_applied_after_it(tmp_path):
    file = tmp_path / "x.toml"
    file.write_text("[training]\nsessions = 5\nturnover = 0.1\n")
    settings = load(file, ["training.sessions=30", "arms.hybrid.shuffle=rotate"])
    assert (settings.training.sessions, settings.training.turnover) == (30, 0.1)
    assert settings.arm("hybrid").shuffle == "rotate"


def test_paths_inside_a_file_start_from_its_folder(tmp_path):
    (tmp_path / "deep").mkdir()
    file = tmp_path / "deep" / "x.toml"
    file.write_text("[organisation]\nroster = '../people.csv'\n[experiment]\npolicies = 'my.py'\n")
    settings = load(file)
    assert settings.organisation.roster == str((tmp_path / "people.csv").resolve())
    assert settings.experiment.policies == str((tmp_path / "deep" / "my.py").resolve())


def test_a_path_left_empty_stays_empty(tmp_path):
    file = tmp_path / "x.toml"
    file.write_text("[organisation]\nroster = ''\n")
    assert load(file).organisation.roster == ""


def test_a_file_that_cannot_be_used_is_named_with_the_reason(tmp_path):
    broken, foreign = tmp_path / "broken.toml", tmp_path / "foreign.toml"
    broken.write_text("[training\nsessions = 5\n")
    foreign.write_bytes(b"[training]\n# \xff\n")
    for file, reason in (
        (tmp_path / "none.toml", "there is no such file"),
        (tmp_path, "is a folder"),
        (broken, "is not valid TOML: .*line 1"),
        (foreign, r"is not UTF-8 text \(byte 13\)"),
    ):
        with pytest.raises(SettingsError, match=reason) as error:
            load(file)
        assert str(error.value).startswith(f"{file}: ")


def test_the_tree_of_a_file_is_what_toml_says(tmp_path):
    file = tmp_path / "x.toml"
    file.write_text("[sweep]\n'training.sessions' = [1, 2]\n")
    assert read_tree(file) == {"sweep": {"training.sessions": [1, 2]}}


def test_a_mistake_in_a_file_begins_with_its_path(tmp_path):
    file = tmp_path / "x.toml"
    file.write_text("[organisation]\ncel_size = 3\n")
    with pytest.raises(SettingsError) as error:
        load(file)
    assert str(error.value) == f"{file}: [organisation] cel_size is not a setting; did you mean cell_size?"


# Assignments ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("training.sessions=30", "training.sessions", 30),
        (" training.turnover = 0.5 ", "training.turnover", 0.5),
        ("arms.hybrid.shuffle=least-met", "arms.hybrid.shuffle", "least-met"),
        ("arms.hybrid.instructor=false", "arms.hybrid.instructor", False),
        ("prior.known=[0.1, 0.2]", "prior.known", [0.1, 0.2]),
        ("experiment.question='a = b'", "experiment.question", "a = b"),
        ("experiment.question=who wins?", "experiment.question", "who wins?"),
        ("people.sociability={distribution='constant', value=1}", "people.sociability", None),
    ],
)
def test_an_assignment_is_a_dotted_key_and_a_toml_value_or_a_bare_word(text, key, value):
    value = {"distribution": "constant", "value": 1} if value is None else value
    assert parse_assignment(text) == (key, value)


@pytest.mark.parametrize("text", ["training", "sessions=3", "training.sessions=", "=3", "training.sessions"])
def test_an_assignment_without_table_key_or_value_is_shown_how(text):
    with pytest.raises(SettingsError, match=r"^--set .*write table.key=value, for example --set training.sessions=30$"):
        parse_assignment(text)


@pytest.mark.parametrize("text", ["a.b=[1, 2", "a.b='x", "a.b={x=1", "a.b=x = y"])
def test_an_assignment_that_looks_like_toml_and_is_not_is_refused(text):
    with pytest.raises(SettingsError, match=r"the value is not valid TOML$"):
        parse_assignment(text)


def test_a_part_of_a_trait_keeps_the_traits_other_parts():
    tree = {}
    put(tree, "people.learning_speed.sd", 0.1, Settings)
    assert validate(tree, "x").people.learning_speed == beta(0.5, 0.1)
    tree = {"people": {"learning_speed": {"distribution": "uniform", "low": 0.1, "high": 0.5}}}
    put(tree, "people.learning_speed.high", 0.9, Settings)
    assert validate(tree, "x").people.learning_speed == Uniform(distribution="uniform", low=0.1, high=0.9)


def test_an_assignment_to_an_arm_with_dots_in_its_name_finds_it():
    tree = {"arms": {"size.3": {"preset": "hybrid"}}}
    put(tree, "arms.size.3.shuffle", "none", Settings)
    assert tree == {"arms": {"size.3": {"preset": "hybrid", "shuffle": "none"}}}


def test_an_assignment_to_an_unknown_table_gets_the_nearest_name():
    with pytest.raises(SettingsError, match=r"^--set: trainig is not a setting; did you mean training\?$"):
        put({}, "trainig.sessions", 3, Settings, source="--set")


def test_an_assignment_below_a_value_is_refused():
    with pytest.raises(SettingsError, match=r"people.learning_speed.mean is one value"):
        put({}, "people.learning_speed.mean.x", 3, Settings)
    with pytest.raises(SettingsError):
        validate_after("training.sessions.x", 3)


def validate_after(key, value):
    """The settings with one dotted name put into an empty tree."""
    tree = {}
    put(tree, key, value, Settings)
    return validate(tree, "x")


def test_a_sweep_can_be_set_from_the_command_line():
    settings = validate_after("sweep.training.sessions", [1, 2])
    assert settings.sweep == {"training.sessions": [1, 2]}


def test_an_assignment_of_two_lines_is_refused():
    with pytest.raises(SettingsError):
        parse_assignment("training.sessions=5\nturnover=0.1")


# Settings ------------------------------------------------------------------------------------------


def test_changed_settings_are_others_and_leave_the_first_alone():
    first = Settings()
    second = first.changed({"organisation.cell_size": 3, "people.learning_speed.sd": 0.1})
    assert (second.organisation.cell_size, second.people.learning_speed) == (3, beta(0.5, 0.1))
    assert first == Settings()
    assert second.training == first.training


def test_changing_nothing_changes_nothing():
    settings = Settings(arms={"hybrid": {"council": 0.1}}, sweep={"training.sessions": [1, 2]})
    assert settings.changed({}) == settings
    assert settings.changed({}).experiment.model_fields_set == settings.experiment.model_fields_set


def test_a_change_is_checked_again():
    with pytest.raises(SettingsError, match=r"^settings: \[organisation\] trainees = 2 cannot fill communities = 4"):
        Settings().changed({"organisation.trainees": 2})
    with pytest.raises(SettingsError, match=r"did you mean sessions\?"):
        Settings().changed({"training.sesions": 2})


def test_a_whole_trait_can_be_changed():
    constant = {"distribution": "constant", "value": 0.5}
    assert Settings().changed({"people.helpfulness": constant}).people.helpfulness == Constant(**constant)


@hypothesis(max_examples=50, deadline=None)
@given(st.integers(1, 500), st.integers(1, 500))
def test_every_community_needs_at_least_one_trainee(trainees, communities):
    changes = {"organisation.trainees": trainees, "organisation.communities": communities}
    if trainees >= communities:
        assert Settings().changed(changes).organisation.trainees == trainees
    else:
        with pytest.raises(SettingsError, match="every community needs at least one"):
            Settings().changed(changes)


def test_with_a_roster_the_number_of_trainees_is_not_asked_of_the_settings():
    tree = {"organisation": {"roster": "people.csv", "communities": 500, "formation": "given"}}
    assert validate(tree, "x").organisation.formation == "given"


def test_the_baseline_is_the_named_arm_or_the_lecture_or_else_the_first():
    assert validate({"arms": {"hybrid": {}, "flat-lecture": {}}}, "x").baseline() == "flat-lecture"
    assert validate({"arms": {"hybrid": {}, "linked-cells": {}}}, "x").baseline() == "hybrid"
    named = {"experiment": {"baseline": "linked-cells"}, "arms": {"hybrid": {}, "linked-cells": {}}}
    assert validate(named, "x").baseline() == "linked-cells"
