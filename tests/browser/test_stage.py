"""Stage: a bad choice is told and harms nothing, and play keeps pace with the page that draws it."""

import gc
import weakref
from threading import Event, Thread
from time import monotonic, sleep

import pytest

from learnsim.browser import player as stages
from learnsim.browser.page_settings import Choices
from learnsim.browser.player import Stage
from learnsim.errors import SettingsError
from learnsim.grouping import SHUFFLES, shuffle_policy
from learnsim.settings import Settings

SMALL = {
    "organisation.trainees": 12,
    "organisation.communities": 2,
    "training.sessions": 12,
    "organisation.cycle_length": 3,
}
CHOICES = Choices(Settings().changed(SMALL))
LONG = CHOICES.changed("training.sessions", 900)
FAST = 1e9  # sessions a second


class Page:
    """A page that draws whatever it is shown, at once or after some time, and counts it."""

    def __init__(self, stage, takes=0.0):
        self.stage, self.takes, self.seen = stage, takes, []

    def show(self):
        at = (self.stage.runs, self.stage.pair.session)
        self.seen.append(at[1])
        Thread(target=self.draw, args=at, daemon=True).start()

    def draw(self, run, session):
        sleep(self.takes)
        self.stage.drawn(run, session)


def play(stage, show, *, speed=FAST, stopped=None):
    """Play in a thread of its own; return the thread and what stops it."""
    stopped = stopped or Event()
    thread = Thread(target=stage.play, args=(lambda: speed, show, stopped), daemon=True)
    thread.start()
    return thread, stopped


def until(truth):
    """Wait until it is so; ten seconds are enough for anything here."""
    end = monotonic() + 10.0
    while not truth() and monotonic() < end:
        sleep(0.002)
    assert truth()


# --- choosing ---


def test_a_bad_choice_keeps_the_models_and_says_why():
    stage = Stage(CHOICES)
    stage.step(5)
    pair = stage.pair
    stage.choose(CHOICES.changed("left.lecture", 0.5))
    assert stage.error == (
        "page: [arms.hybrid] lecture + briefing + exchange = 0.5 + 0.3 + 0.7 = 1.5; a session's shares must add up to 1"
    )
    assert stage.pair is pair
    assert (pair.session, stage.runs) == (5, 1)
    stage.step()
    assert pair.session == 6


def test_the_pieces_of_a_combination_may_be_changed_one_after_the_other():
    stage = Stage(CHOICES)
    for name, value in (("left.lecture", 0.5), ("left.exchange", 0.2)):
        stage.choose(stage.choices.changed(name, value))
    assert stage.error == ""
    assert stage.pair.models[0].arm.lecture == 0.5


@pytest.mark.parametrize("bad", [("organisation.communities", 13), ("left.shuffle", "rnadom"), ("training.sessions", 1001)])
def test_a_good_choice_after_a_bad_one_is_played(bad):
    stage = Stage(CHOICES)
    before = stage.pair
    stage.choose(stage.choices.changed(*bad))
    assert stage.error != "" and stage.pair is before
    stage.choose(CHOICES.changed("training.sessions", 4))
    assert stage.error == ""
    assert (stage.pair.session, stage.pair.sessions, stage.runs) == (0, 4, 2)
    stage.step(10)
    assert stage.pair.finished


def test_a_stage_cannot_begin_with_what_cannot_be_played():
    with pytest.raises(SettingsError, match="communities = 13"):
        Stage(CHOICES.changed("organisation.communities", 13))


def test_reset_plays_the_same_numbers_again():
    stage = Stage(CHOICES)
    stage.step(12)
    curves = [curve.tobytes() for curve in stage.pair.curves]
    stage.reset()
    assert (stage.pair.session, stage.runs) == (0, 2)
    stage.step(12)
    assert [curve.tobytes() for curve in stage.pair.curves] == curves


def test_a_chosen_trainee_stays_chosen_where_there_is_one_of_that_number():
    stage = Stage(CHOICES)
    stage.trainee = 9
    stage.choose(CHOICES.changed("training.sessions", 5))
    assert stage.trainee == 9
    stage.choose(CHOICES.changed("organisation.trainees", 9))
    assert stage.trainee == -1


def test_a_stage_that_is_closed_or_played_anew_frees_its_models():
    stage = Stage(CHOICES)
    models = [weakref.ref(model) for model in stage.pair.models]
    stage.choose(CHOICES.changed("training.sessions", 5))
    models += [weakref.ref(model) for model in stage.pair.models]
    stage.reset()
    models += [weakref.ref(model) for model in stage.pair.models]
    stage.close()
    del stage
    gc.collect()
    assert [model() for model in models] == [None] * 6


# --- stepping ---


def test_steps_from_several_threads_are_all_counted_and_the_numbers_stay_the_same():
    stage, alone = Stage(LONG), Stage(LONG)
    threads = [Thread(target=lambda: [stage.step() for _ in range(15)]) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone.step(90)
    assert stage.pair.session == 90
    for side in (0, 1):
        assert [model.session for model in stage.pair.models] == [90, 90]
        assert stage.pair.measures(side)["mean_mastery"].tobytes() == alone.pair.measures(side)["mean_mastery"].tobytes()


def test_choosing_while_others_step_leaves_a_whole_pair():
    stage = Stage(LONG)
    stopped = Event()

    def step():
        while not stopped.is_set():
            stage.step()

    threads = [Thread(target=step) for _ in range(3)]
    for thread in threads:
        thread.start()
    for sessions in range(700, 712):
        stage.choose(LONG.changed("training.sessions", sessions))
    stopped.set()
    for thread in threads:
        thread.join()
    assert stage.pair.sessions == 711
    assert stage.runs == 13
    left, right = stage.pair.models
    assert left.session == right.session


# --- playing ---


def test_play_shows_every_session_and_stops_at_the_end():
    stage = Stage(CHOICES)
    page = Page(stage)
    thread, _ = play(stage, page.show)
    thread.join(10.0)
    assert not thread.is_alive()
    assert page.seen == list(range(1, 13))
    assert stage.pair.finished


def test_play_goes_on_from_where_it_stands():
    stage = Stage(CHOICES)
    stage.step(10)
    page = Page(stage)
    play(stage, page.show)[0].join(10.0)
    assert page.seen == [11, 12]


def test_play_of_what_is_finished_shows_nothing():
    stage = Stage(CHOICES)
    stage.step(12)
    page = Page(stage)
    stage.play(lambda: FAST, page.show, Event())
    assert page.seen == []


def test_what_cannot_be_played_does_not_keep_the_models_there_are_from_playing():
    stage = Stage(CHOICES)
    stage.choose(CHOICES.changed("organisation.communities", 13))
    play(stage, Page(stage).show)[0].join(10.0)
    assert stage.pair.finished
    assert "communities = 13" in stage.error


def test_what_is_played_once_more_keeps_what_was_tried_since_and_its_sentence():
    stage = Stage(CHOICES)
    stage.step(12)
    bad = CHOICES.changed("organisation.communities", 13)
    stage.choose(bad)
    stage.again()
    assert (stage.pair.session, stage.choices) == (0, bad)
    assert "communities = 13" in stage.error


def test_a_policy_that_fails_is_a_sentence_and_the_last_whole_session_stays(request):
    @shuffle_policy("gives-up")
    def gives_up(group):
        raise ValueError("no idea")

    request.addfinalizer(lambda: SHUFFLES.pop("gives-up"))
    for how in (lambda stage: stage.step(9), lambda stage: stage.play(lambda: FAST, Page(stage).show, Event())):
        stage = Stage(CHOICES.changed("left.shuffle", "gives-up"))
        how(stage)
        assert "no idea" in stage.error and stage.stuck
        assert stage.pair.session == 3
        stage.step()
        assert stage.pair.session == 3
        stage.choose(CHOICES)
        stage.step()
        assert (stage.error, stage.pair.session) == ("", 1)


def test_play_stops_when_told_even_while_it_waits():
    stage = Stage(LONG)
    page = Page(stage)
    thread, stopped = play(stage, page.show, speed=0.001)  # a session in 1000 seconds
    until(lambda: page.seen == [1])
    stopped.set()
    thread.join(5.0)
    assert not thread.is_alive()
    silent, stopped = play(stage, lambda: None)  # and while nobody draws
    until(lambda: stage.pair.session == 3)  # one is shown, the next is ready
    stopped.set()
    silent.join(2.0)
    assert not silent.is_alive()
    assert stage.pair.session == 3


def test_play_that_was_stopped_before_it_began_plays_nothing():
    stage, stopped = Stage(CHOICES), Event()
    stopped.set()
    stage.play(lambda: FAST, lambda: None, stopped)
    assert stage.pair.session == 0


def test_play_does_not_run_ahead_of_a_page_that_does_not_draw(monkeypatch):
    monkeypatch.setattr(stages, "PATIENCE", 0.2)
    stage = Stage(LONG)
    begun = monotonic()
    thread, stopped = play(stage, lambda: None)
    sleep(0.9)
    stopped.set()
    thread.join(5.0)
    played, took = stage.pair.session, monotonic() - begun
    assert 2 <= played <= 2 + took / 0.2  # it does go on, but only when patience is at its end


def test_play_waits_for_the_session_it_showed_and_not_for_an_older_drawing():
    stage = Stage(LONG)
    shown = []

    def show():
        shown.append(stage.pair.session)
        stage.drawn(1, stage.pair.session - 1)  # late
        stage.drawn(0, 10_000)  # of a run before

    thread, stopped = play(stage, show)
    until(lambda: shown == [1])
    sleep(0.3)
    assert shown == [1]
    stage.drawn(1, 1)
    until(lambda: shown == [1, 2])
    stopped.set()
    thread.join(5.0)
    assert not thread.is_alive()


def test_play_is_as_slow_as_a_slow_page():
    stage = Stage(LONG)
    page = Page(stage, takes=0.1)
    begun = monotonic()
    thread, stopped = play(stage, page.show)
    until(lambda: len(page.seen) >= 6)
    stopped.set()
    thread.join(5.0)
    assert monotonic() - begun >= 5 * 0.1


def test_play_is_not_faster_than_the_speed_which_may_change_meanwhile():
    stage = Stage(LONG)
    page, speed, stopped = Page(stage), [20.0], Event()
    begun = monotonic()
    thread = Thread(target=stage.play, args=(lambda: speed[0], page.show, stopped), daemon=True)
    thread.start()
    until(lambda: len(page.seen) >= 11)
    assert monotonic() - begun >= 10 / 20.0
    speed[0] = FAST
    before = len(page.seen)
    until(lambda: len(page.seen) >= before + 300)  # which would take 15 seconds at the speed before
    stopped.set()
    thread.join(5.0)
    assert not thread.is_alive()
