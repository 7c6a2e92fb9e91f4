"""Plain settings: each control of the page is explained in plain words, in English and completely in German."""

import re

import pytest

from learnsim.browser.controls import foremost, of_arm, others
from learnsim.models.registry import shown_models
from learnsim.playback.plain_settings import FIRST, plain_option, plain_setting
from learnsim.playback.texts import table_of
from learnsim.settings import PRESETS, Settings

TRAITS = {
    "constant": {"distribution": "constant", "value": 0.4},
    "uniform": {"distribution": "uniform", "low": 0.2, "high": 0.6},
    "beta": {"distribution": "beta", "mean": 0.4, "sd": 0.1},
    "lognormal": {"distribution": "lognormal", "mean": 0.4, "cv": 0.5},
}
PEOPLE = ("learning_speed", "sociability", "helpfulness")


def controls():
    """Every control that the page can offer, of every kind of trait and every model that it plays."""
    found = {}
    for kind in shown_models():
        settings = Settings(model={"kind": kind})
        arms = [one for first in (True, False) for one in of_arm("left", "hybrid", settings, foremost=first)]
        found |= {one.name: one for one in [*foremost(settings), *others(settings), *arms]}
    for trait in TRAITS.values():
        settings = Settings().changed({f"people.{name}": trait for name in PEOPLE})
        found |= {one.name: one for one in [*foremost(settings), *others(settings)]}
    for side in ("left", "right"):
        for first in (True, False):
            found |= {one.name: one for one in of_arm(side, "hybrid", Settings(), foremost=first)}
    return found


CONTROLS = controls()


@pytest.mark.parametrize("name", CONTROLS)
def test_a_setting_means_in_english_what_is_declared(name):
    words = plain_setting(name)
    assert words.meaning and CONTROLS[name].meaning.startswith(words.meaning)
    assert words.plain and words.label and (not words.unit or f"({words.unit})" in CONTROLS[name].label)


@pytest.mark.parametrize("name", CONTROLS)
def test_a_setting_is_explained_in_german(name):
    english, german = plain_setting(name), plain_setting(name, "de")
    assert german.meaning != english.meaning and german.plain != english.plain
    assert (german.unit == english.unit) is (german.unit == "")
    named = not re.search(r"declared|off by default|definition|calibrated|conceptual", english.source)  # nothing but names
    assert (german.source == english.source) is named
    for option in CONTROLS[name].options:
        assert plain_option(name, option, "de") != option, option


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_two_settings_have_the_same_plain_name(language):
    names = {name: plain_setting(name, language).plain for name in CONTROLS if not name.startswith("right.")}
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_is_explained_that_no_control_offers(language):
    offered = {plain_setting(name).name for name in CONTROLS}
    explained = set(table_of(language, "settings"))
    traits = {f"people.{name}" for name in PEOPLE}
    assert explained - traits - offered == set()
    assert {key.rpartition(".")[0] for key in table_of(language, "options") if "." in key} <= offered
    assert set(table_of("de", "arms")) == set(PRESETS)
    units, sources = ({getattr(plain_setting(name), kind) for name in CONTROLS} for kind in ("unit", "source"))
    assert set(table_of("de", "units")) <= units and set(table_of("de", "sources")) <= sources


def test_what_is_first_is_offered():
    assert set(FIRST) == {plain_setting(name).name for name in CONTROLS if plain_setting(name).first}


def test_another_language_falls_back_to_what_is_declared():
    assert plain_setting("organisation.cell_size", "fr").plain == "cell size"
    assert plain_setting("people.sociability.sd", "fr").plain == "sociability sd"


def test_an_unknown_setting_is_an_error():
    for name in ("organisation.cel_size", "people.sociability.mode", "nothing", "left.speed"):
        with pytest.raises(KeyError):
            plain_setting(name)
