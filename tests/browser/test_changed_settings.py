"""Changed settings: a printed page says what differs from the usual, and has nothing that can only be pressed or dragged."""

import pytest
from playwright.sync_api import expect

from learnsim.browser.changed_settings import changed_words
from learnsim.browser.page_settings import PageSettings, first_arms
from learnsim.settings import Settings, load
from learnsim.settings.shipped import shipped

QUERY = "left=hybrid&right=flat-lecture&training.sessions=6&organisation.trainees=24&left.shuffle=rotate"


def words_of(query):
    page = PageSettings(Settings()).from_query(query)
    return changed_words(page.prepared(), page.names)


def test_the_usual_settings_are_no_lines():
    assert words_of("left=collective&right=hybrid&arms=isolated-cells") == {"de": [], "en": []}


@pytest.mark.parametrize(
    ("change", "english", "german"),
    [
        ("organisation.cell_size=4", "people per cell: 4", "Personen je Zelle: 4"),
        ("people.helpfulness.mean=0.65", "how well people explain: 0.65", "wie gut Personen erklären: 0,65"),
        ("left.shuffle=none", "how cells are shuffled, hybrid: none", "wie neu gemischt wird, hybrid: gar nicht"),
        ("right.lecture=0.5&right.exchange=0.5&right.groups=cells", None, None),
    ],
)
def test_a_change_is_a_line_in_each_language(change, english, german):
    words = words_of(f"left=hybrid&right=flat-lecture&{change}")
    if english is None:
        assert len(words["en"]) == len(words["de"]) == 3 and all(", flat-lecture: " in line for line in words["en"])
    else:
        assert words == {"en": [english], "de": [german]}


def test_a_value_that_is_changed_back_is_no_line():
    assert words_of("organisation.cell_size=6")["en"] == []


def test_of_a_file_all_that_it_changes_is_said():
    base = load(shipped()["class"])
    page = PageSettings(base, "class.toml", first_arms(base))
    assert {"people: 120", "sessions: 30", "what is known before: 0.35"} <= set(changed_words(page.prepared(), page.names)["en"])


def test_paper_has_the_changed_settings_in_place_of_the_controls(tab):
    page = tab(f"?{QUERY}")
    changed = page.locator(".learnsim-changed")
    expect(changed).to_be_hidden()
    page.emulate_media(media="print")
    expect(changed).to_contain_text("Settings that differ from the usual")
    assert changed.locator("li").all_inner_texts() == ["people: 24", "sessions: 6", "how cells are shuffled, hybrid: rotate"]
    for control in page.locator("button, input, select, textarea, summary").all():
        expect(control).to_be_hidden()
    for part in ("h1", ".learnsim-key", ".learnsim-words p >> nth=0", "canvas >> nth=1", "svg.learnsim-chart >> nth=1"):
        expect(page.locator(part).first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.learnsim-coming')).opacity") == "1"  # whole curves
