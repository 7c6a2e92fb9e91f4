"""Model player: a bad choice is an error and harms nothing, and play keeps pace with the page that draws the models."""

import gc
import weakref
from threading import Event, Thread
from time import monotonic, sleep

import pytest

from helpers.towns import town
from learnsim.browser import model_player as stages
from learnsim.browser.model_player import ModelPlayer
from learnsim.browser.model_settings import model_settings
from learnsim.settings import load

STEPS = 8
FAST = 1e9  # steps a second
BAD = ("left", "nosuch")


@pytest.fixture
def choices(tmp_path):
    """Two arms of a town of eight steps."""
    file = town(tmp_path)
    return model_settings(load(file), str(file)).changed("left", "lively").changed("right", "quiet")


@pytest.fixture
def long(tmp_path):
    """Two arms of a town of very many steps."""
    file = town(tmp_path, replacing=[("steps = 8", "steps = 100000")])
    return model_settings(load(file), str(file)).changed("left", "lively").changed("right", "quiet")


@pytest.fixture
def singly(monkeypatch):
    """Let there be one step between two drawings, however fast it should go."""
    monkeypatch.setattr(stages, "MOST_DUE", 1)


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


def merry(player):
    """What was counted so far, left and right."""
    return [list(run.reporters["merry"]) for run in player.pair.runs]


# --- choosing ---


def test_a_bad_choice_keeps_the_models_and_says_why(choices):
    player = ModelPlayer(choices)
    player.step(5)
    pair = player.pair
    player.choose(choices.changed(*BAD))
    assert "is not an arm" in player.error
    assert player.pair is pair
    assert (pair.session, player.runs) == (5, 1)
    player.step()
    assert pair.session == 6


def test_a_good_choice_after_a_bad_one_is_played(choices):
    player = ModelPlayer(choices)
    before = player.pair
    player.choose(player.page_settings.changed(*BAD))
    assert player.error != "" and player.pair is before
    player.choose(choices.changed("left", "stops"))
    assert player.error == ""
    assert (player.pair.session, player.pair.arms, player.runs) == (0, ("stops", "quiet"), 2)
    player.step(10)
    assert player.pair.finished


def test_a_stage_cannot_begin_with_what_cannot_be_played(choices):
    with pytest.raises(Exception, match="is not an arm"):
        ModelPlayer(choices.changed(*BAD))


def test_reset_plays_the_same_numbers_again(choices):
    player = ModelPlayer(choices)
    player.step(STEPS)
    curves = merry(player)
    player.reset()
    assert (player.pair.session, player.runs) == (0, 2)
    player.step(STEPS)
    assert merry(player) == curves


def test_a_stage_that_is_closed_or_played_anew_frees_its_models(choices):
    player = ModelPlayer(choices)
    models = [weakref.ref(model) for model in player.pair.models]
    player.choose(choices.changed("left", "stops"))
    models += [weakref.ref(model) for model in player.pair.models]
    player.reset()
    models += [weakref.ref(model) for model in player.pair.models]
    player.close()
    del player
    gc.collect()
    assert [model() for model in models] == [None] * 6


# --- stepping ---


def test_steps_from_several_threads_all_count_and_change_no_number(long):
    player, alone = ModelPlayer(long), ModelPlayer(long)
    threads = [Thread(target=lambda: [player.step() for _ in range(15)]) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone.step(90)
    assert player.pair.session == 90
    assert [run.steps for run in player.pair.runs] == [90, 90]
    assert merry(player) == merry(alone)


# --- playing ---


def test_play_shows_steps_to_the_end_and_stops_there(choices):
    player = ModelPlayer(choices)
    page = Page(player)
    thread, _ = play(player, page.show)
    thread.join(10.0)
    assert not thread.is_alive()
    assert page.seen == sorted(page.seen) and page.seen[0] >= 1 and page.seen[-1] == STEPS
    assert player.pair.finished


def test_play_goes_on_from_where_it_stands(choices):
    player = ModelPlayer(choices)
    player.step(STEPS - 1)
    page = Page(player)
    play(player, page.show)[0].join(10.0)
    assert page.seen == [STEPS]


def test_play_of_what_is_finished_shows_nothing(choices):
    player = ModelPlayer(choices)
    player.step(STEPS)
    page = Page(player)
    player.play(lambda: FAST, page.show, Event())
    assert page.seen == []


def test_a_refused_choice_does_not_stop_the_models_that_play(choices):
    player = ModelPlayer(choices)
    player.choose(choices.changed(*BAD))
    play(player, Page(player).show)[0].join(10.0)
    assert player.pair.finished
    assert "is not an arm" in player.error


def test_playing_once_more_leaves_the_last_try_and_its_sentence(choices):
    player = ModelPlayer(choices)
    player.step(STEPS)
    bad = choices.changed(*BAD)
    player.choose(bad)
    player.again()
    assert (player.pair.session, player.page_settings) == (0, bad)
    assert "is not an arm" in player.error


def test_a_model_that_fails_leaves_the_last_whole_step(choices):
    for how in (lambda player: player.step(9), lambda player: player.play(lambda: FAST, Page(player).show, Event())):
        player = ModelPlayer(choices.changed("left", "breaks"))
        how(player)
        assert "the bridge is closed" in player.error and player.stuck
        assert player.pair.session == 3
        player.step()
        assert player.pair.session == 3
        player.choose(choices)
        player.step()
        assert (player.error, player.pair.session) == ("", 1)


def test_play_stops_at_once_even_while_it_waits(singly, long):
    player = ModelPlayer(long)
    page = Page(player)
    thread, stopped = play(player, page.show, speed=0.001)  # a session in 1000 seconds
    until(lambda: page.seen == [1])
    stopped.set()
    thread.join(5.0)
    assert not thread.is_alive()
    silent, stopped = play(player, lambda: None)  # and while nobody draws
    until(lambda: player.pair.session == 2)  # it is shown, and what is drawn does not go on
    stopped.set()
    silent.join(2.0)
    assert not silent.is_alive()
    assert player.pair.session == 2


def test_play_that_was_stopped_before_it_began_plays_nothing(choices):
    player, stopped = ModelPlayer(choices), Event()
    stopped.set()
    player.play(lambda: FAST, lambda: None, stopped)
    assert player.pair.session == 0


def test_play_does_not_run_ahead_of_a_page_that_does_not_draw(singly, monkeypatch, long):
    monkeypatch.setattr(stages, "PATIENCE", 0.2)
    player = ModelPlayer(long)
    begun = monotonic()
    thread, stopped = play(player, lambda: None)
    sleep(0.9)
    stopped.set()
    thread.join(5.0)
    played, took = player.pair.session, monotonic() - begun
    assert 1 <= played <= 2 + took / 0.2  # it does go on, but only when patience is at its end


def test_play_waits_for_the_session_it_showed_and_not_for_an_older_drawing(singly, long):
    player = ModelPlayer(long)
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


def test_play_is_as_slow_as_a_slow_page(long):
    player = ModelPlayer(long)
    page = Page(player, takes=0.1)
    begun = monotonic()
    thread, stopped = play(player, page.show)
    until(lambda: len(page.seen) >= 6)
    stopped.set()
    thread.join(5.0)
    assert monotonic() - begun >= 5 * 0.1


def test_play_is_not_faster_than_the_speed_which_may_change_meanwhile(long):
    player = ModelPlayer(long)
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
