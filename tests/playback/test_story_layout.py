"""Where the parts of a scene stand, in which letters and colours, and that they stay there from the guess to the answer."""

import pytest

from helpers.page_records import until
from helpers.story_page import PRIMARY, SCENE, answers, begin
from learnsim.playback.scenes import scenes
from learnsim.settings.arms import PRESETS

SCENES = [scene.id for scene in scenes()]
PARTS = ".learnsim-side canvas, .learnsim-timeline, .learnsim-seen > .learnsim-bar, .learnsim-scene button"
PLACES = f"""() => [...document.querySelectorAll("{PARTS}")].filter((part) => getComputedStyle(part).visibility === "visible")
  .map((part) => [part.tagName + part.className, ...["left", "top", "right", "bottom"].map((edge) =>
    Math.round(part.getBoundingClientRect()[edge]))])"""
LETTERS = """() => [...document.querySelectorAll(".learnsim-player *")].filter((part) => part.checkVisibility() &&
    [...part.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()) && !part.closest(".learnsim-unseen"))
  .map((part) => [parseFloat(getComputedStyle(part).fontSize) * (part.getScreenCTM ? part.getScreenCTM().a : 1),
    part.textContent.slice(0, 40)])"""


def stages(page):
    """Play a scene; yield what it is at with each of its stages."""
    if page.evaluate("player.story.scene.play") is not False:
        yield "guess"
        page.evaluate("() => { player.story.start(); player.clock.seek(7); player.draw(); }")
        page.wait_for_timeout(50)
        yield "playing"
        page.evaluate("() => { player.clock.seek(player.clock.last); player.draw(); }")
        answers(page)
    yield "result"


@pytest.mark.parametrize("language", ["en", "de"])
def test_everything_is_in_the_window_and_stays_where_it_is(story, language):
    story.evaluate("language => player.setLanguage(language)", language)
    for scene in SCENES:
        story.evaluate(
            "scene => player.story.open(player.story.scenes.concat(player.story.cards).find(({id}) => id === scene))", scene
        )
        places = {}
        for stage in stages(story):
            story.wait_for_timeout(50)
            there = story.evaluate(PLACES)
            assert len(there) >= 4, scene
            for name, left, top, right, bottom in there:
                assert left >= 0 and top >= 0 and right <= 1366 and bottom <= 768, (scene, stage, name, bottom)
            places[stage] = [place for place in there if not place[0].startswith("BUTTON")]
            primary = story.locator(PRIMARY)
            if primary.is_visible():
                places[f"{stage} button"] = [primary.bounding_box()]
        assert len({str(place) for stage, place in places.items() if "button" not in stage}) == 1, (scene, places)
        assert len({str(place) for stage, place in places.items() if "button" in stage}) <= 1, (scene, places)


def test_one_organisation_and_its_question_fill_the_window(story):
    begin(story)
    picture, scene = story.locator("canvas").bounding_box(), story.locator(SCENE).bounding_box()
    assert picture["width"] > 0.33 * 1366
    assert scene["x"] - (picture["x"] + picture["width"]) < 60 and scene["x"] + scene["width"] > 1320
    drawing = story.locator(".learnsim-guess-drawing").bounding_box()
    assert drawing["width"] > 0.9 * scene["width"] and drawing["height"] > 250


@pytest.mark.thorough
def test_every_letter_is_large_when_a_scene_is_presented(story):
    story.set_viewport_size({"width": 1920, "height": 1080})
    story.keyboard.press("f")
    for scene in SCENES:
        story.evaluate("scene => player.story.goTo(scene)", scene)
        for stage in stages(story):
            story.wait_for_timeout(50)
            least, text = min(story.evaluate(LETTERS))
            assert least >= 17, (scene, stage, text)
            for _, left, top, right, bottom in story.evaluate(PLACES):
                assert left >= 0 and top >= 0 and right <= 1920 and bottom <= 1080, (scene, stage)


def test_another_language_changes_words_and_nothing_else(story):
    begin(story)
    story.locator(".learnsim-guess input").last.fill("70")
    language = story.locator(".learnsim-language")
    language.select_option("de")
    assert story.locator(PRIMARY).inner_text() == "Das ist mein Tipp: abspielen"
    assert story.locator(".learnsim-guess output").last.inner_text() == "70 Punkte"
    story.locator(PRIMARY).click()
    begun = answers(story)
    assert begun[0].startswith("Tipp: 70 Punkte. Ergebnis: ")
    language.select_option("en")
    assert answers(story)[0].startswith("Your guess: 70 points. It was: ")
    assert not story.locator(".learnsim-guess-sliders").is_visible()
    assert story.locator(".learnsim-guess-drawing path.guess").count() == 2 and story.locator(".learnsim-guess").count() == 1
    language.select_option("de")
    assert answers(story) == begun
    story.locator(PRIMARY).click()  # and the number of another scene, half-way
    story.locator(PRIMARY).click()
    story.locator(PRIMARY).click()
    story.evaluate(
        "() => { player.story.guess.value = 7; player.story.guess.touch(); player.story.start(); player.clock.seek(7); }"
    )
    language.select_option("en")
    assert story.evaluate("[player.story.stage, player.story.guess.value, player.clock.row]") == ["playing", 7, 7]
    story.locator(PRIMARY).click()
    assert answers(story)[0].startswith("Your guess: 7 points more.")


# --- an arm has one look everywhere ---


def test_each_preset_has_a_look_and_arms_beside_each_other_have_different_ones(scripts):
    looks = {name: scripts.evaluate("name => learnsim.looksOf([name])[0]", name) for name in PRESETS}
    assert (looks["hybrid"], looks["flat-lecture"]) == (0, 1) and set(looks.values()) == {0, 1, 2, 3}
    for scene in scenes():
        left, right = (scene.address.split("&")[k].partition("=")[2] for k in (0, 1))
        assert scripts.evaluate("names => learnsim.looksOf(names)", [left, right]) == [looks[left], looks[right]], scene.id
    for names, wanted in (
        (["mine", "yours"], [0, 1]), (["mine", "hybrid"], [1, 0]), (["flat-lecture", "mine"], [1, 0]),
        (["hybrid", "hybrid-2"], [0, 1]), (["shuffled-cells", "linked-cells"], [3, 0]),
        (["constructor", "a", "b", "c"], [0, 1, 2, 3]), (list(PRESETS)[:4], [1, 3, 0, 2]),
    ):  # fmt: skip
        assert scripts.evaluate("names => learnsim.looksOf(names)", names) == wanted, names


def test_an_arm_has_one_colour_and_line_in_all_scenes_and_places(story):
    seen = {}
    for scene in ("lecture", "cells", "officers", "shuffles", "wrong_teacher", "do_shuffles_help"):
        story.evaluate("scene => player.story.goTo(scene)", scene)
        story.evaluate(
            "() => { player.follow(3); player.story.start(); player.clock.seek(player.clock.last); player.draw(); }"
        )
        answers(story)
        until(story, """() => player.record.arms.every((arm) => document.querySelector(`.learnsim-curve.learnsim-of-${arm.look}`))
            && document.querySelectorAll("polyline.learnsim-card-line").length >= player.record.arms.length""")
        for name, places in story.evaluate("""() => player.record.arms.map((arm, a) => {
            const of = (selector, what) => { const part = document.querySelector(selector);
              return part && getComputedStyle(part)[what]; };
            const guessed = player.story.scene.guess?.arm === a, line = `.learnsim-curve.learnsim-of-${arm.look}`;
            const card = document.querySelectorAll("polyline.learnsim-card-line")[a];
            const drawing = [...learnsim.drawingOf(player).querySelectorAll(":scope > text")]
              .find((text) => text.textContent === arm.label);
            const rgb = (colour) => { const pen = document.createElement("canvas").getContext("2d"); pen.fillStyle = colour;
              const n = parseInt(pen.fillStyle.slice(1), 16); return `rgb(${n >> 16}, ${(n >> 8) & 255}, ${n & 255})`; };
            return [arm.name, {
              colours: [of(`.learnsim-arm-${a} h2.learnsim-name`, "color"), of(`.learnsim-card-side.learnsim-arm-${a} h3`, "color"),
                of(line, "stroke"), getComputedStyle(card).stroke, rgb(drawing.getAttribute("fill")),
                ...(guessed ? [of("path.happened", "stroke"), of("circle.happened", "fill")] : [])],
              lines: [document.querySelector(line), card, ...(guessed ? [document.querySelector("path.happened")] : [])]
                .map((path) => path.getAttribute("stroke-dasharray") || ""),
            }]; })"""):
            seen.setdefault(name, []).append(places)
    assert set(seen) == {"flat-lecture", "isolated-cells", "linked-cells", "hybrid", "shuffled-cells"}
    colours = {name: {colour for places in many for colour in places["colours"]} for name, many in seen.items()}
    lines = {name: {line for places in many for line in places["lines"]} for name, many in seen.items()}
    assert {len(some) for some in colours.values()} == {1} == {len(some) for some in lines.values()}, (colours, lines)
    assert len({str(colours[name]) for name in ("flat-lecture", "isolated-cells", "linked-cells", "hybrid")}) == 4


# --- a file keeps its history by itself ---


def test_back_and_forward_go_through_the_scenes_of_a_file_and_a_link_opens_one(story, scenes_file):
    begin(story)
    story.get_by_role("button", name="Next").click()
    assert story.evaluate("location.hash") == "#scene=cells"
    story.get_by_role("button", name="Leave the story").click()
    for go, scene in ((story.go_back, "2 of 6"), (story.go_back, "1 of 6"), (story.go_forward, "2 of 6")):
        go()
        story.wait_for_selector(f"{SCENE} >> text=Scene {scene}")
    assert story.locator("canvas").count() == 2
    story.go_back()
    story.go_back()
    story.wait_for_selector(SCENE, state="detached")
    story.goto(f"{scenes_file.as_uri()}#scene=officers")
    story.reload()
    assert "Scene 3 of 6" in story.locator(SCENE).inner_text()
    story.goto(f"{scenes_file.as_uri()}#scene=nosuch")
    story.reload()
    assert story.locator(SCENE).count() == 0
