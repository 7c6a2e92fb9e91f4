"""The player's frame in a real browser: clock, time line, keys, languages, presenting, sizes, and rows that come later."""

import json

import pytest

from helpers.page_records import record_of, until
from learnsim.grouping.preparation import prepare
from learnsim.playback.live import Live
from learnsim.settings import Settings

SMALL = {"organisation.trainees": 24, "organisation.communities": 1, "organisation.cycle_length": 5, "training.sessions": 12}
SHOCK = {"shocks": [{"at": 7, "kind": "wrong", "who": "lecturer", "items": [1], "sessions": 2}]}
ARMS = ("hybrid", "flat-lecture")
FITS = "[document.documentElement.scrollWidth, innerWidth]"
SMALLEST = """() => { let least = 99; const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) { const element = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || !element.getClientRects().length || /SCRIPT|STYLE/.test(element.tagName)) continue;
    const drawn = element.ownerSVGElement, scale = drawn ? drawn.getScreenCTM().a : 1;
    least = Math.min(least, parseFloat(getComputedStyle(element).fontSize) * scale); }
  return least; }"""


@pytest.fixture(scope="module")
def path(export):
    return export(record_of({**SMALL, **SHOCK}, ARMS))


@pytest.fixture
def story(open_story, path):
    return open_story(path)


def session(page):
    page.wait_for_timeout(60)
    return int(page.locator(".learnsim-clock").inner_text().split()[1])


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def test_keys_play_step_and_seek(story):
    for key, row in (("ArrowRight", 1), ("PageDown", 5), ("ArrowRight", 6), ("ArrowLeft", 5), ("End", 12), ("Home", 0)):
        story.keyboard.press(key)
        assert session(story) == row, key
    story.keyboard.press("Space")
    button(story, "Pause").wait_for()
    story.keyboard.press("Space")
    button(story, "Play").wait_for()


def test_keys_stay_with_a_field_that_needs_them(story):
    story.get_by_role("combobox", name="follow:").press("End")
    slider = story.get_by_role("slider", name="speed:")
    slider.press("Home")
    assert session(story) == 0
    assert slider.get_attribute("aria-valuetext") == "one phase at a time"


def test_the_time_line_can_be_dragged_back_and_forth(story):
    box = story.get_by_role("slider", name="time line").bounding_box()
    story.mouse.move(box["x"] + 9, box["y"] + box["height"] / 2)
    story.mouse.down()
    for share, row in ((1, 12), (0.5, 6), (0.25, 3)):
        story.mouse.move(box["x"] + 9 + share * (box["width"] - 18), box["y"] + box["height"] / 2)
        assert session(story) == row
    story.mouse.up()


def test_marks_stand_where_cells_are_shuffled_and_shocks_strike(story):
    marks = story.locator(".learnsim-mark")
    assert [marks.nth(k).get_attribute("data-row") for k in range(marks.count())] == ["6", "8", "11"]
    assert "learnsim-mark-shock" in marks.nth(1).get_attribute("class")
    assert "the lecturer teaches wrong things for 2 sessions" in marks.nth(1).get_attribute("title")
    marks.nth(0).click()
    assert session(story) == 6
    assert "hybrid: cells are shuffled" in story.locator(".learnsim-phase").inner_text()


def test_a_step_at_the_slowest_speed_is_one_phase_of_each_arm(story):
    story.get_by_role("slider", name="speed:").press("Home")
    shown = []
    for _ in range(3):
        button(story, "Step").click()
        button(story, "Pause").wait_for()
        button(story, "Play").wait_for()
        shown.append((session(story), story.locator(".learnsim-phase").inner_text()))
    assert shown == [(0, "The officers meet"), (0, "Officers brief their cells"), (0, "People help each other")]
    button(story, "Step").click()  # what was learned
    until(story, "player.clock.row === 1 && player.clock.share === 0")
    positions = story.evaluate("""(() => { player.clock.seek(3); player.clock.share = 0.5; const arms = player.record.arms;
      return arms.map(arm => player.clock.positionOf(arm)); })()""")
    assert [(one["row"], one["share"], one["phase"]) for one in positions] == [(3, 0.5, "exchange"), (3, 0.5, "lecture")]
    assert positions[1]["phaseShare"] == 0.5


def test_a_session_is_shown_phase_by_phase_at_any_speed_and_playing_goes_on_as_before(story):
    watch = button(story, "Phase by phase")
    story.keyboard.press("End")
    watch.click()
    seen = []
    for phase in ("The officers meet", "Officers brief their cells", "People help each other"):
        story.locator(".learnsim-phase", has_text=phase).wait_for()
        seen.append(session(story))
    button(story, "Play").wait_for()
    assert seen == [11, 11, 11] and story.evaluate("[player.clock.speed, player.clock.share]") == [0.1, 1]
    assert not watch.is_visible()  # phases are seen anyway
    button(story, "Play").click()
    until(story, "player.clock.speed === 5")


def test_after_the_end_play_begins_again_and_both_arms_are_in_step(story):
    story.keyboard.press("End")
    assert button(story, "Step").is_disabled()
    button(story, "Play").click()
    until(story, "player.clock.row > 0 && player.clock.row < 12")
    assert story.evaluate("new Set(player.pictures.map(picture => picture.row)).size") == 1


def test_another_record_keeps_the_row_and_the_curves_before_until_reset(story):
    story.keyboard.press("PageDown")
    other = json.dumps(record_of({**SMALL, "training.sessions": 7}, ARMS))
    shorter = json.dumps(record_of({**SMALL, "training.sessions": 3}, ARMS))
    story.evaluate(f"player.setBusy(true); player.setRecord({other})")
    assert (session(story), story.evaluate("player.previous.sessions"), story.evaluate("player.busy")) == (5, 12, False)
    story.evaluate(f"player.setRecord({shorter})")
    assert (session(story), story.evaluate("player.previous.sessions")) == (3, 7)
    button(story, "Reset").click()
    assert (session(story), story.evaluate("player.previous")) == (0, None)


def test_something_that_is_computed_is_said(story):
    story.evaluate("player.setBusy(true)")
    story.locator(".learnsim-busy", has_text="Computing").wait_for()
    story.evaluate("player.setBusy(false)")
    until(story, "!document.querySelector('.learnsim-busy').textContent")


def test_rows_that_come_later_are_asked_for_ahead_and_waited_for(open_story, export):
    live = Live(prepare(Settings().changed(SMALL)), list(ARMS))
    story = open_story(export(live.record()))
    story.evaluate("""(() => { window.asked = []; player.on.want = (first, last) => { asked.push([first, last]); };
      player.clock.speed = 1; player.setRecord(player.json); })()""")
    assert story.evaluate("asked") == [[1, 4]]
    button(story, "Play").click()
    until(story, "player.clock.waiting")
    assert story.evaluate("[player.clock.row, player.clock.share]") == [0, 0]
    story.evaluate(f"player.append({json.dumps(live.frames(1, 4))})")
    until(story, "asked.length === 2")  # before the fourth session
    assert story.evaluate("[asked[1][0], player.clock.row < 4]") == [5, True]
    story.keyboard.press("End")
    assert session(story) == 4
    story.evaluate(f"player.append({json.dumps(live.frames(5, 12))})")
    assert session(story) == 12
    pairs = story.evaluate("asked")
    assert [row for first, last in pairs for row in range(first, last + 1)] == list(range(1, 13))  # each once


def test_somebody_is_found_by_number_and_a_wrong_one_refused(story):
    box = story.get_by_role("combobox", name="follow:")
    box.fill("24")
    box.press("Enter")
    story.locator(".learnsim-trainee").wait_for()
    assert story.evaluate("player.chosen") == 23
    box.fill("25")
    box.press("Enter")
    assert story.locator(".learnsim-follow [role=alert]").inner_text() == "“25” is no person; they are numbered from 1 to 24."
    box.fill("")
    assert story.evaluate("player.chosen") == -1


def test_somebody_is_found_by_name_by_a_part_of_it_and_never_by_mistake(story):
    names = ["Ana One", "Ána Two", "Zoë", "Zoë", "<b>Mo</b>"]
    by_name = (("ana one", 0), ("two", 1), ("Zoë", -1), ("Zoë (4)", 3), ("ana", -1), ("<b>mo</b>", 4))
    for typed, person in (*by_name, ("1", 0), ("5", 4), ("0", -1), ("9", -1)):
        assert story.evaluate("([names, typed]) => learnsim.personNamed(names, 5, typed)", [names, typed]) == person, typed


def test_the_language_changes_everything_and_the_session_stays(story):
    story.keyboard.press("PageDown")
    story.get_by_text("session 5 of 12").first.wait_for()
    before = story.locator("body").inner_text()
    story.get_by_role("combobox", name="Language").select_option("de")
    assert story.locator(".learnsim-player").get_attribute("lang") == "de"
    button(story, "Abspielen").wait_for()
    assert story.evaluate("player.clock.row") == 5
    story.get_by_role("combobox", name="Sprache").select_option("en")
    story.wait_for_timeout(100)
    assert story.locator("body").inner_text() == before


def test_presenting_fills_the_window_in_large_type_and_ends(story):
    size = "parseFloat(getComputedStyle(document.querySelector('.learnsim-words p')).fontSize)"
    before = story.evaluate(size)
    story.set_viewport_size({"width": 1920, "height": 1080})
    story.keyboard.press("f")
    box = story.locator(".learnsim-player").bounding_box()
    assert (box["x"], box["y"], box["width"]) == (0, 0, 1920)
    assert story.evaluate(size) > 1.25 * before
    assert not story.get_by_role("combobox", name="follow:").is_visible()
    out = story.get_by_role("button", name="Stop presenting")  # the way out is seen
    assert out.is_visible() and out.bounding_box()["y"] < 1080
    out.click()
    assert story.locator(".learnsim-presenting").count() == 0
    assert story.get_by_role("button", name="Present", exact=True).is_visible()
    for key in ("f", "f"):
        story.keyboard.press(key)
    assert story.locator(".learnsim-presenting").count() == 0


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768), (1061, 768), (1024, 768), (768, 1024), (390, 844), (320, 640)])
def test_every_window_shows_all_without_sideways_scrolling(open_story, path, width, height):
    story = open_story(path, viewport={"width": width, "height": height})
    wide, there = story.evaluate(FITS)
    assert wide <= there
    assert story.evaluate(SMALLEST) >= 11.99
    if (width, height) in {(1366, 768), (1061, 768), (390, 844)}:  # without and with the settings, and a phone: one look
        for seen in (".learnsim-organisation canvas >> nth=1", ".learnsim-first-charts svg >> nth=0"):
            box = story.locator(seen).bounding_box()
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= height, seen


@pytest.mark.parametrize("count", [1, 3, 4])
def test_one_three_or_four_arms_stand_side_by_side(open_story, export, count):
    arms = ("hybrid", "flat-lecture", "isolated-cells", "linked-cells")[:count]
    story = open_story(export(record_of(SMALL, arms)))
    boxes = [story.locator("canvas").nth(k).bounding_box() for k in range(count)]
    assert len({round(box["y"]) for box in boxes}) == 1
    assert all(box["width"] > 200 and box["y"] + box["height"] < 768 for box in boxes)
    assert story.evaluate(FITS)[0] <= 1366


def test_paper_has_no_buttons_and_is_light(open_story, path):
    story = open_story(path, color_scheme="dark")
    assert story.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 18, 18)"
    story.emulate_media(media="print")
    assert story.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert [one for one in story.get_by_role("button").all() if one.is_visible()] == []
    assert story.locator("canvas").first.is_visible()
    assert story.locator(".learnsim-clock").is_visible()


def test_dark_is_what_the_page_around_says_or_else_the_system(open_story, path):
    ground = "getComputedStyle(document.querySelector('.learnsim-player')).backgroundColor"
    story = open_story(path, color_scheme="dark")
    assert story.evaluate(ground) == "rgb(18, 18, 18)"
    story.evaluate("document.body.classList.add('theme--light')")
    assert story.evaluate(ground) == "rgb(255, 255, 255)"
    story.emulate_media(color_scheme="light")
    story.evaluate("document.body.className = 'theme--dark'")
    assert story.evaluate(ground) == "rgb(18, 18, 18)"


def test_what_has_the_focus_is_seen(story):
    seen = 0
    for _ in range(40):
        story.keyboard.press("Tab")
        outline = story.evaluate("""(element => element === document.body ? null
          : [getComputedStyle(element).outlineStyle, parseFloat(getComputedStyle(element).outlineWidth)])(document.activeElement)""")
        if outline is None:
            break
        assert outline[0] != "none"
        assert outline[1] >= 2
        seen += 1
    assert seen >= 10


def test_a_player_that_is_taken_away_leaves_nothing(story):
    story.keyboard.press("f")
    story.evaluate("player.destroy()")
    assert story.locator("#learnsim > *").count() == 0
    assert story.evaluate("document.documentElement.className") == ""
    story.keyboard.press("Space")
