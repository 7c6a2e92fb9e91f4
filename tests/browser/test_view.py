"""View: how a page shows what it plays is part of its address, and a wrong entry is a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnsim.browser.view import MOST_REPLICATES, View, language_of, view_of
from learnsim.errors import SettingsError
from learnsim.playback.scenes import scenes
from learnsim.playback.texts import all_texts

VIEWS = st.builds(
    View,
    language=st.sampled_from(sorted(all_texts())),
    live=st.booleans(),
    person=st.just("") | st.integers(0, 10_000).map(str) | st.text("PQ0@.é", min_size=1, max_size=9),
    replicates=st.integers(0, MOST_REPLICATES),
    scene=st.sampled_from(["", *(scene.id for scene in scenes())]),
)


@given(VIEWS)
def test_an_address_gives_the_same_view_again(view):
    query = "&".join(["left=hybrid", *(f"{name}={value}" for name, value in view.entries(View()).items())])
    assert view_of(query) == (view, "left=hybrid")


def test_the_usual_view_adds_nothing_to_the_address():
    assert View().entries(View()) == View("de").entries(View("de")) == {}


def test_another_language_than_the_browsers_is_part_of_the_address():
    assert View("en").entries(View("de")) == {"lang": "en"}


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de", "de"), ("de-CH", "de"), ("en-GB,en;q=0.9,de;q=0.8", "en"), ("fr-CA,fr;q=0.9,de;q=0.8", "de"), ("", "en"), ("*", "en"),
        ("de;q=0,en;q=0.1", "en"), ("en;q=0.2, de;q=0.9", "de"), ("xx,yy", "en"), (";;;,,q=9,de;q=x", "en"), ("de," * 9999, "de"),
    ],
)  # fmt: skip
def test_a_page_opens_in_a_language_that_the_browser_asks_for(accepted, language):
    assert language_of(accepted) == language


def test_people_are_counted_from_1_in_an_address():
    assert view_of("person=1")[0].number_in((), 1) == 0
    assert View(person="17").number_in((), 17) == 16


def test_what_an_address_does_not_say_stays():
    assert view_of("replicates=7", View(language="de", person="3")) == (View("de", False, "3", 7), "")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("lang=xx", r"^lang = 'xx': there are texts in de, en"),
        ("live=yes", r"^live = 'yes': should be true or false$"),
        ("scene=cels", r"^scene = 'cels': is no scene of the story; did you mean cells\?$"),
        ("scene=", r"^scene = '': is no scene of the story; known are cells, .*who_is_quiet"),
        ("replicates=201", r"^replicates = '201': should be a whole number from 0 to 200$"),
        ("replicates=many", r"^replicates = 'many': should be a whole number from 0 to 200$"),
        ("replicates=", r"^replicates = '': should be a whole number from 0 to 200$"),
    ],
)
def test_a_wrong_entry_is_a_sentence(query, sentence):
    with pytest.raises(SettingsError, match=sentence):
        view_of(query)


def test_who_is_followed_is_a_number_or_an_id_of_the_class_list():
    ids = ["P01", "7", "0", "ana@example.org"]
    assert [View(person=text).number_in(ids, 4) for text in ("", "4", "P01", "7", "1", "ana@example.org")] == [-1, 3, 0, 1, 0, 3]


@pytest.mark.parametrize("text", ["-1", "0", "5", "99999999999999999999", "P02", "<img src=x>", "\u00b2", "x" * 300])
def test_somebody_who_is_not_there_is_a_sentence(text):
    with pytest.raises(SettingsError, match=r"should be a person's number, from 1 to 4, or an id of the class list$"):
        View(person=text).number_in(["P01"], 4)
    with pytest.raises(SettingsError, match=r"should be a person's number, from 1 to 4$"):
        View(person=text).number_in([], 4)
