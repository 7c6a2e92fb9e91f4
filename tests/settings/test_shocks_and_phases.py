"""Shocks and phases: tables in a list, their mistakes as one sentence with the place and the cure, and their sweeps."""

import tomllib

import pytest

from learnsim.errors import SettingsError
from learnsim.experiments.design.checks import design_of
from learnsim.provenance import identity
from learnsim.settings import parse_assignment, validate
from learnsim.settings.edit import path_of, put
from learnsim.settings.settings import Settings
from learnsim.settings.write import toml_of

BLENDED = {"arms": {"blended": {"preset": "flat-lecture", "phases": [{"from": 20, "preset": "hybrid"}]}}}


def message_of(tree):
    with pytest.raises(SettingsError) as error:
        validate(tree, "x.toml")
    return str(error.value).removeprefix("x.toml: ")


def phased(**phase):
    return {"arms": {"flat-lecture": {"phases": [phase]}}}


MISTAKES = [  # the tables; what the sentence says
    ({"shocks": [{"at": 60}]}, "[[shocks]] number 1: at = 60 is after the end of [training] sessions = 60"),
    ({"shocks": [{"at": 0}, {"items": [7]}]}, "[[shocks]] number 2: items = [7] has 7, and [curriculum] items = 6"),
    ({"shocks": [{"who": "lecturer", "kind": "leave"}]}, "only trainees leave or are absent; for a time without lectures"),
    ({"shocks": [{"who": "instructor", "count": 2}]}, "there is one instructor; leave them out"),
    ({"shocks": [{"count": 1, "share": 0.5}]}, "count = 1 and share = 0.5 exclude each other"),
    ({"shocks": [{"who": "oficers"}]}, "did you mean officers?"),
    ({"shocks": [{"whom": "officers"}]}, "whom is not a setting"),
    ({"shocks": {"at": 0}}, "should be a list"),
    (phased(**{"from": 23, "preset": "hybrid"}), "from = 23 is within a cycle of 10 sessions, and a phase begins with a cycle; the nearest is from = 20"),
    (phased(**{"from": 26, "preset": "hybrid"}), "the nearest is from = 30"),
    (phased(**{"from": 20, "preset": "hybrd"}), "'hybrd' is not a preset; did you mean hybrid?"),
    (phased(**{"from": 20, "lecture": 0.5}), "lecture + briefing + exchange = 0.5 + 0 + 0 = 0.5; a session's shares must add up to 1"),
    (phased(**{"from": 20, "lecture": 0.5, "idle": 0.4}), "lecture + briefing + exchange + idle = 0.5 + 0 + 0 + 0.4 = 0.9"),
    (phased(preset="hybrid"), "from is missing"),
    (phased(**{"from": 20, "formation": "random"}), "formation is not a setting"),
    ({"arms": {"flat-lecture": {"phases": [{"from": 20}, {"from": 20}]}}}, "from = 20 must be after the phase before it"),
    ({"arms": {"hybrid": {"briefing": 0.2, "exchange": 0.2, "idle": 0.6, "council": 1.01}}}, "must be from 0 to 1"),
    ({"communities": {"minimum": 61}}, "minimum = 61 is more than an even size: 240 people in 4 communities are 60 each"),
    ({"misconceptions": {"held": [0.9, 0.1]}}, "must be written [low, high]"),
]


@pytest.mark.parametrize(("tree", "sentence"), MISTAKES, ids=[text[:30] for _, text in MISTAKES])
def test_a_mistake_is_one_sentence_that_says_what_is_allowed(tree, sentence):
    message = message_of(tree)
    assert sentence in message and "\n" not in message and "\x1b" not in message


@pytest.mark.parametrize("kind", ["beliefs", "search"])
@pytest.mark.parametrize(
    "tree",
    [
        {"shocks": [{"at": 0}]},
        {"communities": {"drift": 0.1}},
        {"misconceptions": {"share": 0.1}},
        {"training": {"leavers": "random"}},
        {"arms": {"hybrid": {"phases": [{"from": 10, "shuffle": "none"}]}}},
        {"arms": {"hybrid": {"idle": 0.0}}},
    ],
)
def test_other_models_refuse_what_has_no_meaning_there(kind, tree):
    assert "belongs to kind = 'training'" in message_of({"model": {"kind": kind}, **tree})


def test_a_phase_keeps_what_it_does_not_name_and_phases_follow_each_other():
    phases = [{"from": 20, "preset": "hybrid", "cell_size": 4}, {"from": 30, "shuffle": "none", "cycle_length": 5}, {"from": 40}]
    first, second, third = validate({"arms": {"flat-lecture": {"phases": phases}}}, "x").arm("flat-lecture").phases
    assert (first.arm.preset, first.cell_size, first.cycle_length) == ("hybrid", 4, 10)
    assert (second.arm.exchange, second.arm.shuffle, second.cell_size, second.cycle_length) == (0.7, "none", 4, 5)
    assert third == second._replace(start=40)


def test_idle_time_of_officers_goes_to_the_council_first():
    def officers_share(**fields):
        return validate({"arms": {"a": {"preset": "hybrid", **fields}}}, "x").arm("a").officers_share

    assert officers_share() == 1.0 - 0.3 / 1.0
    assert officers_share(briefing=0.3, exchange=0.3, idle=0.4, council=0.3) == 1.0
    assert officers_share(briefing=0.3, exchange=0.3, idle=0.4, council=0.7) == pytest.approx(0.5, abs=1e-15)
    assert officers_share(briefing=0.0, exchange=0.0, idle=1.0, council=1.0) == 1.0


def test_what_is_written_of_shocks_and_phases_says_the_same_again():
    tree = {**BLENDED, "shocks": [{"at": 3, "who": "officers", "share": 0.5}], "sweep": {"shocks.0.level": [0.5, 1.0]}}
    settings = validate(tree, "x")
    again = validate(tomllib.loads(toml_of(settings)), "x")
    assert again.arm("blended") == settings.arm("blended") and again.shocks == settings.shocks
    assert identity(again) == identity(settings) != identity(validate(BLENDED, "x"))


def test_a_dotted_name_finds_its_arm_even_if_that_has_dots():
    assert path_of("arms.a 1.5.phases.0.from") == ["arms", "a 1.5", "phases", "0", "from"]
    assert path_of("arms.a.phases") == ["arms", "a", "phases"]
    assert path_of("shocks.12.items") == ["shocks", "12", "items"]


def test_a_sweep_of_a_shock_or_a_phase_makes_its_points():
    sweep = {"shocks.0.at": [0, 5], "arms.blended.phases.0.from": [10, 40]}
    design = design_of(validate({**BLENDED, "shocks": [{}], "sweep": sweep}, "x"), "x")
    there = [(point.settings.shocks[0].at, point.settings.arm("blended").phases[0].start) for point in design.points]
    assert there == [(0, 10), (0, 40), (5, 10), (5, 40)]
    assert design.warnings == ()


@pytest.mark.parametrize(
    ("swept", "sentence"),
    [
        ({"shocks.1.at": [0]}, "there is no shocks number 1: there is 1, counted from 0"),
        ({"shocks.at": [0]}, "counted from 0, for example shocks.0.at"),
        ({"shocks.0.att": [0]}, "did you mean at?"),
        ({"shocks.0.at": [0, 99]}, "at = 99 is after the end"),
        ({"arms.blended.phases.0.from": [20, 25]}, "the nearest is from = 20"),
        ({"arms.blended.phases.3.from": [20]}, "there is no arms.blended.phases number 3"),
        ({"arms.blnded.phases.0.from": [20]}, "did you mean blended?"),
    ],
)
def test_a_wrong_sweep_of_a_shock_or_a_phase_is_one_sentence(swept, sentence):
    with pytest.raises(SettingsError) as error:
        design_of(validate({**BLENDED, "shocks": [{}], "sweep": swept}, "x.toml"), "x.toml")
    assert sentence in str(error.value) and str(error.value).startswith("x.toml: [sweep] ")


def test_an_assignment_changes_one_setting_of_a_shock():
    tree = {"shocks": [{"count": 3}, {"at": 2}]}
    name, value = parse_assignment("shocks.0.share=0.25")
    put(tree, name, value, Settings)
    assert tree == {"shocks": [{"share": 0.25}, {"at": 2}]}  # which replaces the count
    put(tree, *parse_assignment('shocks=[{at = 5, kind = "leave"}]'), Settings)
    assert tree == {"shocks": [{"at": 5, "kind": "leave"}]}


@pytest.mark.parametrize(
    ("who", "arm", "lacks"),
    [
        ("lecturer", "hybrid", "there is no lecture"),
        ("instructor", "isolated-cells", "there is no council with an instructor"),
        ("officers", "flat-lecture", "there are no officers"),
    ],
)
def test_a_shock_of_somebody_an_arm_does_not_have_is_warned_of(who, arm, lacks):
    design = design_of(validate({"shocks": [{"who": who}], "arms": {arm: {}}}, "x"), "x")
    assert f"[[shocks]] number 1, who = {who!r}, can change nothing in {arm}: {lacks}" in design.warnings
    both = {"flat-lecture": {"phases": [{"from": 30, "preset": "linked-cells"}]}}
    assert not design_of(validate({"shocks": [{"who": who}], "arms": both}, "x"), "x").warnings
