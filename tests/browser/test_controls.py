"""Controls: every setting is offered once, with its unit and meaning, in a range that holds it, and can be played."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from learnsim.browser.controls import OF_ARM, UNSEEN, foremost, of_arm, others
from learnsim.browser.page_settings import LOCKED, PREFIXED, PageSettings, tables_of, value_of
from learnsim.browser.shown_record import shown_of
from learnsim.errors import LearnsimError
from learnsim.grouping import OFFICERS, SHUFFLES
from learnsim.grouping.policies import shuffle_names
from learnsim.playback.plain_settings import FIRST, plain_setting
from learnsim.settings import ArmTable, Settings

TABLES = tables_of(Settings())

SMALL = {
    "organisation.trainees": 14,
    "organisation.communities": 2,
    "organisation.cell_size": 3,
    "training.sessions": 3,
    "organisation.cycle_length": 1,
}
TRAITS = {
    "constant": {"distribution": "constant", "value": 0.4},
    "uniform": {"distribution": "uniform", "low": 0.2, "high": 0.6},
    "beta": {"distribution": "beta", "mean": 0.4, "sd": 0.1},
    "lognormal": {"distribution": "lognormal", "mean": 0.4, "cv": 0.5},
}
PEOPLE = ("learning_speed", "sociability", "helpfulness")


def all_of(settings):
    return [*foremost(settings), *others(settings)]


def both_sides(settings, names=("hybrid", "flat-lecture")):
    return [
        control
        for side, name in zip(("left", "right"), names, strict=True)
        for first in (True, False)
        for control in of_arm(side, name, settings, foremost=first)
    ]


def named(name, settings):
    return next(control for control in [*all_of(settings), *both_sides(settings)] if control.name == name)


def leaves(settings):
    """Every setting of the tables, a trait's numbers one by one."""
    for table in TABLES:
        for key, value in getattr(settings, table):
            if table == "people" and key in PEOPLE:
                yield from (f"people.{key}.{part}" for part in type(value).model_fields if part != "distribution")
            else:
                yield f"{table}.{key}"
    yield from ("experiment.seed", "shocks")


def test_every_setting_is_offered_exactly_once_but_the_locked_ones():
    settings = Settings()
    assert sorted(control.name for control in all_of(settings)) == sorted(set(leaves(settings)) - {*LOCKED, *UNSEEN})


@hypothesis(max_examples=40, deadline=None)
@given(st.fixed_dictionaries({name: st.sampled_from(sorted(TRAITS)) for name in PEOPLE}))
def test_every_number_of_every_trait_is_offered_exactly_once(kinds):
    settings = Settings().changed({f"people.{name}": TRAITS[kind] for name, kind in kinds.items()})
    offered = [control.name for control in all_of(settings)]
    assert len(offered) == len(set(offered))
    for leaf in set(leaves(settings)) - {*LOCKED, *UNSEEN}:
        by = [name for name in offered if leaf == name or leaf.startswith(f"{name}.")]
        assert len(by) == 1, leaf


def test_every_field_of_an_arm_is_offered_exactly_once_for_each_side():
    offered = [control.name for control in both_sides(Settings())]
    fields = [key for key in ArmTable.model_fields if key not in ("preset", "network", "rewiring", "density")]
    assert sorted(offered) == sorted(f"{side}.{key}" for side in ("left", "right") for key in fields)
    first = [control.name for control in of_arm("left", "hybrid", Settings(), foremost=True)]
    assert first == [f"left.{key}" for key in OF_ARM]


def test_every_control_says_its_unit_and_meaning_as_declared():
    settings = Settings()
    for control in all_of(settings):
        if control.name == "shocks":
            assert control.meaning.startswith(Settings.model_fields["shocks"].description) and control.kind == "text"
            continue
        table, key, *part = control.name.split(".")
        declared = type(getattr(settings, table)).model_fields[key]
        assert control.meaning == declared.description
        unit = declared.json_schema_extra["unit"]
        words = [*([table] if table in PREFIXED else []), key.replace("_", " "), *part, *([f"({unit})"] if unit else [])]
        assert control.label == " ".join(words)
    for control in both_sides(settings):
        side, key = control.name.split(".")
        assert control.label == f"{side} {key}"
        assert control.meaning == ArmTable.model_fields[key].description.removesuffix(" (learnsim list)")


def test_what_a_course_can_choose_comes_first_and_only_what_the_model_reads():
    first = [control.name for control in foremost(Settings())]
    assert [*first, *(f"arm.{key}" for key in OF_ARM)] == list(FIRST)
    assert all(plain_setting(name).first for name in first)
    beliefs = [control.name for control in foremost(Settings(model={"kind": "beliefs"}))]
    assert beliefs[:4] == ["organisation.trainees", "organisation.cell_size", "organisation.cycle_length", "beliefs.dimensions"]


def test_no_two_controls_have_the_same_label():
    labels = [control.label for control in [*all_of(Settings()), *both_sides(Settings())]]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize("preset", ["hybrid", "flat-lecture", "collective"])
def test_each_controls_range_holds_its_value(preset):
    for control in [*all_of(Settings()), *both_sides(Settings(), (preset, preset))]:
        if control.kind in ("whole", "share"):
            assert control.low <= control.value <= control.high, control.name
            assert control.low < control.high and 0.0 < control.step < control.high - control.low, control.name
        elif control.kind == "choice":
            assert control.value in control.options, control.name
        else:
            assert tomllib.loads(f"x = {control.value}"), control.name


def test_the_controls_show_the_settings_values():
    settings = Settings().changed({"organisation.cycle_length": 7, "people.helpfulness.mean": 0.31, "prior.by": "person"})
    assert named("organisation.cycle_length", settings).value == 7
    assert named("people.helpfulness.mean", settings).value == 0.31
    assert named("prior.by", settings).value == "person"
    assert named("left.council", settings).value == settings.arm("hybrid").council == 0.3
    assert named("left.instructor", settings).value == "true"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("organisation.trainees", 4000),
        ("organisation.trainees", 8),
        ("organisation.cell_size", 100),
        ("training.sessions", 0),
        ("training.sessions", 900),
        ("organisation.cycle_length", 500),
        ("learning.lecture_effect", 3.5),
        ("learning.forgetting", 0.5),
        ("people.interest_concentration", 0.001),
        ("people.interest_concentration", 700.0),
    ],
)
def test_a_value_outside_the_usual_range_widens_it(name, value):
    usual, wide = named(name, Settings()), named(name, Settings().changed({name: value}))
    assert not usual.low <= value <= usual.high
    assert wide.value == value
    assert (wide.low, wide.high) == (min(usual.low, value), max(usual.high, value))


def test_a_fine_value_stands_on_its_sliders_steps():
    for value, step in ((0.5, 0.01), (0.117, 0.001)):
        control = named("learning.lecture_effect", Settings().changed({"learning.lecture_effect": value}))
        assert control.step == step
    assert named("learning.forgetting", Settings()).step == 0.001


def test_all_policies_can_be_chosen():
    assert set(named("left.shuffle", Settings()).options) == set(shuffle_names(plan=False))
    planned = Settings(organisation={"roster": "people.csv", "plan": "plan.csv"})
    assert set(named("left.shuffle", planned).options) == set(SHUFFLES)
    assert set(named("right.officer", Settings()).options) == set(OFFICERS)


def refusal_of(page_settings):
    """Play it; return the sentence if that is refused."""
    try:
        shown_of(page_settings, 1)
    except LearnsimError as error:
        return str(error)
    return ""


BASE = PageSettings(Settings().changed(SMALL))
LISTS = [c for c in [*all_of(BASE.base), *both_sides(BASE.base)] if c.kind == "choice"]
SLIDERS = [c for c in [*all_of(BASE.base), *both_sides(BASE.base)] if c.kind in ("whole", "share")]
REFUSED = {  # what goes against the rest of the settings
    "organisation.formation = given",
    "left.formation = given",
    "right.formation = given",
    "left.groups = none",
}


@pytest.mark.thorough
@pytest.mark.parametrize("control", LISTS, ids=lambda control: control.name)
def test_each_option_can_be_played_or_is_refused_with_a_sentence(control):
    assert len(control.options) > 1
    for option in control.options:
        value = {"true": True, "false": False}.get(option, option)
        message = refusal_of(BASE.changed(control.name, value))
        if f"{control.name} = {option}" in REFUSED:
            assert message.startswith("page: [") and "\n" not in message
        else:
            assert message == "", option


@pytest.mark.thorough
@pytest.mark.parametrize("control", SLIDERS, ids=lambda control: control.name)
def test_each_end_of_a_slider_can_be_played_or_is_refused_with_a_sentence(control):
    kind = int if control.kind == "whole" else float
    for value in {control.low, control.high}:
        message = refusal_of(BASE.changed(control.name, kind(value)))
        assert message == "" or message.startswith("page: ["), value


@pytest.mark.parametrize("kind", TRAITS)
def test_what_a_text_field_shows_can_be_typed_again(kind):
    page_settings = BASE.changed("people.learning_speed", TRAITS[kind]).changed("people.helpfulness", TRAITS[kind])
    settings = page_settings.prepared().settings
    fields = [control for control in all_of(settings) if control.kind == "text"]
    assert {"experiment.seed", "prior.known", "prior.unknown"} <= {control.name for control in fields}
    for control in fields:
        again = page_settings.changed(control.name, value_of(control.name, control.value, TABLES)).prepared().settings
        assert again == settings, control.name
