"""Record state: a change shows a new record, of several the newest; a bad one is an error and harms nothing."""

import gc
import json
import weakref
from threading import Event
from time import monotonic, sleep

import pytest

from learnsim.browser import record_state
from learnsim.browser.page_settings import PageSettings
from learnsim.browser.record_state import RecordState
from learnsim.browser.state import OPEN
from learnsim.settings import Settings, load

SMALL = {
    "organisation.trainees": 12,
    "organisation.communities": 2,
    "training.sessions": 12,
    "organisation.cycle_length": 3,
}
BASE = PageSettings(Settings().changed(SMALL))


def until(truth):
    """Wait until it is so."""
    end = monotonic() + 30.0
    while not truth() and monotonic() < end:
        sleep(0.005)
    assert truth()


@pytest.fixture
def state(request):
    """Return a function that opens a page at a query string."""

    def opened(query="", base=BASE):
        one = RecordState(base, query)
        request.addfinalizer(one.close)
        one.drawn()
        return one

    return opened


def shown(one):
    return json.loads(one.shown.record)


def test_a_change_shows_a_new_record_and_then_its_repetitions(state):
    one = state("replicates=4")
    until(lambda: one.bands)
    one.change("training.sessions", 5)
    until(lambda: one.shown.number == 2)
    assert shown(one)["sessions"] == 5 and shown(one)["number"] == 2
    until(lambda: one.bands)
    bands = json.loads(one.bands)
    assert (bands["number"], bands["replicates"], len(bands["arms"][0]["mean_mastery"]["mean"])) == (2, 4, 6)
    assert not one.busy


def test_a_bad_choice_keeps_the_record_and_says_why(state):
    one = state()
    one.change("left.lecture", 0.5)
    until(lambda: one.error)
    assert "a session's shares must add up to 1" in one.error and one.shown.number == 1 and not one.busy
    one.change("left.exchange", 0.2)  # the pieces of a combination may be changed one after the other
    until(lambda: one.shown.number == 2)
    assert (one.error, one.playable.changes) == ("", {"left.lecture": 0.5, "left.exchange": 0.2})


def test_undo_goes_back_to_what_is_shown(state):
    one = state()
    one.change("organisation.communities", 13)
    until(lambda: one.error)
    assert "communities=13" in one.query
    one.undo()
    assert (one.error, one.query) == ("", "left=hybrid&right=flat-lecture")


def test_of_many_changes_the_last_is_shown(state, monkeypatch):
    one, first = state("replicates=0"), Event()
    original, made = record_state.shown_of, []

    def slow(page_settings, number, **how):
        made.append(page_settings.changes["training.sessions"])
        first.wait(10.0)
        return original(page_settings, number, **how)

    monkeypatch.setattr(record_state, "shown_of", slow)
    for sessions in (2, 3, 4, 5, 6):
        one.change("training.sessions", sessions)
    first.set()
    until(lambda: one.shown.number == 2 and not one.busy)
    assert shown(one)["sessions"] == 6
    assert made == [2, 6]


def test_repetitions_stop_when_the_next_change_comes(state, monkeypatch):
    asked = []

    def endless(prepared, arms, replicates, cancelled):
        while not cancelled():
            sleep(0.005)
        asked.append(len(arms))

    monkeypatch.setattr("learnsim.browser.shown_record.repetitions", endless)
    one = state()
    one.change("training.sessions", 5)
    until(lambda: one.shown.number == 2)
    one.close()
    until(lambda: asked == [2, 2])


def test_repetitions_wait_for_the_first_picture():
    one = RecordState(BASE, "replicates=2")
    sleep(0.3)
    assert one.bands == "" and not one.is_drawn
    one.drawn()
    until(lambda: one.bands)
    one.close()


def test_no_repetitions_are_computed_where_none_are_wanted(state):
    one = state("replicates=0")
    assert one.view.replicates == 0 and one.query.endswith("replicates=0")
    one.change("training.sessions", 5)
    until(lambda: one.shown.number == 2 and not one.busy)
    sleep(0.1)
    assert one.bands == ""
    one.look("replicates", 3)
    until(lambda: one.bands)
    assert json.loads(one.bands)["replicates"] == 3


@pytest.mark.parametrize("query", ["left=nosuch", "replicates=x", "lang=xx", "organisation.trainees=0", "arms=nosuch"])
def test_an_invalid_address_shows_the_files_settings_and_a_sentence(state, query):
    one = state(query)
    assert one.error and shown(one)["sessions"] == 12
    assert one.query == state("").query  # else the next change would be refused for what is in no control
    one.undo()
    assert one.error == ""


def test_each_change_is_an_entry_of_the_history_and_back_undoes_it(state):
    one = state("replicates=0")
    addresses = [one.query]
    for number, (name, value) in enumerate((("training.sessions", 5), ("left", "collective"), ("training.sessions", 6)), 2):
        one.change(name, value)
        until(lambda number=number: one.shown.number == number)
        addresses.append(one.query)
    assert one.entries == 3
    for number, address in enumerate(reversed(addresses[:-1]), 5):
        one.back(f"?{address}")
        until(lambda number=number: one.shown.number == number)
        assert (one.query, one.entries) == (address, 3)  # the browser is at another entry by itself
    assert shown(one)["sessions"] == 12


def test_changes_of_one_setting_that_follow_each_other_are_one_entry(state, monkeypatch):
    one = state("replicates=0")
    for sessions in (5, 6, 7):
        one.change("training.sessions", sessions)
    assert one.entries == 1
    one.look("replicates", 5)
    one.look("replicates", 10)
    one.change("training.sessions", 8)
    assert one.entries == 3
    monkeypatch.setattr(record_state, "TOGETHER", -1.0)  # long after
    one.change("training.sessions", 9)
    assert one.entries == 4


def test_an_undone_change_takes_its_entry_back(state):
    one = state("replicates=0")
    one.change("training.sessions", 5)
    until(lambda: one.shown.number == 2)
    for name, value in (("left.lecture", 0.5), ("organisation.communities", 13)):  # neither can be played
        one.change(name, value)
        until(lambda: one.error and not one.busy)
    assert one.entries == 3
    one.undo()
    assert (one.entries, one.playable.changes) == (1, {"training.sessions": 5})


def test_back_leaves_the_language_and_who_is_followed(state):
    one = state("replicates=0")
    one.change("training.sessions", 5)
    until(lambda: one.shown.number == 2)
    one.look("lang", "de")
    one.follow(3)
    one.back("?left=hybrid&right=flat-lecture&replicates=0")
    until(lambda: one.shown.number == 3)
    assert (one.view.language, one.view.person, one.playable.changes) == ("de", "4", {})


# --- scenes ---

STORY = PageSettings(Settings())
CLASS = "id,name,community\n" + "".join(f"{n},Person {n},{n % 2}\n" for n in range(24))


def with_class_list(one):
    one.paste_list(CLASS)
    until(lambda: one.playable.class_list and not one.busy)
    return one.playable


def test_a_scene_is_in_the_address_and_opens_with_it(state):
    one = state("scene=cells&lang=de&training.sessions=5", STORY)
    assert one.query == "left=isolated-cells&right=flat-lecture&lang=de&scene=cells"
    one.open_scene("officers")
    until(lambda: one.shown.number == 2)
    assert one.query == "left=linked-cells&right=isolated-cells&lang=de&scene=officers"
    assert (one.entries, one.moves) == (1, 0)
    one.back("?left=isolated-cells&right=flat-lecture&scene=cells")
    until(lambda: one.shown.number == 3)
    assert (one.view.scene, one.view.language, one.entries, one.moves) == ("cells", "de", 1, 1)


def test_scenes_of_one_address_share_a_record(state):
    one = state("scene=lecture&replicates=0", STORY)
    one.open_scene("cells")
    assert (one.shown.number, one.busy, one.entries) == (1, False, 1)


def test_what_a_scene_shows_stays_where_nothing_was_changed_before(state):
    one = state("replicates=0", STORY)
    one.open_scene("small_firm")
    until(lambda: one.shown.number == 2)
    one.open_scene("")
    assert one.query == "left=hybrid&right=flat-lecture&organisation.trainees=24&organisation.communities=1&replicates=0"
    assert (one.shown.number, one.entries) == (2, 2)


def test_leaving_the_story_brings_changed_settings_back(state):
    one = state("replicates=0&training.sessions=5", STORY)
    for scene in ("lecture", "officers"):
        one.open_scene(scene)
    until(lambda: not one.busy)
    assert one.playable.arms == ("linked-cells", "isolated-cells") and one.playable.changes == {}
    one.open_scene("")
    until(lambda: not one.busy)
    assert one.playable.arms == ("hybrid", "flat-lecture") and one.playable.changes == {"training.sessions": 5}


def test_a_class_list_is_put_aside_by_a_scene_and_comes_back(state):
    one = state("replicates=0", STORY)
    people = with_class_list(one).class_list
    before = one.query
    one.open_scene("cells")
    until(lambda: not one.busy)
    assert one.playable.class_list is None and one.shown.prepared.trainees == 240 and one.file is not None
    one.open_scene("")
    until(lambda: not one.busy)
    assert one.playable.class_list is people and one.shown.prepared.trainees == 24
    one.back(f"?{before}&scene=cells")
    until(lambda: not one.busy)
    assert one.playable.class_list is None
    one.back(f"?{before}")  # Back leaves the scene too
    until(lambda: not one.busy)
    assert one.playable.class_list is people


def test_a_class_list_that_is_opened_or_closed_in_a_scene(state):
    one = state("replicates=0&training.sessions=5", STORY)
    one.open_scene("own")
    until(lambda: not one.busy)
    with_class_list(one)  # the scene is left, with the settings that there were
    assert (one.view.scene, one.moves, one.playable.changes) == ("", 1, {"training.sessions": 5})
    one.open_scene("own")
    until(lambda: not one.busy)
    one.close_file()
    one.open_scene("")
    until(lambda: not one.busy)
    assert one.playable.class_list is None and one.playable.changes == {"training.sessions": 5}


def test_a_changed_setting_leaves_the_scene(state):
    one = state("scene=own&replicates=0", STORY)
    one.change("left", "collective")
    until(lambda: one.shown.number == 2)
    assert (one.view.scene, one.moves, one.entries) == ("", 1, 1)


@pytest.mark.parametrize(("query", "sentence"), [
    ("scene=nosuch", "scene = 'nosuch': is no scene of the story"),
    ("scene=cells", "the story is about a page without a file; leave out small.toml"),
])  # fmt: skip
def test_a_scene_that_is_not_there_is_a_sentence_and_no_scene(state, query, sentence):
    base = PageSettings(Settings().changed(SMALL), "small.toml")
    one = state(query, base)
    assert sentence in one.error and one.view.scene == ""
    one.undo()
    one.back(f"?{query}")
    assert sentence in one.error and one.view.scene == ""


def test_somebody_who_is_not_there_is_followed_by_nobody(state):
    one = state()
    one.follow(12)
    assert one.view.person == ""


@pytest.mark.exact
def test_live_models_show_every_number_of_the_record_and_are_stepped_only_as_far_as_is_wanted(state):
    recorded, live = shown(state("replicates=0")), state("live=true&replicates=0")
    begun = shown(live)
    assert [arm["rows"] for arm in begun["arms"]] == [1, 1] and live.shown.live.row == 0
    curves = [{key: list(values) for key, values in arm["curves"].items()} for arm in begun["arms"]]
    first = 1
    while first <= 12:
        live.frames = ""
        live.want([first, min(12, first + 4)])
        until(lambda: live.frames)
        frames = json.loads(live.frames)
        assert frames["from"] == first and live.shown.live.row == min(12, first + 4)
        for mine, arm in zip(curves, frames["arms"], strict=True):
            for key, values in arm["curves"].items():
                mine[key] += values
        first += frames["arms"][0]["rows"]
    assert curves == [arm["curves"] for arm in recorded["arms"]]


def test_live_models_are_released_by_the_next_change_and_when_the_page_is_closed():
    one = RecordState(BASE, "live=true&replicates=0")
    models = [weakref.ref(model) for model in one.shown.live.models]
    one.want([1, 3])
    one.change("training.sessions", 5)
    while one.busy:
        sleep(0.005)
    models += [weakref.ref(model) for model in one.shown.live.models]
    one.close()
    del one
    gc.collect()
    assert [model() for model in models] == [None] * 4


def test_live_is_switched_on_and_off_with_a_record_each(state):
    one = state("replicates=0")
    one.look("live", True)
    until(lambda: one.shown.number == 2)
    assert one.shown.live and "live=true" in one.query
    one.look("live", False)
    until(lambda: one.shown.number == 3)
    assert one.shown.live is None and shown(one)["arms"][0]["rows"] == 13


def test_a_closed_page_is_forgotten():
    before, one = len(OPEN), RecordState(BASE, "")
    assert len(OPEN) == before + 1
    one.close()
    assert len(OPEN) == before


def test_a_person_of_a_class_list_is_followed_by_the_id_in_the_address(tmp_path):
    (tmp_path / "people.csv").write_text("id,name\n" + "".join(f"P{i:02},Person {i}\n" for i in range(12)))
    (tmp_path / "x.toml").write_text('[organisation]\nroster = "people.csv"\ncommunities = 1\n[training]\nsessions = 4\n')
    base = PageSettings(load(tmp_path / "x.toml"), str(tmp_path / "x.toml"))
    page = RecordState(base, "person=P07")
    assert (page.error, page.person, page.query.endswith("person=P07")) == ("", 7, True)
    nobody = RecordState(base, "person=P77")
    assert (nobody.error, nobody.person, "person" in nobody.query) == (
        "person = 'P77': should be a person's number, from 1 to 12, or an id of the class list", -1, False,
    )  # fmt: skip


def test_a_page_speaks_the_language_of_the_browser_until_another_is_chosen():
    page = RecordState(PageSettings(Settings()), "", "de")
    assert page.view.language == "de" and "lang" not in page.query
    page.look("lang", "en")
    assert page.query.endswith("lang=en")
    assert RecordState(PageSettings(Settings()), page.query, "de").view.language == "en"
    assert RecordState(PageSettings(Settings()), "lang=de", "en").query.endswith("lang=de")
