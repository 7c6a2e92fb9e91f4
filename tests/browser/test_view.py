"""View: how a page shows what it plays is part of its address, and a wrong entry is a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnsim.browser.view import MOST_REPLICATES, View, view_of
from learnsim.errors import SettingsError
from learnsim.playback.scenes import scenes
from learnsim.playback.texts import all_texts

VIEWS = st.builds(
    View,
    language=st.sampled_from(sorted(all_texts())),
    live=st.booleans(),
    person=st.integers(-1, 10_000),
    replicates=st.integers(0, MOST_REPLICATES),
    scene=st.sampled_from(["", *(scene.id for scene in scenes())]),
)


@given(VIEWS)
def test_an_address_gives_the_same_view_again(view):
    query = "&".join(["left=hybrid", *(f"{name}={value}" for name, value in view.entries().items())])
    assert view_of(query) == (view, "left=hybrid")


def test_the_usual_view_adds_nothing_to_the_address():
    assert View().entries() == {}


def test_people_are_counted_from_1_in_an_address():
    assert view_of("person=1")[0].person == 0
    assert View(person=16).entries() == {"person": "17"}


def test_what_an_address_does_not_say_stays():
    assert view_of("replicates=7", View(language="de", person=3)) == (View("de", False, 3, 7), "")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("lang=xx", r"^lang = 'xx': there are texts in de, en"),
        ("live=yes", r"^live = 'yes': should be true or false$"),
        ("scene=cels", r"^scene = 'cels': is no scene of the story; did you mean cells\?$"),
        ("scene=", r"^scene = '': is no scene of the story; known are cells, .*who_is_quiet"),
        ("person=-1", r"^person = '-1': should be a person's number, from 1$"),
        ("person=0", r"^person = '0': should be a person's number, from 1$"),
        ("person=99999999999999999999", r"^person = '9+': should be a person's number, from 1$"),
        ("replicates=201", r"^replicates = '201': should be a whole number from 0 to 200$"),
        ("replicates=many", r"^replicates = 'many': should be a whole number from 0 to 200$"),
        ("replicates=", r"^replicates = '': should be a whole number from 0 to 200$"),
    ],
)
def test_a_wrong_entry_is_a_sentence(query, sentence):
    with pytest.raises(SettingsError, match=sentence):
        view_of(query)
