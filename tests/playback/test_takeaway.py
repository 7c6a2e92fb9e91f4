"""What can be taken away from the page: each file is opened and compared with what is shown."""

import csv
import io
import re
from xml.etree import ElementTree

import pytest

from helpers.page_records import record_of

SMALL = {"organisation.trainees": 24, "organisation.communities": 1, "training.sessions": 12}
ARMS = ("hybrid", "flat-lecture")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def record():
    return record_of(SMALL, ARMS)


@pytest.fixture
def story(open_story, export, record):
    page = open_story(export(record), accept_downloads=True)
    page.keyboard.press("PageDown")
    page.get_by_role("button", name="Take away").click()
    return page


def taken(page, name):
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    return waiting.value.suggested_filename, waiting.value.path().read_bytes()


def test_the_picture_is_a_png_of_twice_the_size(story):
    name, content = taken(story, "Picture (PNG)")
    assert name == "learnsim-hybrid-and-flat-lecture-session-10.png"
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    wide = int.from_bytes(content[16:20], "big")
    assert wide == 2 * story.evaluate("Number(learnsim.drawingOf(player).getAttribute('width'))")
    assert story.locator(".learnsim-take-panel [role=status]").inner_text() == f"Saved: {name}"


def test_the_drawing_has_everybody_and_the_words(story):
    name, content = taken(story, "Drawing (SVG)")
    root = ElementTree.fromstring(content)
    texts = " ".join(one.text or "" for one in root.iter(f"{SVG}text"))
    assert name.endswith("session-10.svg")
    for words in ("learnsim: hybrid and flat-lecture", "session 10 of 12", story.locator(".learnsim-words p").first.inner_text()):
        assert words in texts
    pictures = [one for one in root.iter(f"{SVG}g") if "scale(480)" in one.get("transform", "")]
    shades = set(story.evaluate("learnsim.shades"))
    for picture in pictures:
        paths = [one.get("d") for one in picture.iter(f"{SVG}path") if one.get("fill") in shades]
        assert sum(path.count("M") for path in paths) == SMALL["organisation.trainees"]
    assert len(pictures) == len(ARMS)
    for words in story.locator(".learnsim-key .learnsim-entry").all_inner_texts():
        of_phase = words in ("hears the lecture", "officers meet or brief")  # there is none at rest
        assert all((part.strip() in texts) != of_phase for part in words.split("\n")), words
    officer = story.evaluate("getComputedStyle(player.element).getPropertyValue('--learnsim-officer')")
    assert f"stroke: {officer}".encode() in content
    assert b"var(--" not in content  # it needs no style sheet


def test_the_curves_are_all_values_of_the_record(story, record):
    name, content = taken(story, "Curves as numbers (CSV)")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8"))))
    assert name == "learnsim-hybrid-and-flat-lecture-curves.csv"
    for arm in record["arms"]:
        own = [row for row in rows if row["arm"] == arm["name"]]
        assert [int(row["session"]) for row in own] == list(range(13))
        for measure in record["measures"]:
            values = arm["curves"][measure["key"]]
            if measure["most"] == 1:  # what the page shows in points of 100
                there = [row[f"{measure['key']}_points"] for row in own]
                assert [float(text) if text else None for text in there] == pytest.approx([100 * value for value in values], abs=1e-4)
            else:
                there = [float(row[measure["key"]]) if row[measure["key"]] else None for row in own]
                assert there == pytest.approx(values, abs=1e-4)
    assert "mean_mastery_points" in rows[0] and "partners" in rows[0]


def test_a_stretch_is_filmed(story):
    story.evaluate("player.clock.speed = 20")
    story.get_by_role("spinbutton", name="until session").fill("12")
    name, content = taken(story, "Film (WebM or MP4)")
    assert name == "learnsim-hybrid-and-flat-lecture-session-12.webm"
    assert content[:4] == b"\x1a\x45\xdf\xa3"  # of Matroska, and so of WebM
    assert len(content) > 5_000


def test_a_browser_that_cannot_film_says_so(open_story, export, record):
    page = open_story(export(record))
    page.evaluate("delete window.MediaRecorder; player.speak()")
    page.get_by_role("button", name="Take away").click()
    assert page.get_by_text("This browser cannot make a film.").is_visible()
    assert page.get_by_role("button", name="Film").count() == 0


def test_a_file_has_no_address_and_a_page_its_settings(story):
    assert story.get_by_role("button", name="Copy the address").count() == 0
    assert story.get_by_role("button", name="Save as TOML").count() == 0
    story.evaluate("player.options.toml = {name: 'mine-page.toml', text: 'seed = 1'}; player.speak()")
    story.get_by_role("button", name="Take away").click()
    assert taken(story, "Save as TOML") == ("mine-page.toml", b"seed = 1")


def test_escape_closes_the_menu_and_returns_to_its_button(story):
    story.keyboard.press("Escape")
    assert not story.get_by_role("button", name="Picture (PNG)").is_visible()
    assert "Take away" in story.evaluate("document.activeElement.textContent")


def test_a_hostile_name_stays_a_text(story):
    story.evaluate("""player.record.arms[0].name = '=1+1,"<x>/..'; player.record.arms[0].label = "<img src=x onerror=boom()>";
      player.showRecord()""")
    name, content = taken(story, "Curves as numbers (CSV)")
    assert name == "learnsim-1-1-x-and-flat-lecture-curves.csv"
    assert re.search(r"""\n0,"'=1\+1,""<x>/\.\.",""", content.decode("utf-8").replace("\r", ""))
    _, drawing = taken(story, "Drawing (SVG)")
    assert ElementTree.fromstring(drawing).find(f".//{SVG}img") is None
    assert story.locator("img").count() == 0
