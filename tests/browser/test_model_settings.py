"""Model settings: the controls of a user's own model, and what a link may change."""

import math

import pytest

from helpers.towns import town
from learnsim.browser.model_settings import model_settings, range_of
from learnsim.errors import SettingsError
from learnsim.settings import load

NONE = (-math.inf, math.inf)


@pytest.fixture
def shown(tmp_path):
    file = town(tmp_path, replacing=[("[parameters]", '[sweep]\n"parameters.fails_at" = [0, 50]\n[parameters]')])
    return model_settings(load(file), str(file)).changed("left", "lively")


def named(shown, name):
    return next((one for one in shown.controls if one.name == f"parameters.{name}"), None)


def test_the_baseline_is_on_the_right_and_the_last_arm_on_the_left(tmp_path):
    file = town(tmp_path)
    shown = model_settings(load(file), str(file))
    assert shown.arms == ("breaks", "quiet")
    assert shown.known_arms == ("quiet", "lively", "stops", "breaks")


def test_ranges_and_choices_come_from_the_annotations_or_else_from_default_and_sweep(shown):
    people, fair, fails = (named(shown, name) for name in ("people", "fair", "fails_at"))
    assert (people.kind, people.low, people.high, people.value) == ("whole", 2, 30, 12)
    assert (fair.kind, fair.value) == ("switch", True)
    assert (fails.kind, fails.low, fails.high) == ("whole", 0, 100)  # twice the most that is swept
    alike = shown.changed("left", "quiet")
    assert named(alike, "weather").options == ("sun", "rain")
    assert (named(alike, "chance").low, named(alike, "chance").high, named(alike, "chance").step) == (0.0, 1.0, 0.01)


def test_what_differs_between_the_arms_has_no_control(shown):
    assert shown.differing == ("chance", "weather")
    assert named(shown, "chance") is None and named(shown, "weather") is None


def test_a_text_has_no_control_since_it_may_name_a_file(shown):
    assert named(shown, "greeting") is None


def test_a_change_is_made_in_both_arms_and_each_keeps_its_own(shown):
    settings = shown.changed("parameters.people", 5).prepared().settings
    assert settings.parameters["people"] == 5
    assert {name: arm.parameters for name, arm in settings.arms.items()} == {
        "lively": {"chance": 0.6, "weather": "rain"},
        "quiet": {"chance": 0.1, "weather": "sun"},
    }


def test_a_change_ends_when_an_arm_comes_that_keeps_the_parameter_to_itself(shown):
    alike = shown.changed("left", "quiet").changed("parameters.weather", "rain").changed("parameters.people", 4)
    assert alike.changed("left", "lively").changes == {"parameters.people": 4}


def test_the_address_line_says_what_is_shown_and_brings_it_back(shown):
    changed = shown.changed("parameters.people", 5).changed("parameters.fair", False).changed("experiment.seed", 9)
    again = shown.from_query(changed.query())
    assert (again.changes, again.arms) == (changed.changes, changed.arms)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("parameters.people=1000000000", "should be a number between 2 and 30"),
        ("parameters.people=2.5", "should be a number between 2 and 30"),
        ("parameters.people=nan", "should be a number between 2 and 30"),
        ("parameters.fair=1", "should be one of true, false"),
        ("parameters.greeting=%2Fetc%2Fpasswd", "cannot be changed in the browser"),
        ("parameters.chance=0.5", "cannot be changed in the browser"),
        ("model.class=%22os.py%3ASystem%22", "cannot be changed in the browser"),
        ("model.steps=5", "cannot be changed in the browser"),
        ("left=livly", "did you mean lively"),
    ],
)
def test_a_link_can_change_nothing_but_what_a_control_shows(shown, query, message):
    with pytest.raises(SettingsError, match=message.replace(".", r"\.")):
        shown.from_query(query).prepared()


def test_a_wrong_parameter_of_the_file_is_one_sentence(tmp_path):
    file = town(tmp_path, replacing=[("chance = 0.3", "chanse = 0.3")])
    with pytest.raises(SettingsError, match=r"\[parameters\] chanse is not a parameter of Town; did you mean chance"):
        model_settings(load(file), str(file)).prepared()


@pytest.mark.parametrize(
    ("values", "limits", "whole", "ends"),
    [
        ([0.3], NONE, False, (0.0, 1.0)),
        ([2.5], NONE, False, (0.0, 5.0)),
        ([-3.0, 1.0], NONE, False, (-6.0, 2.0)),
        ([0.0], NONE, True, (0.0, 10)),
        ([20.0], NONE, True, (1, 40.0)),
        ([0.3], (0.1, math.inf), False, (0.1, 1.1)),
        ([5.0], (0.0, 0.5), False, (0.0, 5.0)),
    ],
)
def test_a_slider_reaches_from_what_is_declared_or_around_what_is_known(values, limits, whole, ends):
    assert range_of(values, limits, whole=whole) == ends
