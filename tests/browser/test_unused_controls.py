"""Unused controls: what is shown as without effect has none in any bit, and what the page offers all the time may have one."""

import pytest

from learnsim.browser.controls import foremost, of_arm, others
from learnsim.browser.page_settings import PageSettings
from learnsim.browser.unused_controls import unused_on_page
from learnsim.errors import LearnsimError
from learnsim.models.runs import run_arm
from learnsim.settings import PRESETS, Settings, load

pytestmark = pytest.mark.thorough

SMALL = {
    "organisation.trainees": 26,
    "organisation.communities": 2,
    "organisation.cell_size": 4,
    "curriculum.items": 3,
    "curriculum.sessions_per_item": 2,
    "training.sessions": 6,
    "organisation.cycle_length": 2,
}
ROSTER = "id,learning_speed,sociability,helpfulness,interest_1,interest_2\n" + "".join(
    f"P{i},0.{i % 8 + 1},0.{i % 7 + 2},0.{i % 5 + 3},{1 if i % 2 else 0.4},0.{i % 9}\n" for i in range(26)
)
WORLDS = {
    "lectures": {"left": "flat-lecture"},
    "peers": {"left": "peer-instruction", "right": "isolated-cells"},
    "linked": {"left": "linked-cells", "right": "collective"},
    "shuffled": {"left": "shuffled-cells", "right": "isolated-cells"},
    "one community": {"organisation.communities": 1},
    "one item": {"curriculum.items": 1},
    "nothing known": {"prior.share": 0.0},
    "everything known": {"prior.share": 1.0, "left": "flat-lecture"},
    "turnover": {"left": "flat-lecture", "training.turnover": 0.3},
    "cells that only listen": {"left": "hybrid", "left.lecture": 1.0, "left.briefing": 0.0, "left.exchange": 0.0, "left.council": 0.0},
    "briefing alone": {"left": "hybrid", "left.briefing": 1.0, "left.exchange": 0.0, "left.instructor": False},
    "calendar": {"left": "isolated-cells", "right": "shuffled-cells", "training.throttle": "calendar"},
    "officers rotate": {"left.shuffle": "officers-rotate", "left.briefing": 0.0, "left.exchange": 1.0, "left.council": 0.0},
}


def page(changes, base=None):
    page_settings = PageSettings(base or Settings().changed(SMALL))
    for name, value in changes.items():
        page_settings = page_settings.changed(name, value)
    return page_settings


def bits(page_settings):
    """Everything that the page shows of both arms."""
    settings = page_settings.prepared().settings
    return [values.tobytes() for name in page_settings.names for values in run_arm(settings, name).measures.values()]


def controls_of(page_settings):
    settings = page_settings.prepared().settings
    sides = [
        (control, f"arms.{name}.{control.name.split('.')[1]}")
        for side, name in zip(("left", "right"), page_settings.names, strict=True)
        for first in (True, False)
        for control in of_arm(side, name, settings, foremost=first)
    ]
    return [(control, control.name) for control in [*foremost(settings), *others(settings)]] + sides


def values_of(control):
    if control.kind == "choice":
        return [{"true": True, "false": False}.get(option, option) for option in control.options]
    if control.kind == "text":
        return {"prior.known": [[0.6, 0.7]], "prior.unknown": [[0.1, 0.2]]}.get(control.name, [])
    kind = int if control.kind == "whole" else float
    return [kind(control.low), kind((control.low + control.high) / 2), kind(control.high)]


def unused_of(page_settings):
    reasons = unused_on_page(page_settings.prepared())
    return [
        (control, reasons.get(name) or reasons[name.rpartition(".")[0]])
        for control, name in controls_of(page_settings)
        if name in reasons or name.rpartition(".")[0] in reasons
    ]


@pytest.mark.parametrize("world", WORLDS)
def test_a_control_shown_as_without_effect_changes_no_bit(world):
    page_settings = page(WORLDS[world])
    before, tried = bits(page_settings), 0
    for control, why in unused_of(page_settings):
        for value in values_of(control):
            try:
                after = bits(page_settings.changed(control.name, value))
            except LearnsimError:
                continue
            assert after == before, (control.name, value, why)
            tried += 1
    assert tried > 0 or world == "turnover"


@pytest.mark.parametrize("preset", PRESETS)
def test_every_control_of_people_and_effects_is_idle_or_changes_something(preset):
    """Two equal arms: what is not told to be idle must be able to change a bit."""
    page_settings = page({"left": preset, "right": preset})
    before, idle = bits(page_settings), {control.name for control, _ in unused_of(page_settings)}
    for control, name in controls_of(page_settings):
        if control.name in idle or name.startswith("arms.") or not name.startswith(("learning.", "curriculum.", "training.")):
            continue
        results = []
        for value in values_of(control):
            try:
                results.append(bits(page_settings.changed(control.name, value)))
            except LearnsimError:
                continue
        assert any(after != before for after in results), control.name


def test_what_a_roster_says_of_everybody_is_not_offered(tmp_path):
    (tmp_path / "people.csv").write_text(ROSTER)
    (tmp_path / "x.toml").write_text('[organisation]\nroster = "people.csv"\ncommunities = 2\n[training]\nsessions = 4\n')
    page_settings = page({}, load(tmp_path / "x.toml"))
    reasons = unused_on_page(page_settings.prepared())
    assert {name for name in reasons if name.startswith("people.")} == {
        "people.learning_speed", "people.sociability", "people.helpfulness", "people.interest_concentration",
    }  # fmt: skip
    assert {"organisation.trainees", "organisation.communities"} <= reasons.keys()
    before = bits(page_settings)
    for name in ("people.learning_speed.sd", "people.helpfulness.mean", "people.interest_concentration"):
        assert bits(page_settings.changed(name, 0.3)) == before
    newcomers = unused_on_page(page_settings.changed("training.turnover", 0.2).changed("organisation.cycle_length", 2).prepared())
    assert not any(name.startswith("people.") for name in newcomers)


def test_two_lectures_have_no_use_for_cells_cycles_and_policies():
    reasons = unused_on_page(page({"left": "flat-lecture"}).prepared())
    assert {"organisation.cell_size", "organisation.cycle_length", "training.throttle"} <= reasons.keys()
    assert reasons["arms.flat-lecture.shuffle"] .text == "there are no groups"
