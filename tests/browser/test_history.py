"""Back and Forward of the browser, and links: through changed settings and scenes, with the class list that is open."""

import pytest
from playwright.sync_api import expect

from helpers.shown_settings import PLAYER, settled

SCENE, PRIMARY = ".learnsim-scene", ".learnsim-story button.primary"
CLASS = "name\n" + "\n".join(f"Person {n}" for n in range(1, 25))


def until_shown(page, arms, people=240, sessions=60):
    """Wait until the player shows a record of these arms, and the URL has them."""
    page.wait_for_function(
        f"""([arms, people, sessions]) => {{ const {{ record, busy }} = {PLAYER};
        return !busy && record.people === people && record.sessions === sessions
          && record.arms.map((arm) => arm.name).join() === arms; }}""",
        arg=[arms, people, sessions],
    )


def until_scene(page, number, scene):
    page.wait_for_selector(f"{SCENE} >> text=Scene {number} of 6")
    page.wait_for_function(f"new URLSearchParams(location.search).get('scene') === '{scene}'")
    page.wait_for_selector(PRIMARY)  # once it is there


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def choose(page, name, option):
    page.locator(f"[id='learnsim-{name}']").select_option(option)


def slide(page, name, *keys):
    page.locator(f"[id='learnsim-{name}']").focus()
    for key in keys:
        page.keyboard.press(key)


def entries(page):
    return page.evaluate("history.length")


def use_list(page, sessions=60):
    page.locator(".learnsim-paste summary").click()
    page.locator(".learnsim-paste textarea").fill(CLASS)
    page.locator(".learnsim-paste button").click()
    until_shown(page, "hybrid,flat-lecture", people=24, sessions=sessions)


def test_back_undoes_each_change_of_a_setting_and_forward_makes_it_again(tab):
    page = tab("?replicates=0&training.sessions=20")
    first, begun = page.url, entries(page)
    choose(page, "right", "collective")
    until_shown(page, "hybrid,collective", sessions=20)
    slide(page, "training.sessions", "End")
    until_shown(page, "hybrid,collective", sessions=int(page.get_attribute("[id='learnsim-training.sessions']", "max")))
    assert entries(page) == begun + 2
    page.go_back()
    until_shown(page, "hybrid,collective", sessions=20)
    expect(page.locator("[id='learnsim-training.sessions']")).to_have_value("20")
    page.go_back()
    until_shown(page, "hybrid,flat-lecture", sessions=20)
    expect(page.locator("[id='learnsim-right']")).to_have_value("flat-lecture")
    assert page.url == first
    page.go_forward()
    until_shown(page, "hybrid,collective", sessions=20)
    choose(page, "left", "isolated-cells")  # another change after Back
    until_shown(page, "isolated-cells,collective", sessions=20)
    page.go_back()
    until_shown(page, "hybrid,collective", sessions=20)


def test_a_dragged_slider_and_a_held_key_are_one_entry_each(tab):
    page = tab("?replicates=0")
    begun, thumb = entries(page), page.locator("[id='learnsim-organisation.trainees']")
    thumb.scroll_into_view_if_needed()
    box = thumb.bounding_box()
    page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + box["height"] / 2, steps=15)
    page.mouse.up()
    page.wait_for_function("location.search.includes('trainees')")
    assert entries(page) == begun + 1
    slide(page, "organisation.cell_size", *["ArrowRight"] * 5)
    page.wait_for_function("location.search.includes('cell_size')")
    settled(page)
    assert entries(page) == begun + 2
    page.go_back()
    page.go_back()
    until_shown(page, "hybrid,flat-lecture")


def test_undo_of_a_refused_change_leaves_no_entry_behind(tab):
    page = tab("?replicates=0")
    choose(page, "right", "collective")
    until_shown(page, "hybrid,collective")
    valid = page.url
    slide(page, "organisation.cell_size", "Home")
    page.wait_for_function("location.search.includes('cell_size')")
    settled(page)
    page.get_by_role("button", name="more: the arms").click()
    share = page.locator("[id='learnsim-left.exchange']")
    share.wait_for()
    share.focus()
    share.press("Home")
    page.wait_for_selector(".learnsim-alert")
    page.locator(".learnsim-alert button").click()
    page.wait_for_selector(".learnsim-alert", state="detached")
    page.wait_for_function("!location.search.includes('exchange')")
    page.go_back()
    page.wait_for_function(f"location.href === {valid!r}")


def test_back_and_forward_go_through_the_scenes(tab):
    page = tab("?replicates=0")
    press(page, "Guess first: a story in scenes")
    until_scene(page, 1, "lecture")
    press(page, "Next")
    until_scene(page, 2, "cells")
    press(page, "Next")
    until_scene(page, 3, "officers")
    until_shown(page, "linked-cells,isolated-cells")
    page.go_back()
    until_scene(page, 2, "cells")
    until_shown(page, "isolated-cells,flat-lecture")
    page.go_back()
    until_scene(page, 1, "lecture")
    until_shown(page, "flat-lecture")
    page.go_back()
    page.wait_for_selector(SCENE, state="detached")
    until_shown(page, "hybrid,flat-lecture")
    page.go_forward()
    until_scene(page, 1, "lecture")
    page.keyboard.press("Escape")
    page.wait_for_selector(SCENE, state="detached")
    page.wait_for_function("!location.search.includes('scene')")
    until_shown(page, "isolated-cells,flat-lecture")  # nothing was changed before: what it showed stays
    page.go_back()
    until_scene(page, 1, "lecture")


def test_a_link_opens_its_scene_and_loading_again_keeps_it(tab):
    page = tab("?scene=officers&lang=de&replicates=0")
    page.wait_for_selector(f"{SCENE} >> text=Szene 3 von 6")
    page.reload()
    page.wait_for_selector(f"{SCENE} >> text=Szene 3 von 6")
    page.wait_for_selector(PRIMARY)
    until_shown(page, "linked-cells,isolated-cells")
    page.close()
    page = tab("?scene=oficers&replicates=0")
    assert "scene = 'oficers': is no scene of the story; did you mean officers?" in page.inner_text(".learnsim-alert")
    assert page.locator(SCENE).count() == 0


@pytest.mark.thorough
@pytest.mark.parametrize("way", ["button", "back"])
def test_a_class_list_and_changed_settings_come_back_after_the_story(tab, way):
    page = tab("?replicates=0&training.sessions=20")
    use_list(page, sessions=20)
    press(page, "Guess first: a story in scenes")
    until_scene(page, 1, "lecture")
    until_shown(page, "flat-lecture")
    if way == "button":
        press(page, "Next")
        until_scene(page, 2, "cells")
        press(page, "Leave the story")
    else:
        page.go_back()
    page.wait_for_selector(SCENE, state="detached")
    until_shown(page, "hybrid,flat-lecture", people=24, sessions=20)
    assert "Person 24" in page.evaluate(f"{PLAYER}.record.names.join()")
    choose(page, "right", "collective")  # and stays with another setting and Back
    until_shown(page, "hybrid,collective", people=24, sessions=20)
    page.go_back()
    until_shown(page, "hybrid,flat-lecture", people=24, sessions=20)


def test_a_class_list_that_is_opened_in_the_last_scene_leaves_the_story(tab):
    page = tab("?scene=own&replicates=0")
    use_list(page)
    page.wait_for_selector(SCENE, state="detached")
    page.wait_for_function("!location.search.includes('scene')")
    page.go_back()
    page.wait_for_selector(f"{SCENE} >> text=Your own people")
    until_shown(page, "hybrid,flat-lecture")


def test_who_is_followed_is_the_same_in_the_address_and_on_the_page(tab):
    page = tab("?replicates=0&person=17")
    page.wait_for_selector(".learnsim-trainee h2 >> text=person 17")
    assert page.get_by_label("follow:").input_value() == "17"
    page.get_by_role("button", name="Questions to try").click()
    press(page, "A small firm?")
    until_shown(page, "hybrid,flat-lecture", people=24)
    page.wait_for_selector(".learnsim-trainee h2 >> text=person 17")
    page.go_back()
    page.wait_for_selector(SCENE, state="detached")
    until_shown(page, "hybrid,flat-lecture")
    page.get_by_label("follow:").fill("200")
    page.get_by_label("follow:").press("Enter")
    page.wait_for_function("location.search.includes('person=200')")
    use_list(page)
    page.wait_for_selector(".learnsim-trainee", state="detached")
    page.wait_for_function("!location.search.includes('person')")
