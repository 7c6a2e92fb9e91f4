"""Loading: every mistake in a file is one sentence with place, value and cure."""

import pytest

from learnsim.errors import SettingsError
from learnsim.settings import PRESETS, Settings, load, parse_assignment, validate
from learnsim.settings.write import toml_of

MISTAKES = [
    ({"organisation": {"cel_size": 3}}, "[organisation] cel_size is not a setting; did you mean cell_size?"),
    ({"organisaton": {}}, "[organisaton] is not a table; did you mean organisation?"),
    ({"organisation": {"cell_size": 0}}, "[organisation] cell_size = 0 should be greater than or equal to 1"),
    ({"organisation": {"cell_size": 2.0}}, "[organisation] cell_size = 2.0 should be a valid integer"),
    ({"organisation": {"trainees": 3}}, "trainees = 3 cannot fill communities = 4"),
    ({"training": {"turnover": float("nan")}}, "[training] turnover = nan should be a finite number"),
    ({"training": {"throttle": "slow"}}, "throttle = 'slow' must be one of slowest, median, mean, fastest, calendar"),
    ({"prior": {"known": [0.5, 0.1]}}, "[prior] known = [0.5, 0.1] must be written [low, high]"),
    ({"people": {"sociability": 0.5}}, "[people] sociability = 0.5 should be a table"),
    ({"people": {"sociability": {"mean": 0.5}}}, "[people] sociability has no distribution"),
    ({"people": {"sociability": {"distribution": "bet"}}}, "did you mean beta?"),
    ({"people": {"sociability": {"distribution": "beta", "mean": 0.5, "sd": 0.49999}}}, None),
    ({"people": {"sociability": {"distribution": "beta", "mean": 0.1, "sd": 0.4}}}, "must be below 0.3"),
    ({"people": {"sociability": {"distribution": "beta", "mean": 0.5, "sf": 0.1}}}, "sociability.sf is not a setting"),
    ({"people": {"sociability": {"distribution": "uniform", "low": 0.5, "high": 0.1}}}, "must not exceed high = 0.1"),
    ({"experiment": {"name": ".hidden"}}, "name = '.hidden' must be letters, digits"),
    ({"experiment": {"engine": "compild"}}, "did you mean compiled?"),
    (
        {"experiment": {"baseline": "hybrd"}, "arms": {"hybrid": {}}},
        "baseline = 'hybrd' is not an arm; did you mean hybrid?",
    ),
    ({"arms": {"x": {"preset": "hybird"}}}, "[arms.x] preset = 'hybird' is not a preset; did you mean hybrid?"),
    ({"arms": {"x": {}}}, "[arms.x] preset is missing"),
    ({"arms": {"hybrid": {"lectur": 0.1}}}, "[arms.hybrid] lectur is not a setting; did you mean lecture?"),
    ({"arms": {"hybrid": {"lecture": 0.1}}}, "0.1 + 0.3 + 0.7 = 1.1; a session's shares must add up to 1"),
    ({"arms": {"peer-instruction": {"council": 0.6}}}, "council = 0.6 exceeds briefing + exchange = 0.5"),
    ({"arms": {"hybrid": {"groups": "none"}}}, "groups = 'none' leaves nobody to spend briefing and exchange with"),
    ({"arms": {"hybrid": {"fraction": 0.5, "shuffle": "rotate"}}}, "fraction = 0.5 goes with shuffle = 'random' only"),
    ({"arms": {"hybrid": {"scope": "organisation", "shuffle": "rotate"}}}, "scope = 'organisation' goes with shuffle"),
    ({"arms": {"hybrid": {"formation": "given"}}}, "formation = 'given' needs a roster"),
    ({"sweep": {"organisation.cell_size": []}}, "organisation.cell_size = [] has no values"),
]


@pytest.mark.parametrize(("tree", "sentence"), MISTAKES)
def test_a_mistake_is_one_sentence_that_says_where_what_and_the_cure(tree, sentence):
    if sentence is None:
        assert validate(tree, "f.toml")
        return
    with pytest.raises(SettingsError) as caught:
        validate(tree, "f.toml")
    assert str(caught.value).startswith("f.toml: ")
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_missing_broken_or_a_folder_is_said_to_be(tmp_path):
    (tmp_path / "broken.toml").write_text("[a")
    (tmp_path / "latin.toml").write_bytes(b"name = '\xff'")
    for name, said in (
        ("none.toml", "no such file"),
        ("broken.toml", "not valid TOML"),
        ("latin.toml", "UTF-8"),
        ("", "folder"),
    ):
        with pytest.raises(SettingsError, match=said):
            load(tmp_path / name)


def test_an_assignment_goes_over_the_file_and_a_part_of_a_trait_keeps_the_rest(tmp_path):
    (tmp_path / "a.toml").write_text("[training]\nsessions = 3\n")
    settings = load(tmp_path / "a.toml", ["training.sessions=5", "people.learning_speed.sd=0.1", "arms.a.b.preset=hybrid"])
    assert settings.training.sessions == 5
    assert (settings.people.learning_speed.mean, settings.people.learning_speed.sd) == (0.5, 0.1)
    assert list(settings.arms) == ["a.b"]


@pytest.mark.parametrize("text", ["sessions=3", "training.sessions", "training.sessions=", "training.sessions=[1"])
def test_an_assignment_that_is_none_is_refused(text):
    with pytest.raises(SettingsError, match="--set"):
        parse_assignment(text)


@pytest.mark.parametrize(
    "key", ["training.sesions", "trainin.sessions", "people.learning_sped.sd", "training.sessions.x", "arms.x.lectur"]
)
def test_a_change_to_an_unknown_setting_is_refused(key):
    with pytest.raises(SettingsError):
        Settings().changed({key: 1})


def test_what_is_written_as_toml_reads_back_as_the_same_settings(tmp_path):
    changes = {
        "people.sociability": {"distribution": "uniform", "low": 0.0, "high": 1.0},
        "experiment.question": 'a "b"\n\\',
    }
    settings = Settings().changed({**changes, **{f"arms.{name}": {"preset": name} for name in PRESETS}})
    settings = settings.changed({"sweep": {"training.cycle_length": [1, 2]}})
    (tmp_path / "x.toml").write_text(toml_of(settings), encoding="utf-8")
    again = load(tmp_path / "x.toml")
    assert again.model_dump(exclude={"arms"}) == settings.model_dump(exclude={"arms"})
    assert [again.arm(name) for name in again.arms] == [settings.arm(name) for name in settings.arms]


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_spends_exactly_one_session(preset):
    arm = Settings().arm(preset)
    assert arm.lecture + arm.briefing + arm.exchange == pytest.approx(1.0, abs=1e-9)
    assert 0.0 <= arm.officers_share <= 1.0


def test_the_baseline_is_the_named_arm_or_the_lecture_or_the_first():
    assert validate({"arms": {"hybrid": {}, "flat-lecture": {}}}, "x").baseline() == "flat-lecture"
    assert validate({"arms": {"hybrid": {}, "collective": {}}}, "x").baseline() == "hybrid"
    assert (
        validate({"arms": {"hybrid": {}, "a": {"preset": "hybrid"}}, "experiment": {"baseline": "a"}}, "x").baseline() == "a"
    )
