"""Player: a bad choice is an error and harms nothing, and play keeps pace with the page that draws it."""

import gc
import weakref
from threading import Event, Thread
from time import monotonic, sleep

import pytest
from learnsim.browser.player import Player

from learnsim.browser import player as stages
from learnsim.browser.page_settings import PageSettings
from learnsim.errors import SettingsError
from learnsim.grouping import SHUFFLES, shuffle_policy
from learnsim.settings import Settings

SMALL = {
    "organisation.trainees": 12,
    "organisation.communities": 2,
    "training.sessions": 12,
    "organisation.cycle_length": 3,
}
CHOICES = PageSettings(Settings().changed(SMALL))
LONG = CHOICES.changed("training.sessions", 900)
FAST = 1e9  # sessions a second


class Page:
    """A page that draws whatever it is shown, at once or after some time, and counts it."""

    def __init__(self, player, takes=0.0):
        self.player, self.takes, self.seen = player, takes, []

    def show(self):
        at = (self.player.runs, self.player.pair.session)
        self.seen.append(at[1])
        Thread(target=self.draw, args=at, daemon=True).start()

    def draw(self, run, session):
        sleep(self.takes)
        self.player.drawn(run, session)


def play(player, show, *, speed=FAST, stopped=None):
    """Play in a thread of its own; return the thread and what stops it."""
    stopped = stopped or Event()
    thread = Thread(target=player.play, args=(lambda: speed, show, stopped), daemon=True)
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
    player = Player(CHOICES)
    player.step(5)
    pair = player.pair
    player.choose(CHOICES.changed("left.lecture", 0.5))
    assert player.error == (
        "page: [arms.hybrid] lecture + briefing + exchange = 0.5 + 0.3 + 0.7 = 1.5; a session's shares must add up to 1"
    )
    assert player.pair is pair
    assert (pair.session, player.runs) == (5, 1)
    player.step()
    assert pair.session == 6


def test_the_pieces_of_a_combination_may_be_changed_one_after_the_other():
    player = Player(CHOICES)
    for name, value in (("left.lecture", 0.5), ("left.exchange", 0.2)):
        player.choose(player.page_settings.changed(name, value))
    assert player.error == ""
    assert player.pair.models[0].arm.lecture == 0.5


@pytest.mark.parametrize("bad", [("organisation.communities", 13), ("left.shuffle", "rnadom"), ("training.sessions", 1001)])
def test_a_good_choice_after_a_bad_one_is_played(bad):
    player = Player(CHOICES)
    before = player.pair
    player.choose(player.page_settings.changed(*bad))
    assert player.error != "" and player.pair is before
    player.choose(CHOICES.changed("training.sessions", 4))
    assert player.error == ""
    assert (player.pair.session, player.pair.sessions, player.runs) == (0, 4, 2)
    player.step(10)
    assert player.pair.finished


def test_a_stage_cannot_begin_with_what_cannot_be_played():
    with pytest.raises(SettingsError, match="communities = 13"):
        Player(CHOICES.changed("organisation.communities", 13))


def test_reset_plays_the_same_numbers_again():
    player = Player(CHOICES)
    player.step(12)
    curves = [curve.tobytes() for curve in player.pair.curves]
    player.reset()
    assert (player.pair.session, player.runs) == (0, 2)
    player.step(12)
    assert [curve.tobytes() for curve in player.pair.curves] == curves


def test_a_chosen_trainee_stays_chosen_where_there_is_one_of_that_number():
    player = Player(CHOICES)
    player.trainee = 9
    player.choose(CHOICES.changed("training.sessions", 5))
    assert player.trainee == 9
    player.choose(CHOICES.changed("organisation.trainees", 9))
    assert player.trainee == -1


def test_a_stage_that_is_closed_or_played_anew_frees_its_models():
    player = Player(CHOICES)
    models = [weakref.ref(model) for model in player.pair.models]
    player.choose(CHOICES.changed("training.sessions", 5))
    models += [weakref.ref(model) for model in player.pair.models]
    player.reset()
    models += [weakref.ref(model) for model in player.pair.models]
    player.close()
    del player
    gc.collect()
    assert [model() for model in models] == [None] * 6


# --- stepping ---


def test_steps_from_several_threads_all_count_and_change_no_number():
    player, alone = Player(LONG), Player(LONG)
    threads = [Thread(target=lambda: [player.step() for _ in range(15)]) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone.step(90)
    assert player.pair.session == 90
    for side in (0, 1):
        assert [model.session for model in player.pair.models] == [90, 90]
        assert player.pair.measures(side)["mean_mastery"].tobytes() == alone.pair.measures(side)["mean_mastery"].tobytes()


def test_choosing_while_others_step_leaves_a_whole_pair():
    player = Player(LONG)
    stopped = Event()

    def step():
        while not stopped.is_set():
            player.step()

    threads = [Thread(target=step) for _ in range(3)]
    for thread in threads:
        thread.start()
    for sessions in range(700, 712):
        player.choose(LONG.changed("training.sessions", sessions))
    stopped.set()
    for thread in threads:
        thread.join()
    assert player.pair.sessions == 711
    assert player.runs == 13
    left, right = player.pair.models
    assert left.session == right.session


# --- playing ---


def test_play_shows_every_session_and_stops_at_the_end():
    player = Player(CHOICES)
    page = Page(player)
    thread, _ = play(player, page.show)
    thread.join(10.0)
    assert not thread.is_alive()
    assert page.seen == list(range(1, 13))
    assert player.pair.finished


def test_play_goes_on_from_where_it_stands():
    player = Player(CHOICES)
    player.step(10)
    page = Page(player)
    play(player, page.show)[0].join(10.0)
    assert page.seen == [11, 12]


def test_play_of_what_is_finished_shows_nothing():
    player = Player(CHOICES)
    player.step(12)
    page = Page(player)
    player.play(lambda: FAST, page.show, Event())
    assert page.seen == []


def test_a_refused_choice_does_not_stop_the_models_that_play():
    player = Player(CHOICES)
    player.choose(CHOICES.changed("organisation.communities", 13))
    play(player, Page(player).show)[0].join(10.0)
    assert player.pair.finished
    assert "communities = 13" in player.error


def test_playing_once_more_leaves_the_last_try_and_its_sentence():
    player = Player(CHOICES)
    player.step(12)
    bad = CHOICES.changed("organisation.communities", 13)
    player.choose(bad)
    player.again()
    assert (player.pair.session, player.page_settings) == (0, bad)
    assert "communities = 13" in player.error


def test_a_policy_that_fails_leaves_the_last_whole_session(request):
    @shuffle_policy("gives-up")
    def gives_up(group):
        raise ValueError("no idea")

    request.addfinalizer(lambda: SHUFFLES.pop("gives-up"))
    for how in (lambda player: player.step(9), lambda player: player.play(lambda: FAST, Page(player).show, Event())):
        player = Player(CHOICES.changed("left.shuffle", "gives-up"))
        how(player)
        assert "no idea" in player.error and player.stuck
        assert player.pair.session == 3
        player.step()
        assert player.pair.session == 3
        player.choose(CHOICES)
        player.step()
        assert (player.error, player.pair.session) == ("", 1)


def test_play_stops_at_once_even_while_it_waits():
    player = Player(LONG)
    page = Page(player)
    thread, stopped = play(player, page.show, speed=0.001)  # a session in 1000 seconds
    until(lambda: page.seen == [1])
    stopped.set()
    thread.join(5.0)
    assert not thread.is_alive()
    silent, stopped = play(player, lambda: None)  # and while nobody draws
    until(lambda: player.pair.session == 3)  # one is shown, the next is ready
    stopped.set()
    silent.join(2.0)
    assert not silent.is_alive()
    assert player.pair.session == 3


def test_play_that_was_stopped_before_it_began_plays_nothing():
    player, stopped = Player(CHOICES), Event()
    stopped.set()
    player.play(lambda: FAST, lambda: None, stopped)
    assert player.pair.session == 0


def test_play_does_not_run_ahead_of_a_page_that_does_not_draw(monkeypatch):
    monkeypatch.setattr(stages, "PATIENCE", 0.2)
    player = Player(LONG)
    begun = monotonic()
    thread, stopped = play(player, lambda: None)
    sleep(0.9)
    stopped.set()
    thread.join(5.0)
    played, took = player.pair.session, monotonic() - begun
    assert 2 <= played <= 2 + took / 0.2  # it does go on, but only when patience is at its end


def test_play_waits_for_the_session_it_showed_and_not_for_an_older_drawing():
    player = Player(LONG)
    shown = []

    def show():
        shown.append(player.pair.session)
        player.drawn(1, player.pair.session - 1)  # late
        player.drawn(0, 10_000)  # of a run before

    thread, stopped = play(player, show)
    until(lambda: shown == [1])
    sleep(0.3)
    assert shown == [1]
    player.drawn(1, 1)
    until(lambda: shown == [1, 2])
    stopped.set()
    thread.join(5.0)
    assert not thread.is_alive()


def test_play_is_as_slow_as_a_slow_page():
    player = Player(LONG)
    page = Page(player, takes=0.1)
    begun = monotonic()
    thread, stopped = play(player, page.show)
    until(lambda: len(page.seen) >= 6)
    stopped.set()
    thread.join(5.0)
    assert monotonic() - begun >= 5 * 0.1


def test_play_is_not_faster_than_the_speed_which_may_change_meanwhile():
    player = Player(LONG)
    page, speed, stopped = Page(player), [20.0], Event()
    begun = monotonic()
    thread = Thread(target=player.play, args=(lambda: speed[0], page.show, stopped), daemon=True)
    thread.start()
    until(lambda: len(page.seen) >= 11)
    assert monotonic() - begun >= 10 / 20.0
    speed[0] = FAST
    before = len(page.seen)
    until(lambda: len(page.seen) >= before + 300)  # which would take 15 seconds at the speed before
    stopped.set()
    thread.join(5.0)
    assert not thread.is_alive()
