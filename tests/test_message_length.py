"""Message length: whatever a file repeats, five thousand letters or ten thousand names, a message stays readable."""

import itertools

import pytest

from learnsim.errors import (
    LONGEST_LIST,
    LONGEST_MESSAGE,
    LearnsimError,
    SettingsError,
    did_you_mean,
    listed,
    shortened,
    shown,
)
from learnsim.experiments.design.checks import design_of
from learnsim.grouping import load_policies
from learnsim.people import read_roster
from learnsim.settings import Settings, defaults, load, validate

LONG = "x" * 5000
MANY = [f"arm {number}" for number in range(10_000)]
HYBRID = {"preset": "hybrid"}
TREES = {
    "an unknown table": {LONG: 1},
    "unknown keys": {"training": dict.fromkeys(MANY, 1)},
    "an unknown key": {"training": {LONG: 1}},
    "unknown tables": dict.fromkeys(MANY, 1),
    "a long value": {"training": {"sessions": LONG}},
    "a long name": {"training": {"throttle": LONG}},
    "long lists": {"prior": {"known": [0.5] * 5000}},
    "nested lists": {"prior": {"known": [[LONG] * 50] * 50}},
    "a long arm": {"arms": {LONG: HYBRID}},
    "a long preset": {"arms": {"a": {"preset": LONG}}},
    "an arm without a preset": {"arms": {LONG: {}}},
    "a long field": {"arms": {"a": {LONG: 1}}},
    "a long baseline": {"arms": {"a": HYBRID}, "experiment": {"baseline": LONG}},
    "a baseline among many arms": {"arms": dict.fromkeys(MANY, HYBRID), "experiment": {"baseline": "flat"}},
    "a long sweep": {"arms": {"a": HYBRID}, "sweep": {LONG: [1]}},
    "a long arm of a sweep": {"arms": {"a": HYBRID}, "sweep": {f"arms.{LONG}.council": [1]}},
    "a long field of a sweep": {"arms": {"a": HYBRID}, "sweep": {f"arms.a.{LONG}": [1]}},
    "a swept arm among many": {"arms": dict.fromkeys(MANY, HYBRID), "sweep": {"arms.b.council": [0.1]}},
    "values twice": {"arms": {"a": HYBRID}, "sweep": {"training.sessions": [1] * 10_000}},
    "a swept text": {"arms": {"a": HYBRID}, "sweep": {"training.throttle": ["mean", LONG]}},
    "a swept policy": {"arms": {"a": HYBRID}, "sweep": {"arms.a.shuffle": ["random", LONG]}},
    "lists of many lengths": {
        "arms": dict.fromkeys(MANY[:2000], HYBRID),
        "design": {"kind": "zip"},
        "sweep": {f"arms.{name}.council": [0.1] * (1 + number % 2) for number, name in enumerate(MANY[:2000])},
    },
    "many swept settings": {
        "arms": dict.fromkeys(MANY[:500], HYBRID),
        "design": {"kind": "zip"},
        "sweep": {f"arms.{name}.council": [2.0] for name in MANY[:500]},
    },
    "a long shuffle": {"arms": {"a": HYBRID | {"shuffle": LONG}}},
    "a long officer": {"arms": {"a": HYBRID | {"officer": LONG}}},
    "a long measure": {"arms": {"a": HYBRID}, "experiment": {"measure": LONG}},
    "a long contrast": {"arms": {"a": HYBRID}, "experiment": {"precision": {"contrast": LONG, "half_width": 0.1}}},
    "a long roster": {"arms": {"a": HYBRID}, "organisation": {"roster": LONG}},
    "long policies": {"arms": {"a": HYBRID}, "experiment": {"policies": LONG}},
    "a long distribution": {"people": {"learning_speed": {"distribution": LONG}}},
    "a long part of a trait": {"people": {"learning_speed": {"distribution": "beta", "mean": 0.5, "sd": 0.1, LONG: 1}}},
}


def message_of(act):
    with pytest.raises(LearnsimError) as error:
        act()
    return str(error.value)


@pytest.mark.parametrize("name", TREES)
def test_no_message_about_a_file_is_longer_than_a_paragraph(name):
    message = message_of(lambda: design_of(validate(TREES[name], "my.toml"), "my.toml"))
    assert message.startswith("my.toml: ") and len(message) <= LONGEST_MESSAGE


@pytest.mark.parametrize(
    "assignment", [f"{LONG}=1", f"training.{LONG}=1", f"training.sessions={LONG}", f"training.sessions=[{LONG}", LONG]
)
def test_no_message_about_an_assignment_is_longer_than_a_paragraph(assignment):
    assert len(message_of(lambda: defaults([assignment]))) <= LONGEST_MESSAGE


def test_no_message_about_a_roster_or_a_path_is_longer_than_a_paragraph(tmp_path):
    for number, text in enumerate(
        (f"id,{LONG}\n1,2\n", f"id,speed\n1,{LONG}\n", "id," + ",".join(MANY) + "\n", f"id\n{LONG}\n{LONG}\n", LONG)
    ):
        (tmp_path / f"{number}.csv").write_text(text)
        assert len(message_of(lambda: read_roster(tmp_path / f"{number}.csv"))) <= LONGEST_MESSAGE
    targets = {"arms": {"a": HYBRID}, "experiment": {"targets": "/".join(["folder"] * 900)}}
    assert len(message_of(lambda: design_of(validate(targets, "x"), "x"))) <= LONGEST_MESSAGE
    for act in (lambda: load(LONG), lambda: load_policies(LONG), lambda: Settings().arm(LONG), lambda: Settings().changed({LONG: 1})):
        assert len(message_of(act)) <= LONGEST_MESSAGE


def test_warnings_about_many_arms_are_few_and_short():
    arms = {f"{number}-{'y' * 50}": HYBRID | {"shuffle": "none", "scope": "organisation"} for number in range(100)}
    design = design_of(validate({"arms": arms, "sweep": {"arms.0-" + "y" * 50 + ".fraction": [0.1, 0.2]}}, "x"), "x")
    assert len(design.warnings) <= 40 and max(map(len, design.warnings)) <= LONGEST_MESSAGE


def test_a_reason_that_arms_share_names_a_few_of_them():
    arms = {f"{number}-{'y' * 50}": HYBRID | {"council": 0.0} if number % 2 else {"preset": "flat-lecture"} for number in range(100)}
    tree = {"arms": arms, "sweep": {"learning.council_effect": [0.1, 0.2]}, "training": {"sessions": 0}}
    assert max(map(len, design_of(validate(tree, "x"), "x").warnings)) <= LONGEST_MESSAGE


@pytest.mark.parametrize(("most", "length"), list(itertools.product([20, 100, 600], [0, 1, 19, 20, 21, 100, 601, 5000])))
def test_a_shortened_text_has_both_ends_and_no_more_letters_than_asked(most, length):
    text = "".join(chr(97 + number % 26) for number in range(length))
    short = shortened(text, most)
    assert len(short) <= most and (short == text) == (length <= most)
    assert text.startswith(short[: most // 3]) and text.endswith(short[-(most // 3) :])


def test_a_list_names_what_fits_and_counts_the_rest():
    assert listed(["a", "b"]) == "a, b" and listed([]) == ""
    assert listed(["a", "b", "c"], most=2) == "a, b and 1 more"
    text = listed(MANY)
    assert len(text) <= LONGEST_LIST + 20 and text.startswith("arm 0, arm 1, ") and text.endswith(" more")
    assert listed([LONG]).startswith("xxx") and len(listed([LONG])) <= 80


def test_the_nearest_of_very_many_names_is_still_meant():
    assert did_you_mean("arm 512O", MANY) == "; did you mean arm 512?"
    assert did_you_mean(LONG, MANY).startswith("; known are arm 0, arm 1, ")
    assert did_you_mean("arm", [LONG, "arms"]) == "; did you mean arms?"


def test_a_shown_value_is_short_whatever_it_is():
    for value in (LONG, [LONG] * 100, {LONG: LONG}, 10**5000, b"x" * 5000, [[[LONG] * 9] * 9] * 9):
        assert len(shown(value)) <= 160


def test_an_error_keeps_its_message_when_it_is_raised_again():
    first = SettingsError(f"{LONG}: here; the cure")
    again = SettingsError(f"my.toml: {first}")
    assert str(again).startswith("my.toml: xxx") and str(again).endswith(": here; the cure")
