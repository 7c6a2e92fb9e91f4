"""The story in a real browser: guessed, played and left by keyboard and by mouse; its numbers are those of the record."""

import re

import pytest

from helpers.story_page import FIRST, PRIMARY, SCENE, answers, begin, end, record_of, there
from learnsim.models.runs import run_arm
from learnsim.playback.repetitions import repetitions
from learnsim.playback.scenes import scenes_for_player
from learnsim.playback.texts import all_texts


def test_a_whole_story_is_walked_by_keyboard(story):
    page, titles = story, []
    page.locator(PRIMARY).focus()
    page.keyboard.press("Enter")
    for scene in range(1, 6):
        assert f"Scene {scene} of 6" in page.locator(SCENE).inner_text()
        assert page.evaluate("document.activeElement.tagName") == "H2"  # a screen reader begins with the heading
        titles.append(page.evaluate("document.activeElement.textContent"))
        page.locator(".learnsim-guess input").last.focus()
        for _ in range(5):
            page.keyboard.press("ArrowRight")
        page.locator(PRIMARY).focus()
        assert page.locator(PRIMARY).inner_text() == "That is my guess: play"
        page.keyboard.press("Enter")
        assert answers(page)[0].startswith("Your guess: ")
        page.keyboard.press("Enter")  # the same button goes on
    assert len(set(titles)) == 5
    assert "install learnsim" in page.locator(SCENE).inner_text()  # a file has no settings
    page.keyboard.press("Escape")
    assert page.locator(SCENE).count() == 0
    assert page.evaluate("document.activeElement.textContent") == page.locator(PRIMARY).inner_text()


def test_a_curve_is_drawn_by_mouse_and_compared_with_what_happened(story):
    begin(story)
    box = story.locator(".learnsim-guess-drawing").bounding_box()
    margin = story.evaluate("window.player.story.guess.margin")
    top, bottom = box["y"] + margin["top"], box["y"] + box["height"] - margin["bottom"]
    story.mouse.move(box["x"] + 60, bottom - 10)
    story.mouse.down()
    story.mouse.move(box["x"] + box["width"] - margin["right"], top + 0.3 * (bottom - top), steps=6)
    story.mouse.up()
    drawn = story.evaluate("window.player.story.guess.value")
    assert abs(drawn - 70) <= 2
    story.locator(PRIMARY).click()
    lecture = "left=isolated-cells&right=flat-lecture"
    said = answers(story)
    assert said[0] == f"Your guess: {drawn} points. It was: {end(lecture, 1):.0f} points."
    assert f"brought them to {end(lecture, 1):.0f} of 100 points" in said[1]
    assert f"to {end(lecture, 1, 'slow_mean'):.0f}, the fastest to {end(lecture, 1, 'fast_mean'):.0f}" in said[1]


def test_the_first_scene_shows_one_organisation_and_leaving_shows_both(story):
    assert story.locator("canvas").count() == 2
    begin(story)
    assert story.locator("canvas").count() == 1
    story.get_by_role("button", name="Leave the story").click()
    assert story.locator("canvas").count() == 2


def test_the_end_is_not_shown_before_the_guess(story):
    begin(story)
    story.evaluate("for (const part of ['charts', 'words']) window.player[part].append('The end is known.')")
    assert [part.is_visible() for part in story.get_by_text("The end is known.").all()] == [False, False]
    assert not re.search(rf"\b{end('left=isolated-cells&right=flat-lecture', 1):.0f}\b", story.locator(SCENE).inner_text())
    story.locator(PRIMARY).click()
    answers(story)
    assert not story.evaluate("window.player.root.classList.contains('learnsim-guessing')")


def test_the_end_is_not_shown_while_the_scene_plays(story):
    story.emulate_media(reduced_motion="no-preference")
    begin(story)
    story.locator(PRIMARY).click()
    assert story.evaluate("window.player.story.stage") == "playing"
    assert not story.locator(".learnsim-charts").is_visible() and not story.locator(".learnsim-words").is_visible()
    story.locator(PRIMARY).click()  # to the end
    answers(story)
    assert story.locator(".learnsim-charts").is_visible()


def test_half_way_lies_between_as_long_as_it_is_not_set(story):
    begin(story)
    half, last = story.locator(".learnsim-guess input").all()
    last.fill("54")
    at = "row => window.player.story.guess.at(row)"
    begun, sessions = story.evaluate(at, 0), story.evaluate("window.player.record.sessions")
    assert abs(story.evaluate(at, sessions // 2) - (begun + 54) / 2) < 0.01
    half.fill("40")
    last.fill("50")
    assert [story.evaluate(at, row) for row in (sessions // 2, sessions)] == [40, 50]


def test_what_is_shown_after_a_scene_is_no_change_of_it(story):
    begin(story)
    story.get_by_role("button", name="Leave the story").click()
    compared = "record => { window.player.setRecord(record); return window.player.previous !== null; }"
    assert story.evaluate(compared, record_of(FIRST)) is False
    assert story.evaluate(compared, record_of("left=hybrid&right=isolated-cells")) is True


def test_a_council_is_drawn_only_where_there_is_one(story):
    story.evaluate("record => window.player.setRecord(record)", record_of("left=hybrid&right=isolated-cells"))
    story.wait_for_function("window.player.pictures.every(picture => picture.layout)")
    story.wait_for_timeout(300)
    at_the_hub = """() => window.player.pictures.map(({ canvas, layout }) => {
      const [x, y] = layout.hubs[0].map((part) => Math.round(part * canvas.width));
      return canvas.getContext("2d").getImageData(x, y, 1, 1).data[3]; })"""
    assert story.evaluate(at_the_hub) == [255, 0]


def test_what_happened_is_in_sight_also_in_a_low_window(story):
    begin(story)
    story.set_viewport_size({"width": 390, "height": 420})
    story.evaluate("window.scrollTo(0, 600); player.clock.seek(player.clock.last)")  # at the pictures
    story.locator(".learnsim-result p").first.wait_for()
    box = story.locator(".learnsim-result").bounding_box()
    assert box["y"] >= -0.5
    assert box["y"] + box["height"] <= 420.5


def test_curves_that_were_hidden_while_the_scene_played_are_drawn_once_they_are_there(story):
    wide, drawn = story.evaluate("""(() => { const [chart] = player.curves.charts;
      chart.box.style.display = "none";
      chart.resize();
      player.clock.seek(player.clock.last);
      player.draw();
      chart.box.style.display = "";
      chart.resize();
      return [chart.wide, Number(chart.clips[0].getAttribute("width"))]; })()""")
    assert drawn > 0.5 * wide > 0


def test_without_a_guess_the_scene_plays_all_the_same(story):
    begin(story)
    story.locator(PRIMARY).click()
    assert not answers(story)[0].startswith("Your guess")


def test_back_next_and_guess_again_begin_anew(story):
    begin(story)
    story.get_by_role("button", name="Next").click()
    assert "Scene 2 of 6" in story.locator(SCENE).inner_text() and story.locator("canvas").count() == 2
    story.locator(PRIMARY).click()
    answers(story)
    story.get_by_role("button", name="Guess again").click()
    assert story.locator(".learnsim-result p").count() == 0 and story.locator(".learnsim-guess input").first.is_visible()
    story.get_by_role("button", name="Back").click()
    assert "Scene 1 of 6" in story.locator(SCENE).inner_text() and story.locator("canvas").count() == 1


def test_the_sentence_is_chosen_by_the_numbers(story):
    begin(story)
    for _ in range(3):
        story.get_by_role("button", name="Next").click()
    for shift, key in ((1.1, "more"), (0.9, "hardly"), (-0.9, "hardly"), (-1.1, "less")):
        story.evaluate(
            """shift => { const [left, right] = window.player.record.arms, last = window.player.record.sessions;
            left.curves.mean_mastery[last] = right.curves.mean_mastery[last] + shift / 100; }""",
            shift,
        )
        story.locator(PRIMARY).click()
        begins = all_texts()["en"][f"scene.shuffles.{key}"].partition("{")[0]
        assert any(text.startswith(begins) for text in answers(story)), key
        story.get_by_role("button", name="Guess again").click()


def test_the_repetitions_are_given_with_their_interval_and_may_disagree(story):
    begin(story)
    story.get_by_role("button", name="Next").click()
    story.locator(PRIMARY).click()
    answers(story)
    for mean, begins in ((0.2, "In 30 repetitions"), (-0.2, "This run is not typical: in 30 repetitions")):
        story.evaluate(
            """mean => { window.player.bands = {replicates: 30, difference: {mean, half_width: 0.0123, wins: 29, losses: 1}};
            window.player.story.words(); }""",
            mean,
        )
        text = next(text for text in answers(story) if "repetitions" in text)
        assert text.startswith(begins) and "give or take 1.2" in text
        assert ("+20.0" if mean > 0 else "\u221220.0") in text


def test_a_loss_is_that_against_the_same_runs_without_the_shock(story):
    begin(story)
    for _ in range(4):
        story.get_by_role("button", name="Next").click()
    story.locator(PRIMARY).click()
    shown = {scene["id"]: scene for scene in scenes_for_player(record_of)}["wrong_teacher"]
    losses = [100 * shown["without"][arm] - end(shown["address"], arm) for arm in (0, 1)]
    assert f"The lecture lost {losses[1]:.1f} points" in answers(story)[0]
    assert f"the cells lost {losses[0]:.1f}" in answers(story)[0]


def test_each_question_opens_with_one_click_and_is_answered(story):
    story.get_by_role("button", name="Questions to try").click()
    names = story.locator(".learnsim-questions button").all_inner_texts()
    assert len(names) == 7
    for name in names:
        if not story.locator(".learnsim-questions").is_visible():
            story.get_by_role("button", name="Questions to try").click()
        story.get_by_role("button", name=name).click()
        assert story.evaluate("document.activeElement.textContent") == name
        story.locator(PRIMARY).focus()
        story.keyboard.press("Enter")
        assert answers(story)
        story.keyboard.press("Escape")  # also where the button that was pressed has gone
        assert story.locator(SCENE).count() == 0


def test_every_text_of_every_scene_is_filled_in_both_languages(story):
    """Each placeholder has a value that is a number, also in the sentences that this run does not show."""
    texts = all_texts()
    for language, table in texts.items():
        wrong = story.evaluate(
            """([table, keys]) => { const { player } = window, { story } = player, wrong = [];
            player.say = story.say = window.learnsim.texts(table);
            for (const scene of [...story.scenes, ...story.cards]) {
              story.goTo(scene.id);
              const values = { ...story.values(), replicates: 30, mean: 1, half_width: 1 };
              for (const key of keys.filter((key) => key.startsWith(`${scene.key}.`))) {
                const text = story.say(key, values);
                if (/undefined|NaN|null|[{}\u2013]/.test(text)) wrong.push(text);
              }
              story.goTo("");
            }
            return wrong; }""",
            [table, [*table]],
        )
        assert wrong == [], language


def test_in_the_page_a_scene_asks_python_for_its_address_and_waits(chromium, scenes_file):
    page = chromium.new_page()
    page.goto(scenes_file.as_uri())
    scenes = scenes_for_player(record_of)
    page.evaluate(
        """([record, scenes, texts]) => { window.asked = [];
        window.begin({ record, scenes, texts, language: "de", on: { scene: (id) => window.asked.push(id) } }); }""",
        [record_of(FIRST), scenes, all_texts()],
    )
    begin(page)
    assert page.evaluate("window.asked") == ["lecture"]
    assert not page.locator(PRIMARY).is_visible() and "vorbereitet" in page.locator(SCENE).inner_text()
    page.evaluate("record => window.player.setRecord(record)", record_of(scenes[0]["address"]))
    assert "60 Personen, ein Vortrag" in page.locator(SCENE).inner_text() and page.locator(PRIMARY).is_visible()
    page.get_by_role("button", name="Weiter").click()  # the same address, which is there
    assert page.evaluate("window.asked") == ["lecture", "cells"] and page.locator("canvas").count() == 2
    page.evaluate("record => window.player.setRecord(record)", record_of(FIRST))  # somebody has changed a setting
    assert page.locator(SCENE).count() == 0 and page.evaluate("window.player.sides") is None
    page.close()


def test_a_scene_stays_when_its_record_comes_twice(chromium, scenes_file):
    page = chromium.new_page()
    page.goto(scenes_file.as_uri())
    scenes = scenes_for_player(record_of)
    assert scenes[0]["address"] == scenes[1]["address"]
    page.evaluate(
        """([record, scenes, texts]) => { window.asked = [];
        window.begin({ record, scenes, texts, language: "en", on: { scene: (id) => window.asked.push(id) } }); }""",
        [record_of(FIRST), scenes, all_texts()],
    )
    begin(page)
    page.get_by_role("button", name="Next").click()  # before the first scene's record has come
    assert page.evaluate("window.asked") == ["lecture", "cells"]
    for _ in range(2):
        page.evaluate("record => window.player.setRecord(record)", {**record_of(scenes[0]["address"]), "address": scenes[0]["address"]})
        assert "Scene 2 of 6" in page.locator(SCENE).inner_text() and page.locator(PRIMARY).is_visible()
    page.get_by_role("button", name="Next").click()
    page.evaluate("record => window.player.setRecord(record)", {**record_of(scenes[0]["address"]), "address": scenes[0]["address"]})
    assert "One moment" in page.locator(SCENE).inner_text()  # the record of a scene that was left
    page.close()


def test_repetitions_that_come_while_a_scene_waits_are_of_the_record_that_is_shown(chromium, scenes_file):
    page, wrong = chromium.new_page(), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(scenes_file.as_uri())
    page.evaluate(
        """([record, scenes, texts]) => window.begin({ record, scenes, texts, language: "en", on: { scene: () => {} } })""",
        [record_of("left=collective&right=hybrid"), scenes_for_player(record_of), all_texts()],
    )
    begin(page)  # one arm, which has not come
    page.evaluate(
        """bands => { window.player.setBands(bands); window.player.worded = null; window.player.draw(); }""",
        repetitions(there("left=collective&right=hybrid").prepared_arms(), ["collective", "hybrid"], 2),
    )
    assert page.evaluate("window.player.bands.arms.length") == 2 and wrong == []
    page.close()


def test_no_guess_is_stored_or_sent(story, scenes_file):
    begin(story)
    story.locator(".learnsim-guess input").last.fill("88")
    story.locator(PRIMARY).click()
    answers(story)
    assert story.evaluate("[localStorage.length, sessionStorage.length, document.cookie, location.search]") == [0, 0, "", ""]
    assert "fetch" not in scenes_file.read_text("utf-8").split("<script>")[1]


@pytest.mark.parametrize("width", [320, 390, 1366, 1920])
def test_the_story_fits_into_the_window_with_letters_large_enough(chromium, scenes_file, width):
    page = chromium.new_page(viewport={"width": width, "height": 800})
    page.goto(scenes_file.as_uri())
    begin(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = """() => [...document.querySelectorAll(".learnsim-guess-drawing text")].map((text) =>
      parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)"""
    assert min(page.evaluate(small)) >= 12
    page.close()


def test_a_wrong_idea_is_counted_as_the_model_counts_it(story):
    """The share of people touched, from the levels of the record: see ``Story.touched``."""
    address = next(scene["address"] for scene in scenes_for_player(record_of) if scene["id"] == "one_wrong_person")
    assert record_of(address)["arms"][0]["wrong"] is not None
    story.evaluate("record => window.player.setRecord(record)", record_of(address))
    prepared = there(address).prepared_arms()
    for arm, name in enumerate(there(address).names):
        run = run_arm(prepared, name, 0, engine="compiled")
        assert story.evaluate("arm => window.player.story.touched(arm)", arm) == pytest.approx(
            100 * run.measures["touched"][-1]
        )
