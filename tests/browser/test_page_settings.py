"""Page settings: a page's changes are checked as a file's, travel in an address, and reach no file of the server's."""

import json
import re
import subprocess
import sys
import tomllib

import pytest
from hypothesis import assume, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from typer.testing import CliRunner

import learnsim
from learnsim.browser.page_settings import SIDES, PageSettings, first_arms, known, tables_of, value_of
from learnsim.browser.shown_record import shown_of
from learnsim.cli import app
from learnsim.errors import LearnsimError, SettingsError
from learnsim.experiments.design import checks
from learnsim.grouping import SHUFFLES
from learnsim.provenance import numbers_of
from learnsim.settings import PRESETS, Settings, load, validate
from learnsim.settings.write import toml_of

TABLES = tables_of(Settings())

PAGE = PageSettings(Settings())
SHARE = st.floats(0.0, 1.0)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TRAIT = st.one_of(
    st.builds(lambda v: {"distribution": "constant", "value": v}, SHARE),
    st.builds(lambda a, b: {"distribution": "uniform", "low": min(a, b), "high": max(a, b)}, SHARE, SHARE),
    st.builds(lambda m, sd: {"distribution": "beta", "mean": m, "sd": sd}, SHARE, st.floats(0.0, 0.49)),
)
CHANGES = {
    "experiment.seed": st.integers(0, 2**64 - 1),
    "organisation.trainees": st.integers(1, 60),
    "organisation.formation": st.sampled_from(["interest", "random", "given"]),
    "curriculum.prerequisite": SHARE,
    "people.learning_speed": TRAIT,
    "people.learning_speed.sd": st.floats(0.0, 0.49),
    "people.helpfulness.mean": SHARE,
    "prior.known": st.lists(SHARE, min_size=2, max_size=2),
    "prior.by": st.sampled_from(["item", "person"]),
    "learning.forgetting": st.floats(allow_nan=False),
    "training.sessions": st.integers(0, 30),
    "left.shuffle": TEXT,
    "left.instructor": st.booleans(),
    "left.council": SHARE,
    "right.officer": st.sampled_from(["random", "fastest"]),
    "right.groups": st.sampled_from(["none", "cells", "community", "organisation"]),
    "left": st.sampled_from(sorted(PRESETS)) | TEXT,
    "right": st.sampled_from(sorted(PRESETS)),
}
CHANGE = st.sampled_from(sorted(CHANGES)).flatmap(lambda name: st.tuples(st.just(name), CHANGES[name]))
PLAYABLE = CHANGE.filter(lambda change: change[0] != "left.shuffle" and change[1] in PRESETS if change[0] in SIDES else True)


def chosen(changes, base=PAGE):
    for name, value in changes:
        base = base.changed(name, value)
    return base


# --- the address line ---


@hypothesis(max_examples=200, deadline=None)
@given(st.lists(CHANGE, max_size=8))
def test_choices_in_an_address_are_the_same_choices(changes):
    page_settings = chosen(changes)
    again = PAGE.from_query(page_settings.query())
    assert again == page_settings
    assert list(again.changes.items()) == list(page_settings.changes.items())
    assert PAGE.from_query(f"?{page_settings.query()}") == page_settings


def test_an_address_without_choices_shows_the_file():
    assert PAGE.from_query("") == PAGE


def test_an_address_may_be_written_by_hand():
    page_settings = PAGE.from_query("?training.sessions=30&right=linked-cells&right.shuffle=random&prior.known=[0.4, 0.6]")
    assert page_settings.arms == ("hybrid", "linked-cells")
    assert page_settings.changes == {"training.sessions": 30, "right.shuffle": "random", "prior.known": [0.4, 0.6]}


def test_the_order_of_arms_and_their_changes_in_an_address_does_not_matter():
    one, other = PAGE.from_query("left.shuffle=none&left=linked-cells"), PAGE.from_query("left=linked-cells&left.shuffle=none")
    assert one == other
    assert one.changes == {"left.shuffle": "none"}


@pytest.mark.parametrize(
    "name",
    [
        "organisation.roster",
        "experiment.policies",
        "experiment.targets",
        "experiment.name",
        "experiment.engine",
        "experiment.replicates",
        "experiment.precision",
        "sweep.training.sessions",
        "design.kind",
        "arms.hybrid.shuffle",
        "left.nothing",
        "middle",
        "middle.shuffle",
        "",
    ],
)
def test_an_address_that_names_what_it_may_not_is_refused(name):
    with pytest.raises(SettingsError, match="cannot be changed in the browser; write it into the experiment file"):
        PAGE.from_query(f"{name}=1")


TABLE = ["organisation", "experiment", "sweep", "arms", "left", "people", "training"]
KEY = ["roster", "policies", "hybrid", "seed", "sessions", "/etc/passwd", "1"]
SIGNS = [".", "=", " ", "{", "}", '"', "'", "\t", "[", "]"]
PIECE = st.sampled_from(TABLE) | st.sampled_from(KEY) | st.sampled_from(SIGNS) | st.just(".")
WORDS = st.lists(PIECE, max_size=6).map("".join)


@hypothesis(max_examples=300, deadline=None)
@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=3))
def test_no_address_reaches_a_file_or_another_table(pairs):
    try:
        page_settings = chosen([(name, value_of(name, text, TABLES)) for name, text in pairs if name not in SIDES])
        settings = page_settings.prepared().settings
    except LearnsimError as error:
        assert str(error).strip()
        return
    assert settings.organisation.roster == settings.experiment.policies == ""
    assert settings.sweep == {} and list(settings.arms) == ["hybrid", "flat-lecture"]
    others = settings.experiment.model_dump(exclude={"seed"})
    assert others == Settings().experiment.model_dump(exclude={"seed"})


@pytest.mark.parametrize("address", ["organisation={roster = '/etc/passwd'}", "organisation.roster.x=1", "organisation.roster =x"])
def test_no_way_of_writing_it_names_a_roster(address):
    with pytest.raises(SettingsError):
        PAGE.from_query(address).prepared()


@pytest.mark.parametrize("text", ["2020-01-01", "[2020-01-01, 1]", "10:30:00", "2020-01-01T10:30:00Z"])
def test_a_date_is_refused_since_no_setting_is_one(text):
    with pytest.raises(SettingsError, match="no setting is a date or a time"):
        value_of("prior.known", text, TABLES)


# --- changes ---


def test_choosing_another_arm_drops_the_old_arms_changes_and_no_others():
    before = chosen([("left.shuffle", "none"), ("right.officer", "random"), ("training.sessions", 5)])
    after = before.changed("left", "linked-cells")
    assert after.arms == ("linked-cells", "flat-lecture")
    assert after.changes == {"right.officer": "random", "training.sessions": 5}
    assert before.changed("right", "collective").changes == {"left.shuffle": "none", "training.sessions": 5}


def test_a_whole_trait_drops_what_was_changed_of_its_parts():
    uniform = {"distribution": "uniform", "low": 0.2, "high": 0.4}
    page_settings = chosen([("people.learning_speed", uniform), ("people.learning_speed.low", 0.3)])
    assert page_settings.prepared().settings.people.learning_speed.low == 0.3
    beta = {"distribution": "beta", "mean": 0.4, "sd": 0.1}
    whole = page_settings.changed("people.learning_speed", beta)
    assert whole.changes == {"people.learning_speed": beta}
    assert whole.prepared().settings.people.learning_speed.sd == 0.1


def test_choices_never_change_others_are_made():
    before = chosen([("training.sessions", 5)])
    before.changed("training.sessions", 6)
    assert before.changes == {"training.sessions": 5}


def test_a_change_of_one_side_leaves_the_other_even_with_the_same_arm():
    page_settings = chosen([("right", "hybrid"), ("right.shuffle", "none")])
    assert page_settings.names == ("hybrid", "hybrid-2")
    settings = page_settings.prepared().settings
    assert settings.arm("hybrid").shuffle == "random"
    assert settings.arm("hybrid-2").shuffle == "none"
    assert settings.baseline() == "hybrid-2"


@pytest.mark.parametrize("length", [1, 58, 59, 60])
def test_the_same_arm_on_both_sides_can_be_shown_however_long_its_name(length):
    name = "x" * length
    base = validate({"arms": {name: {"preset": "hybrid"}}}, "x")
    settings = PageSettings(base, arms=(name, name)).prepared().settings
    assert len(settings.arms) == 2


def test_all_presets_can_be_shown_whatever_arms_the_file_has():
    base = validate({"arms": {"mine": {"preset": "hybrid", "shuffle": "rotate"}, "hybrid": {"officer": "random"}}}, "x")
    assert known(base) == ["mine", "hybrid", *(name for name in PRESETS if name != "hybrid")]
    for name in known(base):
        settings = PageSettings(base, arms=(name, "flat-lecture")).prepared().settings
        assert settings.arm(name) == (base.arm(name) if name in base.arms else settings.arm(name))
    assert PageSettings(base, arms=("mine", "hybrid")).prepared().settings.arm("mine").shuffle == "rotate"
    assert PageSettings(base, arms=("mine", "hybrid")).prepared().settings.arm("hybrid").officer == "random"


def test_an_unknown_arm_gets_what_was_probably_meant():
    with pytest.raises(SettingsError, match=r"page: 'hybird' is neither an arm nor a preset; did you mean hybrid\?"):
        PAGE.changed("left", "hybird").prepared()


@pytest.mark.parametrize(
    ("arms", "first"),
    [
        ([], ("hybrid", "flat-lecture")),
        (["flat-lecture", "linked-cells", "hybrid", "collective"], ("hybrid", "flat-lecture")),
        (["flat-lecture", "linked-cells", "collective"], ("collective", "flat-lecture")),
        (["hybrid"], ("hybrid", "hybrid")),
        (["hybrid", "collective"], ("collective", "hybrid")),
    ],
)
def test_a_page_opens_with_the_hybrid_or_the_last_arm_and_the_baseline(arms, first):
    settings = validate({"arms": {name: {} for name in arms}}, "x")
    assert first_arms(settings) == first
    assert len(PageSettings(settings, arms=first).prepared().settings.arms) == 2


# --- the sentences ---

ARMS = {"hybrid": "", "flat-lecture": ""}
BAD = {  # what the page changes, and the same in a file: lines of the left arm, and of other tables
    "too few": ({"training.sessions": -1}, "", "[training]\nsessions = -1"),
    "no number": ({"curriculum.items": "six"}, "", '[curriculum]\nitems = "six"'),
    "unfilled": ({"organisation.communities": 241}, "", "[organisation]\ncommunities = 241"),
    "unknown": ({"training.sesions": 30}, "", "[training]\nsesions = 30"),
    "no time": ({"left.lecture": 0.5}, "lecture = 0.5", ""),
    "given": ({"left.formation": "given"}, 'formation = "given"', ""),
    "no such shuffle": ({"left.shuffle": "rnadom"}, 'shuffle = "rnadom"', ""),
    "no such officer": ({"left.officer": "oldest"}, 'officer = "oldest"', ""),
    "no such groups": ({"left.groups": "cell"}, 'groups = "cell"', ""),
    "fraction": ({"left.shuffle": "rotate", "left.fraction": 0.5}, 'shuffle = "rotate"\nfraction = 0.5', ""),
    "wide": (
        {"people.learning_speed.sd": 0.4999, "people.learning_speed.mean": 0.9},
        "",
        '[people]\nlearning_speed = {distribution = "beta", mean = 0.9, sd = 0.4999}',
    ),
    "turned": (
        {"people.helpfulness": {"distribution": "uniform", "low": 0.9, "high": 0.1}},
        "",
        '[people]\nhelpfulness = {distribution = "uniform", low = 0.9, high = 0.1}',
    ),
    "known": ({"prior.known": [1.0, 0.5]}, "", "[prior]\nknown = [1.0, 0.5]"),
    "seed": ({"experiment.seed": -1}, "", "[experiment]\nseed = -1"),
}


def file_of(folder, left, others):
    place = folder / "x.toml"
    place.write_text(f"{others}\n[arms.hybrid]\n{left}\n[arms.flat-lecture]\n")
    return place


@pytest.mark.parametrize("case", BAD)
def test_the_sentence_of_a_bad_combination_is_the_one_of_learnsim_check(tmp_path, case):
    changes, left, others = BAD[case]
    place = file_of(tmp_path, left, others)
    checked = CliRunner().invoke(app, ["check", str(place)])
    assert isinstance(checked.exception, LearnsimError)
    with pytest.raises(LearnsimError) as refused:
        chosen(changes.items()).prepared()
    assert str(refused.value).removeprefix("page: ") == str(checked.exception).removeprefix(f"{place}: ")
    assert str(refused.value).startswith("page: ")


def test_the_command_line_shows_the_pages_sentence_with_exit_code_2(tmp_path):
    changes, left, others = BAD["no time"]
    place = file_of(tmp_path, left, others)
    done = subprocess.run([sys.executable, "-m", "learnsim", "check", str(place)], capture_output=True, text=True, check=False)
    with pytest.raises(SettingsError) as refused:
        chosen(changes.items()).prepared()
    assert (done.returncode, done.stderr) == (2, f"error: {place}: {str(refused.value).removeprefix('page: ')}\n")


@pytest.mark.parametrize(
    ("name", "most", "reason"),
    [
        ("organisation.trainees", 10_000, r"\[organisation\] trainees = 10001: the page shows at most 10,000"),
        ("organisation.communities", 200, r"\[organisation\] communities = 201: the page shows at most 200"),
        ("curriculum.items", 60, r"\[curriculum\] items = 61: the page shows at most 60"),
        ("training.sessions", 1000, r"\[training\] sessions = 1001: the page shows at most 1,000"),
    ],
)
def test_more_than_a_page_can_show_is_refused_and_a_run_named(name, most, reason):
    assert PAGE.changed(name, most).prepared().settings is not None
    with pytest.raises(SettingsError, match=f"^page: {reason}; an experiment file has no such limit$"):
        PAGE.changed(name, most + 1).prepared()


def test_the_largest_numbers_are_refused_before_anything_is_made(monkeypatch):
    """The page's limits are the same on every machine, however little memory is free."""
    monkeypatch.setattr(checks, "_available", lambda: 1)
    with pytest.raises(SettingsError, match="GiB are free"):
        PAGE.prepared()
    for name in ("organisation.trainees", "curriculum.items", "training.sessions"):
        with pytest.raises(SettingsError, match="the page shows at most"):
            PAGE.changed(name, 1_000_000).prepared()


def test_a_roster_of_more_people_than_a_page_shows_is_refused(tmp_path):
    (tmp_path / "people.csv").write_text("id\n" + "".join(f"{i}\n" for i in range(10_001)))
    (tmp_path / "x.toml").write_text('[organisation]\nroster = "people.csv"\n')
    with pytest.raises(SettingsError, match="trainees = 10001: the page shows at most 10,000"):
        PageSettings(load(tmp_path / "x.toml")).prepared()


def test_too_many_people_for_too_long_are_refused_with_how_long_they_can_be_shown():
    shown = PAGE.changed("organisation.trainees", 2400).changed("training.sessions", 625)
    assert shown.prepared().trainees == 2400
    sentence = r"sessions = 626: the page shows at most 625 of 2,400 people in 2 arms; an experiment file has no such limit$"
    with pytest.raises(SettingsError, match=sentence):
        shown.changed("training.sessions", 626).prepared()


# --- further arms ---


def test_further_arms_are_part_of_the_address_and_stand_beside_the_two():
    shown = PAGE.from_query("arms=collective,isolated-cells,hybrid&left=hybrid&right=flat-lecture")
    assert shown.names == ("hybrid", "flat-lecture", "collective", "isolated-cells")
    assert tuple(shown.prepared().settings.arms) == shown.names
    assert shown.query() == "left=hybrid&right=flat-lecture&arms=collective%2Cisolated-cells"
    assert shown.changed("right", "collective").names == ("hybrid", "collective", "isolated-cells")
    assert shown.changed("arms", []).names == ("hybrid", "flat-lecture")


@pytest.mark.parametrize(
    ("arms", "sentence"),
    [
        ("colective", "'colective' is neither an arm nor a preset; did you mean collective?"),
        ("collective,isolated-cells,linked-cells", "5 arms: the page shows at most 4 side by side"),
    ],
)
def test_a_wrong_further_arm_is_a_sentence(arms, sentence):
    with pytest.raises(SettingsError, match=re.escape(sentence)):
        PAGE.from_query(f"arms={arms}").prepared()


@pytest.mark.parametrize("kind", ["beliefs", "search"])
def test_other_models_are_shown_with_their_own_settings(kind):
    shown = PageSettings(Settings(model={"kind": kind}), "x.toml", ("hybrid", "flat-lecture"))
    assert set(tables_of(shown.base)) >= {"organisation", kind} and "training" not in tables_of(shown.base)
    assert tuple(shown.prepared().settings.arms) == ("hybrid", "flat-lecture")
    with pytest.raises(SettingsError, match=r"training\.sessions: cannot be changed in the browser"):
        shown.from_query("training.sessions=5")


# --- the file behind the page ---


def test_the_files_roster_stays_whatever_is_changed(tmp_path):
    (tmp_path / "people.csv").write_text("id,learning_speed\n" + "".join(f"{i},0.{i}\n" for i in range(1, 10)))
    (tmp_path / "x.toml").write_text('[organisation]\nroster = "people.csv"\ncommunities = 2\n')
    page_settings = PageSettings(load(tmp_path / "x.toml")).from_query("training.sessions=3&left=collective")
    assert page_settings.prepared().roster.traits["learning_speed"].tolist() == [i / 10 for i in range(1, 10)]


def test_the_files_own_policies_can_be_played(tmp_path, request):
    request.addfinalizer(lambda: SHUFFLES.pop("as-they-sit", None))
    (tmp_path / "units_of_choices.py").write_text(
        "from learnsim.grouping import shuffle_policy\n\n@shuffle_policy('as-they-sit')\ndef as_they_sit(group):\n    return group.members\n"
    )
    (tmp_path / "x.toml").write_text('[experiment]\npolicies = "units_of_choices.py"\n')
    page_settings = PageSettings(load(tmp_path / "x.toml")).changed("left.shuffle", "as-they-sit")
    assert page_settings.prepared().settings.arm("hybrid").shuffle == "as-they-sit"


def test_a_file_with_targets_can_be_watched_like_any_other(tmp_path):
    """Numbers of arms that the page does not show are no obstacle."""
    (tmp_path / "t.csv").write_text("panel,source,arm,low,training.sessions\nP,exact,mine,0.5,10\n")
    (tmp_path / "x.toml").write_text(
        '[experiment]\ntargets = "t.csv"\n[sweep]\n"training.sessions" = [5, 10]\n[arms.mine]\npreset = "hybrid"\n[arms.flat-lecture]\n'
    )
    assert PageSettings(load(tmp_path / "x.toml")).from_query("left=linked-cells").prepared().settings.experiment.targets == ""


@pytest.mark.parametrize(
    "text",
    [
        '[sweep]\n"training.sessions" = [5, 10]\n"arms.mine.council" = [0.1, 0.2]',
        '[design]\nkind = "sobol"\npoints = 8\n[sweep]\n"organisation.cell_size" = {low = 2, high = 9}',
        '[experiment]\nprecision = {measure = "mean_mastery", contrast = "mine - flat-lecture", half_width = 0.005}',
        "[experiment]\nreplicates = 7\nengine = \"agents\"",
    ],
)
def test_what_a_file_sweeps_and_how_often_does_not_disturb_the_page(tmp_path, text):
    arms = "\n[arms.mine]\npreset = \"hybrid\"\n[arms.flat-lecture]\n[arms.collective]\n"
    (tmp_path / "x.toml").write_text(text + arms)
    base = load(tmp_path / "x.toml")
    page_settings = PageSettings(base, "x.toml", first_arms(base))
    assert page_settings.arms == ("collective", "flat-lecture")
    for arms in (page_settings.arms, ("mine", "flat-lecture"), ("collective", "hybrid"), ("collective", "mine")):
        settings = PageSettings(base, "x.toml", arms).prepared().settings
        assert settings.sweep == {}
        assert tuple(settings.arms) == arms
        for table in TABLES:
            assert getattr(settings, table) == getattr(base, table)


@hypothesis(max_examples=100, deadline=None)
@given(st.lists(PLAYABLE, max_size=5))
def test_a_saved_page_is_a_file_with_the_same_settings(tmp_path_factory, changes):
    try:
        settings = chosen(changes).prepared().settings
    except LearnsimError:
        assume(False)
    place = tmp_path_factory.mktemp("saved") / "x.toml"
    place.write_text(toml_of(settings), encoding="utf-8")
    again = load(place)
    assert numbers_of(again) == numbers_of(settings)
    assert again.baseline() == settings.baseline()
    assert [again.arm(name) for name in again.arms] == [settings.arm(name) for name in settings.arms]
    assert all(getattr(again, table) == getattr(settings, table) for table in TABLES)


@pytest.mark.exact
def test_a_saved_page_gives_the_numbers_that_were_shown(tmp_path):
    address = "left=linked-cells&left.shuffle=rotate&training.sessions=6&organisation.trainees=20&people.helpfulness.mean=0.4&experiment.seed=77"
    page_settings = PAGE.from_query(address)
    shown = shown_of(page_settings, 1)
    arms = json.loads(shown.record)["arms"]
    (tmp_path / "x.toml").write_text(toml_of(shown.prepared.settings))
    assert tomllib.loads((tmp_path / "x.toml").read_text())["experiment"]["seed"] == 77
    for arm, name in zip(arms, page_settings.names, strict=True):
        assert learnsim.run(tmp_path / "x.toml", arm=name)["mean_mastery"].tolist() == arm["curves"]["mean_mastery"]
