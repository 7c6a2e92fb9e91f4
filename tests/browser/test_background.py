"""Background: the newest job counts, one at a time, and there is no thread where there is nothing to do."""

from threading import Event, active_count

from learnsim.browser.background import Background

SECONDS = 10.0


def test_of_several_jobs_the_newest_is_done_and_the_one_at_work_is_told():
    background, begun, go, done = Background(), Event(), Event(), Event()
    seen = []

    def first(cancelled):
        begun.set()
        assert not cancelled()
        go.wait(SECONDS)
        seen.append(("first", cancelled()))

    background.do(first)
    begun.wait(SECONDS)
    background.do(lambda cancelled: seen.append("never"))
    background.do(lambda cancelled: (seen.append(("last", cancelled())), done.set()))
    go.set()
    assert done.wait(SECONDS)
    assert seen == [("first", True), ("last", False)]


def test_whoever_has_nothing_to_do_has_no_thread():
    background, before, done = Background(), active_count(), Event()
    for _ in range(20):
        done.clear()
        background.do(lambda cancelled: done.set())
        assert done.wait(SECONDS)
    for _ in range(1000):
        if active_count() <= before:
            return
        Event().wait(0.01)
    raise AssertionError("a thread is left")


def test_after_closing_nothing_is_done_and_what_is_at_work_is_told():
    background, begun, closed, told = Background(), Event(), Event(), []

    def job(cancelled):
        begun.set()
        closed.wait(SECONDS)
        told.append(cancelled())

    background.do(job)
    begun.wait(SECONDS)
    background.close()
    background.do(lambda cancelled: told.append("never"))
    closed.set()
    for _ in range(1000):
        if told:
            break
        Event().wait(0.01)
    assert told == [True]
