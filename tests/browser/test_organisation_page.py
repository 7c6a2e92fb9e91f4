"""The page of a user's own model on our organisation: the numbers of ``learnsim run``, controls, cells, a real browser."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

import learnsim
from helpers.page_server import serving
from learnsim.browser.cells_picture import groups_of, places_of
from learnsim.browser.organisation_settings import organisation_settings
from learnsim.errors import SettingsError
from learnsim.settings import load
from learnsim.settings.shipped import shipped

FILE = shipped()["rumour"]


def opened(**changes):
    shown = organisation_settings(load(FILE), "rumour.toml")
    for name, value in changes.items():
        shown = shown.changed(name.replace("__", "."), value)
    return shown


@pytest.mark.exact
@pytest.mark.parametrize("arms", [("hybrid", "isolated-cells"), ("shuffled-cells", "linked-cells"), ("flat-lecture", "hybrid")])
def test_the_page_plays_replicate_0_of_the_run(arms):
    changes = {"parameters.tell": 0.3, "organisation.cell_size": 5, "organisation.cycle_length": 3, "experiment.seed": 9}
    shown = opened(left=arms[0], right=arms[1], **changes)
    pair = shown.pair()
    pair.step(40)
    assert (pair.finished, pair.now.stopped, pair.reporters) == (True, (-1, -1), ("heard", "untouched"))
    settings = load(FILE).changed({**changes, "arms": {arm: {} for arm in arms}, "experiment.baseline": arms[1]})
    for side, arm in enumerate(arms):
        record = learnsim.run(settings, arm=arm)
        for name in pair.reporters:
            np.testing.assert_array_equal(pair.runs[side].reporters[name], record.measures[name])
    assert pair.runs[0].reporters["heard"] != pair.runs[1].reporters["heard"]
    pair.release()


def test_controls_have_the_declared_limits_and_units():
    shown = opened()
    assert shown.arms == ("hybrid", "isolated-cells")
    assert set(shown.known_arms) > {"hybrid", "flat-lecture"}
    start, tell, *cells = shown.controls
    assert (tell.label, tell.meaning) == ("tell (probability)", "chance of telling another in a period")
    assert (start.low, start.high, tell.value) == (0.0, 1.0, 0.2)
    assert [one.name for one in cells] == ["organisation.cell_size", "organisation.cycle_length"]
    assert opened(parameters__tell=0.7).controls[1].value == 0.7


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("parameters.tell=2", "should be a number between 0 and 1"),
        ("organisation.cell_size=1000000", "should be a number between"),
        ("organisation.roster=%22x.csv%22", "cannot be changed in the browser"),
        ("left.shuffle=random", "cannot be changed in the browser"),
        ("left=hybrd", "did you mean hybrid"),
    ],
)
def test_a_link_can_change_nothing_but_what_a_control_shows(query, message):
    with pytest.raises(SettingsError, match=message):
        opened().from_query(query).prepared()


def test_chips_are_the_fields_in_which_the_arms_differ():
    shown = opened(left="shuffled-cells")
    assert "shuffle" in shown.chips(0) and shown.chips(0).keys() == shown.chips(1).keys()
    assert all(shown.chips(0)[name] != value for name, value in shown.chips(1).items())
    assert opened(left="isolated-cells").chips(0) == {}


def test_a_wrong_setting_of_the_file_is_one_sentence():
    shown = organisation_settings(load(FILE).changed({"parameters.tel": 0.6}), "my.toml")
    with pytest.raises(SettingsError, match=r"^my\.toml: \[parameters\] tel is not a parameter of Rumour; did you mean tell"):
        shown.prepared()


def test_of_a_sweep_the_first_point_is_shown():
    shown = organisation_settings(load(FILE).changed({"sweep": {"parameters.tell": [0.6, 0.9]}}), "rumour.toml")
    assert shown.prepared().settings.parameters["tell"] == 0.6


@pytest.mark.parametrize("arm", ["hybrid", "flat-lecture"])
def test_everybody_has_a_place_of_their_own_in_their_cell(arm):
    pair = opened(left=arm).pair()
    groups = groups_of(pair.models[0])
    places, *_ = places_of(groups)
    everybody = [person.number for there in groups for cell in there for person in cell]
    assert sorted(everybody) == list(range(120))
    where = np.concatenate([cell for there in places for cell in there])
    apart = np.abs(where[:, None] - where[None]).max(axis=2)[~np.eye(120, dtype=bool)]
    assert apart.min() == pytest.approx(1.0)
    pair.release()


@pytest.mark.thorough
def test_the_page_in_a_real_browser(chromium, watched, tmp_path):
    with serving(str(FILE)) as (where, _), watched(chromium.new_page(viewport={"width": 1400, "height": 1100}), where) as page:
        page.goto(where)
        expect(page).to_have_title("learnsim: hybrid and isolated-cells", timeout=60_000)
        page.get_by_role("button", name="10 steps", exact=True).click()
        expect(page.locator(".learnsim-clock")).to_have_text("step 10 of at most 40", timeout=60_000)
        expect(page.locator(".learnsim-figure img")).to_have_count(6, timeout=60_000)
        expect(page.locator(".learnsim-key")).to_contain_text("heard: ")
        expect(page.locator(".learnsim-left .learnsim-chip", has_text="shuffle")).to_have_count(1)
        expect(page.locator(".learnsim-words")).to_contain_text(re.compile("heard: 0.* in hybrid"))
        page.wait_for_timeout(1000)
        page.screenshot(path=str(tmp_path / "page.png"))
        page.get_by_role("slider", name="tell (probability)").press("End")
        expect(page.locator(".learnsim-clock")).to_have_text("step 0 of at most 40", timeout=60_000)
        page.wait_for_function("location.search.includes('parameters.tell=1')")
