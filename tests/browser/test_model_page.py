"""The page of a user's own model in a real browser: two arms in step, controls, and errors as sentences."""

import re
import time

import pytest
from playwright.sync_api import expect

from helpers.page_server import serving
from helpers.towns import town

PORTRAYAL = '''

def agent_portrayal(agent):
    from mesa.visualization.components import AgentPortrayalStyle

    if agent.mood == "merry" and agent.model.chance > 0.55:
        raise ValueError("no colour for merry")
    return AgentPortrayalStyle(color="tab:pink", size=80)
'''
PIXELS = """all => all.filter(one => one.complete && one.naturalWidth).map(one => {
  const canvas = document.createElement("canvas");
  canvas.width = one.naturalWidth;
  canvas.height = one.naturalHeight;
  canvas.getContext("2d").drawImage(one, 0, 0);
  return canvas.toDataURL();
})"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with serving(str(town(tmp_path_factory.mktemp("town")))) as (where, _):
        yield where


@pytest.fixture
def page(chromium, watched, address):
    """A page with the arms lively and quiet."""
    with watched(chromium.new_page(viewport={"width": 1400, "height": 1100}), address) as shown:
        shown.goto(f"{address}?left=lively&right=quiet")
        at(shown, "step 0 of at most 8")
        yield shown


def at(page, clock):
    expect(page.locator(".learnsim-clock")).to_have_text(re.compile(clock), timeout=60_000)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def images(page):
    """The pictures and curves as the browser has them."""
    return page.locator(".learnsim-figure img").evaluate_all(PIXELS)


def all_differ(now, then):
    """Whether each picture is another one; while one is replaced there is one less."""
    return len(now) == len(then) and all(one != other for one, other in zip(now, then, strict=True))


def until(true, seconds=60.0):
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < seconds
        time.sleep(0.05)


def sentences(page):
    return page.locator(".learnsim-words").inner_text()


def test_each_arm_has_a_picture_its_curves_and_its_parameters(page):
    expect(page).to_have_title("learnsim: lively and quiet")
    until(lambda: len(images(page)) == 6)
    assert page.locator(".learnsim-left .learnsim-chip").all_inner_texts() == ["chance 0.6", "weather rain"]
    assert page.locator(".learnsim-right .learnsim-chip").all_inner_texts() == ["chance 0.1", "weather sun"]
    expect(page.get_by_text("Each arm keeps its own chance (0.6 and 0.1), weather (rain and sun).")).to_be_visible()
    expect(page.locator(".learnsim-key")).to_contain_text("mood: ● calm")
    assert "merry: 0 in lively, 0 in quiet." in sentences(page)


def test_both_arms_step_together_and_reset_plays_the_same_again(page):
    until(lambda: len(images(page)) == 6)
    start = images(page)
    press(page, "Step")
    at(page, "step 1 of at most 8")
    until(lambda: all_differ(images(page), start))
    first_step = images(page)
    press(page, "Step")
    at(page, "step 2 of at most 8")
    until(lambda: all_differ(images(page), first_step))  # curves that stay flat too
    press(page, "10 steps")
    at(page, "step 8 of at most 8")
    expect(page.get_by_role("button", name="Step", exact=True)).to_be_disabled()
    first = sentences(page)
    press(page, "Reset")
    at(page, "step 0 of at most 8")
    until(lambda: images(page) == start)
    press(page, "10 steps")
    at(page, "step 8 of at most 8")
    assert sentences(page) == first


def test_it_plays_to_the_end(page):
    press(page, "Play")
    at(page, "step 8 of at most 8")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_a_control_changes_both_arms_which_start_again(page):
    press(page, "Step")
    at(page, "step 1 of at most 8")
    page.get_by_label("people").press("End")
    at(page, "step 0 of at most 8")
    assert "parameters.people=30" in page.url or page.wait_for_function("location.search.includes('parameters.people=30')")
    page.get_by_role("switch", name="fair").click()
    page.wait_for_function("location.search.includes('parameters.fair=false')")
    assert page.locator(".learnsim-left .learnsim-chip").all_inner_texts() == ["chance 0.6", "weather rain"]


@pytest.mark.thorough
def test_other_arms_have_other_controls(page):
    expect(page.get_by_label("chance")).to_have_count(0)
    page.get_by_label("left arm").select_option("stops")
    expect(page.locator(".learnsim-left .learnsim-name")).to_have_text("stops")
    expect(page.get_by_text("Each arm keeps its own chance (0.3 and 0.1), ends at (3 and 0).".replace("ends at", "ends_at"))).to_be_visible()
    press(page, "10 steps")
    at(page, "step 8 of at most 8; stops stopped by itself after step 3")


@pytest.mark.thorough
def test_another_seed_is_another_town(page):
    press(page, "10 steps")
    at(page, "step 8 of at most 8")
    first = sentences(page)
    field = page.get_by_label("seed", exact=True)
    field.fill("77")
    field.press("Enter")
    at(page, "step 0 of at most 8")
    press(page, "10 steps")
    at(page, "step 8 of at most 8")
    assert sentences(page) != first


def test_a_model_that_raises_shows_one_sentence_and_the_page_stays_usable(page):
    page.get_by_label("left arm").select_option("breaks")
    expect(page.locator(".learnsim-left .learnsim-name")).to_have_text("breaks")
    press(page, "10 steps")
    alert = page.locator(".learnsim-error")
    expect(alert).to_contain_text(re.compile(r"breaks, step 4: ValueError: the bridge is closed \(town\.py, line \d+\)"))
    assert "Traceback (most recent" not in page.inner_text("body")
    page.get_by_label("left arm").select_option("lively")
    expect(alert).to_have_count(0)
    press(page, "10 steps")
    at(page, "step 8 of at most 8")


def test_a_link_with_too_large_a_number_shows_a_sentence(chromium, watched, address):
    with watched(chromium.new_page(), address) as page:
        page.goto(f"{address}?parameters.people=1000000")
        expect(page.locator(".learnsim-error")).to_contain_text("should be a number between 2 and 30")
        at(page, "step 0 of at most 8")


def test_nothing_is_wider_than_a_telephone(chromium, watched, address):
    with watched(chromium.new_page(viewport={"width": 380, "height": 800}), address) as page:
        page.goto(f"{address}?left=lively&right=quiet")
        until(lambda: len(images(page)) == 6)
        assert page.evaluate("document.documentElement.scrollWidth") <= 380


@pytest.mark.thorough
def test_the_users_own_portrayal_is_used_and_its_mistake_is_a_sentence(chromium, watched, tmp_path):
    with serving(str(town(tmp_path, more=PORTRAYAL))) as (where, _), watched(chromium.new_page(), where) as page:
        page.goto(f"{where}?left=lively&right=quiet")
        until(lambda: len(images(page)) == 6)
        expect(page.get_by_label("agents are coloured by")).to_have_value("agent_portrayal")
        expect(page.locator(".learnsim-key")).to_have_count(0)
        press(page, "10 steps")
        expect(page.locator(".learnsim-left .learnsim-wrong")).to_have_text(
            "The picture cannot be drawn (ValueError: no colour for merry)."
        )
        expect(page.locator(".learnsim-right .learnsim-wrong")).to_have_count(0)
        page.get_by_label("agents are coloured by").select_option("class")
        expect(page.locator(".learnsim-wrong")).to_have_count(0)
        expect(page.locator(".learnsim-key")).to_contain_text("class: ● Walker")


@pytest.mark.thorough
def test_a_model_with_nothing_to_draw_and_nothing_to_count_can_be_watched(chromium, watched, tmp_path):
    town(tmp_path)
    file = tmp_path / "bare.toml"
    file.write_text('[model]\nkind = "mesa"\nclass = "town.py:Bare"\nsteps = 4\n\n[arms.small]\n\n[arms.large]\nsize = 9\n')
    with serving(str(file)) as (where, _), watched(chromium.new_page(), where) as page:
        page.goto(where)
        at(page, "step 0 of at most 4")
        assert sentences(page) == "Bare has no model reporter that gives numbers, so that there are no curves."
        press(page, "Step")
        at(page, "step 1 of at most 4")
        assert images(page) == []
