"""Shown arms: a page shows the only arm of a file, or all of them, or two of too many, and every shipped experiment opens."""

import json
from pathlib import Path
from unittest.mock import ANY

import pytest

from learnsim.browser.page_settings import PageSettings, opened
from learnsim.browser.shown_record import shown_of
from learnsim.errors import SettingsError
from learnsim.models.registry import info_of
from learnsim.settings import PRESETS, Settings, load

SHIPPED = Path(__file__).parents[2] / "experiments"


@pytest.mark.parametrize(
    ("arms", "shown", "unshown"),
    [
        (["mine"], ("mine",), ()),
        (["hybrid"], ("hybrid",), ()),
        (["a", "b"], ("b", "a"), ()),
        (["a", "b", "c"], ("c", "a", "b"), ()),
        (["a", "flat-lecture", "hybrid", "c"], ("hybrid", "flat-lecture", "a", "c"), ()),
        (["a", "b", "c", "d", "e"], ("e", "a"), ("b", "c", "d")),
    ],
)
def test_all_arms_of_a_file_are_shown_unless_they_are_too_many(arms, shown, unshown):
    settings = Settings(arms={name: {} if name in PRESETS else {"preset": "hybrid"} for name in arms})
    page_settings = opened(settings, "x.toml")
    assert (page_settings.names, page_settings.unshown) == (shown, unshown)
    assert tuple(page_settings.prepared().settings.arms) == shown
    again = page_settings.from_query(page_settings.query())
    assert again == page_settings


def test_arms_beside_the_two_that_were_taken_away_do_not_come_back():
    settings = Settings(arms={name: {"preset": "hybrid"} for name in "abc"})
    page_settings = opened(settings, "x.toml").changed("arms", [])
    assert page_settings.names == ("c", "a") and page_settings.unshown == ("b",)
    assert opened(settings, "x.toml").from_query(page_settings.query()).names == ("c", "a")


def test_so_many_people_and_sessions_are_shown_in_two_arms_alone():
    settings = Settings(arms={name: {"preset": "hybrid"} for name in "abc"}).changed({"organisation.trainees": 2000, "training.sessions": 600})
    assert opened(settings, "x.toml").names == ("c", "a")


def test_the_right_arm_can_be_left_out_and_has_no_fields_then():
    page_settings = PageSettings(Settings()).changed("right.shuffle", "none").changed("right", "")
    assert page_settings.names == ("hybrid",) and page_settings.changes == {}
    assert page_settings.from_query("left=collective&right=").names == ("collective",)
    with pytest.raises(SettingsError, match=r"right\.shuffle: there is no right arm"):
        page_settings.changed("right.shuffle", "none")
    with pytest.raises(SettingsError, match="neither an arm nor a preset"):
        page_settings.changed("left", "").prepared()


@pytest.mark.parametrize("path", sorted(SHIPPED.rglob("*.toml")), ids=lambda path: path.stem)
def test_every_experiment_that_is_shipped_opens(path):
    """Also those that report a measure which only their sweep has."""
    settings = load(path)
    if info_of(settings).playback:
        page_settings = opened(settings, str(path))
        names = page_settings.names
        assert len(names) == len(set(names)) == len(page_settings.prepared().settings.arms)
        assert not any(name.endswith("-2") for name in names)


def test_the_question_of_a_file_and_what_it_varies_are_shown():
    page_settings = opened(load(SHIPPED / "cycle_length.toml"), "cycle_length.toml")
    record = json.loads(shown_of(page_settings, 1).record)
    assert record["question"] == "How often should the cells be shuffled, and does it depend on how expertise is spread?"
    assert record["varied"] == {"en": ["sessions between shuffles", "who knows it"], "de": ANY}
    changed = json.loads(shown_of(page_settings.changed("organisation.cycle_length", 5), 2).record)
    assert changed["varied"]["en"] == ["who knows it"]
    assert json.loads(shown_of(PageSettings(Settings()), 3).record)["varied"] == {"en": [], "de": []}
