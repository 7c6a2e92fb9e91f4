"""Arms: presets, what may be overridden, and which fields contradict each other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnsim.errors import SettingsError
from learnsim.settings import PRESETS, Arm, ArmTable, Settings, validate

BUDGETS = {  # groups, lecture, council, instructor, briefing, exchange, shuffle
    "flat-lecture": ("none", 1.0, 0.0, False, 0.0, 0.0, "none"),
    "peer-instruction": ("cells", 0.5, 0.0, False, 0.0, 0.5, "none"),
    "collective": ("community", 0.5, 0.0, False, 0.0, 0.5, "none"),
    "isolated-cells": ("cells", 0.0, 0.0, False, 0.3, 0.7, "none"),
    "shuffled-cells": ("cells", 0.0, 0.0, False, 0.3, 0.7, "random"),
    "linked-cells": ("cells", 0.0, 0.3, True, 0.3, 0.7, "none"),
    "hybrid": ("cells", 0.0, 0.3, True, 0.3, 0.7, "random"),
}


def arm(name="hybrid", **fields):
    """The arm as a file would give it."""
    return ArmTable(**fields).resolve(name, Settings().organisation)


def test_there_are_the_seven_presets_of_the_design():
    assert {name: preset[1:8] for name, (_, preset) in PRESETS.items()} == BUDGETS


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_spends_the_whole_session_and_nothing_more(name):
    preset = PRESETS[name][1]
    assert preset.lecture + preset.briefing + preset.exchange == 1.0
    assert preset.council <= preset.briefing + preset.exchange
    assert preset.preset == name


@pytest.mark.parametrize("name", PRESETS)
def test_the_arm_of_a_presets_name_is_the_preset_itself(name):
    assert arm(name) == PRESETS[name][1] == Settings().arm(name)
    assert (arm(name).fraction, arm(name).scope, arm(name).officer) == (1.0, "community", "most-knowledgeable")


def test_one_field_overrides_and_the_others_stay():
    changed = arm("mine", preset="hybrid", shuffle="rotate", officer="fastest")
    assert changed == PRESETS["hybrid"][1]._replace(shuffle="rotate", officer="fastest")


def test_a_zero_or_a_no_is_a_value_and_not_left_out():
    changed = arm(council=0.0, instructor=False)
    assert (changed.council, changed.instructor) == (0.0, False)


def test_an_arms_formation_is_the_organisations_unless_it_says_otherwise():
    tree = {"organisation": {"formation": "random"}, "arms": {"hybrid": {}, "linked-cells": {"formation": "interest"}}}
    settings = validate(tree, "x")
    assert settings.arm("hybrid").formation == "random"
    assert settings.arm("linked-cells").formation == "interest"
    assert settings.arm("flat-lecture").formation == "random"


def test_an_unknown_preset_gets_the_nearest_name():
    with pytest.raises(SettingsError, match=r"'hybird' is neither an arm nor a preset; did you mean hybrid\?"):
        Settings().arm("hybird")


@settings(max_examples=200, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_an_arm_is_accepted_exactly_when_its_budget_is_possible(lecture, briefing, exchange, council):
    shares = {"lecture": lecture, "briefing": briefing, "exchange": exchange, "council": council}
    possible = abs(lecture + briefing + exchange - 1.0) <= 1e-9 and council <= briefing + exchange + 1e-9
    if possible:
        assert arm(**shares).lecture == lecture
    else:
        with pytest.raises(SettingsError, match=r"^\[arms.hybrid\] "):
            arm(**shares)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 100), st.integers(0, 100))
def test_shares_written_in_hundredths_add_up_to_one_despite_rounding(x, y):
    x, y = min(x, y), max(x, y)
    mine = arm(lecture=x / 100, briefing=(y - x) / 100, exchange=(100 - y) / 100, council=0.0)
    assert mine.lecture == x / 100


def test_a_budget_a_billionth_off_is_forgiven_and_a_millionth_is_not():
    assert arm(briefing=0.3 + 5e-10).briefing > 0.3
    with pytest.raises(SettingsError, match="must add up to 1"):
        arm(briefing=0.3 + 1e-6)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"lecture": 0.5}, r"lecture \+ briefing \+ exchange = 0.5 \+ 0.3 \+ 0.7 = 1.5; .* add up to 1"),
        ({"preset": "peer-instruction", "council": 0.6}, r"council = 0.6 exceeds briefing \+ exchange = 0.5"),
        ({"preset": "flat-lecture", "lecture": 0.5, "exchange": 0.5}, r"groups = 'none' .* cells, community, organ"),
        ({"groups": "none"}, r"groups = 'none' leaves nobody"),
        ({"preset": "hybrd"}, r"preset = 'hybrd' is not a preset; did you mean hybrid\?"),
    ],
)
def test_fields_that_contradict_each_other_are_named_with_the_arm(fields, sentence):
    with pytest.raises(SettingsError, match=r"^\[arms.mine\] " + sentence) as error:
        arm("mine", **{"preset": "hybrid", **fields})
    assert "\n" not in str(error.value)


def test_an_arm_with_a_new_name_needs_a_preset():
    with pytest.raises(SettingsError, match=r"^\[arms.hybird\] preset is missing, .* did you mean hybrid\?"):
        arm("hybird")


def test_the_council_takes_an_officers_time_from_the_cell():
    """Worked by hand: 1 - .3 / (.3 + .7) = .7, and 1 - .25 / .5 = .5."""
    assert PRESETS["hybrid"][1].officers_share == 0.7
    assert arm("peer-instruction", council=0.25).officers_share == 0.5


def test_without_a_council_an_officer_keeps_all_of_the_time():
    assert PRESETS["isolated-cells"][1].officers_share == 1.0
    assert PRESETS["flat-lecture"][1].officers_share == 1.0


def test_the_instructor_takes_half_the_council_or_none_of_it():
    hybrid = PRESETS["hybrid"][1]
    assert (hybrid.instruction, hybrid.consultation) == (0.15, 0.15)
    alone = arm(instructor=False)
    assert (alone.instruction, alone.consultation) == (0.0, 0.3)


def test_a_council_may_take_all_of_an_officers_time():
    assert arm(council=1.0).officers_share == 0.0


def test_the_order_of_an_arms_fields_is_fixed():
    assert Arm._fields[:8] == ("preset", "groups", "lecture", "council", "instructor", "briefing", "exchange", "shuffle")
