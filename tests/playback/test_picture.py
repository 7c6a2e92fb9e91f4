"""The organisation's picture in a real browser: who is where, what they know, what happens in each phase, and who is found."""

import json
import re
from base64 import b64decode

import numpy as np
import pytest
from playwright.sync_api import expect

from helpers.page_records import record_of, until

PEOPLE = 60
SETTINGS = {
    "organisation.trainees": PEOPLE,
    "organisation.communities": 2,
    "organisation.cycle_length": 5,
    "training.sessions": 12,
    "shocks": [
        {"at": 1, "kind": "wrong", "who": "trainees", "count": 6, "items": [1, 2, 3, 4]},
        {"at": 8, "kind": "wrong", "who": "lecturer", "items": [1], "sessions": 2},
    ],
}
HAPPENING = {"lecture": "light", "council": "officer", "briefing": "officer", "exchange": "help"}  # phase: colour

SHADE = """([a, person]) => { const picture = player.pictures[a], canvas = picture.canvas, side = canvas.width;
  const at = [picture.x[person], picture.y[person] + picture.layout.radius[person] / 2].map(part => Math.round(part * side));
  return [...canvas.getContext("2d").getImageData(...at, 1, 1).data].slice(0, 3); }"""
COUNT = """([a, name]) => { const {canvas, colours} = player.pictures[a], pen = document.createElement("canvas").getContext("2d");
  pen.fillStyle = colours[name]; pen.fillRect(0, 0, 1, 1);
  const [r, g, b] = pen.getImageData(0, 0, 1, 1).data, data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let count = 0;
  for (let k = 0; k < data.length; k += 4) {
    if (Math.abs(data[k] - r) + Math.abs(data[k + 1] - g) + Math.abs(data[k + 2] - b) < 60 && data[k + 3] > 200) count += 1;
  }
  return count; }"""
PHASE = """([a, name, share]) => { const picture = player.pictures[a];
  picture.draw({row: picture.row, share: 0.5, phase: name, phaseShare: share}, {}); }"""
REST = "([a]) => player.pictures[a].draw({row: player.clock.row, share: 0, phase: null}, {})"


def numbers(packed):
    return np.frombuffer(b64decode(packed["data"]), packed["type"]).reshape(packed["shape"])


def points(hundredths):
    return int(hundredths / 100.0 + 0.5)


@pytest.fixture(scope="module")
def record():
    return record_of(SETTINGS)


@pytest.fixture(scope="module")
def path(record, export):
    return export(record)


@pytest.fixture
def page(path, open_story):
    return open_story(path)


def seek(page, row):
    """Show a row, with everybody where they belong."""
    page.evaluate("row => player.clock.seek(row)", row)
    until(page, "row => player.pictures.every(picture => picture.row === row && !picture.before)", row)


def place(page, a, person):
    """Return where a person's dot is in the window."""
    box = page.locator(".learnsim-organisation canvas").nth(a).bounding_box()
    x, y = page.evaluate("([a, i]) => [player.pictures[a].x[i], player.pictures[a].y[i]]", [a, person])
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def tips(page):
    return [tip for tip in page.locator(".learnsim-tip").all_inner_texts() if tip]


@pytest.mark.parametrize("row", [0, 7, 12])
def test_dots_have_the_colour_of_what_people_know(page, record, row):
    seek(page, row)
    for a, arm in enumerate(record["arms"]):
        levels, wrong = numbers(arm["levels"])[row], numbers(arm["wrong"])[row]
        for person in np.flatnonzero(wrong < 1000)[:8].tolist():  # below the slice of what is wrong
            shade = page.evaluate("level => learnsim.shades[Math.round(level / 10000 * 255)]", int(levels[person]))
            assert page.evaluate(SHADE, [a, person]) == pytest.approx(
                [int(part) for part in re.findall(r"\d+", shade)], abs=3
            )


def test_each_phase_is_seen_while_it_lasts_and_only_then(page, record):
    seek(page, 3)
    for a, arm in enumerate(record["arms"]):
        for phase, _ in arm["phases"]:
            colour = HAPPENING[phase]
            page.evaluate(REST, [a])
            quiet = page.evaluate(COUNT, [a, colour])
            page.evaluate(PHASE, [a, phase, 0.45])
            assert page.evaluate(COUNT, [a, colour]) > quiet + 100, (arm["name"], phase)
            page.evaluate(REST, [a])
            assert page.evaluate(COUNT, [a, colour]) == quiet


def test_who_is_absent_is_faint_hears_no_lecture_and_is_said_to_be_absent(export, open_story):
    away = {"shocks": [{"at": 2, "kind": "absent", "who": "officers", "count": 10, "sessions": 3}]}
    page = open_story(export(record_of({**SETTINGS, **away})))
    expect(page.locator(".learnsim-key")).to_contain_text("faint: absent from the session")
    seek(page, 3)
    absent = page.evaluate("[...player.record.arms[0].absent(3)]")
    assert absent == page.evaluate("[...player.record.arms[0].plan(3).officers].sort((a, b) => a - b)")
    shades = {}
    for row in (2, 3, 6):
        seek(page, row)
        shades[row] = [min(page.evaluate(SHADE, [0, person])) for person in absent]
        quiet = page.evaluate(COUNT, [0, "officer"])
        page.evaluate(PHASE, [0, "briefing", 0.45])  # of the session after the row
        assert (page.evaluate(COUNT, [0, "officer"]) > quiet + 200) == (row == 6)
    assert all(faint > before + 40 for before, faint in zip(shades[2], shades[3], strict=True))
    assert all(later < faint for later, faint in zip(shades[6], shades[3], strict=True))
    seek(page, 3)
    page.locator(".learnsim-organisation canvas").first.focus()
    page.evaluate("person => player.pictures[0].pointing.reach(person)", absent[0])
    assert "learning officer, absent:" in page.evaluate("player.pictures[0].pointing.spoken.textContent")
    page.wait_for_function("player.pictures[0].canvas.getAttribute('aria-label').includes('people are absent from the session')")


def test_a_lecture_that_teaches_wrong_things_has_another_light(page):
    for row, wrong in ((7, False), (8, True), (9, True), (10, False)):
        seek(page, row)
        page.evaluate(PHASE, [1, "lecture", 0.45])
        assert (page.evaluate(COUNT, [1, "light"]) < 100) == wrong


def test_what_people_have_wrong_is_a_slice_of_their_dot(page, record):
    seek(page, 1)
    assert page.evaluate(COUNT, [0, "misled"]) == 0
    seek(page, 2)
    wrong = numbers(record["arms"][0]["wrong"])[2]
    assert (wrong >= 2000).sum() == 6
    assert page.evaluate(COUNT, [0, "misled"]) > 50


def test_arrow_keys_walk_through_people_cells_and_communities(page, record):
    seek(page, 7)
    arm = record["arms"][0]
    plan = [plan for plan in arm["plans"] if plan["from"] <= 7][-1]
    cell, community, officers = (numbers(plan[name]) for name in ("cell", "community", "officers"))
    levels = numbers(arm["levels"])[7]
    status = page.locator(".learnsim-organisation [role=status]").first
    page.locator(".learnsim-organisation canvas").first.focus()
    seen = []
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "PageDown", "PageUp", "End"):
        page.keyboard.press(key)
        spoken = status.inner_text()
        person = page.evaluate("player.hovered")
        seen.append(person)
        assert f"person {person + 1}, community {community[person] + 1}, cell " in spoken
        assert ("learning officer" in spoken) == (person in officers)
        assert f"{points(levels[person])} of 100 points" in spoken
    first, right, further, left, down, up, over, back, last = seen
    assert first == 0 and last == PEOPLE - 1 and left == right
    assert len({first, right, further}) == 3 and len({*cell[[first, right, further]].tolist()}) == 1
    assert cell[down] == cell[first] + 1 and cell[up] == cell[first]
    assert community[over] != community[first] and community[back] == community[first]


def test_enter_follows_who_the_keys_are_on_and_escape_ends_it(page):
    page.locator(".learnsim-organisation canvas").first.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    person = page.evaluate("player.hovered")
    page.keyboard.press("Enter")
    page.locator(".learnsim-trainee h2", has_text=re.compile(f"^person {person + 1}$")).wait_for()
    page.keyboard.press("Escape")
    until(page, "!document.querySelector('.learnsim-trainee')")


def test_who_is_pointed_at_is_named_in_both_pictures(page, record):
    seek(page, 7)
    for person in (0, 17, 41):
        page.mouse.move(*place(page, 0, person))
        until(page, "person => player.pictures.every(picture => picture.hovered === person)", person)
        there = [points(numbers(arm["levels"])[7, person]) for arm in record["arms"]]
        told = tips(page)
        assert [f"person {person + 1}," in tip for tip in told] == [True, True]
        assert [int(re.search(r"(\d+) of 100 points", tip)[1]) for tip in told] == there
    page.mouse.move(2, 2)
    until(page, "player.pictures.every(picture => picture.hovered < 0)")
    assert tips(page) == []


def test_the_card_says_who_helped_and_who_was_met(page, record):
    arm, row = record["arms"][0], 7
    offsets, pairs = numbers(arm["asked"]["offsets"]), numbers(arm["asked"]["pairs"])
    asked = pairs[offsets[row] : offsets[row + 1]].tolist()
    caller, helper = asked[0]
    seek(page, row)
    page.evaluate("person => player.follow(person)", caller)
    card = page.locator(".learnsim-trainee")
    side = card.locator(".learnsim-card-side").first.inner_text()
    assert f"Helped in this session by person {helper + 1}." in side
    met = {
        other
        for plan in arm["plans"]
        if plan["from"] <= row
        for other in np.flatnonzero(numbers(plan["cell"]) == numbers(plan["cell"])[caller]).tolist()
    } - {caller}
    assert f"Has been in a cell with {len(met)} people so far" in side
    assert all(f"person {other + 1}" in side for other in sorted(met)[:12])
    speed = numbers(record["traits"]["learning_speed"])[caller]
    assert f"learns fast: {int(100 * speed + 0.5)} of 100" in card.inner_text()
    card.get_by_role("button", name="Close").click()
    until(page, "!document.querySelector('.learnsim-trainee')")


def test_a_finger_finds_somebody_on_a_phone_and_the_card_is_in_the_window(path, open_story):
    page = open_story(path, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2)
    page.touchscreen.tap(*place(page, 0, 5))
    card = page.locator(".learnsim-trainee")
    card.wait_for()
    box = card.bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= 844 + 1
    picture = page.locator(".learnsim-organisation canvas").first.bounding_box()
    assert picture["y"] + picture["height"] <= box["y"] + 1


def test_the_card_covers_no_picture_in_a_wide_window(page):
    page.evaluate("player.follow(3)")
    card = page.locator(".learnsim-trainee")
    card.wait_for()
    assert all(card.bounding_box()["x"] >= picture.bounding_box()["x"] + picture.bounding_box()["width"]
               for picture in page.locator(".learnsim-organisation canvas").all())  # fmt: skip


def test_people_walk_when_cells_are_shuffled_unless_motion_is_unwanted(path, open_story):
    walking = "() => { player.clock.seek(5); player.draw(); player.clock.seek(6); player.draw(); return !!player.pictures[0].before; }"
    assert open_story(path).evaluate(walking)
    assert not open_story(path, reduced_motion="reduce").evaluate(walking)


def test_a_picture_tells_a_screen_reader_its_numbers_and_keys(page, record):
    seek(page, 7)
    for a, arm in enumerate(record["arms"]):
        mean = points(10_000 * arm["curves"]["mean_mastery"][7])
        until(page, "([a, mean]) => player.pictures[a].canvas.ariaLabel?.includes(`at ${mean} of 100 points`)", [a, mean])
        assert "Page Down" in page.locator(".learnsim-organisation canvas").nth(a).get_attribute("aria-label")


def test_names_of_a_list_are_text_and_communities_are_named(record, export, open_story):
    hostile = "<img src=x onerror=window.pwned=1>"
    named = json.loads(json.dumps(record)) | {
        "names": [f"{hostile} {k}" for k in range(PEOPLE)],
        "communities": ["A & B", "C"],
    }
    for arm in named["arms"]:
        arm["communities"] = named["communities"]
    page = open_story(export(named))
    page.mouse.move(*place(page, 0, 3))
    until(page, "player.pictures[0].hovered === 3")
    page.evaluate("player.follow(3)")
    page.locator(".learnsim-trainee").wait_for()
    assert page.locator(".learnsim-trainee h2").inner_text() == f"{hostile} 3"
    assert f"{hostile} 3" in tips(page)[0]
    assert page.locator(".learnsim-hubs").first.locator("span").all_inner_texts() == ["A & B", "C"]
    assert page.evaluate("window.pwned") is None and page.locator("img").count() == 0


def test_nobody_is_drawn_over_anybody_else(page):
    apart = """([people, communities, size]) => { const cell = Int32Array.from({length: people}, (_, i) => Math.floor(i / size));
      const cells = cell[people - 1] + 1, each = Math.ceil(cells / communities);
      const branches = Int32Array.from({length: Math.ceil(cells / each) + 1}, (_, g) => Math.min(cells, g * each));
      const community = cell.map(c => Math.floor(c / each)), officers = Int32Array.from({length: cells}, (_, c) => c * size);
      const speeds = Float32Array.from({length: people}, (_, i) => (i * 37 % 11) / 10);
      return [officers, new Int32Array(0)].map(some => {
        const {x, y, radius} = learnsim.layoutOf({cell, community, officers: some, branches}, people, speeds);
        let least = Infinity, inside = true;
        for (let i = 0; i < x.length; i++) {
          inside = inside && Math.min(x[i], y[i]) >= radius[i] && Math.max(x[i], y[i]) <= 1 - radius[i];
          for (let k = 0; k < i; k++) least = Math.min(least, Math.hypot(x[i] - x[k], y[i] - y[k]) - radius[i] - radius[k]);
        }
        return [least, inside]; }); }"""
    for shape in ([240, 4, 6], [24, 1, 6], [60, 1, 60], [130, 13, 3], [601, 9, 5], [500, 2, 12], [500, 3, 14], [2, 1, 1]):
        for least, inside in page.evaluate(apart, shape):
            assert least > 0 and inside, shape


def test_above_600_people_a_cell_is_one_dot(export, open_story):
    record = record_of({"organisation.trainees": 612, "organisation.communities": 6, "training.sessions": 2})
    page = open_story(export(record))
    cells = len(numbers(record["arms"][0]["plans"][0]["officers"]))
    assert page.evaluate("player.pictures.map(picture => picture.x.length)") == [cells, 612]
    page.locator(".learnsim-organisation canvas").first.focus()
    page.keyboard.press("Home")
    assert "person 1, " in page.locator(".learnsim-organisation [role=status]").first.inner_text()
    page.mouse.move(*place(page, 0, 0))
    until(page, "player.pictures[0].pointing.pointed >= 0")
    assert re.search(r"cell \d+ of \d+, \d+ people, on average \d+ of 100 points", tips(page)[0])
